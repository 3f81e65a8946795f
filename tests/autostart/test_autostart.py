"""Starting at login: what is written for each system, and that only our own is touched."""

from __future__ import annotations

import configparser
import os
import plistlib
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest

from photosearch import autostart
from photosearch.autostart import autostarts
from photosearch.autostart.commands import Outcome, run_command
from photosearch.autostart.macos import LaunchAgent
from photosearch.autostart.systemd import SystemdUnit, unit_text
from photosearch.autostart.xdg import XdgEntry, entry_text
from photosearch.errors import ServiceError, SettingsError
from photosearch.paths import AppPaths
from photosearch.runtime import service_command

ODD = "/a b/100% $HOME ${X} `id` \"quoted\" 'so' back\\slash ; & ü"
COMMAND = ["/usr/bin/python3", "-P", "-m", "photosearch.service", "--data-dir", ODD]


class FakeSystem:
    """Notes the commands it is asked for, and answers each with success, or as told."""

    def __init__(self, **codes: int) -> None:
        self.commands: list[list[str]] = []
        self.codes = codes

    def __call__(self, command: Sequence[str]) -> Outcome:
        self.commands.append(list(command))
        code = next((self.codes[word] for word in command if word in self.codes), 0)
        return Outcome(code, "it said why" if code else "")

    def verbs(self) -> list[str]:
        return [command[2] for command in self.commands if command[0] == "systemctl"]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    return tmp_path


# -- which way


def test_a_user_systemd_is_preferred_and_a_desktop_entry_is_what_else_there_is(home: Path) -> None:
    paths = AppPaths(home / "data")
    first, second = autostarts(paths, "linux", FakeSystem())
    assert isinstance(first, SystemdUnit)
    assert isinstance(second, XdgEntry)
    [only] = autostarts(paths, "linux", FakeSystem(**{"show-environment": 1}))
    assert isinstance(only, XdgEntry)
    assert only.place.startswith(str(home / "config" / "autostart"))


def test_the_users_own_index_has_the_plain_name_and_any_other_one_of_its_own(home: Path) -> None:
    system = FakeSystem()
    names = [
        Path(autostarts(AppPaths(folder), "linux", system)[0].place).name
        for folder in (home / "share" / "photosearch", home / "b", home / "c")
    ]
    assert names[0] == "photosearch.service"
    assert len(set(names)) == 3
    assert all(name.startswith("photosearch") for name in names)


def test_a_mac_gets_a_launch_agent(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(home))
    [way] = autostarts(AppPaths(home / "data"), "darwin", FakeSystem())
    assert isinstance(way, LaunchAgent)
    assert Path(way.place).parent == home / "Library" / "LaunchAgents"


def test_a_relative_config_home_is_ignored(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", "config")
    monkeypatch.setenv("HOME", str(home))
    assert autostarts(AppPaths(home), "linux", FakeSystem())[0].place.startswith(
        str(home / ".config")
    )


# -- files


def every_file_way(folder: Path) -> list[SystemdUnit | XdgEntry | LaunchAgent]:
    system = FakeSystem()
    return [
        SystemdUnit("photosearch", COMMAND, folder, system),
        XdgEntry("photosearch", COMMAND, folder),
        LaunchAgent("photosearch", COMMAND, folder, 501, system),
    ]


def test_enabling_twice_is_the_same_as_once_and_disabling_leaves_no_file(tmp_path: Path) -> None:
    for way in every_file_way(tmp_path):
        place = Path(way.place)
        assert way.enable() == ""
        first = place.read_bytes()
        assert way.enable() == ""
        assert place.read_bytes() == first
        assert [file.name for file in place.parent.iterdir()] == [place.name]
        assert way.disable() == ""
        assert not place.exists()
        assert way.disable() == ""  # nothing to do is no error


def test_a_file_of_an_older_version_is_written_anew(tmp_path: Path) -> None:
    for older, newer in zip(
        every_file_way(tmp_path),
        [
            SystemdUnit("photosearch", ["/new/python"], tmp_path, FakeSystem()),
            XdgEntry("photosearch", ["/new/python"], tmp_path),
            LaunchAgent("photosearch", ["/new/python"], tmp_path, 501, FakeSystem()),
        ],
        strict=True,
    ):
        older.enable()
        assert newer.enable() == ""
        assert "/new/python" in Path(newer.place).read_text()


def test_a_file_that_the_user_changed_is_kept_and_that_is_said(tmp_path: Path) -> None:
    for way in every_file_way(tmp_path):
        way.enable()
        place = Path(way.place)
        changed = place.read_text().replace("photosearch.service", "photosearch.service --mine", 1)
        place.write_text(changed)
        assert "changed by hand" in way.enable()
        assert place.read_text() == changed
        if isinstance(way, SystemdUnit):
            assert "changed by hand" in way.disable()
        else:
            with pytest.raises(SettingsError, match="changed by hand"):
                way.disable()
        assert place.read_text() == changed


def test_a_folder_that_cannot_be_written_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "autostart").write_text("a file in the way")
    with pytest.raises(SettingsError, match="cannot be written"):
        XdgEntry("photosearch", COMMAND, tmp_path).enable()


