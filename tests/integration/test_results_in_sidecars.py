"""Results in sidecars beside indexed photos: nothing is embedded again for them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from photosearch.engine import Engine
from photosearch.integrations.digikam import DigikamResults, DigikamSettings
from photosearch.types import IndexReport


def test_tagged_photos_are_not_indexed_again(
    engine: Engine,
    library: Path,
    make_photo: Callable[..., Path],
    index: Callable[[Engine], IndexReport],
    tmp_path: Path,
) -> None:
    engine.add_root(library)
    photos = [make_photo("a.png"), make_photo("b/c.png")]
    assert index(engine) == IndexReport(embedded=2)
    results = DigikamResults(tmp_path / "record.json", DigikamSettings())
    results.send("sea", photos)
    assert len(list(library.rglob("*.xmp"))) == 2
    assert index(engine) == IndexReport(unchanged=2)
    results.take_back()
    assert index(engine) == IndexReport(unchanged=2)
