"""Indexing of 12-megapixel photos against the work that cannot be spared: decoding and encoding."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from meters import CORES, Meter, ReadyThreads, peak_rss_mb, rss_mb
from photos import make_photos
from rows import Options, Row, run_script, say

from photosearch.engine import Engine
from photosearch.library.content import read_photo
from photosearch.library.images import decode
from photosearch.model.encoder import ImageTextEncoder
from photosearch.paths import AppPaths
from photosearch.settings import Settings
from photosearch.types import IndexReport, Phase, Progress

if TYPE_CHECKING:
    from photosearch.types import Pixels

_MOST_RATIO = 1.10
_SAMPLE = 64
"""Photos whose parts are timed alone, once before and once after the job."""


@dataclass(frozen=True, slots=True)
class _Work:
    """CPU time a photo, each part measured alone."""

    decode_s: float
    encode_s: float


def measure(options: Options) -> list[Row]:
    """Index a folder with the starter model, from the scan to the last commit."""
    count = 26 if options.is_quick else 520
    photos = make_photos(options.cache_dir, count)
    with tempfile.TemporaryDirectory(dir=options.cache_dir) as folder:
        paths = AppPaths(Path(folder), AppPaths.choose().cache_dir)
        with Engine(paths, Settings()) as engine:
            return _measure(engine, photos, count)


def _measure(engine: Engine, photos: Path, count: int) -> list[Row]:
    say("Timing the parts alone …")
    files = sorted(photos.rglob("*.jpg"))
    sample = files[:: max(len(files) // _SAMPLE, 1)][:_SAMPLE]
    encoder, batch = engine.encoder, Settings().batch_size
    before = _time_parts(encoder, sample, batch)
    model_mb = rss_mb()
    engine.add_root(photos)
    say(f"Indexing {count} photos …")
    opening, job = Meter(), Meter()
    steps = engine.index()
    with opening:  # of Chroma, which a service does once
        while getattr(next(steps), "phase", None) is Phase.CHECKING:
            pass
    with job, ReadyThreads() as ready:
        report = _last(steps)
    assert (report.embedded, report.skipped) == (count, 0), report
    after = _time_parts(encoder, sample, batch)
    decode_s = count * (before.decode_s + after.decode_s) / 2
    encode_s = count * (before.encode_s + after.encode_s) / 2
    work_s = decode_s + encode_s
    ratio = job.wall_s / (work_s / CORES)
    details: dict[str, float | str] = {
        "photos_a_second": count / job.wall_s,
        "wall_s": job.wall_s,
        "cpu_s": job.cpu_s,
        "decode_cpu_s": decode_s,
        "encode_cpu_s": encode_s,
        "cpu_to_work": job.cpu_s / work_s,
        "others_cpu_share": job.others_share,
        "opening_s": opening.wall_s,
        "photo_mb": float(np.mean([file.stat().st_size for file in files])) / 1e6,
        "model": encoder.spec.name,
    }
    return [
        Row("indexing time to decode and encode CPU", ratio, "x", _MOST_RATIO, details=details),
        Row(
            "the same, had it all cores to itself",
            job.cpu_s / work_s / ready.share_of_cores,
            "x",
            at_most=_MOST_RATIO,
            details={"share_of_cores_kept_busy": ready.share_of_cores},
        ),
        Row(
            "peak memory of indexing",
            peak_rss_mb(),
            "MB",
            details={"with_model_loaded_mb": model_mb},
        ),
    ]


def _last(steps: Iterator[Progress | IndexReport]) -> IndexReport:
    *_, report = steps
    assert isinstance(report, IndexReport)
    return report


def _time_parts(encoder: ImageTextEncoder, files: list[Path], batch_size: int) -> _Work:
    def open_one(path: Path) -> Pixels:
        image = decode(read_photo(path).data, encoder.decode_side_px).image
        return encoder.preprocess(image)

    with Meter() as decoding:
        pixels = [open_one(path) for path in files]
    batches = [pixels[start : start + batch_size] for start in range(0, len(pixels), batch_size)]
    encoder.encode_images(batches[0])
    with Meter() as encoding:
        for one in batches:
            encoder.encode_images(one)
    return _Work(decoding.cpu_s / len(files), encoding.cpu_s / len(files))


if __name__ == "__main__":
    run_script(measure)
