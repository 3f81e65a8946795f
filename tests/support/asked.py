"""What the tests of the contract ask of an index, whichever way it is asked."""

from __future__ import annotations

from photosearch.interface import PhotoSearch
from photosearch.types import IndexReport, Progress, Query


def indexed(searched: PhotoSearch) -> IndexReport:
    *steps, report = searched.index()
    assert all(isinstance(step, Progress) for step in steps)
    assert isinstance(report, IndexReport)
    return report


def names(searched: PhotoSearch, **parts: object) -> list[str]:
    return [hit.photo.path.name for hit in searched.search(Query(**parts))]  # type: ignore[arg-type]