# -- the switch


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch) -> FakeSystem:
    """What the switch asks instead of this machine, as on Linux with systemd."""
    system = FakeSystem(**{"is-enabled": 1})
    ways = partial(autostarts, platform="linux", run=system)
    monkeypatch.setattr(autostart.switch, "autostarts", ways)
    return system


def test_the_switch_turns_the_best_way_on_and_any_other_off(home: Path, system: FakeSystem) -> None:
    paths = AppPaths(home / "data")
    unit, entry = autostarts(paths, "linux", system)
    assert not autostart.is_enabled(paths)
    entry.enable()  # there was no systemd then
    assert autostart.is_enabled(paths)
    assert autostart.enable(paths) == ()
    assert autostart.place(paths) == unit.place
    assert (Path(unit.place).exists(), Path(entry.place).exists()) == (True, False)
    assert autostart.start(paths)
    assert system.verbs()[-1] == "start"
    assert autostart.disable(paths) == ()
    assert not Path(unit.place).exists()
    assert not autostart.is_enabled(paths)


def test_the_switch_says_what_the_user_should_know_of(home: Path, system: FakeSystem) -> None:
    paths = AppPaths(home / "data")
    autostart.enable(paths)
    unit = Path(autostart.place(paths))
    unit.write_text(unit.read_text().replace("[Unit]", "# mine"))
    for notes in (autostart.enable(paths), autostart.disable(paths)):
        [note] = notes
        assert "changed by hand" in note


# -- systemd


def test_a_unit_is_enabled_and_disabled_through_systemctl(tmp_path: Path) -> None:
    system = FakeSystem()
    unit = SystemdUnit("photosearch", COMMAND, tmp_path, system)
    unit.enable()
    assert system.verbs() == ["daemon-reload", "enable"]
    assert unit.is_enabled()
    assert unit.start()
    unit.disable()
    assert system.verbs()[-2:] == ["disable", "daemon-reload"]
    assert not SystemdUnit(
        "photosearch", COMMAND, tmp_path, FakeSystem(**{"is-enabled": 1})
    ).is_enabled()


def test_what_systemctl_says_of_a_failure_reaches_the_user(tmp_path: Path) -> None:
    unit = SystemdUnit("photosearch", COMMAND, tmp_path, FakeSystem(enable=1))
    with pytest.raises(ServiceError, match="it said why"):
        unit.enable()


def test_the_unit_has_low_priority_and_does_not_repeat_what_cannot_work() -> None:
    unit = configparser.ConfigParser(interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string(unit_text(COMMAND))
    service = unit["Service"]
    assert service["Nice"] == "10"
    assert service["IOSchedulingClass"] == "best-effort"
    assert service["Restart"] == "on-failure"
    assert service["RestartPreventExitStatus"] == "3 4 5"


needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="needs systemd-analyze"
)


def verify(unit: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "XDG_RUNTIME_DIR": str(unit.parent)}
    command = ["systemd-analyze", "verify", "--user", "--man=no", str(unit)]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


@needs_systemd
@pytest.mark.parametrize("folder", [ODD, "/\udcff\udcfe", "/a\nnew line", ";"])
def test_systemd_takes_the_unit_for_every_folder(tmp_path: Path, folder: str) -> None:
    unit = tmp_path / "photosearch.service"
    unit.write_text(unit_text([sys.executable, "-P", "--data-dir", folder]))
    done = verify(unit)
    assert (done.returncode, done.stderr) == (0, "")


