"""What a scan means, against what was known: files to read, files gone, files left in peace."""

from __future__ import annotations

import os

from photosearch.types import FoundFile, KnownPhoto, KnownSkip, PhotoStamp, SkipKind, Skipped

_WORTH_RETRYING = frozenset({SkipKind.UNREADABLE.value, SkipKind.VANISHED.value})
"""Permissions and cables are mended without a new stamp on the file."""


class Comparison:
    """One root's scan, taken in file by file.

    Attributes:
        to_read: relative path and stamp of files that are new, changed or not yet embedded.
        unreadable: folders and files that could not be looked at, by relative path.
        unchanged: how many photos are as they were.
        still_skipped: how many files are as they were when they could not be indexed.
        known: how many photos were known before.
        found: how many photo files the scan found.
        met: how many of these lie where a photo of the same size is known.
    """

    def __init__(self, known: dict[bytes, KnownPhoto], skips: dict[bytes, KnownSkip]) -> None:
        """Take what is known; both dictionaries are used up, since they may be large."""
        self._unseen_photos = known
        self._unseen_skips = skips
        self.to_read: list[tuple[bytes, PhotoStamp]] = []
        self.unreadable: dict[bytes, Skipped] = {}
        self.unchanged = 0
        self.still_skipped = 0
        self.known = len(known)
        self.found = self.met = 0

    def add(self, file: FoundFile) -> None:
        """Take in one file of the scan."""
        path = os.fsencode(file.relative_path)
        stamp = file.stamp
        self.found += 1
        photo = self._unseen_photos.pop(path, None)
        self.met += photo is not None and photo.size_bytes == stamp.size_bytes
        if photo is not None and photo == (stamp.size_bytes, stamp.mtime_ns, True):
            self.unchanged += 1
            return
        skip = self._unseen_skips.pop(path, None)
        if (
            skip is not None
            and skip.size_bytes == stamp.size_bytes
            and skip.mtime_ns == stamp.mtime_ns
            and skip.kind not in _WORTH_RETRYING
        ):
            self.still_skipped += 1
            return
        self.to_read.append((path, stamp))

    def add_unreadable(self, relative_path: bytes, skipped: Skipped) -> None:
        """Take in a folder or file that could not be looked at: what is known of it is kept."""
        self._unseen_skips.pop(relative_path, None)
        self.unreadable[relative_path] = skipped

    def gone_photos(self) -> list[bytes]:
        """Known photos that the scan did not meet, outside the folders that it could not list."""
        return [path for path in self._unseen_photos if not self._is_hidden_from_scan(path)]

    def gone_skips(self) -> list[bytes]:
        """The same for files that were skipped."""
        return [path for path in self._unseen_skips if not self._is_hidden_from_scan(path)]

    def _is_hidden_from_scan(self, path: bytes) -> bool:
        while path and path not in self.unreadable:
            path = path.rpartition(b"/")[0]
        return bool(path)
