"""Folders that are added, nested, away, back and removed: nothing is lost that is not gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from photosearch.engine import Engine
from photosearch.errors import LibraryError, QueryError
from photosearch.library.scanner import scan
from photosearch.model.fake import FakeEncoder
from photosearch.paths import AppPaths
from photosearch.settings import Settings
from photosearch.types import IndexReport

Index = Callable[[Engine], IndexReport]
MakePhoto = Callable[..., Path]
Found = Callable[..., list[str]]


def test_a_photo_moved_to_another_root_costs_no_encoding(
    engine: Engine, encoder: FakeEncoder, tmp_path: Path, make_photo: MakePhoto, index: Index
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    photo = make_photo("a.png", folder=first)
    second.mkdir()
    (second / "keep.txt").touch()
    make_photo("b.png", folder=first)
    engine.add_root(first)
    engine.add_root(second)
    index(engine)
    photo.rename(second / "a.png")
    report = index(engine)
    assert (report.recognised, report.removed) == (1, 1)
    assert encoder.encoded_images == 2


def test_a_missing_root_is_kept_marked_offline_and_found_again(
    found: Found,
    engine: Engine,
    encoder: FakeEncoder,
    library: Path,
    make_photo: MakePhoto,
    index: Index,
) -> None:
    make_photo("a.png")
    engine.add_root(library)
    index(engine)
    away = library.rename(library.with_name("unplugged"))
    report = index(engine)
    assert report.offline_roots == (library,)
    assert engine.status().roots[0].photos == 1
    with pytest.raises(QueryError, match="away"):
        found(engine)
    away.rename(library)
    assert index(engine).unchanged == 1
    assert found(engine) == ["a.png"]
    assert encoder.encoded_images == 1


def test_an_empty_mount_point_deletes_nothing(
    engine: Engine, library: Path, make_photo: MakePhoto, index: Index
) -> None:
    make_photo("a.png")
    engine.add_root(library)
    index(engine)
    library.rename(library.with_name("drive"))
    library.mkdir()
    report = index(engine)
    assert (report.offline_roots, report.removed) == ((library,), 0)


def test_a_folder_that_its_owner_emptied_is_empty(
    engine: Engine, library: Path, make_photo: MakePhoto, index: Index
) -> None:
    photo = make_photo("a.png")
    engine.add_root(library)
    index(engine)
    photo.unlink()
    report = index(engine)
    assert (report.offline_roots, report.removed) == ((), 1)


def test_a_root_that_vanishes_during_the_scan_deletes_nothing(
    engine: Engine,
    library: Path,
    make_photo: MakePhoto,
    index: Index,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("a.png", "b.png"):
        make_photo(name)
    engine.add_root(library)
    index(engine)

    def scan_of_a_pulled_drive(root: Path, *options: object) -> object:
        library.rename(library.with_name("unplugged"))
        return iter(())

    monkeypatch.setattr("photosearch.survey.scan", scan_of_a_pulled_drive)
    report = index(engine)
    assert (report.offline_roots, report.removed) == ((library,), 0)


def test_removing_a_root_forgets_its_photos_and_leaves_the_files(
    engine: Engine, library: Path, make_photo: MakePhoto, index: Index
) -> None:
    photo = make_photo("a.png")
    engine.add_root(library)
    index(engine)
    assert engine.remove_root(library) == 1
    assert photo.exists()
    assert engine.status().roots == ()
    assert engine.status().models[0].embedded == 0


def test_a_folder_inside_a_root_adds_nothing(engine: Engine, library: Path) -> None:
    (library / "sub").mkdir()
    root = engine.add_root(library)
    assert engine.add_root(library / "sub") == root
    assert len(engine.roots()) == 1


def test_a_folder_above_a_root_indexes_the_rest_and_leaves_the_root_alone(
    found: Found,
    engine: Engine,
    encoder: FakeEncoder,
    library: Path,
    make_photo: MakePhoto,
    index: Index,
) -> None:
    make_photo("2024/a.png")
    (library / "2024" / "bad.png").touch()
    make_photo("2025/b.png")
    engine.add_root(library / "2024")
    index(engine)
    engine.add_root(library)
    report = index(engine)
    assert (report.unchanged, report.skipped, report.embedded) == (1, 1, 1)
    assert [root.path for root in engine.roots()] == [library / "2024", library]
    assert sorted(found(engine)) == ["2025/b.png", "a.png"]


def test_a_root_that_is_away_is_kept_when_the_folder_above_it_is_added(
    engine: Engine, library: Path, make_photo: MakePhoto, index: Index
) -> None:
    make_photo("drive/a.png")
    engine.add_root(library / "drive")
    index(engine)
    (library / "drive").rename(library / ".unplugged")
    make_photo("other.png")
    engine.add_root(library)
    report = index(engine)
    assert (report.removed, report.offline_roots) == (0, (library / "drive",))
    (library / ".unplugged").rename(library / "drive")
    assert index(engine).unchanged == 2


def test_a_hidden_folder_inside_a_root_can_be_added_by_name(
    found: Found, engine: Engine, library: Path, make_photo: MakePhoto, index: Index
) -> None:
    make_photo("a.png")
    make_photo(".private/b.png")
    engine.add_root(library)
    index(engine)
    assert found(engine) == ["a.png"]
    engine.add_root(library / ".private")
    index(engine)
    index(engine)
    assert sorted(found(engine)) == ["a.png", "b.png"]


def test_a_folder_inside_a_root_with_patterns_of_its_own_becomes_a_root(
    found: Found,
    engine: Engine,
    encoder: FakeEncoder,
    library: Path,
    make_photo: MakePhoto,
    index: Index,
) -> None:
    make_photo("sub/a.png")
    make_photo("sub/raw/b.png")
    engine.add_root(library)
    index(engine)
    engine.add_root(library / "sub", exclude=["raw"])
    index(engine)
    assert found(engine) == ["a.png"]
    assert encoder.encoded_images == 2


def test_a_folder_that_is_none_is_refused_with_a_hint(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="does not exist"):
        engine.add_root(tmp_path / "nothing")
    (tmp_path / "file").touch()
    with pytest.raises(LibraryError, match="is a file"):
        engine.add_root(tmp_path / "file")


def test_excluded_names_are_not_indexed(
    found: Found, engine: Engine, library: Path, make_photo: MakePhoto, index: Index
) -> None:
    make_photo("a.png")
    make_photo("drafts/b.png")
    engine.add_root(library, exclude=["drafts"])
    index(engine)
    assert found(engine) == ["a.png"]


def test_adding_a_folder_again_keeps_its_patterns_unless_new_ones_are_given(
    found: Found, engine: Engine, library: Path, make_photo: MakePhoto, index: Index
) -> None:
    make_photo("a.png")
    make_photo("drafts/b.png")
    engine.add_root(library, exclude=["drafts"])
    assert engine.add_root(library).exclude == ("drafts",)
    index(engine)
    assert found(engine) == ["a.png"]
    assert engine.add_root(library, exclude=[]).exclude == ()
    index(engine)
    assert sorted(found(engine)) == ["a.png", "drafts/b.png"]


def test_a_scan_that_breaks_off_deletes_nothing_even_if_the_folder_is_back(
    found: Found,
    engine: Engine,
    library: Path,
    make_photo: MakePhoto,
    index: Index,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_photo("a.png")
    engine.add_root(library)
    index(engine)

    def scan_that_breaks_off(root: Path, *options: object) -> Iterator[object]:
        yield from ()
        raise LibraryError("The folder went away during the scan.")

    monkeypatch.setattr("photosearch.survey.scan", scan_that_breaks_off)
    report = index(engine)
    assert (report.removed, report.offline_roots) == (0, (library,))
    monkeypatch.undo()
    assert index(engine).unchanged == 1
    assert found(engine) == ["a.png"]


def test_a_drive_pulled_out_while_another_model_reads_it_loses_no_embedding(
    found: Found,
    paths: AppPaths,
    encoder: FakeEncoder,
    other_encoder: FakeEncoder,
    library: Path,
    make_photo: MakePhoto,
    index: Index,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_photo("a.png")
    make_photo("b.png")
    with Engine(paths, Settings(), lambda *_: encoder) as engine:
        engine.add_root(library)
        index(engine)
    real_scan = scan

    def scan_before_the_drive_goes(root: Path, *options: object) -> Iterator[object]:
        yield from list(real_scan(root))
        library.rename(library.with_name("unplugged"))

    with Engine(paths, Settings(), lambda *_: other_encoder) as engine:
        monkeypatch.setattr("photosearch.survey.scan", scan_before_the_drive_goes)
        report = index(engine)
        assert report.offline_roots == (library,)
        assert report.skipped == 0
        assert [model.embedded for model in engine.status().models] == [2, 0]
    monkeypatch.undo()
    library.with_name("unplugged").rename(library)
    with Engine(paths, Settings(), lambda *_: encoder) as engine:
        assert index(engine).unchanged == 2
        assert len(found(engine)) == 2
    assert encoder.encoded_images == 2
