"""What the API answers: searches, photos, folders, jobs, settings, and errors of one shape."""

from __future__ import annotations

import asyncio
import io
import logging
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from photosearch import __version__, types, wire
from photosearch.engine import Engine
from photosearch.service.app import create_app
from photosearch.service.backend import Backend
from photosearch.service.limits import IMAGE_MAX_BYTES, JSON_MAX_BYTES

MakePhoto = Callable[..., Path]
Index = Callable[[Engine], types.IndexReport]
TOKEN = "the-token-of-the-tests"
ODD_NAME = os.fsdecode(b"\xff \n%#?'\" \xc3\xbc.png")


@pytest.fixture
def shelf(engine: Engine, library: Path, make_photo: MakePhoto, index: Index) -> dict[str, Path]:
    """A red, a green and a blue photo, indexed; the blue one has a name that is no text."""
    photos = {
        "red": make_photo("red.png", "red"),
        "green": make_photo("sub/green.png", "green"),
        "blue": make_photo(ODD_NAME, "blue"),
    }
    engine.add_root(library)
    index(engine)
    return photos


def error_of(answer: httpx.Response) -> wire.Error:
    assert answer.headers["content-type"] == "application/json"
    return wire.ErrorBody.model_validate_json(answer.content).error


def hits_of(answer: httpx.Response) -> list[types.Hit]:
    assert answer.status_code == 200, answer.text
    return [hit.to_core() for hit in wire.SearchAnswer.model_validate_json(answer.content).hits]


def found(answer: httpx.Response) -> list[Path]:
    return [hit.photo.path for hit in hits_of(answer)]


# -- the service itself


def test_it_says_who_it_is(api: Any, tmp_path: Path) -> None:
    answer = api("GET", "/v1/about").json()

    assert answer == {
        "name": "photosearch",
        "version": __version__,
        "api_version": 1,
        "pid": os.getpid(),
        "data_dir": (tmp_path / "data").as_uri(),
    }


def test_the_status_is_the_workers(
    api: Any, worker: Any, engine: Engine, shelf: dict[str, Path]
) -> None:
    worker.activity = types.Activity(
        types.ActivityState.INDEXING, types.Progress(types.Phase.SCANNING, 3)
    )

    status = wire.Status.model_validate_json(api("GET", "/v1/status").content).to_core()

    assert status == replace(engine.status(), activity=worker.activity)
    assert status.roots[0].photos == 3


def test_skipped_files_come_in_pages(api: Any, engine: Engine, library: Path, index: Index) -> None:
    for name in (b"a.jpg", b"b.jpg", b"\xff.jpg"):
        (library / os.fsdecode(name)).write_bytes(b"no photo")
    engine.add_root(library)
    index(engine)

    pages = [api("GET", f"/v1/skipped?offset={offset}&limit=2").json() for offset in (0, 2, 4)]

    assert [len(page["skipped"]) for page in pages] == [2, 1, 0]
    assert {page["total"] for page in pages} == {3}
    skipped = [wire.Skipped(**one).to_core() for page in pages for one in page["skipped"]]
    assert skipped == engine.skipped()


def test_models_are_those_used_and_the_chosen_one(
    api: Any, backend: Backend, engine: Engine, shelf: dict[str, Path]
) -> None:
    class Chosen:
        status = engine.status
        settings = replace(engine.settings, model="fake")

    chosen = type(api)(create_app(replace(backend, engine=Chosen()), TOKEN))
    answers = [one("GET", "/v1/models").json() for one in (api, chosen)]

    assert [answer["chosen"] for answer in answers] == ["starter", "fake"]
    assert [answer["models"][0]["is_chosen"] for answer in answers] == [False, True]
    (model,) = answers[0]["models"]
    assert (model["name"], model["embedded"]) == ("fake", 3)
    assert model["key"] == engine.status().models[0].spec.key


