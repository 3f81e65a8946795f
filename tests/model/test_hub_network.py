"""Downloads without a network, through a proxy, and with a token."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from loopback_hub import LoopbackHub
from loopback_proxy import LoopbackProxy
from tiny_hub import NAMES, WEIGHTS, fetch_quietly, publish_small, refused

from photosearch.model.hub_client import HubClient
from photosearch.paths import AppPaths

_SIZE = 450_000

pytestmark = pytest.mark.usefixtures("online")


def test_without_a_network_the_manual_way_is_told_at_once(paths: AppPaths, tmp_path: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}"
        error = refused(NAMES["vit"], paths, HubClient(address, tmp_path / "hf", timeout_s=20))

    assert "cannot be reached" in error.message
    assert f"{address}/laion/CLIP-ViT-B-32-laion2B-s34B-b79K" in error.hint
    assert "photosearch models add" in error.hint


def test_a_name_that_nobody_can_resolve_is_told_as_no_network(
    paths: AppPaths, tmp_path: Path
) -> None:
    nowhere = HubClient("http://hub.invalid", tmp_path / "hf", timeout_s=20)

    assert "hub.invalid cannot be reached" in refused(NAMES["vit"], paths, nowhere).message


def test_a_network_that_is_forbidden_is_not_used(
    server: LoopbackHub, client: HubClient, paths: AppPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = publish_small(server.folder)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)

    error = refused(name, paths, client)

    assert "HF_HUB_OFFLINE" in error.message
    assert "photosearch models add" in error.hint
    assert not server.requests


def test_what_is_no_hub_says_so(
    server: LoopbackHub, client: HubClient, paths: AppPaths, tmp_path: Path
) -> None:
    with LoopbackProxy(server.endpoint) as stranger:  # answers 404 for what it does not know
        error = refused(NAMES["vit"], paths, HubClient(f"{stranger.address}/x", tmp_path, 20))

    assert "has no laion/" in error.message
    assert "HF_ENDPOINT" in error.hint


def test_an_http_proxy_is_used(
    server: LoopbackHub, paths: AppPaths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = publish_small(server.folder, _SIZE)
    with LoopbackProxy(server.endpoint) as proxy:
        _use_proxy(monkeypatch, proxy)

        model = fetch_quietly(name, paths, HubClient("http://hub.invalid", tmp_path / "hf", 20))

    assert model is not None
    assert model.weights.stat().st_size == _SIZE
    assert "HEAD hub.invalid" in proxy.asked
    assert "GET hub.invalid" in proxy.asked


def test_an_https_proxy_is_used_and_its_refusal_is_told(
    paths: AppPaths, tmp_path: Path, server: LoopbackHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    with LoopbackProxy(server.endpoint) as proxy:
        _use_proxy(monkeypatch, proxy)

        error = refused(NAMES["vit"], paths, HubClient("https://hub.invalid", tmp_path, 20))

    assert "CONNECT hub.invalid:443" in proxy.asked
    assert "proxy" in error.message
    assert "HTTPS_PROXY" in error.hint


def test_a_token_goes_to_the_hub_and_not_to_the_server_that_it_sends_us_on_to(
    server: LoopbackHub, client: HubClient, paths: AppPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    name = publish_small(server.folder)

    assert fetch_quietly(name, paths, client) is not None

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
