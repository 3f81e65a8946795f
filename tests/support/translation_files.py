"""The files of the translations, read as the messages that they hold."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path

from photosearch.paths import resource_dir

FOLDER = resource_dir() / "translations"
LANGUAGES = ("en", "de")


@dataclass(frozen=True)
class Message:
    """A text and what it is in a language; more than one form: it depends on a number."""

    context: str
    source: str
    forms: tuple[str, ...]
    is_plural: bool
    is_finished: bool


def messages(file: Path) -> list[Message]:
    found = []
    for context in ET.parse(file).iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            forms = [form.text or "" for form in translation.iter("numerusform")]
            found.append(
                Message(
                    context.findtext("name") or "",
                    message.findtext("source"),
                    tuple(forms or [translation.text or ""]),
                    message.get("numerus") == "yes",
                    translation.get("type") is None,
                )
            )
    return found


def in_folder(language: str, folder: Path = FOLDER) -> list[Message]:
    return messages(folder / f"photosearch_{language}.ts")
