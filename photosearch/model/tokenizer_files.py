"""The files by which a model takes texts apart: found in a folder, and checked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from photosearch.errors import ModelError, shown
from photosearch.model.configuration import check_no_code, check_tower, read_json

TOKENIZER = "tokenizer.json"
TOWER = "config.json"
_SETTINGS = "tokenizer_config.json"
_FILES = (
    TOKENIZER,
    _SETTINGS,
    "special_tokens_map.json",
    "added_tokens.json",
    "sentencepiece.bpe.model",
    "spiece.model",
    "tokenizer.model",
    "vocab.txt",
    "vocab.json",
    "merges.txt",
)
_MAX_BYTES = 128 << 20
_PROBE = "A photo of two dogs on a beach, 2024 – dos perros, 海の犬, собаки 🐕"
"""Words of several scripts: a tokenizer of another model gives numbers that the tower lacks."""
_CLIP_WORDS = 49408
"""The entries of CLIP's own tokenizer."""


def needs_tokenizer(network: Mapping[str, Any]) -> bool:
    """Whether the model brings a tokenizer; else it uses CLIP's own."""
    text = network["text_cfg"]
    return bool(text.get("hf_tokenizer_name") or text.get("hf_model_name"))


def needs_tower(network: Mapping[str, Any]) -> bool:
    """Whether the text tower is a network of Hugging Face with a configuration of its own."""
    return bool(network["text_cfg"].get("hf_model_name"))


def find_tokenizer(network: Mapping[str, Any], folder: Path | None) -> dict[str, Path]:
    """The files that the model's text tower needs beside its weights, by name, all checked.

    Args:
        network: the ``model_cfg``, checked.
        folder: where to look; None if only the weights are there.

    Raises:
        ModelError: one is missing, belongs to another model, or wants to run code of its own.
    """
    if not needs_tokenizer(network):
        _refuse_few_words(network)
        return {}
    if folder is None or not (folder / TOKENIZER).is_file():
        wanted = shown(str(network["text_cfg"].get("hf_tokenizer_name") or "the model"))[:100]
        raise ModelError(
            "The model's own tokenizer is missing: "
            + (f"there is no {TOKENIZER} in {shown(str(folder))}." if folder else "the file has "
               "the weights alone."),
            "Add the whole folder of the model, with open_clip_config.json and the files of its "
            f"tokenizer ({TOKENIZER}, {_SETTINGS}); this one wants those of {wanted}.",
        )  # fmt: skip
    found = {name: folder / name for name in _FILES if (folder / name).is_file()}
    for file in found.values():
        if file.stat().st_size > _MAX_BYTES:
            raise ModelError(f"{shown(str(file))} is too large for a tokenizer.", "")
    if _SETTINGS in found:
        check_no_code(read_json(found[_SETTINGS], _MAX_BYTES), shown(str(found[_SETTINGS])))
    if needs_tower(network):
        found[TOWER] = folder / TOWER
        tower = read_json(found[TOWER])
        check_tower(tower, shown(str(found[TOWER])))
        words = tower.get("vocab_size") or 0
    else:
        words = network["text_cfg"].get("vocab_size") or _CLIP_WORDS
    _check_tokenizer(found[TOKENIZER], words)
    return found


def _refuse_few_words(network: Mapping[str, Any]) -> None:
    words = network["text_cfg"].get("vocab_size") or _CLIP_WORDS
    if words < _CLIP_WORDS:
        raise ModelError(
            f"The text tower knows {words:,} tokens, but CLIP's tokenizer gives {_CLIP_WORDS:,}.",
            "The model was made with another tokenizer: its configuration has to name it.",
        )


def _check_tokenizer(file: Path, words: int) -> None:
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(file))
        tokenizer.no_padding()  # it may ask for a billion
        ids = tokenizer.encode(_PROBE).ids
    except BaseException as error:
        # The library raises Exception itself, and its panics are not even that.
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        raise ModelError(
            f"{shown(str(file))} is no tokenizer: {shown(str(error))[:200]}.",
            "Copy or download the file again.",
        ) from error
    if max(ids, default=0) >= words:
        raise ModelError(
            f"{shown(str(file))} belongs to another model: it gives token {max(ids):,}, and the "
            f"text tower knows {words:,}.",
            "Take the tokenizer and the weights from the same place.",
        )
