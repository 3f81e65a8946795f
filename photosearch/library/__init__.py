"""Photo files on disk: finding them and decoding them."""
