"""Starting the service at login, as each desktop does it; off until the user turns it on."""

from photosearch.autostart.choice import Autostart, autostarts
from photosearch.autostart.switch import disable, enable, is_enabled, place, start

__all__ = ["Autostart", "autostarts", "disable", "enable", "is_enabled", "place", "start"]
