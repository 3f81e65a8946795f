"""The desktop app: type words or give a photo, see the photos that answer, act on them."""