@needs_systemd
def test_systemd_refuses_a_unit_without_its_escapes(tmp_path: Path) -> None:
    unit = tmp_path / "photosearch.service"
    broken = unit_text([sys.executable, "100%"]).replace("100%%", '100%&"')
    unit.write_text(broken)
    assert verify(unit).stderr  # else the test above proves nothing


# -- desktop entries


def exec_words(line: str) -> list[str]:
    """The words of ``Exec=`` as the Desktop Entry Specification has them read."""
    text = line.replace("\\\\", "\\")  # a string of the file
    words = re.findall(r'"((?:\\.|[^"\\])*)"', text)
    return [re.sub(r"\\(.)", r"\1", word).replace("%%", "%") for word in words]


def test_a_desktop_reads_the_command_back_word_for_word() -> None:
    entry = configparser.ConfigParser(interpolation=None)
    entry.read_string(entry_text(COMMAND))
    assert exec_words(entry["Desktop Entry"]["exec"]) == COMMAND
    assert entry["Desktop Entry"]["type"] == "Application"


@pytest.mark.parametrize("folder", ["/\udcff", "/a\nb", "/a\tb"])
def test_a_folder_that_no_desktop_entry_can_name_is_refused(folder: str) -> None:
    with pytest.raises(SettingsError, match="cannot hold"):
        entry_text(["python", folder])


@pytest.mark.parametrize("line", ["Hidden=true", "X-GNOME-Autostart-enabled=false"])
def test_an_entry_that_the_desktop_switched_off_does_not_count(tmp_path: Path, line: str) -> None:
    entry = XdgEntry("photosearch", COMMAND, tmp_path)
    assert not entry.is_enabled()
    entry.enable()
    assert entry.is_enabled()
    with Path(entry.place).open("a") as file:
        file.write(f"{line}\n")
    assert not entry.is_enabled()


@pytest.mark.skipif(
    shutil.which("desktop-file-validate") is None, reason="needs desktop-file-validate"
)
def test_the_entry_is_valid(tmp_path: Path) -> None:
    entry = XdgEntry("photosearch", COMMAND, tmp_path)
    entry.enable()
    subprocess.run(["desktop-file-validate", entry.place], check=True)


# -- macOS


def test_the_launch_agent_is_a_property_list_that_still_parses_with_our_mark(
    tmp_path: Path,
) -> None:
    system = FakeSystem()
    agent = LaunchAgent("photosearch", COMMAND, tmp_path, 501, system)
    agent.enable()
    parsed = plistlib.loads(Path(agent.place).read_bytes())
    assert parsed["ProgramArguments"] == COMMAND
    assert parsed["RunAtLoad"] is True
    assert parsed["Label"] == Path(agent.place).stem
    assert system.commands == [["launchctl", "enable", f"gui/501/{parsed['Label']}"]]
    assert agent.is_enabled()


def test_launchctl_failing_is_said(tmp_path: Path) -> None:
    with pytest.raises(ServiceError, match="it said why"):
        LaunchAgent("photosearch", COMMAND, tmp_path, 501, FakeSystem(enable=3)).enable()


def test_a_folder_that_no_property_list_can_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot hold"):
        LaunchAgent("photosearch", ["/\udcff"], tmp_path, 501, FakeSystem()).enable()


# -- the command that is started


def test_the_command_names_index_and_cache_and_keeps_other_modules_out(tmp_path: Path) -> None:
    command = service_command(AppPaths(tmp_path / "d", tmp_path / "c"))
    assert command[:4] == [sys.executable, "-P", "-m", "photosearch.service"]
    assert command[4:] == [
        "--data-dir", str(tmp_path / "d"), "--cache-dir", str(tmp_path / "c"),
    ]  # fmt: skip


def test_other_programs_are_run_and_heard() -> None:
    said = run_command([sys.executable, "-c", "import sys; sys.exit('no bus')"])
    assert (said.code, said.said) == (1, "no bus")
    assert run_command(["/nowhere/systemctl"]).code != 0
