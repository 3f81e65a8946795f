"""open_clip behind our port: a tiny model of random weights, from a file and from a hub."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from photosearch.errors import ModelError, QueryError
from photosearch.model.openclip import load_openclip, published_models
from photosearch.model.registry import ModelName, parse_model_name
from photosearch.model.torchvision_shim import declare_missing_operators

declare_missing_operators()

import open_clip  # noqa: E402 # needs the operators
import torch  # noqa: E402
from safetensors.torch import save_file  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")

ARCHITECTURE = "tiny-for-tests"
CONFIG = {
    "embed_dim": 16,
    "vision_cfg": {"image_size": 32, "layers": 1, "width": 32, "patch_size": 16, "head_width": 16},
    "text_cfg": {
        "context_length": 12,
        "vocab_size": 49408,
        "width": 16,
        "heads": 2,
        "layers": 1,
    },
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the tiny model's config and its weights in both formats."""
    folder = tmp_path_factory.mktemp("tiny")
    (folder / f"{ARCHITECTURE}.json").write_text(json.dumps(CONFIG))
    open_clip.add_model_config(folder / f"{ARCHITECTURE}.json")
    torch.manual_seed(0)
    state = open_clip.create_model(ARCHITECTURE).state_dict()
    torch.save(state, folder / "weights.pt")
    save_file(state, folder / "weights.safetensors")
    return folder


def checkpoint(folder: Path, suffix: str = "safetensors") -> ModelName:
    return ModelName(ARCHITECTURE, checkpoint=folder / f"weights.{suffix}")


@pytest.mark.parametrize("suffix", ["pt", "safetensors"])
def test_a_checkpoint_embeds_as_open_clip_itself_does(folder: Path, suffix: str) -> None:
    encoder = load_openclip(checkpoint(folder, suffix), device="cpu")
    image = Image.effect_noise((50, 40), 80).convert("RGB")
    ours = encoder.encode_images([encoder.preprocess(image), encoder.preprocess(image.rotate(90))])
    words = encoder.encode_texts(["a dog", "two cats"])
    model, _, transform = open_clip.create_model_and_transforms(
        ARCHITECTURE, pretrained=str(folder / f"weights.{suffix}")
    )
    with torch.inference_mode():
        theirs = model.eval().encode_image(transform(image)[None], normalize=True).numpy()
        tokens = open_clip.get_tokenizer(ARCHITECTURE)(["a dog"])
        their_words = model.encode_text(tokens, normalize=True).numpy()
    for rows in (ours, words):
        assert rows.shape == (2, 16)
        assert rows.dtype == np.float32
        assert np.linalg.norm(rows, axis=1) == pytest.approx(1.0, abs=1e-5)
    assert ours[0] == pytest.approx(theirs[0], abs=1e-5)
    assert words[0] == pytest.approx(their_words[0], abs=1e-5)


def test_equal_weights_have_one_identity_and_others_another(folder: Path, tmp_path: Path) -> None:
    first = load_openclip(checkpoint(folder), device="cpu").spec
    again = load_openclip(checkpoint(folder), device="cpu").spec
    assert first == again
    assert first.dimension == 16
    torch.manual_seed(1)
    other = open_clip.create_model(ARCHITECTURE).state_dict()
    save_file(other, tmp_path / "weights.safetensors")
    assert load_openclip(checkpoint(tmp_path), device="cpu").spec.key != first.key


def test_a_config_beside_the_checkpoint_decides_on_preprocessing(
    folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "weights.pt").write_bytes((folder / "weights.pt").read_bytes())
    preprocessing = {"mean": [0.5] * 3, "std": [0.5] * 3, "resize_mode": "squash"}
    config = {"model_cfg": CONFIG, "preprocess_cfg": preprocessing}
    (tmp_path / "open_clip_config.json").write_text(json.dumps(config))
    encoder = load_openclip(checkpoint(tmp_path, "pt"), device="cpu")
    white = encoder.preprocess(Image.new("RGB", (64, 32), "white"))
    assert white.shape == (3, 32, 32)
    assert white == pytest.approx(np.ones_like(white))
    plain = load_openclip(checkpoint(folder, "pt"), device="cpu")
    assert encoder.spec.key != plain.spec.key


def test_a_bare_siglip_checkpoint_gets_siglips_preprocessing() -> None:
    from photosearch.model.openclip import _published_preprocessing

    chosen = _published_preprocessing("ViT-B-16-SigLIP")
    assert chosen["mean"] == [0.5, 0.5, 0.5]
    assert chosen["resize_mode"] == "squash"
    assert _published_preprocessing("ViT-B-32")["resize_mode"] == "shortest"


