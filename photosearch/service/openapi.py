"""Writes the API's description: ``python -m photosearch.service.openapi docs/openapi.json``."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from photosearch.service.app import describe


def description() -> str:
    """The OpenAPI description as JSON text, the same on every machine."""
    return json.dumps(describe().openapi(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(description(), encoding="utf-8")
