"""The networks that open_clip can build, without their weights: what a checkpoint must fit."""

from __future__ import annotations

import json
import warnings
from collections import Counter
from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from photosearch.errors import ModelError, shown
from photosearch.model.torchvision_shim import declare_missing_operators

if TYPE_CHECKING:
    from torch import Tensor

    from photosearch.model.checkpoint import Checkpoint

_SHOWN_NAMES = 3
_DISPENSABLE = (
    "text.transformer.embeddings.position_ids",
    "input_resolution",
    "context_length",
    "vocab_size",
    "attn_mask",
)
"""What older versions saved beside the weights."""
_FOREIGN = {
    "lora_": (
        "{file} holds the small differences of a LoRA fine-tuning, not a whole model.",
        "Merge them into the model they were made for, and add that.",
    ),
    "vision_model.embeddings.": (
        "{file} has the layout of Hugging Face's transformers library (CLIPModel), not that of "
        "open_clip.",
        "Take the model's files for open_clip (open_clip_config.json and open_clip_model."
        "safetensors), or convert it with open_clip's own tools.",
    ),
    "cond_stage_model.": (
        "{file} is a model that makes images, not one that compares them with words.",
        "Take a CLIP or SigLIP model.",
    ),
}


def list_architectures() -> list[str]:
    """The names that open_clip has for its networks."""
    return list(_open_clip().list_models())


def architecture_config(architecture: str) -> dict[str, Any]:
    """The ``model_cfg`` of an architecture, by its name in open_clip.

    Raises:
        ModelError: open_clip knows none of that name.
    """
    found = _open_clip().get_model_config(architecture) if architecture else None
    if not found:
        raise ModelError(
            f"open_clip knows no architecture {shown(architecture)!r}.",
            "List what there is with: photosearch models --all",
        )
    return dict(found)


def published_names() -> set[str]:
    """Every ARCHITECTURE/TAG that is published."""
    return {f"{architecture}/{tag}" for architecture, tag in _open_clip().list_pretrained()}


def name_of_config(network: Mapping[str, Any]) -> str | None:
    """The architecture that is described, if it is one of open_clip's own."""
    wanted = _essence(network)
    return next(
        (name for name in list_architectures() if _essence(architecture_config(name)) == wanted),
        None,
    )


def published_preprocessing(architecture: str) -> dict[str, Any]:
    """How most published weights of an architecture were trained; empty if none is published.

    A bare checkpoint says nothing of its images, and open_clip's default is wrong for some
    families: SigLIP squashes and scales to -1…1.
    """
    library = _open_clip()
    keys = ("mean", "std", "interpolation", "resize_mode")
    votes: Counter[str] = Counter()
    for tag in library.list_pretrained_tags_by_model(architecture):
        config = library.get_pretrained_cfg(architecture, tag)
        known = {key: config[key] for key in keys if config.get(key) is not None}
        votes[json.dumps(known, sort_keys=True)] += 1
    return dict(json.loads(votes.most_common(1)[0][0])) if votes else {}


def fit(
    checkpoint: Checkpoint, network: Mapping[str, Any], tower: Path | None
) -> dict[str, Tensor]:
    """The tensors of a checkpoint under the names and shapes that the network wants, all of them.

    The network is built on torch's meta device, where tensors have shapes but take no memory.
    Layouts of older versions are converted as open_clip does when it loads them.

    Args:
        network: the ``model_cfg``, checked.
        tower: the folder with the ``config.json`` of a text tower of Hugging Face.

    Raises:
        ModelError: the network cannot be built, or which tensors do not fit it.
    """
    return _fit_to(checkpoint, _build_without_weights(network, tower))


def infer_architectures(checkpoint: Checkpoint) -> list[str]:
    """Every architecture whose tensors have these names and shapes, likeliest first.

    Some have the same: with and without QuickGELU, say. Likelier is the one with more published
    weights, unless the file's name speaks for the other.

    Raises:
        ModelError: the file is of a known kind that fits none.
    """
    refuse_foreign(checkpoint)
    fitting = [name for name in list_architectures() if _fits(checkpoint, name)]
    stem = checkpoint.file.stem.lower()
    wants_quick = any(word in stem for word in ("quickgelu", "openai", "metaclip", "dfn"))

    def unlikeliness(name: str) -> tuple[bool, int, int, str]:
        tags = len(_open_clip().list_pretrained_tags_by_model(name))
        return (("quickgelu" in name.lower()) != wants_quick, -tags, len(name), name)

    return sorted(fitting, key=unlikeliness)


