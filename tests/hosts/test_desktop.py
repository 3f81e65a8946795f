"""The desktop's menu and its "Open with", as GLib has them for every GTK program."""

from __future__ import annotations

import json
import os
import shutil

from desk import SAMPLES, Desk

SYSTEM_PYTHON = "/usr/bin/python3"
"""It has python3-gi."""

OURS = "org.photosearch.similar.desktop"
APP = "org.photosearch.photosearch.desktop"

PROGRAMS_FOR = """
import json, sys
from gi.repository import Gio
found = {}
for one in sys.argv[1:]:
    default = Gio.AppInfo.get_default_for_type(one, False)
    others = Gio.AppInfo.get_recommended_for_type(one)
    found[one] = [default and default.get_id(), [other.get_id() for other in others]]
print(json.dumps(found))
"""

LAUNCH = """
import sys
from gi.repository import Gio, GLib
app = Gio.DesktopAppInfo.new(sys.argv[1])
files = [Gio.File.new_for_uri(GLib.filename_to_uri(path, None)) for path in sys.argv[2:]]
assert app.launch(files, None)
"""

SHOWN = """
import json
from gi.repository import Gio
app = Gio.DesktopAppInfo.new("org.photosearch.photosearch.desktop")
print(json.dumps([app.get_name(), app.get_generic_name(), app.should_show(), app.list_actions(),
    app.get_action_name("search"), [i for g in Gio.DesktopAppInfo.search("fotosuche") for i in g]]))
"""

TYPES = ("image/jpeg", "image/png", "image/heif", "image/heic", "image/tiff", "image/webp")


def programs_for(desk: Desk, *types: str) -> dict[str, list[object]]:
    return dict(json.loads(desk.run(SYSTEM_PYTHON, "-c", PROGRAMS_FOR, *types, check=True)))


def test_open_with_lists_find_similar_and_a_double_click_opens_what_it_did(desk: Desk) -> None:
    before = programs_for(desk, *TYPES)
    desk.photosearch("integrate", "desktop")
    after = programs_for(desk, *TYPES)
    for one in TYPES:
        default, others = after[one]
        assert isinstance(others, list)
        assert OURS in others
        assert APP not in others
        # With no other program for a type, ours is what there is.
        assert default == before[one][0] or (before[one][0] is None and default == OURS)
    desk.photosearch("integrate", "desktop", "--remove")
    assert programs_for(desk, *TYPES) == before
    assert not list(desk.home.rglob("*photosearch*.desktop"))


def test_two_hundred_photos_and_odd_names_arrive_whole_in_one_process(desk: Desk) -> None:
    desk.photosearch("integrate", "desktop")
    recorder, calls = desk.record_calls()
    for name in (OURS, APP):
        entry = desk.home / ".local/share/applications" / name
        text = entry.read_text()
        command = next(line for line in text.splitlines() if line.startswith("TryExec="))
        entry.write_text(text.replace(command.removeprefix("TryExec="), str(recorder)))
    photos = desk.add_odd_photos()
    for number in range(200 - len(photos)):
        photos.append(desk.pictures / f"photo {number}.jpg")
        shutil.copy(SAMPLES / "rocket.jpg", photos[-1])
    desk.start(SYSTEM_PYTHON, "-c", LAUNCH, OURS, *map(os.fspath, photos))
    desk.wait(calls)
    (words,) = calls()
    assert words[words.index(b"--similar") :] == [b"--similar", *map(os.fsencode, photos)]
    desk.start(SYSTEM_PYTHON, "-c", LAUNCH, APP)
    desk.wait(lambda: len(calls()) == 2 or None)
    assert calls()[1] == words[: words.index(b"--similar")]  # which index, and nothing more
    assert not list(desk.home.rglob("pwned"))


def test_the_window_belongs_to_its_entry(desk: Desk) -> None:
    desk.photosearch("integrate", "desktop")
    desk.environ["LANGUAGE"], desk.environ["LC_ALL"] = "de", "C.UTF-8"
    name, kind, is_shown, actions, action, found = json.loads(
        desk.run(SYSTEM_PYTHON, "-c", SHOWN, check=True)
    )
    assert (name, kind, is_shown, actions) == ("photosearch", "Fotosuche", True, ["search"])
    assert action == "Fotos mit Worten suchen …"
    assert found == [APP]
    desk.index()
    photo = desk.pictures / "chelsea.png"
    desk.start(SYSTEM_PYTHON, "-c", LAUNCH, OURS, str(photo))
    window = desk.window("^chelsea.png – photosearch$")
    classes = desk.run("xprop", "-id", window, "WM_CLASS").rpartition("=")[2]
    entry = (desk.home / ".local/share/applications" / APP).read_text()
    wanted = next(line for line in entry.splitlines() if line.startswith("StartupWMClass="))
    assert f'"{wanted.partition("=")[2]}"' in classes
