"""What was written for the hosts, and what was there before; kept in the data folder."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from photosearch.atomic import write_atomically
from photosearch.errors import IntegrationError

_FILE = "record.json"


@dataclass
class _Entry:
    """One place: hashes of what we wrote and of what was there, and what was made to hold it."""

    written: str = ""
    original: str | None = None
    folders: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    hosts: list[str] = field(default_factory=list)


class Record:
    """The notes on all hosts; a file below the data folder, gone again with the last of them.

    Keys are names of places (a path, a registry key). Originals of files that were changed are
    kept beside the record as they were, so that removing can put them back.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._entries, self._made = _read(folder / _FILE)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is noted."""
        return not self._entries

    def knows(self, key: str) -> bool:
        """Whether something was written there."""
        return key in self._entries

    def is_used_by(self, host: str, key: str) -> bool:
        """Whether a host has what was written there; what is not noted may be anybody's."""
        return key not in self._entries or host in self._entries[key].hosts

    def use(self, host: str, key: str) -> None:
        """Note that a host has what was written there."""
        entry = self._entries.get(key)
        if entry is not None and host not in entry.hosts:
            entry.hosts.append(host)
            self._save()

    def release(self, host: str, key: str) -> bool:
        """Note that a host has it no more; returns whether another one still does."""
        entry = self._entries.get(key)
        if entry is None or entry.hosts in ([host], []):
            return False
        if host in entry.hosts:
            entry.hosts.remove(host)
            self._save()
        return True

    def wrote(self, key: str, content: bytes) -> bool:
        """Whether this is what was written there."""
        return key in self._entries and self._entries[key].written == digest(content)

    def original(self, key: str) -> bytes | None:
        """What would be there without us; None where nothing was."""
        name = self._entries[key].original
        if name is None:
            return None
        with suppress(OSError):
            data = (self._folder / name).read_bytes()
            if digest(data) == name:
                return data
        return None

    def had_original(self, key: str) -> bool:
        """Whether something was there before, though it may not be known any more."""
        return self._entries[key].original is not None

    def note(self, key: str, written: bytes, original: bytes | None = None) -> None:
        """Note what is about to be written.

        Args:
            original: what would be there without us: at first what was there, later that with
                what others have written since. Where there was nothing, that stays noted.

        Raises:
            IntegrationError: the data folder cannot be written.
        """
        is_first = key not in self._entries
        entry = self._entries.setdefault(key, _Entry())
        earlier = entry.original
        if is_first or earlier is not None:
            entry.original = None if original is None else digest(original)
            if original is not None and entry.original != earlier:
                self._write(digest(original), original)
        entry.written = digest(written)
        self._save()
        if earlier != entry.original:
            self._drop(earlier)

    def make_folder(self, key: str, folder: Path) -> None:
        """Make a folder with those above it, and note which were made for ``key``.

        Raises:
            OSError: it cannot be made.
        """
        missing = _missing(folder)
        self._entries[key].folders += map(_encoded_path, missing)
        self._save()
        for one in missing:
            one.mkdir(exist_ok=True)

    def note_missing(self, key: str, above: list[str]) -> None:
        """Note the keys of a registry that are made to hold ``key``, the innermost first."""
        entry = self._entries[key]
        entry.keys += [one for one in above if one not in entry.keys]
        self._save()

    def missing(self, key: str) -> list[str]:
        """What `note_missing` was told, for this place or any that is gone by now."""
        return list(self._entries[key].keys) if key in self._entries else []

    def forget(self, key: str) -> None:
        """Forget a place, and remove the folders that were made for it and are empty."""
        entry = self._entries.pop(key, None)
        if entry is None:
            return
        others = [folder for one in self._entries.values() for folder in one.folders]
        for folder in reversed(entry.folders):
            with suppress(OSError):
                _decoded_path(folder).rmdir()
                continue
            # Something else of ours still lies there: whoever goes last removes the folder.
            self._hand_on(folder, others)
        self._drop(entry.original)
        self._save()

    def _drop(self, original: str | None) -> None:
        """Delete an original that no place needs any more."""
        if original not in {None, *(one.original for one in self._entries.values())}:
            with suppress(OSError):
                (self._folder / str(original)).unlink()

    def _hand_on(self, folder: str, others: list[str]) -> None:
        path = str(_decoded_path(folder))
        if folder in others:
            return
        for key, entry in self._entries.items():
            if key.startswith(path + os.sep):
                entry.folders.insert(0, folder)
                return

    def _save(self) -> None:
        if self._entries:
            self._make_own_folder()
            document = {"made": self._made, "places": _encoded(self._entries)}
            self._write(_FILE, json.dumps(document, indent=1).encode())
            return
        with suppress(OSError):
            (self._folder / _FILE).unlink()
        for folder in reversed(self._made):
            with suppress(OSError):
                _decoded_path(folder).rmdir()
        self._made = []

    def _make_own_folder(self) -> None:
        try:
            if missing := _missing(self._folder):
                self._made = list(map(_encoded_path, missing))
                self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise _unkept(self._folder, error) from error

    def _write(self, name: str, data: bytes) -> None:
        self._make_own_folder()
        try:
            write_atomically(self._folder / name, data)
        except OSError as error:
            raise _unkept(self._folder / name, error) from error


def _unkept(path: Path, error: OSError) -> IntegrationError:
    return IntegrationError(
        f"{path} cannot be written: {error.strerror or error}.",
        "Free some disk space, or change its permissions.",
    )


def _missing(folder: Path) -> list[Path]:
    """The folders that are not there, the outermost first."""
    missing: list[Path] = []
    while not folder.is_dir():
        missing.insert(0, folder)
        folder = folder.parent
    return missing


def _encoded_path(path: Path) -> str:
    return os.fsencode(path).hex()


def _decoded_path(encoded: str) -> Path:
    return Path(os.fsdecode(bytes.fromhex(encoded)))


def digest(data: bytes) -> str:
    """What names a content."""
    return hashlib.sha256(data).hexdigest()


def _encoded(entries: dict[str, _Entry]) -> dict[str, Any]:
    """Names need not be text: their bytes go as base64."""
    return {
        base64.b64encode(os.fsencode(key)).decode(): {
            "place": key.encode(errors="replace").decode(),
            "written": entry.written,
            "original": entry.original,
            "folders": entry.folders,
            "keys": entry.keys,
            "hosts": entry.hosts,
        }
        for key, entry in entries.items()
    }


def _read(path: Path) -> tuple[dict[str, _Entry], list[str]]:
    try:
        document = json.loads(path.read_bytes())
        entries = {
            os.fsdecode(base64.b64decode(key)): _Entry(
                **{name: one[name] for name in _Entry.__dataclass_fields__}
            )
            for key, one in document["places"].items()
        }
        return entries, list(document["made"])
    except (FileNotFoundError, NotADirectoryError):
        return {}, []
    except OSError as error:  # to begin anew would lose what it holds
        raise IntegrationError(
            f"{path} cannot be read: {error.strerror or error}.", "Change its permissions."
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}, []
