"""Fingerprints of model files and configurations: what makes two embeddings comparable."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import xxhash

_CHUNK_BYTES = 1 << 22


def fingerprint_file(path: Path) -> str:
    """A 128-bit hash of a file's bytes, as 32 hexadecimal digits."""
    digest = xxhash.xxh3_128()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def fingerprint_config(config: Mapping[str, object]) -> str:
    """A 64-bit hash of a configuration, whatever the order of its keys."""
    return xxhash.xxh3_64_hexdigest(json.dumps(config, sort_keys=True, default=str).encode())
