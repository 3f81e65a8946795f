"""Models that put photos and words into one space."""
