"""What each system's desktop runs; nothing is started."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from photosearch.errors import PhotoSearchError
from ui.desktop import linux, macos
from ui.desktop.current import current_desktop
from ui.desktop.interface import Program
from ui.desktop.linux import LinuxDesktop
from ui.desktop.macos import MacDesktop
from ui.desktop.windows import WindowsDesktop

A, B = Path("/p/a b.jpg"), Path("/p/-b.jpg")
ODD = Path(os.fsdecode(b"/p/\xff.jpg"))


class Recorder:
    """Stands in for the launcher."""

    def __init__(self) -> None:
        self.started: list[object] = []

    def start(self, command, folder=None, *, ends_oddly=False) -> None:
        self.started.append(command)


@pytest.fixture
def launcher() -> Recorder:
    return Recorder()


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """A desktop with two programs: one for JPEG and PNG, one for PNG alone."""
    folder = tmp_path / "data/applications"
    folder.mkdir(parents=True)
    for name, types in (("both", "image/jpeg;image/png"), ("png", "image/png")):
        (folder / f"{name}.desktop").write_text(
            f"[Desktop Entry]\nType=Application\nName={name}\nExec=sh {name} %F\nIcon={name}\n"
            f"MimeType={types};\n"
        )
    (tmp_path / "bin").mkdir()
    for program in ("sh", "xdg-open"):
        (tmp_path / "bin" / program).touch(0o755)
    nowhere = str(tmp_path / "nowhere")
    return {
        "PATH": str(tmp_path / "bin"),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "XDG_DATA_DIRS": nowhere,
        "XDG_CONFIG_HOME": nowhere,
        "XDG_CONFIG_DIRS": nowhere,
    }


def test_each_system_has_its_desktop():
    assert isinstance(current_desktop("linux"), LinuxDesktop)
    assert isinstance(current_desktop("darwin"), MacDesktop)
    assert isinstance(current_desktop("win32"), WindowsDesktop)


# -- Linux


def test_linux_opens_one_file_as_the_desktop_says(environ, launcher, tmp_path):
    LinuxDesktop(environ, launcher).open_files([ODD])
    assert launcher.started == [[str(tmp_path / "bin/xdg-open"), str(ODD)]]


def test_linux_opens_several_files_in_one_program_at_once(environ, launcher):
    LinuxDesktop(environ, launcher).open_files([A, B])
    assert launcher.started == [["sh", "both", str(A), str(B)]]


def test_linux_says_so_when_nothing_opens_a_file(environ, launcher, tmp_path):
    (tmp_path / "bin/xdg-open").unlink()
    with pytest.raises(PhotoSearchError, match="No program opens"):
        LinuxDesktop(environ, launcher).open_files([Path("/p/a.txt")])


def test_linux_lists_programs_for_all_of_the_files(environ, launcher):
    desktop = LinuxDesktop(environ, launcher)

    def names(*paths: str) -> list[str]:
        return [program.name for program in desktop.programs_for([Path(p) for p in paths])]

    assert names("/p/a.jpg") == ["both"]
    assert names("/p/a.png", "/p/B.PNG") == ["both", "png"]
    assert names("/p/a.png", "/p/a.jpg") == ["both"]
    assert names("/p/a.unknown") == []
    assert [program.name for program in desktop.all_programs()] == ["both", "png"]


def test_linux_opens_files_with_a_chosen_program(environ, launcher):
    desktop = LinuxDesktop(environ, launcher)
    (program,) = desktop.programs_for([A])
    assert program.icon == "both"
    desktop.open_with(program, [A, ODD])
    assert launcher.started == [["sh", "both", str(A), str(ODD)]]


def test_linux_says_so_when_the_chosen_program_is_gone(environ, launcher):
    with pytest.raises(PhotoSearchError, match="not installed"):
        LinuxDesktop(environ, launcher).open_with(Program("/nowhere.desktop", "X"), [A])


def test_linux_opens_the_folders_when_no_file_manager_answers(environ, launcher, monkeypatch):
    monkeypatch.setattr(linux, "show_items", lambda paths: False)
    LinuxDesktop(environ, launcher).show_in_folder([A, B, Path("/q/c.jpg")])
    assert [command[1] for command in launcher.started] == ["/p", "/q"]


def test_linux_opens_no_folder_when_the_file_manager_answers(environ, launcher, monkeypatch):
    shown = []
    monkeypatch.setattr(linux, "show_items", lambda paths: shown.append(paths) or True)
    LinuxDesktop(environ, launcher).show_in_folder([A])
    assert shown == [[A]]
    assert launcher.started == []


# -- macOS


def test_macos_opens_and_shows_with_its_open_command(launcher):
    desktop = MacDesktop(launcher)
    desktop.open_files([A, B])
    desktop.show_in_folder([A])
    desktop.open_with(Program("/Applications/Preview.app", "Preview"), [A])
    desktop.open_url("https://example.org")
    assert launcher.started == [
        ["open", str(A), str(B)],
        ["open", "-R", str(A)],
        ["open", "-a", "/Applications/Preview.app", str(A)],
        ["open", "https://example.org"],
    ]


def test_macos_asks_launch_services_once_for_each_type(monkeypatch, launcher):
    asked = []

    def answer(command, **_):
        asked.append(command[-1])
        apps = ["/Applications/Preview.app"]
        apps += ["/Applications/GIMP.app"] if command[-1].endswith(".png") else []
        return subprocess.CompletedProcess(command, 0, json.dumps(apps).encode())

    monkeypatch.setattr(macos.subprocess, "run", answer)
    paths = [Path("/p/a.png"), Path("/p/b.PNG"), Path("/p/c.jpg")]
    (program,) = MacDesktop(launcher).programs_for(paths)
    assert program == Program("/Applications/Preview.app", "Preview")
    assert asked == ["/p/b.PNG", "/p/c.jpg"]


def test_macos_lists_nothing_when_launch_services_fail(monkeypatch, launcher):
    def fail(command, **_):
        raise subprocess.CalledProcessError(1, command)

    monkeypatch.setattr(macos.subprocess, "run", fail)
    assert MacDesktop(launcher).programs_for([A]) == ()


# -- Windows


def test_windows_selects_one_file_of_each_folder_in_explorer(launcher):
    WindowsDesktop(launcher, lambda *_: None).show_in_folder([A, B, Path("/q, r/c d.jpg")])
    assert launcher.started == [
        'explorer.exe /select,"/p/a b.jpg"',
        'explorer.exe /select,"/q, r/c d.jpg"',
    ]


def test_windows_opens_with_the_shell_and_asks_with_its_dialog(launcher):
    done = []
    desktop = WindowsDesktop(launcher, lambda *what: done.append(what))
    desktop.open_files([A, B])
    desktop.own_chooser(A)
    assert done == [(str(A), "open"), (str(B), "open"), (str(A), "openas")]


def test_windows_says_what_could_not_be_opened(launcher):
    def fail(*_):
        raise OSError(2, "no such file")

    with pytest.raises(PhotoSearchError, match=r"a b\.jpg could not be opened: no such file"):
        WindowsDesktop(launcher, fail).open_files([A])
