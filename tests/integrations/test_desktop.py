"""The entries, icons and metadata of the desktop, and that nothing opens photos but what did."""

from __future__ import annotations

import configparser
import shutil
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from photosearch.autostart.commands import Outcome, run_command
from photosearch.integrations.desktop import APP_ID, host, open_with_parts
from photosearch.integrations.host import HostState
from photosearch.integrations.installing import install, remove, state_of
from photosearch.integrations.surroundings import Surroundings
from photosearch.library.mime_types import PHOTO_TYPES
from photosearch.paths import AppPaths, resource_dir

Machine = Callable[..., Surroundings]

OURS = "org.photosearch.similar.desktop"


@pytest.fixture
def machine(make_surroundings: Machine) -> Surroundings:
    return make_surroundings("update-desktop-database")


def entry(home: Path, name: str) -> dict[str, str]:
    """The main group of an installed desktop entry."""
    return groups(home, name)["Desktop Entry"]


def groups(home: Path, name: str) -> dict[str, dict[str, str]]:
    parser = configparser.RawConfigParser(delimiters="=", comment_prefixes="#", strict=True)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(home / ".local/share/applications" / name, encoding="utf-8")
    return {group: dict(parser[group]) for group in parser.sections()}


def test_the_menu_has_the_app_and_open_with_has_find_similar(
    machine: Surroundings, home: Path
) -> None:
    install(machine.paths, host(machine))
    app, similar = entry(home, f"{APP_ID}.desktop"), entry(home, OURS)
    assert app["Name"] == "photosearch"
    assert "MimeType" not in app
    assert "NoDisplay" not in app
    assert similar["Name"] == "Find similar photos"
    assert similar["NoDisplay"] == "true"
    assert similar["MimeType"] == ";".join(PHOTO_TYPES) + ";"
    for one in (app, similar):
        assert one["TryExec"] == machine.app_command[0]
        assert one["Exec"].endswith(" %F")  # all photos in one process, as arguments
        assert one["Exec"].startswith(machine.app_command[0])


def test_from_the_menu_the_app_starts_without_photos(machine: Surroundings, home: Path) -> None:
    install(machine.paths, host(machine))
    assert " --similar" not in entry(home, f"{APP_ID}.desktop")["Exec"]
    assert " --similar %F" in entry(home, OURS)["Exec"]
    action = groups(home, f"{APP_ID}.desktop")["Desktop Action search"]
    assert action["Name"] == "Search photos by words…"
    assert "%" not in action["Exec"]


def test_every_text_that_people_read_is_there_in_german(machine: Surroundings, home: Path) -> None:
    install(machine.paths, host(machine))
    for name in (f"{APP_ID}.desktop", OURS):
        for keys in groups(home, name).values():
            for key in {"Name", "Comment", "Keywords"} & keys.keys():
                assert f"{key}[de]" in keys or keys[key] == "photosearch", (name, key)


def test_another_index_with_an_odd_name_is_named_whole(
    make_surroundings: Machine, tmp_path: Path, home: Path
) -> None:
    odd = tmp_path / 'my "index" 100% $(touch pwned) `x` a\\b'
    machine = replace(make_surroundings(), paths=AppPaths(odd))
    install(machine.paths, host(machine))
    command = entry(home, OURS)["Exec"].replace("\\\\", "\\")  # the rules of the file
    assert '100%% \\$(touch pwned) \\`x\\` a\\\\b" --similar' in command


@pytest.mark.parametrize("name", ["two\nlines", "no text \udcff"])
def test_what_no_entry_can_hold_is_never_written(
    make_surroundings: Machine, tmp_path: Path, home: Path, name: str
) -> None:
    machine = replace(make_surroundings(), paths=AppPaths(tmp_path / name))
    assert host(machine).parts == ()
    assert open_with_parts(machine) == ()


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_other_systems_have_no_such_desktop(make_surroundings: Machine, platform: str) -> None:
    found = host(make_surroundings(platform=platform))
    assert not found.is_here
    assert found.parts == ()


def test_the_window_calls_itself_like_its_entry() -> None:
    source = (Path(__file__).parents[2] / "ui" / "running.py").read_text(encoding="utf-8")
    assert f'setDesktopFileName("{APP_ID}")' in source


