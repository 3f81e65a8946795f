"""What holds for jobs, whether the engine is in this process or asked over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from asked import indexed, names

from photosearch.interface import PhotoSearch
from photosearch.jobs import CancelToken
from photosearch.types import IndexReport, Phase, Progress, SkipKind

MakePhoto = Callable[..., Path]


def test_a_job_says_what_it_did(
    searched: PhotoSearch, library: Path, make_photo: MakePhoto
) -> None:
    for number in range(3):
        make_photo(f"{number}.png")
    (library / "empty.jpg").touch()
    searched.add_root(library, ["*.tif"])
    steps = list(searched.index())
    report = steps[-1]
    assert isinstance(report, IndexReport)
    # Where there is a service, it may have looked at the new folder before it was asked to.
    assert report.embedded + report.unchanged == 3
    assert (report.skipped, report.is_cancelled) == (1, False)
    last = [step for step in steps if isinstance(step, Progress)][-1]
    assert last.phase is Phase.EMBEDDING
    assert last.done == last.total
    [skipped] = searched.skipped()
    assert (skipped.path, skipped.kind) == (library / "empty.jpg", SkipKind.EMPTY)
    status = searched.status()
    assert [(one.root.path, one.photos) for one in status.roots] == [(library, 3)]
    assert status.roots[0].root.exclude == ("*.tif",)
    assert [(model.spec.name, model.embedded) for model in status.models] == [("fake", 3)]
    assert status.skipped == 1


def test_a_job_that_is_stopped_says_so(
    searched: PhotoSearch, library: Path, make_photo: MakePhoto
) -> None:
    make_photo("a.png")
    searched.add_root(library)
    cancel = CancelToken()
    cancel.cancel()
    *_, report = searched.index(cancel)
    assert isinstance(report, IndexReport)
    assert report.is_cancelled


def test_the_vectors_can_be_made_anew(
    searched: PhotoSearch, library: Path, make_photo: MakePhoto
) -> None:
    make_photo("a.png")
    searched.add_root(library)
    indexed(searched)
    steps = list(searched.rebuild())
    assert {step.phase for step in steps} == {Phase.REBUILDING}
    assert names(searched, text="red") == ["a.png"]
    assert indexed(searched).unchanged == 1
