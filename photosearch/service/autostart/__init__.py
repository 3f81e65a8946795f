"""Starting the service at login, as each desktop does it; off until the user turns it on."""

from photosearch.service.autostart.choice import Autostart, autostarts

__all__ = ["Autostart", "autostarts"]
