"""Folders that hold no usable model, each with what has to be said of it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from broken_files import bare, broken
from carried_models import copy_model
from tiny_clip import CONFIG_FILE, WEIGHTS_FILE, make_tiny_clip


@broken("There are no weights in")
def folder_without_weights(good: Path, bad: Path) -> Path:
    shutil.copy(good / CONFIG_FILE, bad)
    return bad


@broken("has no open_clip_config.json")
def folder_without_config(good: Path, bad: Path) -> Path:
    shutil.copy(good / WEIGHTS_FILE, bad)
    return bad


@broken("split into several files")
def folder_in_pieces(good: Path, bad: Path) -> Path:
    shutil.copy(good / CONFIG_FILE, bad)
    bare(bad, b"{}", "model.safetensors.index.json")
    return bad


@broken("is not JSON")
def config_cut_short(good: Path, bad: Path) -> Path:
    shutil.copytree(good, bad, dirs_exist_ok=True)
    text = (good / CONFIG_FILE).read_text(encoding="utf-8")
    (bad / CONFIG_FILE).write_text(text[:100], encoding="utf-8")
    return bad


@broken("has no model_cfg")
def config_of_another_kind(good: Path, bad: Path) -> Path:
    shutil.copytree(good, bad, dirs_exist_ok=True)
    (bad / CONFIG_FILE).write_text('{"architectures": ["CLIPModel"]}', encoding="utf-8")
    return bad


@broken("describes no text tower")
def config_without_words(good: Path, bad: Path) -> Path:
    return copy_model(good, bad / "m", text_cfg=None)


@broken("layers = 1000000000, which no real network has")
def config_of_endless_layers(good: Path, bad: Path) -> Path:
    return copy_model(good, bad / "m", vision_cfg__layers=10**9)


@broken("of other sizes: .* is 32 instead of 1048576")
def config_of_terabytes(good: Path, bad: Path) -> Path:
    return copy_model(good, bad / "m", vision_cfg__width=1 << 20, text_cfg__width=1 << 20)


@broken("no network of timm")
def config_that_downloads(good: Path, bad: Path) -> Path:
    return copy_model(good, bad / "m", vision_cfg__timm_model_name="hf-hub:evil/trojan")


@broken("no network that open_clip can build")
def config_of_nonsense(good: Path, bad: Path) -> Path:
    return copy_model(good, bad / "m", vision_cfg__wdith=32)


@broken("CoCa")
def caption_writer(good: Path, bad: Path) -> Path:
    return copy_model(good, bad / "m", multimodal_cfg={})


@broken("lacks visual.transformer.resblocks.2")
def config_with_a_layer_more(good: Path, bad: Path) -> Path:
    return copy_model(good, bad / "m", vision_cfg__layers=3)


@broken("that the architecture has no place for")
def config_with_a_layer_less(good: Path, bad: Path) -> Path:
    return copy_model(good, bad / "m", text_cfg__layers=1)


@broken("three numbers belong there")
def colours_missing(good: Path, bad: Path) -> Path:
    config = json.loads((good / CONFIG_FILE).read_text(encoding="utf-8"))
    config["preprocess_cfg"]["std"] = [0.5, 0.0, 0.5]
    shutil.copytree(good, bad, dirs_exist_ok=True)
    (bad / CONFIG_FILE).write_text(json.dumps(config), encoding="utf-8")
    return bad


@broken("own tokenizer is missing")
def siglip_without_tokenizer(good: Path, bad: Path) -> Path:
    folder = make_tiny_clip(bad / "siglip", "siglip")
    (folder / "tokenizer.json").unlink()
    return folder


@broken("is no tokenizer: EOF")
def siglip_with_half_a_tokenizer(good: Path, bad: Path) -> Path:
    folder = make_tiny_clip(bad / "siglip", "siglip")
    text = (folder / "tokenizer.json").read_text(encoding="utf-8")
    (folder / "tokenizer.json").write_text(text[:500], encoding="utf-8")
    return folder


@broken("belongs to another model")
def siglip_with_another_tokenizer(good: Path, bad: Path) -> Path:
    folder = make_tiny_clip(bad / "siglip", "siglip")
    return copy_model(folder, bad / "m", text_cfg__vocab_size=8)


@broken("program code of its own")
def tokenizer_with_code(good: Path, bad: Path) -> Path:
    folder = make_tiny_clip(bad / "siglip", "siglip")
    settings = {"auto_map": {"AutoTokenizer": ["tokenizer.Evil", None]}}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), encoding="utf-8")
    return folder


@broken("not the configuration of a text tower")
def tower_of_another_kind(good: Path, bad: Path) -> Path:
    folder = make_tiny_clip(bad / "xlm", "xlm-roberta")
    (folder / "config.json").write_text('{"model_type": "clip"}', encoding="utf-8")
    return folder


@broken("CLIP's tokenizer gives")
def few_words(good: Path, bad: Path) -> Path:
    return copy_model(good, bad / "m", text_cfg__vocab_size=1000)


@broken("'many' as its vocab_size, which is no whole number")
def config_of_words(good: Path, bad: Path) -> Path:
    return copy_model(good, bad / "m", text_cfg__vocab_size="many")


@broken("has no embed_dim")
def config_without_a_size(good: Path, bad: Path) -> Path:
    return copy_model(good, bad / "m", embed_dim=None)


@broken(r"asks for vision_cfg\.width = 1000000")
def config_beyond_all_numbers(good: Path, bad: Path) -> Path:
    return copy_model(good, bad / "m", vision_cfg__width=10**400)


@broken("sets its tokenizer up with 'trust_remote_code'")
def config_that_trusts(good: Path, bad: Path) -> Path:
    return copy_model(good, bad / "m", text_cfg__tokenizer_kwargs={"trust_remote_code": True})


@broken("'8' as its vocab_size")
def tower_of_words(good: Path, bad: Path) -> Path:
    folder = make_tiny_clip(bad / "xlm", "xlm-roberta")
    tower = '{"model_type": "xlm-roberta", "vocab_size": "8"}'
    (folder / "config.json").write_text(tower, encoding="utf-8")
    return folder


@broken("is no tokenizer: no entry found")
def tokenizer_that_panics(good: Path, bad: Path) -> Path:
    folder = make_tiny_clip(bad / "siglip", "siglip")
    tokenizer = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    tokenizer["post_processor"]["special_tokens"] = {}
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer), encoding="utf-8")
    return folder
