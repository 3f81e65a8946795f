"""What a person asks: debounced, late answers dropped, by words and pictures, with a way back."""

from __future__ import annotations

import shutil
import threading

from photosearch.client.fake import FakePhoto
from photosearch.errors import QueryError
from ui.models.incoming import Incoming
from ui.models.question import Picture, Question
from ui.models.session import Phase
from ui.workers.runner import Lane

DOGS = FakePhoto("snow/two dogs.jpg", (235, 240, 245))
BICYCLE = FakePhoto("beach/red bicycle.jpg", (220, 40, 40))
DOG, TREE = Question("two dogs"), Question("green tree")


def best(session):
    hit = session.results.hit(0)
    return hit.photo.relative_path.name if hit is not None else None


def texts(service):
    return [query.text for query in service.asked]


# -- typing


def test_at_first_nothing_is_asked(session, service):
    assert session.phase is Phase.START
    assert session.question.is_empty
    assert not session.is_busy
    assert service.asked == []


def test_what_is_typed_is_asked_once_when_the_typing_pauses(qtbot, session, service):
    for length in range(1, len(DOG.text) + 1):
        session.set_text(DOG.text[:length])
    qtbot.waitUntil(lambda: session.phase is Phase.RESULTS)
    assert texts(service) == [DOG.text]
    assert (best(session), session.total) == ("two dogs.jpg", 8)


def test_enter_asks_at_once_and_not_twice(qtbot, session, service):
    session.set_text(DOG.text)
    session.submit()
    session.submit()
    assert session.is_busy
    qtbot.waitUntil(lambda: session.phase is Phase.RESULTS)
    session.submit()
    qtbot.wait(80)
    assert texts(service) == [DOG.text]


def test_an_answer_that_comes_late_is_dropped(qtbot, session, service):
    service.gate.clear()
    session.ask(DOG)
    qtbot.waitUntil(lambda: texts(service) == [DOG.text])
    session.ask(TREE)
    qtbot.waitUntil(lambda: len(service.asked) == 2)
    shown = []
    session.results.modelReset.connect(lambda: shown.append(best(session)))
    service.gate.set()
    qtbot.waitUntil(lambda: session.phase is Phase.RESULTS)
    qtbot.wait(50)
    assert shown == ["green tree.jpg"]


def test_the_old_results_stay_until_the_new_ones_are_there(qtbot, session, service, settled):
    session.ask(DOG)
    settled()
    service.gate.clear()
    session.set_text(TREE.text)
    qtbot.waitUntil(lambda: session.is_busy)
    assert (session.phase, best(session)) == (Phase.RESULTS, "two dogs.jpg")
    service.gate.set()
    qtbot.waitUntil(lambda: best(session) == "green tree.jpg")


def test_the_first_answer_is_waited_for(session, service, settled):
    service.gate.clear()
    session.ask(DOG)
    assert session.phase is Phase.SEARCHING
    service.gate.set()
    assert settled() is Phase.RESULTS


def test_without_words_it_is_the_start_again_at_once(session, service, settled):
    session.ask(DOG)
    settled()
    session.set_text("")
    assert (session.phase, session.total, session.results.rowCount()) == (Phase.START, 0, 0)
    assert not session.is_busy


def test_spaces_are_no_words(qtbot, session, service):
    session.set_text("   ")
    session.submit()
    qtbot.wait(60)
    assert service.asked == []
    assert session.phase is Phase.START


# -- history


def test_enter_puts_the_words_into_the_history(session):
    session.set_text(DOG.text)
    session.submit()
    assert session.history.texts == (DOG.text,)


def test_words_that_rest_with_results_go_into_the_history(qtbot, session):
    session.set_text(DOG.text)
    qtbot.waitUntil(lambda: session.history.texts == (DOG.text,))


def test_words_that_are_typed_over_do_not(qtbot, session, service, settled):
    session._rest.setInterval(10_000)
    for number, text in enumerate(("two", "two dogs"), start=1):
        session.set_text(text)
        qtbot.waitUntil(lambda: len(service.asked) == number)  # noqa: B023
        settled()
    session._rest.start(0)
    qtbot.waitUntil(lambda: session.history.texts == ("two dogs",))


def test_words_that_failed_do_not(qtbot, session, service):
    service.search_error = QueryError("No.")
    session.set_text(DOG.text)
    qtbot.waitUntil(lambda: session.phase is Phase.FAILED)
    qtbot.wait(100)
    assert session.history.texts == ()


# -- pictures and folders


def test_similar_photos_are_asked_for_by_what_they_hold(session, service, settled):
    session.ask(Question("red", folders=(service.folder / "beach",)))
    settled()
    bicycle = session.results.hit(0)
    session.find_similar([bicycle])
    assert session.question.text == ""
    assert session.question.folders == (service.folder / "beach",)
    assert settled() is Phase.RESULTS
    assert best(session) == "red boat.jpg"
    assert service.asked[-1].similar_to == (BICYCLE.content_id,)


def test_a_dropped_file_is_searched_by_in_place_of_the_words(qtbot, session, service, picture):
    session.set_text("bus")
    session.take_in(Incoming(files=(picture,)))
    qtbot.waitUntil(lambda: bool(session.question.pictures))
    qtbot.waitUntil(lambda: session.phase is Phase.RESULTS)
    assert service.asked[-1].image_paths == (picture,)
    assert service.asked[-1].text is None
    session.go_back()
    assert session.question.text == "bus"


