"""open_clip and torch: networks built from a model's files, and image towers run by torch."""

from __future__ import annotations

import json
import logging
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any

from photosearch.errors import ModelError
from photosearch.model.architectures import published_preprocessing
from photosearch.model.configuration import check_config
from photosearch.model.device import choose_device
from photosearch.model.folder import CONFIG, ModelFolder
from photosearch.model.tokenizing import TokenizerFacts, make_clip_tokenizer
from photosearch.model.torchvision_shim import declare_missing_operators
from photosearch.model.weights import fingerprint_file

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from photosearch.model.registry import ModelName
    from photosearch.types import Embeddings

_log = logging.getLogger(__name__)

_CONTEXT = 77
"""The length that open_clip takes where a configuration gives none."""

_ROBERTA = {
    "model_type": "roberta",
    "vocab_size": 50265,
    "hidden_size": 768,
    "num_hidden_layers": 12,
    "num_attention_heads": 12,
    "intermediate_size": 3072,
    "max_position_embeddings": 514,
    "type_vocab_size": 1,
    "layer_norm_eps": 1e-5,
    "pad_token_id": 1,
    "bos_token_id": 0,
    "eos_token_id": 2,
}
_XLM_ROBERTA = {**_ROBERTA, "model_type": "xlm-roberta", "vocab_size": 250002}
_LARGE = {
    "hidden_size": 1024,
    "num_hidden_layers": 24,
    "num_attention_heads": 16,
    "intermediate_size": 4096,
}
_KNOWN_TOWERS = {
    "roberta-base": _ROBERTA,
    "xlm-roberta-base": _XLM_ROBERTA,
    "xlm-roberta-large": {**_XLM_ROBERTA, **_LARGE},
}
"""The ``config.json`` of text towers that open_clip names without bringing it (Conneau et al. 2020,
Liu et al. 2019, as published by their authors)."""


def published_models() -> list[tuple[str, str]]:
    """Every (architecture, tag) that open_clip can download."""
    return list(_open_clip().list_pretrained())


def build(model: ModelFolder, cast: str = "fp32") -> Any:
    """The network with its weights, in evaluation mode, on the processor.

    Args:
        cast: ``fp32``, or the numbers (``fp16``, ``bf16``) that it will be converted to: layers
            that must stay in float32 are then built so.

    Raises:
        ModelError: the configuration and the weights do not belong together, or cannot be read.
    """
    library = _open_clip()
    from open_clip.factory import load_checkpoint
    from open_clip.model import get_cast_dtype

    config = deepcopy(dict(model.config["model_cfg"]))
    is_custom = bool(config.pop("custom_text", False))
    text, vision = config["text_cfg"], config["vision_cfg"]
    if "timm_model_name" in vision:
        vision["timm_model_pretrained"] = False
    if text.get("hf_model_name"):
        is_custom, text["hf_model_pretrained"] = True, False
    kind = library.CoCa if "multimodal_cfg" in config else library.CustomTextCLIP
    try:
        with _tower_folder(model, text.get("hf_model_name")) as tower:
            if tower is not None:
                text["hf_model_name"] = str(tower)
            built = (kind if is_custom else library.CLIP)(**config, cast_dtype=get_cast_dtype(cast))
        load_checkpoint(built, str(model.weights), weights_only=True)
    except ModelError:
        raise
    except Exception as error:  # open_clip and torch raise whatever their parts raise
        raise ModelError(
            f"The weights {model.weights} do not load as {model.architecture or model.name}: "
            f"{error}",
            "Check that the file is whole and that the architecture is the one it was made for.",
        ) from error
    return built.eval()


def context_length(model: ModelFolder) -> int:
    """How many tokens the text tower reads."""
    return int(model.config["model_cfg"]["text_cfg"].get("context_length") or _CONTEXT)


