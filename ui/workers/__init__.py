"""What the app does off the GUI thread: questions to the service, thumbnails, news."""
