"""Thumbnails: fetched in threads, the last one asked for first, kept, and given up."""

from __future__ import annotations

import threading

import pytest

from photosearch.errors import ServiceError
from ui.workers import thumbnails as module
from ui.workers.thumbnails import Thumbnails, size_for


class Recorded:
    """The made-up service, noting what is asked; ``gate`` holds the answers back."""

    def __init__(self, service):
        self.service = service
        self.batches = []
        self.gate = threading.Event()
        self.gate.set()
        self.error = None

    def thumbnails(self, content_ids, size_px):
        self.batches.append(set(content_ids))
        self.gate.wait(5)
        if self.error is not None:
            raise self.error
        yield from self.service.thumbnails(content_ids, size_px)

    def close(self):
        self.gate.set()


@pytest.fixture
def recorded(service):
    return Recorded(service)


@pytest.fixture
def thumbnails(new_runner, recorded):
    made = Thumbnails(new_runner(recorded))
    yield made
    recorded.gate.set()
    made.close()


@pytest.fixture
def ids(service):
    return sorted(service._photos)


def test_a_thumbnail_comes_later_and_is_kept(qtbot, thumbnails, recorded, ids):
    with qtbot.waitSignal(thumbnails.ready) as ready:
        assert thumbnails.pixmap(ids[0], 128) is None
    assert ready.args == [ids[0], 128]
    pixmap = thumbnails.pixmap(ids[0], 128)
    assert (pixmap.width(), pixmap.height()) == (128, 96)
    assert recorded.batches == [{ids[0]}]


def test_what_is_asked_twice_is_fetched_once(qtbot, thumbnails, recorded, ids):
    recorded.gate.clear()
    for _ in range(3):
        thumbnails.pixmap(ids[0], 128)
    recorded.gate.set()
    qtbot.waitUntil(lambda: thumbnails.at_hand(ids[0], 128) is not None)
    assert recorded.batches == [{ids[0]}]


def test_what_was_asked_last_comes_first(qtbot, thumbnails, recorded, ids, monkeypatch):
    monkeypatch.setattr(module, "_BATCH", 1)
    monkeypatch.setattr(module, "_THREADS", 1)
    recorded.gate.clear()
    thumbnails.pixmap(ids[0], 128)
    qtbot.waitUntil(lambda: recorded.batches == [{ids[0]}])
    for content_id in ids[1:4]:
        thumbnails.pixmap(content_id, 128)
    recorded.gate.set()
    qtbot.waitUntil(lambda: len(recorded.batches) == 4)
    assert recorded.batches[1:] == [{ids[3]}, {ids[2]}, {ids[1]}]


def test_only_fleeting_requests_are_dropped(qtbot, thumbnails, recorded, ids, monkeypatch):
    monkeypatch.setattr(module, "_THREADS", 1)
    recorded.gate.clear()
    thumbnails.pixmap(ids[0], 128)
    qtbot.waitUntil(lambda: bool(recorded.batches))
    thumbnails.pixmap(ids[1], 128, is_fleeting=True)
    thumbnails.pixmap(ids[2], 128, is_fleeting=True)
    thumbnails.pixmap(ids[3], 128)
    thumbnails.keep_only({ids[2]})
    recorded.gate.set()
    qtbot.waitUntil(lambda: len(recorded.batches) == 2)
    assert recorded.batches[1] == {ids[2], ids[3]}


def test_a_photo_without_a_thumbnail_is_known_to_have_none(qtbot, thumbnails, recorded):
    unknown = "f" * 32
    with qtbot.waitSignal(thumbnails.ready):
        thumbnails.pixmap(unknown, 256)
    assert thumbnails.is_missing(unknown, 256)
    assert thumbnails.pixmap(unknown, 256) is None
    assert len(recorded.batches) == 1


def test_missing_ones_can_be_tried_again(qtbot, thumbnails, recorded):
    unknown = "f" * 32
    with qtbot.waitSignal(thumbnails.ready):
        thumbnails.pixmap(unknown, 256)
    with qtbot.waitSignal(thumbnails.ready):
        thumbnails.try_again()
    assert not thumbnails.is_missing(unknown, 256)


def test_a_lost_service_is_asked_again_when_it_is_back(
    qtbot, thumbnails, recorded, ids, monkeypatch
):
    monkeypatch.setattr(module, "_RETRY_S", 0.01)
    recorded.error = ServiceError("The service has ended.")
    thumbnails.pixmap(ids[0], 128)
    qtbot.waitUntil(lambda: len(recorded.batches) > 1)
    assert not thumbnails.is_missing(ids[0], 128)
    recorded.error = None
    qtbot.waitUntil(lambda: thumbnails.at_hand(ids[0], 128) is not None)


def test_what_a_lost_service_did_not_bring_is_only_dropped_if_it_is_fleeting(
    qtbot, thumbnails, recorded, ids, monkeypatch
):
    monkeypatch.setattr(module, "_RETRY_S", 0.01)
    recorded.error = ServiceError("The service has ended.")
    thumbnails.pixmap(ids[0], 128)
    thumbnails.pixmap(ids[1], 128, is_fleeting=True)
    qtbot.waitUntil(lambda: len(recorded.batches) > 2)
    thumbnails.keep_only(set())
    recorded.error = None
    qtbot.waitUntil(lambda: thumbnails.at_hand(ids[0], 128) is not None)


def test_another_size_stands_in_meanwhile(qtbot, thumbnails, ids):
    assert thumbnails.nearest(ids[0], 512) is None
    with qtbot.waitSignal(thumbnails.ready):
        thumbnails.pixmap(ids[0], 128)
    assert thumbnails.nearest(ids[0], 512).width() == 128


def test_the_oldest_go_when_there_are_too_many(qtbot, thumbnails, ids, monkeypatch):
    monkeypatch.setattr(module, "_MAX_BYTES", 2 * 128 * 96 * 4)
    for content_id in ids[:3]:
        with qtbot.waitSignal(thumbnails.ready):
            thumbnails.pixmap(content_id, 128)
    assert [thumbnails.at_hand(one, 128) is not None for one in ids[:3]] == [False, True, True]


def test_a_bug_is_not_swallowed(qtbot, thumbnails, recorded, ids):
    recorded.error = ZeroDivisionError("a bug")
    with qtbot.captureExceptions() as raised:
        thumbnails.pixmap(ids[0], 128)
        qtbot.waitUntil(lambda: bool(raised))
    assert raised[0][0] is ZeroDivisionError
    assert thumbnails.is_missing(ids[0], 128)


def test_nothing_is_told_after_the_end(qtbot, thumbnails, recorded, ids):
    recorded.gate.clear()
    thumbnails.pixmap(ids[0], 128)
    qtbot.waitUntil(lambda: bool(recorded.batches))
    recorded.gate.set()
    thumbnails.close()
    with qtbot.assertNotEmitted(thumbnails.ready, wait=50):
        assert thumbnails.pixmap(ids[1], 128) is None


@pytest.mark.parametrize(("pixels", "size_px"), [(96, 128), (128, 128), (129, 256), (5_000, 1024)])
def test_a_size_fills_the_pixels_where_one_does(pixels, size_px):
    assert size_for(pixels) == size_px
