"""What our entries say in the menus of other programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from photosearch.integrations.quoting import desktop_text


@dataclass(frozen=True)
class MenuText:
    """A text in the languages that we have."""

    english: str
    german: str

    def lines(self, key: str) -> tuple[str, str]:
        """The two lines of a desktop file, or of another file of that kind."""
        return (
            f"{key}={desktop_text(self.english)}",
            f"{key}[de]={desktop_text(self.german)}",
        )

    def in_language_of(self, environ: Mapping[str, str]) -> str:
        """The one text for hosts that take no more, in the language of the session."""
        for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
            if chosen := environ.get(name):
                return self.german if chosen.startswith("de") else self.english
        return self.english


SIMILAR = MenuText("Find similar photos", "Ähnliche Fotos finden")
SIMILAR_TIP = MenuText(
    "Photos that look like the selected ones", "Fotos, die den ausgewählten ähneln"
)
WORDS = MenuText("Search photos by words…", "Fotos mit Worten suchen …")
WORDS_TIP = MenuText(
    "Open photosearch and describe what to look for",
    "photosearch öffnen und beschreiben, was zu suchen ist",
)
