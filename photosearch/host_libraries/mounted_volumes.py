"""Where drives are mounted, by their UUID."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_OCTAL = re.compile(rb"\\([0-7]{3})")


@dataclass(frozen=True)
class MountedVolumes:
    """What the system has mounted; elsewhere than on Linux nothing is known.

    Attributes:
        mounts: the kernel's list, one mount a line: device, place, and more.
        by_uuid: the folder with a link to each device, named by the UUID of what is on it.
    """

    mounts: Path = Path("/proc/self/mounts")
    by_uuid: Path = Path("/dev/disk/by-uuid")

    def points(self) -> tuple[Path, ...]:
        """Every place at which something is mounted, besides the root."""
        return tuple(point for _, point in self._all() if point != Path("/"))

    def points_of(self, uuid: str) -> tuple[Path, ...]:
        """Where the volume with this UUID is mounted."""
        device = self._device(uuid)
        if device is None:
            return ()
        found = (point for source, point in self._all() if os.path.realpath(source) == device)
        return tuple(dict.fromkeys(found))

    def _device(self, uuid: str) -> str | None:
        try:
            links = list(self.by_uuid.iterdir())
        except OSError:
            return None
        # Programs write the UUID in small letters, also where the file system has large ones.
        found = (link for link in links if link.name.lower() == uuid.lower())
        return next((os.path.realpath(link) for link in found), None)

    def _all(self) -> Iterator[tuple[str, Path]]:
        try:
            lines = self.mounts.read_bytes().splitlines()
        except OSError:
            return
        for line in lines:
            fields = line.split(b" ")
            if len(fields) > 1:
                device, point = (os.fsdecode(_OCTAL.sub(_byte, one)) for one in fields[:2])
                yield device, Path(point)


def _byte(octal: re.Match[bytes]) -> bytes:
    return bytes([int(octal[1], 8) & 0xFF])
