"""A library of many photos never decoded: tiny files, a catalog of vectors, and Chroma."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rows import say
from vectors import CloudOfPhotos, Floats, make_cloud

from photosearch.index.catalog import Catalog
from photosearch.index.chroma import ChromaStore
from photosearch.index.rows import FileKey, NewContent, ReadPhoto
from photosearch.model.fake import FakeEncoder
from photosearch.types import ModelSpec, PhotoFacts, PhotoStamp

DIMENSION = 512
QUERY_COUNT = 300
SPEC = ModelSpec("benchmark", "benchmark", "0123456789abcdef", DIMENSION, "01234567")
ROOT = Path("/nowhere/photos")
"""Where the stored library's photos would lie: a search does not look at the files."""
_VERSION = 1
"""Part of the folder's name: raise it when the vectors change."""
_DONE = ".done"
"""Marks what was made to its end; hidden, so that a scan passes it over."""
_FILES_A_FOLDER = 200
_FOLDERS_A_YEAR = 50
_UPSERT_ROWS = 2_000


class PreparedEncoder(FakeEncoder):
    """Knows the embedding of each query beforehand, so that a search costs no text encoder."""

    spec = SPEC

    def __init__(self, queries: Floats) -> None:
        super().__init__()
        self._queries = queries

    def encode_texts(self, texts: Sequence[str]) -> Floats:
        """The prepared embeddings; the text of query 7 is ``7``."""
        return self._queries[[int(text) for text in texts]]


def relative_path(number: int) -> str:
    """Photos lie in folders of 200, and those in folders of 10,000."""
    folder = number // _FILES_A_FOLDER
    return f"{folder // _FOLDERS_A_YEAR:02}/{folder % _FOLDERS_A_YEAR:02}/IMG_{number:06}.jpg"


def number_of(path: Path) -> int:
    """The number of the photo at a path."""
    return int(path.stem[-6:])


def stored_tree(cache_dir: Path, count: int) -> tuple[Path, list[PhotoStamp]]:
    """A folder of ``count`` files of a few bytes, kept for the next run, and their stamps."""
    root = cache_dir / f"tree-{count}-v{_VERSION}"
    if not (root / _DONE).exists():
        say(f"Making {count:,} small files in {root} …")
        _make_tree(root, count)
        (root / _DONE).touch()
    stats = ((root / relative_path(number)).stat() for number in range(count))
    return root, [PhotoStamp(status.st_size, status.st_mtime_ns) for status in stats]


def _make_tree(root: Path, count: int) -> None:
    for number in range(count):
        path = root / relative_path(number)
        if number % _FILES_A_FOLDER == 0:
            path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"%d" % number)


def fill_catalog(
    catalog: Catalog, root: Path, stamps: Iterable[PhotoStamp], halves: NDArray[np.float16]
) -> None:
    """Say that the photos are known and embedded, in one transaction."""
    root_id, model_id = catalog.add_root(root).id, catalog.vectors.model_id(SPEC)
    facts = PhotoFacts(4000, 3000, taken_at="2024-05-01T12:30:00", camera="Photosearch")
    contents = [NewContent(content_id(n), facts, half) for n, half in enumerate(halves)]
    photos = [
        ReadPhoto(FileKey(root_id, os.fsencode(relative_path(n))), stamp, content_id(n))
        for n, stamp in enumerate(stamps)
    ]
    with catalog.transaction():
        catalog.save_contents(model_id, contents)
        catalog.save_photos(photos)


def content_id(number: int) -> str:
    """The id of photo ``number``; real ones are hashes, and so are not in this order."""
    return f"{number * 0x9E3779B97F4A7C15 % 2**64:032x}"


def stored_library(cache_dir: Path, count: int) -> tuple[Path, CloudOfPhotos]:
    """The folder with the catalog and Chroma's index of ``count`` photos, and what is in them.

    Building Chroma's graph takes minutes, so both are kept for the next run.
    """
    folder = cache_dir / f"library-{count}-v{_VERSION}"
    cloud = make_cloud(count, QUERY_COUNT, DIMENSION)
    if not (folder / _DONE).exists():
        say(f"Building a library of {count:,} photos in {folder} …")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        halves = cloud.photos.astype("<f2")
        catalog = Catalog(catalog_path(folder))
        fill_catalog(catalog, ROOT, [PhotoStamp(4_000_000, n) for n in range(count)], halves)
        catalog.close()
        store = ChromaStore(vectors_path(folder), SPEC)
        ids = [content_id(number) for number in range(count)]
        for start in range(0, count, _UPSERT_ROWS):
            rows = slice(start, start + _UPSERT_ROWS)
            store.upsert(ids[rows], halves[rows].astype(np.float32))
        store.close()
        (folder / _DONE).touch()
    return folder, cloud


def catalog_path(folder: Path) -> Path:
    """The catalog of a stored library."""
    return folder / "catalog.sqlite3"


def vectors_path(folder: Path) -> Path:
    """Chroma's folder of a stored library."""
    return folder / "vectors"
