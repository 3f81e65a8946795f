"""What holds for searches, whether the engine is in this process or asked over HTTP."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from asked import indexed, names
from PIL import Image

from photosearch.errors import (
    QueryError,
)
from photosearch.interface import PhotoSearch
from photosearch.types import Query

MakePhoto = Callable[..., Path]


def png(colour: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (32, 24), colour).save(file, "png")
    return file.getvalue()


def test_words_rank_the_photos_of_added_folders(
    searched: PhotoSearch, library: Path, make_photo: MakePhoto
) -> None:
    make_photo("a.png", "red")
    make_photo("b.png", "blue")
    root = searched.add_root(library)
    assert (root.path, root.is_offline) == (library, False)
    assert searched.roots() == (root,)
    indexed(searched)
    first, second = searched.search(Query(text="red"))
    assert (first.rank, first.photo.path, second.rank) == (1, library / "a.png", 2)
    assert first.score > second.score
    assert first.photo.root == library
    assert names(searched, text="blue", limit=1) == ["b.png"]


def test_a_photo_is_alike_by_path_by_id_and_by_its_bytes(
    searched: PhotoSearch, library: Path, make_photo: MakePhoto
) -> None:
    red = make_photo("red.png", "red")
    make_photo("also red.png", "red")
    make_photo("blue.png", "blue")
    searched.add_root(library)
    indexed(searched)
    content_id = searched.photo_at(red).content_id
    expected = ["also red.png", "blue.png"]
    assert names(searched, image_paths=(red,)) == expected
    assert searched.search(Query(image=red.read_bytes()))[0].score <= 1.0
    assert names(searched, similar_to=(content_id,)) == expected
    # A picture that is sent may be an indexed one: that is found as well.
    assert names(searched, image=red.read_bytes()) == ["also red.png", "red.png", "blue.png"]
    assert names(searched, image=png("blue"), limit=1) == ["blue.png"]


def test_parts_of_a_query_are_averaged(
    searched: PhotoSearch, library: Path, make_photo: MakePhoto
) -> None:
    red = make_photo("red.png", "red")
    make_photo("yellow.png", "yellow")
    make_photo("blue.png", "blue")
    searched.add_root(library)
    indexed(searched)
    hits = searched.search(Query(text="green", image_paths=(red,)))
    assert hits[0].photo.path.name == "yellow.png"


def test_many_photos_are_one_query_indexed_or_not(
    searched: PhotoSearch, library: Path, make_photo: MakePhoto, tmp_path: Path
) -> None:
    inside = [make_photo(f"{number}.png", "red") for number in range(3)]
    make_photo("yellow.png", "yellow")
    make_photo("blue.png", "blue")
    outside = [
        make_photo(f"\udcff {number} %41 'ä.png", "green", folder=tmp_path / "outside")
        for number in range(200)
    ]
    searched.add_root(library)
    indexed(searched)
    ids = (searched.photo_at(inside[0]).content_id,) * 150
    query = Query(image_paths=(*inside[1:], *outside), similar_to=ids)
    answer = searched.answer(query)
    assert [hit.photo.path.name for hit in answer.hits] == ["yellow.png", "blue.png"]
    assert (answer.total, answer.unread) == (2, ())
    # With a picture of its own, no URL holds all the others.
    both = searched.answer(replace(query, image=png("green")))
    assert both.hits[0].photo.path.name == "yellow.png"


def test_a_photo_of_many_that_cannot_be_read_is_named_and_passed_over(
    searched: PhotoSearch, library: Path, make_photo: MakePhoto
) -> None:
    red, blue = make_photo("red.png", "red"), make_photo("blue.png", "blue")
    searched.add_root(library)
    indexed(searched)
    broken, missing = library / "broken.jpg", library / "nothing\udcff.jpg"
    broken.write_bytes(b"no picture")
    answer = searched.answer(Query(image_paths=(broken, red, missing)))
    assert [hit.photo.path for hit in answer.hits] == [blue]
    assert [one.path for one in answer.unread] == [broken, missing]
    assert all(one.reason for one in answer.unread)
    with pytest.raises(QueryError, match=r"None of the 2 photos .*broken\.jpg"):
        searched.answer(Query(image_paths=(broken, missing)))
    with pytest.raises(QueryError, match=r"broken\.jpg cannot be searched with"):
        searched.answer(Query(text="red", image_paths=(broken,)))


def test_pages_are_the_parts_of_one_answer(
    searched: PhotoSearch, library: Path, make_photo: MakePhoto
) -> None:
    colours = ("red", "green", "blue", "yellow")
    for number in range(26):
        make_photo(f"{'in' if number % 3 else 'out'}/{number}.png", colours[number % 4])
    shutil.copy2(library / "in/1.png", library / "in/1 again.png")  # equal scores
    searched.add_root(library)
    indexed(searched)
    content_id = searched.photo_at(library / "in/1.png").content_id
    queries = {
        Query(text="red"): 27,
        Query(text="red", folders=(library / "in",)): 18,
        Query(similar_to=(content_id,)): 25,  # neither copy is a hit of itself
        Query(image_paths=(library / "out/0.png",)): 26,
        Query(image=png("blue"), folders=(library / "out",)): 9,
    }
    for query, total in queries.items():
        whole = searched.answer(replace(query, limit=1_000))
        assert (len(whole.hits), whole.total, whole.away) == (total, total, ())
        assert [hit.rank for hit in whole.hits] == list(range(1, total + 1))
        assert searched.search(replace(query, limit=1_000)) == list(whole.hits)
        for size in (1, 7, total):
            pages = [
                searched.answer(replace(query, limit=size, offset=offset))
                for offset in range(0, total, size)
            ]
            assert tuple(hit for page in pages for hit in page.hits) == whole.hits
            assert {page.total for page in pages} == {total}
        for offset in (total, 10_000_000):
            beyond = searched.answer(replace(query, offset=offset))
            assert (beyond.hits, beyond.total) == ((), total)
    with pytest.raises(QueryError):
        searched.answer(Query(text="red", offset=-1))


def test_an_answer_names_the_folders_that_are_away(
    searched: PhotoSearch, library: Path, make_photo: MakePhoto, tmp_path: Path
) -> None:
    make_photo("a.png")
    drive = tmp_path / "dri\udcffve"
    make_photo("b.png", folder=drive)
    searched.add_root(library)
    searched.add_root(drive)
    indexed(searched)
    assert searched.answer(Query(text="red")).away == ()
    drive.rename(tmp_path / "unplugged")
    indexed(searched)
    answer = searched.answer(Query(text="red"))
    assert ([hit.photo.path.name for hit in answer.hits], answer.total) == (["a.png"], 1)
    assert answer.away == (drive,)


def test_a_search_can_be_held_to_folders(
    searched: PhotoSearch, library: Path, make_photo: MakePhoto
) -> None:
    make_photo("in/a.png")
    make_photo("out/b.png")
    searched.add_root(library)
    indexed(searched)
    assert names(searched, text="red", folders=(library / "in",)) == ["a.png"]
    with pytest.raises(QueryError, match="not in an indexed folder"):
        names(searched, text="red", folders=(Path("/nowhere"),))


def test_a_query_that_makes_no_sense_is_refused_in_words(
    searched: PhotoSearch, library: Path, make_photo: MakePhoto
) -> None:
    make_photo("a.png")
    searched.add_root(library)
    indexed(searched)
    for query in (
        Query(),
        Query(text=" "),
        Query(image=b"no picture"),
        Query(image_paths=(Path("/nowhere/a.jpg"),)),
    ):
        with pytest.raises(QueryError) as refused:
            searched.search(query)
        assert refused.value.message
        assert refused.value.hint
