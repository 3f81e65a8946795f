"""Which folder to offer to somebody whose library has none yet."""

from __future__ import annotations

from pathlib import Path

from ui.models.question import Question


def folder_to_offer(question: Question, pictures_folder: Path | None) -> Path | None:
    """Where the photo lies that is searched by; the folder for pictures if it is in there.

    Nobody is asked to have all of the home folder looked through.
    """
    asked = next((one.path for one in question.pictures if one.path is not None), None)
    if asked is None or asked.parent in (Path.home(), *Path.home().parents):
        return pictures_folder
    if pictures_folder is not None and asked.is_relative_to(pictures_folder):
        return pictures_folder
    return asked.parent
