"""KRunner, and the search of Plasma's menus: photos among their results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from photosearch.integrations.dbus_activation import activation_file
from photosearch.integrations.desktop import APP_ID
from photosearch.integrations.host import Host
from photosearch.integrations.own_file import OwnFile

if TYPE_CHECKING:
    from photosearch.integrations.surroundings import Surroundings

KRUNNER_NAME = "org.photosearch.KRunner"
KRUNNER_PATH = "/runner"
_RUNNER = f"""\
[Desktop Entry]
Type=Service
X-KDE-ServiceTypes=Plasma/Runner
Name=Photos by what is in them
Comment=Finds your photos by words for what they show
Icon={APP_ID}
X-KDE-PluginInfo-Author=The photosearch developers
X-KDE-PluginInfo-Name={APP_ID}
X-KDE-PluginInfo-Version=1.0
X-KDE-PluginInfo-License=Apache-2.0
X-KDE-PluginInfo-EnabledByDefault=true
X-Plasma-API=DBus
X-Plasma-DBusRunner-Service={KRUNNER_NAME}
X-Plasma-DBusRunner-Path={KRUNNER_PATH}
X-Plasma-Request-Actions-Once=true
X-Plasma-Runner-Syntaxes=:q:
X-Plasma-Runner-Syntax-Descriptions=Finds photos that show :q:
"""


def host(surroundings: Surroundings) -> Host:
    """The runner: a file that names us, and one that starts us.

    One file serves KRunner of Plasma 5 (since Frameworks 5.72, of 2020) and of Plasma 6: both look
    in ``krunner/dbusplugins``, and both know these keys.
    """
    activation = activation_file(surroundings, KRUNNER_NAME)
    runner = surroundings.data_home / f"krunner/dbusplugins/{APP_ID}.desktop"
    is_here = surroundings.is_linux and surroundings.which("krunner") is not None
    return Host(
        name="krunner",
        title="KRunner",
        adds="Photos for the words that you type in KRunner and in Plasma's menu.",
        is_here=is_here and activation is not None,
        parts=() if activation is None else (activation, OwnFile(runner, _RUNNER.encode())),
        then="Log out and in again.",
    )
