"""The parts of the measurement of models, each to be run in a process of its own: JSON on stdout.

Random weights take the same time and memory as trained ones; what they say of photos is noise.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from photos import sample_pictures

QUERY = "two children playing on the beach"
_ROUNDS = 40


def make(data_dir: str, architecture: str) -> dict[str, Any]:
    """Install a model of an architecture with random weights."""
    from photosearch.model.folder import InstalledModels, ModelFolder
    from photosearch.model.torchvision_shim import declare_missing_operators
    from photosearch.model.weights import fingerprint_file
    from photosearch.paths import AppPaths

    declare_missing_operators()
    import open_clip
    import torch
    from safetensors.torch import save_file

    name = f"{architecture}/random"
    installed = InstalledModels(AppPaths(Path(data_dir)).installed_models)
    place = installed.place(name)
    place.mkdir(parents=True, exist_ok=True)
    config = open_clip.get_model_config(architecture)
    text = config["text_cfg"]
    tokenizer = place if text.get("hf_tokenizer_name") else None
    if tokenizer is not None:
        _write_tokenizer(place, has_start="hf_model_name" in text)
    model = ModelFolder(
        name,
        place,
        {"model_cfg": config, "preprocess_cfg": _preprocessing(architecture)},
        place / "open_clip_model.safetensors",
        tokenizer,
        "0" * 32,
    )
    torch.manual_seed(0)
    network = _without_weights(model)
    save_file(
        {key: value.contiguous() for key, value in network.state_dict().items()}, model.weights
    )
    parameters = sum(p.numel() for p in network.parameters())
    installed.install(
        ModelFolder(
            name, place, model.config, model.weights, tokenizer, fingerprint_file(model.weights)
        )
    )
    return {
        "weights_mb": model.weights.stat().st_size / 1e6,
        "parameters_m": parameters / 1e6,
    }


def prepare(data_dir: str, cache_dir: str, name: str, precision: str) -> dict[str, Any]:
    """Make the model ready, as the end of a download does."""
    from photosearch.model import preparing
    from photosearch.model.prepared import PreparedModels
    from photosearch.settings import Settings

    paths, model = _installed(data_dir, cache_dir, name)
    started = time.perf_counter()
    preparing.prepare(model, paths, Settings(precision=precision))
    taken_s = time.perf_counter() - started
    store = PreparedModels(paths.models)
    notes = {
        tower: {k: v for k, v in found.note.items() if k not in ("sizes", "tokenizer")}
        for tower in ("text", "image", "text-int8", "image-int8")
        if (found := store.find(model, tower))
    }
    size = sum(f.stat().st_size for f in store.place(model).rglob("*") if f.is_file())
    return {"prepare_s": taken_s, "disk_mb": size / 1e6, "towers": notes}


def load(data_dir: str, cache_dir: str, name: str, photos: str) -> dict[str, Any]:
    """Load the text tower, then the image tower, and embed photos as an indexing job does."""
    from concurrent.futures import ThreadPoolExecutor

    import psutil

    from photosearch.library.content import read_photo
    from photosearch.library.images import decode
    from photosearch.model.registry import load_encoder
    from photosearch.paths import AppPaths
    from photosearch.settings import Settings

    process = psutil.Process()

    def memory_mb() -> float:
        return float(process.memory_info().rss) / 1e6

    before_mb = memory_mb()
    settings = Settings(model=name)
    encoder, open_s = _timed(
        lambda: load_encoder(AppPaths(Path(data_dir), Path(cache_dir)), settings)
    )
    _, text_s = _timed(lambda: encoder.encode_texts([QUERY]))
    text_mb = memory_mb()
    has_torch_after_text = "torch" in sys.modules

    def pixels_of(file: Path) -> Any:
        return encoder.preprocess(decode(read_photo(file).data, encoder.decode_side_px).image)

    files = sorted(Path(photos).rglob("*.jpg"))
    first = [pixels_of(files[0])]
    _, image_s = _timed(lambda: encoder.encode_images(first))
    image_mb = memory_mb()
    size = settings.batch_size
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        started = time.perf_counter()
        for start in range(0, len(files), size):
            encoder.encode_images(list(pool.map(pixels_of, files[start : start + size])))
        whole_s = time.perf_counter() - started
    batch = first * size
    tower_s = statistics.median(_timed(lambda: encoder.encode_images(batch))[1] for _ in range(5))
    peak_mb = memory_mb()
    encoder.rest()
    return {
        "open_s": open_s,
        "first_text_s": text_s,
        "text_mb": text_mb - before_mb,
        "has_torch_after_text": has_torch_after_text,
        "first_image_s": image_s,
        "both_mb": image_mb - before_mb,
        "batches_mb": peak_mb - before_mb,
        "rest_mb": memory_mb() - before_mb,
        "photos_per_s": len(files) / whole_s,
        "photos": len(files),
        "tower_per_s": size / tower_s,
        "has_torch": "torch" in sys.modules,
    }


def queries(data_dir: str, cache_dir: str, name: str) -> dict[str, Any]:
    """A query of six words by open_clip and by us, by turns; tokens and all."""
    import torch

    from photosearch.model.clip import load_clip
    from photosearch.model.openclip import build, reference_tokenizer
    from photosearch.settings import Settings

    paths, model = _installed(data_dir, cache_dir, name)
    network, tokenizer = build(model), reference_tokenizer(model)
    encoder = load_clip(model, paths, Settings(device="cpu"))
    ways: dict[str, Callable[[], Any]] = {
        "open_clip": lambda: network.encode_text(tokenizer([QUERY]), normalize=True).numpy(),
        "ours": lambda: encoder.encode_texts([QUERY]),
    }
    from photosearch.model.prepared import PreparedModels

    coarse = PreparedModels(paths.models).find(model, "text-int8")
    if coarse is not None and coarse.note["is_used"]:
        rough = load_clip(model, paths, Settings(device="cpu", precision="int8"))
        ways["int8"] = lambda: rough.encode_texts([QUERY])
    with torch.inference_mode():
        answers = {way: run() for way, run in ways.items()}
        times: dict[str, list[float]] = {way: [] for way in ways}
        for _ in range(_ROUNDS):
            for way, run in ways.items():
                times[way].append(_timed(run)[1] * 1e3)
    ratios = [a / b for a, b in zip(times["open_clip"], times["ours"], strict=True)]
    return {
        "median_ms": {way: statistics.median(taken) for way, taken in times.items()},
        "least_ms": {way: min(taken) for way, taken in times.items()},
        "ratio": statistics.median(ratios),
        "cosine": {way: float((a * answers["open_clip"]).sum()) for way, a in answers.items()},
    }


def parity(data_dir: str, cache_dir: str, name: str) -> dict[str, Any]:
    """The least cosine between our embeddings and open_clip's own, for texts and for photos."""
    import torch

    from photosearch.model.clip import load_clip
    from photosearch.model.openclip import build, reference_tokenizer, text_reference
    from photosearch.model.trials import PROBE_TEXTS
    from photosearch.settings import Settings

    paths, model = _installed(data_dir, cache_dir, name)
    network = build(model)
    encoder = load_clip(model, paths, Settings(device="cpu"))
    texts = encoder.encode_texts(PROBE_TEXTS)
    expected, _ = text_reference(network, reference_tokenizer(model), PROBE_TEXTS)
    pictures = [picture.convert("RGB") for picture in sample_pictures()]
    pixels = [encoder.preprocess(picture) for picture in pictures]
    images = encoder.encode_images(pixels)
    transform = _their_transform(model, network)
    with torch.inference_mode():
        batch = torch.stack([transform(picture) for picture in pictures])
        theirs = network.encode_image(batch, normalize=True).numpy()
    return {
        "text": float((texts * expected).sum(axis=1).min()),
        "image": float((images * theirs).sum(axis=1).min()),
    }


