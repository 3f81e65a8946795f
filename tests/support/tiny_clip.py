"""Tiny models in open_clip's real format, one of each family: random weights, a few megabytes."""

from __future__ import annotations

import json
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from photosearch.model.folder import ModelFolder
from photosearch.model.torchvision_shim import declare_missing_operators
from photosearch.model.weights import fingerprint_file

if TYPE_CHECKING:
    from tokenizers import Tokenizer

CONFIG_FILE = "open_clip_config.json"
WEIGHTS_FILE = "open_clip_model.safetensors"

_SIDE_PX = 32
_DIMENSION = 32
_CONTEXT = 16
_VIT = {"image_size": _SIDE_PX, "layers": 2, "width": 32, "patch_size": 16, "head_width": 16}
_TEXT = {"context_length": _CONTEXT, "vocab_size": 49408, "width": 32, "heads": 2, "layers": 2}
_SIGLIP_TEXT = {
    "context_length": _CONTEXT,
    "vocab_size": 64,
    "hf_tokenizer_name": "tests/tiny-siglip",
    "tokenizer_kwargs": {"clean": "canonicalize"},
    "width": 32,
    "heads": 2,
    "layers": 2,
    "no_causal_mask": True,
    "proj_bias": True,
    "pool_type": "last",
    "norm_kwargs": {"eps": 1e-6},
    "act_kwargs": {"approximate": "tanh"},
}
_MODELS: dict[str, dict[str, Any]] = {
    "vit": {"vision_cfg": _VIT, "text_cfg": _TEXT},
    "vit-quickgelu": {"vision_cfg": _VIT, "text_cfg": _TEXT, "quick_gelu": True},
    "siglip": {
        "embed_dim": 96,  # the width of the tower, as there is no projection
        "init_logit_bias": -10,
        "custom_text": True,
        "vision_cfg": {
            "image_size": 160,
            "timm_model_name": "test_vit3",  # pools by a learned attention ("map"), as SigLIP's
            "timm_model_pretrained": False,
            "timm_pool": "map",
            "timm_proj": "none",
        },
        "text_cfg": _SIGLIP_TEXT,
    },
    "convnext": {
        "vision_cfg": {
            "timm_model_name": "test_convnext",
            "timm_model_pretrained": False,
            "timm_pool": "",
            "timm_proj": "linear",
            "timm_drop": 0.0,
            "timm_drop_path": 0.1,
            "image_size": 64,
        },
        "text_cfg": _TEXT,
    },
    "mobileclip": {
        "custom_text": True,
        "vision_cfg": {
            "timm_model_name": "test_efficientnet",
            "timm_model_pretrained": False,
            "timm_pool": "avg",
            "timm_proj": "linear",
            "timm_drop": 0.0,
            "timm_drop_path": 0.0,
            "image_size": 64,
        },
        "text_cfg": {**_TEXT, "no_causal_mask": True},
    },
    "xlm-roberta": {
        "vision_cfg": _VIT,
        "text_cfg": {
            "context_length": _CONTEXT,
            "hf_model_name": "tests/tiny-xlm-roberta",
            "hf_tokenizer_name": "tests/tiny-xlm-roberta",
            "hf_pooler_type": "mean_pooler",
            "hf_proj_type": "mlp",
        },
    },
}
_CLIP_MEAN, _CLIP_STD = (
    [0.48145466, 0.4578275, 0.40821073],
    [0.26862954, 0.26130258, 0.27577711],
)
_PREPROCESSING: dict[str, dict[str, Any]] = {
    "siglip": {"mean": [0.5] * 3, "std": [0.5] * 3, "resize_mode": "squash"},
    "mobileclip": {"mean": [0.0] * 3, "std": [1.0] * 3, "interpolation": "bilinear"},
}
_TOWER = {
    "model_type": "xlm-roberta",
    "vocab_size": 64,
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 64,
    "max_position_embeddings": _CONTEXT + 2,
    "type_vocab_size": 1,
    "layer_norm_eps": 1e-5,
    "pad_token_id": 1,
    "bos_token_id": 0,
    "eos_token_id": 2,
}
FAMILIES = tuple(_MODELS)


