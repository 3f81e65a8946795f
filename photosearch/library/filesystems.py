"""Whether a folder lies on a network file system, whose changes by others no system reports."""

from __future__ import annotations

import ctypes
import ntpath
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

_MOUNTINFO = Path("/proc/self/mountinfo")

# Those that another machine can change: by network, or from the host of a virtual machine.
_NETWORK_TYPES = frozenset(
    {
        *("nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "9p", "afs", "coda", "davfs", "davfs2"),
        *("ceph", "glusterfs", "lustre", "beegfs", "gpfs", "ocfs2", "gfs2", "orangefs", "pvfs2"),
        *("virtiofs", "vboxsf", "vmhgfs", "prl_fs", "drvfs"),
        *("afpfs", "webdav", "ftp"),  # as macOS calls them
    }
)
# A FUSE file system may do anything, so each one is taken for a network (sshfs, rclone, gvfsd-fuse)
# save those that are known to show a local drive, or folders of one, that people change through
# the mount: the kernel reports that. What is changed behind it (in a branch of mergerfs, say) is
# found by the regular scan: to look at a pool of disks every minute would keep them all awake.
_LOCAL_FUSE = frozenset(
    {
        *("fuseblk", "fuse.ntfs-3g", "fuse.ntfs", "fuse.exfat", "fuse.ext2", "fuse.apfs"),
        *("fuse.mergerfs", "fuse.unionfs", "fuse.bindfs", "fuse.portal"),
        *("fuse.encfs", "fuse.gocryptfs", "fuse.cryfs", "fuse.securefs"),
    }
)

_OCTAL = re.compile(r"\\([0-7]{3})")
_MACOS_MOUNT = re.compile(r"^.* on (/.*) \(([^,)]+)[^)]*\)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Mount:
    """A mounted file system: where, of which type, and on which device."""

    point: str
    type: str
    device: str = ""


def is_network_path(path: Path) -> bool:
    """Whether changes below a path may come from another machine; where unknown, False."""
    if sys.platform == "win32":
        return is_windows_network(str(path), _windows_drive_type())
    real = os.path.realpath(path)
    return is_network_type(type_at(real, _macos_mounts() if sys.platform == "darwin" else mounts()))


def is_network_type(file_system: str | None) -> bool:
    """Whether a file system of this type is changed by other machines as well."""
    if file_system is None:
        return False
    if file_system in _NETWORK_TYPES:
        return True
    return file_system.split(".")[0] == "fuse" and file_system not in _LOCAL_FUSE


def type_at(real_path: str, mounted: Iterable[Mount]) -> str | None:
    """The type of the file system that holds a path: of the longest mount point above it."""
    best: Mount | None = None
    for mount in mounted:
        is_above = mount.point == "/" or (real_path + "/").startswith(mount.point + "/")
        # At the same point, the one mounted last covers the others.
        if is_above and (best is None or len(mount.point) >= len(best.point)):
            best = mount
    return best.type if best else None


def mounts() -> tuple[Mount, ...]:
    """What is mounted for this process on Linux; nothing where that cannot be read."""
    return tuple(parse_mountinfo(mountinfo()))


def mountinfo() -> bytes:
    """The kernel's own text of what is mounted; it is the same as long as nothing changes."""
    try:
        return _MOUNTINFO.read_bytes()
    except OSError:
        return b""


def parse_mountinfo(text: bytes) -> Iterator[Mount]:
    """The lines of a mountinfo file, as proc(5) describes them."""
    for line in text.split(b"\n"):
        fields = os.fsdecode(line).split(" ")
        # 36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue
        if "-" not in fields[6:]:
            continue
        after = fields.index("-", 6) + 1
        if after < len(fields):
            yield Mount(_unescaped(fields[4]), fields[after], fields[2])


def parse_macos_mounts(text: str) -> Iterator[Mount]:
    """What the ``mount`` command of macOS prints: ``//me@nas/pics on /Volumes/pics (smbfs, …)``."""
    for point, file_system in _MACOS_MOUNT.findall(text):
        yield Mount(point, file_system)


def _unescaped(field: str) -> str:
    """A name with its spaces, tabs, newlines and backslashes, which the kernel writes in octal."""
    return _OCTAL.sub(lambda octal: chr(int(octal[1], 8)), field)


def _macos_mounts() -> tuple[Mount, ...]:
    try:
        listed = subprocess.run(["/sbin/mount"], capture_output=True, timeout=5, check=True)
    except (OSError, subprocess.SubprocessError):
        return ()
    return tuple(parse_macos_mounts(os.fsdecode(listed.stdout)))


def is_windows_network(path: str, drive_type: Callable[[str], int] | None) -> bool:
    """The same for a path of Windows, given what ``GetDriveTypeW`` says of a drive's root."""
    drive = ntpath.splitdrive(path)[0]
    if drive.startswith(("\\\\", "//")):
        return True
    drive_remote = 4  # winbase.h
    return drive_type is not None and drive_type(drive + "\\") == drive_remote


def _windows_drive_type() -> Callable[[str], int] | None:
    windows = getattr(ctypes, "windll", None)
    return windows and windows.kernel32.GetDriveTypeW
