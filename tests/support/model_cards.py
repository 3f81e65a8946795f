"""The cards of the models in the app: whose they are, and what is written on them."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton

from photosearch.client.fake_models import CARDS

STARTER, MANY, ENGLISH, RESEARCH = (card.name for card in CARDS)


def seen(card):
    """What is written on a card."""
    labels = [card.title, card.summary, *card.facts]
    return [label.text() for label in labels if label.isVisible()]


def buttons(card):
    pressed = [one for one in card.order_keys() if isinstance(one, QPushButton)]
    return [one.text() for one in pressed if one.isVisible()]