def refuse_foreign(checkpoint: Checkpoint) -> None:
    """Refuse the weights of other programs, which are told by their names.

    Raises:
        ModelError: says what they are, and what to take instead.
    """
    for mark, (message, hint) in _FOREIGN.items():
        if any(mark in name for name in checkpoint.tensors):
            raise ModelError(message.format(file=checkpoint.shown), hint)
    names = checkpoint.tensors.keys()
    has_images = any(name.startswith(("visual.", "image_encoder.")) for name in names)
    has_texts = any("token_embedding" in n or "text" in n.partition(".")[0] for n in names)
    if has_images and not has_texts:
        raise ModelError(
            f"{checkpoint.shown} holds the image tower alone, and words need the text tower.",
            "Take the file with the whole model.",
        )
    if has_texts and not has_images:
        raise ModelError(
            f"{checkpoint.shown} holds a text tower alone, and photos need the image tower.",
            "Take the file with the whole model.",
        )


def has_foreign_text_tower(checkpoint: Checkpoint) -> bool:
    """Whether the words go through a network of Hugging Face, which needs files of its own."""
    return any(
        name.startswith("text.transformer.") and not name.startswith("text.transformer.resblocks.")
        for name in checkpoint.tensors
    )


@cache
def _open_clip() -> Any:
    declare_missing_operators()
    import open_clip

    return open_clip


