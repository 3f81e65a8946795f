"""What is true of every host: nothing of the user's is lost, and nothing of ours is left."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from photosearch.errors import IntegrationError
from photosearch.integrations import hosts as hosts_module
from photosearch.integrations.host import HostState
from photosearch.integrations.hosts import host_named, hosts
from photosearch.integrations.installing import install, plan, remove, state_of
from photosearch.paths import AppPaths

NAMES = hosts_module._MODULES
PROGRAMS = (
    *("darktable", "digikam", "geeqie", "gthumb", "shotwell", "xnview", "nautilus", "nemo"),
    *("dolphin", "thunar", "krunner", "gnome-shell", "update-desktop-database"),
)
PLATFORMS = {"windows": "win32", "macos": "darwin", "lightroom": "darwin"}

USER_FILES = {
    ".config/Thunar/uca.xml": b"""<?xml version="1.0" encoding="UTF-8"?>
<actions>
<action>
\t<icon>utilities-terminal</icon>
\t<name>Open Terminal Here</name>
\t<unique-id>1700000000000000-1</unique-id>
\t<command>exo-open --working-directory %f --launch TerminalEmulator</command>
\t<description>a &amp; b</description>
\t<patterns>*</patterns>
\t<startup-notify/>
\t<directories/>
</action>
</actions>
""",
    ".config/gthumb/scripts.xml": b"""<?xml version="1.0" encoding="UTF-8"?>
<scripts version="1.0">
  <script display-name="Mine" command="echo %F" shell-script="true" for-each-file="false" \
wait-command="false" id="mine1" shortcut=""/>
</scripts>
""",
    ".config/darktable/luarc": b'require "mine"\r\n-- no end of line here',
    ".config/mimeapps.list": b"[Default Applications]\nimage/jpeg=mine.desktop\n",
    ".local/share/applications/mine.desktop": b"[Desktop Entry]\nType=Application\nName=Mine\n"
    b"Exec=mine %f\nMimeType=image/jpeg;\n",
    ".local/share/applications/mimeinfo.cache": b"[MIME Cache]\nimage/jpeg=stale.desktop;\n",
    ".local/share/nautilus/scripts/mine": b"#!/bin/sh\n",
    ".local/share/nemo/actions/mine.nemo_action": b"[Nemo Action]\nName=Mine\n",
    ".local/share/kio/servicemenus/mine.desktop": b"[Desktop Entry]\nType=Service\n",
    ".local/share/geeqie/collections/mine.gqv": b"#Geeqie collection\n#end\n",
    ".config/digikamrc": b"[Album Settings]\nx=1\n",
    "Library/Services/Mine.workflow/Contents/Info.plist": b"<plist/>",
}


@pytest.fixture(params=["an empty home", "a home with files", "a home with links"])
def lived_in(request, home: Path) -> Path:
    if request.param == "an empty home":
        return home
    for name, data in USER_FILES.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if request.param == "a home with links" and name.endswith((".xml", "luarc", ".list")):
            real = home / "dotfiles" / path.name
            real.parent.mkdir(exist_ok=True)
            real.write_bytes(data)
            path.symlink_to(real)
        else:
            path.write_bytes(data)
        path.chmod(0o640)
    return home


@pytest.fixture
def machine(make_surroundings):
    return lambda name: make_surroundings(*PROGRAMS, platform=PLATFORMS.get(name, "linux"))


@pytest.mark.parametrize("name", NAMES)
def test_removing_leaves_the_home_byte_for_byte_as_it_was(
    name, lived_in, machine, contents, registry
):
    surroundings = machine(name)
    before, keys = contents(lived_in), dict(registry.keys)
    for _ in range(2):
        assert install(surroundings.paths, host_named(surroundings, name)) == ()
        host = host_named(surroundings, name)
        assert not host.parts or state_of(surroundings.paths, host) is HostState.ON
        assert install(surroundings.paths, host) == ()  # a second time changes nothing
        assert remove(surroundings.paths, host_named(surroundings, name)) == ()
        assert contents(lived_in) == before
        assert registry.keys == keys


@pytest.mark.parametrize("backwards", [False, True])
def test_all_hosts_together_leave_nothing(backwards, lived_in, make_surroundings, contents):
    surroundings = make_surroundings(*PROGRAMS)
    names = [name for name in NAMES if name not in PLATFORMS]
    before = contents(lived_in)
    for name in names:
        install(surroundings.paths, host_named(surroundings, name))
    for host in hosts(surroundings):
        if host.name in names and host.parts:
            assert state_of(surroundings.paths, host) is HostState.ON, host.name
    for name in reversed(names) if backwards else names:
        remove(surroundings.paths, host_named(surroundings, name))
    assert contents(lived_in) == before


@pytest.mark.parametrize("name", NAMES)
def test_a_plan_names_every_place_and_writes_nothing(name, lived_in, machine, contents):
    surroundings = machine(name)
    before = contents(lived_in)
    host = host_named(surroundings, name)
    planned = plan(surroundings.paths, host)
    assert [place for _, place in planned] == [part.place for part in host.parts]
    assert contents(lived_in) == before


@pytest.mark.parametrize("name", NAMES)
def test_a_file_of_somebody_else_in_our_place_stays(name, home, machine, contents):
    surroundings = machine(name)
    host = host_named(surroundings, name)
    own = [part for part in host.parts if hasattr(part, "content")]
    for part in own:
        part.path.parent.mkdir(parents=True, exist_ok=True)
        part.path.write_bytes(b"theirs")
    before = contents(home)
    left = install(surroundings.paths, host)
    assert set(left) >= {part.place for part in own}
    remove(surroundings.paths, host)
    assert contents(home) == before


@pytest.mark.parametrize("name", NAMES)
def test_what_is_written_lies_in_the_home_alone(name, home, machine, contents, tmp_path):
    surroundings = machine(name)
    host = host_named(surroundings, name)
    elsewhere = contents(tmp_path / "bin")
    install(surroundings.paths, host)
    for part in host.parts:
        if isinstance(getattr(part, "path", None), Path):
            assert os.fspath(part.path).startswith(os.fspath(tmp_path))
    assert contents(tmp_path / "bin") == elsewhere


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
@pytest.mark.parametrize("name", [b"odd\xff", b"a\nb", b'it\'s "$x" `y` 100% \\'])
def test_an_index_of_any_name_leaves_the_list_as_it_is(
    name, platform, make_surroundings, home, contents
):
    surroundings = make_surroundings(*PROGRAMS, platform=platform)
    paths = AppPaths(home / os.fsdecode(name))
    odd = replace(surroundings, paths=paths)
    for host in hosts(odd):
        with suppress(IntegrationError):  # of those whose files cannot hold it
            install(paths, host)
        remove(paths, host_named(odd, host.name))
    assert contents(home) == {}


def test_an_unknown_host_is_refused_with_the_names_that_there_are(make_surroundings):
    with pytest.raises(IntegrationError, match="No program is known as 'netscape'"):
        host_named(make_surroundings(), "netscape")
