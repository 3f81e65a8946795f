"""How well a model finds what it is asked for, measured on captioned and labelled photos."""
