"""Looking at what changed alone comes to the same as looking at everything."""

from __future__ import annotations

import os
import shutil
import weakref
from collections.abc import Callable
from pathlib import Path

import pytest

from photosearch.engine import Engine
from photosearch.errors import PhotoSearchError
from photosearch.index.ranking import PhotoMatrix
from photosearch.index.vector_table import VectorTable
from photosearch.model.fake import FakeEncoder
from photosearch.types import Changes, IndexReport

MakePhoto = Callable[..., Path]
Found = Callable[..., list[str]]


@pytest.fixture
def index_changes(engine: Engine) -> Callable[..., IndexReport]:
    def run(*paths: Path, roots: tuple[Path, ...] = ()) -> IndexReport:
        changes = Changes(frozenset(map(os.fspath, paths)), frozenset(roots))
        report = list(engine.index_changes(changes))[-1]
        assert isinstance(report, IndexReport)
        return report

    return run


IndexChanges = Callable[..., IndexReport]


def test_only_what_is_named_is_looked_at(
    engine: Engine,
    library: Path,
    make_photo: MakePhoto,
    index_changes: IndexChanges,
    found: Found,
) -> None:
    engine.add_root(library)
    named = make_photo("a.png")
    make_photo("b.png")
    folder = make_photo("c/d/e.png").parents[1]
    report = index_changes(named, folder)
    assert (report.embedded, report.removed) == (2, 0)
    assert sorted(found(engine)) == ["a.png", "c/d/e.png"]
    named.unlink()
    shutil.rmtree(folder)
    assert index_changes(named, folder).removed == 2


def test_a_moved_photo_is_recognised_whichever_end_is_looked_at_first(
    engine: Engine,
    encoder: FakeEncoder,
    library: Path,
    make_photo: MakePhoto,
    index_changes: IndexChanges,
    found: Found,
) -> None:
    engine.add_root(library)
    photo = make_photo("a.png")
    index_changes(photo)
    moved = photo.rename(library / "b.png")
    assert index_changes(photo).removed == 1
    assert index_changes(moved).recognised == 1
    assert (found(engine), encoder.encoded_images) == (["b.png"], 1)


def test_what_no_scan_would_come_to_is_left_out(
    engine: Engine,
    library: Path,
    make_photo: MakePhoto,
    index_changes: IndexChanges,
) -> None:
    engine.add_root(library, ["drafts/"])
    paths = [
        make_photo(name)
        for name in (".hidden.png", ".hidden/a.png", "drafts/a.png", "quiet/deep/a.png")
    ]
    (library / "quiet" / ".nomedia").touch()
    note = library / "notes.txt"
    note.write_text("no photo")
    report = index_changes(*paths, note, library / "drafts", Path("/elsewhere/a.png"))
    assert (report.embedded, report.skipped) == (0, 0)


def test_a_folder_that_asks_to_be_left_alone_is_gone(
    engine: Engine,
    library: Path,
    make_photo: MakePhoto,
    index_changes: IndexChanges,
) -> None:
    engine.add_root(library)
    folder = make_photo("quiet/a.png").parent
    make_photo("quiet/deep/b.png")
    index_changes(folder)
    (folder / ".nomedia").touch()
    assert index_changes(folder).removed == 2
    (folder / ".nomedia").unlink()
    assert index_changes(folder).recognised == 2


def test_a_folder_within_another_is_its_own_also_when_the_outer_one_is_named(
    engine: Engine,
    library: Path,
    make_photo: MakePhoto,
    index_changes: IndexChanges,
) -> None:
    engine.add_root(library / make_photo("in/a.png").parent.name)
    engine.add_root(library)
    make_photo("b.png")
    assert index_changes(library).embedded == 2
    assert [one.photos for one in engine.status().roots] == [1, 1]
    shutil.rmtree(library / "in")
    report = index_changes(library / "in")
    assert (report.removed, report.offline_roots) == (0, (library / "in",))


def test_changes_in_a_root_that_is_away_delete_nothing(
    engine: Engine,
    library: Path,
    make_photo: MakePhoto,
    index_changes: IndexChanges,
    found: Found,
) -> None:
    engine.add_root(library)
    photo = make_photo("a.png")
    index_changes(photo)
    away = library.rename(library.with_name("away"))
    report = index_changes(photo)
    assert (report.removed, report.offline_roots) == (0, (library,))
    away.rename(library)
    index_changes(photo)
    assert found(engine) == ["a.png"]


def test_a_link_that_appears_makes_its_whole_root_be_looked_at(
    engine: Engine,
    library: Path,
    make_photo: MakePhoto,
    index_changes: IndexChanges,
    found: Found,
    tmp_path: Path,
) -> None:
    engine.add_root(library)
    make_photo("a.png", folder=tmp_path / "elsewhere")
    link = library / "link"
    link.symlink_to(tmp_path / "elsewhere")
    index_changes(link)
    assert found(engine) == ["link/a.png"]
    assert engine.links() == {library: {tmp_path / "elsewhere": True}}
    make_photo("b.png", folder=tmp_path / "elsewhere")
    index_changes(roots=(library,))  # as who watches the folder behind the link reports it
    assert sorted(found(engine)) == ["link/a.png", "link/b.png"]


