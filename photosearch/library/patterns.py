"""The patterns by which a user leaves files and folders of a root out of the library."""

from __future__ import annotations

import re
from collections.abc import Sequence

_CHARACTER_SET = re.compile(r"\[(!?)([^\]]+)\]")

_SPECIAL = re.compile(r"[*?[]")
_ESCAPED = re.compile(r"\[([*?[])\]")


class Exclusion:
    """Whether a file or folder is left out; a folder that is takes all below it along.

    The patterns are a simple form of those of a ``.gitignore`` file, upper and lower case differ:

    - ``*.png``, ``raw``: without a slash, a pattern is about the name of any file or folder;
    - ``2019/*.jpg``, ``/raw``: with a slash, it is about the path below the root;
    - ``raw/``: with a slash at the end, it is about folders alone;
    - ``*`` is any run of characters without a slash, ``?`` any one of them, ``[a-f]`` and
      ``[!a-f]`` one of a set, or not of it, and ``**`` any run of characters with slashes;
      ``**/`` may be nothing.
    """

    def __init__(self, patterns: Sequence[str] = ()) -> None:
        # Who leaves out single photos has thousands of plain paths: those are looked up.
        plain = {p: path for p in patterns if (path := _plain_path(p)) is not None}
        others = [p for p in patterns if p not in plain]
        self._files = _any_of([p for p in others if not p.endswith("/")])
        self._folders = _any_of(others)
        self._file_paths = {path for p, path in plain.items() if not p.endswith("/")}
        self._folder_paths = set(plain.values())

    def matches(self, relative_path: str, *, is_folder: bool = False) -> bool:
        """Whether the file or folder at this path is left out; its parents are not looked at."""
        if relative_path in (self._folder_paths if is_folder else self._file_paths):
            return True
        pattern = self._folders if is_folder else self._files
        return pattern is not None and pattern.fullmatch(relative_path) is not None


def pattern_of(relative_path: str, *, is_folder: bool = False) -> str:
    """The pattern that leaves out exactly the file or the folder at a path below the root."""
    return "/" + _SPECIAL.sub(r"[\g<0>]", relative_path) + "/" * is_folder


def _plain_path(pattern: str) -> str | None:
    """The one path that a pattern of `pattern_of` is about; None for any other."""
    if not pattern.startswith("/"):
        return None
    path = _ESCAPED.sub(r"\1", pattern[1:].rstrip("/"))
    return path if path and pattern_of(path) == pattern.rstrip("/") else None


def _any_of(patterns: Sequence[str]) -> re.Pattern[str] | None:
    sources = [_as_regex(pattern) for pattern in patterns if pattern.strip("/")]
    return re.compile("|".join(sources), re.DOTALL) if sources else None


def _as_regex(pattern: str) -> str:
    pattern = pattern.rstrip("/")
    anywhere = "" if "/" in pattern else "(?:.*/)?"
    return anywhere + _glob_as_regex(pattern.removeprefix("/"))


def _glob_as_regex(glob: str) -> str:
    parts: list[str] = []
    at = 0
    while at < len(glob):
        characters = _CHARACTER_SET.match(glob, at)
        if glob.startswith("**/", at):
            token, source = "**/", "(?:.*/)?"
        elif glob.startswith("**", at):
            token, source = "**", ".*"
        elif characters:
            token, source = characters[0], _set_as_regex(characters[1], characters[2])
        else:
            token = glob[at]
            source = {"*": "[^/]*", "?": "[^/]"}.get(token) or re.escape(token)
        parts.append(source)
        at += len(token)
    return "".join(parts)


def _set_as_regex(negation: str, members: str) -> str:
    members = re.sub(r"[\\\[\]^&~|]", r"\\\g<0>", members)
    source = f"[{'^' if negation else ''}{members}]"
    try:
        re.compile(source)
    except re.error:  # a range from z to a: the pattern is meant literally, or matches nothing
        return re.escape(f"[{negation}{members}]")
    return source
