"""GNOME Files, without it: the extension in a Python of its own, and the scripts in a shell."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from desk import ODD_NAMES
from recording_app import RecordingApp

from photosearch.integrations import nautilus
from photosearch.integrations.host import HostState
from photosearch.integrations.installing import install, remove, state_of

# What the extension uses of gi, and no more.
_GLIB = """
import os
PRIORITY_DEFAULT = 0
def child_watch_add(priority, pid, done):
    done(pid, os.waitpid(pid, 0)[1])
def get_language_names():
    return os.environ["LANGUAGES"].split()
"""
_GOBJECT = "class GObject: pass\n"
_NAUTILUS = """
class MenuProvider: pass
class MenuItem:
    def __init__(self, *, name, label, tip, icon):
        self.name, self.label = name, label
    def connect(self, signal, handler, *arguments):
        assert signal == "activate"
        self.choose = lambda: handler(self, *arguments)
"""
# Files are told by lines "MIME URI" on standard input; prints labels, chooses the first entry.
_DRIVER = """
import sys
sys.path[:0] = sys.argv[1:3]
import photosearch_nautilus as extension
class File:
    def __init__(self, line):
        self.mime, self.uri = line.split()
    get_mime_type = lambda self: self.mime
    get_uri = get_activation_uri = lambda self: self.uri
menu = extension.PhotosearchMenu()
files = [File(line) for line in sys.stdin.read().splitlines()]
window = [object()] if "window" in sys.argv else []
if "background" in sys.argv:
    items = menu.get_background_items(*window, files[0])
else:
    items = menu.get_file_items(*window, files)
for item in items:
    print(item.label)
if items:
    items[0].choose()
