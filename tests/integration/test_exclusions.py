"""Photos and folders left out one by one: gone at once, and back without being embedded again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from photosearch.engine import Engine
from photosearch.errors import LibraryError
from photosearch.model.fake import FakeEncoder
from photosearch.types import IndexReport, Phase, Progress

Index = Callable[[Engine], IndexReport]
MakePhoto = Callable[..., Path]
Found = Callable[..., list[str]]


def test_what_is_left_out_costs_no_encoding_when_it_is_back(
    engine: Engine,
    encoder: FakeEncoder,
    library: Path,
    make_photo: MakePhoto,
    index: Index,
    found: Found,
) -> None:
    photo = make_photo("a.png")
    make_photo("trip/b.png")
    make_photo("trip/day/c.png")
    engine.add_root(library)
    index(engine)
    patterns = [engine.exclude(photo), engine.exclude(library / "trip")]
    assert patterns == ["/a.png", "/trip/"]
    assert [status.photos for status in engine.status().roots] == [0]
    report = index(engine)  # which also drops what nobody has any more
    assert (report.embedded, report.removed, report.unchanged) == (0, 0, 0)
    for pattern in patterns:
        engine.include(library, pattern)
    assert index(engine).recognised == 3
    assert sorted(found(engine)) == ["a.png", "trip/b.png", "trip/day/c.png"]
    assert encoder.encoded_images == 3


def test_a_pattern_is_added_once_and_the_others_stay(
    engine: Engine, library: Path, make_photo: MakePhoto, index: Index
) -> None:
    photo = make_photo("a.png")
    engine.add_root(library, ["*.tif"])
    index(engine)
    assert engine.exclude(photo) == engine.exclude(photo)
    assert engine.roots()[0].exclude == ("*.tif", "/a.png")
    engine.include(library, "/a.png")
    engine.include(library, "/a.png")
    assert engine.roots()[0].exclude == ("*.tif",)


def test_the_pattern_goes_to_the_innermost_root_and_to_the_place_that_is_known(
    engine: Engine, library: Path, make_photo: MakePhoto, index: Index, found: Found, tmp_path: Path
) -> None:
    make_photo("in/a.png")
    elsewhere = tmp_path / "elsewhere"
    make_photo("b.png", folder=elsewhere)
    (library / "link").symlink_to(elsewhere)
    engine.add_root(library)
    engine.add_root(library / "in", [])
    index(engine)
    engine.exclude(library / "in/a.png")
    engine.exclude(library / "link/b.png")
    assert [root.exclude for root in engine.roots()] == [("/link/b.png",), ("/a.png",)]
    make_photo("c.png")
    index(engine)
    assert found(engine) == ["c.png"]
    # By its real name, a link leads to where the photo is known.
    (library / "again").symlink_to(library / "in")
    engine.include(library / "in", "/a.png")
    index(engine)
    assert engine.exclude(library / "again/a.png") == "/a.png"


def test_a_job_that_began_before_does_not_bring_it_back(
    engine: Engine, library: Path, make_photo: MakePhoto, index: Index, found: Found
) -> None:
    for number in range(40):
        make_photo(f"{'in' if number % 2 else 'out'}/{number}.png")
    engine.add_root(library)
    engine.change_settings({"batch_size": 4})
    job = engine.index()
    for step in job:
        if isinstance(step, Progress) and step.phase is Phase.EMBEDDING and step.done >= 4:
            break
    engine.exclude(library / "out")
    list(job)
    assert sorted(found(engine)) == sorted(f"in/{number}.png" for number in range(1, 40, 2))


def test_patterns_that_are_taken_back_in_another_way_leave_nothing_out(
    engine: Engine, library: Path, make_photo: MakePhoto, index: Index, found: Found
) -> None:
    photo = make_photo("a.png")
    engine.add_root(library)
    index(engine)
    engine.exclude(photo)
    engine.add_root(library, [])
    index(engine)
    assert found(engine) == ["a.png"]


def test_a_photo_on_a_drive_that_is_away_can_be_left_out(
    engine: Engine, library: Path, make_photo: MakePhoto, index: Index, found: Found
) -> None:
    make_photo("trip/a.png")
    make_photo("b.png")
    engine.add_root(library)
    index(engine)
    library.rename(library.with_name("unplugged"))
    assert engine.exclude(library / "trip") == "/trip/"
    library.with_name("unplugged").rename(library)
    index(engine)
    assert found(engine) == ["b.png"]


def test_what_cannot_be_left_out_is_said(engine: Engine, library: Path, tmp_path: Path) -> None:
    (library / "in").mkdir()
    engine.add_root(library)
    engine.add_root(library / "in", [])
    for path, words in (
        (tmp_path / "a.png", "not in an added folder"),
        (library, "is an added folder"),
        (library / "in", "is an added folder"),
        (library / "nothing.png", "does not exist"),
    ):
        with pytest.raises(LibraryError, match=words) as refused:
            engine.exclude(path)
        assert refused.value.hint
    with pytest.raises(LibraryError, match="not an added folder"):
        engine.include(tmp_path, "/a.png")
