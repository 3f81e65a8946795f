"""What the app asks of the desktop around it, one file a question."""