def test_settings_are_described_and_changed(api: Any, engine: Engine) -> None:
    before = {one["name"]: one for one in api("GET", "/v1/settings").json()["settings"]}
    assert before["batch_size"]["value"] == before["batch_size"]["default"] == 16
    assert before["batch_size"]["low"] == 1
    assert "cpu" in before["device"]["choices"]
    assert all(one["description"] for one in before.values())

    answer = api("PATCH", "/v1/settings", json={"batch_size": 3, "background_priority": False})

    after = wire.Settings.model_validate_json(answer.content).to_core()
    assert (after.batch_size, after.background_priority) == (3, False)
    assert after == engine.settings


@pytest.mark.parametrize(
    "changes", [{"batch_size": 0}, {"batch_size": None}, {"device": ["cpu"]}, {"unknown": 1}]
)
def test_a_setting_that_is_not_allowed_changes_nothing(
    api: Any, engine: Engine, changes: dict[str, Any]
) -> None:
    before = engine.settings

    answer = api("PATCH", "/v1/settings", json={"decode_threads": 2, **changes})

    assert answer.status_code == 422
    assert error_of(answer).kind == "SettingsError"
    assert engine.settings == before


def test_a_stop_is_answered_before_it_happens(backend: Backend, api: Any) -> None:
    stopped: list[bool] = []
    app = create_app(replace(backend, stop=lambda: stopped.append(True)), TOKEN)

    answer = type(api)(app)("POST", "/v1/stop")

    assert answer.status_code == 202
    assert answer.json()["pid"] == os.getpid()
    assert stopped == [True]


# -- folders


def test_a_folder_is_added_listed_and_removed_whatever_its_name(
    api: Any, worker: Any, engine: Engine, tmp_path: Path, make_photo: MakePhoto, index: Index
) -> None:
    folder = tmp_path / ODD_NAME
    make_photo("red.png", folder=folder)
    excluded = os.fsdecode(b"100%\xfe*")
    request = {"uri": folder.as_uri(), "exclude": [wire.pattern_on_wire(excluded)]}

    added = wire.Root.model_validate_json(api("POST", "/v1/roots", json=request).content)
    index(engine)

    assert added.to_core() == types.Root(added.id, folder, (excluded,))
    assert api("GET", "/v1/roots").json()["roots"] == [added.model_dump()]
    assert worker.times_roots_changed == 1
    assert api("DELETE", f"/v1/roots/{added.id}").json() == {"photos": 1}
    assert engine.roots() == ()
    assert worker.times_roots_changed == 2


def test_a_folder_may_be_named_as_plain_text(api: Any, library: Path) -> None:
    answer = api("POST", "/v1/roots", json={"path": str(library)})

    assert answer.json()["uri"] == library.as_uri()


@pytest.mark.parametrize(
    ("request_", "status", "kind"),
    [
        ({}, 422, "QueryError"),
        ({"path": "photos"}, 422, "QueryError"),
        ({"path": "~"}, 422, "QueryError"),
        ({"uri": "http://elsewhere/"}, 422, "QueryError"),
        ({"uri": "file:///a", "path": "/a"}, 422, "QueryError"),
        ({"path": "/\0"}, 422, "QueryError"),
        ({"path": "/not/there"}, 409, "LibraryError"),
        ({"path": "/not/there", "typo": 1}, 422, "QueryError"),
    ],
)
def test_a_folder_that_cannot_be_added_is_refused(
    api: Any, worker: Any, request_: dict[str, str], status: int, kind: str
) -> None:
    answer = api("POST", "/v1/roots", json=request_)

    assert (answer.status_code, error_of(answer).kind) == (status, kind)
    assert worker.times_roots_changed == 0


def test_a_folder_that_was_never_added_cannot_be_removed(api: Any) -> None:
    answer = api("DELETE", "/v1/roots/99")

    assert (answer.status_code, error_of(answer).kind) == (404, "LibraryError")


# -- search


