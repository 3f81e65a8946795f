"""darktable: a plugin in Lua for its lighttable, and results as a collection in it."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from photosearch.errors import IntegrationError
from photosearch.integrations.host import Host, Part
from photosearch.integrations.own_file import OwnFile
from photosearch.integrations.quoting import lua_texts
from photosearch.integrations.results import Sent
from photosearch.integrations.shared_file import SharedFile
from photosearch.integrations.surroundings import Surroundings

# Not in darktable's folder `lua`: its installer of scripts wants that folder to be empty, and its
# script manager would list our files.
_FOLDER = "photosearch"
_FLATPAK = "org.darktable.Darktable"
_OUT_OF_FLATPAK = ("flatpak-spawn", "--host")

_MARK = b"-- by photosearch: `photosearch integrate darktable --remove` takes it away"
_LINE = (
    b'xpcall(dofile, require("darktable").print_error, '
    b'require("darktable").configuration.config_dir .. "/photosearch/photosearch.lua") ' + _MARK
)
_OURS = re.compile(rb"xpcall\(dofile, [^\r\n]*" + re.escape(_MARK) + rb"[^\r\n]*\r?\n?")
# Lua skips a byte order mark, and a first line that begins with #.
_BEFORE_OURS = re.compile(rb"\A(?:\xef\xbb\xbf)?(?:#[^\n]*\n)?")

_BUS_NAME = "org.darktable.service"
_BUS_METHOD = "org.darktable.service.Remote.Lua"
_AGAIN = "Run photosearch integrate darktable, start darktable again, and try once more."


def host(surroundings: Surroundings) -> Host:
    """darktable on this machine."""
    own, flatpak = _config_folder(surroundings), _flatpak_folder(surroundings)
    has_own = surroundings.which("darktable") is not None or (own / "darktablerc").is_file()
    has_flatpak = flatpak.is_dir()
    parts: list[Part] = []
    if has_own or not has_flatpak:
        parts += _parts(surroundings, own)
    if has_flatpak:
        parts += _parts(surroundings, flatpak, _OUT_OF_FLATPAK)
    return Host(
        name="darktable",
        title="darktable",
        adds="A panel in the lighttable: similar photos and photos by words, as a collection.",
        is_here=has_own or has_flatpak,
        parts=tuple(parts),
        then="Start darktable again."
        + (f" Let it run our commands: {_permission()}" if has_flatpak else ""),
        results=DarktableResults(surroundings),
    )


def _config_folder(surroundings: Surroundings) -> Path:
    if surroundings.platform == "win32":
        local = surroundings.environ.get("LOCALAPPDATA")
        return (Path(local) if local else surroundings.home / "AppData" / "Local") / "darktable"
    if surroundings.platform == "darwin":
        return surroundings.home / ".config" / "darktable"
    return surroundings.config_home / "darktable"


def _flatpak_folder(surroundings: Surroundings) -> Path:
    return surroundings.home / ".var" / "app" / _FLATPAK / "config" / "darktable"


def _permission() -> str:
    return f"flatpak override --user --talk-name=org.freedesktop.Flatpak {_FLATPAK}"


def _parts(
    surroundings: Surroundings, config: Path, before: Sequence[str] = ()
) -> tuple[Part, ...]:
    sources = surroundings.resources / "plugins" / "darktable"
    commands = {
        '{ "@CLI_COMMAND@" }': lua_texts([*before, *surroundings.cli_command]),
        '{ "@APP_COMMAND@" }': lua_texts([*before, *surroundings.app_command]),
    }
    files = []
    for source in sorted(sources.glob("*.lua")):
        text = source.read_text(encoding="utf-8")
        for mark, words in commands.items():
            text = text.replace(mark, words)
        content = text.encode("utf-8", "surrogateescape")
        files.append(OwnFile(config / _FOLDER / source.name, content))
    return (*files, SharedFile(config / "luarc", insert=_insert, cut=_cut))


def _insert(text: bytes) -> bytes:
    """The user's commands with ours before them: behind a ``return`` nothing may stand."""
    before = _BEFORE_OURS.match(text)
    at = before.end() if before else 0
    return text[:at] + _LINE + (b"\r\n" if b"\r\n" in text else b"\n") + text[at:]


def _cut(text: bytes) -> bytes:
    return _OURS.sub(b"", text)


@dataclass(frozen=True)
class DarktableResults:
    """Photos in rank order as a collection in the darktable that runs; its plugin makes it."""

    surroundings: Surroundings

    def send(self, title: str, photos: Sequence[Path]) -> Sent:
        """Show photos; those that darktable does not have are offered for import in its panel.

        Raises:
            IntegrationError: darktable does not run, or without our plugin.
        """
        with tempfile.TemporaryDirectory(dir=self._shared_folder(), prefix="to-darktable-") as own:
            names = [os.fsencode(title.replace("\0", " ")), *map(os.fsencode, photos)]
            path = Path(own) / "photos"
            path.write_bytes(b"".join(name + b"\0" for name in names))
            said = self._ask(f"receive('{os.fsencode(path).hex()}')")
        return Sent(_summary(*_numbers(said, 2)))

    def take_back(self) -> int:
        """Remove the tags by which photos are shown.

        At its end darktable does so by itself; and one that cannot be asked shows none of ours.
        """
        try:
            said = self._ask("take_back()")
        except _UnreachableError:
            return 0
        return _numbers(said, 1)[0]

    def _ask(self, call: str) -> str:
        """Have the plugin do something; returns what it answers.

        The code has no backslash and no double quote: gdbus would read them as its own.
        """
        outcome = self.surroundings.run(self._command(f"return require('photosearch').{call}"))
        if outcome.code == 0:
            return outcome.said
        if "LuaError" in outcome.said:
            raise _UnreachableError(
                f"darktable cannot show photos: {_one_line(outcome.said)}",
                _AGAIN,
            )
        raise _UnreachableError(
            f"darktable does not answer: {_one_line(outcome.said)}",
            "Start darktable, then try again.",
        )

    def _command(self, code: str) -> list[str]:
        if gdbus := self.surroundings.which("gdbus"):
            where = ["--session", "--dest", _BUS_NAME, "--object-path", "/darktable"]
            return [str(gdbus), "call", *where, "--method", _BUS_METHOD, code]
        if send := self.surroundings.which("dbus-send"):
            where = ["--session", "--print-reply=literal", f"--dest={_BUS_NAME}", "/darktable"]
            return [str(send), *where, _BUS_METHOD, f"string:{code}"]
        raise _UnreachableError(
            "darktable cannot be asked: neither gdbus nor dbus-send was found.",
            "Install one of them: the package libglib2.0-bin or dbus-bin.",
        )

    def _shared_folder(self) -> Path:
        """A folder that darktable sees as well where it is in a Flatpak: none below ``/tmp``."""
        folder = self.surroundings.paths.cache_dir
        folder.mkdir(parents=True, exist_ok=True)
        return folder


class _UnreachableError(IntegrationError):
    pass


def _numbers(said: str, count: int) -> list[int]:
    found = [int(number) for number in re.findall(r"\d+", said)]
    if len(found) != count:
        raise IntegrationError(f"darktable answered {said!r}.", _AGAIN)
    return found


def _one_line(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return lines[0].removeprefix("Error: ") if lines else "it said nothing"


def _summary(shown: int, missing: int) -> str:
    photos = "1 photo is" if shown == 1 else f"{shown} photos are"
    if not missing:
        return f"{photos} shown in darktable."
    more = "1 is" if missing == 1 else f"{missing} are"
    return f"{photos} shown in darktable; {more} offered for import in its panel photosearch."
