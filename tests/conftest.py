"""What every test may use: throw-away folders, coloured photos, and an engine on a fake model."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from photosearch.engine import Engine
from photosearch.model.fake import FakeEncoder
from photosearch.paths import AppPaths
from photosearch.settings import Settings
from photosearch.types import IndexReport

MakePhoto = Callable[..., Path]


@pytest.fixture(scope="session", autouse=True)
def model_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where models are made ready, once a session; not where the person who runs it keeps them."""
    with pytest.MonkeyPatch.context() as patch:
        if "PHOTOSEARCH_CACHE_DIR" not in os.environ:
            patch.setenv("PHOTOSEARCH_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        yield AppPaths.choose().models


@pytest.fixture(autouse=True)
def no_user_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test may touch the index of the person who runs it."""
    monkeypatch.setenv("PHOTOSEARCH_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


@pytest.fixture
def library(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    return folder


@pytest.fixture
def make_photo(library: Path) -> MakePhoto:
    """Write a photo of one colour, told apart from others of that colour by one pixel's shade."""
    made = 0

    def make(name: str, colour: str = "red", *, folder: Path | None = None) -> Path:
        nonlocal made
        made += 1
        path = (folder or library) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        image = Image.new("RGB", (32, 24), colour)
        image.putpixel((0, 0), (made % 256, made // 256, 0))
        image.save(path)
        return path

    return make


@pytest.fixture
def encoder() -> FakeEncoder:
    return FakeEncoder()


class OtherEncoder(FakeEncoder):
    """The same colours under another name: a second model beside the first."""

    spec = replace(FakeEncoder.spec, name="other", architecture="other")


@pytest.fixture
def other_encoder() -> FakeEncoder:
    return OtherEncoder()


@pytest.fixture
def paths(tmp_path: Path) -> AppPaths:
    return AppPaths(tmp_path / "data", tmp_path / "cache")


@pytest.fixture
def engine(paths: AppPaths, encoder: FakeEncoder) -> Iterator[Engine]:
    with Engine(paths, Settings(), lambda *_: encoder) as opened:
        yield opened


def index(engine: Engine) -> IndexReport:
    """Run an indexing job to its end."""
    report = list(engine.index())[-1]
    assert isinstance(report, IndexReport)
    return report


@pytest.fixture(name="index")
def index_fixture() -> Callable[[Engine], IndexReport]:
    return index
