"""What travels between client and service comes back equal, whatever names and numbers it holds."""

from __future__ import annotations

import json
import os
import string
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from photosearch import errors, jobs, model_info, types, wire
from photosearch.cli import options
from photosearch.errors import PhotoSearchError, QueryError
from photosearch.settings import Settings
from photosearch.wire.photos import LIMIT_MAX, OFFSET_MAX, SIMILAR_TO_MAX, URIS_MAX
from photosearch.wire.places import below, pattern_from_wire, pattern_on_wire, relative_path_of

names = st.binary(min_size=1, max_size=40).map(
    lambda raw: os.fsdecode(raw.replace(b"/", b"x").replace(b"\0", b"y"))
)
parts = names.filter(lambda name: name not in (".", ".."))
relative_paths = st.lists(parts, min_size=1, max_size=3).map(lambda some: Path(*some))
paths = relative_paths.map(lambda path: Path("/") / path)
texts = st.text(max_size=30)
counts = st.integers(0, 2**40)
content_ids = st.text("0123456789abcdef", min_size=32, max_size=32)
floats = st.floats(allow_nan=False, allow_infinity=False)


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


def tuples(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(values, max_size=3).map(tuple)


photos = st.builds(types.Photo, paths, relative_paths, content_ids)
stamps = st.builds(types.PhotoStamp, counts, st.integers(-(2**63), 2**63 - 1))
progress = st.builds(types.Progress, st.sampled_from(types.Phase), counts, maybe(counts), counts)
reports = st.builds(
    types.IndexReport, counts, counts, counts, counts, counts, tuples(paths), st.booleans()
)
activities = st.builds(types.Activity, st.sampled_from(types.ActivityState), maybe(progress))
notices = st.builds(types.Notice, texts, texts, maybe(paths))
roots = st.builds(types.Root, counts, paths, tuples(parts), st.booleans())
root_statuses = st.builds(types.RootStatus, roots, counts, st.sampled_from(types.WatchState))
specs = st.builds(types.ModelSpec, texts, texts, texts, counts, texts)
model_statuses = st.builds(types.ModelStatus, specs, counts)
facts = st.builds(
    types.PhotoFacts,
    counts,
    counts,
    st.integers(1, 8),
    maybe(texts),
    maybe(texts),
    maybe(texts),
    maybe(floats),
    maybe(floats),
)


shares = maybe(st.floats(0, 1))
cards = st.builds(
    model_info.ModelCard,
    **dict.fromkeys(("name", "title", "summary", "licence", "licence_url", "source"), texts),
    **dict.fromkeys(("is_research_only", "is_default"), st.booleans()),
    **dict.fromkeys(("download_bytes", "dimension"), counts),
    **dict.fromkeys(("image_gflops", "text_gflops"), floats),
    **dict.fromkeys(("flickr30k_recall_at_1", "coco_recall_at_1", "imagenet_top_1"), shares),
    languages=tuples(texts),
)
downloads = st.builds(
    model_info.Download,
    st.sampled_from(model_info.DownloadState),
    counts,
    maybe(counts),
    maybe(floats),
    maybe(notices),
)
switches = st.builds(model_info.Switch, texts, texts, counts, counts, maybe(floats))


@st.composite
def records(draw: st.DrawFn) -> types.PhotoRecord:
    content_id = draw(content_ids)
    files = draw(tuples(st.builds(types.PhotoFile, photos, stamps)))
    own = [replace(file, photo=replace(file.photo, content_id=content_id)) for file in files]
    return types.PhotoRecord(content_id, draw(facts), tuple(own))


TRAVELLERS = {
    wire.Root: roots,
    wire.RootStatus: root_statuses,
    wire.ModelStatus: model_statuses,
    wire.Status: st.builds(
        types.Status,
        tuples(root_statuses),
        tuples(model_statuses),
        counts,
        activities,
        tuples(notices),
        maybe(switches),
    ),
    wire.ModelInfo: st.builds(
        model_info.ModelInfo,
        name=texts,
        card=maybe(cards),
        download=maybe(downloads),
        photos_per_s=maybe(floats),
        **dict.fromkeys(("weights_bytes", "embedded", "index_bytes", "remaining"), counts),
        **dict.fromkeys(
            ("is_installed", "is_being_measured", "is_chosen", "is_searching"), st.booleans()
        ),
    ),
    wire.Switch: switches,
    wire.Activity: activities,
    wire.Progress: progress,
    wire.IndexReport: reports,
    wire.Hit: st.builds(types.Hit, st.integers(1, 1000), floats, photos),
    wire.PhotoFacts: facts,
    wire.PhotoRecord: records(),
    wire.Skipped: st.builds(types.Skipped, paths, st.sampled_from(types.SkipKind), texts),
    wire.Notice: notices,
    wire.Event: st.builds(
        types.Event,
        st.sampled_from(types.EventKind),
        maybe(activities),
        maybe(reports),
        maybe(notices),
    ),
    wire.Job: st.builds(
        jobs.Job,
        counts,
        st.sampled_from(jobs.JobKind),
        st.sampled_from(jobs.JobState),
        maybe(progress),
        maybe(reports),
    ),
    wire.SearchRequest: st.builds(
        types.Query,
        text=maybe(texts),
        image_paths=tuples(paths),
        image=maybe(st.binary(max_size=100)),
        similar_to=tuples(content_ids),
        folders=tuples(paths),
        limit=st.integers(1, 1000),
        model=maybe(texts),
    ),
    wire.Settings: st.builds(Settings, model=texts, batch_size=st.integers(1, 4096)),
}


def sent(model: Any, value: Any) -> Any:
    """What arrives: through JSON as bytes, which no lone surrogate survives."""
    return model.model_validate_json(model.of(value).model_dump_json().encode()).to_core()


@pytest.mark.parametrize("model", TRAVELLERS, ids=lambda model: model.__name__)
def test_what_is_sent_arrives_equal(model: type[BaseModel]) -> None:
    @given(TRAVELLERS[model])
    def arrives(value: Any) -> None:
        assert sent(model, value) == value

    arrives()


@given(paths)
def test_a_uri_holds_every_byte_of_a_name_and_is_plain_ascii(path: Path) -> None:
    uri = wire.uri_of(path)

    assert wire.path_of(uri) == path
    assert set(uri) <= set(string.ascii_letters + string.digits + "%:/._-~")
    assert uri == path.as_uri()


def test_a_uri_is_read_as_other_programs_write_it() -> None:
    expected = Path("/home/me/a photo.jpg")

    assert wire.path_of("file:///home/me/a%20photo.jpg") == expected
    assert wire.path_of("FILE://localhost/home/me/a photo.jpg") == expected
    assert wire.path_of("file:/home/me/a%20photo.jpg") == expected
    assert wire.path_of("file:///home/me/größe") == Path("/home/me/größe")


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "http://localhost/photo.jpg",
        "file://elsewhere/photo.jpg",
        "file://127.0.0.1:80/photo.jpg",
        "file:photo.jpg",
        "file://",
        "/home/me/photo.jpg",
        "photo.jpg",
        "file:///a%00b",
        "file:///a\0b",
        "file:///a?b",
        "file:///a#b",
        "file:///\ud800",
        "data:image/jpeg,x",
    ],
)
def test_what_is_no_file_uri_of_this_machine_is_refused(uri: str) -> None:
    with pytest.raises(QueryError) as caught:
        wire.path_of(uri)

    caught.value.message.encode()  # it can be shown, whatever came in


