"""What holds for an index, whether the engine is in this process or asked over HTTP."""

from __future__ import annotations

import io
import re
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from photosearch.errors import (
    LibraryError,
    ModelError,
    QueryError,
    SettingsError,
    UnknownPhotoError,
)
from photosearch.interface import PhotoSearch
from photosearch.jobs import CancelToken
from photosearch.types import IndexReport, Phase, Progress, Query, SkipKind

MakePhoto = Callable[..., Path]


@pytest.fixture(params=["engine", "client"])
def searched(request: pytest.FixtureRequest) -> Iterator[PhotoSearch]:
    """One interface, two ways."""
    opened: PhotoSearch = request.getfixturevalue(request.param)
    yield opened
    opened.close()


def indexed(searched: PhotoSearch) -> IndexReport:
    *steps, report = searched.index()
    assert all(isinstance(step, Progress) for step in steps)
    assert isinstance(report, IndexReport)
    return report


def names(searched: PhotoSearch, **parts: object) -> list[str]:
    return [hit.photo.path.name for hit in searched.search(Query(**parts))]  # type: ignore[arg-type]


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
    assert names(searched, image_path=red) == expected
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
    hits = searched.search(Query(text="green", image_path=red))
    assert hits[0].photo.path.name == "yellow.png"


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
        Query(image_path=library / "out/0.png"): 26,
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


def test_names_that_are_no_text_come_back_whole(
    searched: PhotoSearch, library: Path, make_photo: MakePhoto
) -> None:
    odd = make_photo("caf\udce9 100% #1?\n'\".png")
    searched.add_root(library)
    indexed(searched)
    [hit] = searched.search(Query(text="red"))
    assert hit.photo.path == odd
    assert searched.photo_at(odd).files[0].photo == hit.photo
    assert hit.photo.path.read_bytes() == odd.read_bytes()


def test_facts_name_every_file_with_the_content(
    searched: PhotoSearch, library: Path, make_photo: MakePhoto
) -> None:
    photo = make_photo("a.png")
    shutil.copy2(photo, library / "copy.png")
    searched.add_root(library)
    indexed(searched)
    record = searched.photo_at(photo)
    assert searched.photo(record.content_id) == record
    assert (record.facts.width_px, record.facts.height_px) == (32, 24)
    assert [file.photo.path.name for file in record.files] == ["a.png", "copy.png"]
    assert record.files[0].stamp.size_bytes == photo.stat().st_size


def test_thumbnails_are_small_pictures_of_indexed_photos(
    searched: PhotoSearch, library: Path, make_photo: MakePhoto
) -> None:
    photo = library / "large.png"
    Image.new("RGB", (900, 600), "blue").save(photo)
    searched.add_root(library)
    indexed(searched)
    content_id = searched.photo_at(photo).content_id
    thumbnail = searched.thumbnail(content_id, 256)
    with Image.open(io.BytesIO(thumbnail.data)) as image:
        assert (image.format, image.size) == ("JPEG", (256, 171))
    assert searched.thumbnail(content_id, 256) == thumbnail
    assert searched.thumbnail(content_id, 128).etag != thumbnail.etag
    assert re.fullmatch('"[0-9a-f]+"', thumbnail.etag)
    with pytest.raises(QueryError):
        searched.thumbnail(content_id, 100)


def test_many_thumbnails_come_together_and_a_missing_one_fails_no_other(
    searched: PhotoSearch, library: Path, make_photo: MakePhoto
) -> None:
    for number in range(5):
        make_photo(f"{number}.png")
    broken = make_photo("broken.png")
    searched.add_root(library)
    indexed(searched)
    gone = searched.photo_at(broken).content_id
    broken.write_bytes(b"no photo any more")
    ids = [hit.photo.content_id for hit in searched.search(Query(text="red"))]
    unknown = ["0" * 32, "../" * 10, gone]
    made = dict(searched.thumbnails([*ids, *unknown, *ids], 256))
    assert set(made) == {*ids, *unknown}
    for content_id in set(ids) - {gone}:
        assert made[content_id] == searched.thumbnail(content_id, 256)
    for content_id in unknown:
        assert isinstance(made[content_id], UnknownPhotoError)
    assert list(searched.thumbnails([], 256)) == []
    with pytest.raises(QueryError):
        list(searched.thumbnails(ids, 100))
    many = [f"{number:032x}" for number in range(450)]
    assert {one for one, _ in searched.thumbnails(many, 256)} == set(many)


