"""A desk: a home, a screen, a window manager and a D-Bus session of its own, for real programs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from desk import Desk


@pytest.fixture(scope="session", autouse=True)
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """One cache for all desks: the starter is made ready once, as for a person of one machine."""
    if "PHOTOSEARCH_CACHE_DIR" in os.environ:
        yield
        return
    os.environ["PHOTOSEARCH_CACHE_DIR"] = str(tmp_path_factory.mktemp("cache"))
    yield
    del os.environ["PHOTOSEARCH_CACHE_DIR"]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A new desk with sample photos in Pictures; all that was started ends with it."""
    with Desk(tmp_path / "home") as new:
        yield new
