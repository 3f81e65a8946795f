"""A desk: a home, a screen, a window manager and a D-Bus session of its own, for real programs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from desk import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A new desk with sample photos in Pictures; all that was started ends with it."""
    with Desk(tmp_path / "home") as new:
        yield new
