"""From a photo's arrival in a watched folder to being found, while nothing else is indexed."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from photos import make_photos
from rows import Options, Row, run_script, say
from running import Arrivals, running_service, wait_until_idle

_MOST_S = 2.0
_PACE_S = 0.2
"""Between two photos: a third of what two cores can index, so that each finds an idle service."""

# Another process, as a camera's importer is: it prints when each copy was complete.
_COPY = """
import shutil, sys, time
from pathlib import Path
target, pace_s, *files = sys.argv[1:]
for file in files:
    shutil.copyfile(file, Path(target, Path(file).name))
    print(time.monotonic(), flush=True)
    time.sleep(float(pace_s))
"""


def measure(options: Options) -> list[Row]:
    """Copy photos of 12 megapixels, one by one and then all at once, into an added folder."""
    paced, burst = (10, 10) if options.is_quick else (500, 100)
    photos = sorted(make_photos(options.cache_dir, 26 if options.is_quick else 520).rglob("*.jpg"))
    with tempfile.TemporaryDirectory(dir=options.cache_dir) as folder:
        one_by_one, at_once = Path(folder, "one by one"), Path(folder, "at once")
        with running_service(Path(folder, "data")) as client:
            for place in (one_by_one, at_once):
                place.mkdir()
                client.add_root(place)
            wait_until_idle(client)
            say(f"Copying {paced} photos, one each {_PACE_S} s …")
            with Arrivals(client, one_by_one) as arrivals:
                arrived = _copy(photos[:paced], one_by_one, _PACE_S)
                arrivals.wait_for(paced, wait_s=30.0)
            say(f"Copying {burst} photos at once …")
            with Arrivals(client, at_once, interval_s=0.25) as burst_arrivals:
                burst_arrived = _copy(photos[-burst:], at_once, 0.0)
                burst_arrivals.wait_for(burst, wait_s=300.0)
    delays = _delays(arrived, arrivals.found_at)
    last_s = max(burst_arrivals.found_at.values()) - min(burst_arrived.values())
    return [
        Row(
            "arrival of a photo to found, p95",
            float(np.percentile(delays, 95)),
            "s",
            _MOST_S,
            details={
                "p50_s": float(np.percentile(delays, 50)),
                "max_s": max(delays),
                "photos": len(delays),
                "not_found": paced - len(arrivals.found_at),
            },
        ),
        Row(
            "a burst of photos, all found",
            burst / last_s,
            "photos/s",
            details={"photos": len(burst_arrivals.found_at), "last_s": last_s},
        ),
    ]


def _copy(files: list[Path], target: Path, pace_s: float) -> dict[str, float]:
    """Copy files, and say when each was complete, by the clock that all processes share."""
    command = [sys.executable, "-c", _COPY, str(target), str(pace_s), *map(str, files)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    times = map(float, done.stdout.split())
    return {file.name: time_s for file, time_s in zip(files, times, strict=True)}


def _delays(arrived: dict[str, float], found_at: dict[str, float]) -> list[float]:
    """Seconds from arrival to found; a photo that was never found took for ever."""
    return [found_at.get(name, float("inf")) - at for name, at in arrived.items()]


if __name__ == "__main__":
    run_script(measure)
