"""Nemo, without it: what its action files say, read as Nemo reads them."""

from __future__ import annotations

import configparser
import shlex
from pathlib import Path

from photosearch.integrations import nemo
from photosearch.integrations.surroundings import Surroundings
from photosearch.paths import AppPaths


def actions(surroundings) -> list[dict[str, str]]:
    found = []
    for part in nemo.host(surroundings).parts:
        reader = configparser.RawConfigParser()
        reader.optionxform = str
        reader.read_string(part.content.decode())
        found.append(dict(reader["Nemo Action"]))
    return found


def test_photos_have_an_entry_that_hands_all_of_them_over_as_quoted_uris(make_surroundings):
    surroundings = make_surroundings("nemo")
    similar, _ = actions(surroundings)
    assert similar["Name"] == "Find similar photos"
    assert similar["Name[de]"] == "Ähnliche Fotos finden"
    assert shlex.split(similar["Exec"]) == [*surroundings.app_command, "--similar", "%U"]
    assert similar["Quote"] == "double"
    assert similar["Selection"] == "notnone"
    assert {"image/jpeg", "image/heif"} < set(similar["Mimetypes"].split(";"))


def test_a_folder_has_an_entry_for_words(make_surroundings):
    surroundings = make_surroundings("nemo")
    _, words = actions(surroundings)
    assert words["Selection"] == "none"
    assert shlex.split(words["Exec"]) == list(surroundings.app_command)
    assert words["Dependencies"] == f"{surroundings.app_command[0]};"


def of_index(tmp_path: Path, name: str) -> Surroundings:
    return Surroundings(AppPaths(tmp_path / name), home=tmp_path, platform="linux")


def test_the_name_of_an_index_is_taken_for_nothing_else(tmp_path):
    similar, _ = actions(of_index(tmp_path, "it's %F; $(x) `y`"))
    words = shlex.split(similar["Exec"])
    assert words[-3:] == [f"{tmp_path}/it's %%F; $(x) `y`", "--similar", "%U"]


def test_an_index_whose_name_is_no_text_has_no_entries(tmp_path):
    assert nemo.host(of_index(tmp_path, "\udcff")).parts == ()
