"""What the app shows: layout, painting and wiring."""
