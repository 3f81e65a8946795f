"""A file that is ours alone: written whole, and never over a file of somebody else."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from photosearch.atomic import write_atomically
from photosearch.errors import IntegrationError
from photosearch.integrations.host import PartState
from photosearch.integrations.record import Record


@dataclass(frozen=True)
class OwnFile:
    """A file with this content; ``is_executable`` for those that desktops run or trust only so."""

    path: Path
    content: bytes
    is_executable: bool = False

    @property
    def place(self) -> str:
        """The path."""
        return str(self.path)

    def state(self, record: Record) -> PartState:
        """What is there now; a file with exactly our content is ours, whatever was noted."""
        found = read_file(self.path)
        if found is None:
            return PartState.ABSENT
        if found == self.content:
            return PartState.CURRENT
        return PartState.OUTDATED if record.wrote(self.place, found) else PartState.FOREIGN

    def install(self, record: Record) -> None:
        """Write it, unless somebody else's file is there."""
        state = self.state(record)
        if state is PartState.FOREIGN or (
            state is PartState.CURRENT and record.wrote(self.place, self.content)
        ):
            return
        try:
            record.note(self.place, self.content)
            record.make_folder(self.place, self.path.parent)
            mode = 0o755 if self.is_executable else 0o644
            write_atomically(self.path, self.content, mode=mode)
        except OSError as error:
            raise unwritable(self.path, error) from error

    def remove(self, record: Record) -> None:
        """Take it away, if it is ours."""
        if self.state(record) in (PartState.CURRENT, PartState.OUTDATED):
            try:
                self.path.unlink(missing_ok=True)
            except OSError as error:
                raise unwritable(self.path, error) from error
        record.forget(self.place)


def read_file(path: Path) -> bytes | None:
    """The bytes of a file; None where there is none.

    Raises:
        IntegrationError: it is there and cannot be read.
    """
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        if path.is_symlink():
            raise IntegrationError(f"{path} is a link that leads nowhere.", "Delete it.") from None
        return None
    except OSError as error:
        raise IntegrationError(
            f"{path} cannot be read: {error.strerror or error}.", "Change its permissions."
        ) from error


def replace_file(path: Path, content: bytes) -> None:
    """Put a content into a file that may be a link; its mode stays.

    Raises:
        OSError: it cannot be written.
    """
    target = path.resolve()
    mode = 0o644
    with suppress(OSError):
        mode = target.stat().st_mode & 0o7777
    write_atomically(target, content, mode=mode)


def unwritable(path: Path, error: OSError) -> IntegrationError:
    """What to say where a file cannot be written or removed."""
    return IntegrationError(
        f"{path} cannot be written: {error.strerror or error}.", "Change its permissions."
    )
