"""What a search answers: errors and emptiness told apart, kept fresh, one page after the other."""

from __future__ import annotations

import pytest

from photosearch.client.fake import FakeClient, FakePhoto
from photosearch.errors import QueryError, ServiceError
from photosearch.types import Root
from ui.models import session as session_module
from ui.models.question import Picture, Question
from ui.models.session import Phase

DOGS = FakePhoto("snow/two dogs.jpg", (235, 240, 245))
DOG = Question("two dogs")


# -- what may go wrong


def test_an_error_is_kept_and_asked_again_on_demand(session, service, settled):
    service.search_error = QueryError("The model is away.", "Bring it back.")
    session.ask(DOG)
    assert settled() is Phase.FAILED
    assert session.error == service.search_error
    service.search_error = None
    session.retry()
    assert settled() is Phase.RESULTS
    assert session.error is None


def test_no_photo_at_all_is_no_error(new_session, qtbot, empty_service):
    session = new_session(empty_service)
    session.ask(DOG)
    qtbot.waitUntil(lambda: session.phase is Phase.EMPTY)
    assert session.error is None


def test_photos_that_come_end_the_emptiness_by_themselves(new_session, qtbot, empty_service):
    session = new_session(empty_service)
    session.ask(DOG)
    qtbot.waitUntil(lambda: session.phase is Phase.EMPTY)
    phases = []
    session.changed.connect(lambda: phases.append(session.phase))
    empty_service.add_photo(DOGS)
    session.refresh()
    qtbot.waitUntil(lambda: session.phase is Phase.RESULTS)
    assert set(phases) == {Phase.EMPTY, Phase.RESULTS}


def test_a_query_that_makes_no_sense_is_an_error_and_no_emptiness(session, service, settled):
    service.search_error = QueryError("The search cannot be sent: too long.")
    session.ask(DOG)
    assert settled() is Phase.FAILED


def test_no_photo_that_answers(new_session, qtbot):
    session = new_session(FakeClient([DOGS]))
    session.ask(Question(pictures=(Picture("dogs", DOGS.content_id),)))
    qtbot.waitUntil(lambda: session.phase is Phase.NOTHING)
    assert session.total == 0


def test_folders_that_are_away_are_told_of(session, service, settled):
    service.set_offline()
    session.ask(DOG)
    settled()
    assert session.away == (service.folder,)


# -- fresh results


def test_a_refresh_keeps_what_is_shown_and_takes_in_what_is_new(qtbot, session, service, settled):
    session.ask(DOG)
    settled()
    anew = []
    session.results.shown_anew.connect(lambda: anew.append(1))
    session.results.modelReset.connect(lambda: anew.append(1))
    service.add_photo(FakePhoto("snow/two dogs and a sledge.jpg"))
    session.refresh()
    qtbot.waitUntil(lambda: session.total == 9)
    assert anew == []
    assert session.phase is Phase.RESULTS


def test_many_changes_are_one_refresh_after_a_while(qtbot, session, service, settled, monkeypatch):
    monkeypatch.setattr(session_module, "REFRESH_MS", 10_000)
    session.ask(DOG)
    settled()
    for _ in range(20):
        session.refresh()
        qtbot.wait(1)
    assert len(service.asked) == 1
    assert session._refresh.remainingTime() > 5_000
    session._refresh.start(0)
    qtbot.waitUntil(lambda: len(service.asked) == 2)
    qtbot.wait(50)
    assert len(service.asked) == 2


def test_nothing_is_refreshed_where_nothing_is_asked(qtbot, session, service):
    session.refresh()
    qtbot.wait(80)
    assert service.asked == []


def test_a_slow_question_is_not_dropped_for_its_refresh(qtbot, session, service, settled):
    service.gate.clear()
    session.ask(DOG)
    session.refresh()
    qtbot.wait(200)
    assert len(service.asked) == 1
    service.gate.set()
    assert settled() is Phase.RESULTS


def test_a_refresh_that_fails_leaves_what_is_shown_and_is_told_once(qtbot, session, service):
    session.ask(DOG)
    qtbot.waitUntil(lambda: session.phase is Phase.RESULTS)
    told = []
    session.photos_unknown.connect(told.append)
    service.search_error = QueryError("No more.")
    for expected in (2, 3):
        session.refresh()
        qtbot.waitUntil(lambda: len(service.asked) == expected and not session.is_busy)  # noqa: B023
    assert session.phase is Phase.RESULTS
    assert session.results.hit(0).photo.relative_path.name == "two dogs.jpg"
    assert [error.message for error in told] == ["No more."]


def test_a_lost_service_is_not_told_of_twice(qtbot, session, service, settled):
    session.ask(DOG)
    settled()
    told = []
    session.photos_unknown.connect(told.append)
    service.error = ServiceError("Gone.")
    session.refresh()
    qtbot.waitUntil(lambda: len(service.asked) == 2 and not session.is_busy)
    assert told == []
    assert session.phase is Phase.RESULTS


def test_what_failed_while_the_service_was_lost_is_asked_again_when_it_is_back(
    session, service, settled
):
    service.error = ServiceError("Gone.")
    session.ask(DOG)
    assert settled() is Phase.FAILED
    service.error = None
    session.retry()
    assert settled() is Phase.RESULTS


# -- pages


@pytest.fixture
def long_session(new_session):
    photos = [FakePhoto(f"many/dog {number:04}.jpg") for number in range(1_000)]
    client = FakeClient(photos)
    session = new_session(client)
    session.client = client
    return session


def test_the_pages_that_are_looked_at_are_asked_for(qtbot, long_session):
    session = long_session
    session.ask(Question("dog"))
    qtbot.waitUntil(lambda: session.total == 1_000)
    assert session.results.hit(450) is None
    session.results.look_at(440, 460)
    qtbot.waitUntil(lambda: session.results.hit(450) is not None)
    assert session.results.hit(450).photo.relative_path.name == "dog 0450.jpg"


def test_pages_of_an_older_question_are_dropped(qtbot, long_session):
    session = long_session
    session.ask(Question("dog"))
    qtbot.waitUntil(lambda: session.total == 1_000)
    session.client.gate.clear()
    session.results.look_at(440, 460)
    qtbot.waitUntil(lambda: len(session.client.asked) == 2)
    session.ask(Question("cat"))
    session.client.gate.set()
    qtbot.waitUntil(lambda: not session.is_busy)
    qtbot.wait(50)
    assert session.results.hit(450) is None


def test_a_page_that_failed_can_be_wanted_again(qtbot, long_session):
    session = long_session
    session.ask(Question("dog"))
    qtbot.waitUntil(lambda: session.total == 1_000)
    session.client.search_error = QueryError("Not now.")
    with qtbot.waitSignal(session.photos_unknown):
        session.results.look_at(440, 460)
    session.client.search_error = None
    session.results.look_at(440, 460)
    qtbot.waitUntil(lambda: session.results.hit(450) is not None)


def test_a_root_without_photos_is_empty_too(new_session, qtbot, empty_service):
    empty_service._roots.append(Root(1, empty_service.folder))
    session = new_session(empty_service)
    session.ask(DOG)
    qtbot.waitUntil(lambda: session.phase is Phase.EMPTY)