def make_tiny_clip(folder: Path, family: str = "vit", seed: int = 0) -> Path:
    """Write a model of a family (see ``FAMILIES``) into ``folder``, made if need be.

    The folder is as open_clip's ``local-dir:`` has it: ``open_clip_config.json`` and
    ``open_clip_model.safetensors`` with random weights of that seed; for siglip and xlm-roberta
    ``tokenizer.json`` and ``tokenizer_config.json``; for xlm-roberta also ``config.json``, that of
    the text tower. The same arguments write the same bytes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    config = {
        "model_cfg": {"embed_dim": _DIMENSION, **_MODELS[family]},
        "preprocess_cfg": {
            "mean": _CLIP_MEAN,
            "std": _CLIP_STD,
            "interpolation": "bicubic",
            "resize_mode": "shortest",
            **_PREPROCESSING.get(family, {}),
        },
    }
    (folder / CONFIG_FILE).write_text(json.dumps(config, indent=2), encoding="utf-8")
    if family == "siglip":
        _write_tokenizer(folder, _siglip_tokenizer(), pad="<pad>", eos="<eos>")
    elif family == "xlm-roberta":
        tokens = {"bos": "<s>", "cls": "<s>", "sep": "</s>"}
        _write_tokenizer(folder, _xlm_tokenizer(), pad="<pad>", eos="</s>", **tokens)
        (folder / "config.json").write_text(json.dumps(_TOWER), encoding="utf-8")
    (folder / WEIGHTS_FILE).write_bytes(_weights(family, seed))
    return folder


def as_model_folder(
    folder: Path, name: str = "tiny/test", *, place: Path | None = None, is_ours: bool = True
) -> ModelFolder:
    """What `InstalledModels` would hold of a folder of `make_tiny_clip`.

    Args:
        place: our own folder for the model, to give to ``InstalledModels(...).install``; None is
            the folder itself.
    """
    config = json.loads((folder / CONFIG_FILE).read_text(encoding="utf-8"))
    weights = folder / WEIGHTS_FILE
    has_tokenizer = (folder / "tokenizer.json").is_file()
    return ModelFolder(
        name=name,
        folder=place or folder,
        config=config,
        weights=weights,
        tokenizer=folder if has_tokenizer else None,
        fingerprint=fingerprint_file(weights),
        is_ours=is_ours,
    )


@lru_cache(maxsize=8)
def _weights(family: str, seed: int) -> bytes:
    """The file of weights; many tests of a process want the same."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "config.json").write_text(json.dumps(_TOWER), encoding="utf-8")
        network = {"embed_dim": _DIMENSION, **_MODELS[family]}
        return random_weights(network, seed, folder)


def random_weights(network: dict[str, Any], seed: int, tower: str = "") -> bytes:
    """A safetensors file for a ``model_cfg``; ``tower`` has a text tower's ``config.json``."""
    declare_missing_operators()
    import open_clip
    import torch
    from safetensors.torch import save

    built = json.loads(json.dumps(network))
    is_custom = built.pop("custom_text", False)
    if "hf_model_name" in built["text_cfg"]:
        built["text_cfg"] |= {"hf_model_name": tower, "hf_model_pretrained": False}
        is_custom = True
    kind = open_clip.CustomTextCLIP if is_custom else open_clip.CLIP
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = kind(**built)
        for name, weight in model.named_parameters():
            if not name.startswith("logit") and weight.std() == 0:  # what starts out as all alike
                weight.data += 0.1 * torch.randn_like(weight)
    return bytes(save({name: w.contiguous() for name, w in model.state_dict().items()}))


def _siglip_tokenizer() -> Tokenizer:
    """As Gemma's: pieces of words after ▁, and an end token."""
    from tokenizers import processors

    tokenizer = _pieces(["<pad>", "<eos>", "<bos>", "<unk>"])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="$A <eos>", pair="$A $B <eos>", special_tokens=[("<eos>", 1)]
    )
    return tokenizer


def _xlm_tokenizer() -> Tokenizer:
    """As XLM-RoBERTa's: pieces of words after ▁ between a start and an end token."""
    from tokenizers import processors

    tokenizer = _pieces(["<s>", "<pad>", "</s>", "<unk>"])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", 0), ("</s>", 2)],
    )
    return tokenizer


def _pieces(special: list[str]) -> Tokenizer:
    from tokenizers import AddedToken, Tokenizer, models, pre_tokenizers

    letters = "▁abcdefghijklmnopqrstuvwxyzäöü0123456789.,!?'-ABC"
    words = ["▁a", "▁dog", "▁cat", "▁red", "▁the", "er", "in", "▁un"]
    vocabulary = [(piece, 0.0) for piece in special]
    vocabulary += [(piece, -5.0 - rank / 100) for rank, piece in enumerate([*letters, *words])]
    assert len(vocabulary) <= 64
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=3))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.add_special_tokens([AddedToken(token, normalized=False) for token in special])
    return tokenizer


def _write_tokenizer(folder: Path, tokenizer: Tokenizer, pad: str, eos: str, **more: str) -> None:
    tokenizer.save(str(folder / "tokenizer.json"))
    named = {"pad": pad, "eos": eos, "unk": "<unk>", **more}
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "padding_side": "right",
        "model_max_length": _CONTEXT,
        **{f"{role}_token": token for role, token in named.items()},
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config), encoding="utf-8")
