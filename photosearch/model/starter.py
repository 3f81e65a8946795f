"""The built-in starter model: finds photos by words in the first minute, with no download."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from photosearch.errors import ModelError, QueryError
from photosearch.model import onnx_runtime
from photosearch.model.starter_cache import package_file, tower_files
from photosearch.types import ModelSpec

if TYPE_CHECKING:
    from PIL.Image import Image

    from photosearch.types import Embeddings, Pixels

_log = logging.getLogger(__name__)

_IMAGES_PER_RUN = 32
_TEXTS_PER_RUN = 64


class StarterEncoder:
    """EfficientNet-Lite2 and MiniLM behind small trained heads, run by ONNX Runtime.

    The embedding is two blocks side by side: one learned contrastively (Radford et al. 2021,
    with frozen towers as in Zhai et al. 2022), one that compares class names (ConSE, Norouzi et
    al. 2013). Make one with :func:`load_starter`.
    """

    def __init__(
        self, config: Mapping[str, Any], spec: ModelSpec, tokenizer: Any, towers: tuple[Any, Any]
    ) -> None:
        self._spec = spec
        self._tokenizer = tokenizer
        self._image_tower, self._text_tower = towers
        self._context_length: int = config["text"]["context_length"]
        image = config["image"]
        self._side_px: int = image["side_px"]
        self._mean = np.array(image["mean"], dtype=np.float32)
        self._deviation = np.array(image["deviation"], dtype=np.float32)

    @property
    def spec(self) -> ModelSpec:
        """The identity of the embeddings this encoder makes."""
        return self._spec

    @property
    def decode_side_px(self) -> int:
        """The side of the square that the tower reads."""
        return self._side_px

    def preprocess(self, image: Image) -> Pixels:
        """Squash a whole upright image to a square: float32 ``(3, side, side)``, normalised.

        A photo is squashed and not cropped, so that what stands at its edges can be found.
        """
        return pixels_of(image, self._side_px, self._mean, self._deviation)

    def encode_images(self, pixels: Sequence[Pixels]) -> Embeddings:
        """Embed preprocessed images: L2-normalised float32 ``(n, d)``."""
        parts = [
            self._image_tower.run(
                None, {"input": np.stack(pixels[start : start + _IMAGES_PER_RUN])}
            )[0]
            for start in range(0, len(pixels), _IMAGES_PER_RUN)
        ]
        return self._joined(parts)

    def encode_texts(self, texts: Sequence[str]) -> Embeddings:
        """Embed texts: L2-normalised float32 ``(n, d)``.

        A text longer than the context is cut with a logged warning.

        Raises:
            QueryError: a text is empty or only white space.
        """
        rows = [self._token_ids(text) for text in texts]
        # Texts of like length share a run, so that little of it is spent on padding.
        order = sorted(range(len(rows)), key=lambda position: len(rows[position]))
        embeddings = np.empty((len(rows), self._spec.dimension), dtype=np.float32)
        for start in range(0, len(order), _TEXTS_PER_RUN):
            positions = order[start : start + _TEXTS_PER_RUN]
            ids = np.zeros((len(positions), len(rows[positions[-1]])), dtype=np.int64)
            for row, position in zip(ids, positions, strict=True):
                row[: len(rows[position])] = rows[position]
            embeddings[positions] = self._text_tower.run(None, {"input": ids})[0]
        return embeddings

    def rest(self) -> None:
        """Give back 360 MB that the runtime keeps for the next batch of photos.

        It does so at the end of a run that asks for it. To ask each time would cost a quarter of
        the speed.
        """
        blank = np.zeros((1, 3, self._side_px, self._side_px), dtype=np.float32)
        onnx_runtime.shrink(self._image_tower, {"input": blank})

    def _joined(self, parts: list[Embeddings]) -> Embeddings:
        if not parts:
            return np.empty((0, self._spec.dimension), dtype=np.float32)
        return np.concatenate(parts)

    def _token_ids(self, text: str) -> list[int]:
        if not text.strip():
            raise QueryError("The text to search for is empty.", "Type a word or two.")
        ids: list[int] = self._tokenizer.encode(text).ids
        if len(ids) > self._context_length:
            _log.warning(
                "A text of %d tokens was cut to the %d that the starter model reads.",
                len(ids),
                self._context_length,
            )
            ids = [*ids[: self._context_length - 1], ids[-1]]
        return ids


def pixels_of(image: Image, side_px: int, mean: Pixels, deviation: Pixels) -> Pixels:
    """Squash an image to a square and normalise it: float32 ``(3, side_px, side_px)``.

    ``mean`` and ``deviation`` have shape ``(3,)`` and belong to values from 0 to 1.
    """
    from PIL.Image import Resampling

    # Pillow copies a picture that it need not convert, too: 3 MB for a drafted camera photo.
    rgb = image if image.mode == "RGB" else image.convert("RGB")
    square = rgb.resize((side_px, side_px), Resampling.BICUBIC)
    values = np.asarray(square, dtype=np.float32) / np.float32(255.0)
    return np.ascontiguousarray(((values - mean) / deviation).transpose(2, 0, 1), dtype=np.float32)


def load_starter(cache_dir: Path, resource_dir: Path, threads: int | None = None) -> StarterEncoder:
    """Open the starter model; the first time, write it to ``cache_dir`` as ONNX files.

    Args:
        cache_dir: a folder for files that can be made again; created if need be.
        resource_dir: the folder with ``config.json`` and ``heads.safetensors``.
        threads: how many threads the image tower may use; None leaves it to ONNX Runtime.

    Raises:
        ModelError: a part of the model is missing or damaged, or the cache cannot be written.
    """
    config = _read_config(resource_dir)
    heads_path = resource_dir / "heads.safetensors"
    spec = _spec_of(config, heads_path)
    text = config["text"]
    tokenizer = _open_tokenizer(package_file(text["package"], text["tokenizer_file"]))
    image_path, text_path = tower_files(config, heads_path, cache_dir, spec.weights_fingerprint)
    # One query is as fast on one thread (7 ms), and waits for no other that is busy with photos.
    towers = (
        onnx_runtime.open_session(image_path, threads),
        onnx_runtime.open_session(text_path, threads=1),
    )
    return StarterEncoder(config, spec, tokenizer, towers)


def _read_config(resource_dir: Path) -> Mapping[str, Any]:
    path = resource_dir / "config.json"
    try:
        config: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(
            f"The starter model's {path} cannot be read: {error}.", "Reinstall photosearch."
        ) from error
    return config


def _spec_of(config: Mapping[str, Any], heads_path: Path) -> ModelSpec:
    """Name the embeddings by everything that decides them: heads, towers and preprocessing."""
    try:
        weights = hashlib.sha256(heads_path.read_bytes())
    except OSError as error:
        raise ModelError(
            f"The starter model's {heads_path} cannot be read: {error}.", "Reinstall photosearch."
        ) from error
    image, text, heads = config["image"], config["text"], config["heads"]
    for part in (image["weights_sha256"], text["weights_sha256"], _canonical(heads)):
        weights.update(part.encode())
    preprocessing = {key: image[key] for key in ("side_px", "resize", "mean", "deviation")}
    return ModelSpec(
        name="starter",
        architecture=config["architecture"],
        weights_fingerprint=weights.hexdigest(),
        dimension=heads["learned_dimension"] + heads["conse_dimension"],
        preprocessing_fingerprint=hashlib.sha256(_canonical(preprocessing).encode()).hexdigest(),
    )


def _canonical(value: Mapping[str, Any]) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _open_tokenizer(path: Path) -> Any:
    try:
        from tokenizers import Tokenizer
    except ImportError as error:
        raise ModelError(
            "The starter model needs tokenizers, which is not installed.",
            "Install it with: pip install tokenizers",
        ) from error
    tokenizer = Tokenizer.from_file(str(path))
    # Texts are padded and cut here, so that a cut can be told to the user.
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer
