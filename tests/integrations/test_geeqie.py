"""Entries in Geeqie's menus, and collections that it opens."""

from __future__ import annotations

import os
import shlex
from configparser import RawConfigParser
from dataclasses import replace
from pathlib import Path

import pytest

from photosearch.autostart.commands import Outcome
from photosearch.errors import IntegrationError
from photosearch.integrations.geeqie import host

ODD_NAMES = (
    b"two words.jpg",
    b"it's.jpg",
    b"line\nbreak.jpg",
    b"100% %F.jpg",
    b"$(touch pwned);.jpg",
    b"back\\slash.jpg",
    b"# geeqie.jpg",
    "ä 日本.jpg".encode(),
    b"latin \xe4\xff.jpg",
)
OLD_USAGE = "  -r, --remote\n  --File:<FILE>|<URL>   open FILE, do not bring window to the top"
NEW_USAGE = "Application options:\n  --File=<FILE>|<URL>   open FILE\n  --file=<FILE>|<URL>"


@pytest.fixture
def started() -> list[list[str]]:
    return []


@pytest.fixture
def machine(make_surroundings, started):
    def make(usage: str = OLD_USAGE):
        return replace(
            make_surroundings("geeqie"),
            start=lambda command: started.append(list(command)),
            run=lambda command: Outcome(0, usage),
        )

    return make


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    folder = tmp_path / "photos"
    folder.mkdir()
    found = [folder / os.fsdecode(name) for name in reversed(ODD_NAMES)]
    for photo in found:
        photo.touch()
    return found


@pytest.fixture
def collections(home: Path) -> Path:
    return home / ".local/share/geeqie/collections"


def as_geeqie_reads(data: bytes) -> list[bytes]:
    """What Geeqie takes from a file of which only the lines with a # are no paths."""
    paths, path = [], None
    for line in data.split(b"\n"):
        if path is None:
            if not line or line.startswith(b"#"):
                continue
            assert line.startswith(b'"'), line
            rest, path = line[1:], b""
        else:
            rest, path = line, path + b"\n"
        before, quote, _ = rest.partition(b'"')
        path += before
        if quote:
            paths.append(path)
            path = None
    assert path is None
    return paths


def entries(surroundings) -> list[RawConfigParser]:
    found = []
    for part in host(surroundings).parts:
        parser = RawConfigParser(strict=True)
        parser.optionxform = str
        parser.read_string(part.content.decode())
        found.append(parser)
    return found


def test_the_entries_are_for_geeqie_alone_and_where_it_looks_first(machine, home):
    surroundings = machine()
    parts = host(surroundings).parts
    assert {part.path.parent for part in parts} == {home / ".config/geeqie/applications"}
    for entry in entries(surroundings):
        values = entry["Desktop Entry"]
        assert values["Categories"] == "X-Geeqie;"
        assert values["OnlyShowIn"] == "X-Geeqie;"
        assert values["X-Geeqie-Menu-Path"] == "FileMenu/SearchSection"
        assert Path(values["Icon"]).is_file()


def test_many_photos_go_to_one_command_and_words_need_none(machine):
    surroundings = machine()
    similar, words = (entry["Desktop Entry"]["Exec"] for entry in entries(surroundings))
    app = list(surroundings.app_command)
    assert shlex.split(similar) == [*app, "--similar", "%F"]
    assert shlex.split(words) == app


def test_a_program_whose_name_cannot_stand_in_an_entry_gets_none(machine, tmp_path):
    scripts = tmp_path / "two\nlines"
    scripts.mkdir()
    (scripts / "photosearch-app").touch()
    assert host(replace(machine(), scripts=scripts)).parts == ()


def test_a_collection_holds_the_photos_in_rank_order_whatever_their_names(machine, photos):
    sent = host(machine()).results.send("red bicycle", photos)
    data = sent.place.read_bytes()
    assert data.startswith(b"#Geeqie collection\n")
    assert as_geeqie_reads(data) == [os.fsencode(photo) for photo in photos]
    assert sent.skipped == ()
    assert sent.message == ("9 photos are in the collection “red bicycle – photosearch” of Geeqie.")


def test_photos_that_no_collection_can_name_are_told(machine, photos, tmp_path):
    quoted = tmp_path / 'photos/the "best".jpg'
    quoted.touch()
    gone = tmp_path / "photos/gone.jpg"
    sent = host(machine()).results.send("x", [quoted, photos[0], gone])
    assert as_geeqie_reads(sent.place.read_bytes()) == [os.fsencode(photos[0])]
    assert [photo for photo, _ in sent.skipped] == [quoted, gone]
    assert "quotation mark" in sent.skipped[0][1]
    assert sent.message.startswith("1 photo is in")


def test_where_no_photo_can_be_in_a_collection_none_is_written(machine, collections, started):
    with pytest.raises(
        IntegrationError, match="None of the photos can be handed over: it is not there"
    ):
        host(machine()).results.send("x", [Path("/nowhere/gone.jpg")])
    assert not collections.exists()
    assert started == []


@pytest.mark.parametrize(
    ("usage", "words"),
    [(OLD_USAGE, ["--remote", "--File:{}"]), (NEW_USAGE, ["--File={}"]), ("", ["{}"])],
)
def test_it_is_opened_as_this_geeqie_wants_it(usage, words, machine, photos, started):
    surroundings = machine(usage)
    sent = host(surroundings).results.send("x", photos)
    program = str(surroundings.which("geeqie"))
    assert started == [[program, *(word.format(sent.place) for word in words)]]


def test_sending_again_replaces_what_was_sent_under_another_name(machine, photos, collections):
    # Geeqie would show the window that it has for a name, with what was in it before.
    results = host(machine()).results
    first = results.send("cats", photos).place
    second = results.send("cats", photos[:1]).place
    results.send("cats (2)", photos)
    assert first != second
    assert {path.name for path in collections.iterdir()} == {
        second.name,
        "cats (2) – photosearch.gqv",
    }


def test_what_geeqie_saved_since_and_what_others_wrote_stays(machine, photos, collections):
    results = host(machine()).results
    kept = results.send("kept", photos).place
    kept.write_bytes(b'#Geeqie collection\n#created with Geeqie version 2.0.1\n"/a.jpg"\n#end\n')
    theirs = collections / "mine.gqv"
    theirs.write_bytes(b"#Geeqie collection\n#end\n")
    results.send("cats", photos)
    results.send("dogs", photos[:2])
    assert results.take_back() == len(photos) + 2
    assert set(collections.iterdir()) == {kept, theirs}
    assert results.send("kept", photos).place != kept


def test_taking_back_where_nothing_was_sent_is_no_error(machine):
    assert host(machine()).results.take_back() == 0


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("a/b\0c\nd", "a b c d"),
        ("../../.config/x", "config x"),
        ("  ", "results"),
        ("ä" * 500, "ä" * 75),
        ("latin \udce4.jpg", "latin ?.jpg"),
    ],
)
def test_any_title_becomes_a_name(title, name, machine, photos, collections):
    place = host(machine()).results.send(title, photos).place
    assert place == collections / f"{name} – photosearch.gqv"


def test_without_geeqie_nothing_is_sent(make_surroundings, photos, collections):
    with pytest.raises(IntegrationError, match="Geeqie was not found"):
        host(make_surroundings()).results.send("x", photos)
    assert not collections.exists()


def test_a_folder_that_cannot_be_written_is_told(machine, photos, collections):
    collections.parent.mkdir(parents=True)
    collections.write_text("a file")
    with pytest.raises(IntegrationError, match="cannot be written"):
        host(machine()).results.send("x", photos)
