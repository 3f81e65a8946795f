"""Makes an open_clip model ready for this machine: its towers as files that need no torch."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from photosearch.errors import ModelError
from photosearch.model.device import may_have_gpu
from photosearch.model.elsewhere import is_torch_here, obey, run_elsewhere
from photosearch.model.folder import ModelFolder
from photosearch.model.prepared import Prepared, PreparedModels
from photosearch.model.speeds import Speed, Speeds
from photosearch.model.tokenizing import open_tokenizer
from photosearch.model.trials import PROBE_TEXTS, cosine, probe_pixels, seconds_a_run

if TYPE_CHECKING:
    from photosearch.jobs import CancelToken
    from photosearch.model.exporting import TextGraph
    from photosearch.model.tokenizing import TextTokenizer
    from photosearch.paths import AppPaths
    from photosearch.settings import Settings
    from photosearch.types import Embeddings

_log = logging.getLogger(__name__)

SAME = 0.9999
"""The least cosine with open_clip's own embeddings that counts as the same result."""
_SAME_BF16 = 0.999
_SAME_INT8 = 0.99
_INT8_GAIN = 1.3
"""int8 costs some accuracy: it must be worth it."""
_ONNX_HANDICAP = 1.05
"""torch must be faster by more than this: it takes seconds and 400 MB more to load."""

_IMAGES = 4
_TRIAL_S = 3.0


def prepare(
    model: ModelFolder, paths: AppPaths, settings: Settings, cancel: CancelToken | None = None
) -> None:
    """Make both towers ready, so that the first search and the first photo need not wait.

    It takes some ten seconds, most of them to import torch, and goes on in a process of its own,
    so that this one does not keep torch. What is ready already is left alone. If it is cancelled,
    it returns early, and what was not ready is made when it is needed.

    Raises:
        ModelError: the weights cannot be loaded, or the cache cannot be written.
    """
    towers = ["text"]
    if settings.device == "cpu" or (settings.device == "auto" and not may_have_gpu()):
        towers.append("image")
    if settings.precision == "int8":
        towers += [f"{tower}-int8" for tower in towers]
    _prepare(model, paths.models, towers, cancel)
    _note_speed(model, paths)


def prepare_tower(model: ModelFolder, cache: Path, tower: str) -> Prepared:
    """A tower that is ready: as it lies in the cache, or else made now.

    Args:
        tower: ``text``, ``image``, or one of them and ``-int8``.

    Raises:
        ModelError: the weights cannot be loaded, or the cache cannot be written.
    """
    _prepare(model, cache, [tower], None)
    prepared = PreparedModels(cache).find(model, tower)
    if prepared is None:
        raise ModelError(
            f"The model {model.name} was made ready in {cache}, and is gone again.",
            "Choose a cache folder that nothing else clears: PHOTOSEARCH_CACHE_DIR.",
        )
    return prepared


def _note_speed(model: ModelFolder, paths: AppPaths) -> None:
    """Keep what was measured of the image tower where the menu of models finds it."""
    image = PreparedModels(paths.models).find(model, "image")
    if image is None:
        return
    engine: str = image.note["engine"]
    with suppress(OSError):  # it is only told to people
        Speeds(paths.speeds).save(
            model.architecture, Speed(image.note["photos_per_s"][engine], engine)
        )


def _prepare(
    model: ModelFolder, cache: Path, towers: list[str], cancel: CancelToken | None
) -> None:
    store = PreparedModels(cache)
    missing = [tower for tower in towers if store.find(model, tower) is None]
    if missing and not is_torch_here():
        order = {"cache": str(cache), "towers": missing}
        doing = f"Making the model {model.name} ready"
        run_elsewhere("photosearch.model.preparing", model, order, cancel, doing)
        return
    for tower in missing:
        prepare_here(model, cache, tower)


def prepare_here(model: ModelFolder, cache: Path, tower: str) -> Prepared:
    """What `prepare_tower` does, in this process."""
    store = PreparedModels(cache)
    with store.alone(model):
        if store.find(model, tower) is None:  # another process may have made it meanwhile
            started = time.monotonic()
            with store.make(model, tower) as (folder, note):
                _MAKERS[tower](model, cache, folder, note)
            taken_s = time.monotonic() - started
            _log.info("Made the %s tower of %s ready in %.1f s.", tower, model.name, taken_s)
        prepared = store.find(model, tower)
    assert prepared is not None
    return prepared


