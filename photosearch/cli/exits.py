"""The exit codes, as docs/json.md lists them."""

from __future__ import annotations

DONE = 0
FAILED = 1
USAGE = 2
LOCKED = 3
INTERRUPTED = 130
