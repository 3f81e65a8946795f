"""How the API says what went wrong, and how much it takes in."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from photosearch import types, wire
from photosearch.service.app import create_app
from photosearch.service.backend import Backend
from photosearch.service.limits import IMAGE_MAX_BYTES, JSON_MAX_BYTES, SEARCH_MAX_BYTES

TOKEN = "the-token-of-the-tests"


def test_a_bug_is_logged_and_tells_nothing(
    api: Any, backend: Backend, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken:
        def roots(self) -> tuple[types.Root, ...]:
            raise RuntimeError("the secret inside")

    broken = type(api)(create_app(replace(backend, engine=Broken()), TOKEN))
    with caplog.at_level(logging.ERROR):
        answer = broken("GET", "/v1/roots")

    assert (answer.status_code, api.error_of(answer).kind) == (500, "bug")
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
    assert api.error_of(answer) == wire.Error(kind=kind, message="What.", hint="Do.")


def test_a_method_that_a_path_has_not_is_refused_in_the_same_shape(api: Any) -> None:
    answer = api("PUT", "/v1/roots")

    assert (answer.status_code, api.error_of(answer).kind) == (405, "Refused")
    assert answer.headers["allow"]


@pytest.mark.parametrize(
    "body", [b"{", b"[" * 100_000, b'{"text": 1e999}', b"\xff\xfe", b"null", b'"text"']
)
def test_a_body_that_is_not_the_json_asked_for_is_refused(api: Any, body: bytes) -> None:
    answer = api("POST", "/v1/search", content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code in (400, 422)
    assert api.error_of(answer).message


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"", {}),
        (b'{"text": "red"}', {"Content-Type": "application/x-www-form-urlencoded"}),  # curl -d
        (b'{"text": "red"', {"Content-Type": "application/json"}),
        (b"[]", {"Content-Type": "application/json"}),
    ],
)
@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/v1/search"), ("POST", "/v1/index"), ("PATCH", "/v1/settings")]
)
def test_who_sends_no_json_object_learns_how(
    api: Any, method: str, path: str, body: bytes, headers: dict[str, str]
) -> None:
    answer = api(method, path, content=body, headers=headers)

    assert answer.status_code == 422
    assert "Content-Type: application/json" in api.error_of(answer).hint


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
    ("path", "limit"),
    [
        ("/v1/roots", JSON_MAX_BYTES),
        ("/v1/search", SEARCH_MAX_BYTES),
        ("/v1/search/image", IMAGE_MAX_BYTES),
    ],
)
def test_a_body_that_is_too_long_is_refused_and_not_taken(api: Any, path: str, limit: int) -> None:
    taken: list[int] = []
    headers = {"Content-Type": "application/json"}

    chunked = api("POST", path, content=in_chunks(3 * limit, taken), headers=headers)

    assert (chunked.status_code, api.error_of(chunked).kind) == (413, "Refused")
    assert sum(taken) <= limit + 2**18
    taken.clear()
    stated = api(
        "POST",
        path,
        content=in_chunks(3 * limit, taken),
        headers=headers | {"Content-Length": str(limit + 1)},
    )
    assert (stated.status_code, api.error_of(stated).kind) == (413, "Refused")
    assert taken == []


def test_an_image_may_be_longer_than_other_bodies(api: Any, shelf: dict[str, Path]) -> None:
    photo = shelf["red"].read_bytes() + b"\0" * (2 * JSON_MAX_BYTES)

    assert api.found(api("POST", "/v1/search/image", content=photo))[0] == shelf["red"]
