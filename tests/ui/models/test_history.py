"""The words that were searched for."""

from __future__ import annotations

import json
import stat
import sys

import pytest

from ui.models.history import TEXTS_MAX, History


@pytest.fixture
def file(tmp_path):
    return tmp_path / "app" / "searches.json"


@pytest.fixture
def new_history(qtbot, runner, file):
    def make():
        history = History(file, runner)
        with qtbot.waitSignal(history.changed):
            pass
        return history

    return make


def written(file):
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else None


def test_the_newest_comes_first_and_each_once_whatever_its_capitals(new_history):
    history = new_history()
    for text in ("dog", "cat", "  Dog "):
        history.add(text)
    assert history.texts == ("Dog", "cat")
    assert history.completions.stringList() == ["Dog", "cat"]


def test_only_so_many_are_kept_and_what_is_empty_or_a_novel_is_not(new_history):
    history = new_history()
    for number in range(TEXTS_MAX + 5):
        history.add(f"search {number}")
    history.add("   ")
    history.add("word " * 1_000)
    assert len(history.texts) == TEXTS_MAX
    assert history.texts[0] == f"search {TEXTS_MAX + 4}"


def test_it_is_there_again_the_next_time(qtbot, new_history, file):
    first = new_history()
    for text in ("Möwe am Meer", "dog", "cat"):
        first.add(text)
    qtbot.waitUntil(lambda: written(file) == ["cat", "dog", "Möwe am Meer"])
    assert new_history().texts == ("cat", "dog", "Möwe am Meer")


def test_words_that_are_no_text_do_not_keep_the_others_from_being_written(qtbot, new_history, file):
    history = new_history()
    history.add("caf\udce9")  # from a command line
    history.add("dog")
    qtbot.waitUntil(lambda: written(file) == ["dog", "caf?"])


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_nobody_else_can_read_the_file(qtbot, new_history, file):
    new_history().add("my secret")
    qtbot.waitUntil(lambda: written(file) is not None)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_what_is_forgotten_is_gone_from_the_file_as_well(qtbot, new_history, file):
    history = new_history()
    history.add("dog")
    history.clear()
    assert history.texts == ()
    qtbot.waitUntil(lambda: written(file) == [])


def test_words_that_came_before_the_file_was_read_are_newer(qtbot, runner, file):
    file.parent.mkdir()
    file.write_text('["dog", "cat"]', encoding="utf-8")
    history = History(file, runner)
    history.add("cow")
    qtbot.waitUntil(lambda: history.texts == ("cow", "dog", "cat"))
    qtbot.waitUntil(lambda: written(file) == ["cow", "dog", "cat"])


@pytest.mark.parametrize("data", [b"", b"{}", b'[1, null, "dog"]', b"\xff\xfe", b"[" * 100_000])
def test_a_spoilt_file_is_no_trouble(new_history, file, data):
    file.parent.mkdir()
    file.write_bytes(data)
    history = new_history()
    assert history.texts in ((), ("dog",))


def test_a_folder_that_cannot_be_written_is_no_trouble(qtbot, new_history, file):
    file.parent.write_text("a file where the folder should be")
    history = new_history()
    history.add("dog")
    history.add("cat")
    qtbot.wait(50)
    assert history.texts == ("cat", "dog")
