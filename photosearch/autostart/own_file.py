"""A file that we wrote for another program, told from one that its user has changed since."""

from __future__ import annotations

import contextlib
import hashlib
import re
import secrets
from pathlib import Path

from photosearch.errors import SettingsError

_MARK = "photosearch wrote this file:"


class OwnFile:
    """A text file whose last line, a comment, has a hash of the lines before it."""

    def __init__(self, path: Path, comment: tuple[str, str] = ("# ", "")) -> None:
        self.path = path
        self._before, self._after = comment

    def exists(self) -> bool:
        """Whether there is such a file, ours or not."""
        return self.path.exists()

    def is_ours(self) -> bool:
        """Whether it is as we wrote it, in this version or another."""
        try:
            text = self.path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return False
        body, _, last = text.rstrip("\n").rpartition("\n")
        return last == self._last_line(body + "\n")

    def write(self, text: str) -> bool:
        """Write the file; False when somebody changed it, and it stays as it is.

        Raises:
            SettingsError: it cannot be written.
        """
        whole = text + self._last_line(text) + "\n"
        if self.exists() and not self.is_ours():
            return False
        fresh = self.path.with_name(f".{self.path.name}.{secrets.token_hex(4)}")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            fresh.write_text(whole, encoding="utf-8")
            fresh.replace(self.path)
        except OSError as error:
            with contextlib.suppress(OSError):
                fresh.unlink(missing_ok=True)
            raise SettingsError(
                f"{self.path} cannot be written: {error.strerror}.", "Change its permissions."
            ) from error
        return True

    def remove(self) -> bool:
        """Take the file away; False when somebody changed it, and it stays as it is.

        Raises:
            SettingsError: it cannot be removed.
        """
        if not self.exists():
            return True
        if not self.is_ours():
            return False
        try:
            self.path.unlink(missing_ok=True)
        except OSError as error:
            raise SettingsError(
                f"{self.path} cannot be removed: {error.strerror}.", "Remove it yourself."
            ) from error
        return True

    def _last_line(self, text: str) -> str:
        hashed = hashlib.sha256(re.sub(r"\r\n?", "\n", text).encode()).hexdigest()[:32]
        return f"{self._before}{_MARK} {hashed}{self._after}"


def kept_as_it_is(path: Path) -> str:
    """What to tell the user whose own version of a file is in the way."""
    return (
        f"{path} was changed by hand, and stays as it is. Delete it to get the one that "
        "photosearch writes: photosearch service enable"
    )
