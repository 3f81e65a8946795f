"""Light and dark: icons, words and rings are seen in both, and follow while the app runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel

from photosearch.paths import resource_dir
from ui.theme import icon, muted
from ui.views.labels import MutedWords

UI = Path(__file__).parents[2] / "ui"
ICONS = resource_dir() / "icons"
WORDS_CONTRAST, RING_CONTRAST = 4.5, 3.0
"""What WCAG 2.2 asks of words (1.4.3), and of rings and icons (1.4.11)."""

_Role = QPalette.ColorRole
_DARK = {
    _Role.Window: "#2b2b2e",
    _Role.Base: "#1f1f22",
    _Role.AlternateBase: "#262629",
    _Role.Button: "#38383c",
    _Role.WindowText: "#eeeeee",
    _Role.Text: "#eeeeee",
    _Role.ButtonText: "#eeeeee",
    _Role.Highlight: "#3d7eff",
    _Role.HighlightedText: "#ffffff",
    _Role.Light: "#4a4a4e",
    _Role.Midlight: "#414145",
    _Role.Mid: "#2f2f33",
    _Role.Dark: "#1a1a1c",
    _Role.PlaceholderText: "#9a9a9e",
}


def light():
    return QApplication.style().standardPalette()


def dark():
    palette = QPalette(light())
    for role, colour in _DARK.items():
        palette.setColor(role, QColor(colour))
    return palette


@pytest.fixture(autouse=True)
def own_palette(qapp):
    """The palette of before, again afterwards."""
    before, flash_ms = qapp.palette(), qapp.cursorFlashTime()
    qapp.setPalette(light())
    qapp.setCursorFlashTime(0)  # pictures are compared
    yield
    qapp.setPalette(before)
    qapp.setCursorFlashTime(flash_ms)


def contrast(one, other):
    """As WCAG counts it, from 1 to 21."""

    def luminance(colour):
        parts = (colour.redF(), colour.greenF(), colour.blueF())
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def mean(image):
    """How light a picture is, 0 to 255."""
    return image.scaled(1, 1, mode=Qt.TransformationMode.SmoothTransformation).pixelColor(0, 0)


def ink(pixmap):
    """The colour of what is drawn on nothing."""
    image = pixmap.toImage()
    every = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return max(every, key=QColor.alpha)


# -- icons


def test_every_icon_that_is_named_exists_and_every_one_there_is_used():
    sources = "\n".join(path.read_text() for path in UI.rglob("*.py"))
    there = {path.stem for path in ICONS.glob("*.svg")}
    named = set(re.findall(r'\bicon\(\s*"([a-z-]+)"', sources))
    named |= set(
        re.findall(r'(?:IconLabel|Strip|bar_button|_button|EdgeButton)\(\s*"([a-z-]+)"', sources)
    )
    assert named - there == set()
    assert {
        name for name in there if f'"{name}"' not in sources and f"{name}.svg" not in sources
    } == set()


@pytest.mark.parametrize("path", sorted(ICONS.glob("*.svg")), ids=lambda path: path.stem)
def test_an_icon_can_be_drawn(path):
    assert QSvgRenderer(str(path)).isValid()
    assert path.stem == "photosearch" or "currentColor" in path.read_text()


@pytest.mark.parametrize("palette", [light, dark])
def test_icons_have_the_colour_of_words(qapp, palette):
    qapp.setPalette(palette())
    drawn = ink(icon("search").pixmap(QSize(48, 48)))
    assert contrast(drawn, qapp.palette().color(_Role.Button)) >= WORDS_CONTRAST


def test_an_icon_made_in_the_light_is_light_in_the_dark(qapp):
    made = icon("search")
    before = ink(made.pixmap(QSize(48, 48)))
    qapp.setPalette(dark())
    after = ink(made.pixmap(QSize(48, 48)))
    assert before.lightness() < 64
    assert after.lightness() > 192


# -- words and rings


@pytest.mark.parametrize("palette", [light, dark])
@pytest.mark.parametrize("ground", [_Role.Window, _Role.Base])
def test_muted_words_can_be_read(palette, ground):
    assert contrast(muted(palette()), palette().color(ground)) >= WORDS_CONTRAST


@pytest.mark.parametrize("palette", [light, dark])
@pytest.mark.parametrize("ground", [_Role.Window, _Role.Base])
def test_rings_of_the_focus_are_seen(palette, ground):
    colours = palette()
    assert contrast(colours.color(_Role.Highlight), colours.color(ground)) >= RING_CONTRAST


@pytest.mark.parametrize("palette", [light, dark])
def test_words_can_be_read_everywhere(qapp, everywhere, palette):
    qapp.setPalette(palette())
    faint = []
    for _, place, top in everywhere():
        for label in top.findChildren(QLabel):
            if not label.text() or not label.isVisible():
                continue
            words = label.palette().color(label.foregroundRole())
            if words.alpha() < 255:
                faint.append((place, label.text(), "half transparent"))
            ground = label.palette().color(_Role.Window)
            if contrast(words, ground) < WORDS_CONTRAST:
                faint.append((place, label.text(), words.name(), ground.name()))
    assert "\n".join(map(str, faint)) == ""


# -- following the system


def test_everything_is_painted_anew_when_the_palette_changes(qapp, everywhere):
    stale = []
    for stage, place, top in everywhere():
        qapp.setPalette(dark())
        qapp.processEvents()
        switched = top.grab().toImage()
        for label in top.findChildren(QLabel):
            if label.isVisible() and not label.pixmap().isNull() and top is stage.window:
                colour = ink(label.pixmap())
                is_own = "photosearch" in place or label.pixmap().width() > 60
                if not is_own and colour.lightness() < 128:
                    stale.append((place, "a picture from the light"))
        for words in top.findChildren(MutedWords):
            if words.isVisible() and words.palette().color(_Role.WindowText).lightness() < 100:
                stale.append((place, words.text()))
        if mean(switched).lightness() > 140 and place not in ("results", "similar", "lost"):
            stale.append((place, mean(switched).name()))
        qapp.setPalette(light())
        qapp.processEvents()
    assert "\n".join(map(str, stale)) == ""


def test_a_window_switched_to_dark_looks_as_one_opened_in_the_dark(qapp, everywhere):
    differing = []
    pictures = {}
    places = ("first-run", "start", "library", "shortcuts")
    qapp.setPalette(dark())
    for stage, place, top in everywhere(places):
        stage.until(lambda top=top: QApplication.activeWindow() is top)
        pictures[place] = top.grab().toImage()
    qapp.setPalette(light())
    for stage, place, top in everywhere(places):
        stage.until(lambda top=top: QApplication.activeWindow() is top)
        qapp.setPalette(dark())
        qapp.processEvents()
        if top.grab().toImage() != pictures[place]:
            differing.append(place)
        qapp.setPalette(light())
    assert differing == []


def test_the_app_leaves_light_and_dark_to_the_system():
    """A palette or style of its own for all, or a colour scheme that is set, would break that."""
    breaking = re.compile(r"setColorScheme|[Aa]pplication\.set(Palette|Style)\b")
    sources = {path: path.read_text() for path in UI.rglob("*.py")}
    assert [path.name for path, source in sources.items() if breaking.search(source)] == []


def test_style_sheets_name_no_colour():
    sheets = re.compile(r"setStyleSheet\((.*?)\)\n", re.DOTALL)
    for path in UI.rglob("*.py"):
        for sheet in sheets.findall(path.read_text()):
            assert not re.search(r"#[0-9a-f]{3}|rgb|color|background", sheet), path.name


def test_buttons_keep_an_icon_that_follows(qapp, open_window, service):
    window = open_window(service)
    qapp.setPalette(dark())
    for button in window.findChildren(QAbstractButton):
        if not button.icon().isNull() and button.isEnabled() and not button.objectName():
            drawn = ink(button.icon().pixmap(QSize(32, 32)))
            assert drawn.lightness() > 128, button.toolTip()
