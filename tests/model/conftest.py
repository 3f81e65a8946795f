"""What the tests of models share: the starter, opened once, places, and a hub on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from loopback_hub import LoopbackHub

from photosearch.model import hub_client
from photosearch.model.hub_client import HubClient
from photosearch.model.starter import StarterEncoder, load_starter
from photosearch.paths import AppPaths

RESOURCES = Path(__file__).resolve().parents[2] / "resources" / "starter"


@pytest.fixture(scope="session")
def encoder(model_cache: Path) -> StarterEncoder:
    return load_starter(model_cache, RESOURCES, threads=1)


@pytest.fixture
def paths(tmp_path: Path) -> AppPaths:
    return AppPaths(tmp_path / "data", tmp_path / "cache")


@pytest.fixture
def online(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The other tests forbid the network; the shared client is made anew for each of these."""
    from huggingface_hub import close_session

    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    monkeypatch.setattr(hub_client, "_WAIT_S", 0.01)
    close_session()
    yield
    close_session()


@pytest.fixture
def server(tmp_path: Path, online: None) -> Iterator[LoopbackHub]:
    with LoopbackHub(tmp_path / "hub") as server:
        yield server


@pytest.fixture
def client(server: LoopbackHub, tmp_path: Path) -> HubClient:
    return HubClient(server.endpoint, tmp_path / "hf" / "hub", timeout_s=20)
