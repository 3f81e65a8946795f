"""Downloads that come whole and are no usable model: refused with the reason, not installed."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from carried_models import save_pickle, save_tensors, tensors_of
from loopback_hub import LoopbackHub
from tiny_hub import (
    CONFIG,
    WEIGHTS,
    fetch_quietly,
    publish_small,
    publish_tiny,
    refused,
    repository_of,
)

from photosearch.model.hub_client import HubClient
from photosearch.paths import AppPaths

_SIZE = 450_000
_ODD_CONFIG = json.dumps(
    {
        "model_cfg": {
            "embed_dim": 4,
            "vision_cfg": {},
            "text_cfg": {"hf_tokenizer_name": "../../evil"},
        }
    }
)
_TOO_MANY_WORDS = json.dumps(
    {
        "added_tokens": [],
        "model": {"type": "WordLevel", "vocab": {"a": 0, "?": 60_000}, "unk_token": "?"},
    }
)


def _web_page(weights: Path) -> None:
    weights.write_text("<!doctype html><title>Sign in</title>")


def _one_layer(weights: Path) -> None:
    tensors = tensors_of(weights.parent)
    save_tensors(weights, {n: t for n, t in tensors.items() if "visual.transformer" not in n})


def _not_a_number(weights: Path) -> None:
    tensors = tensors_of(weights.parent)
    save_tensors(weights, {n: t * float("nan") for n, t in tensors.items()})


def _program(weights: Path) -> None:
    save_pickle(weights.with_suffix(".bin"), {"state_dict": argparse.Namespace()})
    weights.with_suffix(".bin").rename(weights.with_name("open_clip_pytorch_model.bin"))
    weights.unlink()


@pytest.mark.parametrize(
    ("breaks", "said"),
    [
        (_web_page, "is a web page"),
        (_one_layer, "lacks visual.transformer.resblocks.0"),
        (_not_a_number, "not finite"),
        (_program, "holds more than tensors (argparse.Namespace)"),
    ],
)
def test_what_came_as_the_hub_has_it_and_is_no_model_is_refused_and_can_be_put_right_there(
    breaks: Callable[[Path], None],
    said: str,
    server: LoopbackHub,
    client: HubClient,
    paths: AppPaths,
) -> None:
    name = publish_small(server.folder, _SIZE)
    breaks(repository_of(server.folder, name) / WEIGHTS)

    assert said in refused(name, paths, client).message
    assert said in refused(name, paths, client).message  # nor does it count the next time
    sent = server.sent_bytes("*open_clip_*model*")

    publish_small(server.folder, _SIZE)
    assert fetch_quietly(name, paths, client) is not None
    assert server.sent_bytes("*open_clip_*model*") == sent + _SIZE


def test_a_tokenizer_of_another_model_is_refused(
    server: LoopbackHub, client: HubClient, paths: AppPaths
) -> None:
    name = publish_tiny(server.folder, "siglip")
    (server.folder / "tests/tiny-siglip/tokenizer.json").write_text(_TOO_MANY_WORDS)

    assert "belongs to another model" in refused(name, paths, client).message


def test_what_another_program_downloaded_and_is_no_model_is_refused(
    server: LoopbackHub, client: HubClient, paths: AppPaths
) -> None:
    from huggingface_hub import hf_hub_download

    name = publish_small(server.folder, _SIZE)
    repository = repository_of(server.folder, name)
    _web_page(repository / WEIGHTS)
    for file in (CONFIG, WEIGHTS):
        owner = repository.relative_to(server.folder).as_posix()
        hf_hub_download(owner, file, endpoint=server.endpoint, cache_dir=client.cache_dir)

    assert "is a web page" in refused(name, paths, client).message
    assert not list(paths.installed_models.iterdir())
    (repository / CONFIG).write_text(_ODD_CONFIG)
    hf_hub_download(owner, CONFIG, endpoint=server.endpoint, cache_dir=client.cache_dir)
    hf_hub_download(owner, WEIGHTS, endpoint=server.endpoint, cache_dir=client.cache_dir)
    assert "Repo id must" in refused(name, paths, client).message


def test_a_service_that_downloads_never_comes_to_have_torch_though_what_came_was_looked_through(
    server: LoopbackHub, paths: AppPaths, tmp_path: Path
) -> None:
    name = publish_small(server.folder, _SIZE)
    _not_a_number(repository_of(server.folder, name) / WEIGHTS)
    script = (
        "import sys; from pathlib import Path\n"
        "from photosearch.errors import ModelError\n"
        "from photosearch.jobs import CancelToken\n"
        "from photosearch.model.hub import fetch\n"
        "from photosearch.paths import AppPaths\n"
        "paths = AppPaths(Path(sys.argv[1]), Path(sys.argv[2]))\n"
        "try: fetch(sys.argv[3], paths, CancelToken(), lambda *_: None)\n"
        "except ModelError as error: print(error)\n"
        "print('torch' in sys.modules)\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", script, str(paths.data_dir), str(paths.cache_dir), name],
        capture_output=True,
        text=True,
        env={**os.environ, **server.environment(tmp_path / "hf")},
        timeout=300,
        check=True,
    ).stdout
    assert "not finite" in answer
    assert answer.split()[-1] == "False"
