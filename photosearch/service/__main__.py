"""What a client starts: ``python -P -m photosearch.service --data-dir FOLDER``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from photosearch.errors import PhotoSearchError
from photosearch.paths import AppPaths, absolute
from photosearch.runtime import ERROR_MARK
from photosearch.settings import load_settings


def main() -> int:
    """Run the service of the index that the arguments name; returns the exit code."""
    parser = argparse.ArgumentParser(prog="photosearch-service", description=__doc__)
    parser.add_argument("--data-dir", type=Path)
    parser.add_argument("--cache-dir", type=Path)
    options = parser.parse_args()
    from photosearch.service import process

    try:
        paths = AppPaths.choose(options.data_dir)
        if options.cache_dir is not None:
            paths = AppPaths(paths.data_dir, absolute(options.cache_dir))
        settings = load_settings(paths.settings)
    except PhotoSearchError as error:
        process.say(f"{ERROR_MARK}{error}")
        return process.exit_code(error)
    return process.run(paths, settings)


if __name__ == "__main__":
    sys.exit(main())
