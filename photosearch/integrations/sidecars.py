"""Puts a tag into the XMP sidecars of photos, and takes it away again; photos are only read."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from photosearch.atomic import write_atomically
from photosearch.errors import IntegrationError, shown
from photosearch.integrations.embedded_tags import embedded_tags
from photosearch.integrations.record import digest
from photosearch.integrations.sent_tags import SentSidecar, SentTags
from photosearch.integrations.sidecar_tags import add_tag, cut_tags, holds_nothing, new_sidecar
from photosearch.integrations.xmp_tree import MAX_BYTES, UnusableXmpError

# So many are understood before the first of them is written and the record before that.
_TOGETHER = 256

SidecarNames = Callable[[Path], tuple[Path, ...]]
"""A photo -> the sidecars that its tags go to."""


@dataclass(frozen=True)
class _Change:
    """What is to be written into one sidecar; ``before`` is None where there is none yet."""

    sidecar: Path
    photo: Path
    before: bytes | None
    after: bytes


@dataclass
class Sidecars:
    """The sidecars with tags of ours, by a record that lies at ``record``."""

    record: Path
    names: SidecarNames
    skipped: list[tuple[Path, str]] = field(default_factory=list)

    def tag(self, tag: str, photos: Sequence[Path]) -> int:
        """Give the photos a tag, and take it from all others; returns how many photos have it.

        What could not be tagged is in ``skipped`` then, each with its reason.

        Raises:
            IntegrationError: the record cannot be written.
        """
        self.skipped = []
        count = 0
        with SentTags.opened(self.record) as sent:
            wanted = {name for photo in photos for name in self.names(photo)}
            for path, one in list(sent.sidecars.items()):
                if tag in one.tags and path not in wanted:
                    self._cut_or_note(sent, path, tag)
            for first in range(0, len(photos), _TOGETHER):
                count += self._tag_some(sent, tag, photos[first : first + _TOGETHER])
        return count

    def clear(self) -> int:
        """Take all our tags out of all sidecars; returns how many photos had one.

        What could not be cleared is in ``skipped`` then, and stays on record.

        Raises:
            IntegrationError: the record cannot be written.
        """
        self.skipped = []
        if not self.record.exists():
            return 0
        with SentTags.opened(self.record) as sent:
            before = {one.photo for one in sent.sidecars.values()}
            for path in list(sent.sidecars):
                self._cut_or_note(sent, path, None)
            return len(before - {one.photo for one in sent.sidecars.values()})

    def _tag_some(self, sent: SentTags, tag: str, photos: Sequence[Path]) -> int:
        changes: dict[Path, list[_Change]] = {}
        planned: dict[Path, _Change] = {}  # photos may share a sidecar: a JPEG, and its raw file
        for photo in photos:
            try:
                if not photo.is_file():
                    raise UnusableXmpError("it is not there")
                changes[photo] = [
                    planned.get(name) or _adding(name, photo, tag) for name in self.names(photo)
                ]
                planned.update((one.sidecar, one) for one in changes[photo])
            except (UnusableXmpError, OSError) as error:
                self._skip(photo, error)
        for change in planned.values():
            _note(sent, change, tag)
        sent.save()
        return sum(self._write_all(photo, several) for photo, several in changes.items())

    def _write_all(self, photo: Path, changes: Sequence[_Change]) -> bool:
        try:
            for one in changes:
                if _read(one.sidecar) == one.after:  # the tag was there, or it shares the sidecar
                    continue
                _refuse_if_changed(one.sidecar, one.before)
                _write(one.sidecar, one.after, like=one.photo)
        except (UnusableXmpError, OSError) as error:
            self._skip(photo, error)
            return False
        return True

    def _cut_or_note(self, sent: SentTags, path: Path, tag: str | None) -> None:
        try:
            _cut(sent, path, tag)
        except (UnusableXmpError, OSError) as error:
            self._skip(path, error)

    def _skip(self, path: Path, error: Exception) -> None:
        reason = error.strerror if isinstance(error, OSError) else None
        self.skipped.append((path, reason or str(error)))


def _adding(sidecar: Path, photo: Path, tag: str) -> _Change:
    before = _read(sidecar)
    embedded = embedded_tags(photo)
    if before is None:
        return _Change(sidecar, photo, None, new_sidecar(tag, embedded))
    return _Change(sidecar, photo, before, add_tag(before, tag, embedded))


def _note(sent: SentTags, change: _Change, tag: str) -> None:
    one = sent.sidecars.get(change.sidecar)
    if one is None or change.before is None:  # or somebody deleted the one that we knew
        one = SentSidecar(change.photo, is_new=change.before is None)
        sent.sidecars[change.sidecar] = one
        if change.before is not None and cut_tags(change.after) != change.before:
            one.original = change.before
    elif change.before != one.original:
        _forget_original_if_changed(one, change.before)
    if tag not in one.tags:
        one.tags.append(tag)
    one.written = digest(change.after)


def _forget_original_if_changed(one: SentSidecar, data: bytes) -> None:
    """What others wrote into a sidecar since we did would be lost with the way back to it."""
    if digest(data) != one.written:
        one.original = None


def _cut(sent: SentTags, path: Path, tag: str | None) -> None:
    """Cut one tag of ours, or all; a sidecar of ours that is empty then is deleted."""
    one = sent.sidecars[path]
    cut = one.tags if tag is None else [tag]
    left = [name for name in one.tags if name not in cut]
    before = _read(path)
    if before is not None:
        after = _without(before, one, None if not left else tag)
        _refuse_if_changed(path, before)
        if one.is_new and holds_nothing(after):
            path.unlink()
        elif after != before:
            _write(path, after, like=path)
            _forget_original_if_changed(one, before)
            one.written = digest(after)
    one.tags = left
    if not left:
        del sent.sidecars[path]


def _without(data: bytes, one: SentSidecar, tag: str | None) -> bytes:
    if tag is None and one.original is not None and digest(data) == one.written:
        return one.original
    names = one.tags if tag is None else [tag]
    return cut_tags(data, {name.rpartition("/")[2] for name in names}, tag)


def _read(sidecar: Path) -> bytes | None:
    """The bytes of a sidecar that may be changed; None where there is none.

    Raises:
        UnusableXmpError: it must not be touched.
        OSError: it cannot be read.
    """
    try:
        found = sidecar.lstat()
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(found.st_mode):
        raise UnusableXmpError("its sidecar is a link or no file")
    if found.st_size > MAX_BYTES:
        raise UnusableXmpError("its sidecar is too large")
    owner = getattr(os, "geteuid", lambda: 0)()
    if owner not in (0, found.st_uid):
        raise UnusableXmpError("its sidecar belongs to somebody else")
    if not found.st_mode & stat.S_IWUSR:
        raise UnusableXmpError("its sidecar is write-protected")
    return sidecar.read_bytes()


def _refuse_if_changed(sidecar: Path, before: bytes | None) -> None:
    """Leave a sidecar alone that is not as it was when we understood it.

    Raises:
        UnusableXmpError: it is not.
        OSError: it cannot be read.
    """
    if _read(sidecar) != before:
        raise UnusableXmpError("somebody else writes its sidecar at this moment")


def _write(sidecar: Path, data: bytes, *, like: Path) -> None:
    """Put a sidecar in place whole, with the mode and owner it had, or those of its photo.

    Raises:
        OSError: it cannot be written.
    """
    model = sidecar.stat() if sidecar.exists() else like.stat()
    attributes = _attributes(sidecar)
    write_atomically(sidecar, data)
    with suppress(OSError):  # FAT and its like have no modes
        sidecar.chmod(stat.S_IMODE(model.st_mode) & 0o666 | stat.S_IWUSR)
    if hasattr(os, "chown"):
        with suppress(OSError):  # only root gives files away; others own it already
            os.chown(sidecar, model.st_uid, model.st_gid)
    for name, value in attributes.items():
        if sys.platform == "linux":
            with suppress(OSError):  # some are the system's own
                os.setxattr(sidecar, name, value)


def _attributes(path: Path) -> dict[str, bytes]:
    """The extended attributes of a file: tags of desktops, lists of who may read it."""
    if sys.platform == "linux":
        with suppress(OSError):
            return {name: os.getxattr(path, name) for name in os.listxattr(path)}
    return {}


def refuse_if_none(count: int, skipped: Sequence[tuple[Path, str]]) -> None:
    """Say why not a single photo could be tagged.

    Raises:
        IntegrationError: that is so.
    """
    if count == 0:
        reason = f" ({shown(skipped[0][0].name)}: {skipped[0][1]})" if skipped else ""
        raise IntegrationError(
            f"None of the photos could be given a tag{reason}.",
            "See that the folders can be written, and search again.",
        )
