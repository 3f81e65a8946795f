"""One index asked in two ways: by the engine in this process, and over HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from photosearch.interface import PhotoSearch


@pytest.fixture(params=["engine", "client"])
def searched(request: pytest.FixtureRequest) -> Iterator[PhotoSearch]:
    """One interface, two ways."""
    opened: PhotoSearch = request.getfixturevalue(request.param)
    yield opened
    opened.close()
