"""Downloads that fail: each says what happened and what to do, and harms nothing."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path

import pytest
from loopback_hub import Fault, LoopbackHub
from tiny_hub import CONFIG, NAMES, WEIGHTS, publish_bytes, publish_tiny, repository_of

from photosearch.errors import ModelError
from photosearch.jobs import CancelToken
from photosearch.model.folder import InstalledModels, ModelFolder
from photosearch.model.hub import fetch, partial_bytes
from photosearch.model.hub_client import HubClient
from photosearch.model.torchvision_shim import declare_missing_operators
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


def test_other_bytes_than_the_checksum_says_are_deleted_and_come_right_the_next_time(
    server: LoopbackHub, client: HubClient, paths: AppPaths
) -> None:
    name = publish_bytes(server.folder, _SIZE)
    server.faults.append(Fault(f"*{WEIGHTS}", is_corrupt=True, times=1))

    error = _refused(name, paths, client)

    assert "checksum" in error.message
    assert WEIGHTS in error.message
    assert partial_bytes(name, paths, hub=client) == 0
    assert _fetch(name, paths, client) is not None
    assert server.sent_bytes(f"*{WEIGHTS}") == 2 * _SIZE


def test_other_bytes_before_a_cut_are_noticed_too(
    server: LoopbackHub, client: HubClient, paths: AppPaths
) -> None:
    name = publish_bytes(server.folder, _SIZE)
    server.faults.append(Fault(f"*{WEIGHTS}", is_corrupt=True, cut_after_bytes=90_000, times=1))

    assert "checksum" in _refused(name, paths, client).message


def test_a_small_file_has_a_checksum_too(
    server: LoopbackHub, client: HubClient, paths: AppPaths
) -> None:
    name = publish_bytes(server.folder, _SIZE)
    server.faults.append(Fault(f"*{CONFIG}", is_corrupt=True, times=1))

    assert "checksum" in _refused(name, paths, client).message


@pytest.mark.parametrize(
    ("status", "code", "said"),
    [
        (401, "GatedRepo", "accepted its terms"),
        (403, "GatedRepo", "accepted its terms"),
        (403, None, "accepted its terms"),
        (401, "RepoNotFound", "has no repository"),
        (401, None, "token"),
        (404, None, "has no laion/"),
        (404, "RevisionNotFound", "has no laion/"),
        (429, None, "too often"),
        (500, None, "has a fault (status 500)"),
        (503, None, "has a fault (status 503)"),
        (418, None, "refuses"),
    ],
)
@pytest.mark.parametrize("method", ["HEAD", "GET"])
def test_every_refusal_of_the_hub_has_its_own_sentence(
    method: str,
    status: int,
    code: str | None,
    said: str,
    server: LoopbackHub,
    client: HubClient,
    paths: AppPaths,
) -> None:
    name = publish_bytes(server.folder, _SIZE)
    file = WEIGHTS if method == "GET" else CONFIG
    server.faults.append(Fault(f"*{file}", method=method, status=status, error_code=code))

    assert said in _refused(name, paths, client).message


def test_a_fault_that_passes_is_not_told_of(
    server: LoopbackHub, client: HubClient, paths: AppPaths
) -> None:
    name = publish_bytes(server.folder, _SIZE)
    server.faults.append(Fault(f"*{WEIGHTS}", status=503, times=1))

    assert _fetch(name, paths, client) is not None


def test_a_repository_without_weights_says_how_to_add_them(
    server: LoopbackHub, client: HubClient, paths: AppPaths
) -> None:
    name = publish_bytes(server.folder)
    (repository_of(server.folder, name) / WEIGHTS).unlink()

    error = _refused(name, paths, client)

    assert "open_clip_pytorch_model.bin" in error.message
    assert "photosearch models add" in error.hint


def test_a_repository_that_is_gone_says_so(
    server: LoopbackHub, client: HubClient, paths: AppPaths
) -> None:
    assert "has no repository" in _refused(NAMES["vit"], paths, client).message


def test_a_tokenizer_that_is_missing_is_named(
    server: LoopbackHub, client: HubClient, paths: AppPaths
) -> None:
    name = publish_tiny(server.folder, "siglip")
    (server.folder / "tests/tiny-siglip/tokenizer.json").unlink()

    assert "tests/tiny-siglip has no tokenizer.json" in _refused(name, paths, client).message


@pytest.mark.parametrize(
    "config", ["{", "[]", "{}", '{"model_cfg": {"embed_dim": 4}}', '{"model_cfg": 3}'], ids=repr
)
def test_a_configuration_that_describes_no_model_is_refused_before_the_weights_come(
    config: str, server: LoopbackHub, client: HubClient, paths: AppPaths
) -> None:
    name = publish_bytes(server.folder)
    (repository_of(server.folder, name) / CONFIG).write_text(config)

    assert "describes no model" in _refused(name, paths, client).message
    assert server.sent_bytes(f"*{WEIGHTS}") == 0


def test_a_hub_that_falls_silent_fails_in_bounded_time_and_the_rest_comes_later(
    server: LoopbackHub, paths: AppPaths, tmp_path: Path
) -> None:
    name = publish_bytes(server.folder, _SIZE)
    impatient = HubClient(server.endpoint, tmp_path / "hf", timeout_s=0.5)
    server.faults.append(Fault(f"*{WEIGHTS}", stall_after_bytes=100_000, times=1))
    server.faults.append(Fault(f"*{WEIGHTS}", stall_after_bytes=0, times=2))

    error = _refused(name, paths, impatient)

    assert "sent nothing" in error.message
    assert "kept" in error.hint
    assert len(server.asked(f"*{WEIGHTS}")) == 3
    assert partial_bytes(name, paths, hub=impatient) == 100_000
    assert _fetch(name, paths, impatient) is not None
    assert server.sent_bytes(f"*{WEIGHTS}") == _SIZE


def test_a_hub_that_never_answers_fails_at_once(
    server: LoopbackHub, paths: AppPaths, tmp_path: Path
) -> None:
    name = publish_bytes(server.folder)
    server.faults.append(Fault(f"*{CONFIG}", method="HEAD", stall_after_bytes=0))

    error = _refused(name, paths, HubClient(server.endpoint, tmp_path / "hf", timeout_s=0.5))

    assert "sent nothing" in error.message
    assert len(server.requests) == 1


def test_a_hub_that_keeps_cutting_the_connection_fails_and_keeps_what_came(
    server: LoopbackHub, client: HubClient, paths: AppPaths
) -> None:
    name = publish_bytes(server.folder, _SIZE)
    server.faults.append(Fault(f"*{WEIGHTS}", cut_after_bytes=70_000, times=1))
    server.faults.append(Fault(f"*{WEIGHTS}", cut_after_bytes=0))

    assert "broke off" in _refused(name, paths, client).message
    assert partial_bytes(name, paths, hub=client) == 70_000


def test_a_disk_that_is_too_small_is_noticed_before_the_download(
    server: LoopbackHub, client: HubClient, paths: AppPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = publish_bytes(server.folder, _SIZE)
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(1, 1, 2 * _SIZE))

    error = _refused(name, paths, client)

    assert "has 1 MB free" in error.message
    assert "HF_HOME" in error.hint
    assert server.sent_bytes(f"*{WEIGHTS}") == 0


def test_a_disk_that_fills_up_meanwhile_is_told_and_what_came_is_kept(
    server: LoopbackHub, paths: AppPaths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = publish_bytes(server.folder, 3_000_000)
    small = tmp_path / "small"
    small.mkdir()
    if _run("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(small)) != 0:
        pytest.skip("only root may make a small disk")
    try:
        usage = namedtuple("usage", "total used free")
        with monkeypatch.context() as promising:
            promising.setattr(shutil, "disk_usage", lambda path: usage(1, 1, 1 << 40))
            error = _refused(name, paths, HubClient(server.endpoint, small / "hf", 20))

        assert "disk is full" in error.message
        assert "HF_HOME" in error.hint
        kept = partial_bytes(name, paths, hub=HubClient(server.endpoint, small / "hf", 20))
        assert 1_000_000 < kept < 2_097_152
    finally:
        _run("umount", str(small))


def test_a_pause_is_noticed_while_a_hub_that_failed_is_waited_for(
    server: LoopbackHub, client: HubClient, paths: AppPaths
) -> None:
    name = publish_bytes(server.folder, _SIZE)
    cancel = CancelToken()
    server.faults.append(Fault(f"*{WEIGHTS}", cut_after_bytes=50_000))

    def pause(done: int, total: int) -> None:
        if done >= 50_000:
            cancel.cancel()

    assert fetch(name, paths, cancel, pause, hub=client) is None
    assert len(server.asked(f"*{WEIGHTS}")) == 1


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("ViT-B-32/nothing", "no published tag 'nothing'"),
        ("ViT-Z-99/webli", "no architecture 'ViT-Z-99'"),
        ("starter", "without a hub"),
        ("nonsense", "no model 'nonsense'"),
    ],
)
def test_a_name_that_no_hub_has_says_what_there_is(
    name: str, said: str, client: HubClient, paths: AppPaths
) -> None:
    error = _refused(name, paths, client)

    assert said in str(error)


def test_a_model_that_is_published_at_an_address_alone_is_refused_with_the_manual_way(
    server: LoopbackHub, client: HubClient, paths: AppPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    declare_missing_operators()
    import open_clip

    address = "https://weights.invalid/rn50.pt"
    monkeypatch.setattr(open_clip, "get_pretrained_cfg", lambda *unused: {"url": address})

    error = _refused("RN50/openai", paths, client)

    assert address in error.message
    assert "photosearch models add" in error.hint
    assert not server.requests


def test_a_data_folder_that_cannot_be_written_is_told(
    server: LoopbackHub, client: HubClient, paths: AppPaths
) -> None:
    name = publish_bytes(server.folder)
    note = InstalledModels(paths.installed_models).place(name) / "download.json"
    note.mkdir(parents=True)  # root may write everywhere, but into no folder as if it were a file

    with pytest.raises(ModelError, match="cannot be written"):
        _fetch(name, paths, client)


def test_a_note_that_is_damaged_counts_for_nothing(
    server: LoopbackHub, client: HubClient, paths: AppPaths
) -> None:
    name = publish_bytes(server.folder, _SIZE)
    folder = InstalledModels(paths.installed_models).place(name)
    folder.mkdir(parents=True)
    (folder / "download.json").write_text(json.dumps({"files": 3}))

    assert partial_bytes(name, paths, hub=client) == 0
    assert _fetch(name, paths, client) is not None


def _run(*command: str) -> int:
    return subprocess.run(command, capture_output=True, check=False).returncode
