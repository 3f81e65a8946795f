"""What the API answers to searches, and about the photos that they find."""

from __future__ import annotations

import asyncio
import io
import json
import os
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from photosearch import types, wire
from photosearch.engine import Engine
from photosearch.errors import UnknownPhotoError
from photosearch.service.app import create_app
from photosearch.service.backend import Backend

MakePhoto = Callable[..., Path]
Index = Callable[[Engine], types.IndexReport]
TOKEN = "the-token-of-the-tests"


def test_words_find_photos_whatever_their_names(api: Any, shelf: dict[str, Path]) -> None:
    answer = api("POST", "/v1/search", json={"text": "blue", "limit": 2})

    hits = api.hits_of(answer)
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

    assert api.found(by_uri)[0] == api.found(by_path)[0] == api.found(by_upload)[0] == shelf["blue"]
    assert len(api.found(by_two)) == 1
    assert set(api.found(by_id)) == {shelf["red"], shelf["blue"]}


def test_a_search_stays_in_the_folders_that_it_names(
    api: Any, shelf: dict[str, Path], library: Path
) -> None:
    sub = (library / "sub").as_uri()

    by_words = api("POST", "/v1/search", json={"text": "blue", "folders": [sub]})
    by_upload = api(
        "POST", "/v1/search/image", params={"folder": sub}, content=shelf["blue"].read_bytes()
    )

    assert api.found(by_words) == api.found(by_upload) == [shelf["green"]]


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
    assert api.found(answer) == [at_home]


@pytest.mark.parametrize(
    ("query", "status", "kind"),
    [
        ({}, 422, "QueryError"),
        ({"text": " "}, 422, "QueryError"),
        ({"text": 5}, 422, "QueryError"),
        ({"text": "x" * 4_001}, 422, "QueryError"),
        ({"text": "red", "limit": 0}, 422, "QueryError"),
        ({"text": "red", "limit": 10_001}, 422, "QueryError"),
        ({"text": "red", "folders": ["file:///not/there"]}, 422, "QueryError"),
        ({"uri": "file:///not/there.jpg"}, 422, "QueryError"),
        ({"similar_to": ["0" * 32]}, 404, "UnknownPhotoError"),
        ({"similar_to": ["../etc/passwd"]}, 422, "QueryError"),
        ({"similar_to": ["0" * 32] * 1_001}, 422, "QueryError"),
    ],
)
def test_a_search_that_makes_no_sense_is_refused(
    api: Any, shelf: dict[str, Path], query: dict[str, Any], status: int, kind: str
) -> None:
    answer = api("POST", "/v1/search", json=query)

    assert (answer.status_code, api.error_of(answer).kind) == (status, kind)


def test_lone_surrogates_are_refused_and_not_sent_back(api: Any, shelf: dict[str, Path]) -> None:
    for body in (b'{"text": "\\udcff"}', b'{"\\udcff": 1}', b'{"uri": "file:///\\udcff"}'):
        answer = api(
            "POST", "/v1/search", content=body, headers={"Content-Type": "application/json"}
        )

        assert (answer.status_code, api.error_of(answer).kind) == (422, "QueryError")


@pytest.mark.parametrize("body", [b"", b"no image", b"\xff\xd8\xff\xe0 broken"])
def test_an_upload_that_is_no_image_is_refused(
    api: Any, shelf: dict[str, Path], body: bytes
) -> None:
    answer = api("POST", "/v1/search/image", content=body)

    assert (answer.status_code, api.error_of(answer).kind) == (422, "QueryError")


def test_a_hit_leads_to_its_facts_and_its_picture(
    api: Any, engine: Engine, shelf: dict[str, Path]
) -> None:
    hit = api.hits_of(api("POST", "/v1/search", json={"text": "blue"}))[0]

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

    assert re.fullmatch('"[0-9a-f]+"', tag)  # RFC 9110: one pair of quotes
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

    assert (answer.status_code, api.error_of(answer).kind) == (status, kind)


def test_a_search_does_not_wait_behind_pictures(
    api: Any, backend: Backend, engine: Engine, shelf: dict[str, Path]
) -> None:
    is_free = threading.Event()

    class SlowPictures:
        answer = engine.answer

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

    assert api.found(asyncio.run(ask()))[0] == shelf["red"]


def test_a_picture_that_takes_long_holds_up_no_other_in_the_same_answer(
    api: Any, backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    slow, missing, bug, *others = (digit * 32 for digit in "abcdef0")
    left = set(others)
    are_made = threading.Event()

    class Pictures:
        def thumbnail(self, content_id: str, size_px: int) -> types.Thumbnail:
            if content_id == missing:
                raise UnknownPhotoError("It is not there.")
            if content_id == bug:
                raise ZeroDivisionError
            if content_id == slow:
                assert are_made.wait(20)
            left.discard(content_id)
            if not left:
                are_made.set()
            return types.Thumbnail(f"picture of {size_px}".encode(), content_id)

    pictures = type(api)(create_app(replace(backend, engine=Pictures()), TOKEN))
    ids = [slow, missing, bug, *others]
    answer = pictures("GET", "/v1/thumbnails", params={"id": [*ids, *ids], "size": 512})

    assert answer.headers["content-type"] == "application/octet-stream"
    found = [json.loads(head) for head in re.findall(rb"{.*?}\n", answer.content)]
    heads = {one["id"]: one for one in found}
    assert len(found) == len(heads) == 7
    assert heads[missing]["error"]["kind"] == "UnknownPhotoError"
    assert heads[bug]["error"]["message"] == "The service made a mistake."
    assert found[-1]["id"] == slow
    assert answer.content.endswith(b"}\npicture of 512")
    assert heads[slow]["size_bytes"] == len("picture of 512")


@pytest.mark.parametrize(
    "params", [{}, {"id": "x"}, {"id": "a" * 32, "size": 100}, {"id": ["a" * 32] * 201}]
)
def test_pictures_that_cannot_be_asked_for_are_refused(api: Any, params: dict[str, Any]) -> None:
    answer = api("GET", "/v1/thumbnails", params=params)

    assert (answer.status_code, api.error_of(answer).kind) == (422, "QueryError")


def test_searches_and_pictures_take_the_right_of_way(
    api: Any, engine: Engine, shelf: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    claims: list[str] = []

    @contextmanager
    def claimed() -> Iterator[None]:
        claims.append("claimed")
        yield
        claims.append("left")

    monkeypatch.setattr(engine.right_of_way, "claimed", claimed)

    api("POST", "/v1/search", json={"text": "red"})
    api("POST", "/v1/search/image", content=shelf["red"].read_bytes())
    api("GET", f"/v1/photos/{engine.photo_at(shelf['red']).content_id}/thumbnail")
    assert api("POST", "/v1/search", json={}).status_code == 422

    assert claims == ["claimed", "left"] * 3 + ["claimed"]
