"""Photos in the search of the desktop: KRunner for real, and the calls that GNOME Shell makes."""

from __future__ import annotations

import ast
import os
import re
import time
from collections.abc import Callable
from pathlib import Path

from desk import Desk

_DAEMON = ("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus")
_GNOME = (
    "org.photosearch.SearchProvider",
    "/org/photosearch/SearchProvider",
    "org.gnome.Shell.SearchProvider2",
)
_QUIET = """\
[org/gnome/desktop/interface]
enable-animations=false
[org/gnome/desktop/notifications]
show-banners=false
[org/gnome/shell]
welcome-dialog-last-shown-version='99'
"""


def call(desk: Desk, where: tuple[str, str, str], member: str, *arguments: str) -> str:
    """What gdbus says that a method answers."""
    name, path, interface = where
    place = ["--session", "--timeout", "110", "--dest", name, "--object-path", path]
    return desk.run(
        "gdbus", "call", *place, "--method", f"{interface}.{member}", *arguments, check=True
    )


def with_recorded_viewer(desk: Desk) -> Callable[[], list[list[bytes]]]:
    """Have what opens photos only note them; gives what was noted."""
    viewer, opened = desk.record_calls("xdg-open")
    desk.environ["PATH"] = f"{viewer.parent}:{desk.environ['PATH']}"
    return opened


def with_system_folder(desk: Desk) -> Path:
    """Have a data folder of the system that we may write to."""
    share = desk.home / "share"
    share.mkdir()
    desk.environ["XDG_DATA_DIRS"] = f"{share}:/usr/local/share:/usr/share"
    return share


def log_in(desk: Desk) -> None:
    """Tell the bus of new files and of the screen, as a session does at its start."""
    names = [f"{name}={desk.environ[name]}" for name in ("PATH", "DISPLAY", "HOME")]
    desk.run("dbus-update-activation-environment", *names, check=True)
    call(desk, _DAEMON, "ReloadConfig")


def test_krunner_shows_photos_for_words_and_opens_them(desk: Desk) -> None:
    opened = with_recorded_viewer(desk)
    desk.index()
    desk.photosearch("integrate", "krunner")
    log_in(desk)
    watched = ("interface=org.kde.krunner1,member=Match", "sender=org.photosearch.KRunner")
    desk.start(
        "krunner",
        environ={
            "XDG_CURRENT_DESKTOP": "KDE",
            "KDE_FULL_SESSION": "true",
            "KDE_SESSION_VERSION": "5",
            "QT_QUICK_BACKEND": "software",
        },
    )
    desk.start("dbus-monitor", "--session", *watched)
    desk.window("KRunner")

    def ask(words: str, best: str) -> None:
        desk.run("qdbus", "org.kde.krunner", "/App", "org.kde.krunner.App.query", "")
        desk.run("wmctrl", "-i", "-a", desk.window("KRunner"))
        time.sleep(1)
        desk.key("ctrl+a")
        desk.type(words)
        desk.wait(lambda: best in said_since(f'string "{words}"'), lambda: f"{best} did not come")
        time.sleep(2)  # that it is shown nothing tells

    def said_since(words: str) -> str:
        said = (desk.home / "dbus-monitor.log").read_text(errors="replace")
        return said[said.rindex(words) :] if words in said else ""

    ask("a cat", "chelsea.png")
    # The window lies at the top of the screen, in its middle.
    picture = desk.screenshot("host-krunner")
    shown = (picture, Path(os.environ.get("HOSTS_PICTURES", desk.home)) / picture.name)
    desk.run("mogrify", "-crop", "600x330+400+0", "+repage", *map(str, shown), check=True)
    desk.key("Return")
    desk.wait(opened, lambda: "nothing was opened")
    assert opened() == [[str(desk.pictures / "chelsea.png").encode()]]

    ask("a cup of coffee", "coffee.png")
    desk.key("shift+Return")  # the first action of a row
    desk.window("^coffee.png – photosearch$")


