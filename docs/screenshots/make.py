"""Makes the pictures of the app in every state anew, without a screen: make screenshots.

What was found is what the real service finds with the starter model in sample photos; states that
do not last, or that nobody wants to have, are shown on a made-up service.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QCoreApplication, QEvent, QLocale, QSize, Qt
from PySide6.QtGui import QColor, QPalette, QPixmap
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import delete

from photosearch.client import Client
from photosearch.client.fake import FakeClient, FakePhoto
from photosearch.errors import PhotoSearchError, ServiceError
from photosearch.interface import PhotoSearchService
from photosearch.model.menu import menu
from photosearch.paths import AppPaths, resource_dir
from photosearch.types import ActivityState, Phase, Progress, SkipKind, Skipped
from ui import languages
from ui.main_window import MainWindow

HERE = Path(__file__).parent
SIZE = QSize(1240, 800)
LONGEST_S = 60.0

# Name, package, file, and the part of it (left, top, right, bottom) in hundredths.
SAMPLES: tuple[tuple[str, str, str, tuple[int, int, int, int]], ...] = (
    ("Cats/Chelsea.jpg", "skimage", "data/chelsea.png", (0, 0, 100, 100)),
    ("Cats/Chelsea, closer.jpg", "skimage", "data/chelsea.png", (22, 8, 78, 92)),
    ("Kitchen/Coffee.jpg", "skimage", "data/coffee.png", (0, 0, 100, 100)),
    ("Kitchen/Cup.jpg", "skimage", "data/coffee.png", (22, 5, 80, 95)),
    ("Garage/Motorcycle.jpg", "skimage", "data/motorcycle_left.png", (0, 0, 100, 100)),
    ("Garage/The red one.jpg", "skimage", "data/motorcycle_left.png", (18, 15, 88, 95)),
    ("Garage/Motorcycle again.jpg", "skimage", "data/motorcycle_right.png", (6, 4, 96, 96)),
    ("Cape/Rocket at dawn.jpg", "skimage", "data/rocket.jpg", (0, 0, 100, 100)),
    ("Cape/Rocket, tall.jpg", "skimage", "data/rocket.jpg", (30, 0, 75, 100)),
    ("Cape/Eileen.jpg", "skimage", "data/astronaut.png", (0, 0, 100, 100)),
    ("Cape/Portrait.jpg", "skimage", "data/astronaut.png", (20, 0, 72, 55)),
    ("Travel/Summer palace.jpg", "sklearn", "datasets/images/china.jpg", (0, 0, 100, 100)),
    ("Travel/Roof.jpg", "sklearn", "datasets/images/china.jpg", (20, 5, 85, 65)),
    ("Travel/Tower.jpg", "sklearn", "datasets/images/china.jpg", (38, 0, 78, 100)),
    ("Garden/Dahlia.jpg", "sklearn", "datasets/images/flower.jpg", (0, 0, 100, 100)),
    ("Garden/Dahlia, closer.jpg", "sklearn", "datasets/images/flower.jpg", (22, 8, 82, 96)),
    ("Garden/Lawn.jpg", "skimage", "data/grass.png", (0, 0, 100, 100)),
    ("Garden/Gravel path.jpg", "skimage", "data/gravel.png", (0, 0, 100, 100)),
    ("Garden/Wall.jpg", "skimage", "data/brick.png", (0, 0, 100, 100)),
    ("Old/Photographer.jpg", "skimage", "data/camera.png", (0, 0, 100, 100)),
    ("Old/Photographer, tripod.jpg", "skimage", "data/camera.png", (15, 10, 80, 90)),
    ("Old/Coins.jpg", "skimage", "data/coins.png", (0, 0, 100, 100)),
    ("Old/Page.jpg", "skimage", "data/page.png", (0, 0, 100, 100)),
    ("Sky/Deep field.jpg", "skimage", "data/hubble_deep_field.jpg", (0, 0, 60, 60)),
    ("Sky/Moon.jpg", "skimage", "data/moon.png", (0, 0, 100, 100)),
)


@dataclass
class Stage:
    """One window at a time, on a service, with what a picture of it needs."""

    application: QApplication
    folder: Path
    pictures: Path

    @contextlib.contextmanager
    def window(self, service: Callable[[], PhotoSearchService], name: str) -> Iterator[Any]:
        """A window on a service of its own settings; it is gone afterwards."""
        window: Any = MainWindow(AppPaths(self.folder / name), service)
        window.resize(SIZE)
        window.show()
        window.begin()
        try:
            until(lambda: window._library.is_connected or window._library.is_lost)
            yield window
        finally:
            window.finish()
            delete(window)
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def fake(self, photos: bool = True) -> FakeClient:
        """A made-up service on the sample photos."""
        names = [sample[0] for sample in SAMPLES] if photos else []
        cards = [entry.card for entry in menu(resource_dir())]
        return FakeClient([FakePhoto(name) for name in names], self.pictures, cards)


def until(is_there: Callable[[], bool]) -> None:
    """Let the app work until something is there."""
    end = time.monotonic() + LONGEST_S
    while not is_there():
        if time.monotonic() > end:
            raise TimeoutError(f"waited too long: {is_there}")
        QApplication.processEvents()
        time.sleep(0.005)


def settle(delay_s: float = 0.6) -> None:
    """Let thumbnails come and animations end."""
    end = time.monotonic() + delay_s
    until(lambda: time.monotonic() > end)


def take(widget: QWidget, name: str) -> None:
    """Save a picture: one with photos as JPEG, which takes a fifth."""
    settle()
    picture: QPixmap = widget.grab()
    picture.save(str(HERE / name), quality=90 if name.endswith(".jpg") else -1)
    sys.stderr.write(f"{name}\n")


def take_dialog(kind: str, name: str) -> None:
    """Save a picture of the dialog that is open, and close it."""
    settle()
    dialog = next(w for w in QApplication.topLevelWidgets() if kind in type(w).__name__)
    take(dialog, name)
    dialog.close()


def search(window: Any, words: str) -> None:
    """Type words and wait for what they find."""
    window._search_page.bar.text.setText(words)
    window._session.set_text(words)
    window._session.submit()
    until(lambda: not window._session.is_busy and window._results.rowCount() > 0)


def gather(folder: Path) -> None:
    """Write the sample photos, as somebody might have named them."""
    import importlib.util

    from PIL import Image

    for name, package, file, box in SAMPLES:
        spec = importlib.util.find_spec(package)
        assert spec is not None
        assert spec.origin is not None
        with Image.open(Path(spec.origin).parent / file) as opened:
            image = opened.convert("RGB")
        width, height = image.size
        left, top, right, bottom = box
        part = (left * width // 100, top * height // 100, right * width // 100)
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        image.crop((*part, bottom * height // 100)).save(target, quality=92)


def dark_palette() -> QPalette:
    """What a dark desktop gives; without a screen there is none."""
    palette = QPalette(QColor(50, 50, 50), QColor(50, 50, 50))
    white = QColor(238, 238, 238)
    for role in (
        palette.ColorRole.WindowText,
        palette.ColorRole.Text,
        palette.ColorRole.ButtonText,
    ):
        palette.setColor(role, white)
    palette.setColor(palette.ColorRole.Base, QColor(34, 34, 34))
    palette.setColor(palette.ColorRole.AlternateBase, QColor(42, 42, 42))
    palette.setColor(palette.ColorRole.Highlight, QColor(48, 140, 198))
    palette.setColor(palette.ColorRole.HighlightedText, QColor(255, 255, 255))
    palette.setColor(palette.ColorRole.PlaceholderText, QColor(160, 160, 160))
    palette.setColor(palette.ColorRole.ToolTipBase, QColor(60, 60, 60))
    palette.setColor(palette.ColorRole.ToolTipText, white)
    palette.setColor(palette.ColorRole.Link, QColor(90, 170, 230))
    palette.setColor(
        palette.ColorGroup.Disabled, palette.ColorRole.ButtonText, QColor(120, 120, 120)
    )
    return palette


# -- the pictures


def found(stage: Stage, client: Client, words: str, name: str) -> None:
    """Results, a selection, and their menu."""
    with stage.window(lambda: client, "real") as window:
        search(window, words)
        take(window, f"{name}.jpg")


def at_work(stage: Stage, client: Client) -> None:
    """What people see on an ordinary day."""
    with stage.window(lambda: client, "real") as window:
        search(window, "a cat looking at the camera")
        take(window, "results.jpg")
        window._grid.setCurrentIndex(window._results.index(0, 0))
        menu = window._actions.menu(window._grid)
        menu.popup(window._grid.mapToGlobal(window._grid.rect().center()))
        take(menu, "menu.png")
        menu.close()
        window._find_similar(window._grid.selected_hits())
        until(lambda: not window._session.is_busy and window._results.rowCount() > 0)
        take(window, "similar.jpg")
        search(window, "")
        window._session.clear()
        search(window, "a red motorcycle")
        window._preview_row(0)
        settle(1.5)
        take(window, "preview.jpg")
        window.show_library()
        take(window, "library.png")
        window.show_settings()
        take_dialog("Settings", "settings.png")


def in_other_looks(stage: Stage, client: Client) -> None:
    """Dark, a font twice as large, and German."""
    application = stage.application
    before, font = application.palette(), application.font()
    application.setPalette(dark_palette())
    found(stage, client, "a rocket launching into the sky", "results-dark")
    with stage.window(stage.fake, "dark start") as window:
        take(window, "start-dark.png")
    application.setPalette(before)
    larger = application.font()
    larger.setPointSizeF(2 * font.pointSizeF())
    application.setFont(larger)
    found(stage, client, "a purple flower", "results-large-font")
    application.setFont(font)
    languages.remove(application)
    languages.install(application, QLocale("de"))
    found(stage, client, "a building with a curved roof", "results-german")
    languages.remove(application)
    languages.install(application, QLocale("en"))


def first_days(stage: Stage) -> None:
    """Before there are photos, and while they come."""
    with stage.window(lambda: stage.fake(photos=False), "first run") as window:
        until(lambda: window._library.is_first_run)
        settle()
        take(window, "first-run.png")
    with stage.window(stage.fake, "start") as window:
        take(window, "start.png")
    service = stage.fake()
    with stage.window(lambda: service, "indexing") as window:
        service.work(Progress(Phase.EMBEDDING, 3_210, 12_000, 2))
        settle()
        search(window, "garden")
        take(window, "indexing.jpg")


def another_model(stage: Stage) -> None:
    """The menu of models, and the way to another one."""
    service = stage.fake()
    service.photo_count = 60_000
    shelf, default = (
        service.shelf,
        next(card for card in (entry.card for entry in menu(resource_dir())) if card.is_default),
    )
    with stage.window(lambda: service, "models") as window:
        window.show_models()
        settle()
        for info in tuple(shelf.infos.values()):  # about what two cores of a laptop do
            card = info.card
            assert card is not None
            shelf.measure(info.name, 150 / (card.image_gflops + 4))
        page = window._models_page
        settle()
        card = page.card(default.name)
        card.more.click()
        take(window, "models.png")
        card.more.click()
        card.use.click()
        card.begin.click()
        until(lambda: bool(shelf.asked))
        shelf.download(default.name, default.download_bytes * 34 // 100, 2_100_000)
        take(window, "models-downloading.png")
        shelf.finish_download(default.name)
        shelf.embed(12_340, seconds_left=9_000)
        service.work(Progress(Phase.EMBEDDING, 12_340, 60_000))
        take(window, "models-switching.png")
        service.work(None, ActivityState.IDLE)
        shelf.finish_switch()
        take(window, "models-after.png")


def other_programs(stage: Stage) -> None:
    """Those of this machine, two of them switched on."""
    with stage.window(stage.fake, "programs") as window:
        window.show_programs()
        until(lambda: bool(window._programs_page.cards))
        for card in window._programs_page.cards:
            if card.program.name in ("darktable", "geeqie"):
                card.switch.click()
                until(card.then.isVisible)
        take(window, "programs.png")


def bad_days(stage: Stage) -> None:
    """What the app says when something is not as it should be."""
    service = stage.fake()
    with stage.window(lambda: service, "away") as window:
        service.set_offline()
        search(window, "travel roof")
        take(window, "away.jpg")
    service = stage.fake()
    with stage.window(lambda: service, "lost") as window:
        search(window, "old photographer")
        settle()
        service.die(ServiceError("The service has ended.", "It is being started again."))
        until(lambda: window._library.is_lost)
        take(window, "lost.jpg")
        service.error = None
    service = stage.fake()
    with stage.window(lambda: service, "error") as window:
        service.search_error = PhotoSearchError(
            "The model “ViT-B-32/laion2b_s34b_b79k” cannot be downloaded: there is no connection.",
            "Connect to the internet and try again, or choose the starter in the settings.",
        )
        window._session.set_text("boats in a harbour")
        window._session.submit()
        until(lambda: window._session.error is not None)
        take(window, "error.png")
    service = stage.fake()
    with stage.window(lambda: service, "nothing") as window:
        window._session.set_text("lawn")
        window._session.set_folders([stage.pictures / "An empty folder"])
        until(lambda: not window._session.is_busy)
        take(window, "nothing.png")
    service = stage.fake()
    service.skipped_files = [
        Skipped(stage.pictures / "2019" / "IMG_2071.jpg", SkipKind.BROKEN, "It ends too early."),
        Skipped(stage.pictures / "2019" / "IMG_2072.jpg", SkipKind.EMPTY, "It is empty."),
        Skipped(stage.pictures / "Scans" / "wall.tif", SkipKind.TOO_LARGE, "It is too large."),
    ]
    with stage.window(lambda: service, "skipped") as window:
        window.show_skipped()
        take_dialog("Skipped", "skipped.png")


def main() -> None:
    """Make every picture."""
    application = QApplication(sys.argv[:1])
    application.setApplicationName("photosearch")
    application.setEffectEnabled(Qt.UIEffect.UI_AnimateCombo, False)
    home = Path(tempfile.gettempdir(), "anna")  # it shows in the pictures
    home.mkdir()
    try:
        folder = home / ".local" / "share"
        folder.mkdir(parents=True)
        os.environ.update(HOME=str(home), PHOTOSEARCH_RUNTIME_DIR=str(folder / "run"))
        for name in [name for name in os.environ if name.startswith("XDG_")]:
            del os.environ[name]
        languages.install(application, QLocale("en"))
        stage = Stage(application, folder, home / "Pictures")
        gather(stage.pictures)
        first_days(stage)
        another_model(stage)
        other_programs(stage)
        bad_days(stage)
        client = Client(AppPaths(folder / "index", AppPaths.choose().cache_dir))
        try:
            client.add_root(stage.pictures)
            list(client.index())
            at_work(stage, client)
            in_other_looks(stage, client)
        finally:
            client.stop()
            client.close()
    finally:
        shutil.rmtree(home)


if __name__ == "__main__":
    main()
