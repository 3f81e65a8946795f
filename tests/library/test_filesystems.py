from __future__ import annotations

import os
from pathlib import Path

import pytest

from photosearch.library.filesystems import (
    Mount,
    is_network_path,
    is_network_type,
    is_windows_network,
    mountinfo,
    mounts,
    parse_macos_mounts,
    parse_mountinfo,
    type_at,
)

MOUNTINFO = rb"""22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
30 27 0:40 / /mnt/my\040photos\134x rw shared:5 master:2 - nfs4 nas:/pics rw,addr=10.0.0.2
31 30 8:1 / /mnt/my\040photos\134x/local rw - ext4 /dev/sda1 rw
32 27 0:41 / /home/me/mount - rw,relatime
33 27 0:42 / /mnt/stick rw - autofs systemd-1 rw
34 33 8:17 / /mnt/stick rw - fuseblk /dev/sdb1 rw
35 27 0:43 / /mnt/stickers rw - fuse.sshfs me@host: rw
36 27 0:44 / /mnt/caf""" + "é\n".encode().replace(b"\n", b"\xff rw - cifs //nas/pics rw\n")


@pytest.mark.parametrize(
    ("path", "file_system"),
    [
        ("/", "ext4"),
        ("/home/me/photos", "ext4"),
        ("/mnt/my photos\\x", "nfs4"),
        ("/mnt/my photos\\x/2024", "nfs4"),
        ("/mnt/my photos\\x/local/2024", "ext4"),
        ("/mnt/my photos\\xyz", "ext4"),
        ("/mnt/stick/a", "fuseblk"),
        ("/mnt/stickers/a", "fuse.sshfs"),
        (os.fsdecode("/mnt/café".encode() + b"\xff/a"), "cifs"),
    ],
)
def test_the_longest_mount_point_and_the_last_mount_on_it_counts(
    path: str, file_system: str
) -> None:
    assert type_at(path, parse_mountinfo(MOUNTINFO)) == file_system


def test_lines_that_are_no_mounts_are_passed_over() -> None:
    assert list(parse_mountinfo(b"\n - \n1 2 3\n1 2 0:1 / /x rw -\n")) == []
    assert list(parse_mountinfo(b"")) == []


@pytest.mark.parametrize(
    "file_system",
    [
        *("nfs", "nfs4", "cifs", "smb3", "9p", "afs", "davfs", "ceph", "virtiofs", "vboxsf"),
        *("fuse", "fuse.sshfs", "fuse.rclone", "fuse.gvfsd-fuse", "fuse.davfs2", "smbfs"),
    ],
)
def test_what_another_machine_can_change_is_a_network(file_system: str) -> None:
    assert is_network_type(file_system)


@pytest.mark.parametrize(
    "file_system",
    [
        *("ext4", "btrfs", "xfs", "zfs", "tmpfs", "overlay", "vfat", "exfat", "ntfs3", "apfs"),
        *("fuseblk", "fuse.ntfs-3g", "fuse.mergerfs", "fuse.gocryptfs", None),
    ],
)
def test_a_drive_of_this_machine_is_no_network(file_system: str | None) -> None:
    assert not is_network_type(file_system)


def test_a_mount_command_of_macos_is_understood() -> None:
    listed = (
        "/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)\n"
        "//me@nas._smb._tcp.local/my%20pics on /Volumes/my pics (x) (smbfs, nodev, nosuid)\n"
        "map auto_home on /System/Volumes/Data/home (autofs)\n"
    )
    mounted = list(parse_macos_mounts(listed))
    assert type_at("/Users/me", mounted) == "apfs"
    assert type_at("/Volumes/my pics (x)/2024", mounted) == "smbfs"
    assert type_at("/System/Volumes/Data/home/a", mounted) == "autofs"


@pytest.mark.parametrize(
    ("path", "is_network"),
    [
        (r"\\nas\pics\2024", True),
        ("//nas/pics/2024", True),
        (r"Z:\pics", True),
        (r"C:\Users\me", False),
    ],
)
def test_shares_and_network_drives_of_windows_are_networks(path: str, is_network: bool) -> None:
    assert is_windows_network(path, {"Z:\\": 4, "C:\\": 3}.__getitem__) == is_network


def test_a_drive_that_windows_cannot_be_asked_about_is_no_network() -> None:
    assert not is_windows_network(r"Z:\pics", None)


def test_nothing_is_known_of_a_path_without_mounts() -> None:
    assert type_at("/home", []) is None
    assert type_at("/home", [Mount("/mnt", "nfs")]) is None


@pytest.mark.skipif(not mountinfo(), reason="There is no /proc here.")
def test_the_folders_of_this_machine_are_looked_up(tmp_path: Path) -> None:
    assert type_at("/proc/self", mounts()) == "proc"
    assert not is_network_path(Path("/proc"))
    is_network = is_network_path(tmp_path)
    assert is_network_path(tmp_path / "not there") == is_network
