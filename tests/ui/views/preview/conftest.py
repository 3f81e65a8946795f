"""One photo seen large: photos of one colour each, the page on them, and what is seen of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtWidgets import QMainWindow

from photosearch.client.fake import FakeClient, FakePhoto
from photosearch.errors import PhotoSearchError
from photosearch.types import Answer, PhotoFacts, Query
from ui.models.program_list import ProgramList
from ui.models.results import ResultsModel
from ui.views.photo_actions import PhotoActions
from ui.views.preview_page import PreviewPage
from ui.workers.thumbnails import Thumbnails

COLOURS = {
    "a red.jpg": (200, 30, 40),
    "b green.jpg": (30, 180, 60),
    "c blue.jpg": (40, 60, 200),
    "d grey.jpg": (120, 120, 120),
}
LARGE = (1200, 900)
FACTS = PhotoFacts(*LARGE, camera="Canon EOS 40D", latitude=48.2, longitude=16.4)


class Silent:
    """Stands in for the notifications; there are errors to tell of and nothing else."""

    def __init__(self) -> None:
        self.errors: list[PhotoSearchError] = []

    def show_error(self, error: PhotoSearchError) -> None:
        self.errors.append(error)

    def show_text(self, text, action_text="", action=None):
        raise AssertionError(text)


@pytest.fixture
def service(tmp_path: Path) -> FakeClient:
    """A library of four large photos on the disk, each of one colour."""
    photos = []
    for name, colour in COLOURS.items():
        Image.new("RGB", LARGE, colour).save(tmp_path / name)
        photos.append(FakePhoto(name, colour, FACTS))
    return FakeClient(photos, tmp_path)


@pytest.fixture
def model(service: FakeClient) -> ResultsModel:
    model = ResultsModel()
    hits = sorted(service.search(Query(text="x")), key=lambda hit: hit.photo.path)
    model.show(Answer(tuple(hits), len(hits)))
    return model


@pytest.fixture
def page(qtbot, new_runner, service, desktop, programs):
    """The page of the large photo in a window, showing nothing yet; it has no words to say."""
    runner = new_runner(service)
    window = QMainWindow()
    qtbot.addWidget(window)
    thumbnails = Thumbnails(runner)
    others = ProgramList(runner, programs, window)
    actions = PhotoActions(runner, Silent(), others, window, desktop)
    page = PreviewPage(runner, thumbnails, actions)
    window.setCentralWidget(page)
    window.resize(900, 600)
    with qtbot.waitExposed(window):
        window.show()
    yield page
    page.clear()
    thumbnails.close()


@pytest.fixture
def shown() -> Callable[[PreviewPage], str]:
    """Tells the colour that is seen in the middle of the canvas, as the name of the photo."""

    def tell(page: PreviewPage) -> str:
        image = page.canvas.grab().toImage()
        colour = image.pixelColor(image.rect().center())
        found = (colour.red(), colour.green(), colour.blue())
        for name, expected in COLOURS.items():
            if all(abs(one - other) < 20 for one, other in zip(found, expected, strict=True)):
                return name
        return str(found)

    return tell