def test_words_find_photos_whatever_their_names(api: Any, shelf: dict[str, Path]) -> None:
    answer = api("POST", "/v1/search", json={"text": "blue", "limit": 2})

    hits = hits_of(answer)
    assert len(hits) == 2
    assert hits[0].photo.path == shelf["blue"]
    assert answer.json()["hits"][0]["path"] == f"{shelf['blue'].parent}/� \n%#?'\" ü.png"
    assert answer.json()["away"] == []


def test_photos_are_found_by_a_file_by_an_upload_and_by_indexed_ones(
    api: Any, engine: Engine, shelf: dict[str, Path], tmp_path: Path, make_photo: MakePhoto
) -> None:
    like = make_photo("like-blue.png", "blue", folder=tmp_path)
    green = engine.photo_at(shelf["green"]).content_id

    by_uri = api("POST", "/v1/search", json={"uri": like.as_uri()})
    by_path = api("POST", "/v1/search", json={"path": str(like)})
    by_upload = api("POST", "/v1/search/image", content=like.read_bytes())
    by_two = api(
        "POST", f"/v1/search/image?limit=1&similar_to={green}&text=green", content=like.read_bytes()
    )
    by_id = api("POST", "/v1/search", json={"similar_to": [green]})

    assert found(by_uri)[0] == found(by_path)[0] == found(by_upload)[0] == shelf["blue"]
    assert len(found(by_two)) == 1
    assert set(found(by_id)) == {shelf["red"], shelf["blue"]}


def test_a_search_stays_in_the_folders_that_it_names(
    api: Any, shelf: dict[str, Path], library: Path
) -> None:
    sub = (library / "sub").as_uri()

    by_words = api("POST", "/v1/search", json={"text": "blue", "folders": [sub]})
    by_upload = api(
        "POST", "/v1/search/image", params={"folder": sub}, content=shelf["blue"].read_bytes()
    )

    assert found(by_words) == found(by_upload) == [shelf["green"]]


def test_a_search_says_which_folders_are_away(
    api: Any,
    engine: Engine,
    shelf: dict[str, Path],
    library: Path,
    tmp_path: Path,
    make_photo: MakePhoto,
    index: Index,
) -> None:
    at_home = make_photo("red.png", "red", folder=tmp_path / "home")
    engine.add_root(at_home.parent)
    library.rename(tmp_path / "unplugged")
    index(engine)

    answer = api("POST", "/v1/search", json={"text": "red"})

    assert answer.json()["away"] == [library.as_uri()]
    assert found(answer) == [at_home]


@pytest.mark.parametrize(
    ("query", "status", "kind"),
    [
        ({}, 422, "QueryError"),
        ({"text": " "}, 422, "QueryError"),
        ({"text": 5}, 422, "QueryError"),
        ({"text": "x" * 4_001}, 422, "QueryError"),
        ({"text": "red", "limit": 0}, 422, "QueryError"),
        ({"text": "red", "limit": 1001}, 422, "QueryError"),
        ({"text": "red", "folders": ["file:///not/there"]}, 422, "QueryError"),
        ({"uri": "file:///not/there.jpg"}, 422, "QueryError"),
        ({"similar_to": ["0" * 32]}, 404, "UnknownPhotoError"),
        ({"similar_to": ["../etc/passwd"]}, 422, "QueryError"),
        ({"similar_to": ["0" * 32] * 101}, 422, "QueryError"),
    ],
)
def test_a_search_that_makes_no_sense_is_refused(
    api: Any, shelf: dict[str, Path], query: dict[str, Any], status: int, kind: str
) -> None:
    answer = api("POST", "/v1/search", json=query)

    assert (answer.status_code, error_of(answer).kind) == (status, kind)


def test_lone_surrogates_are_refused_and_not_sent_back(api: Any, shelf: dict[str, Path]) -> None:
    for body in (b'{"text": "\\udcff"}', b'{"\\udcff": 1}', b'{"uri": "file:///\\udcff"}'):
        answer = api(
            "POST", "/v1/search", content=body, headers={"Content-Type": "application/json"}
        )

        assert (answer.status_code, error_of(answer).kind) == (422, "QueryError")


