"""Chroma's approximate search: recall and time for each size of its candidate list."""

from __future__ import annotations

import time

import chromadb
import numpy as np
from library import SPEC, content_id, stored_library, vectors_path
from rows import Options, Row, run_script
from vectors import exact_best

from photosearch.index.chroma import EF_SEARCH, ChromaStore

_LIMIT = 100
_CANDIDATES = (100, 200, 500, 1_000, 2_000)
_LEAST_RECALL = 0.99
_QUERIES = 100


def measure(options: Options) -> list[Row]:
    """One row for each ``ef_search``; the bar is that of the one that the product uses."""
    count = 2_000 if options.is_quick else 100_000
    folder, cloud = stored_library(options.cache_dir, count)
    queries = cloud.queries[:_QUERIES]
    best = [{content_id(n) for n in exact_best(cloud.photos, q, _LIMIT)} for q in queries]
    rows = []
    for ef_search in sorted({*_CANDIDATES, EF_SEARCH}):
        _set_ef_search(str(vectors_path(folder)), ef_search)
        store = ChromaStore(vectors_path(folder), SPEC)
        store.query(queries[0], _LIMIT)
        recalls, times_ms = [], []
        for query, expected in zip(queries, best, strict=True):
            started_s = time.perf_counter()
            found = store.query(query, _LIMIT)
            times_ms.append((time.perf_counter() - started_s) * 1e3)
            recalls.append(len(expected.intersection(id_ for id_, _ in found)) / _LIMIT)
        store.close()
        is_used = ef_search == EF_SEARCH
        rows.append(
            Row(
                f"recall@100 of Chroma at ef_search {ef_search:,}",
                float(np.mean(recalls)),
                "",
                at_least=_LEAST_RECALL if is_used else None,
                details={
                    "worst_query": min(recalls),
                    "p50_ms": float(np.percentile(times_ms, 50)),
                    "p95_ms": float(np.percentile(times_ms, 95)),
                },
            )
        )
    return rows


def _set_ef_search(folder: str, ef_search: int) -> None:
    """A collection keeps what it was made with, and an open one does not notice a change."""
    settings = chromadb.config.Settings(anonymized_telemetry=False)
    client = chromadb.PersistentClient(path=folder, settings=settings)
    collection = client.get_collection(SPEC.key, embedding_function=None)
    collection.modify(configuration={"hnsw": {"ef_search": ef_search}})
    client.close()  # type: ignore[attr-defined] # on the class, not yet on its interface


if __name__ == "__main__":
    run_script(measure)
