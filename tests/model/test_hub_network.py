"""Downloads without a network, through a proxy, and with a token."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from loopback_hub import LoopbackHub
from loopback_proxy import LoopbackProxy
from tiny_hub import NAMES, WEIGHTS, publish_bytes

from photosearch.errors import ModelError
from photosearch.jobs import CancelToken
from photosearch.model.folder import InstalledModels, ModelFolder
from photosearch.model.hub import fetch
from photosearch.model.hub_client import HubClient
from photosearch.paths import AppPaths

_SIZE = 400_000


@pytest.fixture(autouse=True)
def online(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The other tests forbid the network; the shared client is made anew for each of these."""
    from huggingface_hub import close_session

    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    close_session()
    yield
    close_session()


@pytest.fixture
def paths(tmp_path: Path) -> AppPaths:
    return AppPaths(tmp_path / "data", tmp_path / "cache")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[LoopbackHub]:
    with LoopbackHub(tmp_path / "hub") as server:
        yield server


@pytest.fixture
def client(server: LoopbackHub, tmp_path: Path) -> HubClient:
    return HubClient(server.endpoint, tmp_path / "hf" / "hub", timeout_s=20)


def _fetch(name: str, paths: AppPaths, client: HubClient) -> ModelFolder | None:
    return fetch(name, paths, CancelToken(), lambda done, total: None, hub=client)


def _refused(name: str, paths: AppPaths, client: HubClient) -> ModelError:
    """Download in vain: nothing is installed."""
    with pytest.raises(ModelError) as caught:
        _fetch(name, paths, client)
    assert InstalledModels(paths.installed_models).find(name) is None
    assert caught.value.hint
    return caught.value


def test_without_a_network_the_manual_way_is_told_at_once(paths: AppPaths, tmp_path: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}"
        error = _refused(NAMES["vit"], paths, HubClient(address, tmp_path / "hf", timeout_s=20))

    assert "cannot be reached" in error.message
    assert f"{address}/laion/CLIP-ViT-B-32-laion2B-s34B-b79K" in error.hint
    assert "photosearch models add" in error.hint


def test_a_name_that_nobody_can_resolve_is_told_as_no_network(
    paths: AppPaths, tmp_path: Path
) -> None:
    nowhere = HubClient("http://hub.invalid", tmp_path / "hf", timeout_s=20)

    assert "hub.invalid cannot be reached" in _refused(NAMES["vit"], paths, nowhere).message


def test_a_network_that_is_forbidden_is_not_used(
    server: LoopbackHub, client: HubClient, paths: AppPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = publish_bytes(server.folder)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)

    error = _refused(name, paths, client)

    assert "HF_HUB_OFFLINE" in error.message
    assert "photosearch models add" in error.hint
    assert not server.requests


def test_what_is_no_hub_says_so(
    server: LoopbackHub, client: HubClient, paths: AppPaths, tmp_path: Path
) -> None:
    with LoopbackProxy(server.endpoint) as stranger:  # answers 404 for what it does not know
        error = _refused(NAMES["vit"], paths, HubClient(f"{stranger.address}/x", tmp_path, 20))

    assert "has no laion/" in error.message
    assert "HF_ENDPOINT" in error.hint


def test_an_http_proxy_is_used(
    server: LoopbackHub, paths: AppPaths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = publish_bytes(server.folder, _SIZE)
    with LoopbackProxy(server.endpoint) as proxy:
        _use_proxy(monkeypatch, proxy)

        model = _fetch(name, paths, HubClient("http://hub.invalid", tmp_path / "hf", 20))

    assert model is not None
    assert model.weights.stat().st_size == _SIZE
    assert "HEAD hub.invalid" in proxy.asked
    assert "GET hub.invalid" in proxy.asked


def test_an_https_proxy_is_used_and_its_refusal_is_told(
    paths: AppPaths, tmp_path: Path, server: LoopbackHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    with LoopbackProxy(server.endpoint) as proxy:
        _use_proxy(monkeypatch, proxy)

        error = _refused(NAMES["vit"], paths, HubClient("https://hub.invalid", tmp_path, 20))

    assert proxy.asked == ["CONNECT hub.invalid:443"]
    assert "proxy" in error.message
    assert "HTTPS_PROXY" in error.hint


def test_a_token_goes_to_the_hub_and_not_to_the_server_that_it_sends_us_on_to(
    server: LoopbackHub, client: HubClient, paths: AppPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    name = publish_bytes(server.folder)

    assert _fetch(name, paths, client) is not None

    heads = server.asked(method="HEAD")
    assert {r.headers.get("authorization") for r in heads} == {"Bearer hf_secret"}
    (sent_on,) = server.asked(method="REDIRECT")
    assert sent_on.headers.get("authorization") == "Bearer hf_secret"
    (weights,) = server.asked(f"*{WEIGHTS}")
    assert "authorization" not in {header.lower() for header in weights.headers}


def _use_proxy(monkeypatch: pytest.MonkeyPatch, proxy: LoopbackProxy) -> None:
    for variable in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(variable, proxy.address)
    for variable in ("NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(variable, raising=False)
