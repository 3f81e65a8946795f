"""Brings the translation files up to date with the texts in ui/, and compiles them: make texts.

English holds plurals only; every other language holds every text. Fill in what is marked as
unfinished in the .ts file (Qt Linguist edits them), then run this again.
"""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

HERE = Path(__file__).parent
SOURCES = HERE.parent.parent / "ui"
LANGUAGES = ("en", "de")


def tool(name: str) -> str:
    """A program of Qt for Python, where pip put it."""
    return str(Path(sysconfig.get_path("scripts"), name))


def update(folder: Path = HERE) -> None:
    """Take texts that are new into the .ts files of a folder, and drop what is gone."""
    sources = sorted(map(str, SOURCES.rglob("*.py")))
    for language in LANGUAGES:
        flags = ["-no-obsolete", "-locations", "none", "-source-language", "en"]
        flags += ["-tr-function-alias", "tr+=plural"]
        flags += ["-pluralonly"] if language == "en" else []
        target = folder / f"photosearch_{language}.ts"
        command = [tool("pyside6-lupdate"), *flags, "-target-language", language]
        subprocess.run([*command, *sources, "-ts", target], check=True, stdout=sys.stderr)


def compile_all(folder: Path = HERE) -> None:
    """Make the .qm files that the app loads."""
    for language in LANGUAGES:
        source = folder / f"photosearch_{language}.ts"
        command = [tool("pyside6-lrelease"), "-silent", "-nounfinished", source]
        subprocess.run([*command, "-qm", source.with_suffix(".qm")], check=True)


if __name__ == "__main__":
    update()
    compile_all()
