"""Downloads that fail: each says what happened and what to do, and harms nothing."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
import time
from collections import namedtuple
from dataclasses import replace
from pathlib import Path

import pytest
from loopback_hub import Fault, LoopbackHub
from tiny_hub import (
    CONFIG,
    NAMES,
    WEIGHTS,
    fetch_quietly,
    partial_bytes,
    publish_small,
    publish_tiny,
    refused,
    repository_of,
)

from photosearch.errors import ModelError
from photosearch.jobs import CancelToken
from photosearch.model import hub_client
from photosearch.model.folder import InstalledModels
from photosearch.model.hub import discard, fetch
from photosearch.model.hub_client import HubClient
from photosearch.model.torchvision_shim import declare_missing_operators
from photosearch.paths import AppPaths

_SIZE = 450_000


def network(**text: object) -> str:
    """A configuration with something odd in its text tower, or beside it."""
    beside = {key: text.pop(key) for key in ("multimodal_cfg",) if key in text}
    return json.dumps({"model_cfg": {"embed_dim": 4, "vision_cfg": {}, "text_cfg": text, **beside}})


def test_other_bytes_than_the_checksum_says_are_deleted_and_come_right_the_next_time(
    server: LoopbackHub, client: HubClient, paths: AppPaths
) -> None:
    name = publish_small(server.folder, _SIZE)
    server.faults.append(Fault(f"*{WEIGHTS}", is_corrupt=True, times=1))

    error = refused(name, paths, client)

    assert "checksum" in error.message
    assert WEIGHTS in error.message
    assert partial_bytes(name, paths, hub=client) == 0
    assert fetch_quietly(name, paths, client) is not None
    assert server.sent_bytes(f"*{WEIGHTS}") == 2 * _SIZE


def test_other_bytes_before_a_cut_are_noticed_too(
    server: LoopbackHub, client: HubClient, paths: AppPaths
) -> None:
    name = publish_small(server.folder, _SIZE)
    server.faults.append(Fault(f"*{WEIGHTS}", is_corrupt=True, cut_after_bytes=90_000, times=1))

    assert "checksum" in refused(name, paths, client).message


@pytest.mark.parametrize(
    "fault",
    [
        Fault(f"*{WEIGHTS}", status=416, times=1),
        Fault(f"*{WEIGHTS}", sends_other_part=True, times=1),
    ],
    ids=["no such part", "another part"],
)
def test_a_server_that_has_not_the_rest_is_asked_for_all(
    fault: Fault, server: LoopbackHub, client: HubClient, paths: AppPaths
) -> None:
    name = publish_small(server.folder, _SIZE)
    server.faults += [Fault(f"*{WEIGHTS}", cut_after_bytes=90_000, times=1), replace(fault)]

    assert fetch_quietly(name, paths, client) is not None
    assert [request.first_byte for request in server.asked(f"*{WEIGHTS}")] == [0, 90_000, 0]


@pytest.mark.parametrize("etag", ["../../../../evil", "a/b", "..", "x" * 300])
def test_a_checksum_that_is_no_name_of_a_file_is_refused(
    etag: str, server: LoopbackHub, client: HubClient, paths: AppPaths, tmp_path: Path
) -> None:
    name = publish_small(server.folder, _SIZE)
    server.faults.append(Fault(f"*{WEIGHTS}", method="HEAD", etag=etag))

    assert "nothing that can be used" in refused(name, paths, client).message
    assert not list(tmp_path.rglob("*evil*"))


def test_what_is_deleted_while_it_comes_is_fetched_again(
    server: LoopbackHub, client: HubClient, paths: AppPaths
) -> None:
    name = publish_small(server.folder, _SIZE)

    def delete_at_the_end(done: int, total: int) -> None:
        if done == total:
            discard(name, paths, hub=client)

    assert fetch(name, paths, CancelToken(), delete_at_the_end, hub=client) is not None
    assert server.sent_bytes(f"*{WEIGHTS}") == 2 * _SIZE


def test_a_small_file_has_a_checksum_too(
    server: LoopbackHub, client: HubClient, paths: AppPaths
) -> None:
    name = publish_small(server.folder, _SIZE)
    server.faults.append(Fault(f"*{CONFIG}", is_corrupt=True, times=1))

    assert "checksum" in refused(name, paths, client).message


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
    name = publish_small(server.folder, _SIZE)
    file = WEIGHTS if method == "GET" else CONFIG
    server.faults.append(Fault(f"*{file}", method=method, status=status, error_code=code))

    assert said in refused(name, paths, client).message


def test_a_fault_that_passes_is_not_told_of(
    server: LoopbackHub, client: HubClient, paths: AppPaths
) -> None:
    name = publish_small(server.folder, _SIZE)
    server.faults.append(Fault(f"*{WEIGHTS}", status=503, times=1))

    assert fetch_quietly(name, paths, client) is not None


def test_a_repository_without_weights_says_how_to_add_them(
    server: LoopbackHub, client: HubClient, paths: AppPaths
) -> None:
    name = publish_small(server.folder)
    (repository_of(server.folder, name) / WEIGHTS).unlink()

    error = refused(name, paths, client)

    assert "open_clip_pytorch_model.bin" in error.message
    assert "photosearch models add" in error.hint


def test_a_repository_that_is_gone_says_so(
    server: LoopbackHub, client: HubClient, paths: AppPaths
) -> None:
    assert "has no repository" in refused(NAMES["vit"], paths, client).message


def test_a_tokenizer_that_is_missing_is_named(
    server: LoopbackHub, client: HubClient, paths: AppPaths
) -> None:
    name = publish_tiny(server.folder, "siglip")
    (server.folder / "tests/tiny-siglip/tokenizer.json").unlink()

    assert "tests/tiny-siglip has no tokenizer.json" in refused(name, paths, client).message


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ("{", "is not JSON"),
        ("[]", "no JSON object"),
        ("{}", "has no model_cfg"),
        ('{"model_cfg": {"embed_dim": 4}}', "describes no image tower"),
        (network(multimodal_cfg={}), "CoCa"),
        (network(hf_tokenizer_name=["a"]), "no text"),
        (network(hf_tokenizer_name="../../evil"), "Repo id must"),
        (network(tokenizer_kwargs={"trust_remote_code": True}), "trust_remote_code"),
    ],
)
def test_a_configuration_that_describes_no_model_is_refused_before_the_weights_come(
    config: str, said: str, server: LoopbackHub, client: HubClient, paths: AppPaths
) -> None:
    name = publish_small(server.folder)
    (repository_of(server.folder, name) / CONFIG).write_text(config)

    assert said in refused(name, paths, client).message
    assert server.sent_bytes(f"*{WEIGHTS}") == 0


def test_a_hub_that_falls_silent_fails_in_bounded_time_and_the_rest_comes_later(
    server: LoopbackHub, paths: AppPaths, tmp_path: Path
) -> None:
    name = publish_small(server.folder, _SIZE)
    impatient = HubClient(server.endpoint, tmp_path / "hf", timeout_s=0.3)
    server.faults.append(Fault(f"*{WEIGHTS}", stall_after_bytes=100_000, times=1))
    server.faults.append(Fault(f"*{WEIGHTS}", stall_after_bytes=0, times=2))

    error = refused(name, paths, impatient)

    assert "sent nothing" in error.message
    assert "kept" in error.hint
    assert len(server.asked(f"*{WEIGHTS}")) == 3
    assert partial_bytes(name, paths, hub=impatient) == 100_000
    assert fetch_quietly(name, paths, impatient) is not None
    assert server.sent_bytes(f"*{WEIGHTS}") == _SIZE


def test_a_hub_that_never_answers_fails_at_once(
    server: LoopbackHub, paths: AppPaths, tmp_path: Path
) -> None:
    name = publish_small(server.folder)
    server.faults.append(Fault(f"*{CONFIG}", method="HEAD", stall_after_bytes=0))

    error = refused(name, paths, HubClient(server.endpoint, tmp_path / "hf", timeout_s=0.5))

    assert "sent nothing" in error.message
    assert len(server.requests) == 1


def test_a_hub_that_keeps_cutting_the_connection_fails_and_keeps_what_came(
    server: LoopbackHub, client: HubClient, paths: AppPaths
) -> None:
    name = publish_small(server.folder, _SIZE)
    server.faults.append(Fault(f"*{WEIGHTS}", cut_after_bytes=70_000, times=1))
    server.faults.append(Fault(f"*{WEIGHTS}", cut_after_bytes=0))

    assert "broke off" in refused(name, paths, client).message
    assert partial_bytes(name, paths, hub=client) == 70_000


def test_a_disk_that_is_too_small_is_noticed_before_the_download(
    server: LoopbackHub, client: HubClient, paths: AppPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = publish_small(server.folder, _SIZE)
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(1, 1, 2 * _SIZE))

    error = refused(name, paths, client)

    assert "has 1 MB free" in error.message
    assert "HF_HOME" in error.hint
    assert server.sent_bytes(f"*{WEIGHTS}") == 0


def test_a_disk_that_fills_up_meanwhile_is_told_and_what_came_is_kept(
    server: LoopbackHub, paths: AppPaths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = publish_small(server.folder, 3_000_000)
    small = tmp_path / "small"
    small.mkdir()
    if _run("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(small)) != 0:
        pytest.skip("only root may make a small disk")
    try:
        usage = namedtuple("usage", "total used free")
        with monkeypatch.context() as promising:
            promising.setattr(shutil, "disk_usage", lambda path: usage(1, 1, 1 << 40))
            error = refused(name, paths, HubClient(server.endpoint, small / "hf", 20))

        assert "disk is full" in error.message
        assert "HF_HOME" in error.hint
        kept = partial_bytes(name, paths, hub=HubClient(server.endpoint, small / "hf", 20))
        assert 1_000_000 < kept < 2_097_152
    finally:
        _run("umount", str(small))


def test_a_pause_is_noticed_while_a_hub_that_failed_is_waited_for(
    server: LoopbackHub, client: HubClient, paths: AppPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = publish_small(server.folder, _SIZE)
    cancel = CancelToken()
    server.faults.append(Fault(f"*{WEIGHTS}", status=503))
    monkeypatch.setattr(hub_client, "_WAIT_S", 600)

    def pause() -> None:
        while not server.asked(f"*{WEIGHTS}"):
            time.sleep(0.01)
        cancel.cancel()

    person = threading.Thread(target=pause)
    person.start()
    assert fetch(name, paths, cancel, lambda done, total: None, hub=client) is None
    person.join()
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
    error = refused(name, paths, client)

    assert said in str(error)


def test_a_model_that_is_published_at_an_address_alone_is_refused_with_the_manual_way(
    server: LoopbackHub, client: HubClient, paths: AppPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    declare_missing_operators()
    import open_clip

    address = "https://weights.invalid/rn50.pt"
    monkeypatch.setattr(open_clip, "get_pretrained_cfg", lambda *unused: {"url": address})

    error = refused("RN50/openai", paths, client)

    assert address in error.message
    assert "photosearch models add" in error.hint
    assert not server.requests


def test_a_data_folder_that_cannot_be_written_is_told(
    server: LoopbackHub, client: HubClient, paths: AppPaths
) -> None:
    name = publish_small(server.folder)
    note = InstalledModels(paths.installed_models).place(name) / "download.json"
    note.mkdir(parents=True)  # root may write everywhere, but into no folder as if it were a file

    with pytest.raises(ModelError, match="cannot be written"):
        fetch_quietly(name, paths, client)


def test_a_note_that_is_damaged_counts_for_nothing(
    server: LoopbackHub, client: HubClient, paths: AppPaths
) -> None:
    name = publish_small(server.folder, _SIZE)
    folder = InstalledModels(paths.installed_models).place(name)
    folder.mkdir(parents=True)
    (folder / "download.json").write_text(json.dumps({"files": 3}))

    assert partial_bytes(name, paths, hub=client) == 0
    assert fetch_quietly(name, paths, client) is not None


def _run(*command: str) -> int:
    return subprocess.run(command, capture_output=True, check=False).returncode
