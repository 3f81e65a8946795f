"""The starter model, opened once for all the tests of models."""

from __future__ import annotations

from pathlib import Path

import pytest

from photosearch.model.starter import StarterEncoder, load_starter

RESOURCES = Path(__file__).resolve().parents[2] / "resources" / "starter"


@pytest.fixture(scope="session")
def encoder(model_cache: Path) -> StarterEncoder:
    return load_starter(model_cache, RESOURCES, threads=1)
