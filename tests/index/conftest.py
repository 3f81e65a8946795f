"""A catalog to damage, and what it says before and after."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from photosearch.index.catalog import Catalog
from photosearch.index.roots_copy import roots_copy_of, save_roots
from photosearch.index.rows import FileKey, NewContent, ReadPhoto
from photosearch.index.salvage import check_catalog, salvage
from photosearch.types import ModelSpec, PhotoFacts, PhotoStamp, SkipKind, Skipped

SPECS = [ModelSpec(name, name, "0" * 16, 192, "0" * 8) for name in ("one", "two")]
ROOTS = [Path("/photos"), Path(os.fsdecode(b"/m\xc3\xbcsli/\xff"))]
PHOTOS = 420
PAGE = 4096

Facts = dict[str, dict[Any, Any]]
Sound = tuple[bytes, bytes, Facts]

_QUESTIONS = {
    "roots": "SELECT id, path, exclude, is_offline FROM roots",
    "photos": "SELECT path, relative_path, size_bytes, mtime_ns, content_id FROM photos "
    "JOIN roots ON roots.id = root_id JOIN contents ON contents.id = content",
    "contents": "SELECT content_id, width_px, height_px, orientation, taken_at, camera, lens, "
    "latitude, longitude FROM contents",
    "vectors": "SELECT key || content_id, vector FROM vectors JOIN models ON models.id = model "
    "JOIN contents ON contents.id = content",
    "skipped": "SELECT path, relative_path, size_bytes, mtime_ns, kind, reason FROM skipped "
    "JOIN roots ON roots.id = root_id",
}


def _facts_of(path: Path) -> Facts:
    """All that a sound catalog says, by names that do not depend on its numbers."""
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        answers = {name: db.execute(sql).fetchall() for name, sql in _QUESTIONS.items()}
    key_columns = {"photos": 2, "skipped": 2}
    return {
        name: {row[:count]: row[count:] for row in rows}
        for name, rows in answers.items()
        for count in (key_columns.get(name, 1),)
    }


def _fill(catalog: Catalog, count: int = PHOTOS, seed: int = 1) -> None:
    """Photos with long names, so that the catalog has pages enough for a few to be bad."""
    rng = np.random.default_rng(seed)
    roots = [catalog.add_root(path, ["*.tmp", "ü"]) for path in ROOTS]
    catalog.set_offline(roots[1].id, True)
    for start in range(0, count, 20):
        contents = []
        for number in range(start, start + 20):
            vector = rng.normal(size=192)
            vector = (vector / np.linalg.norm(vector)).astype(np.float16)
            facts = PhotoFacts(
                4000 + number, 3000, 1 + number % 8, "2024-05-01T12:30:00", "Camera", None, 48, 11.5
            )
            contents.append(NewContent(rng.bytes(16).hex(), facts, vector))
        for spec in SPECS[: 2 if start % 40 else 1]:
            catalog.save_contents(catalog.vectors.model_id(spec), contents)
        catalog.save_photos(
            ReadPhoto(
                FileKey(
                    roots[n % 2].id, b"%04d-" % (start + n) + rng.bytes(90).replace(b"\0", b"x")
                ),
                PhotoStamp(10**6 + n, 1_700_000_000 * 10**9 + n),
                new.content_id,
            )
            for n, new in enumerate(contents)
        )
    for number in range(40):
        catalog.save_skipped(
            FileKey(roots[0].id, b"bad%d.jpg" % number),
            PhotoStamp(number, number),
            Skipped(Path("x"), SkipKind.BROKEN, "The picture is damaged." * 10),
        )


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Sound:
    """A catalog and the copy of its roots, as bytes, and what it says."""
    path = tmp_path_factory.mktemp("sound") / "catalog.sqlite3"
    catalog = Catalog(path)
    _fill(catalog)
    save_roots(roots_copy_of(path), catalog.roots())
    catalog.close()
    data = path.read_bytes()
    assert len(data) > 100 * PAGE
    return data, roots_copy_of(path).read_bytes(), _facts_of(path)


@pytest.fixture
def path(tmp_path: Path, sound: Sound) -> Path:
    """Where each test has a catalog of its own to damage."""
    path = tmp_path / "data" / "catalog.sqlite3"
    path.parent.mkdir()
    path.write_bytes(sound[0])
    roots_copy_of(path).write_bytes(sound[1])
    return path


def _mend(path: Path, data: bytes | bytearray) -> Facts:
    """Salvage a catalog of these bytes, and what the new one says."""
    path.write_bytes(data)
    report = salvage(path)
    assert report.kept_at.read_bytes() == data
    assert check_catalog(path)
    found = _facts_of(path)
    assert (report.roots, report.photos, report.vectors) == tuple(
        len(found[name]) for name in ("roots", "photos", "vectors")
    )
    assert sorted(path.parent.iterdir()) == sorted({path, roots_copy_of(path), report.kept_at})
    report.kept_at.unlink()
    return found


def _assert_true(found: Facts, truth: Facts, exact: Iterable[str] = tuple(_QUESTIONS)) -> None:
    """Every row that was kept is as it was, and no folder was lost."""
    for name in exact:
        rows = found[name]
        if name == "roots":  # a folder that comes from the copy is there until the next look
            rows, truth_rows = ({k: v[:2] for k, v in f[name].items()} for f in (found, truth))
        else:
            truth_rows = truth[name]
        assert rows.items() <= truth_rows.items(), name
    assert {row[0] for row in found["roots"].values()} == {
        row[0] for row in truth["roots"].values()
    }


@pytest.fixture(scope="session")
def facts_of() -> Callable[[Path], Facts]:
    return _facts_of


@pytest.fixture(scope="session")
def fill() -> Callable[..., None]:
    return _fill


@pytest.fixture(scope="session")
def mend() -> Callable[[Path, bytes | bytearray], Facts]:
    return _mend


@pytest.fixture(scope="session")
def assert_true() -> Callable[..., None]:
    return _assert_true
