"""Re-scan of an unchanged library against a bare walk over the same files."""

from __future__ import annotations

import os
import statistics
import tempfile
from pathlib import Path

import numpy as np
from library import DIMENSION, PreparedEncoder, fill_catalog, stored_tree
from meters import Meter, peak_rss_mb
from rows import Options, Row, run_script

from photosearch.index.catalog import Catalog
from photosearch.index.chroma import ChromaStore
from photosearch.indexing import IndexingJob
from photosearch.jobs import CancelToken
from photosearch.types import IndexReport

_ALLOWED_WALKS = 2.0
_ALLOWED_EXTRA_S = 1.0
_REPEATS = 5


def measure(options: Options) -> list[Row]:
    """Walk and re-scan by turns, so that both meet the same caches and the same noise."""
    count = 2_000 if options.is_quick else 100_000
    root, stamps = stored_tree(options.cache_dir, count)
    with tempfile.TemporaryDirectory(dir=options.cache_dir) as folder:
        encoder = PreparedEncoder(np.zeros((1, DIMENSION), np.float32))
        catalog = Catalog(Path(folder, "catalog.sqlite3"))
        noise = np.random.default_rng(1).standard_normal((count, DIMENSION), np.float32)
        fill_catalog(catalog, root, stamps, noise.astype("<f2"))
        store = ChromaStore(Path(folder, "vectors"), encoder.spec)
        walks_s, scans_s = [], []
        for _ in range(_REPEATS):
            with Meter() as walk:
                assert _walk(str(root)) == count + 1  # the mark of a whole tree
            with Meter() as scan:
                report = list(IndexingJob(catalog, store, encoder, CancelToken()).run())[-1]
                assert catalog.delete_orphans() == []  # as the engine does after each
            assert report == IndexReport(unchanged=count), report
            walks_s.append(walk.wall_s)
            scans_s.append(scan.wall_s)
        store.close()
        catalog.close()
    walk_s, scan_s = statistics.median(walks_s), statistics.median(scans_s)
    return [
        Row(
            f"re-scan of {count:,} unchanged files",
            scan_s,
            "s",
            at_most=_ALLOWED_WALKS * walk_s + _ALLOWED_EXTRA_S,
            details={
                "walk_s": walk_s,
                "scan_to_walk": scan_s / walk_s,
                "first_scan_s": scans_s[0],
                "peak_rss_mb": peak_rss_mb(),
            },
        )
    ]


def _walk(folder: str) -> int:
    """The least a scan can do: list every folder and stat every file."""
    count = 0
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                count += _walk(entry.path)
            else:
                entry.stat(follow_symlinks=False)
                count += 1
    return count


if __name__ == "__main__":
    run_script(measure)
