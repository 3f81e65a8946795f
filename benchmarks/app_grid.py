"""The app's grid on 100,000 photos of a real service: from a keystroke to photos, and scrolling."""

from __future__ import annotations

import gc
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from app_library import app_service, service_command
from library import QUERY_COUNT
from meters import Meter
from rows import Options, Row, run_script, say

if "DISPLAY" not in os.environ and "WAYLAND_DISPLAY" not in os.environ:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeyEvent, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from photosearch.client import Client
from photosearch.paths import AppPaths
from ui.models.history import History
from ui.models.results import ResultsModel
from ui.models.session import DEBOUNCE_MS, SearchSession
from ui.views.results_view import ResultsView
from ui.workers.runner import Runner
from ui.workers.thumbnails import Thumbnails

_MOST_TYPING_MS = 150.0
_MOST_FRAME_MS = 50.0
_WINDOW_PX = (1280, 860)
_BEAT_MS = 2
_FRAME_MS = 16
_WAIT_S = 20.0
_PAUSE_S = 0.25
"""Between two questions: what is fetched ahead comes to its end."""
_WARM_UP = 3
"""The first questions start threads and connections."""
_DEBOUNCE_S = DEBOUNCE_MS / 1e3
_WHEEL_STEPS = 1_500
_PAGES = 2_500
_DRAG_STEPS = 1_200


class MeasuredView(ResultsView):
    """The app's own grid, with a clock at its painting.

    Attributes:
        filled_at_s: when it was last painted with a thumbnail of every photo that is seen.
    """

    paint_ms: list[float]
    paint_cpu_ms: list[float]
    painted_at_s = 0.0
    filled_at_s = 0.0

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - as Qt names it
        started_s, cpu_s = time.perf_counter(), time.thread_time()
        super().paintEvent(event)
        self.painted_at_s = time.perf_counter()
        self.paint_cpu_ms.append((time.thread_time() - cpu_s) * 1e3)
        self.paint_ms.append((self.painted_at_s - started_s) * 1e3)
        if self.has_all_thumbnails():
            self.filled_at_s = self.painted_at_s

    def has_all_thumbnails(self) -> bool:
        """Whether every photo that is seen is there, and not a placeholder."""
        rows = self.visible_rows()
        hits = list(self._results.hits_between(rows.start, rows.stop - 1)) if rows else []
        return len(hits) == len(rows) > 0 and all(
            self._thumbnails.nearest(hit.photo.content_id, 0) is not None for hit in hits
        )


@dataclass
class Parts:
    """The app around its grid, as far as this needs it."""

    session: SearchSession
    model: ResultsModel
    view: MeasuredView


@dataclass
class Heart:
    """Beats on the GUI thread; a beat that is late says how long the event loop was held up.

    Attributes:
        late_ms: of each beat.
        own_ms: the same without the time in which the thread could run and got no core, because
            other programs had them; Linux counts that.
    """

    late_ms: list[float] = field(default_factory=list)
    own_ms: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._timer = QTimer(interval=_BEAT_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)

    @contextmanager
    def beating(self) -> Iterator[None]:
        self.late_ms, self.own_ms = [], []
        self._last_s, self._last_wait_ms = time.perf_counter(), _waited_ms()
        self._timer.start()
        yield
        self._beat()
        self._timer.stop()

    def _beat(self) -> None:
        now_s, wait_ms = time.perf_counter(), _waited_ms()
        late_ms = max(0.0, (now_s - self._last_s) * 1e3 - _BEAT_MS)
        self.late_ms.append(late_ms)
        self.own_ms.append(max(0.0, late_ms - (wait_ms - self._last_wait_ms)))
        self._last_s, self._last_wait_ms = now_s, wait_ms


def _waited_ms() -> float:
    """How long this thread has waited for a core; 0 where nobody counts it."""
    with suppress(OSError):
        return int(Path("/proc/thread-self/schedstat").read_text().split()[1]) / 1e6
    return 0.0


def measure(options: Options) -> list[Row]:
    """Type, and scroll from end to end."""
    count = 2_000 if options.is_quick else 100_000
    app = QApplication.instance() or QApplication([])
    with app_service(options.cache_dir, count) as paths, _parts(paths) as parts:
        rows = _typing(parts, 20 if options.is_quick else 150, count)
        share = 0.05 if options.is_quick else 1.0
        rows += _scrolling(parts, share, count)
    del app
    return rows


@contextmanager
def _parts(paths: AppPaths) -> Iterator[Parts]:
    client = Client(paths, start=service_command(paths))
    gc.freeze()  # as the app does when it has imported the client
    runner = Runner(lambda: client)
    with tempfile.TemporaryDirectory() as folder:
        model = ResultsModel()
        history = History(Path(folder, "history.json"), runner)
        session = SearchSession(runner, model, history)
        thumbnails = Thumbnails(runner)
        MeasuredView.paint_ms, MeasuredView.paint_cpu_ms = [], []
        view = MeasuredView(model, thumbnails)
        view.resize(*_WINDOW_PX)
        view.show()
        try:
            yield Parts(session, model, view)
        finally:
            view.close()
            thumbnails.close()
            runner.close()


