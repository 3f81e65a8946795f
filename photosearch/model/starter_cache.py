"""The starter's towers as ONNX files: made once, and checked at every start."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock

from photosearch.errors import ModelError
from photosearch.model.weights import fingerprint_file

_GRAPH_VERSION = 1
"""Raise it when the code that builds the towers changes what they compute."""

_TOWERS = ("image", "text")
_REINSTALL = "Reinstall photosearch with its dependencies."


def package_file(package: str, relative_path: str) -> Path:
    """Find a file that an installed package carries, without importing the package.

    Raises:
        ModelError: the package or the file is missing.
    """
    spec = importlib.util.find_spec(package)
    for folder in (spec.submodule_search_locations or []) if spec else []:
        path = Path(folder) / relative_path
        if path.is_file():
            return path
    raise ModelError(
        f"The starter model needs {relative_path} of the package {package}, which is not there.",
        f"Install it with: pip install {package.replace('_', '-')}",
    )


def tower_files(
    config: Mapping[str, Any], heads_path: Path, cache_dir: Path, weights_fingerprint: str
) -> tuple[Path, Path]:
    """Return the ONNX files of the image and the text tower, making them if need be.

    A file whose digest is not the one noted when it was made is made again.

    Raises:
        ModelError: a part of the model is missing or damaged, or the cache cannot be written.
    """
    stem = f"starter-{weights_fingerprint[:16]}-v{_GRAPH_VERSION}"
    if not _is_whole(cache_dir, stem):
        with _alone_in(cache_dir):
            if not _is_whole(cache_dir, stem):  # another process may have made them meanwhile
                _make_files(config, heads_path, cache_dir, stem)
    image, text = (cache_dir / f"{stem}-{tower}.onnx" for tower in _TOWERS)
    return image, text


def _is_whole(cache_dir: Path, stem: str) -> bool:
    """Tell whether both files are there and just as they were written."""
    try:
        noted = json.loads((cache_dir / f"{stem}.json").read_text(encoding="utf-8"))
        found = {tower: fingerprint_file(cache_dir / f"{stem}-{tower}.onnx") for tower in _TOWERS}
    except (OSError, ValueError):
        return False
    return bool(noted == found)


@contextmanager
def _alone_in(cache_dir: Path) -> Iterator[None]:
    """Wait for whoever makes the files already: it takes half a minute, and all of the cores."""
    lock = FileLock(cache_dir / "starter.lock")
    try:
        cache_dir.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except (OSError, NotImplementedError):
        pass  # a file system without locks: twice is not wrong; one that is full says so later
    try:
        yield
    finally:
        lock.release()


def _make_files(config: Mapping[str, Any], heads_path: Path, cache_dir: Path, stem: str) -> None:
    """Export both towers; the note with their digests comes last, and only then do they count."""
    backbone, encoder = (_checked_weights(config[tower]) for tower in _TOWERS)
    from photosearch.model.starter_towers import StarterParts, export_towers

    parts = StarterParts(config, heads_path, backbone, encoder)
    try:
        cache_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache_dir, prefix=".starter-") as folder:
            made = {tower: Path(folder) / f"{tower}.onnx" for tower in _TOWERS}
            export_towers(parts, made["image"], made["text"])
            note = Path(folder) / "note.json"
            digests = {tower: fingerprint_file(path) for tower, path in made.items()}
            note.write_text(json.dumps(digests), encoding="utf-8")
            for tower, path in made.items():
                path.replace(cache_dir / f"{stem}-{tower}.onnx")
            note.replace(cache_dir / f"{stem}.json")
    except OSError as error:
        raise ModelError(
            f"The starter model cannot be written to {cache_dir}: {error}.",
            "Free some disk space there (150 MB), or choose another cache folder.",
        ) from error
    except (RuntimeError, KeyError, ValueError) as error:
        raise ModelError(
            f"The starter model cannot be put together: {error}.", _REINSTALL
        ) from error


def _checked_weights(tower: Mapping[str, Any]) -> Path:
    """Find a tower's weights and see that they are those that the heads were trained on."""
    path = package_file(tower["package"], tower["weights_file"])
    if _sha256(path) != tower["weights_sha256"]:
        raise ModelError(
            f"The weights in {path} are not those that the starter model was made with.",
            f"Install the package again: pip install --force-reinstall "
            f"{tower['package'].replace('_', '-')}=={tower['package_version']}",
        )
    return path


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
