"""Our scripts within gThumb's own file."""

from __future__ import annotations

import os
import shlex
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from photosearch.errors import IntegrationError
from photosearch.file_uris import path_of
from photosearch.integrations.gthumb import host, script_command
from photosearch.integrations.gthumb_scripts import SKELETON, Script, cut, found_in, insert
from photosearch.integrations.host import HostState, PartState
from photosearch.integrations.installing import install, remove, state_of
from photosearch.integrations.record import Record

OURS = (
    Script("photosearch-similar", 'Find "<similar>" & more…', "'/a b/app' --similar %F"),
    Script("photosearch-words", "Words", "app"),
)
NAMES = [one.identifier for one in OURS]

FILES = {
    "ours alone": SKELETON,
    "one tag": b'<scripts version="1.0"/>',
    "one tag with a blank": b'<?xml version="1.0"?>\n<scripts version="1.0" />\n<!-- end -->\n',
    "nothing inside": b"<scripts></scripts>",
    "all on one line": b'<scripts><script id="a" command="b &gt; c>d"/></scripts>',
    "the old format": b'<?xml version="1.0" encoding="UTF-8"?>\n<scripts version="1.0">\n'
    b'  <script id="a" command="x %F" shell-script="true" shortcut="KP_1"/>\n</scripts>\n',
    "an end that is moved in": b'<scripts version="1.1">\n\t<script id="a"/>\n\t</scripts>',
    "lines of Windows": b'<scripts>\r\n  <script id="a"></script>\r\n</scripts>\r\n',
    "a comment that names ours": b'<scripts>\n<!-- <script id="photosearch-words"/> -->\n'
    b"</scripts>\n",
    "one of ours deeper down": b'<scripts>\n<x><script id="photosearch-words"/></x>\n</scripts>\n',
}


@pytest.mark.parametrize("text", FILES.values(), ids=FILES)
def test_what_is_put_in_can_be_taken_out_to_the_last_byte(text):
    merged = insert(text, OURS)
    assert cut(merged, NAMES) == text
    assert insert(cut(merged, NAMES), OURS) == merged
    assert cut(text, NAMES) == text


@pytest.mark.parametrize("text", FILES.values(), ids=FILES)
def test_all_scripts_are_there_for_gthumb(text):
    before = [one.get("id") for one in ET.fromstring(text).findall("script")]
    merged = ET.fromstring(insert(text, OURS))
    assert [one.get("id") for one in merged.findall("script")] == [*before, *NAMES]
    ours = merged.findall("script")[-2]
    assert ours.get("display-name") == OURS[0].name
    assert ours.get("command") == OURS[0].command
    assert {ours.get(one) for one in ("shell-script", "for-each-file", "wait-command")} == {"false"}


def test_ours_are_found_however_gthumb_wrote_them_anew():
    text = (
        b'<?xml version="1.0" encoding="UTF-8"?>\n<scripts version="1.1">\n'
        b'  <script command="mine %F" id="a"/>\n'
        b"  <script\n    wait-command='false' id='photosearch-similar'\n    display=\"none\"/>\n"
        b'  <script id="b"/>\n'
        b'  <script id="photosearch-words"> </script>\n'
        b"</scripts>\n"
    )
    assert cut(text, NAMES) == (
        b'<?xml version="1.0" encoding="UTF-8"?>\n<scripts version="1.1">\n'
        b'  <script command="mine %F" id="a"/>\n'
        b'  <script id="b"/>\n'
        b"</scripts>\n"
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"", "no valid XML"),
        (b"<scripts>", "no valid XML"),
        (b"<catalogs/>", "its root is <catalogs>"),
        ("<scripts/>".encode("utf-16"), "not encoded"),
    ],
)
def test_a_file_that_is_none_of_gthumbs_is_refused(text, reason):
    for act in (lambda: insert(text, OURS), lambda: cut(text, NAMES), lambda: found_in(text)):
        with pytest.raises(ValueError, match=reason):
            act()


def test_a_broken_file_of_the_user_stays_and_the_error_names_it(make_surroundings, home):
    scripts = home / ".config/gthumb/scripts.xml"
    scripts.parent.mkdir(parents=True)
    scripts.write_bytes(b"<scripts>")
    surroundings = make_surroundings("gthumb")
    with pytest.raises(IntegrationError, match=r"scripts\.xml cannot be changed: .*no valid XML"):
        install(surroundings.paths, host(surroundings))
    assert scripts.read_bytes() == b"<scripts>"


def test_the_command_takes_all_selected_photos_at_once(make_surroundings):
    surroundings = make_surroundings("gthumb")
    similar, words = host(surroundings).parts[0].ours
    assert shlex.split(similar.command) == [*surroundings.app_command, "--similar", "%F"]
    assert shlex.split(words.command) == [*surroundings.app_command]


