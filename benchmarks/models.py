"""Real models at full size, with random weights, through the whole path: writes docs/models.md.

Run it on a machine that is otherwise idle: ``python benchmarks/models.py``.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil
from meters import CORES
from photos import make_photos
from rows import add_options, say

_REPOSITORY = Path(__file__).resolve().parents[1]
_DOCUMENT = _REPOSITORY / "docs" / "models.md"
_BEGIN, _END = "<!-- measured: begin -->", "<!-- measured: end -->"

_MAIN = "ViT-B-32"
_FAMILIES = (
    "ViT-B-32-SigLIP2-256",
    "xlm-roberta-base-ViT-B-32",
    "convnext_base_w",
    "MobileCLIP-S2",
    "ViT-L-14",
)
_PHOTOS = 104
_SEARCHES = 3
_MOST_FIRST_SEARCH_S = 3.0
_LEAST_RATIO = 3.0


def main() -> None:
    """Measure, and put the tables into the document."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_options(parser)
    parser.add_argument("--family", action="append", help="only these, beside ViT-B/32")
    parser.add_argument("--stdout", action="store_true", help="print, leave the document alone")
    options = parser.parse_args()
    options.cache.mkdir(parents=True, exist_ok=True)
    photos = make_photos(options.cache, 26 if options.quick else _PHOTOS)
    families = options.family or (() if options.quick else _FAMILIES)
    busy = psutil.cpu_percent(interval=3)
    main_model = _measure_main(photos, options.cache)
    table = [main_model["row"]]
    for architecture in families:
        table.append(_measure_family(architecture, photos, options.cache))
    text = _report(main_model, table, busy)
    if options.stdout:
        print(text)
    else:
        _insert(text)


def _measure_main(photos: Path, cache: Path) -> dict[str, Any]:
    """ViT-B/32: everything, up to a search that starts the service."""
    with tempfile.TemporaryDirectory(dir=cache, prefix="models-") as folder:
        data, prepared = f"{folder}/data", f"{folder}/cache"
        name = f"{_MAIN}/random"
        say(f"{_MAIN}: weights …")
        made = _step("make", data, _MAIN)
        say(f"{_MAIN}: making ready …")
        ready = _step("prepare", data, prepared, name, "auto")
        again = _step("prepare", data, prepared, name, "int8")
        say(f"{_MAIN}: loading, photos …")
        loaded = _step("load", data, prepared, name, str(photos))
        say(f"{_MAIN}: queries …")
        asked = _step("queries", data, prepared, name)
        likeness = _step("parity", data, prepared, name)
        say(f"{_MAIN}: searches that start the service …")
        first = _first_searches(Path(data), Path(prepared), name, photos)
    row = {"architecture": _MAIN, **made, **ready, **loaded, **asked, "parity": likeness}
    return {"row": row, "int8": again["towers"], "first_search_s": first}


def _measure_family(architecture: str, photos: Path, cache: Path) -> dict[str, Any]:
    """One row of the table of families."""
    say(f"{architecture} …")
    with tempfile.TemporaryDirectory(dir=cache, prefix="models-") as folder:
        data, prepared = f"{folder}/data", f"{folder}/cache"
        name = f"{architecture}/random"
        try:
            made = _step("make", data, architecture)
        except subprocess.CalledProcessError as error:
            return {"architecture": architecture, "problem": _last_line(error.stderr)}
        ready = _step("prepare", data, prepared, name, "auto")
        loaded = _step("load", data, prepared, name, str(photos))
        asked = _step("queries", data, prepared, name)
        likeness = _step("parity", data, prepared, name)
    return {
        "architecture": architecture,
        **made,
        **ready,
        **loaded,
        **asked,
        "parity": likeness,
    }


def _first_searches(data: Path, cache: Path, name: str, photos: Path) -> list[float]:
    """Whole ``photosearch search`` commands that find no service; the index has some photos."""
    (data / "settings.toml").write_text(f'model = "{name}"\n', encoding="utf-8")
    few = data.parent / "photos"
    few.mkdir()
    for file in sorted(photos.rglob("*.jpg"))[:8]:
        (few / file.name).symlink_to(file)
    environment = {
        **os.environ,
        "PHOTOSEARCH_DATA_DIR": str(data),
        "PHOTOSEARCH_CACHE_DIR": str(cache),
        "PHOTOSEARCH_RUNTIME_DIR": str(data.parent / "run"),
    }

    def run(*words: str) -> float:
        started = time.perf_counter()
        command = [sys.executable, "-P", "-m", "photosearch.cli.main", *words]
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
        return time.perf_counter() - started

    times = []
    try:
        run("add", str(few))
        for _ in range(_SEARCHES):
            run("service", "stop")
            times.append(run("search", "two children playing on the beach"))
    finally:
        run("service", "stop")
    return times


