"""What the tests of the index ask most: which photos a search finds."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from photosearch.engine import Engine
from photosearch.types import Query


@pytest.fixture
def found() -> Callable[..., list[str]]:
    """Every photo that a search by words finds, best first, by its path below its root."""

    def find(engine: Engine, text: str = "red") -> list[str]:
        hits = engine.search(Query(text=text, limit=1_000))
        return [str(hit.photo.relative_path) for hit in hits]

    return find
