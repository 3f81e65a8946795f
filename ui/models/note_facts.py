"""What people noted of a photo, and where that was read, in words for people."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from photosearch.errors import shown
from photosearch.types import PhotoNotes
from ui.models.facts import Fact, FactKind

_STARS = 5
_KEYWORDS_SHOWN = 40
_LINES_SHOWN = 60

translate = QCoreApplication.translate


def note_facts(notes: PhotoNotes | None) -> tuple[Fact, ...]:
    """The facts that people made up; none where nobody noted anything, or they are on their way."""
    if notes is None:
        return ()
    found = [fact for fact in (_caption(notes), _rating(notes), _keywords(notes)) if fact]
    return (*found, _sources(notes)) if found else ()


def _caption(notes: PhotoNotes) -> Fact | None:
    lines = [shown(line) for line in (notes.caption or "").splitlines() if line.strip()]
    return _fact(FactKind.CAPTION, translate("Facts", "Caption"), lines, _LINES_SHOWN)


def _rating(notes: PhotoNotes) -> Fact | None:
    """No stars are no fact: most photos were never rated."""
    label = translate("Facts", "Rating")
    if not notes.rating:
        return None
    if notes.rating < 0:
        return Fact(FactKind.RATING, label, (translate("Facts", "Rejected"),))
    stars = "★" * notes.rating + "☆" * (_STARS - notes.rating)
    spoken = translate("Facts", "{0} of {1} stars").format(notes.rating, _STARS)
    return Fact(FactKind.RATING, label, (stars,), spoken=spoken)


def _keywords(notes: PhotoNotes) -> Fact | None:
    lines = [shown(one).replace("/", " › ") for one in notes.keywords]
    return _fact(FactKind.KEYWORDS, translate("Facts", "Keywords"), lines, _KEYWORDS_SHOWN)


def _sources(notes: PhotoNotes) -> Fact:
    names = {
        "sidecar": translate("Facts", "XMP file beside the photo"),
        "xmp": translate("Facts", "XMP in the photo"),
        "iptc": translate("Facts", "IPTC in the photo"),
        "digikam": "digiKam",
        "darktable": "darktable",
        "shotwell": "Shotwell",
    }
    lines = tuple(names.get(one, shown(one)) for one in notes.source.split(","))
    return Fact(FactKind.SOURCES, translate("Facts", "Noted in"), lines)


def _fact(kind: FactKind, label: str, lines: list[str], most: int) -> Fact | None:
    if not lines:
        return None
    return Fact(kind, label, (*lines[:most], *(["…"] if len(lines) > most else [])))
