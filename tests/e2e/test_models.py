"""From the starter to a model of a hub: downloaded with a cut, switched to while somebody searches.

The hub is on loopback, the model tiny, with random weights in open_clip's real format. What it
finds is compared with what open_clip itself makes of the same weights.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import skimage
from loopback_hub import Fault, LoopbackHub
from PIL import Image
from somebody import Searching
from tiny_clip import make_tiny_clip

from photosearch.client import Client
from photosearch.model.menu import menu
from photosearch.model.torchvision_shim import declare_missing_operators
from photosearch.model_info import ModelInfo
from photosearch.paths import AppPaths, resource_dir
from photosearch.types import Query

WAIT_S = 120.0
NAME = "ViT-B-32/laion2b_s34b_b79k"
"""A name of the menu. What the hub has under it is a tiny model: its configuration decides."""
TEXTS = ("a cat looking at the camera", "a cup of coffee on a table", "a rocket in the sky")
SAMPLES = Path(skimage.__file__).parent / "data"
_CUT_AFTER_BYTES = 40_000


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """Sixty pieces of real photographs, too small for our decoder to shrink them first."""
    folder = tmp_path / "photos"
    folder.mkdir()
    for name in ("chelsea.png", "coffee.png", "rocket.jpg", "astronaut.png"):
        with Image.open(SAMPLES / name) as image:
            for number in range(15):
                left, top = 12 * number, 10 * number
                piece = image.convert("RGB").crop((left, top, left + 125, top + 120))
                piece.save(folder / f"{name.partition('.')[0]} {number}.png")
    return folder


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackHub]:
    repository = next(one.repository for one in menu(resource_dir()) if one.name == NAME)
    assert repository is not None
    make_tiny_clip(tmp_path / "hub" / repository)
    with LoopbackHub(tmp_path / "hub") as hub:
        for name, value in hub.environment(tmp_path / "hf").items():
            monkeypatch.setenv(name, value)
        yield hub


@pytest.fixture
def client(hub: LoopbackHub, paths: AppPaths, library: Path) -> Iterator[Client]:
    """The product's own service, on the starter, with the library in its index."""
    # The prepared starter is the session's; what is made of the tiny model goes there, too.
    with Client(AppPaths(paths.data_dir)) as client:
        client.change_settings({"batch_size": 1, "decode_threads": 1})
        client.add_root(library)
        list(client.index())
        yield client
        client.stop()


def wait_for(condition: Callable[[], object], what: str) -> None:
    until = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < until, f"waited in vain for {what}"
        time.sleep(0.02)


def told(client: Client) -> ModelInfo:
    return next(one for one in client.models() if one.name == NAME)


def kill(client: Client) -> None:
    os.kill(client.about().pid, signal.SIGKILL)


def scores_of(client: Client, text: str) -> dict[str, float]:
    hits = client.search(Query(text=text, limit=100))
    return {hit.photo.path.name: hit.score for hit in hits}


def scores_by_open_clip(folder: Path, library: Path, text: str) -> dict[str, float]:
    declare_missing_operators()
    import open_clip
    import torch

    model, _, preprocess = open_clip.create_model_and_transforms(f"local-dir:{folder}")
    tokenizer = open_clip.get_tokenizer(f"local-dir:{folder}")
    model.eval()
    photos = sorted(library.iterdir())
    with torch.no_grad():
        images = torch.stack([preprocess(Image.open(photo).convert("RGB")) for photo in photos])
        embedded = model.encode_image(images, normalize=True).numpy()
        words = model.encode_text(tokenizer([text]), normalize=True).numpy()[0]
    return dict(zip((photo.name for photo in photos), embedded @ words, strict=True))


def ranked(scores: dict[str, float], gap: float) -> list[tuple[str, str]]:
    """The pairs of photos of which one is better than the other by more than a gap."""
    return [
        (better, worse)
        for better in scores
        for worse in scores
        if scores[better] > scores[worse] + gap
    ]


def test_a_model_is_downloaded_and_switched_to_while_somebody_searches(
    client: Client, hub: LoopbackHub, library: Path, paths: AppPaths
) -> None:
    weights = "*.safetensors"
    hub.faults.append(Fault(weights, cut_after_bytes=_CUT_AFTER_BYTES, times=1))
    hub.faults.append(Fault(weights, bytes_per_s=60_000, times=1))
    before = tuple(scores_of(client, TEXTS[0]))
    assert len(before) == 60
    with (
        Client(AppPaths(paths.data_dir)) as other,
        Searching(lambda: tuple(scores_of(other, TEXTS[0]))) as searching,
    ):
        client.change_settings({"model": NAME})
        wait_for(lambda: len(hub.asked(weights)) == 2, "the download to go on after the cut")
        wait_for(lambda: (one := told(client).download) and one.done_bytes > _CUT_AFTER_BYTES, "it")
        kill(client)
        wait_for(lambda: client.status().switch, "the switch")
        kill(client)
        wait_for(lambda: told(client).is_searching, "the new model to answer")
        kill(client)
        assert told(client).is_searching
        wait_for(lambda: searching.answers[-1] != before, "an answer of the new model")
    assert searching.failures == []
    after = searching.answers[-1]
    assert set(searching.answers) == {before, after}, "one of the two models answered, each time"
    assert searching.answers == sorted(searching.answers, key=[before, after].index)
    # No byte that had come was sent again, but those on their way when the process was killed.
    size = next(hub.folder.rglob(weights)).stat().st_size
    assert hub.sent_bytes(weights) < size + 60_000
    assert hub.asked(weights)[1].first_byte == _CUT_AFTER_BYTES
    folder = next(hub.folder.rglob(weights)).parent
    for text in TEXTS:
        ours, theirs = scores_of(client, text), scores_by_open_clip(folder, library, text)
        assert ours.keys() == theirs.keys()
        assert max(abs(ours[name] - theirs[name]) for name in ours) < 1e-3
        clear = ranked(theirs, gap=2e-3)
        assert len(clear) > 500, "random weights tell photos apart, too"
        assert all(ours[better] > ours[worse] for better, worse in clear)
    assert np.ptp(list(ours.values())) > 0.01
