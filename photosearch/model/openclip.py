"""Any open_clip model as an encoder: published, or from a checkpoint on disk."""

from __future__ import annotations

import json
import logging
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from photosearch.errors import ModelError, QueryError
from photosearch.model.device import choose_device, choose_precision
from photosearch.model.torchvision_shim import declare_missing_operators
from photosearch.model.weights import fingerprint_config, fingerprint_file
from photosearch.types import ModelSpec

if TYPE_CHECKING:
    from PIL.Image import Image

    from photosearch.model.registry import ModelName
    from photosearch.types import Embeddings, Pixels

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Source:
    """Where the weights lie and how the images they were trained on were prepared."""

    checkpoint: Path
    preprocessing: dict[str, Any]
    has_quick_gelu: bool = False


class OpenClipEncoder:
    """An open_clip model (Ilharco et al. 2021) behind the ``ImageTextEncoder`` port."""

    def __init__(
        self, model: Any, transform: Any, tokenizer: Any, spec: ModelSpec, device: str, dtype: Any
    ) -> None:
        self._model = model
        self._transform = transform
        self._tokenizer = tokenizer
        # Those of Hugging Face keep their options in themselves: two threads would mix them up.
        self._tokenizing = threading.Lock()
        self._spec = spec
        self._device = device
        self._dtype = dtype

    @property
    def spec(self) -> ModelSpec:
        """The identity of the embeddings."""
        return self._spec

    @property
    def decode_side_px(self) -> int:
        """The longer side of what the image tower reads."""
        return max(_pair(self._model.visual.image_size))

    def preprocess(self, image: Image) -> Pixels:
        """The checkpoint's own transform: float32 ``(3, h, w)``."""
        pixels: Pixels = self._transform(image).numpy()
        return pixels

    def encode_images(self, pixels: Sequence[Pixels]) -> Embeddings:
        """Embed preprocessed images: L2-normalised float32 ``(n, d)``."""
        import torch

        batch = torch.from_numpy(np.stack(pixels)).to(self._device, self._dtype)
        with torch.inference_mode():
            return _to_unit_rows(self._model.encode_image(batch))

    def encode_texts(self, texts: Sequence[str]) -> Embeddings:
        """Embed texts: L2-normalised float32 ``(n, d)``; long ones are cut with a warning.

        Raises:
            QueryError: a text is empty.
        """
        import torch

        if not all(text.strip() for text in texts):
            raise QueryError("The search text is empty.", "Type some words.")
        with self._tokenizing:
            self._warn_of_cuts(texts)
            tokens = self._tokenizer(list(texts)).to(self._device)
        with torch.inference_mode():
            return _to_unit_rows(self._model.encode_text(tokens))

    def rest(self) -> None:
        """Give the device's memory back; on a CPU it was given back after each batch."""
        import torch

        if self._device == "cuda":
            torch.cuda.empty_cache()

    def _warn_of_cuts(self, texts: Sequence[str]) -> None:
        """Tokenise with room to spare: whatever lies past the context is not padding alone."""
        limit = self._tokenizer.context_length
        roomy = self._tokenizer(list(texts), context_length=4 * limit)
        beyond = roomy[:, limit:]
        for text, is_cut in zip(texts, (beyond != roomy[:, -1:]).any(dim=1).tolist(), strict=True):
            if is_cut:
                _log.warning("The text is cut to %d tokens: %.60s…", limit, text)


def load_openclip(
    name: ModelName, *, device: str = "auto", precision: str = "auto"
) -> OpenClipEncoder:
    """Load a published model (downloaded once by open_clip) or a checkpoint file.

    Raises:
        ModelError: the architecture or tag is unknown, the download or the file fails.
    """
    declare_missing_operators()
    import open_clip
    import torch

    place = choose_device(
        device, has_cuda=torch.cuda.is_available(), has_mps=torch.backends.mps.is_available()
    )
    numbers = choose_precision(precision, place)
    if name.architecture not in open_clip.list_models():
        raise ModelError(
            f"open_clip knows no architecture {name.architecture!r}.",
            "List what there is with: photosearch models --all",
        )
    source = _find_checkpoint(name) if name.checkpoint else _download(name)
    chosen = source.preprocessing
    try:
        model, _, transform = open_clip.create_model_and_transforms(
            name.architecture,
            pretrained=str(source.checkpoint),
            precision=numbers,
            device=place,
            force_quick_gelu=source.has_quick_gelu,
            image_mean=chosen.get("mean"),
            image_std=chosen.get("std"),
            image_interpolation=chosen.get("interpolation"),
            image_resize_mode=chosen.get("resize_mode"),
        )
        tokenizer = open_clip.get_tokenizer(name.architecture)
    except Exception as error:  # open_clip and torch raise whatever their parts raise
        raise ModelError(
            f"The weights {source.checkpoint} do not load as {name.architecture}: {error}",
            "Check that the file is whole and that the architecture is the one it was made for.",
        ) from error
    model.eval()
    spec = _spec_of(name, model, source)
    return OpenClipEncoder(model, transform, tokenizer, spec, place, _input_dtype(numbers))


