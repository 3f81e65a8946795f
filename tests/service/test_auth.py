"""Who is let in: nobody without the token, from another host's name, or from a web page."""

from __future__ import annotations

import asyncio
import http.client
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from photosearch.service.app import create_app
from photosearch.service.backend import Backend

TOKEN = "the-token-of-the-tests"
BEARER = ("authorization", f"Bearer {TOKEN}")
HOST = ("host", "127.0.0.1:4711")
PATHS = ("/v1/status", "/v1/openapi.json", "/v1/events", "/v1/nothing", "/")


def ask(
    backend: Backend, *headers: tuple[str, str], path: str = "/v1/about", port: int | None = None
) -> tuple[int, dict[str, str]]:
    """The status and headers of an answer to a request with exactly these headers."""
    messages: list[dict[str, Any]] = []
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in headers],
        "client": ("127.0.0.1", 50_000),
        "server": ("127.0.0.1", 4711),
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        messages.append(message)

    asyncio.run(create_app(backend, TOKEN, port)(scope, receive, send))
    start = messages[0]
    return start["status"], {key.decode(): value.decode() for key, value in start["headers"]}


def test_the_token_lets_in(backend: Backend) -> None:
    assert ask(backend, HOST, BEARER)[0] == 200
    assert ask(backend, ("host", "localhost:4711"), BEARER)[0] == 200
    assert ask(backend, HOST, ("authorization", f"bearer {TOKEN}"))[0] == 200


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("authorization", "")],
        [("authorization", "Bearer")],
        [("authorization", "Bearer ")],
        [("authorization", TOKEN)],
        [("authorization", f"Basic {TOKEN}")],
        [("authorization", f"Bearer {TOKEN}x")],
        [("authorization", f"Bearer {TOKEN[:-1]}")],
        [("authorization", "Bearer \xff")],
        [BEARER, BEARER],
        [("cookie", f"token={TOKEN}")],
    ],
)
def test_without_the_right_token_nothing_is_told(
    backend: Backend, path: str, headers: list[tuple[str, str]]
) -> None:
    status, answered = ask(backend, HOST, *headers, path=path)

    assert status == 401
    assert answered["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "hosts",
    [
        [],
        ["evil.example"],
        ["evil.example:4711"],
        ["127.0.0.1"],
        ["127.0.0.1:4712"],
        ["127.0.0.1:4711.evil.example"],
        ["localhost.evil.example:4711"],
        ["0.0.0.0:4711"],
        ["[::1]:4711"],
        ["127.0.0.1:4711", "127.0.0.1:4711"],
        ["127.0.0.1:4711", "evil.example"],
    ],
)
def test_a_foreign_host_is_refused_even_with_the_token(
    backend: Backend, path: str, hosts: list[str]
) -> None:
    assert ask(backend, *(("host", host) for host in hosts), BEARER, path=path)[0] == 421


def test_the_port_given_is_the_one_that_counts(backend: Backend) -> None:
    assert ask(backend, HOST, BEARER, port=5000)[0] == 421
    assert ask(backend, ("host", "127.0.0.1:5000"), BEARER, port=5000)[0] == 200


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("origin", ["https://evil.example", "http://127.0.0.1:4711", "null", ""])
def test_web_pages_are_refused_even_with_the_token(
    backend: Backend, path: str, origin: str
) -> None:
    assert ask(backend, HOST, BEARER, ("origin", origin), path=path)[0] == 403


def test_web_sockets_are_closed(backend: Backend) -> None:
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "websocket", "path": "/v1/events", "headers": []}
    asyncio.run(create_app(backend, TOKEN)(scope, receive, send))

    assert sent == [{"type": "websocket.close", "code": 1008}]


@pytest.mark.parametrize(
    "path",
    [
        "/v1/photos/../../etc/passwd",
        "/v1/photos/..%2f..%2fetc%2fpasswd/thumbnail",
        "/v1/photos/%2e%2e/thumbnail",
        "/v1/photos/%2e%2e%2fabout",
        "/v1/photos/../about",
        "/v1/jobs/..",
        "/v1/jobs/%2e%2e",
        "//etc/passwd",
    ],
)
def test_dots_in_a_path_lead_nowhere(backend: Backend, serving: Any, path: str) -> None:
    with serving(backend) as url:
        connection = http.client.HTTPConnection(urlsplit(url).netloc)
        connection.request("GET", path, headers={"Authorization": f"Bearer {TOKEN}"})
        answer = connection.getresponse()
        body = answer.read()
        connection.close()

    assert answer.status in (404, 422)
    assert b'"error"' in body


def test_a_real_server_refuses_what_is_too_long_and_goes_on(backend: Backend, serving: Any) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with serving(backend) as url, httpx.Client(base_url=url, headers=headers) as client:
        too_long = client.post("/v1/roots", content=b"x" * (2**20 + 1))
        chunked = client.post("/v1/roots", content=iter([b"x" * 2**19] * 5))
        after = client.get("/v1/about")

    assert (too_long.status_code, chunked.status_code, after.status_code) == (413, 413, 200)
