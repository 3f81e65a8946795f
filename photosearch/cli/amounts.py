"""Amounts in words: of bytes, and of time to wait."""

from __future__ import annotations


def size_words(size_bytes: int) -> str:
    """An amount of bytes, in the units that disks are sold by."""
    if size_bytes >= 1e9:
        return f"{size_bytes / 1e9:.1f} GB"
    for unit, size in (("MB", 1e6), ("kB", 1e3)):
        if size_bytes >= size:
            return f"{size_bytes / size:.0f} {unit}"
    return f"{size_bytes} B"


def duration_words(seconds: float) -> str:
    """A time to wait."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    if seconds < 3600:
        return f"{seconds / 60:.0f} min"
    if seconds < 48 * 3600:
        return f"{seconds / 3600:.1f} h"
    return f"{seconds / 86400:.0f} days"