def _step(*words: str) -> dict[str, Any]:
    command = [sys.executable, str(Path(__file__).with_name("model_steps.py")), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        say(done.stderr)
        raise subprocess.CalledProcessError(done.returncode, command, stderr=done.stderr)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _report(main_model: dict[str, Any], table: list[dict[str, Any]], busy: float) -> str:
    libraries = ", ".join(
        f"{name} {version(name)}" for name in ("torch", "onnxruntime", "open_clip_torch")
    )
    lines = [
        f"Measured {time.strftime('%Y-%m-%d')} on {_processor()}, {CORES} cores, Python "
        f"{platform.python_version()}, {libraries}. Other programs had {busy:.0f} % of the cores "
        "when it began.",
        "",
        "### ViT-B/32, the whole path",
        "",
        *_main_table(main_model),
        "",
        "### The families, each with random weights at full size",
        "",
        *_family_table(table),
    ]
    return "\n".join(lines)


def _main_table(main_model: dict[str, Any]) -> list[str]:
    row, first = main_model["row"], main_model["first_search_s"]
    ms, least = row["median_ms"], row["least_ms"]
    text8 = main_model["int8"].get("text-int8", {})
    image8 = main_model["int8"].get("image-int8", {})
    engines = row["towers"]["image"]["photos_per_s"]
    met = "yes" if row["ratio"] >= _LEAST_RATIO else "no"
    first_met = "yes" if max(first) < _MOST_FIRST_SEARCH_S else "no"
    return [
        "| what | value | bar | met |",
        "| --- | --- | --- | --- |",
        f"| weights | {row['weights_mb']:.0f} MB, {row['parameters_m']:.0f} M parameters | | |",
        f"| making ready, once | {row['prepare_s']:.0f} s, {row['disk_mb']:.0f} MB of cache | | |",
        f"| `photosearch search` that starts the service | {max(first):.1f} s "
        f"({', '.join(f'{t:.1f}' for t in first)}) | < {_MOST_FIRST_SEARCH_S:.0f} s "
        f"| {first_met} |",
        f"| opening, and the first text | {row['open_s']:.2f} + {row['first_text_s']:.2f} s | | |",
        f"| a query of six words, open_clip | {ms['open_clip']:.1f} ms "
        f"(least {least['open_clip']:.1f}) | | |",
        f"| the same, ours | {ms['ours']:.1f} ms (least {least['ours']:.1f}) | | |",
        f"| how many times as fast, median of the rounds | {row['ratio']:.1f} "
        f"| ≥ {_LEAST_RATIO:.0f} | {met} |",
        f"| cosine of the two | {row['cosine']['ours']:.6f} | ≥ 0.9999 | "
        f"{'yes' if row['cosine']['ours'] >= 0.9999 else 'no'} |",
        f"| the image tower, loading and the first photo | {row['first_image_s']:.2f} s | | |",
        f"| photos of 12 megapixels a second, decoded and embedded ({row['photos']}) "
        f"| {row['photos_per_s']:.1f} | | |",
        f"| the image tower alone | {row['tower_per_s']:.1f} photos/s | | |",
        f"| engines tried for it | {_speeds(engines)} photos/s | | |",
        f"| int8 for texts | {_verdict(text8)} | ≥ 1.3, ≥ 0.99 | |",
        f"| int8 for photos | {_verdict(image8)} | ≥ 1.3, ≥ 0.99 | |",
        f"| memory with the text tower | {row['text_mb']:.0f} MB"
        f"{', torch not loaded' if not row['has_torch_after_text'] else ''} | | |",
        f"| memory with both towers | {row['both_mb']:.0f} MB | | |",
        f"| memory after batches of photos, and at rest | {row['batches_mb']:.0f} MB, "
        f"{row['rest_mb']:.0f} MB | | |",
    ]


def _family_table(table: list[dict[str, Any]]) -> list[str]:
    lines = [
        "| architecture | weights | making ready | text runs at | query: open_clip → ours "
        "| photos/s with decoding | engine (photos/s of each) | cosine: text, image |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for row in table:
        if "problem" in row:
            lines.append(f"| {row['architecture']} | {row['problem']} | | | | | | |")
            continue
        text, image = row["towers"]["text"], row["towers"]["image"]
        length = "its own length" if text["is_trimmed"] else "full length"
        lines.append(
            f"| {row['architecture']} | {row['weights_mb']:.0f} MB | {row['prepare_s']:.0f} s "
            f"| {length} | {row['median_ms']['open_clip']:.0f} → {row['median_ms']['ours']:.0f} ms "
            f"| {row['photos_per_s']:.1f} | {image['engine']} ({_speeds(image['photos_per_s'])}) "
            f"| {row['parity']['text']:.6f}, {row['parity']['image']:.6f} |"
        )
    return lines


def _speeds(engines: dict[str, float]) -> str:
    return ", ".join(f"{name} {speed:.1f}" for name, speed in engines.items())


def _verdict(note: dict[str, Any]) -> str:
    if not note:
        return "not tried"
    used = "used" if note["is_used"] else "not used"
    return f"{note['gain']:.2f} times as fast, cosine {note['cosine']:.4f}: {used}"


def _insert(text: str) -> None:
    old = _DOCUMENT.read_text(encoding="utf-8")
    pattern = re.compile(f"{re.escape(_BEGIN)}.*{re.escape(_END)}", re.DOTALL)
    fresh = pattern.sub(lambda _: f"{_BEGIN}\n{text}\n{_END}", old)
    _DOCUMENT.write_text(fresh, encoding="utf-8")


def _last_line(text: str) -> str:
    return text.strip().splitlines()[-1][:200] if text.strip() else "no reason given"


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


if __name__ == "__main__":
    main()
