"""Search among 100,000 photos: how long an answer takes, and whether it is the right one."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
from library import QUERY_COUNT, ROOT, PreparedEncoder, catalog_path, number_of, stored_library
from meters import Meter
from rows import Options, Row, run_script
from vectors import exact_best

from photosearch.index.catalog import Catalog
from photosearch.search import Searcher
from photosearch.types import Hit, Query

_LIMIT = 100
_MOST_P95_MS = 25.0
_LEAST_RECALL = 0.99
_WARM_UP = 10


def measure(options: Options) -> list[Row]:
    """Time `Searcher.search` with and without folders, and compare its hits with float32."""
    count = 2_000 if options.is_quick else 100_000
    folder, cloud = stored_library(options.cache_dir, count)
    catalog = Catalog(catalog_path(folder))
    with Meter() as loading:
        prepared = PreparedEncoder(cloud.queries)
        searcher = Searcher(catalog, prepared.spec, lambda: prepared)
    places = {
        "everywhere": (),
        "in one folder of a tenth": (ROOT / "00",),
        "in folders of a half": tuple(ROOT / f"{year:02}" for year in range(0, count // 10_000, 2))
        or (ROOT / "00",),
    }
    rows = []
    answers: list[list[Hit]] = []
    for name, folders in places.items():
        with Meter() as meter:
            times_ms, cpu_ms, hits = _ask(searcher, folders)
        answers = answers or hits
        rows.append(
            Row(
                f"search of {count:,} {name}, p95",
                _percentile(times_ms, 95),
                "ms",
                at_most=_MOST_P95_MS,
                details={
                    "p50_ms": _percentile(times_ms, 50),
                    "cpu_p50_ms": _percentile(cpu_ms, 50),
                    "cpu_p95_ms": _percentile(cpu_ms, 95),
                    "others_cpu_share": meter.others_share,
                    "hits": _LIMIT,
                    "load_s": loading.wall_s,
                },
            )
        )
    recalls = [
        _recall(hits, exact_best(cloud.photos, query, _LIMIT))
        for hits, query in zip(answers, cloud.queries, strict=True)
    ]
    rows.append(
        Row(
            "recall@100 of exact ranking over float16",
            float(np.mean(recalls)),
            "",
            at_least=_LEAST_RECALL,
            details={"worst_query": min(recalls)},
        )
    )
    catalog.close()
    return rows


def _ask(
    searcher: Searcher, folders: tuple[Path, ...]
) -> tuple[list[float], list[float], list[list[Hit]]]:
    """Wall and CPU times of all queries, and their answers."""
    for number in range(_WARM_UP):
        searcher.answer(Query(str(number), folders=folders, limit=_LIMIT))
    wall_ms, cpu_ms, answers = [], [], []
    for number in range(QUERY_COUNT):
        query = Query(str(number), folders=folders, limit=_LIMIT)
        started_s, cpu_s = time.perf_counter(), time.process_time()
        answers.append(list(searcher.answer(query).hits))
        wall_ms.append((time.perf_counter() - started_s) * 1e3)
        cpu_ms.append((time.process_time() - cpu_s) * 1e3)
    return wall_ms, cpu_ms, answers


def _percentile(values: list[float], percent: float) -> float:
    return float(np.percentile(values, percent))


def _recall(hits: list[Hit], best: list[int]) -> float:
    found = {number_of(hit.photo.relative_path) for hit in hits}
    return len(found.intersection(best)) / len(best)


if __name__ == "__main__":
    run_script(measure)
