"""Salvaging among files: the log, older and newer catalogs, the exchange, and the check."""

from __future__ import annotations

import random
import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from photosearch.errors import IndexDamagedError, PhotoSearchError
from photosearch.index import salvage as salvaging
from photosearch.index.catalog import Catalog
from photosearch.index.roots_copy import roots_copy_of
from photosearch.index.rows import FileKey
from photosearch.index.salvage import check_catalog, salvage
from photosearch.index.schema import MIGRATIONS

PHOTOS = 420
PAGE = 4096

Facts = dict[str, dict[Any, Any]]
Sound = tuple[bytes, bytes, Facts]
FactsOf = Callable[[Path], Facts]
Mend = Callable[[Path, bytes | bytearray], Facts]
AssertTrue = Callable[..., None]
Fill = Callable[..., None]


# -- what was deleted, the log, older and newer files


@pytest.mark.parametrize("is_header_lost", [False, True])
def test_deleted_photos_do_not_come_back(
    path: Path, is_header_lost: bool, mend: Mend, facts_of: FactsOf
) -> None:
    catalog = Catalog(path)
    root = catalog.roots()[0]
    before = [FileKey(root.id, name) for name in catalog.known_photos(root.id, 1)]
    catalog.delete_files(before)
    catalog.delete_orphans()
    catalog.close()
    truth = facts_of(path)
    data = path.read_bytes()
    assert len(truth["photos"]) == PHOTOS / 2
    assert mend(path, (b"\0" * PAGE if is_header_lost else data[:PAGE]) + data[PAGE:]) == truth


@pytest.fixture
def with_log(path: Path, facts_of: FactsOf, fill: Fill) -> Facts:
    """A catalog whose last changes are in its log alone, as after a kill; what it says."""
    living = path.with_name("living.sqlite3")
    shutil.copy(path, living)
    catalog = Catalog(living)
    catalog._db.connection.execute("PRAGMA wal_autocheckpoint = 0")
    fill(catalog, 60, seed=2)
    for suffix in ("", "-wal"):
        shutil.copy(f"{living}{suffix}", f"{path}{suffix}")
    catalog.close()
    truth = facts_of(living)
    assert len(truth["photos"]) == PHOTOS + 60
    for file in path.parent.glob("living*"):
        file.unlink()
    return truth


@pytest.mark.parametrize("is_header_lost", [False, True])
def test_what_is_in_the_log_alone_is_read_too(
    path: Path, with_log: Facts, is_header_lost: bool, facts_of: FactsOf
) -> None:
    if is_header_lost:
        path.write_bytes(b"\0" * PAGE + path.read_bytes()[PAGE:])
    report = salvage(path)
    assert facts_of(path) == with_log
    assert Path(f"{report.kept_at}-wal").stat().st_size > 0
    assert not Path(f"{path}-wal").exists()


def test_a_damaged_log_counts_as_far_as_it_is_sound(
    path: Path, with_log: Facts, assert_true: AssertTrue, facts_of: FactsOf
) -> None:
    log, main, rng = Path(f"{path}-wal"), path.read_bytes(), random.Random(4)
    whole = log.read_bytes()
    for at in [0, 9, 25, 40, *(rng.randrange(len(whole)) for _ in range(12))]:
        path.write_bytes(main)
        log.write_bytes(whole[:at] + bytes([whole[at] ^ 255]) + whole[at + 1 :])
        salvage(path)
        found = facts_of(path)
        assert_true(found, with_log)
        assert len(found["photos"]) >= PHOTOS


def test_a_catalog_of_an_older_version_is_salvaged_into_a_new_one(path: Path) -> None:
    path.unlink()
    roots_copy_of(path).unlink()
    with closing(sqlite3.connect(path)) as db:
        db.executescript(f"{MIGRATIONS[0]};PRAGMA user_version = 1;")
        db.execute("INSERT INTO roots (path) VALUES (?)", (b"/old",))
        db.commit()
    salvage(path)
    with closing(Catalog(path)) as catalog:
        assert [root.path for root in catalog.roots()] == [Path("/old")]


