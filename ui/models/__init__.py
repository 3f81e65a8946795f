"""What the app knows and decides, without a widget."""
