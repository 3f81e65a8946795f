"""Lightroom Classic: a plug-in in the folder from which it loads plug-ins by itself."""

from __future__ import annotations

from pathlib import Path

from photosearch.integrations.host import Host
from photosearch.integrations.own_file import OwnFile
from photosearch.integrations.quoting import lua_texts
from photosearch.integrations.surroundings import Surroundings

_NAME = "photosearch.lrplugin"


def host(surroundings: Surroundings) -> Host:
    """Lightroom on Windows and macOS; there is none for Linux."""
    adobe = _adobe_folder(surroundings)
    return Host(
        name="lightroom",
        title="Lightroom Classic",
        adds="Library > Plug-in Extras: similar photos, and photos by words, as a collection.",
        is_here=adobe is not None and (adobe / "Lightroom").is_dir(),
        parts=() if adobe is None else _files(surroundings, adobe / "Lightroom" / "Modules"),
        then="Start Lightroom again. Sort the collection by Custom Order to see the best first.",
    )


def _adobe_folder(surroundings: Surroundings) -> Path | None:
    if surroundings.platform == "darwin":
        return surroundings.home / "Library" / "Application Support" / "Adobe"
    if surroundings.platform == "win32":
        chosen = surroundings.environ.get("APPDATA")
        return (Path(chosen) if chosen else surroundings.home / "AppData" / "Roaming") / "Adobe"
    return None


def _files(surroundings: Surroundings, modules: Path) -> tuple[OwnFile, ...]:
    sources = surroundings.resources / "plugins" / "lightroom" / _NAME
    commands = {
        "@CLI_COMMAND@": lua_texts(surroundings.cli_command),
        "@APP_COMMAND@": lua_texts(surroundings.app_command),
    }
    files = []
    for source in sorted(sources.glob("*.lua")):
        text = source.read_text(encoding="utf-8")
        for mark, words in commands.items():
            text = text.replace(mark, words)
        # A literal of Lua holds any bytes.
        content = text.encode(errors="surrogateescape")
        files.append(OwnFile(modules / _NAME / source.name, content))
    return tuple(files)
