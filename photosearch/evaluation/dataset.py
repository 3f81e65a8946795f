"""Captioned or labelled photos, read from a CSV file beside a folder of images."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from photosearch.errors import DatasetError


@dataclass(frozen=True, slots=True)
class Annotation:
    """A photo, named relative to the folder, and one text about it."""

    image: str
    text: str


def read_annotations(file: Path, column: str) -> list[Annotation]:
    """Read the columns ``image`` and ``column`` of a CSV file with a header.

    Raises:
        DatasetError: the file cannot be read, lacks a column, has an empty cell or no rows.
    """
    try:
        with file.open(newline="", encoding="utf-8-sig") as opened:
            reader = csv.DictReader(opened)
            missing = {"image", column} - set(reader.fieldnames or ())
            if missing:
                raise DatasetError(
                    f"{file} has no column {', '.join(sorted(missing))}.",
                    f"Its first line must name the columns: image,{column}",
                )
            annotations = [_annotation(row, column, file, reader.line_num) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DatasetError(f"{file} cannot be read: {error}.", "Name a CSV file.") from error
    if not annotations:
        raise DatasetError(f"{file} has no rows.", "Name a file with at least one photo.")
    return annotations


def distinct(names: Sequence[str]) -> list[str]:
    """Each name once, in the order of first appearance."""
    return list(dict.fromkeys(names))


def _annotation(row: dict[str, str | None], column: str, file: Path, line: int) -> Annotation:
    image, text = (row["image"] or "").strip(), (row[column] or "").strip()
    if not image or not text:
        raise DatasetError(
            f"{file}, line {line}: the image or the {column} is empty.", "Fill it in, or drop it."
        )
    return Annotation(image, text)
