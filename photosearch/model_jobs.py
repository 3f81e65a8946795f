"""Looks at the disk for each model that is at work, and sees when the chosen one is complete."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from photosearch.errors import ModelError
from photosearch.jobs import CancelledWhen, CancelToken
from photosearch.types import Changes, IndexReport, Phase, Progress

if TYPE_CHECKING:
    from photosearch.index.catalog import Catalog
    from photosearch.indexing import IndexingJob
    from photosearch.model_choice import ModelChoice
    from photosearch.open_model import OpenModel, OpenModels
    from photosearch.settings import Settings

Pass = Generator[Progress, None, IndexReport]

_FREE_WAIT_S = 10.0
"""How long a job that is to do without a model may take to notice: a batch or two."""


class ModelJobs:
    """Runs jobs for the model that answers, and then for the chosen one that is to.

    Jobs are run by one thread; one over changes may run between two steps of a longer one. It
    then works for the models whose vectors are open alone, so who runs it looks at these changes
    once more when the longer one has ended.
    """

    def __init__(
        self,
        catalog: Catalog,
        models: OpenModels,
        choice: ModelChoice,
        settings: Callable[[], Settings],
        new_job: Callable[[OpenModel, CancelToken], IndexingJob],
    ) -> None:
        self._catalog = catalog
        self._models = models
        self._choice = choice
        self._settings = settings
        self._new_job = new_job
        self._depth = 0
        self._covered: dict[str, set[int]] = defaultdict(set)
        """By model, the roots that were looked through whole since it is at work."""
        self._changed = threading.Condition()
        self._busy: Counter[str] = Counter()
        self._held: set[str] = set()
        self.on_dropped: Callable[[], object] = lambda: None
        """Called when vectors were dropped from the catalog that the store still has."""

    def run(
        self, changes: Changes | None, cancel: CancelToken, name: str | None = None
    ) -> Iterator[Progress | IndexReport]:
        """Look at everything, or at what changed alone; yields progress, and last the report.

        Args:
            name: the model to work for; None is all that are at work.

        Raises:
            ModelError: the model cannot be loaded, or none of those at work.
            PhotoSearchError: the index cannot be written; what was done so far is kept.
        """
        self._depth += 1
        try:
            if self._depth > 1:
                yield from self._nested(changes, cancel)
            else:
                yield from self._outermost(changes, cancel, name)
        except ModelError:
            raise
        except Exception:
            # So that the next job looks whether it is sound, and mends it. A client of Chroma that
            # met a full disk hangs at its next write, and every thread of Python with it.
            self._models.close_stores(is_doubtful=True)
            raise
        finally:
            self._depth -= 1

    @contextmanager
    def without(self, name: str) -> Iterator[None]:
        """No job works for a model meanwhile.

        Raises:
            ModelError: one does, and goes on.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: not self._busy[name], _FREE_WAIT_S):
                raise ModelError(f"A job is embedding with {name}.", "Stop it, then try again.")
            self._held.add(name)
        try:
            yield
        finally:
            with self._changed:
                self._held.discard(name)
                self._changed.notify_all()

    # -- plumbing

    def _outermost(
        self, changes: Changes | None, cancel: CancelToken, name: str | None
    ) -> Iterator[Progress | IndexReport]:
        for other in self._covered.keys() - set(self._choice.at_work()):
            del self._covered[other]  # changes from now on are not looked at for it
        first = self._load(name) if name is not None else self._load_answering()
        with self._busy_with(first.name):
            yield from self._models.open_stores(self._opened_for(first), cancel)
            if cancel.is_cancelled:
                yield IndexReport(skipped=self._catalog.count_skipped(), is_cancelled=True)
                return
            report = yield from self._pass(first, changes, cancel)
        if name is None and not cancel.is_cancelled:
            following = yield from self._pass_of_next(first, changes, cancel)
            report = report if following is None else _merged(report, following)
        yield replace(report, is_cancelled=cancel.is_cancelled)

    def _nested(
        self, changes: Changes | None, cancel: CancelToken
    ) -> Iterator[Progress | IndexReport]:
        report: IndexReport | None = None
        for model in map(self._get, self._choice.at_work()):
            if model.store is None:
                continue
            with self._busy_with(model.name):
                further = yield from self._pass(model, changes, cancel)
            report = further if report is None else _merged(report, further)
        yield report or IndexReport(skipped=self._catalog.count_skipped())

    def _pass_of_next(
        self, first: OpenModel, changes: Changes | None, cancel: CancelToken
    ) -> Generator[Progress, None, IndexReport | None]:
        """The same for the chosen model that does not answer yet, as long as it is chosen."""
        name = self._choice.next_to_answer()
        if name is None or name == first.name:
            return None
        until = CancelledWhen(cancel, lambda: self._choice.chosen != name)
        with self._busy_with(name):
            try:
                model = self._load(name)
                yield from self._models.open_stores([first, model], until)
                if until.is_cancelled:
                    return None
                return (yield from self._pass(model, changes, until, is_next=True))
            except ModelError as error:
                self._choice.failed(name, error)
                self._covered.pop(name, None)
                return None

    def _pass(
        self,
        model: OpenModel,
        changes: Changes | None,
        cancel: CancelToken,
        *,
        is_next: bool = False,
    ) -> Pass:
        roots = self._roots_in(changes)
        report = IndexReport(is_cancelled=True)
        try:
            job = self._new_job(model, cancel)
            for step in job.run(changes):
                if isinstance(step, IndexReport):
                    report = step
                elif is_next and step.phase is Phase.EMBEDDING:
                    self._choice.pace.note(step.done)
                    has = job.unchanged if roots else 0
                    yield replace(step, done=has + step.done, total=has + (step.total or 0))
                else:
                    yield step
        finally:
            model.touch()
        if roots and not report.is_cancelled:
            self._cover(model, roots)
        return report

    def _cover(self, model: OpenModel, roots: set[int]) -> None:
        """Some roots were looked through whole; after all of them the model is complete."""
        covered = self._covered[model.name]
        covered |= roots
        if not {root.id for root in self._catalog.roots()} <= covered:
            return
        if model.name == self._choice.next_to_answer():
            model.warm()  # the first search with it shall not wait, and must not fail
        if self._choice.completed(model.name, model.encoder().spec):
            self.on_dropped()

    def _roots_in(self, changes: Changes | None) -> set[int]:
        """The roots of which everything is looked at."""
        roots = self._catalog.roots()
        return {root.id for root in roots if changes is None or root.path in changes.roots}

    def _opened_for(self, first: OpenModel) -> list[OpenModel]:
        """Whose vectors a job needs: also those of the one that answers, for what is nested."""
        opened = [first]
        answering = self._choice.answering()
        if answering != first.name:
            with suppress(ModelError):
                opened.append(self._load(answering))
        return opened

    def _load_answering(self) -> OpenModel:
        name = self._choice.answering()
        try:
            return self._load(name)
        except ModelError as error:
            self._choice.failed(name, error)
            other = self._choice.answering()
            if other == name:
                raise
            return self._load(other)

    def _load(self, name: str) -> OpenModel:
        model = self._get(name)
        self._choice.loaded(name, model.encoder().spec)
        return model

    def _get(self, name: str) -> OpenModel:
        return self._models.get(self._settings(), name)

    @contextmanager
    def _busy_with(self, name: str) -> Iterator[None]:
        with self._changed:
            self._changed.wait_for(lambda: name not in self._held)
            self._busy[name] += 1
        try:
            yield
        finally:
            with self._changed:
                self._busy[name] -= 1
                self._changed.notify_all()


def _merged(report: IndexReport, further: IndexReport) -> IndexReport:
    """What two models made of the same photos: what they did adds up, the photos do not."""
    return replace(
        further,
        embedded=report.embedded + further.embedded,
        recognised=report.recognised,
        removed=report.removed + further.removed,
        unchanged=min(report.unchanged, further.unchanged),
        is_cancelled=report.is_cancelled or further.is_cancelled,
    )
