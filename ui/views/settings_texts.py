"""The texts of the core's settings, where the tools for translators find them."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP

TEXTS = (
    QT_TRANSLATE_NOOP("Settings", "Model"),
    QT_TRANSLATE_NOOP(
        "Settings",
        "The model that embeds: starter, ARCHITECTURE/TAG or ARCHITECTURE@FILE.",
    ),
    QT_TRANSLATE_NOOP("Settings", "Device"),
    QT_TRANSLATE_NOOP("Settings", "Where the model runs."),
    QT_TRANSLATE_NOOP("Settings", "Precision"),
    QT_TRANSLATE_NOOP("Settings", "The numbers the model computes with: auto is fp16 on a GPU."),
    QT_TRANSLATE_NOOP("Settings", "Batch size"),
    QT_TRANSLATE_NOOP("Settings", "Photos embedded at once."),
    QT_TRANSLATE_NOOP("Settings", "Decoding threads"),
    QT_TRANSLATE_NOOP("Settings", "Threads that decode photos; 0 is one a core."),
    QT_TRANSLATE_NOOP("Settings", "Let the model go after (minutes)"),
    QT_TRANSLATE_NOOP(
        "Settings", "Minutes without use after which the model is let go; 0 keeps it."
    ),
    QT_TRANSLATE_NOOP("Settings", "Look at network folders every (minutes)"),
    QT_TRANSLATE_NOOP(
        "Settings",
        "Minutes between two looks at folders that cannot be watched (network drives).",
    ),
    QT_TRANSLATE_NOOP("Settings", "Index in the background"),
    QT_TRANSLATE_NOOP("Settings", "Index at low priority, so that other programs go first."),
    QT_TRANSLATE_NOOP("Settings", "Thumbnails kept (MB)"),
    QT_TRANSLATE_NOOP("Settings", "Megabytes of disk that thumbnails may take; 0 keeps none."),
    QT_TRANSLATE_NOOP("Settings", "Share thumbnails with other programs"),
    QT_TRANSLATE_NOOP(
        "Settings", "Use the thumbnails that file managers made, and leave them ours."
    ),
    QT_TRANSLATE_NOOP("Settings", "auto"),
    QT_TRANSLATE_NOOP("Settings", "cpu"),
    QT_TRANSLATE_NOOP("Settings", "cuda"),
    QT_TRANSLATE_NOOP("Settings", "mps"),
    QT_TRANSLATE_NOOP("Settings", "fp32"),
    QT_TRANSLATE_NOOP("Settings", "fp16"),
    QT_TRANSLATE_NOOP("Settings", "bf16"),
    QT_TRANSLATE_NOOP("Settings", "int8"),
)
"""Every label, description and choice, in the order in which they are declared."""
