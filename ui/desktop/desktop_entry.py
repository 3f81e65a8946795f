"""Reads desktop files (freedesktop's Desktop Entry Specification), and makes commands of them."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

GROUP = "Desktop Entry"
_ESCAPES = {"s": " ", "n": "\n", "t": "\t", "r": "\r", "\\": "\\"}
# An argument of Exec: whole in double quotes, or up to the next space.
_ARGUMENT = re.compile(r'"((?:[^"\\]|\\.)*)"|([^\s"]\S*)', re.DOTALL)
_ALL_FILES = {"%F", "%U"}


@dataclass(frozen=True)
class DesktopEntry:
    """A program as its desktop file describes it.

    Attributes:
        path: the desktop file.
        execute: the value of ``Exec``, its string escapes undone, not yet split.
        is_hidden: it does not want to be in menus (``NoDisplay``, ``OnlyShowIn``, ``NotShowIn``).
    """

    path: Path
    name: str
    execute: str
    icon: str = ""
    folder: str = ""
    mime_types: frozenset[str] = frozenset()
    is_hidden: bool = False
    needs_terminal: bool = False

    @property
    def takes_files(self) -> bool:
        """Whether its command has a place for files."""
        return bool(re.search(r"%[fFuU]", self.execute.replace("%%", "")))

    def commands(self, paths: Sequence[Path]) -> list[list[str]]:
        """What to run to open files: one command, or one for each file if it takes only one."""
        arguments = list(_split(self.execute))
        if not self.takes_files:
            arguments.append("%f")  # as GLib does: it said that it opens this type
        if any(argument in _ALL_FILES for argument in arguments):
            return [self._expanded(arguments, paths)]
        return [self._expanded(arguments, [path]) for path in paths]

    def _expanded(self, arguments: list[str], paths: Sequence[Path]) -> list[str]:
        command: list[str] = []
        for argument in arguments:
            if argument == "%F":
                command += [str(path) for path in paths]
            elif argument == "%U":
                command += [path.as_uri() for path in paths]
            elif argument == "%i":
                command += ["--icon", self.icon] if self.icon else []
            else:
                expanded = re.sub("%(.)", lambda code: self._code(code[1], paths), argument)
                # A code that stands for nothing leaves no empty argument behind.
                command += [expanded] if expanded or not argument.startswith("%") else []
        return ["xdg-terminal-exec", *command] if self.needs_terminal else command

    def _code(self, code: str, paths: Sequence[Path]) -> str:
        match code:
            case "f":
                return str(paths[0])
            case "u":
                return paths[0].as_uri()
            case "c":
                return self.name
            case "k":
                return str(self.path)
            case "%":
                return "%"
        return ""  # deprecated, or unknown: they are removed


def read_entry(path: Path, environ: Mapping[str, str] = os.environ) -> DesktopEntry | None:
    """The program of a desktop file; None if it is none, was deleted, or is not installed."""
    values = read_groups(path).get(GROUP, {})
    if values.get("Type") != "Application" or values.get("Hidden") == "true":
        return None
    execute = _unescaped(values.get("Exec", ""))
    program = next(_split(execute), None)
    needs_terminal = values.get("Terminal") == "true"
    needed = [program, values.get("TryExec")] + ["xdg-terminal-exec"] * needs_terminal
    if program is None or not all(_is_installed(one, environ) for one in needed if one):
        return None
    return DesktopEntry(
        path=path,
        name=_translated(values, "Name", environ) or path.stem,
        execute=execute,
        icon=_translated(values, "Icon", environ),
        folder=_unescaped(values.get("Path", "")),
        mime_types=frozenset(split_list(values.get("MimeType", ""))),
        is_hidden=values.get("NoDisplay") == "true" or not _is_for_desktop(values, environ),
        needs_terminal=needs_terminal,
    )


def read_groups(path: Path) -> dict[str, dict[str, str]]:
    """The groups of a file of this format, with their keys and raw values; empty if unreadable."""
    try:
        text = path.read_text("utf-8", errors="surrogateescape")
    except OSError:
        return {}
    groups: dict[str, dict[str, str]] = {}
    group: dict[str, str] = {}
    for line in text.split("\n"):
        stripped = line.strip()
        if stripped.startswith("[") and stripped.endswith("]"):
            group = groups.setdefault(stripped[1:-1], {})
        elif not stripped.startswith("#") and "=" in stripped:
            key, _, value = stripped.partition("=")
            group.setdefault(key.rstrip(), value.lstrip())
    return groups


def split_list(value: str) -> list[str]:
    """The parts of a value that is a list."""
    return [part.strip() for part in value.split(";") if part.strip()]


def _unescaped(value: str) -> str:
    return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[0]), value)


def _split(execute: str) -> Iterator[str]:
    for quoted, plain in _ARGUMENT.findall(execute):
        # Within quotes a backslash keeps the next " ` $ or \ from its meaning.
        yield plain or re.sub(r'\\(["`$\\])', r"\1", quoted)


def _is_installed(program: str, environ: Mapping[str, str]) -> bool:
    return shutil.which(program, path=environ.get("PATH")) is not None


def _is_for_desktop(values: dict[str, str], environ: Mapping[str, str]) -> bool:
    here = set(environ.get("XDG_CURRENT_DESKTOP", "").split(":"))
    only = split_list(values.get("OnlyShowIn", ""))
    if only and not here & set(only):
        return False
    return not here & set(split_list(values.get("NotShowIn", "")))


def _translated(values: dict[str, str], key: str, environ: Mapping[str, str]) -> str:
    for locale in _locales(environ):
        if value := values.get(f"{key}[{locale}]"):
            return _unescaped(value)
    return _unescaped(values.get(key, ""))


def _locales(environ: Mapping[str, str]) -> list[str]:
    """The names to look for, best first: lang_COUNTRY@MODIFIER, and what is left of it."""
    chosen = next((environ[k] for k in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(k)), "")
    without_encoding = re.sub(r"\.[^@]*", "", chosen)
    base, _, modifier = without_encoding.partition("@")
    language = base.partition("_")[0]
    names = [f"{base}@{modifier}", base, f"{language}@{modifier}", language]
    return [name for name in names if name and not name.endswith("@")]
