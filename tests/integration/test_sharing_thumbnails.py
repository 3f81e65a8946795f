"""An index exchanges the thumbnails of its photos with other programs, both ways, if it may."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from photosearch.engine import Engine
from photosearch.library.shared_thumbnails import Original, SharedThumbnails
from photosearch.types import IndexReport, PhotoStamp

Index = Callable[[Engine], IndexReport]
MakePhoto = Callable[..., Path]


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="no thumbnails are shared here")
def test_an_index_shares_the_thumbnails_of_its_photos_both_ways(
    engine: Engine,
    index: Index,
    library: Path,
    make_photo: MakePhoto,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "shared"))
    folder = tmp_path / "shared" / "thumbnails"
    photos = [make_photo(name, "green") for name in ("one.png", "two.png")]
    for photo in photos:
        os.utime(photo, (1_600_000_000, 1_600_000_000))
    engine.add_root(library)
    index(engine)
    one, two = (engine.photo_at(photo).content_id for photo in photos)

    engine.thumbnail(one, 256)
    assert engine._photos._sharing.wait_until_written(120)
    assert [_uri(path) for path in folder.rglob("*.png")] == [photos[0].as_uri()]

    original = Original(photos[1], PhotoStamp.of(photos[1].stat()), 32, 24)
    assert SharedThumbnails(folder).save(original, 256, _red())
    assert _is_red(engine.thumbnail(two, 256).data)

    engine.change_settings({"share_thumbnails": False})
    assert not _is_red(engine.thumbnail(two, 512).data)
    assert engine._photos._sharing.wait_until_written(120)
    assert len(list(folder.rglob("*.png"))) == 2


def _uri(path: Path) -> object:
    with Image.open(path) as image:
        return image.info["Thumb::URI"]


def _red() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (32, 24), "red").save(file, "PNG")
    return file.getvalue()


def _is_red(data: bytes) -> bool:
    with Image.open(io.BytesIO(data)) as image:
        colour = image.convert("RGB").getpixel((16, 12))
    return isinstance(colour, tuple) and colour[0] > 200 and colour[1] < 50