def _typing(parts: Parts, queries: int, count: int) -> list[Row]:
    say("Typing …")
    heart = Heart()
    shown_ms: list[float] = []
    filled_ms: list[float] = []
    held_ms: list[float] = []
    for number in range(_WARM_UP + queries):
        with heart.beating():
            shown, filled = _type(parts, str(number % QUERY_COUNT))
        if number >= _WARM_UP:
            shown_ms.append(shown)
            filled_ms.append(filled)
            held_ms.append(max(heart.late_ms))
        _run_for(_PAUSE_S)
    details: dict[str, float | str] = {
        "p50_ms": _percentile(shown_ms, 50),
        "longest_ms": max(shown_ms),
        "debounce_ms": DEBOUNCE_MS,
        "questions": queries,
        "photos_seen": len(parts.view.visible_rows()),
        "gui_thread_held_ms": max(held_ms),
        "platform": QGuiApplication.platformName(),
    }
    name = f"from a keystroke to results painted, {count:,} photos, p95"
    return [
        Row(name, _percentile(shown_ms, 95), "ms", at_most=_MOST_TYPING_MS, details=details),
        Row(
            "the same until every thumbnail seen is painted, p95",
            _percentile(filled_ms, 95),
            "ms",
            details={"p50_ms": _percentile(filled_ms, 50), "longest_ms": max(filled_ms)},
        ),
    ]


def _type(parts: Parts, text: str) -> tuple[float, float]:
    """Beyond the debounce: until other photos were painted, and until all their thumbnails."""
    view, before = parts.view, parts.model.hit(0)
    typed_s = time.perf_counter()
    parts.session.set_text(text)
    _until(lambda: parts.model.hit(0) not in (None, before))
    changed_s = time.perf_counter()
    _until(lambda: view.painted_at_s >= changed_s or view.painted_at_s > typed_s + _DEBOUNCE_S)
    shown_s = view.painted_at_s
    _until(lambda: view.filled_at_s >= shown_s)
    beyond_s = typed_s + _DEBOUNCE_S
    return (shown_s - beyond_s) * 1e3, (view.filled_at_s - beyond_s) * 1e3


def _scrolling(parts: Parts, share: float, count: int) -> list[Row]:
    bar = parts.view.verticalScrollBar()

    def wheel(step: int) -> None:
        if step == int(_WHEEL_STEPS * share) // 2:  # half at the start, half at the end
            bar.setValue(bar.maximum() - step * 3 * bar.singleStep())
        place = QPointF(parts.view.viewport().rect().center())
        event = QWheelEvent(
            place,
            parts.view.viewport().mapToGlobal(place),
            QPoint(),
            QPoint(0, -120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(parts.view.viewport(), event)

    def page(step: int) -> None:
        if step == int(_PAGES * share) // 2:
            parts.view.setCurrentIndex(parts.model.index(max(0, count - step * 24), 0))
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, Qt.Key.Key_PageDown, Qt.KeyboardModifier.NoModifier)
            QApplication.sendEvent(parts.view, event)

    def drag(step: int) -> None:
        steps = int(_DRAG_STEPS * share)
        bar.setSliderPosition(round(bar.maximum() * step / (steps - 1)))

    return [
        _scroll(parts, "by the wheel", wheel, int(_WHEEL_STEPS * share), count),
        _scroll(parts, "by pages", page, int(_PAGES * share), count),
        _scroll(parts, "by the scroll bar, end to end", drag, int(_DRAG_STEPS * share), count),
    ]


def _scroll(parts: Parts, name: str, move: Callable[[int], None], steps: int, count: int) -> Row:
    """One step a frame, and a rest of a second at last: what comes late must not hold up either."""
    say(f"Scrolling {name} …")
    parts.view.scrollToTop()
    parts.view.setCurrentIndex(parts.model.index(0, 0))
    _until(parts.view.has_all_thumbnails)
    _run_for(_PAUSE_S)
    MeasuredView.paint_ms, MeasuredView.paint_cpu_ms = [], []
    moves_ms: list[float] = []
    heart = Heart()
    done = 0

    def step() -> None:
        nonlocal done
        started_s = time.perf_counter()
        move(done)
        moves_ms.append((time.perf_counter() - started_s) * 1e3)
        done += 1

    frames = QTimer(interval=_FRAME_MS)
    frames.setTimerType(Qt.TimerType.PreciseTimer)
    frames.timeout.connect(step)
    with heart.beating(), Meter() as meter:
        frames.start()
        _until(lambda: done >= steps, steps * 0.1 + _WAIT_S)
        frames.stop()
        started_s = time.perf_counter()
        _until(parts.view.has_all_thumbnails)
        settled_ms = (time.perf_counter() - started_s) * 1e3
        _run_for(_PAUSE_S)
    paint_ms = MeasuredView.paint_ms
    return Row(
        f"scrolling {count:,} photos {name}: GUI thread held up at most",
        max(heart.late_ms),
        "ms",
        at_most=_MOST_FRAME_MS,
        details={
            "steps": steps,
            "held_longest_without_waiting_for_a_core_ms": max(heart.own_ms),
            "held_p99_ms": _percentile(heart.late_ms, 99),
            "paints": len(paint_ms),
            "paint_p50_ms": _percentile(paint_ms, 50),
            "paint_p99_ms": _percentile(paint_ms, 99),
            "paint_longest_ms": max(paint_ms),
            "step_longest_ms": max(moves_ms),
            "until_all_painted_at_the_end_ms": settled_ms,
            "paint_cpu_longest_ms": max(MeasuredView.paint_cpu_ms),
            # The service is among the others here.
            "others_cpu_share": meter.others_share,
        },
    )


def _until(is_so: Callable[[], bool], wait_s: float = _WAIT_S) -> None:
    """Let the app run until something is so; asked every turn of its event loop."""
    until_s = time.perf_counter() + wait_s
    while not is_so():
        QApplication.processEvents()
        if time.perf_counter() > until_s:
            raise TimeoutError("The app does not come to an end with this.")
        time.sleep(0.0005)


def _run_for(seconds: float) -> None:
    until_s = time.perf_counter() + seconds
    _until(lambda: time.perf_counter() >= until_s, seconds + 1.0)


def _percentile(values: list[float], percent: float) -> float:
    return float(np.percentile(values, percent))


if __name__ == "__main__":
    run_script(measure)
