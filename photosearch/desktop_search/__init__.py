"""Photos in the search of Linux desktops: GNOME Shell and KRunner ask over D-Bus."""
