"""What a person does with other programs, as the window knows it."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from photosearch.errors import IntegrationError
from ui.models.program_list import ProgramList


@pytest.fixture
def made(programs, runner, qtbot):
    made = ProgramList(runner, programs)
    made.look()
    qtbot.waitUntil(lambda: made.is_known)
    yield made
    made.deleteLater()


def named(made, name):
    return next(one for one in made.all if one.name == name)


def test_programs_are_looked_at_in_a_worker(made, programs):
    assert [one.name for one in made.all] == ["digikam", "geeqie", "folder", "thunar"]
    assert threading.main_thread() not in programs.threads


def test_only_folders_that_the_library_lacks_are_offered(made):
    assert named(made, "digikam").folders == (Path("/albums"),)


def test_switching_on_and_off_is_seen_in_the_list(qtbot, made, programs):
    made.switch("geeqie", is_on=True)
    assert made.is_busy("geeqie")
    qtbot.waitUntil(lambda: named(made, "geeqie").is_on)
    assert not made.is_busy("geeqie")
    made.switch("geeqie", is_on=False)
    qtbot.waitUntil(lambda: not named(made, "geeqie").is_on)
    assert programs.asked == [("switch", "geeqie", True), ("switch", "geeqie", False)]


def test_a_file_of_somebody_else_in_the_way_is_named(qtbot, made, programs):
    programs.left = ("/home/me/\x1b.desktop",)
    made.switch("geeqie", is_on=True)
    qtbot.waitUntil(lambda: bool(made.remark("geeqie")))
    assert "/home/me/\\x1b.desktop" in made.remark("geeqie")
    assert not named(made, "geeqie").is_on


def test_a_failure_is_told_beside_its_program_and_gone_with_the_next_try(qtbot, made, programs):
    programs.error = IntegrationError("The disk is full.", "Free some space.")
    made.switch("geeqie", is_on=True)
    qtbot.waitUntil(lambda: "The disk is full." in made.remark("geeqie"))
    assert made.remark("digikam") == ""
    programs.error = None
    made.switch("geeqie", is_on=True)
    qtbot.waitUntil(lambda: named(made, "geeqie").is_on)
    assert made.remark("geeqie") == ""


def test_photos_are_sent_and_those_that_could_not_be_are_counted(qtbot, made, programs):
    programs.skipped = 2
    photos = [Path("/photos/b.jpg"), Path("/photos/a.jpg")]
    with qtbot.waitSignal(made.told) as told:
        made.send("geeqie", "red bicycle", photos)
    assert programs.asked == [("send", "geeqie", "red bicycle", photos)]
    assert told.args == ["They are there. 2 photo(s) could not be sent."]


def test_what_cannot_be_sent_is_told(qtbot, made, programs):
    programs.error = IntegrationError("It does not run.", "Start it.")
    with qtbot.waitSignal(made.failed) as failed:
        made.send("geeqie", "x", [Path("/photos/a.jpg")])
    assert failed.args[0] is programs.error


def test_photos_are_taken_back(qtbot, made, programs):
    with qtbot.waitSignal(made.told) as told:
        made.take_back("digikam")
    assert told.args == ["3 photo(s) taken back from digiKam."]


def test_the_folders_of_a_program_are_added_to_the_library(qtbot, made, service):
    with qtbot.waitSignal(made.told):
        made.add_folders(named(made, "digikam"))
    assert Path("/albums") in [root.path for root in service.roots()]
    qtbot.waitUntil(lambda: not named(made, "digikam").folders)
