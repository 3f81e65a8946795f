"""Results as a folder of links, and the hosts that take them so."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from photosearch.errors import IntegrationError
from photosearch.integrations import folder, shotwell, xnview
from photosearch.integrations.result_names import ranked_name, title_name
from photosearch.library.scanner import scan


@pytest.fixture
def started() -> list[list[str]]:
    return []


@pytest.fixture
def surroundings(make_surroundings, started):
    return replace(
        make_surroundings("xdg-open"), start=lambda command: started.append(list(command))
    )


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    place = tmp_path / "photos"
    place.mkdir()
    names = [b"z.jpg", b"line\nbreak.jpg", b"latin \xe4\xff.jpg", b"-n.jpg", b"a" * 250 + b".jpg"]
    found = [place / os.fsdecode(name) for name in names]
    for photo in found:
        photo.write_bytes(b"x")
    return found


@pytest.fixture
def data(surroundings) -> Path:
    return surroundings.paths.data_dir


def test_the_links_lead_to_the_photos_in_rank_order(surroundings, photos, data, started):
    sent = folder.host(surroundings).results.send("red bicycle", photos)
    assert sent.place == data / "results/folder/red bicycle"
    links = sorted(sent.place.iterdir())
    assert [link.readlink() for link in links] == photos
    assert [link.name[:4] for link in links] == ["001 ", "002 ", "003 ", "004 ", "005 "]
    assert links[0].name == "001 z.jpg"
    assert all(link.suffix == ".jpg" for link in links)
    assert sent.message == f"5 links in {sent.place}."
    assert started == [[str(surroundings.which("xdg-open")), str(sent.place)]]


def test_they_are_no_photos_for_an_index_that_holds_them(surroundings, photos, data, home):
    folder.host(surroundings).results.send("cats", photos)
    assert list(scan(data)) == []
    assert list(scan(home)) == []


def test_sending_again_replaces_the_links(surroundings, photos):
    results = folder.host(surroundings).results
    results.send("cats", photos)
    sent = results.send("cats", photos[:1])
    assert [link.name for link in sent.place.iterdir()] == ["001 z.jpg"]


def test_photos_that_are_gone_are_told(surroundings, photos):
    gone = photos[0].with_name("gone.jpg")
    sent = folder.host(surroundings).results.send("cats", [gone, photos[0]])
    assert [link.name for link in sent.place.iterdir()] == ["001 z.jpg"]
    assert sent.skipped == ((gone, "it is not there"),)
    assert sent.message.startswith("1 link in")
    with pytest.raises(IntegrationError, match="None of the photos is there"):
        folder.host(surroundings).results.send("dogs", [gone])


def test_taking_back_leaves_nothing_of_it_and_every_photo(surroundings, photos, home, contents):
    before = contents(home), contents(photos[0].parent)
    results = folder.host(surroundings).results
    results.send("cats", photos)
    results.send("dogs", photos[:2])
    assert results.take_back() == len(photos) + 2
    assert results.take_back() == 0
    data = home / ".local/share/photosearch"
    assert list(data.iterdir()) == []
    data.rmdir()
    data.parent.rmdir()
    data.parent.parent.rmdir()
    assert (contents(home), contents(photos[0].parent)) == before


def test_files_that_somebody_put_between_the_links_stay(surroundings, photos):
    results = folder.host(surroundings).results
    place = results.send("cats", photos).place
    (place / "notes.txt").write_text("mine")
    (place / "001 z.jpg").unlink()
    (place / "001 z.jpg").write_text("a copy of mine")
    results.send("cats", photos)
    assert (place / "001 z.jpg").read_text() == "a copy of mine"
    assert (place / "001-2 z.jpg").readlink() == photos[0]
    results.take_back()
    assert sorted(one.name for one in place.iterdir()) == ["001 z.jpg", "notes.txt"]


def test_each_host_takes_back_only_its_own(surroundings, photos):
    of_folder = folder.host(surroundings).results
    of_shotwell = shotwell.host(surroundings).results
    place = of_folder.send("cats", photos).place
    of_shotwell.send("cats", photos[:3])
    assert of_shotwell.take_back() == 3
    assert len(list(place.iterdir())) == len(photos)


def test_where_nothing_can_show_the_folder_the_message_says_so(make_surroundings, photos):
    def fail(command):
        raise IntegrationError("no", "no")

    sent = folder.host(replace(make_surroundings("xdg-open"), start=fail)).results.send("x", photos)
    assert len(list(sent.place.iterdir())) == len(photos)
    assert sent.message.endswith("No file manager could be started to show it.")


def test_a_folder_that_cannot_be_written_is_told(surroundings, photos, data):
    data.mkdir(parents=True)
    (data / "results").write_text("a file")
    with pytest.raises(IntegrationError, match="Links cannot be made or removed"):
        folder.host(surroundings).results.send("x", photos)


def test_a_title_is_one_name_on_windows_as_well(monkeypatch):
    assert title_name('what "is" this?') == 'what "is" this?'
    monkeypatch.setattr(sys, "platform", "win32")
    assert title_name(r"..\..\away") == "away"
    assert title_name('C:\\a <b> | "what" is this?*.') == "C a b what is this"
    assert title_name("?.") == "results"


def test_links_in_a_folder_of_somebody_else_stay(surroundings, photos, data, tmp_path):
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "their link").symlink_to(photos[0])
    (data / "results/folder").mkdir(parents=True)
    (data / "results/folder/sea").symlink_to(theirs)
    folder.host(surroundings).results.send("sea", photos)
    assert [one.name for one in theirs.iterdir()] == ["their link"]
    assert (data / "results/folder/sea/001 z.jpg").readlink() == photos[0]


@pytest.mark.parametrize(("count", "first"), [(9, "001 a.jpg"), (12_345, "00001 a.jpg")])
def test_ranks_have_as_many_digits_as_the_last(count, first):
    assert ranked_name(1, count, "a.jpg") == first


@pytest.mark.parametrize("name", ["ä" * 127 + ".jpg", "x" * 255, "." + "y" * 254])
def test_a_ranked_name_is_never_too_long_for_a_disk(name, tmp_path):
    long = ranked_name(7, 9, name)
    assert len(os.fsencode(long)) <= 255
    (tmp_path / long).touch()


def test_shotwell_and_xnview_are_left_as_they_are(make_surroundings):
    surroundings = make_surroundings("shotwell", "xnviewmp")
    for module in (shotwell, xnview):
        host = module.host(surroundings)
        assert host.is_here
        assert host.parts == ()
        assert host.then
    assert not shotwell.host(make_surroundings(platform="win32", PATH="/nowhere")).is_here