@pytest.mark.parametrize("body", [b"", b"no image", b"\xff\xd8\xff\xe0 broken"])
def test_an_upload_that_is_no_image_is_refused(
    api: Any, shelf: dict[str, Path], body: bytes
) -> None:
    answer = api("POST", "/v1/search/image", content=body)

    assert (answer.status_code, error_of(answer).kind) == (422, "QueryError")


# -- photos


def test_a_hit_leads_to_its_facts_and_its_picture(
    api: Any, engine: Engine, shelf: dict[str, Path]
) -> None:
    hit = hits_of(api("POST", "/v1/search", json={"text": "blue"}))[0]

    by_id = api("GET", f"/v1/photos/{hit.photo.content_id}")
    by_place = api("GET", "/v1/photos", params={"uri": wire.uri_of(hit.photo.path)})
    picture = api("GET", f"/v1/photos/{hit.photo.content_id}/thumbnail?size=128")

    record = wire.PhotoRecord.model_validate_json(by_id.content).to_core()
    assert record == engine.photo(hit.photo.content_id)
    assert [file.photo.path for file in record.files] == [shelf["blue"]]
    assert (record.facts.width_px, record.facts.height_px) == (32, 24)
    assert by_place.json() == by_id.json()
    assert picture.headers["content-type"] == "image/jpeg"
    assert Image.open(io.BytesIO(picture.content)).size == (32, 24)


def test_a_picture_at_hand_is_not_sent_again(
    api: Any, engine: Engine, shelf: dict[str, Path]
) -> None:
    path = f"/v1/photos/{engine.photo_at(shelf['red']).content_id}/thumbnail"
    first = api("GET", path)
    tag = first.headers["etag"]

    for tags in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = api("GET", path, headers={"If-None-Match": tags})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
    assert api("GET", path, headers={"If-None-Match": '"other"'}).status_code == 200
    assert api("GET", f"{path}?size=128").headers["etag"] != tag
    assert first.headers["cache-control"].startswith("private")


@pytest.mark.parametrize(
    ("path", "status", "kind"),
    [
        (f"/v1/photos/{'0' * 32}", 404, "UnknownPhotoError"),
        (f"/v1/photos/{'0' * 32}/thumbnail", 404, "UnknownPhotoError"),
        ("/v1/photos?uri=file:///etc/passwd", 404, "UnknownPhotoError"),
        ("/v1/photos", 422, "QueryError"),
        (f"/v1/photos/{'A' * 32}", 422, "QueryError"),
        (f"/v1/photos/{'0' * 33}/thumbnail", 422, "QueryError"),
        (f"/v1/photos/{'0' * 32}/thumbnail?size=129", 422, "QueryError"),
        (f"/v1/photos/{'0' * 32}%0A", 422, "QueryError"),
        ("/v1/photos/%2e%2e", 422, "QueryError"),
        ("/v1/photos/%2e%2e%2f%2e%2e%2fetc%2fpasswd", 404, "Refused"),
        ("/v1/nothing", 404, "Refused"),
        ("/docs", 404, "Refused"),
    ],
)
def test_what_is_no_indexed_photo_cannot_be_read(
    api: Any, shelf: dict[str, Path], path: str, status: int, kind: str
) -> None:
    answer = api("GET", path)

    assert (answer.status_code, error_of(answer).kind) == (status, kind)


