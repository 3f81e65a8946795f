"""Chooses the desktop of the system that the app runs on."""

from __future__ import annotations

import sys

from ui.desktop.interface import Desktop


def current_desktop(platform: str = sys.platform) -> Desktop:
    """The desktop of this system; asks nothing of it yet."""
    if platform == "darwin":
        from ui.desktop.macos import MacDesktop

        return MacDesktop()
    if platform == "win32":
        from ui.desktop.windows import WindowsDesktop

        return WindowsDesktop()
    from ui.desktop.linux import LinuxDesktop

    return LinuxDesktop()
