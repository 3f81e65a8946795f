"""A prepared open_clip model behind the port: two towers, each loaded when it is first needed."""

from __future__ import annotations

import json
import logging
import math
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

import numpy as np
import xxhash

from photosearch.atomic import write_atomically
from photosearch.errors import QueryError
from photosearch.model.device import choose_precision, may_have_gpu
from photosearch.model.folder import CONFIG, ModelFolder
from photosearch.model.onnx_towers import OnnxImageTower, OnnxTextTower
from photosearch.model.preparing import prepare_tower
from photosearch.model.preprocessing import Preprocessing
from photosearch.model.tokenizing import TextTokenizer, TokenizerFacts, open_tokenizer
from photosearch.types import ModelSpec

if TYPE_CHECKING:
    from PIL.Image import Image

    from photosearch.model.prepared import Prepared
    from photosearch.model.registry import ModelName
    from photosearch.paths import AppPaths
    from photosearch.settings import Settings
    from photosearch.types import Embeddings, Pixels

_log = logging.getLogger(__name__)

T = TypeVar("T")


class TextTower(Protocol):
    """Token ids in, unit vectors out."""

    def encode(self, rows: list[list[int]]) -> Embeddings:
        """Embed token ids without padding: L2-normalised float32 ``(n, d)``."""
        ...


class ImageTower(Protocol):
    """Pixels in, unit vectors out."""

    def encode(self, pixels: Any) -> Embeddings:
        """Embed ``(n, 3, h, w)``: L2-normalised float32 ``(n, d)``."""
        ...

    def rest(self) -> None:
        """Give back the memory that batches took."""
        ...


class ClipEncoder:
    """An open_clip model (Ilharco et al. 2021) behind the ``ImageTextEncoder`` port."""

    def __init__(
        self,
        spec: ModelSpec,
        preprocessing: Preprocessing,
        tokenizer: TextTokenizer,
        load_text: Callable[[], TextTower],
        load_images: Callable[[], ImageTower],
        idle_s: float = math.inf,
    ) -> None:
        """A tower that was not needed for ``idle_s`` goes while the other one is used."""
        self._spec = spec
        self._preprocessing = preprocessing
        self._tokenizer = tokenizer
        self._text = _Loaded(load_text, idle_s)
        self._images = _Loaded(load_images, idle_s)

    @property
    def spec(self) -> ModelSpec:
        """The identity of the embeddings."""
        return self._spec

    @property
    def decode_side_px(self) -> int:
        """The longer side of what the image tower reads."""
        return max(self._preprocessing.height_px, self._preprocessing.width_px)

    def preprocess(self, image: Image) -> Pixels:
        """The checkpoint's own transform: float32 ``(3, h, w)``."""
        return self._preprocessing.pixels_of(image)

    def encode_images(self, pixels: Sequence[Pixels]) -> Embeddings:
        """Embed preprocessed images: L2-normalised float32 ``(n, d)``.

        Raises:
            ModelError: the image tower, needed for the first time, cannot be loaded.
        """
        if not pixels:
            return np.empty((0, self._spec.dimension), dtype=np.float32)
        self._text.let_go_if_idle()
        return self._images.get().encode(np.stack(pixels))

    def encode_texts(self, texts: Sequence[str]) -> Embeddings:
        """Embed texts: L2-normalised float32 ``(n, d)``; long ones are cut with a warning.

        Raises:
            QueryError: a text is empty.
            ModelError: the text tower, needed for the first time, cannot be loaded.
        """
        if not all(text.strip() for text in texts):
            raise QueryError("The search text is empty.", "Type some words.")
        if not texts:
            return np.empty((0, self._spec.dimension), dtype=np.float32)
        self._images.let_go_if_idle()
        return self._text.get().encode([self._tokens(text) for text in texts])

    def rest(self) -> None:
        """Give back the memory that batches of photos took."""
        images = self._images.peek()
        if images is not None:
            images.rest()

    def _tokens(self, text: str) -> list[int]:
        ids, is_cut = self._tokenizer.encode(text)
        if is_cut:
            limit = self._tokenizer.facts.context_length
            _log.warning("The text is cut to %d tokens: %.60s…", limit, text)
        return ids


class _Loaded(Generic[T]):
    """Something that is loaded at the first need, once; any thread."""

    def __init__(self, load: Callable[[], T], idle_s: float) -> None:
        self._load = load
        self._idle_s = idle_s
        self._lock = threading.Lock()
        self._value: T | None = None
        self._used_at = time.monotonic()

    def get(self) -> T:
        """The thing itself; whoever has it keeps it while it works."""
        with self._lock:
            if self._value is None:
                self._value = self._load()
            self._used_at = time.monotonic()
            return self._value

    def peek(self) -> T | None:
        """The thing itself if it is loaded."""
        return self._value

    def let_go_if_idle(self) -> None:
        """Free its memory if nobody has asked for it for long."""
        if self._value is not None and time.monotonic() - self._used_at > self._idle_s:
            with self._lock:
                self._value = None