def _installed(data_dir: str, cache_dir: str, name: str) -> tuple[Any, Any]:
    from photosearch.model.folder import InstalledModels
    from photosearch.paths import AppPaths

    paths = AppPaths(Path(data_dir), Path(cache_dir))
    model = InstalledModels(paths.installed_models).find(name)
    assert model is not None, name
    return paths, model


def _timed(run: Callable[[], Any]) -> tuple[Any, float]:
    started = time.perf_counter()
    value = run()
    return value, time.perf_counter() - started


def _without_weights(model: Any) -> Any:
    """The network as open_clip builds it, before any weights."""
    import open_clip
    from open_clip import factory

    from photosearch.model import openclip

    plain = factory.load_checkpoint
    factory.load_checkpoint = lambda *_, **__: None
    try:
        assert open_clip
        return openclip.build(model)
    finally:
        factory.load_checkpoint = plain


def _preprocessing(architecture: str) -> dict[str, Any]:
    """What the published weights of an architecture have."""
    import open_clip

    for tag in open_clip.list_pretrained_tags_by_model(architecture):
        config = open_clip.get_pretrained_cfg(architecture, tag)
        keys = ("mean", "std", "interpolation", "resize_mode")
        return {key: config[key] for key in keys if config.get(key) is not None}
    return {}


def _write_tokenizer(folder: Path, *, has_start: bool) -> None:
    """A stand-in of letters: the real ones have to be downloaded, and cost no time to run."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    special = ["<s>", "<pad>", "</s>", "<unk>"] if has_start else ["<pad>", "</s>", "<s>", "<unk>"]
    letters = [*"▁abcdefghijklmnopqrstuvwxyz0123456789", "▁the", "er", "in"]
    vocabulary = [(piece, 0.0) for piece in special]
    vocabulary += [(piece, -5.0 - rank / 100) for rank, piece in enumerate(letters)]
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=3))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.add_special_tokens(special)
    ends = [(token, special.index(token)) for token in ("<s>", "</s>")]
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>" if has_start else "$A </s>", special_tokens=ends
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    names = {"pad": "<pad>", "eos": "</s>", "unk": "<unk>"}
    about = {f"{role}_token": token for role, token in names.items()}
    about |= {"tokenizer_class": "PreTrainedTokenizerFast", "padding_side": "right"}
    (folder / "tokenizer_config.json").write_text(json.dumps(about), encoding="utf-8")


def _their_transform(model: Any, network: Any) -> Any:
    from open_clip.transform import PreprocessCfg, image_transform_v2

    config = {**model.config["preprocess_cfg"], "size": network.visual.image_size}
    return image_transform_v2(PreprocessCfg(**config), is_train=False)


_STEPS = {step.__name__: step for step in (make, prepare, load, queries, parity)}


if __name__ == "__main__":
    with os.fdopen(os.dup(1), "w") as answer:
        os.dup2(2, 1)  # libraries that print must not get between
        json.dump(_STEPS[sys.argv[1]](*sys.argv[2:]), answer)
