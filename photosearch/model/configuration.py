"""The ``open_clip_config.json`` of a model from anywhere: read, and checked before it is obeyed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from photosearch.errors import ModelError, shown

_MAX_FILE_BYTES = 1 << 20
_MAX_NUMBER = 1 << 20
"""Vocabularies, the largest numbers there are, have a quarter of that."""
_MAX_LAYERS = 256
_MAX_DEPTH = 8
_ORIGINAL = "Take the original file again; do not use one that you do not trust."
_KIND_NAMES = {int: "whole number", str: "text", dict: "object"}
_TOKENIZER_OPTIONS = ("clean", "strip_sep_token", "language")
_TIMM_NAME = re.compile(r"[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)?")
_TOWERS = ("roberta", "xlm-roberta", "mt5", "bert", "m2m_100")
"""The text towers of Hugging Face that open_clip has poolers for."""
_CODE_KEYS = re.compile(r"auto_map|custom_pipelines|quantization_config|.*_implementation")
"""Settings that make the library download or run more than the network itself."""


def read_json(file: Path, max_bytes: int = _MAX_FILE_BYTES) -> dict[str, Any]:
    """The object that a small JSON file holds.

    Raises:
        ModelError: it is no file, too large, or no JSON object.
    """
    try:
        if not file.is_file():
            raise ModelError(
                f"There is no file {shown(str(file))}.", "Take the whole folder of the model."
            )
        with file.open("rb") as opened:
            data = opened.read(max_bytes + 1)
    except OSError as error:
        raise ModelError(
            f"{shown(str(file))} cannot be read: {error.strerror}.", "Check its permissions."
        ) from error
    if len(data) > max_bytes:
        raise ModelError(
            f"{shown(str(file))} is larger than any such file is.", "Take the original again."
        )
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ModelError(
            f"{shown(str(file))} is not JSON: {shown(str(error))}.", "Take the original again."
        ) from error
    if not isinstance(value, dict):
        raise ModelError(f"{shown(str(file))} holds no JSON object.", "Take the original again.")
    return value


def check_config(config: Mapping[str, Any], origin: str) -> None:
    """Refuse a configuration that describes no network for images and texts, or an absurd one.

    Nothing is built here: what is let through can be built without weights in seconds.

    Args:
        config: ``model_cfg`` and ``preprocess_cfg``, as ``open_clip_config.json`` has them.
        origin: the file or architecture it comes from, for people.

    Raises:
        ModelError: which entry is wrong.
    """
    network = config.get("model_cfg")
    if not isinstance(network, Mapping):
        raise ModelError(
            f"{origin} has no model_cfg, the description of the network.",
            "Take a folder that open_clip has written; others have a file of another kind.",
        )
    for part in ("vision_cfg", "text_cfg"):
        if not isinstance(network.get(part), Mapping):
            raise ModelError(
                f"{origin} describes no {'image' if part == 'vision_cfg' else 'text'} tower "
                f"({part}).",
                "A model for search by words needs both towers.",
            )
    if "multimodal_cfg" in network:
        raise ModelError(
            f"{origin} describes a CoCa model, which also writes captions: not supported.",
            "Take a CLIP or SigLIP model.",
        )
    check_numbers(network, origin)
    _check_entries(network, origin)
    _check_timm_name(network["vision_cfg"].get("timm_model_name"), origin)
    _check_preprocessing(config.get("preprocess_cfg", {}), origin)


def check_numbers(value: Any, origin: str) -> None:
    """Refuse sizes that no network has: one that is built of them may fill any memory.

    Raises:
        ModelError: names the entry and its value.
    """
    for name, number in _numbers(value):
        is_layers = name.rpartition(".")[2] in ("layers", "num_hidden_layers", "num_layers")
        limit = _MAX_LAYERS if is_layers else _MAX_NUMBER
        if not -limit <= number <= limit:
            raise ModelError(
                f"{origin} asks for {shown(name)} = {str(number)[:20]}, which no real network has.",
                _ORIGINAL,
            )


def check_tower(tower: Mapping[str, Any], origin: str) -> None:
    """Refuse what configures no text tower of Hugging Face that open_clip knows.

    Raises:
        ModelError: it is another model's, or asks for more than a network.
    """
    if tower.get("model_type") not in _TOWERS:
        raise ModelError(
            f"{origin} is not the configuration of a text tower: its model_type is "
            f"{shown(str(tower.get('model_type')))!r}.",
            f"Put the tower's own config.json there; known are: {', '.join(_TOWERS)}.",
        )
    check_no_code(tower, origin)
    check_numbers(tower, origin)
    _check_kinds(tower, {"vocab_size": int}, origin)


def check_no_code(settings: Mapping[str, Any], origin: str) -> None:
    """Refuse settings that name program code to be fetched or run.

    Raises:
        ModelError: names the entry.
    """
    for name in settings:
        if _CODE_KEYS.fullmatch(name):
            raise ModelError(
                f"{origin} asks for program code of its own ({shown(name)}), which is never run.",
                "Take a model without it.",
            )


def _check_entries(network: Mapping[str, Any], origin: str) -> None:
    """Refuse what is read before the network is built, where it is of another kind."""
    if network.get("embed_dim") is None:
        raise ModelError(f"{origin} has no embed_dim, the size of its vectors.", _ORIGINAL)
    _check_kinds(network, {"embed_dim": int}, origin)
    kinds = {"vocab_size": int, "context_length": int, "hf_model_name": str}
    kinds |= {"hf_tokenizer_name": str, "tokenizer_kwargs": dict}
    text = network["text_cfg"]
    _check_kinds(text, kinds, origin)
    for option in text.get("tokenizer_kwargs") or {}:
        if option not in _TOKENIZER_OPTIONS:  # trust_remote_code is one, say
            raise ModelError(
                f"{origin} sets its tokenizer up with {shown(option)[:80]!r}, which is not "
                "supported.",
                _ORIGINAL,
            )


def _check_kinds(entries: Mapping[str, Any], kinds: Mapping[str, type], origin: str) -> None:
    for name, kind in kinds.items():
        value = entries.get(name)
        if value is not None and not isinstance(value, kind):
            raise ModelError(
                f"{origin} gives {shown(str(value))[:80]!r} as its {name}, which is no "
                f"{_KIND_NAMES[kind]}.",
                _ORIGINAL,
            )


def _numbers(value: Any, name: str = "", depth: int = 0) -> Iterator[tuple[str, float]]:
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, Mapping):
        for key, entry in value.items():
            yield from _numbers(entry, f"{name}.{key}" if name else str(key), depth + 1)
    elif isinstance(value, list | tuple):
        for entry in value:
            yield from _numbers(entry, name, depth + 1)
    elif isinstance(value, int | float):
        yield name, value


def _check_timm_name(name: Any, origin: str) -> None:
    """Names with a scheme (``hf-hub:``) are downloads, and some bring code with them."""
    if name is not None and not (isinstance(name, str) and _TIMM_NAME.fullmatch(name)):
        raise ModelError(
            f"{origin} names an image tower that is no network of timm: {shown(str(name))[:80]!r}.",
            _ORIGINAL,
        )


def _check_preprocessing(preprocessing: Any, origin: str) -> None:
    hint = "Take the original file again, or compare with another model's."
    if not isinstance(preprocessing, Mapping):
        raise ModelError(f"The preprocess_cfg of {origin} is no object.", hint)
    check_numbers(preprocessing, origin)
    for key in ("mean", "std"):
        numbers = preprocessing.get(key)
        if numbers is not None and not _are_channels(numbers, positive=key == "std"):
            raise ModelError(
                f"{origin} prepares images with {key} = {shown(str(numbers))[:80]}; "
                "three numbers belong there, one for each colour.",
                hint,
            )
    known = {"interpolation": ("bicubic", "bilinear", "random"), "mode": ("RGB",)}
    known["resize_mode"] = ("shortest", "longest", "squash")
    for key, values in known.items():
        if preprocessing.get(key) is not None and preprocessing[key] not in values:
            raise ModelError(
                f"{origin} prepares images with {key} = {shown(str(preprocessing[key]))[:80]!r}; "
                f"known are: {', '.join(values)}.",
                hint,
            )


def _are_channels(numbers: Any, *, positive: bool) -> bool:
    return (
        isinstance(numbers, list | tuple)
        and len(numbers) == 3
        and all(isinstance(n, int | float) and -1e3 < n < 1e3 for n in numbers)
        and (not positive or all(n > 0 for n in numbers))
    )
