"""Desktop files, and the commands that come of them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ui.desktop.desktop_entry import DesktopEntry, read_entry

ODD = Path(os.fsdecode(b'/p/it\'s 100%f "odd" $HOME\n\xff;`rm`.jpg'))
PLAIN = Path("/p/a.jpg")


def entry(execute: str, **values) -> DesktopEntry:
    return DesktopEntry(Path("/apps/viewer.desktop"), "Viewer", execute, **values)


def written(folder: Path, text: str) -> Path:
    path = folder / "viewer.desktop"
    path.write_bytes(text.encode())
    return path


@pytest.mark.parametrize(
    ("execute", "paths", "commands"),
    [
        ("view %f", [PLAIN], [["view", "/p/a.jpg"]]),
        ("view %f", [PLAIN, ODD], [["view", "/p/a.jpg"], ["view", str(ODD)]]),
        ("view %F", [PLAIN, ODD], [["view", "/p/a.jpg", str(ODD)]]),
        ("view %u", [PLAIN], [["view", "file:///p/a.jpg"]]),
        ("view -n %U", [PLAIN, PLAIN], [["view", "-n", "file:///p/a.jpg", "file:///p/a.jpg"]]),
        ("view --file=%f", [ODD], [["view", f"--file={ODD}"]]),
        ("view", [PLAIN], [["view", "/p/a.jpg"]]),
        ("view 100%% %f", [PLAIN], [["view", "100%", "/p/a.jpg"]]),
        ("view %d %D %n %N %v %m %f", [PLAIN], [["view", "/p/a.jpg"]]),
        ('"/opt/my view" "a \\"b\\" \\$c \\`d\\` \\\\e" %f', [PLAIN],
         [["/opt/my view", 'a "b" $c `d` \\e', "/p/a.jpg"]]),
        ('view "" %f', [PLAIN], [["view", "", "/p/a.jpg"]]),
        ("view %c %k %f", [PLAIN], [["view", "Viewer", "/apps/viewer.desktop", "/p/a.jpg"]]),
    ],
)  # fmt: skip
def test_exec_is_expanded_as_the_specification_says(execute, paths, commands):
    assert entry(execute).commands(paths) == commands


def test_an_address_holds_every_byte_of_the_name():
    (command,) = entry("view %u").commands([ODD])
    assert command[1] == ("file:///p/it%27s%20100%25f%20%22odd%22%20%24HOME%0A%FF%3B%60rm%60.jpg")


def test_the_icon_becomes_two_arguments_or_none():
    assert entry("view %i %f", icon="pic").commands([PLAIN]) == [
        ["view", "--icon", "pic", "/p/a.jpg"]
    ]
    assert entry("view %i %f").commands([PLAIN]) == [["view", "/p/a.jpg"]]


def test_a_program_of_the_terminal_is_started_in_one():
    (command,) = entry("view %f", needs_terminal=True).commands([PLAIN])
    assert command == ["xdg-terminal-exec", "view", "/p/a.jpg"]


def test_string_escapes_are_undone_before_quotes_are_read(tmp_path):
    path = written(
        tmp_path, '[Desktop Entry]\nType=Application\nName=V\nExec=sh "a\\\\\\\\b" "\\\\$x" %f\n'
    )
    found = read_entry(path)
    assert found is not None
    assert found.commands([PLAIN]) == [["sh", "a\\b", "$x", "/p/a.jpg"]]


def test_a_file_is_read_with_its_comments_spaces_and_other_groups(tmp_path):
    path = written(
        tmp_path,
        "# a comment\n[Desktop Entry]\nType = Application\nName= Viewer\nExec=sh %F\nIcon=pic\n"
        "MimeType=image/png;image/jpeg;\nPath=/tmp\nNoDisplay=true\n"
        "[Desktop Action new]\nName=New\nExec=other\n",
    )
    assert read_entry(path) == DesktopEntry(
        path, "Viewer", "sh %F", "pic", "/tmp", frozenset({"image/png", "image/jpeg"}), True
    )


@pytest.mark.parametrize(
    ("lang", "name"),
    [
        ("de_AT.UTF-8", "Betrachter (AT)"),
        ("de_DE", "Betrachter"),
        ("fr_FR", "Viewer"),
        ("C", "Viewer"),
    ],
)
def test_the_name_is_in_the_language_of_the_user(tmp_path, lang, name):
    path = written(
        tmp_path,
        "[Desktop Entry]\nType=Application\nName=Viewer\nName[de]=Betrachter\n"
        "Name[de_AT]=Betrachter (AT)\nExec=sh %f\n",
    )
    found = read_entry(path, {"PATH": os.environ["PATH"], "LANG": lang})
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize(
    "lines",
    [
        "Type=Link\nURL=x",
        "Type=Application\nExec=sh\nHidden=true",
        "Type=Application\nExec=sh\nTryExec=/nowhere/program",
        "Type=Application\nExec=no-such-program-here %f",
        "Type=Application\nName=without a command",
    ],
)
def test_what_cannot_be_started_is_no_program(tmp_path, lines):
    assert read_entry(written(tmp_path, f"[Desktop Entry]\nName=V\n{lines}\n")) is None


def test_a_file_that_cannot_be_read_is_no_program(tmp_path):
    assert read_entry(tmp_path / "missing.desktop") is None


@pytest.mark.parametrize(
    ("line", "is_hidden"),
    [
        ("OnlyShowIn=KDE;", True),
        ("OnlyShowIn=KDE;GNOME;", False),
        ("NotShowIn=GNOME;", True),
        ("NoDisplay=true", True),
        ("NoDisplay=false", False),
    ],
)
def test_what_does_not_belong_to_this_desktop_is_not_in_menus(tmp_path, line, is_hidden):
    path = written(tmp_path, f"[Desktop Entry]\nType=Application\nName=V\nExec=sh %f\n{line}\n")
    environ = {"PATH": os.environ["PATH"], "XDG_CURRENT_DESKTOP": "ubuntu:GNOME"}
    found = read_entry(path, environ)
    assert found is not None
    assert found.is_hidden is is_hidden
