"""Many thumbnails in one answer, however its bytes are cut."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from photosearch import wire
from photosearch.client import Client
from photosearch.client.pictures import pictures
from photosearch.errors import PhotoSearchError, ServiceError, UnknownPhotoError
from photosearch.types import Query, Thumbnail

MADE: list[tuple[str, Thumbnail | PhotoSearchError]] = [
    ("a" * 32, Thumbnail(b"\n{}\n" * 9, '"1"')),
    ("b" * 32, UnknownPhotoError("Gone.", "Look elsewhere.")),
    ("c" * 32, Thumbnail(b"x", '"2"')),
]


class FakeConnection:
    """Answers with these bytes, cut into pieces of a size."""

    def __init__(self, answer: bytes, piece_bytes: int) -> None:
        self._pieces = [answer[at : at + piece_bytes] for at in range(0, len(answer), piece_bytes)]

    @contextmanager
    def stream(self, path: str, **parts: Any) -> Iterator[FakeConnection]:
        yield self

    def iter_bytes(self) -> Iterator[bytes]:
        return iter(self._pieces)


def asked(answer: bytes, piece_bytes: int = 1) -> list[tuple[str, Thumbnail | PhotoSearchError]]:
    connection: Any = FakeConnection(answer, piece_bytes)
    return list(pictures(connection, [], 256))


@pytest.mark.parametrize("piece_bytes", [1, 2, 7, 64, 10_000])
def test_parts_are_told_apart_wherever_the_answer_is_cut(piece_bytes: int) -> None:
    answer = b""
    for content_id, made in MADE:
        head = wire.ThumbnailPart.of(content_id, made).model_dump_json().encode()
        answer += head + b"\n" + (made.data if isinstance(made, Thumbnail) else b"")
    first, second, third = asked(answer, piece_bytes)
    assert [first, third] == [MADE[0], MADE[2]]
    assert isinstance(second[1], UnknownPhotoError)
    assert (second[0], second[1].hint) == ("b" * 32, "Look elsewhere.")


def test_an_answer_that_makes_no_sense_is_said_to(tmp_path: Path) -> None:
    with pytest.raises(ServiceError, match="makes no sense"):
        asked(b"nonsense\n")


def test_a_service_that_died_is_started_again_for_them(
    client: Client, library: Path, make_photo: Callable[..., Path]
) -> None:
    make_photo("a.png")
    client.add_root(library)
    list(client.index())
    [hit] = client.search(Query(text="red"))
    service = psutil.Process(client.about().pid)
    service.kill()
    service.wait(10)
    [(content_id, made)] = client.thumbnails([hit.photo.content_id], 256)
    assert content_id == hit.photo.content_id
    assert isinstance(made, Thumbnail)