def test_gnome_shell_shows_photos_for_words_and_opens_them(desk: Desk) -> None:
    opened = with_recorded_viewer(desk)
    with_system_folder(desk)
    desk.index()
    desk.photosearch("integrate", "desktop")
    desk.photosearch("integrate", "gnome")
    log_in(desk)
    settings = desk.home / ".config/glib-2.0/settings/keyfile"
    settings.parent.mkdir(parents=True)
    settings.write_text(_QUIET)
    desk.start(
        *("gnome-shell", "--x11", "--replace"),
        environ={
            "XDG_CURRENT_DESKTOP": "GNOME",
            "XDG_SESSION_TYPE": "x11",
            "GSETTINGS_BACKEND": "keyfile",
            # It asks the system who is logged in, and goes on where nobody knows.
            "DBUS_SYSTEM_BUS_ADDRESS": desk.environ["DBUS_SESSION_BUS_ADDRESS"],
        },
    )
    log = desk.home / "gnome-shell.log"
    desk.wait(lambda: "GNOME Shell started" in log.read_text(errors="replace"))
    desk.start("dbus-monitor", "--session", f"interface={_GNOME[2]}")
    time.sleep(5)  # its overview opens by itself

    asked = desk.home / "dbus-monitor.log"
    # On this screen the shell leaves the place of the rows of its first search unpainted, though
    # they are there: one more letter is typed after it.
    for typed, call_of_it in (("a ca", "GetResultMetas"), ("t", "GetSubsearchResultSet")):
        desk.type(typed)
        desk.wait(
            lambda wanted=call_of_it: f"member={wanted}" in asked.read_text(errors="replace"),
            lambda: "it did not ask",
        )
        time.sleep(4)  # that rows are shown nothing tells
    picture = desk.screenshot("host-gnome-search")
    shown = (picture, Path(os.environ.get("HOSTS_PICTURES", desk.home)) / picture.name)
    desk.run(
        "mogrify",
        "-crop",
        "1100x360+150+0",
        "+repage",
        "-resize",
        "1000x",
        *map(str, shown),
        check=True,
    )
    desk.key("Return")
    desk.wait(opened, lambda: "nothing was opened")
    assert opened() == [[str(desk.pictures / "chelsea.png").encode()]]


def test_gnome_s_calls_find_describe_and_open_photos(desk: Desk) -> None:
    opened = with_recorded_viewer(desk)
    share = with_system_folder(desk)
    odd = desk.add_odd_photos()
    desk.index()
    desk.photosearch("integrate", "gnome")
    [listed] = (share / "gnome-shell/search-providers").iterdir()
    assert f"BusName={_GNOME[0]}" in listed.read_text()
    log_in(desk)
    desk.stop_service()

    began = time.monotonic()
    found = ast.literal_eval(call(desk, _GNOME, "GetInitialResultSet", "['a', 'cat']"))[0]
    print(f"first answer, nothing running before: {time.monotonic() - began:.1f} s")  # noqa: T201
    began = time.monotonic()
    found = ast.literal_eval(call(desk, _GNOME, "GetSubsearchResultSet", str(found), "['rocket']"))
    print(f"second answer: {time.monotonic() - began:.2f} s, 0.15 s of pause in it")  # noqa: T201
    [ids] = found
    metas = call(desk, _GNOME, "GetResultMetas", str(ids))
    names = re.findall(r"'name': <['\"](.*?)['\"]>", metas)
    assert metas.count("'icon-data': <(128, 128, 512, true, 8, 4, [byte") == len(ids) == len(names)
    assert names[0] in {"rocket.jpg", *(path.name for path in odd)}

    call(desk, _GNOME, "ActivateResult", ids[0], "['rocket']", "0")
    desk.wait(opened, lambda: "nothing was opened")
    path = Path(os.fsdecode(opened()[0][0]))
    assert path.read_bytes() == (desk.pictures / "rocket.jpg").read_bytes()

    call(desk, _GNOME, "LaunchSearch", "['red', 'motorcycle']", "0")
    desk.window("^red motorcycle – photosearch$")