def test_no_percent_sign_in_the_name_of_our_program_is_taken_for_a_code():
    command = script_command(["/100%F/%U %?{x}/it's%", "--similar"], "%F")
    assert shlex.split(command) == ["/100%F/%U %?{x}/it's%", "--similar", "%F"]
    for code in ("%U", "%?", "%A", "%Q"):
        assert code not in command
    assert command.count("%F") == 1


def test_the_menu_speaks_the_language_of_the_session(make_surroundings):
    surroundings = make_surroundings("gthumb", LANG="de_AT.UTF-8")
    assert host(surroundings).parts[0].ours[0].name == "Ähnliche Fotos finden"


def test_hiding_a_script_or_giving_it_another_name_in_gthumb_leaves_it_installed(
    make_surroundings, home
):
    surroundings = make_surroundings("gthumb")
    install(surroundings.paths, host(surroundings))
    scripts = home / ".config/gthumb/scripts.xml"
    changed = scripts.read_bytes().replace(b"Find similar photos", b"Find more")
    scripts.write_bytes(changed)
    assert state_of(surroundings.paths, host(surroundings)) is HostState.ON
    install(surroundings.paths, host(surroundings))
    assert scripts.read_bytes() == changed
    remove(surroundings.paths, host(surroundings))
    assert not scripts.exists()


def test_a_script_that_calls_another_installation_is_outdated(make_surroundings, home, tmp_path):
    surroundings = make_surroundings("gthumb")
    install(surroundings.paths, host(surroundings))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "photosearch-app").touch()
    moved = host(replace(surroundings, scripts=elsewhere))
    assert moved.parts[0].state(Record(tmp_path / "none")) is PartState.OUTDATED
    install(surroundings.paths, moved)
    assert str(elsewhere) in (home / ".config/gthumb/scripts.xml").read_text()


def test_a_program_whose_name_is_no_text_is_refused(make_surroundings, tmp_path, home):
    scripts = tmp_path / "latin \udce4"
    scripts.mkdir()
    (scripts / "photosearch-app").touch()
    surroundings = replace(make_surroundings("gthumb"), scripts=scripts)
    with pytest.raises(IntegrationError, match="not UTF-8"):
        install(surroundings.paths, host(surroundings))
    assert not (home / ".config").exists()


def test_what_gthumb_writes_of_our_file_is_the_same_file():
    # As gThumb 3.12.2 wrote it when a script was hidden and shown again.
    assert (
        insert(SKELETON, [Script("photosearch-similar", "Words…", "/x/app --similar %F")])
        == (
            '<?xml version="1.0" encoding="UTF-8"?>\n<scripts version="1.1">\n'
            '  <script command="/x/app --similar %F" display-name="Words…" for-each-file="false" '
            'id="photosearch-similar" shell-script="false" wait-command="false"/>\n</scripts>\n'
        ).encode()
    )


@pytest.fixture
def started() -> list[list[str]]:
    return []


@pytest.fixture
def machine(make_surroundings, started):
    return replace(make_surroundings("gthumb"), start=lambda command: started.append(list(command)))


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    folder = tmp_path / "photos"
    folder.mkdir()
    names = (b"z.jpg", b'it\'s "<&>".jpg', b"line\nbreak %41.jpg", b"latin \xe4\xff.jpg")
    found = [folder / os.fsdecode(name) for name in names]
    for photo in found:
        photo.touch()
    return found


def test_a_catalog_holds_the_photos_in_rank_order_whatever_their_names(
    machine, photos, started, home
):
    sent = host(machine).results.send("red bicycle", photos)
    assert sent.place.parent == home / ".local/share/gthumb/catalogs"
    catalog = ET.fromstring(sent.place.read_bytes())
    assert catalog.tag == "catalog"
    assert catalog.find("order").attrib == {"inverse": "0", "type": "general::unsorted"}
    assert [path_of(file.get("uri")) for file in catalog.find("files")] == photos
    assert sent.message == "4 photos are in the catalog “red bicycle – photosearch” of gThumb."
    uri = "catalog:///red%20bicycle%20%E2%80%93%20photosearch.catalog"
    assert started == [[str(machine.which("gthumb")), uri]]


def test_our_catalogs_are_taken_back_and_those_of_others_stay(machine, photos, home):
    results = host(machine).results
    theirs = home / ".local/share/gthumb/catalogs/mine.catalog"
    theirs.parent.mkdir(parents=True)
    theirs.write_text('<?xml version="1.0"?>\n<catalog version="1.0"><files/></catalog>')
    saved = results.send("saved", photos).place
    saved.write_bytes(saved.read_bytes().replace(b' by="photosearch"', b""))
    results.send("cats", photos)
    results.send("cats", photos[:3])
    assert results.take_back() == 3
    assert set(theirs.parent.iterdir()) == {theirs, saved}


def test_without_gthumb_nothing_is_sent(make_surroundings, photos, home):
    with pytest.raises(IntegrationError, match="gThumb was not found"):
        host(make_surroundings()).results.send("x", photos)
    assert list(home.iterdir()) == []