def test_the_icons_have_the_sizes_of_their_folders(machine: Surroundings, home: Path) -> None:
    install(machine.paths, host(machine))
    theme = home / ".local/share/icons/hicolor"
    drawing = theme / "scalable/apps" / f"{APP_ID}.svg"
    assert ET.parse(drawing).getroot().tag.endswith("svg")
    pictures = sorted(theme.glob(f"*/apps/{APP_ID}.png"))
    assert len(pictures) == 9
    for path in pictures:
        with Image.open(path) as image:
            assert "x".join(map(str, image.size)) == path.parent.parent.name
            assert image.mode == "RGBA"
            assert image.getextrema()[3] == (0, 255)  # drawn, and clear around it


# -- what opens photos


class Gio:
    """What `gio mime` says, as real GLib does: a user's own folder comes first."""

    def __init__(
        self,
        home: Path,
        system: Sequence[str],
        default: str = "",
        lists: Sequence[str] = ("mimeapps.list", "defaults.list"),
    ) -> None:
        self._lists = lists
        self._applications = home / ".local/share/applications"
        self._system = system
        self._default = default

    def __call__(self, command: Sequence[str]) -> Outcome:
        if command[-2:-1] != ["mime"]:
            return Outcome(0, "")
        names = [OURS] if (self._applications / OURS).exists() else []
        names += self._system
        default = self._default or self._chosen(command[-1]) or next(iter(names), "")
        if not default:
            return Outcome(0, f"No default applications for “{command[-1]}”")
        lines = [f"Default application for ?{command[-1]}?: {default}", "Registered applications:"]
        return Outcome(0, "\n".join([*lines, *(f"\t{name}" for name in names)]))

    def _chosen(self, mime_type: str) -> str:
        paths = [self._applications / name for name in self._lists]
        lines = [line for path in paths if path.exists() for line in path.read_text().splitlines()]
        chosen = (line for line in lines if line.startswith(f"{mime_type}="))
        return next(chosen, "").partition("=")[2].split(";")[0]


def test_what_opened_photos_still_does(machine: Surroundings, home: Path) -> None:
    gio = Gio(home, ["viewer.desktop", "editor.desktop"])
    machine = replace(machine, run=gio)
    install(machine.paths, host(machine))
    path = home / ".local/share/applications/defaults.list"
    before = path.read_text()
    assert "image/jpeg=viewer.desktop;editor.desktop;\n" in before
    assert before.count("=") == len(PHOTO_TYPES)
    assert state_of(machine.paths, host(machine)) is HostState.ON
    install(machine.paths, host(machine))  # viewer.desktop is a choice by now
    assert path.read_text() == before
    # Other desktops than GLib's have ways of their own, and read this one.
    assert not path.with_name("mimeapps.list").exists()


def test_so_it_does_with_a_glib_that_does_not_read_its_own_list_any_more(
    machine: Surroundings, home: Path
) -> None:
    machine = replace(machine, run=Gio(home, ["viewer.desktop"], lists=["mimeapps.list"]))
    install(machine.paths, host(machine))
    path = home / ".local/share/applications/mimeapps.list"
    assert "image/jpeg=viewer.desktop;\n" in path.read_text()
    remove(machine.paths, host(machine))
    assert list(home.iterdir()) == []


@pytest.mark.parametrize(
    "gio",
    [
        lambda home: Gio(home, ["viewer.desktop"], default="chosen.desktop"),
        lambda home: Gio(home, []),
        lambda home: lambda command: Outcome(127, "gio: not found"),
    ],
    ids=["the user chose", "nothing else is there", "no gio"],
)
def test_where_there_is_nothing_to_keep_nothing_is_written(
    machine: Surroundings, home: Path, gio: Callable[[Path], Callable[[Sequence[str]], Outcome]]
) -> None:
    machine = replace(machine, run=gio(home))
    install(machine.paths, host(machine))
    assert not list((home / ".local/share/applications").glob("*.list"))
    assert state_of(machine.paths, host(machine)) is HostState.ON
    remove(machine.paths, host(machine))
    assert list(home.iterdir()) == []


LISTS = {
    "a group of defaults": b"[Default Applications]\ntext/plain=e.desktop\n\n[Other]\n",
    "no such group": b"[Added Associations]\ntext/plain=e.desktop;\n",
    "no end of line": b"[Added Associations]\ntext/plain=e.desktop;",
    "nothing": b"",
}