def test_who_has_seen_enough_thumbnails_may_go(
    searched: PhotoSearch, library: Path, make_photo: MakePhoto
) -> None:
    for number in range(9):
        make_photo(f"{number}.png")
    searched.add_root(library)
    indexed(searched)
    ids = [hit.photo.content_id for hit in searched.search(Query(text="red"))]
    for _ in range(20):
        for _part in searched.thumbnails(ids, 128):
            break
    assert len(list(searched.thumbnails(ids, 128))) == 9


def test_what_is_not_indexed_is_unknown(
    searched: PhotoSearch, library: Path, make_photo: MakePhoto, tmp_path: Path
) -> None:
    make_photo("a.png")
    outside = make_photo("secret.png", folder=tmp_path / "outside")
    searched.add_root(library)
    indexed(searched)
    for content_id in ("0" * 32, "../" * 10, str(outside)):
        with pytest.raises(UnknownPhotoError):
            searched.photo(content_id)
        with pytest.raises(UnknownPhotoError):
            searched.thumbnail(content_id, 256)
        with pytest.raises(UnknownPhotoError):
            searched.search(Query(similar_to=(content_id,)))
    with pytest.raises(UnknownPhotoError):
        searched.photo_at(outside)


def test_folders_are_forgotten_with_their_photos(
    searched: PhotoSearch, library: Path, make_photo: MakePhoto
) -> None:
    photo = make_photo("a.png")
    searched.add_root(library)
    indexed(searched)
    assert searched.remove_root(library) == 1
    assert (searched.roots(), photo.exists()) == ((), True)
    with pytest.raises(QueryError, match="photosearch add"):
        searched.search(Query(text="red"))
    with pytest.raises(LibraryError, match="not an added folder"):
        searched.remove_root(library)


def test_a_photo_is_left_out_at_once_and_taken_in_again(
    searched: PhotoSearch, library: Path, make_photo: MakePhoto
) -> None:
    odd = make_photo("caf\udce9 [1]* 100%?.png")
    make_photo("caf\udce9 12 100%a.png")  # what the name would match, were it a pattern
    make_photo("in/a.png")
    searched.add_root(library, ["*.tif"])
    indexed(searched)
    patterns = [searched.exclude(odd), searched.exclude(library / "in")]
    assert patterns == ["/caf\udce9 [[]1][*] 100%[?].png", "/in/"]
    assert names(searched, text="red") == ["caf\udce9 12 100%a.png"]
    with pytest.raises(UnknownPhotoError):
        searched.photo_at(odd)
    assert indexed(searched).embedded == 0
    assert searched.roots()[0].exclude == ("*.tif", *patterns)
    assert searched.status().models[0].embedded == 3  # kept for those who think again
    for pattern in patterns:
        searched.include(library, pattern)
    assert indexed(searched).embedded == 0
    expected = ["a.png", "caf\udce9 12 100%a.png", odd.name]
    assert sorted(names(searched, text="red")) == expected
    assert searched.roots()[0].exclude == ("*.tif",)


def test_what_cannot_be_left_out_is_said(searched: PhotoSearch, library: Path) -> None:
    searched.add_root(library)
    for path in (library, library / "nothing.png", Path("/nowhere/a.png")):
        with pytest.raises(LibraryError) as refused:
            searched.exclude(path)
        assert refused.value.hint
    with pytest.raises(LibraryError):
        searched.include(library.parent, "/a.png")


def test_a_folder_that_is_none_is_refused(searched: PhotoSearch, tmp_path: Path) -> None:
    (tmp_path / "file.txt").touch()
    for folder in ("nowhere", "file.txt", "/"):
        with pytest.raises(LibraryError) as refused:
            searched.add_root(tmp_path / folder)
        assert refused.value.hint


