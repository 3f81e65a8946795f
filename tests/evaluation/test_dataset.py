"""CSV files of captions and labels, as they come."""

from __future__ import annotations

from pathlib import Path

import pytest

from photosearch.errors import DatasetError
from photosearch.evaluation.dataset import Annotation, read_annotations


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("image,label\na.png,red\n", "no column caption"),
        ("image,caption\n", "no rows"),
        ("image,caption\na.png,\n", "line 2"),
        ("image,caption\na.png\n", "line 2"),
        ("", "no column"),
    ],
)
def test_a_file_that_is_not_as_it_should_be_is_refused(
    tmp_path: Path, text: str, complaint: str
) -> None:
    file = tmp_path / "captions.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DatasetError, match=complaint):
        read_annotations(file, "caption")


def test_captions_with_commas_quotes_and_accents_are_read_whole(tmp_path: Path) -> None:
    file = tmp_path / "captions.csv"
    file.write_text('\ufeffimage,caption\na.png,"one, ""two"", été"\n', encoding="utf-8")
    assert read_annotations(file, "caption") == [Annotation("a.png", 'one, "two", été')]