@given(st.text(max_size=50))
def test_any_text_is_a_path_or_is_refused(text: str) -> None:
    for uri in (text, f"file:///{text}", f"file://{text}"):
        try:
            path = wire.path_of(uri)
        except QueryError:
            continue
        assert path.is_absolute()
        assert wire.path_of(wire.uri_of(path)) == path


@given(paths | st.just(Path("/")), relative_paths)
def test_a_place_below_a_folder_is_written_and_read_as_any_place(root: Path, part: Path) -> None:
    uri, text = below(root, part)

    assert (uri, text) == ((root / part).as_uri(), wire.text_of(root / part))
    assert relative_path_of(uri, root.as_uri()) == (root, part)


@given(st.text("/.%2Ff0aé ?", max_size=12))
def test_what_is_said_to_lie_below_a_folder_does_or_is_refused(text: str) -> None:
    try:
        root, part = relative_path_of(f"file:///a/{text}", "file:///a")
    except (ValueError, QueryError):
        return
    assert not part.is_absolute()
    assert root / part == wire.path_of(f"file:///a/{text}")


def test_the_command_line_allows_as_many_hits_as_the_service() -> None:
    assert options.LIMIT_MAX == LIMIT_MAX


@given(names)
def test_a_pattern_survives_whatever_its_bytes(pattern: str) -> None:
    sent_pattern = pattern_on_wire(pattern)

    assert sent_pattern.encode().decode() == sent_pattern
    assert pattern_from_wire(sent_pattern) == pattern


