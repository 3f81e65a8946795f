"""A library for the app: files that are there, vectors, and a thumbnail of each photo."""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from library import QUERY_COUNT, content_id, fill_catalog, stored_library, stored_tree, vectors_path
from photos import sample_pictures
from PIL import Image
from rows import say
from running import wait_until_idle

from photosearch.client import Client
from photosearch.index.catalog import Catalog
from photosearch.library.thumbnails import ThumbnailCache
from photosearch.paths import AppPaths

THUMBNAIL_PX = 256
_VERSION = 1
_PICTURES = 240
"""Different thumbnails; a file system allows 65,000 links to one file."""
_SHAPES = ((4, 3), (3, 4), (3, 2), (1, 1))
_KEPT_MB = 100_000
_SERVICE = Path(__file__).with_name("app_service.py")


@contextmanager
def app_service(cache_dir: Path, count: int) -> Iterator[AppPaths]:
    """A service of ``count`` photos that is done with its start; text ``7`` is its query 7."""
    paths = _stored(cache_dir, count)
    with Client(paths, start=service_command(paths)) as client:
        try:
            say(f"Starting a service of {count:,} photos …")
            wait_until_idle(client)
            yield paths
        finally:
            client.stop()


def service_command(paths: AppPaths) -> list[str]:
    """What runs the service of such a library."""
    return [sys.executable, str(_SERVICE), str(paths.data_dir), str(paths.cache_dir)]


def queries_path(data_dir: Path) -> Path:
    """The embeddings of the queries, for the service's encoder."""
    return data_dir / "queries.npy"


def _stored(cache_dir: Path, count: int) -> AppPaths:
    folder = cache_dir / f"app-{count}-v{_VERSION}"
    paths = AppPaths(folder / "data", folder / "cache")
    if (folder / ".done").exists():
        return paths
    library, cloud = stored_library(cache_dir, count)
    root, stamps = stored_tree(cache_dir, count)
    say(f"Making thumbnails of {count:,} photos in {folder} …")
    shutil.rmtree(folder, ignore_errors=True)
    paths.data_dir.mkdir(mode=0o700, parents=True)
    shutil.copytree(vectors_path(library), paths.vectors)
    catalog = Catalog(paths.catalog)
    fill_catalog(catalog, root, stamps, cloud.photos.astype("<f2"))
    catalog.close()
    np.save(queries_path(paths.data_dir), cloud.queries[:QUERY_COUNT])
    paths.settings.write_text(f"thumbnail_cache_mb = {_KEPT_MB}\n", encoding="utf-8")
    _fill_thumbnails(paths.thumbnails, count)
    (folder / ".done").touch()
    return paths


def _fill_thumbnails(folder: Path, count: int) -> None:
    """Some real ones, each of them the thumbnail of many photos."""
    cache = ThumbnailCache(folder, _KEPT_MB * 10**6)
    pictures = _pictures()
    for number in range(count):
        if number < _PICTURES:
            cache.get(content_id(number), THUMBNAIL_PX, lambda: next(pictures))
        else:
            target = _thumbnail_path(folder, number)
            target.parent.mkdir(exist_ok=True)
            os.link(_thumbnail_path(folder, number % _PICTURES), target)


def _thumbnail_path(folder: Path, number: int) -> Path:
    name = content_id(number)
    return folder / str(THUMBNAIL_PX) / name[:2] / f"{name}.jpg"


def _pictures() -> Iterator[bytes]:
    """Parts of the sample photos, as files."""
    chance = np.random.default_rng(2026)
    samples = sample_pictures()
    while True:
        sample = samples[chance.integers(len(samples))]
        width, height = _SHAPES[chance.integers(len(_SHAPES))]
        unit_px = float(chance.uniform(0.5, 1.0)) * min(
            sample.width / width, sample.height / height
        )
        left = chance.uniform(0, sample.width - unit_px * width)
        top = chance.uniform(0, sample.height - unit_px * height)
        box = (left, top, left + unit_px * width, top + unit_px * height)
        part = sample.resize((100 * width, 100 * height), Image.Resampling.BICUBIC, box=box)
        file = io.BytesIO()
        part.save(file, "JPEG", quality=90)
        yield file.getvalue()
