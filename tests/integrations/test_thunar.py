"""Thunar, without it: our actions among those of the user, in all the ways these are written."""

from __future__ import annotations

import shlex
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from photosearch.errors import IntegrationError
from photosearch.integrations import thunar
from photosearch.integrations.host import HostState
from photosearch.integrations.installing import install, remove, state_of
from photosearch.integrations.surroundings import Surroundings
from photosearch.paths import AppPaths

# As in Debian: with a document type, names in many languages and no identifiers.
SHIPPED = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE actions [
  <!ELEMENT actions (action)+>
]>
<actions>

  <action>
    <icon>utilities-terminal</icon>
    <name>Open Terminal Here</name>
    <name xml:lang="de">Terminal hier öffnen</name>
    <command>exo-open --working-directory %f --launch TerminalEmulator</command>
    <patterns>*</patterns>
    <directories/>
  </action>

</actions>""".encode()

OF_A_USER = b"""<?xml version="1.0" encoding="UTF-8"?>
<actions>
<action>
\t<icon></icon>
\t<name>photosearch-similar</name>
\t<unique-id>1700000000000000-1</unique-id>
\t<command>echo &quot;&lt;unique-id&gt;photosearch-similar&lt;/unique-id&gt;&quot; %F</command>
\t<patterns>*</patterns>
\t<image-files/>
</action>
</actions>
"""


@pytest.fixture
def machine(make_surroundings, tmp_path):
    def make(shipped: bytes | None = None, **environ: str) -> Surroundings:
        folder = tmp_path / "etc/xdg"
        if shipped is not None:
            (folder / "Thunar").mkdir(parents=True, exist_ok=True)
            (folder / "Thunar/uca.xml").write_bytes(shipped)
        return make_surroundings("thunar", XDG_CONFIG_DIRS=str(folder), **environ)

    return make


@pytest.fixture
def file(home: Path) -> Path:
    return home / ".config/Thunar/uca.xml"


def names(file: Path) -> list[str | None]:
    return [one.findtext("name") for one in ET.parse(file).getroot()]


@pytest.mark.parametrize(
    "text",
    [
        OF_A_USER,
        SHIPPED,
        b"<actions/>",
        b"<actions></actions>",
        b"<actions>\n  </actions>\n",
        b"\xef\xbb\xbf<actions>\r\n<action><unique-id>1</unique-id></action>\r\n</actions>\r\n",
        b"<!-- <action> --><actions><action/><!-- </actions> --></actions><!-- end -->\n",
    ],
)
def test_a_file_is_as_it_was_once_our_actions_are_gone(text, machine, file):
    surroundings = machine()
    file.parent.mkdir(parents=True)
    file.write_bytes(text)
    before = ET.fromstring(text)
    host = thunar.host(surroundings)
    install(surroundings.paths, host)
    assert state_of(surroundings.paths, host) is HostState.ON
    after = list(ET.parse(file).getroot())
    assert [ET.tostring(one).strip() for one in after[:-2]] == [
        ET.tostring(one).strip() for one in before
    ]
    remove(surroundings.paths, host)
    assert file.read_bytes() == text


def test_the_actions_that_thunar_ships_stay_in_the_menu_of_somebody_who_had_none(machine, file):
    surroundings = machine(SHIPPED)
    install(surroundings.paths, thunar.host(surroundings))
    assert names(file) == ["Open Terminal Here", "Find similar photos", "Search photos by words…"]
    remove(surroundings.paths, thunar.host(surroundings))
    assert not file.parent.exists()


def test_what_the_user_adds_later_stays(machine, file):
    surroundings = machine(SHIPPED)
    host = thunar.host(surroundings)
    install(surroundings.paths, host)
    added = b"<action>\n\t<name>Mine</name>\n\t<unique-id>9-9</unique-id>\n</action>\n"
    file.write_bytes(file.read_bytes().replace(b"</actions>", added + b"</actions>"))
    remove(surroundings.paths, host)
    assert file.read_bytes() == SHIPPED.replace(b"</actions>", added + b"</actions>")


def test_actions_that_were_changed_by_hand_are_brought_up_to_date_and_go(machine, file):
    surroundings = machine()
    host = thunar.host(surroundings)
    install(surroundings.paths, host)
    ours = file.read_bytes()
    file.write_bytes(ours.replace(b"Find similar photos", b"Likenesses"))
    assert state_of(surroundings.paths, host) is HostState.OUTDATED
    install(surroundings.paths, host)
    assert file.read_bytes() == ours


@pytest.mark.parametrize("text", [b"<actions>", b"", b"<scripts/>", b"<?xml version='1.0'?>"])
def test_a_file_that_is_not_thunars_is_left_alone(text, machine, file):
    surroundings = machine()
    file.parent.mkdir(parents=True)
    file.write_bytes(text)
    with pytest.raises(IntegrationError, match=r"uca\.xml cannot be changed"):
        install(surroundings.paths, thunar.host(surroundings))
    assert file.read_bytes() == text


def test_the_names_of_photos_are_left_to_thunar_to_quote(machine, file):
    surroundings = machine()
    install(surroundings.paths, thunar.host(surroundings))
    similar, words = (shlex.split(one.findtext("command", "")) for one in ET.parse(file).getroot())
    assert similar == [*surroundings.app_command, "--similar", "%F"]
    assert words == list(surroundings.app_command)


def test_the_name_of_an_index_is_taken_for_nothing_else(tmp_path):
    name = "it's %F; $(x) <&"
    surroundings = Surroundings(AppPaths(tmp_path / name), home=tmp_path, platform="linux")
    [part] = thunar.host(surroundings).parts
    element = ET.fromstring(part.insert(b"<actions/>"))[0]
    words = shlex.split(element.findtext("command", ""))
    assert words[-3:] == [f"{tmp_path}/it's %%F; $(x) <&", "--similar", "%F"]


def test_an_index_whose_name_no_such_file_can_hold_is_refused(tmp_path):
    for name in ("line\nbreak", "\udcff"):
        surroundings = Surroundings(AppPaths(tmp_path / name), home=tmp_path, platform="linux")
        with pytest.raises(IntegrationError, match="folder whose name"):
            install(surroundings.paths, thunar.host(surroundings))


def test_the_actions_speak_german_where_the_session_does(machine, file):
    surroundings = machine(LANG="de_AT.UTF-8")
    install(surroundings.paths, thunar.host(surroundings))
    assert names(file) == ["Ähnliche Fotos finden", "Fotos mit Worten suchen …"]