@pytest.mark.parametrize("text", LISTS.values(), ids=LISTS)
@pytest.mark.parametrize("is_written_on", [False, True])
@pytest.mark.parametrize("name", ["defaults.list", "mimeapps.list"])
def test_a_list_of_the_users_is_merged_into_and_out_again(
    machine: Surroundings, home: Path, name: str, text: bytes, is_written_on: bool
) -> None:
    path = home / ".local/share/applications" / name
    path.parent.mkdir(parents=True)
    path.write_bytes(text)
    machine = replace(machine, run=Gio(home, ["viewer.desktop"], lists=[name]))
    install(machine.paths, host(machine))
    parser = configparser.RawConfigParser(delimiters="=", strict=True)
    parser.read(path)
    assert parser["Default Applications"]["image/jpeg"] == "viewer.desktop;"
    more = b"[Removed Associations]\n" if is_written_on else b""
    path.write_bytes(path.read_bytes() + more)
    remove(machine.paths, host(machine))
    assert path.read_bytes() == text + more


def test_our_lines_go_though_the_record_is_lost(machine: Surroundings, home: Path) -> None:
    path = home / ".local/share/applications/mimeapps.list"
    path.parent.mkdir(parents=True)
    path.write_bytes(LISTS["a group of defaults"])
    machine = replace(machine, run=Gio(home, ["viewer.desktop"], lists=[path.name]))
    install(machine.paths, host(machine))
    (machine.paths.integrations / "record.json").write_bytes(b"broken")
    assert state_of(machine.paths, host(machine)) is not HostState.OFF
    remove(machine.paths, host(machine))
    assert path.read_bytes() == LISTS["a group of defaults"]


def test_what_was_registered_goes_though_the_tool_for_it_was_taken_away(
    machine: Surroundings, home: Path
) -> None:
    install(machine.paths, host(machine))
    assert (home / ".local/share/applications/mimeinfo.cache").exists()
    (Path(machine.environ["PATH"]) / "update-desktop-database").unlink()
    remove(machine.paths, host(machine))
    assert list(home.iterdir()) == []


def test_an_entry_is_not_registered_where_nothing_can_register_it(
    make_surroundings: Machine, home: Path
) -> None:
    machine = make_surroundings()
    install(machine.paths, host(machine))
    names = {path.name for path in (home / ".local/share/applications").iterdir()}
    assert names == {f"{APP_ID}.desktop", OURS}


# -- with the desktop's own tools, where they are installed


def test_the_metadata_are_of_this_product() -> None:
    root = ET.parse(resource_dir() / "plugins/desktop" / f"{APP_ID}.metainfo.xml").getroot()
    assert root.findtext("id") == APP_ID
    assert root.findtext("launchable") == f"{APP_ID}.desktop"
    assert root.findtext("project_license") == "Apache-2.0"
    assert [one.text for one in root.iterfind("provides/mediatype")] == list(PHOTO_TYPES)


@pytest.mark.skipif(not shutil.which("appstreamcli"), reason="appstreamcli is not installed")
def test_the_metadata_are_valid() -> None:
    path = resource_dir() / "plugins/desktop" / f"{APP_ID}.metainfo.xml"
    command = ["appstreamcli", "validate", "--no-net", "--no-color", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.skipif(
    not shutil.which("desktop-file-validate"), reason="desktop-file-validate is not installed"
)
def test_the_entries_are_valid(machine: Surroundings, home: Path) -> None:
    install(machine.paths, host(machine))
    for name in (f"{APP_ID}.desktop", OURS):
        path = home / ".local/share/applications" / name
        command = ["desktop-file-validate", str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.skipif(
    not shutil.which("update-desktop-database"), reason="desktop-file-utils is not installed"
)
def test_the_real_database_knows_the_types_while_we_are_there(
    make_surroundings: Machine, home: Path
) -> None:
    machine = replace(make_surroundings("update-desktop-database"), run=run_command)
    install(machine.paths, host(machine))
    cache = home / ".local/share/applications/mimeinfo.cache"
    lines = cache.read_text().splitlines()
    assert set(lines[1:]) == {f"{one}={OURS};" for one in PHOTO_TYPES}
    remove(machine.paths, host(machine))
    assert list(home.iterdir()) == []


@pytest.mark.skipif(
    not Path("/usr/share/mime/globs2").exists(), reason="shared-mime-info is not installed"
)
def test_the_types_are_those_of_the_shared_database() -> None:
    known = {
        line.split(":")[1]
        for line in Path("/usr/share/mime/globs2").read_text().splitlines()[3:]
        if line.count(":") >= 2
    }
    assert set(PHOTO_TYPES) <= known
