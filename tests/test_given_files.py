"""Files as other programs name them: words, file URIs and lists, whatever letters they are of."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from photosearch.errors import QueryError
from photosearch.given_files import file_of, given_files, names_in, with_files_told_apart

ODD = [
    "a b.jpg",
    "a'b\"c.jpg",
    "new\nline.jpg",
    "100%.jpg",
    "%F %41.jpg",
    "$(touch pwned);.jpg",
    "back\\slash.jpg",
    "-x.jpg",
    "ä 日本.jpg",
    "\udcff.jpg",
    "file.jpg",
]
POSIX = pytest.mark.skipif(os.name == "nt", reason="letters that names cannot have there")


@POSIX
@pytest.mark.parametrize("name", ODD)
def test_a_name_arrives_whole_as_a_word_as_a_uri_and_in_a_list(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    listed, lines = tmp_path / "list", tmp_path / "lines"
    listed.write_bytes(os.fsencode(path) + b"\0")
    lines.write_text(f"{path.as_uri()}\r\n")
    assert given_files([str(path), path.as_uri()]) == (path, path)
    assert given_files([], str(listed)) == (path,)
    assert given_files([], str(lines)) == (path,)


@POSIX
def test_a_list_may_come_through_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    data = io.BytesIO(b"/a\nb.jpg\0/c\xff.jpg\0")
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=data))
    assert given_files(["/first.jpg"], "-") == (
        Path("/first.jpg"),
        Path("/a\nb.jpg"),
        Path("/c\udcff.jpg"),
    )


@pytest.mark.parametrize(
    ("data", "names"),
    [
        (b"", []),
        (b"\0\0", []),
        (b"a\0b", ["a", "b"]),
        (b"a\nb\0", ["a\nb"]),
        (b"a\r\n\r\nb\n", ["a", "b"]),
        (b"\xef\xbb\xbffile:///a\n", ["file:///a"]),
    ],
)
def test_names_are_ended_by_nul_or_stand_on_lines(data: bytes, names: list[str]) -> None:
    assert names_in(data) == names


@pytest.mark.parametrize("word", ["smb://host/a.jpg", "https://a.b/c.jpg", "file://host/a.jpg"])
def test_what_is_on_another_machine_is_refused(word: str) -> None:
    with pytest.raises(QueryError):
        file_of(word)


def test_a_list_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(QueryError, match="cannot be read"):
        given_files([], str(tmp_path / "nothing"))


def test_a_name_that_begins_with_a_tilde_is_no_home_where_it_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("~a.jpg").touch()
    assert file_of("~a.jpg") == Path.cwd() / "~a.jpg"
    assert file_of("~b.jpg") == Path("~b.jpg")


def test_files_that_are_there_are_told_from_options(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("-x.jpg", "--json", "-n5", "-"):
        (tmp_path / name).touch()
    words = ["-x.jpg", "--json", "-n5", "-", "-y.jpg", "--", "-x.jpg"]
    assert with_files_told_apart(words, {"--json", "-n"}) == [
        f".{os.sep}-x.jpg",
        *words[1:],
    ]
