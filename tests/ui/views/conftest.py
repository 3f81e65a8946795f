"""What tests of the views share: a desktop that only notes what it is asked, photos, and pages."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtWidgets import QMainWindow, QStackedWidget

from photosearch.client.fake import FakeClient, FakePhoto
from photosearch.errors import PhotoSearchError
from photosearch.types import Answer, Hit, Photo, Query
from ui.desktop.interface import Program
from ui.models import session as session_module
from ui.models.history import History
from ui.models.library import LibraryState
from ui.models.program_list import ProgramList
from ui.models.results import ResultsModel
from ui.models.session import SearchSession
from ui.views.notifications import Notifications
from ui.views.photo_actions import PhotoActions
from ui.views.results_view import ResultsView
from ui.views.search_page import SearchPage
from ui.workers.news import News
from ui.workers.runner import Runner
from ui.workers.thumbnails import Thumbnails

NAMES = ("beach/red boat.jpg", "beach/blue sea.jpg", "city/grey street.jpg")
GIMP, EOG = Program("/apps/gimp.desktop", "GIMP"), Program("/apps/eog.desktop", "Image & Viewer")


class Desktop:
    """Notes what it is asked, and in which thread."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, object]] = []
        self.threads: set[threading.Thread] = set()
        self.error: PhotoSearchError | None = None
        self.own_chooser = None
        self.gate = threading.Event()
        self.gate.set()

    def _note(self, name: str, what: object) -> None:
        self.gate.wait()
        self.threads.add(threading.current_thread())
        if self.error is not None:
            raise self.error
        self.asked.append((name, what))

    @property
    def urls(self) -> list[object]:
        return [what for name, what in self.asked if name == "url"]

    def open_files(self, paths):
        self._note("open", list(paths))

    def open_url(self, url):
        self._note("url", url)

    def show_in_folder(self, paths):
        self._note("show", list(paths))

    def open_with(self, program, paths):
        self._note(program.name, list(paths))

    def programs_for(self, paths):
        self._note("programs", list(paths))
        return (EOG, GIMP)

    def all_programs(self):
        return (EOG, GIMP)


class Told:
    """Stands in for the notifications."""

    def __init__(self) -> None:
        self.errors: list[PhotoSearchError] = []
        self.texts: list[str] = []
        self.action = None

    def show_error(self, error):
        self.errors.append(error)

    def show_text(self, text, action_text="", action=None):
        self.texts.append(text)
        self.action = action


@pytest.fixture
def desktop() -> Desktop:
    return Desktop()


@pytest.fixture
def told() -> Told:
    return Told()


# -- photos to act on


@pytest.fixture
def photos_on_disk(tmp_path: Path) -> FakeClient:
    """A library of three small photos that are on the disk."""
    root = tmp_path / "photos"
    for name in NAMES:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (40, 30), (200, 30, 40)).save(root / name)
    return FakeClient([FakePhoto(name) for name in NAMES], root)


@pytest.fixture
def hits(photos_on_disk: FakeClient) -> list[Hit]:
    found = photos_on_disk.search(Query(text="x"))
    return sorted(found, key=lambda hit: NAMES.index(str(hit.photo.relative_path)))


@pytest.fixture
def window(qtbot) -> QMainWindow:
    window = QMainWindow()
    qtbot.addWidget(window)
    return window


@pytest.fixture
def actions(window, new_runner, photos_on_disk, told, desktop, programs) -> PhotoActions:
    runner = new_runner(photos_on_disk)
    return PhotoActions(runner, told, ProgramList(runner, programs, window), window, desktop)


# -- the grid of results


@pytest.fixture
def answer():
    """Makes an answer of photos by their names, of which there may be more than these."""

    def make(names, total=None):
        hits = tuple(
            Hit(rank, 1.0 / rank, Photo(Path("/photos"), Path(f"{name}.jpg"), f"{name}"))
            for rank, name in enumerate(names, start=1)
        )
        return Answer(hits, total or len(hits))

    return make


@pytest.fixture
def many(answer):
    """Makes the first page of an answer of any length."""

    def make(count, start=0):
        return answer([f"{number:032x}" for number in range(start, start + min(count, 200))], count)

    return make


@pytest.fixture
def view(qtbot, runner):
    """The grid of results, still empty, active and with the focus."""
    thumbnails = Thumbnails(runner)
    made = ResultsView(ResultsModel(), thumbnails)
    qtbot.addWidget(made)
    made.resize(900, 700)
    made.show()
    qtbot.waitExposed(made)
    made.setFocus()
    yield made
    made.close()
    thumbnails.close()


# -- the page people search on


@dataclass
class SearchStage:
    """A window with the page, and all that it stands on."""

    client: FakeClient
    runner: Runner
    library: LibraryState
    session: SearchSession
    view: ResultsView
    page: SearchPage
    messages: Notifications

    @property
    def shown(self):
        return self.page.shown

    @property
    def said(self):
        return [notice for notice, strip in self.page.strips.items() if strip.isVisible()]

    @property
    def words(self):
        state = self.page.state
        return " ".join(one.text() for one in (state.title, state.words, state.hint))

    def press(self, text):
        (button,) = [one for one in self.page.state.buttons if one.text() == text]
        button.click()


@pytest.fixture
def open_search_page(qtbot, tmp_path, new_runner, monkeypatch):
    """Opens the page on a service, with what it first asks answered."""
    monkeypatch.setattr(session_module, "DEBOUNCE_MS", 20)
    monkeypatch.setattr(session_module, "REFRESH_MS", 40)
    ends = []

    def make(client, *, waits=True):
        runner, window = new_runner(client), QStackedWidget()
        qtbot.addWidget(window)
        news, thumbnails, results = News(runner), Thumbnails(runner), ResultsModel(window)
        library = LibraryState(runner, news, window)
        history = History(tmp_path / "searches.json", runner, window)
        session = SearchSession(runner, results, history, window)
        messages, view = Notifications(window), ResultsView(results, thumbnails)
        page = SearchPage(session, library, view, thumbnails, messages)
        window.addWidget(page)
        window.resize(900, 600)
        ends.extend((news, thumbnails))
        news.start()
        window.show()
        window.activateWindow()
        if waits:
            qtbot.waitUntil(lambda: library.status is not None)
        return SearchStage(client, runner, library, session, view, page, messages)

    yield make
    for part in ends:
        part.close()
