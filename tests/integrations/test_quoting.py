"""Words of commands and texts, as the programs that read them take them apart."""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path

import pytest

from photosearch.integrations.quoting import desktop_exec, lua_text

LUA = shutil.which("lua5.4") or shutil.which("lua5.3")


@pytest.mark.skipif(not shutil.which("gio"), reason="GLib's tools are not installed")
@pytest.mark.parametrize(
    "folder", ['it\'s "odd" $(touch pwned)`x`', "100%F", "back\\slash", "a=b;"]
)
def test_glib_starts_a_program_of_an_odd_name(folder: str, tmp_path: Path) -> None:
    program, got = tmp_path / folder / "program", tmp_path / "got"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\nprintf '%s\\0' \"$@\" > '{got}.new'\nmv '{got}.new' '{got}'\n")
    program.chmod(0o755)
    entry, photo = tmp_path / "x.desktop", tmp_path / "it's %f $(x).jpg"
    photo.touch()
    line = desktop_exec([str(program), "--data-dir", f"/{folder}"], "%F")
    entry.write_text(f"[Desktop Entry]\nType=Application\nName=X\nExec={line}\n")
    subprocess.run(["gio", "launch", entry, photo], check=True, capture_output=True, cwd=tmp_path)
    until = time.monotonic() + 120
    while not got.exists() and time.monotonic() < until:
        time.sleep(0.02)
    assert got.read_text().split("\0") == ["--data-dir", f"/{folder}", str(photo), ""]
    assert not (tmp_path / "pwned").exists()


@pytest.mark.skipif(LUA is None, reason="Lua is not installed")
def test_lua_reads_a_text_as_it_was() -> None:
    text = "".join(map(chr, range(128))) + "ä日\0" + "1\\n]]"
    command = [str(LUA), "-e", f"io.write({lua_text(text)})"]
    done = subprocess.run(command, check=True, capture_output=True)
    assert done.stdout == text.encode()