def test_words_beside_a_picture_stay_when_another_one_comes(qtbot, session, settled, service):
    session.add_pictures([Picture("a", content_id=BICYCLE.content_id)])
    session.set_text("bus")
    session.submit()
    session.add_pictures([Picture("b", data=b"b")])
    assert session.question.text == "bus"
    assert len(session.question.pictures) == 2


def test_a_picture_that_comes_late_is_not_part_of_another_question(
    qtbot, session, settled, service, picture, monkeypatch
):
    gate, photo_at, ends = threading.Event(), service.photo_at, []

    def slow(path):
        gate.wait()
        return photo_at(path)

    monkeypatch.setattr(service, "photo_at", slow)
    session.take_in(Incoming(files=(picture,)))
    session.ask(TREE)
    assert settled() is Phase.RESULTS  # a drive that hangs holds up no search
    gate.set()
    for _ in range(2):
        session.runner.run(lambda _: None, ends.append, lane=Lane.FILES)
    qtbot.waitUntil(lambda: len(ends) == 2)
    qtbot.wait(50)
    assert session.question == TREE


def test_words_that_are_typed_meanwhile_are_asked_with_the_picture(
    qtbot, session, settled, picture
):
    session.take_in(Incoming(files=(picture,)))
    session.set_text("red")
    qtbot.waitUntil(lambda: bool(session.question.pictures))
    assert session.question.text == "red"


def test_a_pasted_picture_has_bytes_and_no_file(qtbot, session, service, picture):
    session.take_in(Incoming(data=picture.read_bytes()))
    qtbot.waitUntil(lambda: session.phase is Phase.RESULTS)
    assert service.asked[-1].image == picture.read_bytes()
    assert best(session) == "red bicycle.jpg"


def test_of_pictures_without_a_file_the_last_one_counts(session):
    session.add_pictures([Picture("a", data=b"a"), Picture("b", content_id="b" * 32)])
    session.add_pictures([Picture("c", data=b"c"), Picture("b", content_id="b" * 32)])
    assert [one.label for one in session.question.pictures] == ["b", "c"]


def test_two_hundred_files_are_one_question(qtbot, session, service, tmp_path, picture):
    files = tuple(tmp_path / f"{number}.png" for number in range(200))
    for file in files:
        shutil.copy(picture, file)
    session.take_in(Incoming(files=files))
    qtbot.waitUntil(lambda: session.phase is Phase.RESULTS)
    assert [query.image_paths for query in service.asked] == [files]
    assert best(session) == "red bicycle.jpg"


def test_files_that_cannot_be_read_are_named_and_the_others_searched_by(
    qtbot, session, settled, tmp_path, picture
):
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"no picture")
    with qtbot.waitSignal(session.photos_unknown) as told:
        session.take_in(Incoming(files=(broken, picture)))
    assert "broken.jpg" in told.args[0].message
    assert settled() is Phase.RESULTS


def test_a_picture_can_be_taken_out(session, service, settled):
    session.ask(Question("bus", pictures=(Picture("dogs", DOGS.content_id),)))
    settled()
    session.remove_picture(0)
    settled()
    assert session.question == Question("bus")
    assert service.asked[-1].similar_to == ()


def test_a_broken_picture_is_told_of_in_the_words_of_the_service(session, settled, tmp_path):
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"no picture")
    session.add_pictures([Picture("broken.jpg", path=broken)])
    assert settled() is Phase.FAILED
    assert "cannot be searched with" in session.error.message
    assert session.error.hint == "Choose another one."


def test_dropped_folders_are_told_of_and_no_question(qtbot, session, service, tmp_path):
    with qtbot.waitSignal(session.folders_came) as came:
        session.take_in(Incoming(files=(tmp_path,)))
    assert came.args == [(tmp_path,)]
    assert session.question.is_empty


def test_an_address_without_a_picture_is_refused_quietly(qtbot, session):
    with qtbot.waitSignal(session.photos_unknown) as told:
        session.take_in(Incoming(is_far=True))
    assert "address" in told.args[0].message
    assert session.phase is Phase.START


def test_dropped_words_are_asked(session, settled):
    session.take_in(Incoming(text="green frog"))
    assert settled() is Phase.RESULTS
    assert best(session) == "green frog.png"


def test_only_the_folders_named_are_searched(session, service, settled):
    session.ask(Question("red"))
    session.set_folders([service.folder / "city"])
    assert settled() is Phase.RESULTS
    assert session.total == 2


# -- back and forward


def test_back_and_forward_go_through_chains_of_find_similar(session, settled):
    session.ask(DOG)
    settled()
    session.find_similar([session.results.hit(0)])
    settled()
    similar = session.question
    session.go_back()
    settled()
    assert (session.question, best(session)) == (DOG, "two dogs.jpg")
    session.go_back()
    assert session.phase is Phase.START
    assert not session.can_go_back
    session.go_forward()
    session.go_forward()
    settled()
    assert session.question == similar
    assert not session.can_go_forward


def test_what_is_being_typed_is_left_and_found_again(session, settled):
    session.ask(DOG)
    settled()
    session.set_text(TREE.text)
    assert session.can_go_back
    session.go_back()
    assert session.question == DOG
    session.go_forward()
    assert session.question == TREE


def test_typing_alone_makes_no_steps(qtbot, session, settled):
    for length in range(1, len(DOG.text) + 1):
        session.set_text(DOG.text[:length])
    session.submit()
    settled()
    session.go_back()
    assert session.question.is_empty


def test_clearing_can_be_gone_back_from(session, settled):
    session.ask(DOG)
    session.clear()
    assert session.phase is Phase.START
    session.go_back()
    assert session.question == DOG
    assert settled() is Phase.RESULTS
