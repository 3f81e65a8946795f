"""Twenty kills at random moments lose nothing but the batch in flight, and double nothing."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from photosearch.engine import Engine
from photosearch.index.catalog import Catalog
from photosearch.index.chroma import ChromaStore
from photosearch.model.fake import FakeEncoder
from photosearch.paths import AppPaths
from photosearch.settings import Settings
from photosearch.types import IndexReport, Query

PHOTOS = 600
KILLS = 20

INDEX = """
import sys, time
from pathlib import Path
from photosearch.engine import Engine
from photosearch.model.fake import FakeEncoder
from photosearch.paths import AppPaths
from photosearch.settings import Settings
from photosearch.types import Phase

class SlowEncoder(FakeEncoder):
    def encode_images(self, pixels):
        time.sleep(0.02)
        return super().encode_images(pixels)

data, photos = map(Path, sys.argv[1:])
with Engine(AppPaths(data, data), Settings(batch_size=4), lambda *_: SlowEncoder()) as engine:
    engine.add_root(photos)
    for step in engine.index():
        if getattr(step, "phase", None) is Phase.EMBEDDING:
            print("embedding", flush=True)
"""


def test_twenty_kills_lose_nothing_and_double_nothing(
    paths: AppPaths, library: Path, make_photo: Callable[..., Path]
) -> None:
    for number in range(PHOTOS):
        make_photo(f"{number % 7}/{number}.png", ["red", "green", "blue"][number % 3])
    chance = random.Random(2026)
    embedded = []
    for _ in range(KILLS):
        command = [sys.executable, "-c", INDEX, str(paths.data_dir), str(library)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as job:
            assert job.stdout
            # Counted in steps, since a busy machine gets nowhere in any time.
            for _ in range(chance.randint(1, 40)):
                assert job.stdout.readline() in ("embedding\n", "")
            time.sleep(chance.uniform(0.0, 0.05))
            job.kill()
            job.stdout.close()
        catalog = Catalog(paths.catalog)
        embedded.append(catalog.vectors.count(catalog.vectors.model_id(FakeEncoder.spec)))
        catalog.close()
    assert embedded == sorted(embedded), "a later run lost what an earlier one had stored"
    assert embedded[0] < PHOTOS, "every kill came too late to prove anything"
    assert len(set(embedded)) > 3, "no run got anywhere"
    with Engine(paths, Settings(), lambda *_: FakeEncoder()) as engine:
        report = list(engine.index())[-1]
        assert isinstance(report, IndexReport)
        assert report.unchanged + report.embedded == PHOTOS
        assert report.unchanged == embedded[-1]
        hits = engine.search(Query(text="red", limit=2 * PHOTOS))
    assert len(hits) == len({hit.photo.path for hit in hits}) == PHOTOS
    catalog, store = Catalog(paths.catalog), ChromaStore(paths.vectors, FakeEncoder.spec)
    model = catalog.vectors.model_id(FakeEncoder.spec)
    known = {id_ for batch in catalog.vectors.batches(model, 1_000) for id_, _ in batch}
    assert set(store.ids()) == known
    assert store.count() == len(known) == PHOTOS
    store.close()
    catalog.close()
