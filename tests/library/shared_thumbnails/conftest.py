"""A photo, the folder that programs share thumbnails in, and another program that leaves them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from others_thumbnails import a_photo, small, thumbnail_path
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from photosearch.library.shared_thumbnails import Original, SharedThumbnails, file_uri

Bytes = Callable[..., bytes]
Scene = Callable[..., Image.Image]
Put = Callable[..., Path]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "thumbnails"


@pytest.fixture
def shared(folder: Path) -> SharedThumbnails:
    return SharedThumbnails(folder)


@pytest.fixture
def photo(library: Path, scene: Scene, encode: Bytes) -> Original:
    return a_photo(library / "photo.jpg", encode(scene(600, 400)))


@pytest.fixture
def put(folder: Path, scene: Scene) -> Put:
    """Leave a thumbnail as another program does: ``put(photo, 256, **what is wrong with it)``."""

    def put(original: Original, size_px: int = 256, **wrong: Any) -> Path:
        uri = wrong.pop("uri", file_uri(original.path))
        picture = wrong.pop("picture", None) or scene(*small(original, size_px))
        texts = {
            "Thumb::URI": uri,
            "Thumb::MTime": str(original.stamp.mtime_ns // 10**9),
        } | wrong.pop("texts", {})
        info = PngInfo()
        for key, value in texts.items():
            if value is not None:
                info.add_text(key, value, zip=len(value) >= 40)  # as Qt does
        path = thumbnail_path(folder, uri, size_px)
        path.parent.mkdir(parents=True, exist_ok=True)
        picture.save(path, pnginfo=info)
        assert not wrong
        return path

    return put