def test_a_job_says_what_it_did(
    searched: PhotoSearch, library: Path, make_photo: MakePhoto
) -> None:
    for number in range(3):
        make_photo(f"{number}.png")
    (library / "empty.jpg").touch()
    searched.add_root(library, ["*.tif"])
    steps = list(searched.index())
    report = steps[-1]
    assert isinstance(report, IndexReport)
    # Where there is a service, it may have looked at the new folder before it was asked to.
    assert report.embedded + report.unchanged == 3
    assert (report.skipped, report.is_cancelled) == (1, False)
    last = [step for step in steps if isinstance(step, Progress)][-1]
    assert last.phase is Phase.EMBEDDING
    assert last.done == last.total
    [skipped] = searched.skipped()
    assert (skipped.path, skipped.kind) == (library / "empty.jpg", SkipKind.EMPTY)
    status = searched.status()
    assert [(one.root.path, one.photos) for one in status.roots] == [(library, 3)]
    assert status.roots[0].root.exclude == ("*.tif",)
    assert [(model.spec.name, model.embedded) for model in status.models] == [("fake", 3)]
    assert status.skipped == 1


def test_a_job_that_is_stopped_says_so(
    searched: PhotoSearch, library: Path, make_photo: MakePhoto
) -> None:
    make_photo("a.png")
    searched.add_root(library)
    cancel = CancelToken()
    cancel.cancel()
    *_, report = searched.index(cancel)
    assert isinstance(report, IndexReport)
    assert report.is_cancelled


def test_the_vectors_can_be_made_anew(
    searched: PhotoSearch, library: Path, make_photo: MakePhoto
) -> None:
    make_photo("a.png")
    searched.add_root(library)
    indexed(searched)
    steps = list(searched.rebuild())
    assert {step.phase for step in steps} == {Phase.REBUILDING}
    assert names(searched, text="red") == ["a.png"]
    assert indexed(searched).unchanged == 1


def test_settings_are_changed_by_name_and_kept(searched: PhotoSearch) -> None:
    before = searched.settings
    assert searched.change_settings({"batch_size": 4}) == replace(before, batch_size=4)
    assert searched.settings.batch_size == 4
    for changes, error in (
        ({"batch_size": 0}, SettingsError),
        ({"no such": 1}, SettingsError),
        ({"model": "no such model"}, ModelError),
    ):
        with pytest.raises(error):
            searched.change_settings(changes)
    assert searched.settings.batch_size == 4


def test_the_list_of_models_says_what_each_has_and_which_one_answers(
    searched: PhotoSearch, library: Path, make_photo: MakePhoto
) -> None:
    for number in range(3):
        make_photo(f"{number}.png")
    searched.add_root(library)
    indexed(searched)
    first, *others = searched.models()
    assert first.name == "starter"
    assert (first.embedded, first.remaining, first.is_installed) == (3, 0, True)
    assert (first.is_chosen, first.is_searching) == (True, True)
    assert first.card is not None
    assert first.card.download_bytes == 0
    assert first.index_bytes > 0
    assert {one.remaining for one in others} == {3}
    assert not any(one.is_installed or one.is_chosen or one.is_searching for one in others)
    assert sum(one.card is not None and one.card.is_default for one in others) == 1


def test_what_is_needed_of_models_is_not_deleted(
    searched: PhotoSearch, library: Path, make_photo: MakePhoto
) -> None:
    make_photo("a.png")
    searched.add_root(library)
    indexed(searched)
    for delete in (searched.delete_vectors, searched.delete_model):
        for name in ("starter", "net/unknown"):
            with pytest.raises(ModelError) as refused:
                delete(name)
            assert refused.value.hint
    assert names(searched, text="red") == ["a.png"]


def test_a_model_that_is_chosen_and_not_here_leaves_the_one_before_at_work(
    searched: PhotoSearch, library: Path, make_photo: MakePhoto
) -> None:
    make_photo("a.png")
    searched.add_root(library)
    indexed(searched)
    searched.change_settings({"model": "bad/model"})
    make_photo("b.png")
    until = time.monotonic() + 120  # a service leaves a file alone for as long as it is written
    while sorted(names(searched, text="red")) != ["a.png", "b.png"]:
        assert time.monotonic() < until
        indexed(searched)
    chosen = {one.name: one for one in searched.models()}["bad/model"]
    assert (chosen.is_chosen, chosen.is_searching, chosen.is_installed) == (True, False, False)
    status = searched.status()
    assert status.switch is None
    searched.change_settings({"model": "starter"})
    assert searched.status().notices == ()


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
        Query(image_path=Path("/nowhere/a.jpg")),
    ):
        with pytest.raises(QueryError) as refused:
            searched.search(query)
        assert refused.value.message
        assert refused.value.hint