@given(texts)
def test_a_pattern_without_percent_signs_travels_as_it_is(pattern: str) -> None:
    assume("%" not in pattern)

    assert pattern_on_wire(pattern) == pattern


@pytest.mark.parametrize(
    "kind",
    [
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, PhotoSearchError)
    ],
)
def test_an_error_comes_back_as_the_same_class_with_the_same_words(
    kind: type[PhotoSearchError],
) -> None:
    job = jobs.Job(1, jobs.JobKind.INDEX, jobs.JobState.FAILED, error=kind("What.", "Do."))

    error = sent(wire.Job, job).error

    assert type(error) is kind
    assert (error.message, error.hint) == ("What.", "Do.")


def test_an_error_of_an_unknown_kind_is_one_of_the_service() -> None:
    error = wire.Error(kind="bug", message="What.").to_core()

    assert type(error) is errors.ServiceError
    assert error.message == "What."


def test_stray_bytes_in_words_for_people_are_replaced() -> None:
    stray = os.fsdecode(b"caf\xe9")

    assert wire.Error.of(QueryError(stray, stray)).to_core().hint == "caf�"
    assert sent(wire.Notice, types.Notice(stray)).message == "caf�"
    assert sent(wire.SearchRequest, types.Query(text=stray)).text == "caf�"
    hit = wire.Hit.of(types.Hit(1, 0.5, types.Photo(Path("/a"), Path(stray), "0" * 32)))
    assert (hit.path, hit.relative_path) == ("/a/caf�", "caf�")
    assert hit.uri == "file:///a/caf%E9"


def test_a_query_names_places_from_the_root_on_wherever_it_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    query = sent(wire.SearchRequest, types.Query(image_paths=(Path("a"),), folders=(Path("b"),)))

    assert query.image_paths == (tmp_path / "a",)
    assert query.folders == (tmp_path / "b",)


def test_the_url_of_an_image_search_says_all_but_the_image() -> None:
    query = types.Query(
        text="red",
        image=b"...",
        similar_to=("0" * 32,),
        folders=(Path("/a"), Path("/b")),
        limit=3,
        offset=40,
    )

    assert wire.image_search_params(query) == [
        ("limit", "3"),
        ("offset", "40"),
        ("folder", "file:///a"),
        ("folder", "file:///b"),
        ("similar_to", "0" * 32),
        ("text", "red"),
    ]


@pytest.mark.parametrize(
    "query",
    [
        types.Query(limit=0),
        types.Query(limit=LIMIT_MAX + 1),
        types.Query(offset=-1),
        types.Query(offset=OFFSET_MAX + 1),
        types.Query(similar_to=("0" * 32,) * (SIMILAR_TO_MAX + 1)),
        types.Query(image_paths=(Path("/a.jpg"),) * (URIS_MAX + 1)),
    ],
)
def test_a_query_beyond_a_limit_is_not_sent(query: types.Query) -> None:
    with pytest.raises(ValidationError):
        wire.SearchRequest.of(query)


def test_a_setting_that_only_a_newer_service_has_is_left_out() -> None:
    document = json.loads(wire.Settings.of(Settings(batch_size=7)).model_dump_json())
    document["settings"].append({**document["settings"][0], "name": "of_tomorrow"})

    assert wire.Settings.model_validate(document).to_core() == Settings(batch_size=7)


def test_the_wire_loads_neither_server_nor_client_libraries() -> None:
    code = "import sys, photosearch.wire; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert not loaded & {"fastapi", "starlette", "uvicorn", "httpx", "numpy", "torch"}
