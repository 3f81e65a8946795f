"""The files by which GNOME Shell and KRunner know of us."""

from __future__ import annotations

import configparser
import shlex
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from photosearch.integrations.hosts import host_named
from photosearch.integrations.installing import install, remove
from photosearch.integrations.surroundings import Surroundings

MakeSurroundings = Callable[..., Surroundings]
PROVIDER = "gnome-shell/search-providers/org.photosearch.photosearch.search-provider.ini"


def read(path: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None, delimiters="=")
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(path)
    return parser


def test_d_bus_is_told_which_command_answers_which_name(
    make_surroundings: MakeSurroundings, home: Path
) -> None:
    machine = make_surroundings("krunner", "gnome-shell")
    for host, name in (("gnome", "SearchProvider"), ("krunner", "KRunner")):
        install(machine.paths, host_named(machine, host))
        file = home / f".local/share/dbus-1/services/org.photosearch.{name}.service"
        service = read(file)["D-BUS Service"]
        assert service["Name"] == f"org.photosearch.{name}"
        assert shlex.split(service["Exec"]) == [*machine.cli_command, "desktop-search"]


def test_krunner_finds_the_runner_where_both_plasmas_look(
    make_surroundings: MakeSurroundings, home: Path
) -> None:
    machine = make_surroundings("krunner")
    install(machine.paths, host_named(machine, "krunner"))
    file = home / ".local/share/krunner/dbusplugins/org.photosearch.photosearch.desktop"
    entry = read(file)["Desktop Entry"]
    assert entry["X-Plasma-DBusRunner-Service"] == "org.photosearch.KRunner"
    assert entry["X-Plasma-DBusRunner-Path"] == "/runner"
    assert entry["X-Plasma-API"] == "DBus"
    assert entry["X-KDE-PluginInfo-Name"]
    assert entry["X-KDE-PluginInfo-EnabledByDefault"] == "true"


def test_gnome_s_list_goes_to_the_first_folder_of_the_system_that_we_may_write(
    make_surroundings: MakeSurroundings, tmp_path: Path, home: Path
) -> None:
    missing, writable = tmp_path / "missing", tmp_path / "local/share"
    writable.mkdir(parents=True)
    dirs = f"{missing}:relative:{writable}:{tmp_path}"
    machine = make_surroundings("gnome-shell", XDG_DATA_DIRS=dirs)
    host = host_named(machine, "gnome")
    assert "sudo" not in host.then
    install(machine.paths, host)
    provider = read(writable / PROVIDER)["Shell Search Provider"]
    assert dict(provider) == {
        "DesktopId": "org.photosearch.photosearch.desktop",
        "BusName": "org.photosearch.SearchProvider",
        "ObjectPath": "/org/photosearch/SearchProvider",
        "Version": "2",
    }
    remove(machine.paths, host_named(machine, "gnome"))
    assert list(writable.iterdir()) == []
    assert not missing.exists()


def test_where_only_an_administrator_may_write_the_command_for_that_is_told(
    make_surroundings: MakeSurroundings, tmp_path: Path, home: Path
) -> None:
    target = tmp_path / "system's share"
    machine = make_surroundings("gnome-shell", XDG_DATA_DIRS=str(target))
    host = host_named(machine, "gnome")
    install(machine.paths, host)
    [line] = [line for line in host.then.splitlines() if "sudo install" in line]
    command = shlex.split(line[line.index("sudo ") : line.index(" (undo")])
    assert command[0] == "sudo"
    target.mkdir()
    subprocess.run(command[1:], check=True)
    assert read(target / PROVIDER)["Shell Search Provider"]["Version"] == "2"

    told_again = host_named(machine, "gnome")
    assert "sudo" not in told_again.then
    undo = shlex.split(line[line.index("sudo rm") : line.rindex(")")])
    subprocess.run(undo[1:], check=True)
    assert not (target / PROVIDER).exists()


def test_our_own_file_is_found_again_when_another_folder_becomes_writable(
    make_surroundings: MakeSurroundings, tmp_path: Path, home: Path
) -> None:
    system = tmp_path / "share"
    machine = make_surroundings("gnome-shell", XDG_DATA_DIRS=str(system))
    install(machine.paths, host_named(machine, "gnome"))
    assert (home / ".local/share" / PROVIDER).exists()
    system.mkdir()
    remove(machine.paths, host_named(machine, "gnome"))
    assert not (home / ".local").exists()


def test_the_entry_that_gnome_shows_has_to_be_there(
    make_surroundings: MakeSurroundings, home: Path
) -> None:
    machine = make_surroundings("gnome-shell")
    assert "photosearch integrate desktop" in host_named(machine, "gnome").then
    entry = home / ".local/share/applications/org.photosearch.photosearch.desktop"
    entry.parent.mkdir(parents=True)
    entry.write_text("[Desktop Entry]\n")
    assert "integrate desktop" not in host_named(machine, "gnome").then


@pytest.mark.parametrize("platform", ["win32", "darwin"])
@pytest.mark.parametrize("name", ["gnome", "krunner"])
def test_other_systems_have_no_such_desktop(
    make_surroundings: MakeSurroundings, name: str, platform: str
) -> None:
    machine = make_surroundings("krunner", "gnome-shell", platform=platform)
    assert not host_named(machine, name).is_here


@pytest.mark.skipif(not shutil.which("desktop-file-validate"), reason="it is not installed")
def test_the_runner_is_a_sound_desktop_file(
    make_surroundings: MakeSurroundings, home: Path
) -> None:
    machine = make_surroundings("krunner")
    install(machine.paths, host_named(machine, "krunner"))
    file = home / ".local/share/krunner/dbusplugins/org.photosearch.photosearch.desktop"
    done = subprocess.run(
        ["desktop-file-validate", str(file)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")