def test_a_folder_that_cannot_be_listed_keeps_what_is_known_of_it(
    engine: Engine,
    library: Path,
    make_photo: MakePhoto,
    index_changes: IndexChanges,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    engine.add_root(library)
    folder = make_photo("locked/a.png").parent
    index_changes(folder)
    real_scandir = os.scandir

    def refuse(path: object) -> object:
        if str(path).rstrip("/").endswith("locked"):
            raise PermissionError(13, "Permission denied")
        return real_scandir(path)  # type: ignore[call-overload]

    monkeypatch.setattr("photosearch.library.scanner.os.scandir", refuse)
    report = index_changes(folder)
    assert (report.removed, report.skipped) == (0, 1)
    monkeypatch.undo()
    report = index_changes(folder)
    assert (report.unchanged, report.skipped) == (1, 0)


def test_a_file_that_is_being_written_waits(
    engine: Engine, library: Path, make_photo: MakePhoto, index_changes: IndexChanges, found: Found
) -> None:
    engine.add_root(library)
    photo = make_photo("a.png")
    engine.being_written = lambda: {str(photo)}
    report = index_changes(roots=(library,))
    assert (report.embedded, report.skipped) == (0, 0)
    engine.being_written = frozenset
    index_changes(photo)
    assert found(engine) == ["a.png"]


def test_a_search_sees_each_change_without_loading_anything_anew(
    engine: Engine,
    library: Path,
    make_photo: MakePhoto,
    index_changes: IndexChanges,
    found: Found,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    engine.add_root(library)
    index_changes(make_photo("a.png"))
    assert found(engine) == ["a.png"]
    loads = []
    monkeypatch.setattr("photosearch.search.PhotoMatrix.load", lambda *_: loads.append(1))
    index_changes(make_photo("b.png"))
    assert found(engine) == ["a.png", "b.png"]
    (library / "a.png").unlink()
    index_changes(library / "a.png")
    assert found(engine) == ["b.png"]
    assert loads == []


def test_a_change_of_a_file_beside_links_costs_no_scan(
    engine: Engine,
    library: Path,
    tmp_path: Path,
    make_photo: MakePhoto,
    index_changes: IndexChanges,
    found: Found,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_photo("behind.png", folder=tmp_path / "elsewhere")
    (library / "link").symlink_to(tmp_path / "elsewhere")
    (library / "link2").symlink_to(tmp_path / "elsewhere")
    engine.add_root(library)
    index_changes(roots=(library,))
    photo = make_photo("a.png")
    with monkeypatch.context() as patch:
        patch.setattr("photosearch.survey.scan", None)
        assert index_changes(photo).embedded == 1
        photo.unlink()
        assert index_changes(photo).removed == 1
    (library / "link").unlink()
    index_changes(library / "link")
    assert found(engine) == ["link2/behind.png"]


def test_a_search_that_could_not_read_what_changed_reads_it_the_next_time(
    engine: Engine,
    library: Path,
    make_photo: MakePhoto,
    index_changes: IndexChanges,
    found: Found,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    engine.add_root(library)
    index_changes(make_photo("a.png"))
    assert found(engine) == ["a.png"]
    index_changes(make_photo("b.png"))

    def fail(*_: object) -> None:
        raise PhotoSearchError("The disk cannot be read.")

    with monkeypatch.context() as patch:
        patch.setattr("photosearch.index.vector_table.VectorTable.ranking_rows_of", fail)
        with pytest.raises(PhotoSearchError):
            found(engine)
    assert sorted(found(engine)) == ["a.png", "b.png"]


def test_a_folder_that_is_read_anew_is_not_in_memory_twice(
    engine: Engine,
    library: Path,
    make_photo: MakePhoto,
    index_changes: IndexChanges,
    found: Found,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    engine.add_root(library)
    index_changes(make_photo("a.png"))
    loaded: list[weakref.ref[PhotoMatrix]] = []
    in_memory: list[PhotoMatrix | None] = []
    real = VectorTable.ranking_rows

    def look(self: VectorTable, *which: int) -> object:
        in_memory.extend(matrix() for matrix in loaded)
        return real(self, *which)

    searcher = engine._models.get(engine.settings).searcher()
    assert found(engine) == ["a.png"]
    loaded.append(weakref.ref(searcher._matrix))
    monkeypatch.setattr(VectorTable, "ranking_rows", look)
    away = library.rename(library.with_name("away"))
    index_changes(roots=(library,))
    away.rename(library)
    index_changes(roots=(library,))
    assert found(engine) == ["a.png"]
    assert in_memory == [None]
