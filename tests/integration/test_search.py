"""Queries against a real index: folders as filters, photos as questions."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from photosearch import query_photos
from photosearch.engine import Engine
from photosearch.errors import QueryError, SettingsError
from photosearch.types import IndexReport, Query

Index = Callable[[Engine], IndexReport]
MakePhoto = Callable[..., Path]


def names(engine: Engine, query: Query) -> list[str]:
    return [hit.photo.path.name for hit in engine.search(query)]


@pytest.fixture
def filled(engine: Engine, library: Path, make_photo: MakePhoto, index: Index) -> Engine:
    make_photo("trip/sea.png", "blue")
    make_photo("trip/day 2/sky.png", "blue")
    make_photo("trip-2/lake.png", "blue")
    make_photo("rose.png", "red")
    engine.add_root(library)
    index(engine)
    return engine


def test_hits_are_numbered_from_one_by_falling_score(filled: Engine) -> None:
    hits = filled.search(Query(text="blue", limit=10))
    assert [hit.rank for hit in hits] == [1, 2, 3, 4]
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert hits[-1].photo.path.name == "rose.png"


def test_no_more_hits_come_than_asked_for(filled: Engine) -> None:
    assert len(filled.search(Query(text="blue", limit=2))) == 2


def test_a_folder_holds_what_is_below_it_and_not_its_namesakes(
    filled: Engine, library: Path
) -> None:
    query = Query(text="blue", folders=(library / "trip",))
    assert sorted(names(filled, query)) == ["sea.png", "sky.png"]


def test_several_folders_add_up_and_overlaps_count_once(filled: Engine, library: Path) -> None:
    folders = (library / "trip" / "day 2", library / "trip", library / "trip-2")
    assert sorted(names(filled, Query(text="blue", folders=folders))) == [
        "lake.png",
        "sea.png",
        "sky.png",
    ]


def test_a_root_and_a_folder_above_it_are_filters_too(filled: Engine, library: Path) -> None:
    assert len(names(filled, Query(text="blue", folders=(library,)))) == 4
    assert len(names(filled, Query(text="blue", folders=(library.parent,)))) == 4


def test_a_folder_that_is_not_indexed_is_refused(filled: Engine, tmp_path: Path) -> None:
    with pytest.raises(QueryError, match="not in an indexed folder"):
        filled.search(Query(text="blue", folders=(tmp_path / "elsewhere",)))


def test_a_photo_finds_those_like_it_and_not_itself(filled: Engine, library: Path) -> None:
    found = names(filled, Query(image_paths=(library / "trip" / "sea.png",)))
    assert "sea.png" not in found
    assert set(found[:2]) == {"sky.png", "lake.png"}
    assert found[2] == "rose.png"


def test_a_photo_reached_through_a_link_is_still_itself(
    filled: Engine, library: Path, tmp_path: Path
) -> None:
    link = tmp_path / "link.png"
    link.symlink_to(library / "rose.png")
    assert "rose.png" not in names(filled, Query(image_paths=(link,)))


def test_a_copy_elsewhere_is_a_hit(filled: Engine, library: Path, index: Index) -> None:
    shutil.copy(library / "rose.png", library / "rose copy.png")
    index(filled)
    best = filled.search(Query(image_paths=(library / "rose.png",)))[0]
    assert best.photo.path.name == "rose copy.png"
    assert best.score == pytest.approx(1.0, abs=2e-3)


def test_any_file_can_be_the_question(
    filled: Engine, tmp_path: Path, make_photo: MakePhoto
) -> None:
    outside = make_photo("new.png", "red", folder=tmp_path / "outside")
    assert names(filled, Query(image_paths=(outside,), limit=1)) == ["rose.png"]


def test_an_indexed_photo_whose_drive_is_away_can_still_be_the_question(
    filled: Engine, library: Path
) -> None:
    (library / "rose.png").unlink()
    assert len(names(filled, Query(image_paths=(library / "rose.png",)))) == 3


def test_a_question_that_cannot_be_read_says_why(filled: Engine, tmp_path: Path) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"")
    with pytest.raises(QueryError, match="empty"):
        filled.search(Query(image_paths=(broken,)))
    with pytest.raises(QueryError, match=r"nothing\.jpg"):
        filled.search(Query(image_paths=(tmp_path / "nothing.jpg",)))


def test_an_indexed_photo_is_searched_by_without_being_read(
    filled: Engine, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(query_photos, "read_photo", pytest.fail)
    assert len(names(filled, Query(image_paths=(library / "rose.png", library / "trip/sea.png"))))


def test_a_photo_that_was_edited_since_is_searched_by_as_it_is_now(
    filled: Engine, library: Path, make_photo: MakePhoto
) -> None:
    make_photo("trip/sea.png", "red")  # not looked at by the index yet
    assert names(filled, Query(image_paths=(library / "trip/sea.png",), limit=1)) == ["rose.png"]


def test_a_photo_that_is_not_indexed_is_embedded_once_for_all_pages(
    filled: Engine, tmp_path: Path, make_photo: MakePhoto, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = make_photo("new.png", "red", folder=tmp_path / "outside")
    first = filled.answer(Query(image_paths=(outside,), limit=2))
    monkeypatch.setattr(query_photos, "read_photo", pytest.fail)
    second = filled.answer(Query(image_paths=(outside,), limit=2, offset=2))
    assert len({hit.photo.path for hit in (*first.hits, *second.hits)}) == 4


def test_empty_words_are_refused(filled: Engine) -> None:
    with pytest.raises(QueryError, match="empty"):
        filled.search(Query(text="  "))
    with pytest.raises(QueryError, match="empty"):
        filled.search(Query())


def test_a_photo_named_from_another_folder_is_still_itself(
    filled: Engine, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(library / "trip" / "day 2")
    found = names(filled, Query(image_paths=(Path("../sea.png"),)))
    assert "sea.png" not in found
    assert len(found) == 3


def test_a_link_to_a_photo_in_the_library_is_that_photo(filled: Engine, library: Path) -> None:
    (library / "link.png").symlink_to(library / "rose.png")
    found = names(filled, Query(image_paths=(library / "link.png",), limit=3))
    assert "rose.png" not in found
    assert len(found) == 3


@pytest.mark.parametrize(
    ("folder", "found"),
    [
        ("../trip-2", ["lake.png"]),
        ("..", ["lake.png", "rose.png", "sea.png", "sky.png"]),
        (".", ["sea.png", "sky.png"]),
        ("../trip/day 2/..", ["sea.png", "sky.png"]),
    ],
)
def test_a_folder_may_be_named_from_another_one(
    filled: Engine, library: Path, monkeypatch: pytest.MonkeyPatch, folder: str, found: list[str]
) -> None:
    monkeypatch.chdir(library / "trip")
    assert sorted(names(filled, Query(text="blue", folders=(Path(folder),)))) == found


def test_a_link_to_a_folder_in_the_library_is_that_folder(filled: Engine, library: Path) -> None:
    (library / "linked").symlink_to(library / "trip-2")
    assert names(filled, Query(text="blue", folders=(library / "linked",))) == ["lake.png"]


@pytest.mark.parametrize(
    ("name", "words"), [("tripp", "does not exist"), ("rose.png", "is not a folder")]
)
def test_what_is_no_folder_is_refused_by_name(
    filled: Engine, library: Path, name: str, words: str
) -> None:
    with pytest.raises(QueryError, match=f"{name} {words}"):
        filled.search(Query(text="blue", folders=(library / name,)))


def test_a_folder_without_photos_holds_nothing(filled: Engine, library: Path) -> None:
    (library / "empty").mkdir()
    assert names(filled, Query(text="blue", folders=(library / "empty",))) == []


def test_a_folder_that_is_gone_from_the_disk_but_not_from_the_index_is_searched(
    filled: Engine, library: Path
) -> None:
    shutil.rmtree(library / "trip-2")
    assert names(filled, Query(text="blue", folders=(library / "trip-2",))) == ["lake.png"]


def test_a_folder_on_a_drive_that_is_away_is_no_error(
    filled: Engine, library: Path, make_photo: MakePhoto, index: Index
) -> None:
    other = library.parent / "other"
    make_photo("else.png", "blue", folder=other)
    filled.add_root(other)
    shutil.rmtree(library)
    index(filled)
    assert names(filled, Query(text="blue", folders=(library / "trip",))) == []


def test_a_tilde_is_the_home_folder(
    filled: Engine, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(library))
    assert names(filled, Query(text="blue", folders=(Path("~/trip-2"),))) == ["lake.png"]
    assert "rose.png" not in names(filled, Query(image_paths=(Path("~/rose.png"),)))


def test_a_current_folder_that_is_gone_is_said_in_words(
    filled: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    with pytest.raises(SettingsError, match="current folder"):
        filled.search(Query(image_paths=(Path("x.jpg"),)))


def test_a_folder_holds_the_photos_of_roots_within_it(
    filled: Engine, library: Path, make_photo: MakePhoto, index: Index
) -> None:
    make_photo("trip/.private/pool.png", "blue")
    filled.add_root(library / "trip" / ".private")
    index(filled)
    expected = ["pool.png", "sea.png", "sky.png"]
    assert sorted(names(filled, Query(text="blue", folders=(library / "trip",)))) == expected
    assert names(filled, Query(text="blue", folders=(library / "trip" / ".private",))) == [
        "pool.png"
    ]