def _make_text(model: ModelFolder, cache: Path, folder: Path, note: dict[str, Any]) -> None:
    """Write the text tower in the leanest way that says the same as open_clip."""
    from photosearch.model import openclip
    from photosearch.model.exporting import text_graphs

    network = openclip.build(model)
    reference = openclip.reference_tokenizer(model)
    facts = openclip.save_tokenizer(model, reference, folder)
    expected, ids = openclip.text_reference(network, reference, PROBE_TEXTS)
    tokenizer = open_tokenizer(folder, facts)
    rows = [tokenizer.encode(text)[0] for text in PROBE_TEXTS]
    if [tokenizer.padded(row) for row in rows] != ids:
        raise ModelError(
            f"The tokenizer of {model.name} is of a kind that photosearch does not know.",
            "Take another model.",
        )
    size = network.visual.image_size
    note |= {
        "tokenizer": facts.as_json(),
        "dimension": expected.shape[1],
        "size_px": [size, size] if isinstance(size, int) else list(size),
        "kind": "torch",
        "is_trimmed": False,
        "pool": "",
        "eos_id": 0,
    }
    for graph in text_graphs(network):
        note |= {
            "kind": str(graph.kind),
            "is_trimmed": graph.is_trimmed,
            "pool": graph.pool,
            "eos_id": graph.eos_id,
        }
        if _write_text(graph, Prepared(folder, note), tokenizer, rows, expected):
            return
    note["kind"] = "torch"
    _log.warning("The text tower of %s runs in torch only, which is slower.", model.name)


def _write_text(
    graph: TextGraph,
    made: Prepared,
    tokenizer: TextTokenizer,
    rows: list[list[int]],
    expected: Embeddings,
) -> bool:
    """Write one graph and try it; False if it cannot be written or says something else."""
    from photosearch.model.exporting import example_of, export_text
    from photosearch.model.onnx_towers import OnnxTextTower

    folder = made.folder
    try:
        if graph.words is not None:
            np.save(folder / "words.npy", graph.words.detach().numpy())
        example = example_of(graph, tokenizer.facts.context_length)
        export_text(graph, example, folder / "text.onnx")
        likeness = cosine(OnnxTextTower(made, tokenizer).encode(rows), expected)
    except (RuntimeError, ValueError, TypeError, ModelError) as error:
        _log.info("The text tower cannot be run as %s: %.200s", graph.kind, error)
        likeness = -1.0
    if likeness >= SAME:
        return True
    _log.info("The text tower run as %s has a cosine of %.5f only.", graph.kind, likeness)
    for name in ("words.npy", "text.onnx", "text.onnx.weights"):
        (folder / name).unlink(missing_ok=True)
    return False


def _make_image(model: ModelFolder, cache: Path, folder: Path, note: dict[str, Any]) -> None:
    """Write the image tower for ONNX Runtime, unless torch is faster on this machine."""
    from photosearch.model import openclip
    from photosearch.model.exporting import export_image
    from photosearch.model.onnx_towers import OnnxImageTower

    network = openclip.build(model)
    size = network.visual.image_size
    size_px = (size, size) if isinstance(size, int) else (int(size[0]), int(size[1]))
    pixels = probe_pixels(size_px, _IMAGES)
    graph = folder / "image.onnx"
    ways: dict[str, Any] = {}
    try:
        export_image(network.visual, size_px, graph)
        ways["onnx"] = OnnxImageTower(graph, size_px)
    except (RuntimeError, ValueError, TypeError, ModelError) as error:
        _log.info("The image tower of %s cannot be run by ONNX: %.200s", model.name, error)
    ways["torch"] = openclip.image_tower_of(network, "cpu", "fp32")
    if openclip.has_fast_bf16():
        ways["torch-bf16"] = openclip.open_image_tower(model, "cpu", "bf16")
    answers = {name: way.encode(pixels) for name, way in ways.items()}
    least = {"onnx": SAME, "torch": 0.0, "torch-bf16": _SAME_BF16}
    good = {
        name: way
        for name, way in ways.items()
        if cosine(answers[name], answers["torch"]) >= least[name]
    }
    seconds = seconds_a_run({n: partial(w.encode, pixels) for n, w in good.items()}, _TRIAL_S)
    note["size_px"] = list(size_px)
    note["photos_per_s"] = {name: _IMAGES / taken for name, taken in seconds.items()}
    note["engine"] = min(seconds, key=lambda n: seconds[n] / (_ONNX_HANDICAP if n == "onnx" else 1))
    exact = {n: s for n, s in seconds.items() if n != "torch-bf16"}
    note["fp32_engine"] = min(
        exact, key=lambda n: exact[n] / (_ONNX_HANDICAP if n == "onnx" else 1)
    )
    if "onnx" not in (note["engine"], note["fp32_engine"]):
        ways.clear()
        for file in folder.iterdir():
            file.unlink()


