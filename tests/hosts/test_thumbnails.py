"""Thumbnails exchanged with the real ones: GLib, which file managers ask, and Tumbler."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from desk import Desk

SYSTEM_PYTHON = "/usr/bin/python3"
"""It has python3-gi."""

MAKE = """
import os, sys
from pathlib import Path
from photosearch.client import Client
from photosearch.paths import AppPaths
client = Client(AppPaths.choose())
for path in sys.argv[2:]:
    content_id = client.photo_at(Path(path)).content_id
    sys.stdout.buffer.write(client.thumbnail(content_id, int(sys.argv[1])).data)
"""
"""The size in pixels, then photos; writes one JPEG after the other."""

ASK_GLIB = """
import json, os, sys
from gi.repository import Gio, GLib
found = []
for path in sys.argv[1:]:
    file = Gio.File.new_for_uri(GLib.filename_to_uri(path, None))
    info = file.query_info("thumbnail::*", Gio.FileQueryInfoFlags.NONE, None)
    place = info.get_attribute_byte_string("thumbnail::path")
    found.append([place, info.get_attribute_boolean("thumbnail::is-valid")])
print(json.dumps(found))
"""

ASK_TUMBLER = """
import sys
from gi.repository import Gio, GLib
NAME = "org.freedesktop.thumbnails.Thumbnailer1"
uris = [GLib.filename_to_uri(path, None) for path in sys.argv[2:]]
types = ["image/jpeg" if uri.endswith(".jpg") else "image/png" for uri in uris]
bus, loop, ready = Gio.bus_get_sync(Gio.BusType.SESSION), GLib.MainLoop(), []
def heard(bus, sender, path, interface, member, values):
    if member == "Ready":
        ready.extend(values.unpack()[1])
    if member == "Finished":
        loop.quit()
bus.signal_subscribe(NAME, NAME, None, None, None, 0, heard)
order = GLib.Variant("(asasssu)", (uris, types, sys.argv[1], "default", 0))
place = "/" + NAME.replace(".", "/")
bus.call_sync(NAME, place, NAME, "Queue", order, None, 0, 100_000, None)
GLib.timeout_add_seconds(100, loop.quit)
loop.run()
assert sorted(ready) == sorted(uris), (ready, uris)
"""


def make_thumbnails(desk: Desk, size_px: int, photos: Sequence[Path]) -> None:
    desk.run(sys.executable, "-c", MAKE, str(size_px), *map(os.fspath, photos), check=True)


def ask_glib(desk: Desk, photos: Sequence[Path]) -> list[tuple[str | None, bool]]:
    said = desk.run(SYSTEM_PYTHON, "-c", ASK_GLIB, *map(os.fspath, photos), check=True)
    return [tuple(one) for one in json.loads(said)]


def make_new(photos: Sequence[Path], fraction_ns: int = 0) -> None:
    """Contents of which nobody has a thumbnail yet, and dates long ago.

    A fraction of a second is what most file systems have.
    """
    for path in photos:
        path.write_bytes(path.read_bytes() + os.urandom(8))
        os.utime(path, ns=(0, 1_600_000_000 * 10**9 + fraction_ns))


def test_glib_takes_our_thumbnails_for_valid_whatever_the_photo_is_called(desk: Desk) -> None:
    photos = [*desk.add_odd_photos(), desk.pictures / "chelsea.png"]
    make_new(photos, 123_456_789)
    desk.index()
    make_thumbnails(desk, 256, photos)
    cache = desk.home / ".cache/thumbnails"
    desk.wait(lambda: len(list(cache.rglob("*.png"))) == len(photos) or None)
    found = ask_glib(desk, photos)
    assert [is_valid for _, is_valid in found] == [True] * len(photos)
    assert all(str(place).startswith(str(cache / "large")) for place, _ in found)
    photos[0].write_bytes(photos[-1].read_bytes())
    assert ask_glib(desk, photos[:1])[0][1] is False


def test_tumbler_s_thumbnails_are_used_and_stay(desk: Desk) -> None:
    photos = [desk.pictures / "chelsea.png", desk.pictures / "rocket.jpg"]
    make_new(photos, 123_456_789)
    desk.index()
    desk.run(SYSTEM_PYTHON, "-c", ASK_TUMBLER, "x-large", *map(str, photos), check=True)
    made = sorted((desk.home / ".cache/thumbnails/x-large").glob("*.png"))
    before = [(path.read_bytes(), path.stat().st_mtime_ns) for path in made]
    assert len(made) == len(photos)
    # Proof that the photos are not even read: nobody could decode what is in them now.
    for path in photos:
        status = path.stat()
        path.write_bytes(b"\0" * status.st_size)
        os.utime(path, ns=(0, status.st_mtime_ns))
    for size_px in (512, 256):
        make_thumbnails(desk, size_px, photos)
    assert [(path.read_bytes(), path.stat().st_mtime_ns) for path in made] == before


def test_tumbler_leaves_ours_alone_where_a_date_has_no_fraction(desk: Desk) -> None:
    """Where it has one, Tumbler 4.18 takes whole seconds, as the standard has them, for old."""
    photo = desk.pictures / "rocket.jpg"
    make_new([photo])
    desk.index()
    make_thumbnails(desk, 256, [photo])
    cache = desk.home / ".cache/thumbnails/large"
    (ours,) = desk.wait(lambda: list(cache.glob("*.png")))
    before = ours.read_bytes()
    desk.run(SYSTEM_PYTHON, "-c", ASK_TUMBLER, "large", str(photo), check=True)
    assert list(cache.iterdir()) == [ours]
    assert ours.read_bytes() == before
