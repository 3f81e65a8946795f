"""Finder, without it: what the quick actions say, and their line run by a shell."""

from __future__ import annotations

import plistlib
import subprocess
from pathlib import Path

import pytest
from desk import ODD_NAMES
from recording_app import RecordingApp

from photosearch.integrations import macos
from photosearch.integrations.installing import install

SIMILAR = "Find similar photos"
WORDS = "Search photos by words…"


@pytest.fixture
def action(make_surroundings, home):
    """Both property lists of a quick action, by its name."""
    surroundings = make_surroundings(platform="darwin")
    install(surroundings.paths, macos.host(surroundings))

    def read(name: str) -> tuple[dict, dict]:
        folder = home / "Library/Services" / f"{name}.workflow" / "Contents"
        info = plistlib.loads((folder / "Info.plist").read_bytes())
        return info, plistlib.loads((folder / "document.wflow").read_bytes())

    return read


def parameters(document: dict) -> dict:
    return document["actions"][0]["action"]["ActionParameters"]


def test_finder_shows_it_for_pictures_alone(action):
    info, document = action(SIMILAR)
    [service] = info["NSServices"]
    assert service["NSMenuItem"] == {"default": SIMILAR}
    assert service["NSSendFileTypes"] == ["public.image"]
    assert document["workflowMetaData"]["serviceInputTypeIdentifier"].endswith(".image")


def test_the_shell_hands_over_every_photo_whole(action, tmp_path):
    app = RecordingApp(tmp_path / "bin" / "photosearch-app")
    values = parameters(action(SIMILAR)[1])
    assert values["inputMethod"] == 1
    photos = [b"/photos/" + name for name in ODD_NAMES]
    words = [values["shell"], "-c", values["COMMAND_STRING"], "-", *photos]
    subprocess.run(words, cwd=tmp_path, check=True)
    assert app.photos() == photos
    assert not list(tmp_path.glob("pwned*"))


def test_words_are_searched_for_without_any_selection(action, tmp_path):
    app = RecordingApp(tmp_path / "bin" / "photosearch-app")
    info, document = action(WORDS)
    assert "NSSendFileTypes" not in info["NSServices"][0]
    line = parameters(document)["COMMAND_STRING"]
    subprocess.run(["/bin/sh", "-c", line], check=True)
    assert app.call() == []


def test_each_writing_is_the_same(make_surroundings):
    surroundings = make_surroundings(platform="darwin")
    first, second = (
        {part.place: part.content for part in macos.host(surroundings).parts} for _ in range(2)
    )
    assert first == second
    assert len({Path(place).parents[1].name for place in first}) == 2
