"""photosearch in GNOME Files: "Find similar photos" and "Search photos by words…" in its menus.

Runs inside Nautilus, in the Python of the system, with nothing but gi (nautilus-python 1.2 and 4).
"""

import os
import subprocess
import tempfile

from gi.repository import GLib, GObject, Nautilus

APP_COMMAND = "@APP_COMMAND@"
PHOTO_TYPES = "@PHOTO_TYPES@"

ENGLISH = {
    "similar": "Find similar photos",
    "similar_tip": "Photos that look like the selected ones, in photosearch",
    "words": "Search photos by words…",
    "words_tip": "Open photosearch and describe what to look for",
}
GERMAN = {
    "similar": "Ähnliche Fotos finden",
    "similar_tip": "Fotos, die den ausgewählten ähneln, in photosearch",
    "words": "Fotos mit Worten suchen …",
    "words_tip": "photosearch öffnen und beschreiben, was zu suchen ist",
}
TEXTS = GERMAN if GLib.get_language_names()[0].startswith("de") else ENGLISH


class PhotosearchMenu(GObject.GObject, Nautilus.MenuProvider):
    """The entries in the menu of files and in the menu of a folder."""

    def get_file_items(self, *arguments):
        """One entry where a photo is selected; Nautilus before 43 names its window first."""
        files = arguments[-1]
        if not is_installed() or not any(is_photo(file) for file in files):
            return []
        return [item("similar", find_similar, files)]

    def get_background_items(self, *arguments):
        """One entry in the menu of a folder."""
        folder = arguments[-1]
        if not is_installed() or not folder.get_uri().startswith("file://"):
            return []
        return [item("words", search_by_words)]


def item(name, on_chosen, *arguments):
    """An entry; each entry's name has to be its own in all of Nautilus."""
    entry = Nautilus.MenuItem(
        name="Photosearch::" + name,
        label=TEXTS[name],
        tip=TEXTS[name + "_tip"],
        icon="photosearch",
    )
    entry.connect("activate", on_chosen, *arguments)
    return entry


def is_installed():
    """Whether the app is still where it was when this file was written."""
    return os.access(APP_COMMAND[0], os.X_OK)


def is_photo(file):
    """Whether it is a photo that lies on a disk; "recent" has its own names for such files."""
    return file.get_mime_type() in PHOTO_TYPES and file.get_activation_uri().startswith("file://")


def find_similar(_entry, files):
    """Hand the photos among the selected files to the app."""
    # URIs, because they hold any name; on standard input, because there may be thousands.
    uris = [file.get_activation_uri() for file in files if is_photo(file)]
    with tempfile.TemporaryFile() as names:
        names.write("".join(uri + "\n" for uri in uris).encode())
        names.seek(0)
        run([*APP_COMMAND, "--files-from", "-"], names)


def search_by_words(_entry):
    """Open the app, which waits for words."""
    run(APP_COMMAND, subprocess.DEVNULL)


def run(command, stdin):
    """Start a program that outlives Nautilus; no shell sees its arguments."""
    process = subprocess.Popen(command, stdin=stdin, start_new_session=True, cwd="/")
    GLib.child_watch_add(GLib.PRIORITY_DEFAULT, process.pid, lambda *_: process.poll())
