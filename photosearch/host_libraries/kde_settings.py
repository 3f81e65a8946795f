"""Reads one group of a settings file as KDE's programs write it."""

from __future__ import annotations

import os
import re
from pathlib import Path

_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|.)")
_PLAIN = {"s": " ", "t": "\t", "n": "\n", "r": "\r", "\\": "\\"}


def read_group(path: Path, group: str) -> dict[str, str]:
    """The keys of a group, without their flags (``[$e]``); nothing if the file cannot be read."""
    try:
        text = os.fsdecode(path.read_bytes())
    except OSError:
        return {}
    values: dict[str, str] = {}
    is_inside = False
    for line in text.split("\n"):
        if line.startswith("["):
            is_inside = line.strip() == f"[{group}]"
        elif is_inside and "=" in line and not line.startswith("#"):
            key, _, value = line.partition("=")
            values[key.partition("[")[0].strip()] = _ESCAPE.sub(_unescaped, value.strip())
    return values


def _unescaped(escape: re.Match[str]) -> str:
    sign = escape[1]
    return chr(int(sign[1:], 16)) if len(sign) == 3 else _PLAIN.get(sign, escape[0])
