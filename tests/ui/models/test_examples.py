"""Words to begin with."""

from __future__ import annotations

from ui.models.examples import examples


def test_each_day_has_its_own_and_they_come_round():
    days = [examples(day) for day in range(738_000, 738_030)]
    assert all(len(set(day)) == 6 for day in days)
    assert days[0] != days[1]
    every = {text for day in days for text in day}
    assert len(every) >= 18


def test_they_are_short_enough_to_be_read_at_a_glance():
    assert all(0 < len(text) <= 34 for day in range(30) for text in examples(day))