def published_models() -> list[tuple[str, str]]:
    """Every (architecture, tag) that open_clip can download."""
    declare_missing_operators()
    import open_clip

    return list(open_clip.list_pretrained())


def _spec_of(name: ModelName, model: Any, source: _Source) -> ModelSpec:
    size = _pair(model.visual.image_size)
    with_size = {**source.preprocessing, "size": size, "quick_gelu": source.has_quick_gelu}
    return ModelSpec(
        name=f"{name.architecture}/{name.tag}"
        if name.tag
        else f"{name.architecture}@{name.checkpoint}",
        architecture=name.architecture,
        weights_fingerprint=fingerprint_file(source.checkpoint),
        dimension=_dimension(model),
        preprocessing_fingerprint=fingerprint_config(with_size),
    )


def _download(name: ModelName) -> _Source:
    import open_clip

    config = open_clip.get_pretrained_cfg(name.architecture, name.tag)
    if not config:
        tags = ", ".join(open_clip.list_pretrained_tags_by_model(name.architecture)) or "none"
        raise ModelError(
            f"There is no published tag {name.tag!r} of {name.architecture}.",
            f"Its tags are: {tags}.",
        )
    try:
        file = open_clip.download_pretrained(config)
    except Exception as error:
        raise ModelError(
            f"The weights {name.architecture}/{name.tag} cannot be downloaded: {error}",
            "Check the connection and try again, or use a file: ARCHITECTURE@FILE.",
        ) from error
    return _Source(Path(file), _preprocessing_keys(config), bool(config.get("quick_gelu")))


def _find_checkpoint(name: ModelName) -> _Source:
    checkpoint = name.checkpoint
    assert checkpoint is not None
    if not checkpoint.is_file():
        raise ModelError(f"There is no file {checkpoint}.", "Check the path of the weights.")
    beside = checkpoint.parent / "open_clip_config.json"
    if beside.is_file():
        try:
            config = json.loads(beside.read_text(encoding="utf-8"))["preprocess_cfg"]
        except (OSError, ValueError, KeyError) as error:
            raise ModelError(
                f"{beside} cannot be read: {error!r}.", "Mend or remove it."
            ) from error
        return _Source(checkpoint, _preprocessing_keys(config))
    return _Source(checkpoint, _published_preprocessing(name.architecture))


def _published_preprocessing(architecture: str) -> dict[str, Any]:
    """How most published weights of an architecture were trained.

    A bare checkpoint says nothing of its images, and open_clip's default is wrong for some
    families: SigLIP squashes and scales to -1…1.
    """
    import open_clip

    tags = open_clip.list_pretrained_tags_by_model(architecture)
    known = [_preprocessing_keys(open_clip.get_pretrained_cfg(architecture, tag)) for tag in tags]
    if not known:
        _log.warning("Nothing is published on how %s prepares images; using CLIP's.", architecture)
        return {}
    votes = Counter(json.dumps(config, sort_keys=True) for config in known)
    chosen: dict[str, Any] = json.loads(votes.most_common(1)[0][0])
    return chosen


def _preprocessing_keys(config: dict[str, Any]) -> dict[str, Any]:
    keys = ("mean", "std", "interpolation", "resize_mode")
    return {key: config[key] for key in keys if config.get(key) is not None}


def _dimension(model: Any) -> int:
    """The length of an embedding, found by embedding a text: towers store it in many places."""
    import torch

    length = getattr(model, "context_length", None) or 77
    device = next(model.parameters()).device
    with torch.inference_mode():
        probe = model.encode_text(torch.zeros((1, length), dtype=torch.long, device=device))
    return int(probe.shape[-1])


def _input_dtype(precision: str) -> Any:
    import torch

    return {"fp16": torch.float16, "bf16": torch.bfloat16}.get(precision, torch.float32)


def _to_unit_rows(features: Any) -> Embeddings:
    rows = features.float()
    unit: Embeddings = (rows / rows.norm(dim=-1, keepdim=True)).cpu().numpy()
    return unit


def _pair(size: int | tuple[int, int]) -> tuple[int, int]:
    return size if isinstance(size, tuple) else (size, size)
