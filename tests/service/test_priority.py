"""Low priority: really so on Linux, and by the right calls where there is only a fake to ask."""

from __future__ import annotations

import ctypes
import logging
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from photosearch.service.priority import at_low_priority, lower_priority

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="asks the kernel of Linux")


def nice_here() -> int:
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


def in_a_thread(work: Callable[[], object]) -> object:
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result(30)


@on_linux
def test_the_calling_thread_and_its_children_go_last_and_no_other_thread_does() -> None:
    before = nice_here()

    def work() -> tuple[bool, int, object]:
        return lower_priority(), nice_here(), in_a_thread(nice_here)

    assert in_a_thread(work) == (True, max(15, before), max(15, before))
    assert nice_here() == before
    assert in_a_thread(nice_here) == before


@on_linux
def test_a_thread_that_is_lower_already_stays_so() -> None:
    def work() -> list[int]:
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 18)
        lower_priority()
        lower_priority()
        return [nice_here()]

    assert in_a_thread(work) == [18]


def test_a_refusal_is_logged_and_the_work_goes_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: int) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(os, "setpriority", refuse)
    with caplog.at_level(logging.WARNING):
        assert not lower_priority()
    assert "Permission denied" in caplog.text


def test_macos_is_asked_for_the_background_of_this_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[int, ...]] = []
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(os, "setpriority", lambda *args: calls.append(args))
    assert lower_priority()
    assert calls == [(3, 0, 0x1000)]


class FakeFunction:
    """A function of a Windows library, as ctypes has them: with types that can be set."""

    def __init__(self, answer: int) -> None:
        self.answer = answer
        self.calls: list[tuple[object, ...]] = []

    def __call__(self, *values: object) -> int:
        self.calls.append(values)
        return self.answer


@pytest.mark.parametrize(
    ("succeeds", "error_code", "is_low"), [(1, 0, True), (0, 400, True), (0, 5, False)]
)
def test_windows_is_asked_for_the_background_mode_of_this_thread(
    monkeypatch: pytest.MonkeyPatch, succeeds: int, error_code: int, is_low: bool
) -> None:
    kernel = SimpleNamespace(
        GetCurrentThread=FakeFunction(-2), SetThreadPriority=FakeFunction(succeeds)
    )
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(ctypes, "WinDLL", lambda *_, **__: kernel, raising=False)
    monkeypatch.setattr(ctypes, "get_last_error", lambda: error_code, raising=False)
    assert lower_priority() is is_low
    assert kernel.SetThreadPriority.calls == [(-2, 0x10000)]


def test_a_system_that_we_do_not_know_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "haiku1")
    assert not lower_priority()


@on_linux
def test_what_is_done_at_low_priority_starts_threads_of_low_priority() -> None:
    before = nice_here()
    assert at_low_priority(lambda: in_a_thread(nice_here)) == max(15, before)
    assert nice_here() == before
    with pytest.raises(ValueError, match="passes through"):
        at_low_priority(lambda: int("passes through"))
