"""Finds the photo files below a folder, without opening any of them."""

from __future__ import annotations

# ruff: noqa: PTH112, PTH116, PTH118 - a path object for each of 100,000 files would double the time of a scan
import os
import stat
from collections import deque
from collections.abc import Iterator, Sequence
from operator import attrgetter
from pathlib import Path

from photosearch.errors import LibraryError
from photosearch.library.formats import is_photo_name
from photosearch.library.patterns import Exclusion
from photosearch.types import FoundFile, PhotoStamp, SkipKind, Skipped

# Folders that other programs keep beside photos: thumbnails, waste bins, file-system innards.
UNWANTED_FOLDERS = frozenset(
    {
        "@eadir",
        "node_modules",
        "$recycle.bin",
        "system volume information",
        "lost+found",
        "#recycle",
        "__macosx",
    }
)
# A folder that holds a file of this name asks, as on Android, not to be looked into.
NO_MEDIA = ".nomedia"

_MOST_BROKEN_LINKS = 100
"""Whoever watches what these lead to asks for each of them every second."""

Found = FoundFile | Skipped


def scan(
    root: Path, exclude: Sequence[str] = (), linked: dict[Path, bool] | None = None
) -> Iterator[Found]:
    """Yield the photo files below a folder, each with the stamp that the disk gives it.

    The order is always the same: the files of a folder by name, then its folders by name; what
    is behind links comes last. Links are followed, but no real folder is walked twice and no
    real file is yielded twice because of them, and a folder that contains the root is not
    entered: a link to something inside the root adds nothing, nor does a broken one. Hidden
    names, ``UNWANTED_FOLDERS`` and folders with a ``.nomedia`` file are passed over; the root
    itself is exempt from these rules, since somebody chose it.

    A folder that cannot be listed is yielded as `Skipped`: the photos below it are unknown, which
    is not gone. What vanishes during the scan is left out.

    Args:
        root: the folder; the relative paths of the found files begin below it.
        exclude: patterns of files and folders to pass over, as `Exclusion` describes them.
        linked: takes in the real folders that links led to, and whether to all that is below them;
            of broken links those that they would lead to.

    Raises:
        LibraryError: the root is not there, is no folder, may not be read, or went away meanwhile.
    """
    linked = {} if linked is None else linked
    return _Scan(root, _real_folder(root), Exclusion(exclude), linked).run()


def scan_below(root: Path, exclude: Sequence[str], below: str) -> list[Found] | None:
    """What a scan of the root would yield of one relative path and all below it.

    It is taken for granted that a scan comes to the folder which holds the path. None is
    returned where links are met: what they add, only a scan of the whole root can tell.

    Raises:
        LibraryError: the root is not there, is no folder, may not be read, or went away meanwhile.
    """
    return _Scan(root, _real_folder(root), Exclusion(exclude), {}).run_below(below)


