"""The one way off the GUI thread."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtWidgets import QLabel
from shiboken6 import delete

from photosearch.errors import LibraryError, PhotoSearchError
from ui.workers.runner import Lane, Runner


def test_the_result_arrives_in_the_gui_thread(qtbot, runner):
    ends = []
    runner.run(
        lambda service: (threading.current_thread(), len(service.roots())),
        lambda result: ends.append((threading.current_thread(), *result)),
    )
    qtbot.waitUntil(lambda: bool(ends))
    ((told_in, worked_in, roots),) = ends
    assert told_in is threading.main_thread()
    assert worked_in is not threading.main_thread()
    assert roots == 1


def test_an_error_for_people_reaches_the_one_who_asked(qtbot, runner, service):
    service.error = LibraryError("The disk is full.")
    errors, results = [], []
    runner.run(lambda service: service.roots(), results.append, errors.append)
    qtbot.waitUntil(lambda: bool(errors))
    assert errors == [service.error]
    assert results == []


def test_an_error_nobody_waits_for_is_told_to_everybody(qtbot, runner, service):
    service.error = LibraryError("The disk is full.")
    with qtbot.waitSignal(runner.failed) as told:
        runner.run(lambda service: service.roots())
    assert told.args == [service.error]


def test_a_bug_is_told_to_who_waits_and_raised_as_well(qtbot, runner):
    errors = []
    with qtbot.captureExceptions() as raised:
        runner.run(lambda service: 1 / 0, None, errors.append)
        qtbot.waitUntil(lambda: bool(errors) and bool(raised))
    assert isinstance(errors[0], PhotoSearchError)
    assert raised[0][0] is ZeroDivisionError


def test_the_end_of_cancelled_work_is_not_told(qtbot, runner):
    gate, ends = threading.Event(), []
    first = runner.run(lambda service: gate.wait(), ends.append)
    first.cancel()
    gate.set()
    runner.run(lambda service: "second", ends.append)
    qtbot.waitUntil(lambda: bool(ends))
    qtbot.wait(50)
    assert ends == ["second"]


def test_cancelled_work_that_waits_is_never_begun(qtbot, runner):
    gate, begun, ends = threading.Event(), [], []
    busy = [runner.run(lambda service: gate.wait(), lane=Lane.SEARCH) for _ in range(2)]
    waiting = runner.run(lambda service: begun.append(1), lane=Lane.SEARCH)
    waiting.cancel()
    runner.run(lambda service: None, ends.append, lane=Lane.SEARCH)
    gate.set()
    qtbot.waitUntil(lambda: bool(ends))
    assert begun == []
    assert len(busy) == 2


def test_a_slow_search_does_not_hold_up_the_library(qtbot, runner):
    gate, ends = threading.Event(), []
    for _ in range(3):
        runner.run(lambda service: gate.wait(), lane=Lane.SEARCH)
    runner.run(lambda service: "done", ends.append, lane=Lane.LIBRARY)
    qtbot.waitUntil(lambda: ends == ["done"])
    gate.set()


def test_the_service_is_opened_once_and_not_before_it_is_needed(qtbot, service):
    opened, ends = [], []

    def open_service():
        opened.append(threading.current_thread())
        return service

    runner = Runner(open_service)
    assert opened == []
    for lane in Lane:
        runner.run(lambda service: service.roots(), ends.append, lane=lane)
    qtbot.waitUntil(lambda: len(ends) == 3)
    assert len(opened) == 1
    assert opened[0] is not threading.main_thread()
    runner.close()
    assert service.is_closed


def test_the_end_does_not_wait_for_a_service_that_cannot_be_left(qtbot, service, monkeypatch):
    gate, ends = threading.Event(), []
    monkeypatch.setattr(service, "close", gate.wait)
    runner = Runner(lambda: service)
    runner.run(lambda service: service.roots(), ends.append)
    qtbot.waitUntil(lambda: bool(ends))
    runner.close()
    assert not gate.is_set()
    gate.set()


@pytest.mark.parametrize("is_held", [False, True])
def test_nothing_is_told_after_the_end(qtbot, new_runner, service, is_held):
    runner, ends, begun, gate = new_runner(service), [], threading.Event(), threading.Event()
    if not is_held:
        gate.set()

    def work(service):
        begun.set()
        gate.wait(0.3)

    runner.run(work, ends.append)
    assert begun.wait(5)
    runner.close()
    gate.set()
    qtbot.wait(50)
    assert ends == []


class Listener(QLabel):
    """Hears of work, as a dialog does."""

    def hear(self, told):
        self.setText(str(told))


def test_who_is_gone_is_told_nothing_and_a_failure_is_told_to_all(qtbot, runner):
    gone, heard, ends = Listener(), [], []
    runner.failed.connect(heard.append)
    gate = threading.Event()
    error = PhotoSearchError("No.")

    def fail(service):
        raise error

    runner.run(lambda service: gate.wait(), gone.hear, gone.hear)
    runner.run(fail, gone.hear, gone.hear)
    runner.run(lambda service: None, ends.append)
    delete(gone)
    gate.set()
    qtbot.waitUntil(lambda: bool(ends) and bool(heard))
    assert heard == [error]