def _make_text_int8(model: ModelFolder, cache: Path, folder: Path, note: dict[str, Any]) -> None:
    """Write the text tower in 8-bit numbers, if that is worth it."""
    from photosearch.model.onnx_towers import OnnxTextTower, quantize
    from photosearch.model.tokenizing import TokenizerFacts

    plain = prepare_tower(model, cache, "text")
    note |= {"gain": 0.0, "cosine": 0.0, "is_used": False}
    if plain.note["kind"] == "torch":
        return
    tokenizer = open_tokenizer(plain.folder, TokenizerFacts.from_json(plain.note["tokenizer"]))
    rows = [tokenizer.encode(text)[0] for text in PROBE_TEXTS]
    quantize(plain.folder / "text.onnx", folder / "text.onnx")
    exact = OnnxTextTower(plain, tokenizer)
    coarse = OnnxTextTower(plain, tokenizer, folder / "text.onnx")
    likeness = cosine(exact.encode(rows), coarse.encode(rows))
    seconds = seconds_a_run(
        {"exact": lambda: exact.encode(rows[:1]), "int8": lambda: coarse.encode(rows[:1])}, _TRIAL_S
    )
    _judge_int8(note, seconds, likeness)


def _make_image_int8(model: ModelFolder, cache: Path, folder: Path, note: dict[str, Any]) -> None:
    """Write the image tower in 8-bit numbers, if that is worth it."""
    from photosearch.model import openclip
    from photosearch.model.exporting import export_image
    from photosearch.model.onnx_towers import OnnxImageTower, quantize

    plain = prepare_tower(model, cache, "image")
    note |= {"gain": 0.0, "cosine": 0.0, "is_used": False}
    size_px = (plain.note["size_px"][0], plain.note["size_px"][1])
    exact_graph = plain.folder / "image.onnx"
    pixels = probe_pixels(size_px, _IMAGES)
    try:
        if not exact_graph.is_file():
            exact_graph = folder / "exact.onnx"
            export_image(openclip.build(model).visual, size_px, exact_graph)
        quantize(exact_graph, folder / "image.onnx")
        coarse = OnnxImageTower(folder / "image.onnx", size_px)
        exact: Any = OnnxImageTower(exact_graph, size_px)
        if plain.note["fp32_engine"] == "torch":
            exact = openclip.open_image_tower(model, "cpu", "fp32")
    except (RuntimeError, ValueError, TypeError, ModelError) as error:
        _log.info("The image tower of %s cannot be run in int8: %.200s", model.name, error)
        return
    likeness = cosine(exact.encode(pixels), coarse.encode(pixels))
    seconds = seconds_a_run(
        {"exact": lambda: exact.encode(pixels), "int8": lambda: coarse.encode(pixels)}, _TRIAL_S
    )
    for file in folder.glob("exact.onnx*"):
        file.unlink()
    _judge_int8(note, seconds, likeness)
    note["photos_per_s"] = _IMAGES / seconds["int8"]


def _judge_int8(note: dict[str, Any], seconds: dict[str, float], likeness: float) -> None:
    gain = seconds["exact"] / seconds["int8"]
    is_used = gain >= _INT8_GAIN and likeness >= _SAME_INT8
    note |= {"gain": gain, "cosine": likeness, "is_used": is_used}


_MAKERS = {
    "text": _make_text,
    "image": _make_image,
    "text-int8": _make_text_int8,
    "image-int8": _make_image_int8,
}


if __name__ == "__main__":

    def _make_all(model: ModelFolder, order: Mapping[str, Any]) -> None:
        for tower in order["towers"]:
            prepare_here(model, Path(order["cache"]), tower)

    obey(_make_all)
