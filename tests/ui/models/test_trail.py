"""The way back and forward through questions."""

from __future__ import annotations

from ui.models.question import Question
from ui.models.trail import STEPS_MAX, Trail

DOG, CAT, COW = (Question(text) for text in ("dog", "cat", "cow"))


def test_it_begins_with_nothing_asked_and_leads_nowhere():
    trail = Trail()
    assert trail.here == Question()
    assert not trail.can_go_back
    assert not trail.can_go_forward
    assert trail.back() == trail.forward() == Question()


def test_back_and_forward_lead_through_the_steps():
    trail = Trail()
    for question in (DOG, CAT):
        trail.settle(question)
    assert trail.back() == DOG
    assert trail.back() == Question()
    assert not trail.can_go_back
    assert [trail.forward(), trail.forward()] == [DOG, CAT]
    assert not trail.can_go_forward


def test_a_new_step_forgets_the_way_forward():
    trail = Trail()
    for question in (DOG, CAT):
        trail.settle(question)
    trail.back()
    trail.settle(COW)
    assert not trail.can_go_forward
    assert trail.back() == DOG


def test_the_same_question_again_is_no_step():
    trail = Trail()
    trail.settle(DOG)
    trail.settle(DOG)
    assert trail.back() == Question()


def test_only_the_last_steps_are_kept():
    trail = Trail()
    for number in range(STEPS_MAX + 50):
        trail.settle(Question(text=str(number)))
    steps = 0
    while trail.can_go_back:
        trail.back()
        steps += 1
    assert steps == STEPS_MAX - 1
    assert trail.here == Question(text="50")