def test_long_texts_are_cut_with_a_warning_and_short_ones_are_not(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    encoder = load_openclip(checkpoint(folder), device="cpu")
    caplog.clear()
    with caplog.at_level(logging.WARNING):
        encoder.encode_texts(["one two three four five six seven eight nine ten"])
    assert caplog.records == []  # ten words and the two marks are the whole context
    with caplog.at_level(logging.WARNING):
        encoder.encode_texts(["short", "one two three four five six seven eight nine ten eleven"])
    [record] = caplog.records
    assert "cut to 12 tokens" in record.getMessage()


@pytest.mark.parametrize("text", ["", " \n"])
def test_empty_texts_are_an_error(folder: Path, text: str) -> None:
    with pytest.raises(QueryError, match="empty"):
        load_openclip(checkpoint(folder), device="cpu").encode_texts(["a dog", text])


def test_half_precision_stays_close_and_comes_out_as_float32(folder: Path) -> None:
    full = load_openclip(checkpoint(folder), device="cpu")
    half = load_openclip(checkpoint(folder), device="cpu", precision="bf16")
    image = Image.effect_noise((50, 40), 80).convert("RGB")
    a = full.encode_images([full.preprocess(image)])[0]
    b = half.encode_images([half.preprocess(image)])[0]
    assert b.dtype == np.float32
    assert float(a @ b) > 0.99
    assert half.spec.key == full.spec.key


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        (ModelName("no-such-architecture", tag="x"), "no architecture"),
        (ModelName("ViT-B-32", tag="no-such-tag"), "no published tag"),
        (ModelName("ViT-B-32", checkpoint=Path("/nowhere.pt")), "There is no file"),
    ],
)
def test_what_does_not_exist_is_refused_in_plain_words(name: ModelName, complaint: str) -> None:
    with pytest.raises(ModelError, match=complaint) as refused:
        load_openclip(name, device="cpu")
    assert refused.value.hint


def test_a_file_that_holds_no_weights_is_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "weights.pt").write_bytes(b"no weights at all")
    with pytest.raises(ModelError, match="do not load"):
        load_openclip(checkpoint(tmp_path, "pt"), device="cpu")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("starter", ModelName("starter")),
        ("ViT-B-32/openai", ModelName("ViT-B-32", tag="openai")),
        ("ViT-B-32@/a/b.pt", ModelName("ViT-B-32", checkpoint=Path("/a/b.pt"))),
    ],
)
def test_names_are_taken_apart(text: str, name: ModelName) -> None:
    assert parse_model_name(text) == name


@pytest.mark.parametrize("text", ["", "ViT-B-32", "/x", "x/", "@x", "x@"])
def test_names_without_a_known_form_are_refused(text: str) -> None:
    with pytest.raises(ModelError, match="There is no model"):
        parse_model_name(text)


def test_every_published_model_can_be_named() -> None:
    published = published_models()
    assert len(published) > 100
    for architecture, tag in published:
        assert parse_model_name(f"{architecture}/{tag}") == ModelName(architecture, tag=tag)


class _Hub(BaseHTTPRequestHandler):
    """As much of a model hub as a download needs."""

    weights = b""

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        if self._answer():
            self.wfile.write(self.weights)

    def _answer(self) -> bool:
        is_there = self.path == "/tests/tiny/resolve/main/open_clip_model.safetensors"
        self.send_response(200 if is_there else 404)
        self.send_header("Content-Length", str(len(self.weights) if is_there else 0))
        self.send_header("ETag", '"0123456789"')
        self.send_header("X-Repo-Commit", "0" * 40)
        self.end_headers()
        return is_there

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 # its name there
        """Say nothing."""


@pytest.fixture
def hub(folder: Path) -> Iterator[str]:
    handler = type("Hub", (_Hub,), {"weights": (folder / "weights.safetensors").read_bytes()})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


DOWNLOAD = """
import sys
from photosearch.errors import ModelError
from photosearch.model.openclip import load_openclip
from photosearch.model.registry import ModelName
from photosearch.model.torchvision_shim import declare_missing_operators
declare_missing_operators()
import open_clip
open_clip.add_model_config(sys.argv[1])
from open_clip import pretrained
pretrained._PRETRAINED["tiny-for-tests"] = dict(there=pretrained._pcfg(hf_hub="tests/tiny/"),
                                                gone=pretrained._pcfg(hf_hub="tests/gone/"))
try:
    print(load_openclip(ModelName("tiny-for-tests", tag=sys.argv[2]), device="cpu").spec.key)
except ModelError as error:
    print("refused:", error)
"""


def test_a_published_tag_is_downloaded_once_and_a_missing_one_says_so(
    folder: Path, hub: str, tmp_path: Path
) -> None:
    def download(tag: str, endpoint: str) -> str:
        environment = {k: v for k, v in os.environ.items() if k != "HF_HUB_OFFLINE"}
        environment |= {"HF_ENDPOINT": endpoint, "HF_HOME": str(tmp_path / "hub")}
        done = subprocess.run(
            [sys.executable, "-c", DOWNLOAD, str(folder / f"{ARCHITECTURE}.json"), tag],
            capture_output=True,
            text=True,
            env=environment,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    fetched = download("there", hub)
    assert (
        fetched.split("-16-")[1][:16]
        == load_openclip(checkpoint(folder), device="cpu").spec.weights_fingerprint[:16]
    )
    assert download("there", hub) == fetched
    assert list((tmp_path / "hub").rglob("open_clip_model.safetensors"))
    assert "cannot be downloaded" in download("gone", hub)