def test_a_search_does_not_wait_behind_pictures(
    api: Any, backend: Backend, engine: Engine, shelf: dict[str, Path]
) -> None:
    is_free = threading.Event()

    class SlowPictures:
        search, roots = engine.search, engine.roots

        def thumbnail(self, content_id: str, size_px: int) -> types.Thumbnail:
            assert is_free.wait(20)
            return types.Thumbnail(b"picture", "tag")

    slow = type(api)(create_app(replace(backend, engine=SlowPictures()), TOKEN))

    async def ask() -> httpx.Response:
        path = f"/v1/photos/{'0' * 32}/thumbnail"
        pictures = [asyncio.create_task(slow.ask("GET", path)) for _ in range(60)]
        answer = await slow.ask("POST", "/v1/search", json={"text": "red"})
        assert not any(picture.done() for picture in pictures)
        is_free.set()
        assert {(await picture).content for picture in pictures} == {b"picture"}
        return answer

    assert found(asyncio.run(ask()))[0] == shelf["red"]


def test_searches_and_pictures_take_the_right_of_way(
    api: Any, backend: Backend, engine: Engine, shelf: dict[str, Path]
) -> None:
    claims: list[str] = []

    @contextmanager
    def claimed() -> Iterator[None]:
        claims.append("claimed")
        yield
        claims.append("left")

    polite = type(api)(create_app(replace(backend, claimed=claimed), TOKEN))

    polite("POST", "/v1/search", json={"text": "red"})
    polite("POST", "/v1/search/image", content=shelf["red"].read_bytes())
    polite("GET", f"/v1/photos/{engine.photo_at(shelf['red']).content_id}/thumbnail")
    assert polite("POST", "/v1/search", json={}).status_code == 422

    assert claims == ["claimed", "left"] * 3 + ["claimed"]


# -- work


def test_jobs_are_asked_for_followed_and_stopped(api: Any, worker: Any) -> None:
    asked = api("POST", "/v1/index", json={"model": "other"})
    rebuilt = api("POST", "/v1/rebuild")

    assert (asked.status_code, rebuilt.status_code) == (202, 202)
    assert worker.models == ["other", None]
    assert wire.Job.model_validate_json(asked.content).to_core() == worker.jobs[1]
    assert api("GET", "/v1/jobs/2").json()["kind"] == "rebuild"
    assert api("DELETE", "/v1/jobs/1").json()["state"] == "done"
    for method in ("GET", "DELETE"):
        answer = api(method, "/v1/jobs/3")
        assert (answer.status_code, error_of(answer).kind) == (404, "ServiceError")


def test_who_waits_for_a_job_hears_of_its_next_step(api: Any, worker: Any) -> None:
    api("POST", "/v1/rebuild")
    step = replace(
        worker.jobs[1],
        state=types.JobState.RUNNING,
        progress=types.Progress(types.Phase.REBUILDING, 1, 2),
    )

    async def ask() -> httpx.Response:
        waiting = asyncio.create_task(api.ask("GET", "/v1/jobs/1?wait_s=10"))
        while not waiting.done():  # a step is made whenever it is that the request looks first
            await asyncio.sleep(0.2)
            worker.jobs[1] = step
        return await waiting

    assert wire.Job.model_validate_json(asyncio.run(ask()).content).to_core() == step


def test_who_waits_for_a_job_waits_for_its_time_only(api: Any, worker: Any) -> None:
    api("POST", "/v1/rebuild")

    assert api("GET", "/v1/jobs/1?wait_s=0.1").json()["state"] == "queued"
    assert api("GET", "/v1/jobs/1?wait_s=11").status_code == 422


def test_nobody_waits_for_a_job_when_the_service_ends(
    api: Any, worker: Any, backend: Backend
) -> None:
    api("POST", "/v1/rebuild")
    backend.hub.close()

    async def ask() -> httpx.Response:
        return await asyncio.wait_for(api.ask("GET", "/v1/jobs/1?wait_s=10"), 8)

    assert asyncio.run(ask()).json()["state"] == "queued"


def test_a_job_that_failed_says_why(api: Any, worker: Any) -> None:
    from photosearch.errors import ModelError

    api("POST", "/v1/rebuild")
    failed = replace(
        worker.jobs[1], state=types.JobState.FAILED, error=ModelError("No.", "Try another.")
    )
    worker.jobs[1] = failed

    assert api("GET", "/v1/jobs/1?wait_s=10").json()["error"] == {
        "kind": "ModelError",
        "message": "No.",
        "hint": "Try another.",
    }