def _build_without_weights(network: Mapping[str, Any], tower: Path | None) -> Any:
    import torch

    library = _open_clip()
    config = deepcopy(dict(network))
    is_custom = bool(config.pop("custom_text", False))
    if "timm_model_name" in config["vision_cfg"]:
        _refuse_unknown_timm(str(config["vision_cfg"]["timm_model_name"]))
        config["vision_cfg"]["timm_model_pretrained"] = False
    if config["text_cfg"].get("hf_model_name"):
        is_custom = True
        config["text_cfg"] |= {"hf_model_name": str(tower), "hf_model_pretrained": False}
    kind = library.CustomTextCLIP if is_custom else library.CLIP
    try:
        with torch.device("meta"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return kind(**config)
    except Exception as error:  # open_clip, timm and transformers raise whatever their parts raise
        raise ModelError(
            f"The configuration describes no network that open_clip can build: "
            f"{shown(str(error))[:200]}",
            "Take the original open_clip_config.json, or update photosearch if it is a new one.",
        ) from error


def _refuse_unknown_timm(name: str) -> None:
    import timm

    if not timm.is_model(name):
        raise ModelError(
            f"The image tower {shown(name)!r} is not known to this version of timm.",
            "Update photosearch, or take another model.",
        )


def _fit_to(checkpoint: Checkpoint, network: Any) -> dict[str, Tensor]:
    expected: dict[str, Tensor] = network.state_dict()
    adapted = _adapt(checkpoint, network)
    _refuse_misfits(checkpoint, adapted, expected)
    return {name: adapted[name] for name in expected}


def _adapt(checkpoint: Checkpoint, network: Any) -> dict[str, Tensor]:
    """What open_clip's ``load_checkpoint`` does to layouts of older versions, without resizing."""
    import torch
    from open_clip.convert import convert_state_dict
    from open_clip.model import convert_to_custom_text_state_dict

    found: dict[str, Tensor] = {
        name: tensor for name, tensor in checkpoint.tensors.items() if name not in _DISPENSABLE
    }
    try:
        found = convert_state_dict(network, found)
        if not hasattr(network, "positional_embedding"):
            found = convert_to_custom_text_state_dict(found)
    except Exception as error:  # it takes for granted that all the other tensors are there
        raise ModelError(
            f"{checkpoint.shown} begins like an old layout of weights, and goes on otherwise.",
            "Take the model's file for open_clip.",
        ) from error
    for scalar in ("logit_scale", "logit_bias"):
        wanted = getattr(network, scalar, None)
        if wanted is None or scalar not in found or found[scalar].shape == wanted.shape:
            continue
        if found[scalar].numel() == 1:  # a number by itself, or a list of one
            found[scalar] = found[scalar].reshape(wanted.shape)
    if getattr(network, "logit_bias", None) is not None and "logit_scale" in found:
        found.setdefault("logit_bias", torch.zeros_like(found["logit_scale"]))
    elif getattr(network, "logit_bias", None) is None:
        found.pop("logit_bias", None)  # only training reads it
    return found


def _refuse_misfits(
    checkpoint: Checkpoint, found: Mapping[str, Tensor], expected: Mapping[str, Tensor]
) -> None:
    hint = "Name the architecture it was made for with --architecture, or take the right file."
    missing = [name for name in expected if name not in found]
    if missing:
        raise ModelError(
            f"{checkpoint.shown} lacks {_some(missing)} of the {len(expected)} tensors that "
            "the architecture has.",
            hint,
        )
    extra = [name for name in found if name not in expected]
    if extra:
        raise ModelError(
            f"{checkpoint.shown} has {_some(extra)} that the architecture has no place for.", hint
        )
    wrong = [
        f"{name} is {_size(found[name])} instead of {_size(wanted)}"
        for name, wanted in expected.items()
        if found[name].shape != wanted.shape
    ]
    if wrong:
        raise ModelError(
            f"{checkpoint.shown} was made for an architecture of other sizes: {_some(wrong)}.",
            hint,
        )


def _some(names: list[str]) -> str:
    """The first few, and how many more."""
    first = ", ".join(shown(name)[:120] for name in names[:_SHOWN_NAMES])
    more = len(names) - _SHOWN_NAMES
    return f"{first} and {more} more" if more > 0 else first


def _size(tensor: Tensor) -> str:
    return "×".join(map(str, tensor.shape)) or "a single number"


def _fits(checkpoint: Checkpoint, architecture: str) -> bool:
    network = architecture_config(architecture)
    if not _may_fit(checkpoint.tensors, network):
        return False
    try:
        fit(checkpoint, network, None)
    except ModelError:
        return False
    return True


def _may_fit(tensors: Mapping[str, Tensor], network: Mapping[str, Any]) -> bool:
    """Compare what can be compared without building: over a hundred networks take a minute."""
    text, vision = network["text_cfg"], network["vision_cfg"]
    if text.get("hf_model_name") or "multimodal_cfg" in network:
        return False
    prefix = "text." if "text.token_embedding.weight" in tensors else ""
    words = _shape(tensors, f"{prefix}token_embedding.weight")
    if words != (text.get("vocab_size", 49408), text.get("width", 512)):
        return False
    if prefix and not network.get("custom_text"):
        return False
    if _layers(tensors, f"{prefix}transformer.resblocks.") != text.get("layers", 12):
        return False
    if _shape(tensors, f"{prefix}positional_embedding")[:1] != (text.get("context_length", 77),):
        return False
    has_timm = any(name.startswith("visual.trunk.") for name in tensors)
    if has_timm or "timm_model_name" in vision:
        return has_timm and "timm_model_name" in vision
    if isinstance(vision.get("layers", 12), list):  # a ResNet has four stages
        return "visual.layer1.0.conv1.weight" in tensors
    patch = vision.get("patch_size", 16)
    return _shape(tensors, "visual.conv1.weight") == (
        vision.get("width", 768),
        3,
        patch,
        patch,
    ) and _layers(tensors, "visual.transformer.resblocks.") == vision.get("layers", 12)


def _shape(tensors: Mapping[str, Tensor], name: str) -> tuple[int, ...]:
    return tuple(tensors[name].shape) if name in tensors else ()


def _layers(tensors: Mapping[str, Tensor], prefix: str) -> int:
    return len({n[len(prefix) :].partition(".")[0] for n in tensors if n.startswith(prefix)})


def _essence(network: Mapping[str, Any]) -> str:
    """What decides the network: not where its first weights or its tokenizer came from."""
    config = json.loads(json.dumps(network))
    for part in ("vision_cfg", "text_cfg"):
        for key in ("timm_model_pretrained", "hf_model_pretrained", "hf_tokenizer_name"):
            config[part].pop(key, None)
    return json.dumps(config, sort_keys=True)
