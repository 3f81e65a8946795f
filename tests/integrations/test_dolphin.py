"""Dolphin, without it: what its service menus say."""

from __future__ import annotations

import configparser
import shlex
import subprocess

from recording_app import RecordingApp

from photosearch.integrations import dolphin
from photosearch.integrations.installing import install
from photosearch.integrations.surroundings import Surroundings
from photosearch.paths import AppPaths

_NEW = ".local/share/kio/servicemenus"
_OLD = ".local/share/kservices5/ServiceMenus"


def menu(path) -> configparser.RawConfigParser:
    reader = configparser.RawConfigParser()
    reader.optionxform = str
    reader.read_string(path.read_text(encoding="utf-8"))
    return reader


def test_old_and_new_versions_find_the_same_menus_and_are_allowed_to_run_them(
    make_surroundings, home
):
    surroundings = make_surroundings("dolphin")
    install(surroundings.paths, dolphin.host(surroundings))
    new, old = ({path.name: path for path in (home / one).iterdir()} for one in (_NEW, _OLD))
    assert {name: path.read_bytes() for name, path in new.items()} == {
        name: path.read_bytes() for name, path in old.items()
    }
    assert all(path.stat().st_mode & 0o100 for path in (*new.values(), *old.values()))


def test_photos_have_an_entry_that_hands_all_of_them_over(make_surroundings, home):
    surroundings = make_surroundings("dolphin")
    install(surroundings.paths, dolphin.host(surroundings))
    similar = menu(home / _NEW / "photosearch-similar.desktop")
    assert "image/jpeg" in similar["Desktop Entry"]["MimeType"].split(";")
    action = similar["Desktop Action photosearch"]
    assert action["Name"] == "Find similar photos"
    assert action["Name[de]"] == "Ähnliche Fotos finden"
    assert action["Exec"].endswith(" --similar %F")


def test_folders_have_an_entry_that_opens_the_app_without_them(make_surroundings, home, tmp_path):
    surroundings = make_surroundings("dolphin")
    install(surroundings.paths, dolphin.host(surroundings))
    words = menu(home / _NEW / "photosearch-words.desktop")
    assert words["Desktop Entry"]["MimeType"] == "inode/directory;"
    action = words["Desktop Action photosearch"]
    assert action["Name[de]"] == "Fotos mit Worten suchen …"
    app = RecordingApp(tmp_path / "bin" / "photosearch-app")
    # As Dolphin does: it takes the line apart, and puts the folder behind.
    subprocess.run([*shlex.split(action["Exec"]), "/a folder"], check=True)
    assert app.call() == []


def test_an_index_whose_name_is_no_text_has_no_entries(tmp_path):
    surroundings = Surroundings(AppPaths(tmp_path / "\udcff"), home=tmp_path, platform="linux")
    assert dolphin.host(surroundings).parts == ()
