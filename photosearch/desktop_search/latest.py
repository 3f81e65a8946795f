"""Questions that come with every keystroke: only the latest is asked, the others get nothing."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Generic, TypeVar

T = TypeVar("T")


class LatestQuestion(Generic[T]):
    """Answers one desktop; at most one question at a time is worked on, in a thread.

    Args:
        ask: answers a question; may take long.
        nothing: the answer to an empty question, and to one that another overtook.
        pause_s: how long somebody must have stopped typing.
    """

    def __init__(self, ask: Callable[[str], T], nothing: T, pause_s: float) -> None:
        self._ask = ask
        self._nothing = nothing
        self._pause_s = pause_s
        self._turn = asyncio.Lock()
        self._waiting: asyncio.Future[T] | None = None

    async def answer(self, words: str) -> T:
        """The answer; ``nothing`` at once when another question comes first."""
        self.drop()
        if not words:
            return self._nothing
        mine: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting = mine
        work = asyncio.ensure_future(self._work(words, mine))
        try:
            return await mine
        finally:
            if mine.cancelled():
                work.cancel()

    def drop(self) -> None:
        """Answer nothing to the question in hand, if there is one."""
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(self._nothing)
        self._waiting = None

    async def _work(self, words: str, mine: asyncio.Future[T]) -> None:
        await asyncio.sleep(self._pause_s)
        if mine.done():
            return
        async with self._turn:
            if mine.done():
                return
            try:
                answer = await in_thread(lambda: self._ask(words))
            except Exception as error:
                if not mine.done():
                    mine.set_exception(error)
            else:
                if not mine.done():
                    mine.set_result(answer)


async def in_thread(work: Callable[[], T]) -> T:
    """Do what takes long in a thread that nobody waits for when the process is to end."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def tell(put: Callable[..., None], value: object) -> None:
        if not done.done():
            put(value)

    def run() -> None:
        try:
            result = work()
        except BaseException as error:
            put, value = done.set_exception, error
        else:
            put, value = done.set_result, result  # type: ignore[assignment]
        with suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(tell, put, value)

    threading.Thread(target=run, name="photosearch-desktop-search", daemon=True).start()
    return await done
