"""Search your own photos by what is in them: the headless core, free of any user interface."""

__version__ = "0.1.0"
