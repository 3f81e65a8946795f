"""Somebody who searches all the time, while a test does something else."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from photosearch.errors import PhotoSearchError

Answer = TypeVar("Answer")


class Searching(Generic[Answer]):
    """Asks every 100 ms, and notes every answer and every failure."""

    def __init__(self, ask: Callable[[], Answer]) -> None:
        self._ask = ask
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.answers: list[Answer] = []
        self.failures: list[PhotoSearchError] = []

    def __enter__(self) -> Searching[Answer]:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._is_over.wait(0.1):
            try:
                answer = self._ask()
            except PhotoSearchError as error:
                self.failures.append(error)
            else:
                self.answers.append(answer)
