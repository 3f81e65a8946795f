"""darktable's plugin in its place, with one line in the user's luarc; and photos handed to it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from photosearch.autostart.commands import Outcome
from photosearch.errors import IntegrationError
from photosearch.integrations.darktable import host
from photosearch.integrations.host import HostState
from photosearch.integrations.installing import install, remove, state_of

LUA = shutil.which("lua5.4") or shutil.which("lua5.3")
ODD = ("it's.jpg", 'a "b".jpg', "line\nbreak.jpg", "$(x).jpg", os.fsdecode(b"\xe4\xff.jpg"))

LUARCS = {
    "empty": b"",
    "plain": b'require "tools/script_manager"\n',
    "no end": b"-- no end of line here",
    "crlf": b'require "mine"\r\nreturn 1\r\n',
    "mark": b"\xef\xbb\xbf-- mine\n",
    "hash": b"#!/usr/bin/lua\nlocal a = 1\nreturn a",
    "bytes": b"-- \xff\xe4\n",
}


@pytest.mark.parametrize("name", LUARCS)
@pytest.mark.parametrize("is_link", [False, True])
def test_a_luarc_gets_one_line_and_loses_only_that(name, is_link, make_surroundings, home) -> None:
    surroundings = make_surroundings("darktable")
    luarc = home / ".config/darktable/luarc"
    luarc.parent.mkdir(parents=True)
    real = home / "dotfiles-luarc" if is_link else luarc
    real.write_bytes(LUARCS[name])
    if is_link:
        luarc.symlink_to(real)
    install(surroundings.paths, host(surroundings))
    merged = real.read_bytes()
    assert merged.count(b"photosearch.lua") == 1
    changed = merged + b"-- written by the user since\n"
    real.write_bytes(changed)
    assert state_of(surroundings.paths, host(surroundings)) is HostState.ON
    remove(surroundings.paths, host(surroundings))
    assert real.read_bytes() == LUARCS[name] + b"-- written by the user since\n"
    assert luarc.is_symlink() is is_link
    assert not (home / ".config/darktable/photosearch").exists()


@pytest.mark.skipif(LUA is None, reason="Lua is not installed")
@pytest.mark.parametrize("name", LUARCS)
def test_a_luarc_still_runs_with_our_line(name, make_surroundings, home) -> None:
    surroundings = make_surroundings("darktable")
    luarc = home / ".config/darktable/luarc"
    luarc.parent.mkdir(parents=True)
    luarc.write_bytes(LUARCS[name])
    install(surroundings.paths, host(surroundings))
    load = f"assert(loadfile([==[{luarc}]==]))"
    done = subprocess.run([str(LUA), "-e", load], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


def test_the_scripts_of_others_are_left_alone(make_surroundings, home) -> None:
    surroundings = make_surroundings("darktable")
    install(surroundings.paths, host(surroundings))
    assert not (home / ".config/darktable/lua").exists()


def test_a_flatpak_gets_its_own_copy_that_leaves_the_sandbox(make_surroundings, home) -> None:
    surroundings = make_surroundings()
    folder = home / ".var/app/org.darktable.Darktable/config/darktable"
    folder.mkdir(parents=True)
    found = host(surroundings)
    assert found.is_here
    assert "flatpak override" in found.then
    install(surroundings.paths, found)
    text = (folder / "photosearch/photosearch.lua").read_text()
    assert 'local CLI_COMMAND = { "flatpak-spawn", "--host", "/' in text
    assert not (home / ".config/darktable").exists()


def test_windows_keeps_it_in_the_local_data(make_surroundings, home) -> None:
    found = host(make_surroundings(platform="win32", LOCALAPPDATA=str(home / "Local")))
    assert not found.is_here
    assert {Path(part.place).parent for part in found.parts} == {
        home / "Local/darktable",
        home / "Local/darktable/photosearch",
    }


# -- The way back


@pytest.fixture
def bus(make_surroundings):
    """A machine whose darktable answers this; and the code that it was sent, with the list."""

    def make(answer: Outcome, program: str = "gdbus"):
        surroundings, asked = make_surroundings(program), []

        def ask(command) -> Outcome:
            code = command[-1].removeprefix("string:")
            found = re.search(r"receive\('([0-9a-f]+)'\)", code)
            path = found and os.fsdecode(bytes.fromhex(found[1]))
            asked.append((code, Path(path).read_bytes() if path else b""))
            return answer

        object.__setattr__(surroundings, "run", ask)
        return host(surroundings).results, asked

    return make


@pytest.mark.parametrize("program", ["gdbus", "dbus-send"])
def test_photos_go_to_the_darktable_that_runs_in_a_list(program, bus, tmp_path) -> None:
    target, asked = bus(Outcome(0, "('2 1',)"), program)
    photos = [tmp_path / name for name in ODD]
    sent = target.send('it\'s a "title"', photos)
    names = ['it\'s a "title"', *map(str, photos)]
    assert asked[0][1] == b"".join(os.fsencode(name) + b"\0" for name in names)
    assert re.fullmatch(r"[a-z0-9_ .()']+", asked[0][0])
    assert "title" not in asked[0][0]
    assert sent.message == (
        "2 photos are shown in darktable; 1 is offered for import in its panel photosearch."
    )


def test_a_darktable_that_does_not_run_has_to_be_started(bus) -> None:
    target, _ = bus(Outcome(1, "Error: GDBus.Error:org.freedesktop.DBus.Error.ServiceUnknown: x"))
    with pytest.raises(IntegrationError, match="Start darktable, then try again"):
        target.send("x", [Path("/p/a.jpg")])
    assert target.take_back() == 0  # at its end darktable has taken all away


def test_a_darktable_without_the_plugin_is_told(bus) -> None:
    target, _ = bus(Outcome(1, "Error: GDBus.Error:org.darktable.Error.LuaError: module not found"))
    with pytest.raises(IntegrationError, match="photosearch integrate darktable"):
        target.send("x", [Path("/p/a.jpg")])


def test_an_answer_that_makes_no_sense_is_an_error(bus) -> None:
    target, _ = bus(Outcome(0, "('',)"))
    with pytest.raises(IntegrationError, match="darktable answered"):
        target.take_back()


def test_what_was_sent_is_taken_back_from_the_darktable_that_runs(bus) -> None:
    target, asked = bus(Outcome(0, "('7',)"))
    assert target.take_back() == 7
    assert asked[0][0] == "return require('photosearch').take_back()"


def test_without_a_way_to_the_bus_the_package_is_named(make_surroundings) -> None:
    target = host(make_surroundings()).results
    with pytest.raises(IntegrationError, match=r"libglib2\.0-bin"):
        target.send("x", [Path("/p/a.jpg")])
