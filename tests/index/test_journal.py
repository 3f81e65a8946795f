"""What changed since somebody last asked: noted by the catalog, bounded, and taken once."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from photosearch.index.catalog import Catalog
from photosearch.index.journal import Journal
from photosearch.index.rows import FileKey, NewContent, ReadPhoto
from photosearch.types import ModelSpec, PhotoFacts, PhotoStamp, SkipKind, Skipped

SPEC = ModelSpec("m", "m", "w" * 16, 2, "p" * 16)


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    opened = Catalog(tmp_path / "catalog.sqlite3")
    yield opened
    opened.close()


def save(catalog: Catalog, key: FileKey) -> None:
    content = NewContent("c", PhotoFacts(4, 3), np.array([1, 0], "<f2"))
    catalog.save_contents(catalog.vectors.model_id(SPEC), [content])
    catalog.save_photos([ReadPhoto(key, PhotoStamp(1, 2), "c")])


def test_every_change_of_a_photo_is_noted_and_taken_once(catalog: Catalog, tmp_path: Path) -> None:
    root = catalog.add_root(tmp_path)
    key = FileKey(root.id, b"a.png")
    journal = catalog.open_journal()
    save(catalog, key)
    assert journal.take() == ({key}, set())
    assert journal.take() == (set(), set())
    catalog.save_skipped(key, PhotoStamp(0, 0), Skipped(tmp_path / "a.png", SkipKind.EMPTY, "."))
    assert journal.take() == ({key}, set())
    catalog.delete_files([key])
    assert journal.take() == ({key}, set())


def test_a_root_that_goes_away_or_is_removed_is_noted_whole(
    catalog: Catalog, tmp_path: Path
) -> None:
    root = catalog.add_root(tmp_path)
    journal = catalog.open_journal()
    save(catalog, FileKey(root.id, b"a.png"))
    catalog.set_offline(root.id, True)
    assert journal.take() == (set(), {root.id})
    catalog.remove_root(root.id)
    assert journal.take() == (set(), {root.id})


def test_a_closed_journal_notes_nothing(catalog: Catalog, tmp_path: Path) -> None:
    root = catalog.add_root(tmp_path)
    journal = catalog.open_journal()
    catalog.close_journal(journal)
    save(catalog, FileKey(root.id, b"a.png"))
    assert journal.take() == (set(), set())


def test_too_many_files_are_noted_as_their_roots() -> None:
    journal = Journal()
    journal.add_files(FileKey(number % 2, b"%d" % number) for number in range(30_000))
    assert journal.take() == (set(), {0, 1})


def test_a_journal_that_nobody_holds_is_not_kept(catalog: Catalog, tmp_path: Path) -> None:
    root = catalog.add_root(tmp_path)
    gone = weakref.ref(catalog.open_journal())
    assert gone() is None
    save(catalog, FileKey(root.id, b"a.png"))


def test_what_could_not_be_followed_is_given_out_again() -> None:
    journal = Journal()
    journal.add_files([FileKey(1, b"a"), FileKey(2, b"b")])
    journal.add_root(2)
    taken = journal.take()
    journal.put_back(*taken)
    assert journal.take() == taken == ({FileKey(1, b"a")}, {2})
