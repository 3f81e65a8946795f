"""Memory that 100,000 photos cost the process that searches them, beside the model's own."""

from __future__ import annotations

import gc
import tempfile
from pathlib import Path

from library import SPEC, PreparedEncoder, catalog_path, stored_library, vectors_path
from meters import peak_rss_mb, rss_mb
from rows import Options, Row, run_script

from photosearch.index.catalog import Catalog
from photosearch.index.chroma import ChromaStore
from photosearch.model.registry import load_encoder
from photosearch.paths import AppPaths
from photosearch.search import Searcher
from photosearch.settings import Settings
from photosearch.types import Query

_MOST_MB = 600.0
_SEARCHES = 50


def measure(options: Options) -> list[Row]:
    """Load the model, then what a search needs, then Chroma as the indexing process has it."""
    count = 2_000 if options.is_quick else 100_000
    folder, cloud = stored_library(options.cache_dir, count)
    queries = cloud.queries[:_SEARCHES].copy()
    del cloud
    return _measure(folder, PreparedEncoder(queries), count)


def _measure(folder: Path, prepared: PreparedEncoder, count: int) -> list[Row]:
    with tempfile.TemporaryDirectory() as data:
        paths = AppPaths(Path(data), AppPaths.choose().cache_dir)
        model = load_encoder(paths, Settings())
    model.encode_texts(["a photo of a dog"])
    gc.collect()
    model_mb = rss_mb()
    catalog = Catalog(catalog_path(folder))
    searcher = Searcher(catalog, prepared.spec, lambda: prepared)
    for number in range(_SEARCHES):
        searcher.answer(Query(str(number)))
    search_mb, peak_mb = rss_mb(), peak_rss_mb()
    store = ChromaStore(vectors_path(folder), SPEC)
    store.query(prepared.encode_texts(["0"])[0], 100)
    with_chroma_mb = rss_mb()
    store.close()
    catalog.close()
    details: dict[str, float | str] = {"model_mb": model_mb, "model": model.spec.name}
    return [
        Row(
            f"memory of search at {count:,}, beside the model",
            search_mb - model_mb,
            "MB",
            at_most=_MOST_MB,
            details={**details, "peak_mb": peak_mb - model_mb},
        ),
        Row(
            "the same with Chroma open",
            with_chroma_mb - model_mb,
            "MB",
            at_most=_MOST_MB,
            details=details,
        ),
    ]


if __name__ == "__main__":
    run_script(measure)
