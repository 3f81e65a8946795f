"""The one thread that does all indexing: what changed, what was asked for, and what is due."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from photosearch.errors import PhotoSearchError
from photosearch.jobs import CancelToken, Job, JobKind, JobState
from photosearch.model.registry import parse_model_name
from photosearch.service.jobs import JobQueue, Request
from photosearch.service.news import News, did_something
from photosearch.service.priority import lower_priority
from photosearch.types import Changes, IndexReport, Notice, Progress, Root, Status, WatchState

if TYPE_CHECKING:
    from photosearch.engine import Engine
    from photosearch.service.events import EventHub
    from photosearch.watching import Watching

_log = logging.getLogger(__name__)

_WAIT_S = 1.0
"""Between two looks at what is due; changes and requests end the wait."""
_RETRY_S = 30.0
"""After a failure: a disk that was full may have room again."""
_TIDY_S = 60.0
"""After the last change: until then a photo that went may turn up elsewhere."""
_BETWEEN_S = 1.0
"""Between two looks, during a long job, at what changed meanwhile."""
_MOST_NESTED_PATHS = 20_000

Step = Progress | IndexReport


class IndexWorker:
    """Keeps an index true to the disk. Every method may be called from any thread.

    Requested jobs go before changes, and changes are looked at between the steps of long jobs.
    A first look at everything starts by itself, since much may have happened before.
    """

    def __init__(
        self,
        engine: Engine,
        watching: Watching,
        hub: EventHub,
        *,
        prepare_thread: Callable[[], object] = lower_priority,
    ) -> None:
        self._engine = engine
        self._watching = watching
        self._prepare_thread = prepare_thread
        self._thread = threading.Thread(target=self._run, name="indexing", daemon=True)
        self._jobs = JobQueue()
        self._news = News(hub, lambda: engine.right_of_way.is_paused)
        self._own_cancel = CancelToken()
        """Stops what nobody asked for, in favour of what somebody does."""
        self._is_stopping = False
        self._was_nudged = threading.Event()
        self._roots: tuple[Root, ...] = ()
        self._are_roots_known = False
        self._models: tuple[str, ...] = ()
        """Those at work when all roots were last to be looked at."""
        self._was_model_chosen = False
        self._answering: str | None = None
        self._retry_at = 0.0
        self._tidy_at: float | None = None
        self._has_looked = False
        engine.being_written = watching.being_written

    def start(self) -> None:
        """Begin, with a look at everything if there are folders."""
        self._thread.start()

    def stop(self, wait_s: float) -> bool:
        """Stop after the step in hand; True when that came in time."""
        self._is_stopping = True
        self._jobs.cancel_all()
        self._own_cancel.cancel()
        self._nudge()
        if self._thread.ident is not None:
            self._thread.join(wait_s)
        self._watching.close()
        return not self._thread.is_alive()

    # -- what others ask

    def submit(self, kind: JobKind, model: str | None = None) -> Job:
        """Ask for a job; it comes before all that nobody asked for, and ends a pause.

        Raises:
            ModelError: the model's name is none.
            QueryError: too many jobs are waiting.
        """
        if model is not None:
            parse_model_name(model)
        self.resume()
        job = self._jobs.add(kind, model)
        self._own_cancel.cancel()
        self._nudge()
        return job

    def job(self, job_id: int) -> Job | None:
        """A job as it stands; only the last ones are remembered."""
        return self._jobs.get(job_id)

    def cancel(self, job_id: int) -> Job | None:
        """Stop a job after the step in hand; one that has ended stays as it is."""
        return self._jobs.cancel(job_id)

    def pause(self) -> None:
        """Hold all work until ``resume``, or until somebody asks for a job."""
        self._engine.right_of_way.pause()
        self._news.tell_activity()

    def resume(self) -> None:
        """Let the work go on."""
        if self._engine.right_of_way.is_paused:
            self._engine.right_of_way.resume()
            self._news.tell_activity()
            self._nudge()

    def roots_changed(self) -> None:
        """Folders were added or removed: watch them, and look at the new ones."""
        self._are_roots_known = False
        self._nudge()

    def models_changed(self) -> None:
        """Another model was chosen, or came: see whether there is work for it."""
        self._was_model_chosen = True
        self._nudge()

    def status(self) -> Status:
        """What the index holds, how its folders are watched, and what is being done."""
        status = self._engine.status()
        states = self._watching.states()
        problem = self._news.problem
        return replace(
            status,
            roots=tuple(
                replace(one, watch=_watch_state(one.root, states.get(one.root.path)))
                for one in status.roots
            ),
            activity=self._news.activity,
            notices=(
                *self._watching.notices(),
                *status.notices,
                *([problem] if problem else []),
            ),
        )

    # -- the thread

    def _run(self) -> None:
        if self._engine.settings.background_priority:
            self._prepare_thread()
        while not self._is_stopping:
            try:
                self._watch_roots()
                self._do_next()
            except Exception:  # a bug must not end the only one who indexes
                _log.exception("The work in the background failed.")
                self._fail(Notice("The service met an unexpected failure.", "Its log says more."))
                self._was_nudged.clear()
                self._was_nudged.wait(_WAIT_S)

    def _watch_roots(self) -> None:
        """Watch the roots as they are by now, before the new ones are looked at.

        For a model that was just chosen, or came, all of them are new.
        """
        was_chosen, self._was_model_chosen = self._was_model_chosen, False
        models = self._engine.models_at_work()
        self._tell_who_answers()
        # Chosen, left and chosen again within a moment, its work was stopped in the middle.
        begins_anew = was_chosen and len(models) > 1
        if self._are_roots_known and models == self._models and not begins_anew:
            return
        self._are_roots_known = True
        try:
            roots = self._engine.roots()
            self._watching.set_roots(roots)
        except BaseException:
            self._are_roots_known = False
            raise
        # By number: a folder that was removed and added again is another root.
        known = {(root.id, root.exclude) for root in self._roots}
        if begins_anew or not set(models) <= set(self._models):
            known.clear()
        new = [root.path for root in roots if (root.id, root.exclude) not in known]
        # The folder around a new one has lost to it what lies there.
        around = (r.path for r in roots if any(r.path in path.parents for path in new))
        self._watching.mark(Changes(roots=frozenset((*new, *around))))
        self._roots, self._models = roots, models

    def _do_next(self) -> None:
        """One requested job, or what changed, or what is due; else wait for any of them."""
        self._was_nudged.clear()
        self._own_cancel = CancelToken()
        if self._is_stopping:  # asked after the cancel token: `stop` sets it, then cancels
            return
        if request := self._jobs.take():
            self._do_request(request)
        elif self._engine.right_of_way.is_paused or time.monotonic() < self._retry_at:
            self._was_nudged.wait(_WAIT_S)
        elif changes := self._watching.take():
            self._do_changes(changes)
        else:
            self._do_what_is_due()
            if not self._was_nudged.is_set() and not self._is_stopping:
                self._watching.wait(_WAIT_S)

    def _nudge(self) -> None:
        self._was_nudged.set()
        self._watching.wake()

    def _do_request(self, request: Request) -> None:
        job = request.shown
        try:
            for step in self._steps_of(request):
                if isinstance(step, IndexReport):
                    job = replace(job, report=step)
                else:
                    job = replace(job, progress=step)
                    self._news.progress(step)
                    self._jobs.show(request, job)
            job = replace(job, state=JobState.DONE)
            self._succeed(job.report or IndexReport(), is_told=job.report is not None)
        except PhotoSearchError as error:
            job = replace(job, state=JobState.FAILED, error=error)
            self._fail(Notice(error.message, error.hint))
        except Exception as error:
            _log.exception("A requested job failed.")
            told = PhotoSearchError(
                f"The job failed: {type(error).__name__}.", "Its log says more."
            )
            job = replace(job, state=JobState.FAILED, error=told)
        finally:
            self._jobs.show(request, job)
            self._news.rest()

    def _steps_of(self, request: Request) -> Iterator[Step]:
        if request.shown.kind is JobKind.REBUILD:
            return self._engine.rebuild(request.cancel)
        return self._look_at_everything(request)

    def _look_at_everything(self, request: Request) -> Iterator[Step]:
        pending = self._watching.take()
        steps = self._engine.index(request.cancel, request.model)
        has_ended = False
        try:
            for step in self._with_changes(steps, request.cancel, set(pending.paths)):
                has_ended |= isinstance(step, IndexReport)
                yield step
        finally:
            # If the job is stopped, whole folders are not begun again by themselves: that is what
            # was asked for. One that fails, or is for another model, has not looked at them.
            is_for_another = request.model is not None and (request.model,) != self._models
            if not has_ended or is_for_another:
                self._watching.mark(Changes(roots=pending.roots))
            if request.cancel.is_cancelled and len(self._models) > 1:
                # A switch is a wish of its own: it goes on.
                self._watching.mark(Changes(roots=frozenset(r.path for r in self._roots)))

    def _do_changes(self, changes: Changes) -> None:
        """Look at what changed; what is not looked at to its end is kept for later."""
        cancel = self._own_cancel
        is_done = False
        try:
            steps = self._engine.index_changes(changes, cancel)
            for step in self._with_changes(steps, cancel, set()) if changes.roots else steps:
                if isinstance(step, IndexReport):
                    is_done = not step.is_cancelled
                    self._succeed(step, is_told=did_something(step))
                else:
                    self._news.progress(step)
        except PhotoSearchError as error:
            _log.warning("Indexing stopped: %s", error)
            self._fail(Notice(error.message, error.hint))
        finally:
            if not is_done:
                self._watching.mark(changes)
            self._news.rest()

    def _with_changes(
        self, steps: Iterator[Step], cancel: CancelToken, paths: set[str]
    ) -> Iterator[Step]:
        """Look, between the steps of a long job, at what changed meanwhile.

        The job may have planned to read what is gone since: the paths are looked at again after.
        """
        roots: set[Path] = set()
        looked_at = time.monotonic()
        try:
            for step in steps:
                yield step
                if not set(self._engine.models_at_work()) <= set(self._models):
                    self._own_cancel.cancel()  # what nobody asked for begins anew, with that one
                if cancel.is_cancelled or time.monotonic() - looked_at < _BETWEEN_S:
                    continue
                changes = self._watching.take()
                roots |= changes.roots  # a whole root is too much to look at in between
                paths |= changes.paths
                if changes.paths:
                    self._do_nested(Changes(changes.paths), cancel)
                if len(paths) > _MOST_NESTED_PATHS:
                    roots |= {root.path for root in self._roots}
                    paths.clear()
                looked_at = time.monotonic()
        finally:
            self._watching.mark(Changes(frozenset(paths), frozenset(roots)))

    def _do_nested(self, changes: Changes, cancel: CancelToken) -> None:
        for step in self._engine.index_changes(changes, cancel):
            if isinstance(step, IndexReport):
                self._news.did(step)

    def _do_what_is_due(self) -> None:
        self._watching.poll_every(60.0 * self._engine.settings.poll_minutes)
        if self._tidy_at is not None and time.monotonic() >= self._tidy_at:
            self._tidy_at = None
            with suppress(PhotoSearchError):  # the next job meets it again, and says so
                self._engine.tidy()
            self._engine.rest()
        minutes = self._engine.settings.model_idle_minutes
        if minutes and self._engine.let_models_go(60.0 * minutes):
            _log.info("The model was let go after %d minutes without use.", minutes)

    def _succeed(self, report: IndexReport, *, is_told: bool) -> None:
        self._retry_at = 0.0
        if did_something(report) or not self._has_looked:
            # Not before a first look: a photo may have been moved while nobody watched.
            self._tidy_at = time.monotonic() + _TIDY_S
        self._has_looked = True
        for root, linked in self._engine.links().items():
            self._watching.set_links(
                root,
                [folder for folder, is_deep in linked.items() if is_deep],
                shallow=[folder for folder, is_deep in linked.items() if not is_deep],
            )
        if is_told:
            self._news.report(report)
        else:
            self._news.problem = None
        self._tell_who_answers()

    def _tell_who_answers(self) -> None:
        before, self._answering = self._answering, self._engine.answering()
        if before not in (None, self._answering):
            self._news.another_model_answers()

    def _fail(self, notice: Notice) -> None:
        self._retry_at = time.monotonic() + _RETRY_S
        self._news.fail(notice)


def _watch_state(root: Root, state: WatchState | None) -> WatchState:
    if root.is_offline:
        return WatchState.OFFLINE
    return state or WatchState.UNWATCHED
