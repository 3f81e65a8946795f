"""Which programs open which type, from files as a desktop keeps them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ui.desktop.mime_apps import MimeApps

JPEG = "image/jpeg"


class Machine:
    """Folders as the environment of a desktop names them."""

    def __init__(self, folder: Path) -> None:
        self.user = folder / "user/applications"
        self.system = folder / "system/applications"
        self.config = folder / "config"
        for one in (self.user, self.system, self.config):
            one.mkdir(parents=True)
        self.environ = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "XDG_DATA_HOME": str(self.user.parent),
            "XDG_DATA_DIRS": str(self.system.parent),
            "XDG_CONFIG_HOME": str(self.config),
            "XDG_CONFIG_DIRS": str(folder / "etc"),
            "XDG_CURRENT_DESKTOP": "GNOME",
        }

    def install(self, folder: Path, name: str, types: str = JPEG, **values: str) -> None:
        lines = [f"Name={name}", f"Exec=sh -c {name} %f", f"MimeType={types};"]
        lines += [f"{key}={value}" for key, value in values.items()]
        path = folder / f"{name}.desktop"
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join(["[Desktop Entry]", "Type=Application", *lines, ""]))

    def associate(self, path: Path, **groups: str) -> None:
        text = "".join(
            f"[{group.replace('_', ' ')}]\n{JPEG}={ids}\n" for group, ids in groups.items()
        )
        path.write_text(text)

    def names(self, mime_type: str = JPEG) -> list[str]:
        return [entry.name for entry in MimeApps(self.environ).programs(mime_type)]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_programs_say_themselves_what_they_open(machine):
    machine.install(machine.system, "a")
    machine.install(machine.system, "b", "image/png")
    assert machine.names() == ["a"]


def test_the_cache_of_a_folder_is_believed(machine):
    machine.install(machine.system, "a")
    machine.install(machine.system, "b", "image/png")
    machine.associate(machine.system / "mimeinfo.cache", MIME_Cache="b.desktop;gone.desktop;")
    assert machine.names() == ["b"]


def test_the_default_is_first_and_the_added_come_before_the_rest(machine):
    for name in ("a", "b", "c", "d"):
        machine.install(machine.system, name, JPEG if name < "c" else "text/plain")
    machine.associate(
        machine.config / "mimeapps.list",
        Default_Applications="b.desktop",
        Added_Associations="c.desktop",
    )
    assert machine.names() == ["b", "c", "a"]


def test_a_default_of_this_desktop_counts_more(machine):
    machine.install(machine.system, "a")
    machine.install(machine.system, "b")
    machine.associate(machine.config / "mimeapps.list", Default_Applications="a.desktop")
    machine.associate(machine.config / "gnome-mimeapps.list", Default_Applications="b.desktop")
    assert machine.names()[0] == "b"


def test_a_default_that_is_not_installed_is_passed_over(machine):
    machine.install(machine.system, "a")
    machine.associate(machine.config / "mimeapps.list", Default_Applications="x.desktop;a.desktop")
    assert machine.names() == ["a"]


def test_a_removed_association_is_gone_from_later_folders(machine):
    machine.install(machine.system, "a")
    machine.install(machine.system, "b")
    machine.associate(machine.config / "mimeapps.list", Removed_Associations="a.desktop;")
    assert machine.names() == ["b"]


def test_what_the_system_removes_the_user_may_have(machine):
    machine.install(machine.user, "a")
    machine.associate(machine.system / "mimeapps.list", Removed_Associations="a.desktop;")
    assert machine.names() == ["a"]


def test_a_users_desktop_file_hides_that_of_the_system(machine):
    machine.install(machine.system, "a")
    machine.install(machine.user, "a", "image/png")
    machine.associate(machine.system / "mimeinfo.cache", MIME_Cache="a.desktop;")
    assert machine.names() == []
    assert machine.names("image/png") == ["a"]


def test_a_user_can_take_a_program_of_the_system_away(machine):
    machine.install(machine.system, "a")
    machine.install(machine.user, "a", Hidden="true")
    assert machine.names() == []


def test_an_id_names_a_file_in_a_folder_below(machine):
    machine.install(machine.system / "kde", "org-viewer")
    machine.associate(machine.system / "mimeinfo.cache", MIME_Cache="kde-org-viewer.desktop;")
    assert machine.names() == ["org-viewer"]


def test_a_program_outside_menus_still_opens_its_types_but_is_not_among_all(machine):
    machine.install(machine.system, "a", NoDisplay="true")
    machine.install(machine.system, "b")
    assert machine.names() == ["a", "b"]
    assert [entry.name for entry in MimeApps(machine.environ).all_programs()] == ["b"]


def test_a_program_is_listed_once(machine):
    machine.install(machine.system, "a")
    machine.associate(
        machine.config / "mimeapps.list",
        Default_Applications="a.desktop",
        Added_Associations="a.desktop;a.desktop",
    )
    assert machine.names() == ["a"]