def load_clip(model: ModelFolder, paths: AppPaths, settings: Settings) -> ClipEncoder:
    """Open a model that is on this disk, prepared now if it was not before; no tower is loaded yet.

    Raises:
        ModelError: its weights cannot be loaded, or the device is not there.
    """
    if settings.device not in ("auto", "cpu"):
        _refuse_missing_device(settings.device)
    cache = paths.models
    text = prepare_tower(model, cache, "text")
    network = model.config["model_cfg"]
    height, width = text.note["size_px"]
    preprocessing = Preprocessing.of(model.config.get("preprocess_cfg") or {}, (height, width))
    spec = ModelSpec(
        name=model.name,
        architecture=model.architecture,
        weights_fingerprint=model.fingerprint,
        dimension=text.note["dimension"],
        preprocessing_fingerprint=preprocessing.fingerprint(
            has_quick_gelu=bool(network.get("quick_gelu"))
        ),
    )
    tokenizer = open_tokenizer(text.folder, TokenizerFacts.from_json(text.note["tokenizer"]))
    return ClipEncoder(
        spec,
        preprocessing,
        tokenizer,
        lambda: _open_text(model, cache, settings, text, tokenizer),
        lambda: _open_images(model, cache, settings),
        idle_s=60.0 * settings.model_idle_minutes or math.inf,
    )


def load_checkpoint(name: ModelName, paths: AppPaths, settings: Settings) -> ClipEncoder:
    """Open a bare checkpoint, used where it lies; see `openclip.find_checkpoint`.

    What is known of the file is noted: reading it through takes seconds, importing open_clip too.

    Raises:
        ModelError: there is no such file or architecture, or it cannot be loaded.
    """
    assert name.checkpoint is not None
    about = f"{name.architecture}@{name.checkpoint}"
    note = paths.models / f"checkpoint-{xxhash.xxh3_64_hexdigest(about.encode())}.json"
    stamps = [_stamp(name.checkpoint), _stamp(name.checkpoint.parent / CONFIG)]
    model = _noted(note, about, name.checkpoint, stamps)
    if model is None:
        from photosearch.model.openclip import find_checkpoint

        model = find_checkpoint(name)
        known = {
            "stamps": stamps,
            "config": dict(model.config),
            "fingerprint": model.fingerprint,
            "tokenizer": model.tokenizer and str(model.tokenizer),
        }
        encoder = load_clip(model, paths, settings)
        write_atomically(note, json.dumps(known).encode("utf-8"), is_durable=False)
        return encoder
    return load_clip(model, paths, settings)


def _stamp(file: Path) -> list[int]:
    try:
        status = file.stat()
    except OSError:
        return []
    return [status.st_size, status.st_mtime_ns]


def _noted(note: Path, about: str, file: Path, stamps: list[list[int]]) -> ModelFolder | None:
    try:
        known = json.loads(note.read_text(encoding="utf-8"))
        if known["stamps"] != stamps or not stamps[0]:
            return None
        return ModelFolder(
            name=about,
            folder=file.parent,
            config=known["config"],
            weights=file,
            tokenizer=known["tokenizer"] and Path(known["tokenizer"]),
            fingerprint=known["fingerprint"],
            is_ours=False,
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _refuse_missing_device(device: str) -> None:
    from photosearch.model.openclip import choose_torch_device

    choose_torch_device(device)


def _open_text(
    model: ModelFolder, cache: Path, settings: Settings, text: Prepared, tokenizer: TextTokenizer
) -> TextTower:
    if text.note["kind"] == "torch":
        from photosearch.model.openclip import TorchTextTower

        return TorchTextTower(model, tokenizer.padded)
    coarse = _int8(model, cache, "text") if settings.precision == "int8" else None
    graph = None if coarse is None else coarse.folder / "text.onnx"
    return OnnxTextTower(text, tokenizer, graph)


def _open_images(model: ModelFolder, cache: Path, settings: Settings) -> ImageTower:
    device = "cpu"
    if settings.device != "cpu" and (settings.device != "auto" or may_have_gpu()):
        from photosearch.model.openclip import choose_torch_device

        device = choose_torch_device(settings.device)
    precision = choose_precision(settings.precision, device)
    if device != "cpu" or precision in ("fp16", "bf16"):
        return _open_torch(model, device, precision)
    prepared = prepare_tower(model, cache, "image")
    height, width = prepared.note["size_px"]
    if precision == "int8":
        coarse = _int8(model, cache, "image")
        if coarse is not None:
            return OnnxImageTower(coarse.folder / "image.onnx", (height, width))
    is_free = settings.precision == "auto"
    engine = prepared.note["engine" if is_free else "fp32_engine"]
    if engine == "onnx":
        return OnnxImageTower(prepared.folder / "image.onnx", (height, width))
    return _open_torch(model, device, "bf16" if engine == "torch-bf16" else "fp32")


def _open_torch(model: ModelFolder, device: str, precision: str) -> ImageTower:
    from photosearch.model.openclip import open_image_tower

    return open_image_tower(model, device, precision)


def _int8(model: ModelFolder, cache: Path, tower: str) -> Prepared | None:
    """A tower in 8-bit numbers, unless that is not worth it here, which is logged."""
    prepared = prepare_tower(model, cache, f"{tower}-int8")
    if prepared.note["is_used"]:
        return prepared
    _log.warning(
        "int8 is not used for the %s tower of %s: it is %.2f times as fast, with a cosine of %.4f.",
        tower,
        model.name,
        prepared.note["gain"],
        prepared.note["cosine"],
    )
    return None