def test_a_catalog_of_a_newer_version_is_left_as_it_is(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    before = path.read_bytes()
    with pytest.raises(IndexDamagedError, match="newer photosearch"):
        salvage(path)
    assert path.read_bytes() == before
    assert list(path.parent.glob("*damaged*")) == []


def test_a_damaged_version_number_does_not_make_it_a_newer_one(
    path: Path, sound: Sound, mend: Mend
) -> None:
    data = sound[0][:60] + b"\x7f" + sound[0][61 : 3 * PAGE] + bytes(PAGE) + sound[0][4 * PAGE :]
    assert len(mend(path, data)["photos"]) >= 0.8 * PHOTOS


# -- the exchange of the files


def test_the_new_catalog_can_be_worked_with(path: Path) -> None:
    path.write_bytes(b"\0" * PAGE + path.read_bytes()[PAGE:])
    salvage(path)
    with closing(Catalog(path)) as catalog:
        assert catalog.count_photos(catalog.roots()[0].id) == PHOTOS / 2
        assert catalog.roots()[1].is_offline
        new = catalog.add_root(Path("/new"))
        assert new.id not in (1, 2)
        assert catalog.delete_orphans() == []


def test_every_damaged_catalog_is_kept_under_a_name_of_its_own(path: Path) -> None:
    kept = {salvage(path).kept_at for _ in range(4)}
    assert len(kept) == 4
    assert all(file.exists() for file in kept)
    assert all(re.fullmatch(r"catalog\.damaged-\d{8}-\d{6}(\.\d)?\.sqlite3", f.name) for f in kept)


def everything_in(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


@pytest.mark.parametrize("full", [".salvaged", ".rows"])
def test_a_full_disk_leaves_everything_in_its_place(
    path: Path, with_log: Facts, full: str, monkeypatch: pytest.MonkeyPatch, facts_of: FactsOf
) -> None:
    class SmallDisk(sqlite3.Connection):
        def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
            cursor = super().execute(sql, *values)
            if sql.startswith("ATTACH" if full == ".rows" else "PRAGMA synchronous"):
                schema = "staging" if full == ".rows" else "main"
                super().execute(f"PRAGMA {schema}.max_page_count = 50")
            return cursor

    real = sqlite3.connect
    before = everything_in(path.parent)
    with monkeypatch.context() as patch:
        patch.setattr(sqlite3, "connect", lambda *a, **k: real(*a, **k, factory=SmallDisk))
        with pytest.raises(PhotoSearchError, match="cannot be mended: database or disk is full"):
            salvage(path)
    assert everything_in(path.parent) == before
    salvage(path)
    assert facts_of(path) == with_log


@pytest.mark.parametrize("can_link", [True, False])
def test_an_exchange_that_fails_is_undone(
    path: Path, with_log: Facts, can_link: bool, monkeypatch: pytest.MonkeyPatch, facts_of: FactsOf
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    before = everything_in(path.parent)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", refuse)
        if not can_link:
            patch.setattr(salvaging.os, "link", refuse)
        with pytest.raises(PhotoSearchError, match="not permitted"):
            salvage(path)
        assert everything_in(path.parent) == before
        patch.undo()
        if not can_link:
            patch.setattr(salvaging.os, "link", refuse)
        salvage(path)
    assert facts_of(path) == with_log


def test_a_catalog_that_is_not_there_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(PhotoSearchError, match="No such file"):
        salvage(tmp_path / "catalog.sqlite3")
    assert list(tmp_path.iterdir()) == []


# -- noticing


def test_a_check_tells_sound_catalogs_from_damaged_ones(path: Path, sound: Sound) -> None:
    data = sound[0]
    assert check_catalog(path)
    for damaged in (b"", b"no database" * 900, data[: len(data) // 2], b"\0" * PAGE + data[PAGE:]):
        path.write_bytes(damaged)
        assert not check_catalog(path)


def test_a_bad_page_that_opening_does_not_notice_is_found_by_the_check(
    path: Path, sound: Sound
) -> None:
    data = sound[0]
    path.write_bytes(data[: 60 * PAGE] + bytes(PAGE) + data[61 * PAGE :])
    Catalog(path).close()
    assert not check_catalog(path)


def test_a_catalog_in_use_can_be_checked(path: Path) -> None:
    with closing(Catalog(path)) as catalog:
        catalog.add_root(Path("/new"))
        assert check_catalog(path)


def test_a_check_never_makes_a_file(tmp_path: Path) -> None:
    with pytest.raises(PhotoSearchError, match="cannot be checked"):
        check_catalog(tmp_path / "catalog.sqlite3")
    assert list(tmp_path.iterdir()) == []