def reference_tokenizer(model: ModelFolder) -> Any:
    """open_clip's own tokenizer for a model.

    Raises:
        ModelError: its files are missing or unusable, or it does what no search can use.
    """
    library = _open_clip()
    text = model.config["model_cfg"]["text_cfg"]
    options = dict(text.get("tokenizer_kwargs") or {})
    if text.get("tokenizer_mode") or options.keys() & {
        "reduction_mask",
        "additional_special_tokens",
    }:
        raise ModelError(
            f"The tokenizer of {model.name} is of a kind that photosearch does not know.",
            "Take another model.",
        )
    length = context_length(model)
    if not text.get("hf_tokenizer_name"):
        return library.SimpleTokenizer(context_length=length, **options)
    if model.tokenizer is None:
        raise ModelError(
            f"The model {model.name} needs its tokenizer, which is not there.",
            "Put tokenizer.json and tokenizer_config.json beside the weights.",
        )
    from open_clip.tokenizer import HFTokenizer

    try:
        return HFTokenizer(str(model.tokenizer), context_length=length, **options)
    except Exception as error:  # transformers raises whatever its parts raise
        raise ModelError(
            f"The tokenizer in {model.tokenizer} cannot be used: {error}",
            "Get its files again: tokenizer.json and tokenizer_config.json.",
        ) from error


def save_tokenizer(model: ModelFolder, reference: Any, folder: Path) -> TokenizerFacts:
    """Write what a reference tokenizer does as ``tokenizer.json``, which needs no open_clip."""
    text = model.config["model_cfg"]["text_cfg"]
    options = text.get("tokenizer_kwargs") or {}
    length = context_length(model)
    file = str(folder / "tokenizer.json")
    if not text.get("hf_tokenizer_name"):
        from open_clip.tokenizer import default_bpe

        make_clip_tokenizer(Path(default_bpe())).save(file)
        return TokenizerFacts(True, options.get("clean", "lower"), length)
    inner = reference.tokenizer
    from tokenizers import Tokenizer

    backend = Tokenizer.from_str(inner.backend_tokenizer.to_str())
    backend.no_padding()
    backend.no_truncation()
    backend.save(file)
    return TokenizerFacts(
        False,
        options.get("clean", "whitespace"),
        length,
        pad_id=inner.pad_token_id,
        pads_left=inner.padding_side == "left",
        zeroed_id=inner.sep_token_id if options.get("strip_sep_token") else None,
    )


def text_reference(
    network: Any, tokenizer: Any, texts: Sequence[str]
) -> tuple[Embeddings, list[list[int]]]:
    """What open_clip itself makes of texts: unit vectors ``(n, d)``, and its padded token ids."""
    import torch

    ids = tokenizer(list(texts))
    with torch.inference_mode():
        return _unit_rows(network.encode_text(ids)), ids.tolist()


def find_checkpoint(name: ModelName) -> ModelFolder:
    """A bare checkpoint, used where it lies: ARCHITECTURE@FILE.

    An ``open_clip_config.json`` beside it says how images are prepared; else it is what most
    published weights of the architecture were trained with.

    Raises:
        ModelError: there is no such file or architecture, or the file beside cannot be read.
    """
    checkpoint = name.checkpoint
    assert checkpoint is not None
    if not checkpoint.is_file():
        raise ModelError(f"There is no file {checkpoint}.", "Check the path of the weights.")
    beside = _read_config(checkpoint.parent / CONFIG)
    network = _open_clip().get_model_config(name.architecture) or beside.get("model_cfg")
    if network is None:
        raise ModelError(
            f"open_clip knows no architecture {name.architecture!r}.",
            "List what there is with: photosearch models --all",
        )
    preprocessing = beside.get("preprocess_cfg") or published_preprocessing(name.architecture)
    if not preprocessing:
        _log.warning(
            "Nothing is published on how %s prepares images; using CLIP's.", name.architecture
        )
    config = {"model_cfg": network, "preprocess_cfg": preprocessing}
    if beside:  # open_clip's own are sound, what lies beside a file may come from anywhere
        check_config(config, str(checkpoint.parent / CONFIG))
    has_tokenizer = (checkpoint.parent / "tokenizer.json").is_file()
    return ModelFolder(
        name=f"{name.architecture}@{checkpoint}",
        folder=checkpoint.parent,
        config=config,
        weights=checkpoint,
        tokenizer=checkpoint.parent if has_tokenizer else None,
        fingerprint=fingerprint_file(checkpoint),
        is_ours=False,
    )


