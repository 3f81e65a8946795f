"""Of the questions that come while somebody types, the last one is answered."""

from __future__ import annotations

import asyncio
import threading

import pytest

from photosearch.desktop_search.latest import LatestQuestion


class Slow:
    """Answers when it is let."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.begun = threading.Event()
        self.gate = threading.Event()
        self.at_once = 0
        self.most_at_once = 0

    def __call__(self, words: str) -> str:
        self.asked.append(words)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        self.begun.set()
        assert self.gate.wait(120)
        self.at_once -= 1
        if words == "bad":
            raise ValueError(words)
        return words.upper()


async def _begun(slow: Slow) -> None:
    assert await asyncio.to_thread(slow.begun.wait, 120)
    slow.begun.clear()


def test_who_types_fast_is_answered_once() -> None:
    slow = Slow()
    slow.gate.set()

    async def type_fast() -> list[str]:
        question = LatestQuestion(slow, "", 0.05)
        return await asyncio.gather(*(question.answer("cats"[:end]) for end in range(1, 5)))

    assert asyncio.run(type_fast()) == ["", "", "", "CATS"]
    assert slow.asked == ["cats"]


def test_a_question_in_work_is_answered_with_nothing_as_soon_as_the_next_one_comes() -> None:
    slow = Slow()

    async def ask_twice() -> tuple[str, str]:
        question = LatestQuestion(slow, "nothing", 0.0)
        first = asyncio.ensure_future(question.answer("first"))
        await _begun(slow)
        second = asyncio.ensure_future(question.answer("second"))
        early = await first  # while its thread is still at work
        slow.gate.set()
        return early, await second

    assert asyncio.run(ask_twice()) == ("nothing", "SECOND")
    assert slow.asked == ["first", "second"]
    assert slow.most_at_once == 1


def test_those_that_waited_behind_work_and_were_overtaken_are_never_asked() -> None:
    slow = Slow()

    async def ask_often() -> str:
        question = LatestQuestion(slow, "", 0.0)
        asyncio.ensure_future(question.answer("first"))  # noqa: RUF006
        await _begun(slow)
        for number in range(20):
            last = asyncio.ensure_future(question.answer(f"number {number}"))
            await asyncio.sleep(0.001)
        slow.gate.set()
        return await last

    assert asyncio.run(ask_often()) == "NUMBER 19"
    assert slow.asked == ["first", "number 19"]


def test_an_emptied_field_ends_the_question_before() -> None:
    slow = Slow()

    async def ask() -> tuple[str, str]:
        question = LatestQuestion(slow, "", 0.0)
        first = asyncio.ensure_future(question.answer("first"))
        await _begun(slow)
        empty = await question.answer("")
        early = await first
        slow.gate.set()
        return early, empty

    assert asyncio.run(ask()) == ("", "")


def test_what_goes_wrong_is_told_to_who_asked_and_the_next_one_is_answered() -> None:
    slow = Slow()
    slow.gate.set()

    async def ask() -> str:
        question = LatestQuestion(slow, "", 0.0)
        with pytest.raises(ValueError, match="bad"):
            await question.answer("bad")
        return await question.answer("good")

    assert asyncio.run(ask()) == "GOOD"