"""


@pytest.fixture
def machine(make_surroundings, tmp_path):
    """With Nautilus, and nautilus-python if asked for."""

    def make(*, has_python: bool, **environ: str):
        if has_python:
            library = tmp_path / "usr/lib/x86_64-linux-gnu/nautilus/extensions-4"
            library.mkdir(parents=True, exist_ok=True)
            (library / "libnautilus-python.so").touch()
        return make_surroundings("nautilus", **environ)

    return make


@pytest.fixture
def extension(machine) -> Path:
    """The folder with the extension."""
    surroundings = machine(has_python=True)
    install(surroundings.paths, nautilus.host(surroundings))
    return surroundings.data_home / "nautilus-python" / "extensions"


@pytest.fixture
def app(extension, tmp_path) -> RecordingApp:
    return RecordingApp(tmp_path / "bin" / "photosearch-app")


@pytest.fixture
def menu(extension, app, tmp_path):
    """Asks the extension for its entries, and chooses the first."""
    gi = tmp_path / "stand-in" / "gi" / "repository"
    gi.mkdir(parents=True)
    for name, text in {"GLib": _GLIB, "GObject": _GOBJECT, "Nautilus": _NAUTILUS}.items():
        (gi / f"{name}.py").write_text(text)

    def ask(files: list[tuple[str, str]], *how: str, languages: str = "C") -> str:
        done = subprocess.run(
            [sys.executable, "-ISX", "utf8", "-c", _DRIVER, gi.parents[1], extension, *how],
            input="".join(f"{mime} {uri}\n" for mime, uri in files),
            env={"LANGUAGES": languages},
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return ask


def photo(name: bytes) -> tuple[str, str]:
    return "image/jpeg", Path(os.fsdecode(b"/photos/" + name)).as_uri()


@pytest.mark.parametrize("window", [(), ("window",)])
def test_selected_photos_arrive_whole_whatever_their_names(window, menu, app):
    assert menu([photo(name) for name in ODD_NAMES], *window) == "Find similar photos\n"
    assert app.photos() == [b"/photos/" + name for name in ODD_NAMES]
    assert app.call()[0] == b"--files-from"


def test_a_great_many_photos_are_one_start(menu, app):
    names = [b"%06d in a long name %s.jpg" % (at, b"x" * 200) for at in range(20_000)]
    menu([photo(name) for name in names])
    assert app.photos() == [b"/photos/" + name for name in names]


def test_what_is_no_photo_on_a_disk_is_left_out(menu, app):
    others = [("text/xml", "file:///a.xmp"), ("image/jpeg", "sftp://host/b.jpg")]
    assert menu(others) == ""
    menu([*others, photo(b"c.jpg")])
    assert app.photos() == [b"/photos/c.jpg"]


@pytest.mark.parametrize("window", [(), ("window",)])
def test_a_folder_has_an_entry_that_opens_the_app(window, menu, app):
    folder = ("inode/directory", "file:///photos")
    assert menu([folder], "background", *window) == "Search photos by words…\n"
    assert app.call() == []
    assert menu([("inode/directory", "network:///")], "background") == ""


def test_the_entries_speak_german_where_the_session_does(menu):
    assert menu([photo(b"a.jpg")], languages="de_DE.UTF-8 de C") == "Ähnliche Fotos finden\n"


def test_there_is_no_entry_once_the_app_is_gone(menu, app):
    app.path.unlink()
    assert menu([photo(b"a.jpg")]) == ""


def test_what_python_keeps_of_the_extension_goes_with_it(machine, extension, menu, home):
    menu([photo(b"a.jpg")])
    assert list(extension.glob("__pycache__/photosearch_nautilus.*.pyc"))
    surroundings = machine(has_python=True)
    remove(surroundings.paths, nautilus.host(surroundings))
    assert list(home.iterdir()) == []


def test_what_python_keeps_of_other_extensions_stays(machine, extension, home):
    other = extension / "__pycache__" / "other.cpython-311.pyc"
    other.write_bytes(b"theirs")
    surroundings = machine(has_python=True)
    remove(surroundings.paths, nautilus.host(surroundings))
    assert [path for path in home.rglob("*") if path.is_file()] == [other]


@pytest.fixture
def scripts(machine, tmp_path) -> dict[str, Path]:
    """The scripts that are written where there is no nautilus-python, by name."""
    surroundings = machine(has_python=False)
    install(surroundings.paths, nautilus.host(surroundings))
    folder = surroundings.data_home / "nautilus" / "scripts"
    return {path.name: path for path in folder.iterdir()}


def test_scripts_hand_over_what_is_selected_whatever_its_name(scripts, tmp_path):
    app = RecordingApp(tmp_path / "bin" / "photosearch-app")
    paths = [Path(os.fsdecode(b"/photos/" + name)) for name in ODD_NAMES]
    uris = "".join(f"{path.as_uri()}\n" for path in paths)
    environ = {"PATH": "/usr/bin:/bin", "NAUTILUS_SCRIPT_SELECTED_URIS": uris}
    subprocess.run([scripts["Find similar photos"]], env=environ, cwd=tmp_path, check=True)
    assert app.photos() == [os.fsencode(path) for path in paths]
    assert not list(tmp_path.glob("pwned*"))


def test_a_script_opens_the_app_for_words(scripts, tmp_path):
    app = RecordingApp(tmp_path / "bin" / "photosearch-app")
    subprocess.run([scripts["Search photos by words…"]], check=True)
    assert app.call() == []


def test_scripts_are_named_in_german_where_the_session_is(machine):
    host = nautilus.host(machine(has_python=False, LANG="de_DE.UTF-8"))
    names = [Path(part.place).name for part in host.parts]
    assert names == ["Ähnliche Fotos finden", "Fotos mit Worten suchen …"]


def test_scripts_go_with_the_extension_that_came_after_them(machine, scripts, home):
    surroundings = machine(has_python=True)
    host = nautilus.host(surroundings)
    assert state_of(surroundings.paths, host) is HostState.OUTDATED
    install(surroundings.paths, host)
    assert state_of(surroundings.paths, nautilus.host(surroundings)) is HostState.ON
    remove(surroundings.paths, nautilus.host(surroundings))
    assert list(home.iterdir()) == []
