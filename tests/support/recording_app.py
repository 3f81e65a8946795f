"""A program in the place of the app, which only notes what it is given."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from urllib.parse import unquote_to_bytes

_WAIT_S = 120

_SCRIPT = """\
#!{python} -IS
import json, os, sys
words = [os.fsencode(one).hex() for one in sys.argv[1:]]
given = sys.stdin.buffer.read().hex() if "--files-from" in sys.argv else ""
with open({log!a}, "a") as log:
    log.write(json.dumps([words, given]) + "\\n")
"""


class RecordingApp:
    """The program at this path; whatever starts it, each start is one line of its log."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._log = path.with_name(f"{path.name}.calls")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_SCRIPT.format(python=sys.executable, log=os.fspath(self._log)))
        path.chmod(0o755)

    def calls(self) -> list[list[bytes]]:
        """The words of each start, but for those that name the index.

        Those of a list on standard input stand for ``-``.
        """
        found = []
        text = self._log.read_text() if self._log.exists() else ""
        lines = text.split("\n")[:-1]  # a long one is seen while it is written
        for words, given in (json.loads(line) for line in lines):
            found.append([bytes.fromhex(word) for word in words])
            if given:
                found[-1][-1:] = _listed(bytes.fromhex(given))
            if found[-1][:1] == [b"--data-dir"]:
                del found[-1][:2]
        return found

    def call(self) -> list[bytes]:
        """The words of the only start, once there is one."""
        until = time.monotonic() + _WAIT_S
        while not self.calls():
            assert time.monotonic() < until, "the app was never started"
            time.sleep(0.02)
        [words] = self.calls()
        return words

    def photos(self) -> list[bytes]:
        """The paths that the only start was given, behind its options."""
        return [_path(word) for word in self.call() if not word.startswith(b"--")]


def _listed(given: bytes) -> list[bytes]:
    return given.split(b"\0")[:-1] if b"\0" in given else given.splitlines()


def _path(word: bytes) -> bytes:
    prefix = b"file://"
    return unquote_to_bytes(word[len(prefix) :]) if word.startswith(prefix) else word