def test_work_is_paused_and_resumed(api: Any) -> None:
    assert api("POST", "/v1/pause").json() == {"state": "paused", "progress": None}
    assert api("POST", "/v1/resume").json() == {"state": "idle", "progress": None}


# -- errors and limits


def test_a_bug_is_logged_and_tells_nothing(
    api: Any, backend: Backend, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken:
        def roots(self) -> tuple[types.Root, ...]:
            raise RuntimeError("the secret inside")

    broken = type(api)(create_app(replace(backend, engine=Broken()), TOKEN))
    with caplog.at_level(logging.ERROR):
        answer = broken("GET", "/v1/roots")

    assert (answer.status_code, error_of(answer).kind) == (500, "bug")
    assert "secret" not in answer.text
    assert caplog.records[0].exc_info is not None
    assert "the secret inside" in caplog.text


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("ModelError", 409),
        ("LibraryError", 409),
        ("IndexLockedError", 423),
        ("IndexDamagedError", 500),
        ("ServiceError", 503),
        ("PhotoSearchError", 507),
    ],
)
def test_every_error_of_ours_has_its_status(
    api: Any, backend: Backend, kind: str, status: int
) -> None:
    from photosearch import errors

    class Broken:
        def roots(self) -> tuple[types.Root, ...]:
            raise getattr(errors, kind)("What.", "Do.")

    broken = type(api)(create_app(replace(backend, engine=Broken()), TOKEN))

    answer = broken("GET", "/v1/roots")

    assert answer.status_code == status
    assert error_of(answer) == wire.Error(kind=kind, message="What.", hint="Do.")


def test_a_method_that_a_path_has_not_is_refused_in_the_same_shape(api: Any) -> None:
    answer = api("PUT", "/v1/roots")

    assert (answer.status_code, error_of(answer).kind) == (405, "Refused")
    assert answer.headers["allow"]


@pytest.mark.parametrize(
    "body", [b"{", b"[" * 100_000, b'{"text": 1e999}', b"\xff\xfe", b"null", b'"text"']
)
def test_a_body_that_is_not_the_json_asked_for_is_refused(api: Any, body: bytes) -> None:
    answer = api("POST", "/v1/search", content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code in (400, 422)
    assert error_of(answer).message


def in_chunks(total_bytes: int, taken: list[int]) -> Any:
    """A body that does not say how long it is, and notes how much of it was taken."""

    async def chunks() -> Any:
        left = total_bytes
        while left > 0:
            size = min(left, 2**18)
            left -= size
            taken.append(size)
            yield b"x" * size

    return chunks()


@pytest.mark.parametrize(
    ("path", "limit"), [("/v1/search", JSON_MAX_BYTES), ("/v1/search/image", IMAGE_MAX_BYTES)]
)
def test_a_body_that_is_too_long_is_refused_and_not_taken(api: Any, path: str, limit: int) -> None:
    taken: list[int] = []
    headers = {"Content-Type": "application/json"}

    chunked = api("POST", path, content=in_chunks(3 * limit, taken), headers=headers)

    assert (chunked.status_code, error_of(chunked).kind) == (413, "Refused")
    assert sum(taken) <= limit + 2**18
    taken.clear()
    stated = api(
        "POST",
        path,
        content=in_chunks(3 * limit, taken),
        headers=headers | {"Content-Length": str(limit + 1)},
    )
    assert (stated.status_code, error_of(stated).kind) == (413, "Refused")
    assert taken == []


def test_an_image_may_be_longer_than_other_bodies(api: Any, shelf: dict[str, Path]) -> None:
    photo = shelf["red"].read_bytes() + b"\0" * (2 * JSON_MAX_BYTES)

    assert found(api("POST", "/v1/search/image", content=photo))[0] == shelf["red"]
