"""No file, however odd or broken, stops, hangs, bloats or floods the reading of photos."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pytest

from photosearch.types import SkipKind

# More than any of these files may take; most take a millisecond.
LIMIT_S = 10.0
MEMORY_LIMIT_BYTES = 1024**3

_WORKER = """
import json, sys
from pathlib import Path
from photosearch.library.content import read_photo
from photosearch.library.images import decode
from photosearch.library.skip import SkipPhoto

for line in sys.stdin:
    try:
        photo = decode(read_photo(Path(line.rstrip("\\n"))).data, 64)
        image = photo.image
        answer = [image.mode, *image.size, image.getpixel((0, 0)), photo.facts.width_px]
    except SkipPhoto as skip:
        answer = [skip.kind.value, skip.reason]
    except BaseException as error:
        answer = ["escaped", repr(error)]
    # Not ru_maxrss: a process inherits that from the one that started it.
    status = Path("/proc/self/status").read_text()
    peak = int(status.partition("VmHWM:")[2].split()[0]) * 1024
    print(json.dumps([answer, peak]), flush=True)
"""


@dataclass(frozen=True)
class Outcome:
    """What became of each file, what else was written, and the largest memory in bytes."""

    answers: dict[str, list[Any]]
    noise: str
    peak_bytes: int


class _Worker:
    """A process that decodes files, since only a process can be stopped when it hangs."""

    def __init__(self, noise: IO[bytes]) -> None:
        # Warnings are errors in it, so that none can escape unseen.
        self._process = subprocess.Popen(
            [sys.executable, "-W", "error", "-c", _WORKER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=noise,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        self._lines: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put("")

    def decode(self, path: Path, limit_s: float) -> tuple[list[Any], int]:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{path}\n")
        self._process.stdin.flush()
        try:
            line = self._lines.get(timeout=limit_s)
        except queue.Empty:
            return ["escaped", f"took more than {limit_s} s"], 0
        if not line:
            return ["escaped", f"the process died: {self._process.wait()}"], 0
        answer, peak_bytes = json.loads(line)
        return answer, peak_bytes

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._reader.join()
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            stream.close()


@pytest.fixture(scope="module")
def outcome(odd_images: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    folder = tmp_path_factory.mktemp("odd")
    noise_path = tmp_path_factory.mktemp("noise") / "stderr"
    answers: dict[str, list[Any]] = {}
    peak_bytes = 0
    with noise_path.open("wb") as noise:
        worker = _Worker(noise)
        try:
            for name, data in odd_images.items():
                path = folder / name
                path.write_bytes(data)
                # The first answer includes the start of the process.
                limit_s = LIMIT_S if answers else 60.0
                answers[name], peak = worker.decode(path, limit_s)
                peak_bytes = max(peak_bytes, peak)
                if answers[name][0] == "escaped":  # the rest gets a sound process
                    worker.close()
                    worker = _Worker(noise)
        finally:
            worker.close()
    return Outcome(answers, noise_path.read_text(errors="replace"), peak_bytes)


def test_hundreds_of_files_are_tried(odd_images: dict[str, bytes]) -> None:
    assert len(odd_images) >= 300


def test_every_file_is_decoded_or_skipped_with_a_reason(outcome: Outcome) -> None:
    kinds = {kind.value for kind in SkipKind}
    wrong = {
        name: answer
        for name, answer in outcome.answers.items()
        if not (answer[0] == "RGB" or (answer[0] in kinds and answer[1].strip()))
    }
    assert wrong == {}


def test_a_decoded_file_has_pixels(outcome: Outcome) -> None:
    decoded = [answer for answer in outcome.answers.values() if answer[0] == "RGB"]
    assert all(width >= 1 and height >= 1 for _, width, height, _, _ in decoded)


def test_sound_files_of_every_kind_are_decoded(
    outcome: Outcome, odd_images: dict[str, bytes]
) -> None:
    sound = [name for name in odd_images if name.split("-")[0].split(".")[0] in _SOUND]
    skipped = {n: outcome.answers[n] for n in sound if outcome.answers[n][0] != "RGB"}
    assert len(sound) >= 30
    assert skipped == {}


_SOUND = ["plain", "progressive", "grey", "cmyk", "two", "clear", "palette", "bit", "grey16"]
_SOUND += ["moving", "lossless", "tiff_lzw", "tiff_adobe_deflate", "packbits", "float"]
_SOUND += ["lab", "pages", "1x1", "1x20000", "20000x1", "sound", "in", "exif"]


def test_files_that_are_no_pictures_are_named_so(outcome: Outcome) -> None:
    for name in ("text.jpg", "page.png", "print.jpg", "zeros.jpg", "archive.heic"):
        assert outcome.answers[name] == ["not-an-image", "The file is not a picture."]


def test_half_a_file_is_called_broken(outcome: Outcome, odd_images: dict[str, bytes]) -> None:
    for name in ("plain.jpg", "plain.png", "plain.webp", "plain.tiff", "plain.gif", "plain.bmp"):
        half = outcome.answers[f"cut-{len(odd_images[name]) // 2}-{name}"]
        assert half[0] == "broken", name


def test_a_header_that_promises_too_many_pixels_is_too_large(outcome: Outcome) -> None:
    for name in ("bomb-60000.png", "bomb-20000.png", "vast-65500.jpg", "vast.tif"):
        assert outcome.answers[name][0] == "too-large", name


def test_nothing_is_written_to_the_terminal(outcome: Outcome) -> None:
    assert outcome.noise == ""


def test_no_file_takes_all_the_memory(outcome: Outcome) -> None:
    assert outcome.peak_bytes < MEMORY_LIMIT_BYTES
