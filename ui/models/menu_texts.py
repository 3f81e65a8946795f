"""What the menu says of each model, where the tools for translators find it."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP

TEXTS = (
    QT_TRANSLATE_NOOP(
        "ModelMenu",
        "Part of photosearch: fast, works at once, and finds the least. English.",
    ),
    QT_TRANSLATE_NOOP(
        "ModelMenu",
        "Small and well known: much better than the starter, at half its speed or less. English.",
    ),
    QT_TRANSLATE_NOOP(
        "ModelMenu",
        "A little slower, sees a little more, and names things better. English.",
    ),
    QT_TRANSLATE_NOOP(
        "ModelMenu",
        "The best that a laptop indexes quickly, in more than a hundred languages.",
    ),
    QT_TRANSLATE_NOOP(
        "ModelMenu",
        "As fast as ViT-B/32 with photos, in a hundred languages; its words are slower.",
    ),
    QT_TRANSLATE_NOOP(
        "ModelMenu",
        "Small on disk and very good for its size; its licence allows research only. English.",
    ),
    QT_TRANSLATE_NOOP(
        "ModelMenu",
        "Finds more than ViT-B/32 and takes four times as long. English.",
    ),
    QT_TRANSLATE_NOOP(
        "ModelMenu",
        "Nearly as good as the largest at a fifth of the work, in more than a hundred languages.",
    ),
    QT_TRANSLATE_NOOP(
        "ModelMenu",
        "Large: for a graphics card, or for a night's patience. English.",
    ),
    QT_TRANSLATE_NOOP(
        "ModelMenu",
        "The best of these, in more than a hundred languages: for a graphics card.",
    ),
)
"""Every summary of resources/models.toml, in its order."""
