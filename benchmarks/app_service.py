"""A service whose text encoder takes no time: started by the benchmark of the app."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from app_library import queries_path
from library import PreparedEncoder

from photosearch.paths import AppPaths
from photosearch.service.process import run
from photosearch.service.supply import Supply
from photosearch.settings import load_settings

if __name__ == "__main__":
    paths = AppPaths(Path(sys.argv[1]), Path(sys.argv[2]))
    encoder = PreparedEncoder(np.load(queries_path(paths.data_dir)))
    sys.exit(run(paths, load_settings(paths.settings), Supply(lambda *_: encoder)))
