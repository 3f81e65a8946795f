"""Other programs: what puts photosearch into their menus, and takes every trace away again."""