class _Scan:
    """One walk: what it has visited, and the links it has put off until the real tree is done."""

    def __init__(
        self, root: Path, real_root: str, exclusion: Exclusion, linked: dict[Path, bool]
    ) -> None:
        self._root = root
        self._real_root = real_root
        self._exclusion = exclusion
        self._above = frozenset(_identities_above(real_root))
        self._visited: set[_Identity] = set()
        self._links: deque[str] = deque()
        self._linked_files: set[_Identity] = set()
        self._linked = linked
        self._broken_links = 0

    def run(self) -> Iterator[Found]:
        identity = self._root_identity()
        yield from self._walk("")
        file_links = []
        while self._links:
            link = self._links.popleft()
            if os.path.isdir(self._absolute(link)):
                if self._is_worth_following(link):
                    self._linked[Path(os.path.realpath(self._absolute(link)))] = True
                    yield from self._walk(link + "/")
            elif is_photo_name(link) and not self._exclusion.matches(link):
                file_links.append(link)
            elif (
                not os.path.exists(self._absolute(link))  # noqa: PTH110
                and self._is_worth_following(link)
            ):
                self._note_broken(Path(os.path.realpath(self._absolute(link))), is_folder=True)
        for link in file_links:
            yield from self._follow(link)
        self._check_root(identity)

    def run_below(self, below: str) -> list[Found] | None:
        identity = self._root_identity()
        found = list(self._look_below(below))
        self._check_root(identity)
        adds_links = any(
            is_photo_name(link) or os.path.isdir(self._absolute(link)) for link in self._links
        )
        return None if adds_links else found

    def _look_below(self, path: str) -> Iterator[Found]:
        if path.rpartition("/")[2].startswith("."):
            return
        try:
            status = os.lstat(self._absolute(path))
        except OSError as error:
            if not isinstance(error, _VANISHED):
                yield self._skipped(path, error)
            return
        if stat.S_ISLNK(status.st_mode):
            self._links.append(path)
        elif stat.S_ISDIR(status.st_mode):
            if self._is_wanted(path):
                yield from self._walk(path + "/")
        elif (
            stat.S_ISREG(status.st_mode)
            and is_photo_name(path.rpartition("/")[2])
            and not self._exclusion.matches(path)
        ):
            yield _found(path, status)

    def _check_root(self, identity: _Identity) -> None:
        """An unplugged drive looks like a folder whose photos were all deleted."""
        if self._root_identity() != identity:
            raise LibraryError(f"The folder {self._root} went away during the scan.", _HINT)

    def _root_identity(self) -> _Identity:
        try:
            return _identity(os.stat(self._real_root))
        except OSError as error:
            raise _unusable(self._root, error) from error

    def _absolute(self, relative_path: str) -> str:
        return os.path.join(self._real_root, relative_path)

    def _walk(self, top: str) -> Iterator[Found]:
        """Walk a tree, given by its relative path with a slash at the end (the root: nothing)."""
        pending = [top]
        while pending:
            folder = pending.pop()
            try:
                entries = self._list(folder)
            except OSError as error:
                if not folder:
                    raise _unusable(self._root, error) from error
                if not isinstance(error, _VANISHED):
                    yield self._skipped(folder.rstrip("/"), error)
                continue
            folders: list[str] = []
            for entry in entries:
                found = self._look_at(folder, entry, folders)
                if found is not None:
                    yield found
            pending.extend(reversed(folders))

    def _list(self, folder: str) -> list[os.DirEntry[str]]:
        """The entries of a folder by name; none where it was visited or asks to be left alone."""
        path = self._absolute(folder)
        identity = _identity(os.stat(path))
        if identity in self._visited or identity in self._above:
            return []
        self._visited.add(identity)
        with os.scandir(path) as listing:
            entries = sorted(listing, key=_name)
        if folder and any(entry.name == NO_MEDIA for entry in entries):
            return []
        return entries

    def _look_at(self, folder: str, entry: os.DirEntry[str], folders: list[str]) -> Found | None:
        """One entry: a photo is returned, a folder or a link is put off, all else is nothing."""
        name = entry.name
        if name[0] == ".":
            return None
        relative_path = folder + name
        if is_photo_name(name) and entry.is_file(follow_symlinks=False):
            if self._exclusion.matches(relative_path):
                return None
            try:
                return _found(relative_path, entry.stat(follow_symlinks=False))
            except OSError as error:
                return None if isinstance(error, _VANISHED) else self._skipped(relative_path, error)
        if entry.is_symlink():
            self._links.append(relative_path)
        elif entry.is_dir(follow_symlinks=False) and self._is_wanted(relative_path):
            folders.append(relative_path + "/")
        return None

    def _is_wanted(self, folder: str) -> bool:
        name = folder.rpartition("/")[2].lower()
        return name not in UNWANTED_FOLDERS and not self._exclusion.matches(folder, is_folder=True)

    def _is_worth_following(self, folder_link: str) -> bool:
        target = os.path.realpath(self._absolute(folder_link))
        inside = target == self._real_root or target.startswith(os.path.join(self._real_root, ""))
        return not inside and self._is_wanted(folder_link)

    def _follow(self, file_link: str) -> Iterator[Found]:
        """Yield the file behind a link, unless it was found under its own name."""
        target = os.path.realpath(self._absolute(file_link))
        folder, name = os.path.split(target)
        try:
            status = os.stat(target)
            if not stat.S_ISREG(status.st_mode) or _identity(status) in self._linked_files:
                return
            was_listed = _identity(os.stat(folder)) in self._visited
        except PermissionError as error:
            yield self._skipped(file_link, error)
            return
        except OSError:  # the link is broken, or a loop
            self._note_broken(Path(folder), is_folder=False)
            return
        if was_listed and is_photo_name(name):
            return
        self._linked_files.add(_identity(status))
        self._linked.setdefault(Path(folder), False)
        yield _found(file_link, status)

    def _note_broken(self, folder: Path, *, is_folder: bool) -> None:
        """What a broken link would lead to: a drive that is mounted later, say."""
        if self._broken_links < _MOST_BROKEN_LINKS:
            self._broken_links += 1
            self._linked.setdefault(folder, is_folder)

    def _skipped(self, relative_path: str, error: OSError) -> Skipped:
        reason = error.strerror or str(error)
        return Skipped(
            self._root / relative_path, SkipKind.UNREADABLE, f"It cannot be read: {reason}."
        )


_Identity = tuple[int, int]
_VANISHED = (FileNotFoundError, NotADirectoryError)
_HINT = "Connect the drive that it is on, or remove the folder from the library."
_name = attrgetter("name")


def _found(relative_path: str, status: os.stat_result) -> FoundFile:
    return FoundFile(relative_path, PhotoStamp.of(status))


def _identity(status: os.stat_result) -> _Identity:
    return status.st_dev, status.st_ino


def _identities_above(real_root: str) -> Iterator[_Identity]:
    for folder in Path(real_root).parents:
        yield _identity(folder.stat())


def _real_folder(root: Path) -> str:
    try:
        if not stat.S_ISDIR(os.stat(root).st_mode):
            raise LibraryError(f"{root} is not a folder.", "Choose the folder that it is in.")
    except OSError as error:
        raise _unusable(root, error) from error
    return os.path.realpath(root)


def _unusable(root: Path, error: OSError) -> LibraryError:
    if isinstance(error, _VANISHED):
        return LibraryError(f"The folder {root} is not there.", _HINT)
    if isinstance(error, PermissionError):
        return LibraryError(
            f"The folder {root} may not be read.", "Give yourself the permission to read it."
        )
    return LibraryError(f"The folder {root} cannot be read: {error.strerror or error}.", _HINT)