class TorchImageTower:
    """An image tower in torch: pixels in, unit vectors out; any thread."""

    def __init__(self, visual: Any, device: str, dtype: Any) -> None:
        import torch

        self._device = device
        self._dtype = dtype
        # Convolutions are up to twice as fast on a processor where the channels lie side by side.
        has_convolutions = sum(isinstance(m, torch.nn.Conv2d) for m in visual.modules()) > 1
        self._layout = torch.channels_last if has_convolutions else torch.contiguous_format
        self._visual = visual.to(device, memory_format=self._layout).eval()

    def encode(self, pixels: NDArray[Any]) -> Embeddings:
        """Embed ``(n, 3, h, w)``: L2-normalised float32 ``(n, d)``."""
        import torch

        batch = torch.from_numpy(pixels).to(self._device, self._dtype)
        with torch.inference_mode():
            features = self._visual(batch.contiguous(memory_format=self._layout))
        features = features[0] if isinstance(features, tuple) else features
        return _unit_rows(features)

    def rest(self) -> None:
        """Give the device's memory back; on a processor it was given back after each batch."""
        import torch

        if self._device == "cuda":
            torch.cuda.empty_cache()


class TorchTextTower:
    """A text tower that ONNX cannot express, in torch: padded tokens in, unit vectors out."""

    def __init__(self, model: ModelFolder, pad: Any) -> None:
        self._network = build(model)
        self._network.visual = None
        self._pad = pad

    def encode(self, rows: list[list[int]]) -> Embeddings:
        """Embed token ids without padding: L2-normalised float32 ``(n, d)``."""
        import torch

        with torch.inference_mode():
            return _unit_rows(self._network.encode_text(torch.tensor([*map(self._pad, rows)])))


def choose_torch_device(wanted: str) -> str:
    """The device that torch is to use: see `choose_device`.

    Raises:
        ModelError: the wanted device is not there.
    """
    import torch

    return choose_device(
        wanted, has_cuda=torch.cuda.is_available(), has_mps=torch.backends.mps.is_available()
    )


def open_image_tower(model: ModelFolder, device: str, precision: str) -> TorchImageTower:
    """Load the image tower alone: ``precision`` is ``fp32``, ``fp16`` or ``bf16``.

    Raises:
        ModelError: the weights cannot be loaded.
    """
    return image_tower_of(build(model, precision), device, precision)


def image_tower_of(network: Any, device: str, precision: str) -> TorchImageTower:
    """The image tower of a network that is built; one in half precision was built for that."""
    import torch

    declare_missing_operators()
    from open_clip.model import convert_weights_to_lp
    from open_clip.timm_model import TimmModel

    dtype = {"fp16": torch.float16, "bf16": torch.bfloat16}.get(precision, torch.float32)
    visual = network.visual
    if dtype is not torch.float32:
        if isinstance(visual, TimmModel):
            visual.to(dtype)
        else:
            convert_weights_to_lp(visual, dtype)
    return TorchImageTower(visual, device, dtype)


def has_fast_bf16() -> bool:
    """Whether this processor multiplies bfloat16 by itself, not by way of float32."""
    import torch

    checks = ("_is_amx_tile_supported", "_is_avx512_bf16_supported")
    return any(getattr(torch.cpu, check, bool)() for check in checks)


def _unit_rows(features: Any) -> Embeddings:
    rows = features.float()
    unit: Embeddings = (rows / rows.norm(dim=-1, keepdim=True)).cpu().numpy()
    return unit


def _open_clip() -> Any:
    declare_missing_operators()
    import open_clip

    return open_clip


@contextmanager
def _tower_folder(model: ModelFolder, name: str | None) -> Iterator[Path | None]:
    """A folder with the ``config.json`` of a text tower of Hugging Face; None if it is none."""
    if not name:
        yield None
        return
    places = [folder for folder in (model.tokenizer, model.folder) if folder is not None]
    found = [folder for folder in places if (folder / "config.json").is_file()]
    if found:
        yield found[0]
        return
    known = _KNOWN_TOWERS.get(name.rpartition("/")[2])
    if known is None:
        raise ModelError(
            f"The model {model.name} needs the config.json of its text tower, which is not there.",
            f"Put the one of {name} into {model.tokenizer or model.folder}.",
        )
    with tempfile.TemporaryDirectory(prefix="photosearch-") as folder:
        (Path(folder) / "config.json").write_text(json.dumps(known), encoding="utf-8")
        yield Path(folder)


def _read_config(file: Path) -> Mapping[str, Any]:
    if not file.is_file():
        return {}
    try:
        config = json.loads(file.read_text(encoding="utf-8"))
        return {"preprocess_cfg": config["preprocess_cfg"], "model_cfg": config.get("model_cfg")}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"{file} cannot be read: {error!r}.", "Mend or remove it.") from error
