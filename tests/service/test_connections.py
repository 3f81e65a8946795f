"""Connections of strangers: however many there are, the service answers whoever holds the token."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from photosearch import wire
from photosearch.service.backend import Backend

TOKEN = "the-token-of-the-tests"
HEADERS = {"Authorization": f"Bearer {TOKEN}"}


def connected(url: str, first: bytes = b"") -> socket.socket:
    host, _, port = url.removeprefix("http://").partition(":")
    one = socket.create_connection((host, int(port)), timeout=20)
    one.sendall(first)
    return one


def all_of(one: socket.socket) -> bytes:
    """What comes until the server hangs up."""
    said = b""
    with contextlib.suppress(ConnectionResetError):
        while part := one.recv(65_536):
            said += part
    return said


@pytest.mark.parametrize("first", [b"", b"GET /v1/about HT"])
def test_of_connections_that_send_no_request_the_oldest_are_dropped(
    backend: Backend, serving: Any, first: bytes
) -> None:
    with serving(backend) as url, httpx.Client(base_url=url, headers=HEADERS) as client:
        assert client.get("/v1/about").status_code == 200
        idle = [connected(url, first) for _ in range(20)]
        for one in idle[:12]:  # 8 may wait
            assert all_of(one) == b""
        assert client.get("/v1/about").status_code == 200
        idle[-1].sendall(b"\r\n\r\n" if first == b"" else b"TP/1.1\r\n\r\n")
        assert all_of(idle[-1]).startswith(b"HTTP/1.1 400")
        for one in idle:
            one.close()


@pytest.mark.parametrize(
    ("host", "headers", "status"),
    [
        ("127.0.0.1", "Authorization: Bearer wrong\r\n", 401),
        ("127.0.0.1", f"Authorization: Bearer {TOKEN}\r\nOrigin: null\r\n", 403),
        ("evil.example", f"Authorization: Bearer {TOKEN}\r\n", 421),
    ],
)
def test_who_is_refused_is_hung_up_on(
    backend: Backend, serving: Any, host: str, headers: str, status: int
) -> None:
    with serving(backend) as url:
        port = url.rpartition(":")[2]
        request = f"GET /v1/about HTTP/1.1\r\nHost: {host}:{port}\r\n{headers}\r\n"
        with connected(url, request.encode()) as one:
            assert all_of(one).startswith(f"HTTP/1.1 {status}".encode())


@pytest.mark.parametrize(
    "request_", [b"\x00\x01\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"GET /\xff HTTP/1.1\r\n\r\n"]
)
def test_what_is_no_http_is_refused_in_the_shape_of_all_errors(
    backend: Backend, serving: Any, api: Any, request_: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    with serving(backend) as url, connected(url, request_) as one:
        head, _, body = all_of(one).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 Bad Request")
    assert wire.ErrorBody.model_validate_json(body).error.kind == "Refused"
    assert not caplog.records  # or anybody could fill the log


def test_nonsense_behind_a_request_in_hand_ends_the_connection(
    backend: Backend, serving: Any, until: Callable[..., None]
) -> None:
    with serving(backend) as url:
        host = url.removeprefix("http://")
        request = (
            f"GET /v1/events HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {TOKEN}\r\n\r\n"
        )
        with connected(url, request.encode()) as one:
            until(lambda: len(backend.hub) == 1)
            one.sendall(b"\x00\x01\r\n\r\n")
        until(lambda: len(backend.hub) == 0)
