"""Tiny models of every family, made ready once a module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from clip_inputs import CPU, model_of
from tiny_clip import FAMILIES

from photosearch.model import preparing
from photosearch.model.clip import ClipEncoder, load_clip
from photosearch.model.folder import ModelFolder
from photosearch.paths import AppPaths


@pytest.fixture(scope="module", autouse=True)
def short_trials() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(preparing, "_TRIAL_S", 0.0)
        yield


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> AppPaths:
    folder = tmp_path_factory.mktemp("tiny")
    return AppPaths(folder / "data", folder / "cache")


@pytest.fixture(scope="module", params=FAMILIES)
def family(request: pytest.FixtureRequest, places: AppPaths) -> ModelFolder:
    return model_of(places, request.param)


@pytest.fixture(scope="module")
def model(places: AppPaths) -> ModelFolder:
    return model_of(places, "vit")


@pytest.fixture(scope="module")
def encoder(model: ModelFolder, places: AppPaths) -> ClipEncoder:
    return load_clip(model, places, CPU)
