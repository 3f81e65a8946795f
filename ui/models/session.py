"""One person's search: what is asked, what came of it, and the way back to earlier questions."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from photosearch.errors import PhotoSearchError, QueryError, ServiceError
from photosearch.interface import PhotoSearchService
from photosearch.types import Answer, Hit, Query, Skipped
from ui.languages import plural
from ui.models.history import History
from ui.models.incoming import Incoming, Resolved, label_of, resolved
from ui.models.question import Picture, Question
from ui.models.results import ResultsModel
from ui.models.trail import Trail
from ui.workers.runner import Lane, Runner, Task

DEBOUNCE_MS = 150
"""Typing goes on at 5 to 10 letters a second; who waits longer than this waits for an answer."""
REFRESH_MS = 2_000
"""New photos come in batches several times a second while a library is indexed."""
REST_MS = 3_000
"""Words that stood so long with results were meant, though nobody pressed Enter."""
_NAMED_MAX = 3
"""Of many files that cannot be read; the others are counted."""


class Phase(StrEnum):
    """What the answer to the question is."""

    START = "start"
    """Nothing is asked."""
    SEARCHING = "searching"
    """The first answer is on its way; nothing else is shown."""
    RESULTS = "results"
    NOTHING = "nothing"
    """No photo answers."""
    EMPTY = "empty"
    """No photo can be searched: none is indexed, or all are away."""
    FAILED = "failed"


class SearchSession(QObject):
    """Asks the service, and shows the answers in a `ResultsModel`; lives in the GUI thread.

    An answer counts only while its question is the newest: each has a generation number.

    Signals:
        changed(): phase, question, error, total, away, is_busy, or the ways back and forward.
        folders_came(tuple[Path, ...]): folders were dropped or pasted.
        photos_unknown(PhotoSearchError): something small failed; what is shown stays.
    """

    changed = Signal()
    folders_came = Signal(object)
    photos_unknown = Signal(object)

    def __init__(
        self,
        runner: Runner,
        results: ResultsModel,
        history: History,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.runner = runner
        self.results = results
        self.history = history
        self.phase = Phase.START
        self.question = Question()
        self.error: PhotoSearchError | None = None
        self.total = 0
        self.away: tuple[Path, ...] = ()
        self._trail = Trail()
        self._answered: Question | None = None  # to which phase, total and results belong
        self._quiet_error = ""
        self._generation = 0
        self._task: Task | None = None
        self._pages: list[Task] = []
        self._incoming: Task | None = None
        self._asked_at_s = -math.inf
        self._debounce = self._timer(self._ask, DEBOUNCE_MS)
        self._rest = self._timer(self._remember, REST_MS)
        self._refresh = self._timer(self._ask_again)
        results.page_wanted.connect(self._ask_page)

    @property
    def is_busy(self) -> bool:
        """Whether an answer is on its way."""
        return self._task is not None

    # -- what is asked

    def set_text(self, text: str) -> None:
        """Other words are typed: they are asked when the typing pauses."""
        if text == self.question.text:
            return
        self._change(replace(self.question, text=text))
        if not self.question.is_empty:
            self._debounce.start()

    def submit(self) -> None:
        """Ask at once, unless it is asked already, and remember the words."""
        self._remember()
        if self._debounce.isActive() or (self._task is None and self._answered != self.question):
            self._ask()

    def ask(self, question: Question) -> None:
        """Ask something else at once; the way back leads to what was asked before."""
        if question == self.question:
            self.submit()
            return
        self._trail.settle(self.question)
        self._trail.settle(question)
        self._go_to(question)

    def find_similar(self, hits: Sequence[Hit]) -> None:
        """Ask for photos like these, in the same folders."""
        pictures = tuple(_picture_of(hit) for hit in hits)
        if pictures:
            self.ask(Question(pictures=pictures, folders=self.question.folders))

    def add_pictures(self, pictures: Sequence[Picture], before: str | None = None) -> None:
        """Search by these: with those that are there already, and in place of words alone.

        Words that are typed beside a picture are added to it; ``before`` is what stood there when
        the pictures were dropped, since it takes a moment to look at them. Of pictures without a
        file a query can have one: the last one counts.
        """
        kept = list(self.question.pictures)
        is_typed_since = before is not None and self.question.text != before
        text = self.question.text if kept or is_typed_since else ""
        if any(picture.data is not None for picture in pictures):
            kept = [one for one in kept if one.data is None]
        together = dict.fromkeys((*kept, *pictures))
        self.ask(replace(self.question, text=text, pictures=tuple(together)))

    def remove_picture(self, index: int) -> None:
        """Search without one of the pictures."""
        pictures = self.question.pictures
        self.ask(replace(self.question, pictures=pictures[:index] + pictures[index + 1 :]))

    def set_folders(self, folders: Sequence[Path]) -> None:
        """Search within these alone; none is everywhere."""
        self.ask(replace(self.question, folders=tuple(folders)))

    def clear(self) -> None:
        """Ask nothing."""
        self.ask(Question())

    def take_in(self, incoming: Incoming) -> None:
        """Search by what was dropped or pasted; words take the place of the words."""
        self._drop_incoming()
        if incoming.is_picture or incoming.is_far:
            # Not in the lane of searches: files on a drive that hangs would hold up all of them.
            words = self.question.text
            self._incoming = self.runner.run(
                lambda service: resolved(service, incoming),
                lambda came: self._take_in_resolved(came, words),
                self.photos_unknown.emit,
                lane=Lane.FILES,
            )
        elif incoming.text:
            self.ask(replace(self.question, text=incoming.text))

    def _drop_incoming(self) -> None:
        if self._incoming is not None:
            self._incoming.cancel()
            self._incoming = None

    def _take_in_resolved(self, came: Resolved, before: str) -> None:
        if came.pictures:
            self.add_pictures(came.pictures, before)
        if came.folders:
            self.folders_came.emit(came.folders)

    # -- back and forward

    @property
    def can_go_back(self) -> bool:
        """Whether something else was asked before."""
        return self._trail.can_go_back or self.question != self._trail.here

    @property
    def can_go_forward(self) -> bool:
        """Whether `go_back` was used, and nothing else asked since."""
        return self._trail.can_go_forward and self.question == self._trail.here

    def go_back(self) -> None:
        """Ask what was asked before."""
        if self.can_go_back:
            self._trail.settle(self.question)
            self._go_to(self._trail.back())

    def go_forward(self) -> None:
        """Ask again what `go_back` came from."""
        if self.can_go_forward:
            self._go_to(self._trail.forward())

    def _remember(self) -> None:
        """The words were meant: they go into the history, and are a step on the way back."""
        self._rest.stop()
        self._trail.settle(self.question)
        self.history.add(self.question.text)
        self.changed.emit()

    # -- the same again

    def retry(self) -> None:
        """Ask again after an error; or look for what is new, when the service is back."""
        if self.phase is Phase.FAILED:
            self._ask()
        else:
            self.refresh()

    def refresh(self) -> None:
        """The index changed: ask again soon, and quietly. What stays in the answer stays put."""
        if self.question.is_empty or self.phase is Phase.FAILED or self._refresh.isActive():
            return
        since_ms = 1_000 * (time.monotonic() - self._asked_at_s)
        self._refresh.start(max(0, int(REFRESH_MS - min(since_ms, REFRESH_MS))))

    def _ask_again(self) -> None:
        if self._task is not None:
            self._refresh.start(REFRESH_MS)  # a question is never dropped for its own refresh
        elif not self._debounce.isActive():  # or something else is asked in a moment anyway
            self._ask()

    # -- asking

    def _go_to(self, question: Question) -> None:
        self._drop_incoming()  # it was for the question before
        self._change(question)
        self._ask()

    def _change(self, question: Question) -> None:
        self.question = question
        self._drop_task()
        for timer in (self._debounce, self._rest, self._refresh):
            timer.stop()
        if question.is_empty:
            self._end_with(Phase.START)
        self.changed.emit()

    def _ask(self) -> None:
        question = self.question
        if question.is_empty:
            return
        self._debounce.stop()
        self._refresh.stop()
        self._drop_task()
        if question != self._answered and self.phase is not Phase.RESULTS:
            self.phase = Phase.SEARCHING
        self._asked_at_s = time.monotonic()
        generation, query = self._generation, question.query(self.results.PAGE_ROWS)
        self._task = self.runner.run(
            lambda service: _answer_or_none(service, query),
            lambda answer: self._show(generation, answer),
            lambda error: self._fail(generation, error),
            lane=Lane.SEARCH,
        )
        self.changed.emit()

    def _show(self, generation: int, answer: Answer | None) -> None:
        if generation != self._generation:
            return
        self._task = None
        is_other = self.question != self._answered
        if answer is None:
            self._end_with(Phase.EMPTY)
        elif not answer.total:
            self._end_with(Phase.NOTHING, answer.away)
        else:
            self._show_hits(answer, is_other=is_other)
        self._answered = self.question
        self.changed.emit()

    def _show_hits(self, answer: Answer, *, is_other: bool) -> None:
        self._drop_pages()
        self.phase, self.error, self._quiet_error = Phase.RESULTS, None, ""
        self.total, self.away = answer.total, answer.away
        self.results.show(answer, is_refresh=not is_other)
        if is_other and answer.unread:
            self.photos_unknown.emit(_unread(answer.unread))
        if is_other and self.question.text.strip():
            self._rest.start()

    def _fail(self, generation: int, error: PhotoSearchError) -> None:
        if generation != self._generation:
            return
        self._task = None
        if self.question == self._answered:
            self._fail_quietly(error)
        else:
            self._end_with(Phase.FAILED)
            self.error = error
        self.changed.emit()

    def _fail_quietly(self, error: PhotoSearchError) -> None:
        """A refresh failed: what is shown stays. A lost service is told of elsewhere."""
        if not isinstance(error, ServiceError) and str(error) != self._quiet_error:
            self._quiet_error = str(error)
            self.photos_unknown.emit(error)

    def _end_with(self, phase: Phase, away: tuple[Path, ...] = ()) -> None:
        """There are no results."""
        self._drop_pages()
        self.phase, self.error, self.total, self.away = phase, None, 0, away
        self._answered = None
        self.results.clear()

    def _drop_task(self) -> None:
        self._generation += 1
        if self._task is not None:
            self._task.cancel()
            self._task = None

    # -- the pages below the first

    def _ask_page(self, offset: int) -> None:
        question = self._answered
        if question is None:
            return
        query = question.query(self.results.PAGE_ROWS, offset)
        self._pages.append(
            self.runner.run(
                lambda service: service.answer(query),
                lambda answer: self.results.add_page(offset, answer),
                lambda error: self._fail_page(offset, error),
                lane=Lane.SEARCH,
            )
        )

    def _fail_page(self, offset: int, error: PhotoSearchError) -> None:
        self.results.page_failed(offset)
        self._fail_quietly(error)

    def _drop_pages(self) -> None:
        """Their rows belong to another answer."""
        for page in self._pages:
            page.cancel()
        self._pages.clear()

    def _timer(self, act: Callable[[], None], interval_ms: int = 0) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(interval_ms)
        timer.timeout.connect(act)
        return timer


def _picture_of(hit: Hit) -> Picture:
    return Picture(label_of(hit.photo.path), hit.photo.content_id, hit.photo.path)


def _answer_or_none(service: PhotoSearchService, query: Query) -> Answer | None:
    """The answer; None where no photo can be searched. In a worker thread."""
    try:
        return service.answer(query)
    except QueryError:
        if _has_nothing(service):
            return None
        raise


def _has_nothing(service: PhotoSearchService) -> bool:
    if all(one.root.is_offline for one in service.status().roots):
        return True
    return not any(model.embedded for model in service.models() if model.is_searching)


def _unread(files: Sequence[Skipped]) -> QueryError:
    """What to say where the others were searched by."""
    names = ", ".join(label_of(one.path) for one in files[:_NAMED_MAX])
    return QueryError(
        plural("%n photo(s) cannot be searched with: {0}", "", len(files)).format(
            names if len(files) <= _NAMED_MAX else f"{names}, …"
        ),
        files[0].reason,
    )
