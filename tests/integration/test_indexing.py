"""The index follows the disk: real files, real SQLite, real Chroma, a fake model."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from photosearch.engine import Engine
from photosearch.errors import QueryError
from photosearch.index.chroma import ChromaStore
from photosearch.jobs import CancelToken
from photosearch.library.scanner import scan
from photosearch.model.fake import FakeEncoder
from photosearch.paths import AppPaths
from photosearch.settings import Settings
from photosearch.types import FoundFile, IndexReport, Progress, SkipKind, Skipped

Index = Callable[[Engine], IndexReport]
MakePhoto = Callable[..., Path]
Found = Callable[..., list[str]]


def test_new_photos_are_found_and_ranked_by_what_they_show(
    found: Found, engine: Engine, library: Path, make_photo: MakePhoto, index: Index
) -> None:
    make_photo("sea.png", "blue")
    make_photo("rose.png", "red")
    engine.add_root(library)
    assert index(engine).embedded == 2
    assert found(engine, "red") == ["rose.png", "sea.png"]
    assert found(engine, "blue") == ["sea.png", "rose.png"]


def test_a_second_run_reads_nothing(
    engine: Engine, encoder: FakeEncoder, library: Path, make_photo: MakePhoto, index: Index
) -> None:
    make_photo("a.png")
    engine.add_root(library)
    index(engine)
    report = index(engine)
    assert (report.embedded, report.recognised, report.unchanged) == (0, 0, 1)
    assert encoder.encoded_images == 1


def test_a_changed_photo_is_embedded_anew(
    found: Found, engine: Engine, library: Path, make_photo: MakePhoto, index: Index
) -> None:
    make_photo("a.png", "red")
    make_photo("b.png", "green")
    engine.add_root(library)
    index(engine)
    make_photo("a.png", "blue")
    assert index(engine).embedded == 1
    assert found(engine, "blue")[0] == "a.png"


def test_a_deleted_photo_is_not_found_and_its_vector_goes(
    found: Found,
    engine: Engine,
    paths: AppPaths,
    library: Path,
    make_photo: MakePhoto,
    index: Index,
) -> None:
    gone = make_photo("gone.png")
    make_photo("stays.png")
    engine.add_root(library)
    index(engine)
    gone.unlink()
    assert index(engine).removed == 1
    assert found(engine) == ["stays.png"]
    engine.close()
    store = ChromaStore(paths.vectors, FakeEncoder.spec)
    assert store.count() == 1
    store.close()


@pytest.mark.parametrize("act", [shutil.move, shutil.copy2])
def test_moving_or_copying_a_photo_costs_no_encoding(
    found: Found,
    act: Callable[[Path, Path], object],
    engine: Engine,
    encoder: FakeEncoder,
    library: Path,
    make_photo: MakePhoto,
    index: Index,
) -> None:
    photo = make_photo("a.png")
    engine.add_root(library)
    index(engine)
    (library / "sub").mkdir()
    act(photo, library / "sub" / "b.png")
    assert index(engine).recognised == 1
    assert encoder.encoded_images == 1
    assert "sub/b.png" in found(engine)


def test_two_copies_in_one_run_are_embedded_once(
    found: Found,
    engine: Engine,
    encoder: FakeEncoder,
    library: Path,
    make_photo: MakePhoto,
    index: Index,
) -> None:
    shutil.copy(make_photo("a.png"), library / "b.png")
    engine.add_root(library)
    report = index(engine)
    assert (report.embedded, report.recognised) == (1, 1)
    assert sorted(found(engine)) == ["a.png", "b.png"]


def test_a_broken_photo_is_skipped_with_its_reason_and_tried_again_when_it_changes(
    engine: Engine, library: Path, make_photo: MakePhoto, index: Index
) -> None:
    make_photo("good.png")
    (library / "bad.jpg").write_bytes(b"")
    engine.add_root(library)
    assert index(engine).skipped == 1
    [skipped] = engine.skipped()
    assert skipped.path == library / "bad.jpg"
    assert "empty" in skipped.reason
    assert index(engine).skipped == 1
    make_photo("bad.jpg", "blue")
    report = index(engine)
    assert (report.embedded, report.skipped) == (1, 0)
    assert engine.skipped() == []


def test_a_photo_that_breaks_is_no_longer_found_by_its_old_content(
    found: Found, engine: Engine, library: Path, make_photo: MakePhoto, index: Index
) -> None:
    make_photo("good.png")
    victim = make_photo("victim.png")
    engine.add_root(library)
    index(engine)
    victim.write_bytes(victim.read_bytes()[:40])
    index(engine)
    assert found(engine) == ["good.png"]


def test_one_failing_photo_in_a_batch_does_not_shift_the_others(
    found: Found, engine: Engine, library: Path, make_photo: MakePhoto, index: Index
) -> None:
    colours = ["red", "green", "blue"]
    for number in range(12):
        make_photo(f"{number:02}-{colours[number % 3]}.png", colours[number % 3])
    for number in range(0, 12, 4):
        (library / f"{number:02}-broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    engine.add_root(library)
    index(engine)
    for colour in colours:
        assert all(colour in name for name in found(engine, colour)[:4])


def test_a_name_that_is_no_text_is_indexed_and_found(
    found: Found, engine: Engine, library: Path, make_photo: MakePhoto, index: Index
) -> None:
    odd = os.fsdecode(b"caf\xe9\n.png")
    make_photo("plain.png").rename(library / odd)
    engine.add_root(library)
    index(engine)
    assert found(engine) == [odd]


def test_a_cancelled_run_keeps_what_is_done_and_the_next_one_goes_on(
    paths: AppPaths, encoder: FakeEncoder, library: Path, make_photo: MakePhoto, index: Index
) -> None:
    for number in range(20):
        make_photo(f"{number}.png")
    with Engine(paths, Settings(batch_size=4), lambda *_: encoder) as engine:
        engine.add_root(library)
        cancel = CancelToken()
        for step in engine.index(cancel):
            if encoder.encoded_images >= 8:
                cancel.cancel()
            last = step
        assert isinstance(last, IndexReport)
        assert last.is_cancelled
        assert 8 <= last.embedded < 20
        report = index(engine)
    assert report.unchanged == last.embedded
    assert encoder.encoded_images == 20


def test_cancelling_deletes_nothing(
    engine: Engine, library: Path, make_photo: MakePhoto, index: Index
) -> None:
    gone = make_photo("gone.png")
    make_photo("stays.png")
    engine.add_root(library)
    index(engine)
    gone.unlink()
    cancel = CancelToken()
    cancel.cancel()
    list(engine.index(cancel))
    assert engine.status().roots[0].photos == 2


def test_another_model_embeds_beside_the_first(
    found: Found,
    paths: AppPaths,
    encoder: FakeEncoder,
    other_encoder: FakeEncoder,
    library: Path,
    make_photo: MakePhoto,
    index: Index,
) -> None:
    make_photo("a.png")
    with Engine(paths, Settings(), lambda *_: encoder) as engine:
        engine.add_root(library)
        index(engine)
    with Engine(paths, Settings(), lambda *_: other_encoder) as engine:
        with pytest.raises(QueryError, match="other"):
            found(engine)
        assert index(engine).embedded == 1
        assert found(engine) == ["a.png"]
        assert [model.embedded for model in engine.status().models] == [1, 1]


def test_searching_before_adding_anything_says_what_to_do(found: Found, engine: Engine) -> None:
    with pytest.raises(QueryError, match="photosearch add"):
        found(engine)


def test_a_file_that_vanishes_before_it_is_read_is_as_gone_as_one_that_was_never_found(
    engine: Engine,
    library: Path,
    make_photo: MakePhoto,
    index: Index,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    photo = make_photo("a.png")
    engine.add_root(library)
    hidden = photo.with_suffix(".hidden")
    real_scan = scan

    def scan_just_in_time(root: Path, *options: object) -> list[object]:
        found = list(real_scan(root))
        photo.rename(hidden)
        return found

    monkeypatch.setattr("photosearch.survey.scan", scan_just_in_time)
    assert index(engine).skipped == 0
    monkeypatch.undo()
    hidden.rename(photo)
    report = index(engine)
    assert (report.embedded, report.skipped) == (1, 0)


def test_a_file_that_may_not_be_looked_at_is_listed_and_its_photo_kept(
    found: Found,
    engine: Engine,
    library: Path,
    make_photo: MakePhoto,
    index: Index,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_photo("a.png")
    make_photo("locked/b.png")
    engine.add_root(library)
    index(engine)
    real_scan = scan

    def scan_of_a_folder_without_search_permission(root: Path, *options: object) -> list[object]:
        reason = "It cannot be read: Permission denied."
        return [
            Skipped(root / one.relative_path, SkipKind.UNREADABLE, reason)
            if isinstance(one, FoundFile) and one.relative_path.startswith("locked")
            else one
            for one in real_scan(root)
        ]

    monkeypatch.setattr("photosearch.survey.scan", scan_of_a_folder_without_search_permission)
    report = index(engine)
    assert (report.removed, report.skipped) == (0, 1)
    assert engine.skipped()[0].path == library / "locked" / "b.png"
    assert sorted(found(engine)) == ["a.png", "locked/b.png"]
    monkeypatch.undo()
    report = index(engine)
    assert (report.unchanged, report.skipped) == (2, 0)


def test_recognised_photos_are_kept_although_a_new_one_waits_for_its_batch(
    engine: Engine, library: Path, make_photo: MakePhoto, index: Index
) -> None:
    photo = make_photo("z.png")
    engine.add_root(library)
    index(engine)
    make_photo("0 new.png")
    for number in range(600):
        os.link(photo, library / f"{number:03}.png")
    saved = []
    for step in engine.index():
        if isinstance(step, Progress) and step.done > 400:
            saved.append(engine.status().roots[0].photos)
    assert min(saved) > 200
