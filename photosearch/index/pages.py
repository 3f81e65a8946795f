"""Reads the pages of an SQLite file one by one, so that a bad page costs what is on it, no more.

The format is described in https://www.sqlite.org/fileformat2.html, whose names are used here.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, NamedTuple, Self

Value = int | float | str | bytes | None

_MAGIC = b"SQLite format 3\0"
_HEADER_BYTES = 100
_TABLE_LEAF, _TABLE_INTERIOR, _INDEX_LEAF, _INDEX_INTERIOR = 0x0D, 0x05, 0x0A, 0x02
_INTERIOR = (_TABLE_INTERIOR, _INDEX_INTERIOR)
_BYTES_OF_KIND = (0, 1, 2, 3, 4, 6, 8, 8, 0, 0)

_WAL_HEADER_BYTES, _FRAME_HEADER_BYTES = 32, 24
_WAL_ORDERS = {0x377F0682: "<", 0x377F0683: ">"}


class Cell(NamedTuple):
    """One record on a page; an entry of an index, or of a table without rowid, has no rowid."""

    rowid: int | None
    values: tuple[Value, ...]


class PageFile:
    """The pages of a database as they were last committed, those in its write-ahead log included.

    Nothing here believes what it reads: page numbers out of range, loops and senseless lengths
    end where they are met, and a sector that the disk cannot read is a page of zeros.

    Raises:
        OSError: the file cannot be opened.
    """

    def __init__(self, path: Path, page_bytes: int) -> None:
        self.page_bytes = page_bytes  # what the file says of it is as much in doubt as all else
        self._file = path.open("rb")
        self._wal: BinaryIO | None = None
        self._frames: dict[int, int] = {}
        size_bytes = os.fstat(self._file.fileno()).st_size
        with suppress(OSError):
            self._wal = path.with_name(path.name + "-wal").open("rb")
            self._frames = _committed_frames(self._wal, self.page_bytes)
        self.count = max(-(-size_bytes // self.page_bytes), *self._frames, 0)
        header = self.page(1)[:_HEADER_BYTES]
        self.has_header = header.startswith(_MAGIC)
        self.user_version = int.from_bytes(header[60:64], "big") if self.has_header else 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        if self._wal is not None:
            self._wal.close()

    def page(self, number: int) -> bytes:
        """The bytes of a page, counted from 1; zeros where there are none."""
        if self._wal is not None and number in self._frames:
            return _read(self._wal, self._frames[number], self.page_bytes)
        return _read(self._file, (number - 1) * self.page_bytes, self.page_bytes)

    def tree(self, root: int) -> Iterator[int]:
        """The numbers of all pages of a table or an index that can be reached from its root."""
        seen: set[int] = set()
        waiting = [root]
        while waiting:
            number = waiting.pop()
            if 1 <= number <= self.count and number not in seen:
                seen.add(number)
                yield number
                waiting += self._children(number)

    def cells(self, number: int) -> Iterator[Cell]:
        """The records on a page that make sense; none if it is no page of a table or an index."""
        data = self.page(number)
        kind, places = _layout(number, data)
        if kind == _TABLE_INTERIOR:
            return
        for at in places:
            with suppress(IndexError, ValueError, struct.error):
                yield self._cell(data, kind, at)

    def is_table_leaf(self, number: int) -> bool:
        """Whether a page claims to hold rows of a table."""
        return _layout(number, self.page(number))[0] == _TABLE_LEAF

    def free_pages(self) -> set[int] | None:
        """Pages not in use, which may hold rows deleted long ago; None if they cannot be told."""
        first, count = struct.unpack(">II", self.page(1)[32:40])
        if not self.has_header:
            # No list to begin with. Where no page looks like a part of it, there probably is none.
            return None if any(map(self._trunk, range(2, self.count + 1))) else set()
        free: set[int] = set()
        while first and first not in free and (trunk := self._trunk(first)) is not None:
            free.update((first, *trunk))
            first = struct.unpack(">I", self.page(first)[:4])[0]
        return free if not first and len(free) == count else None

    def _trunk(self, number: int) -> tuple[int, ...] | None:
        """The page numbers that a page of the list of free pages has; None if it is no such one."""
        data = self.page(number)
        following, length = struct.unpack(">II", data[:8])
        if following > self.count or not length <= self.page_bytes // 4 - 2:
            return None
        listed: tuple[int, ...] = struct.unpack_from(f">{length}I", data, 8)
        are_pages = all(2 <= listed_number <= self.count for listed_number in listed)
        return listed if are_pages and len(set(listed)) == length else None

    def _children(self, number: int) -> list[int]:
        data = self.page(number)
        kind, places = _layout(number, data)
        if kind not in _INTERIOR:
            return []
        last = (_HEADER_BYTES if number == 1 else 0) + 8
        return [int.from_bytes(data[at : at + 4], "big") for at in (*places, last)]

    def _cell(self, data: bytes, kind: int, at: int) -> Cell:
        if kind == _INDEX_INTERIOR:
            at += 4
        size, at = _varint(data, at)
        rowid = None
        if kind == _TABLE_LEAF:
            rowid, at = _varint(data, at)
        return Cell(rowid, _record(self._payload(data, at, size, kind == _TABLE_LEAF)))

    def _payload(self, data: bytes, at: int, size: int, is_table: bool) -> bytes:
        """The bytes of a record, collected from its overflow pages if it has any."""
        usable = self.page_bytes
        most = usable - 35 if is_table else (usable - 12) * 64 // 255 - 23
        if not 0 <= size <= self.count * usable:
            raise ValueError("senseless length")
        if size <= most:
            return _cut(data, at, size)
        least = (usable - 12) * 32 // 255 - 23
        local = least + (size - least) % (usable - 4)
        local = local if local <= most else least
        parts, missing = [_cut(data, at, local)], size - local
        following = _cut(data, at + local, 4)
        while missing:
            number = int.from_bytes(following, "big")
            if not 2 <= number <= self.count:
                raise ValueError("an overflow page is missing")
            page = self.page(number)
            following = page[:4]
            parts.append(page[4 : 4 + missing])
            missing -= len(parts[-1])
        return b"".join(parts)


def _read(file: BinaryIO, at: int, size: int) -> bytes:
    data = b""
    with suppress(OSError, ValueError):  # a bad sector; or a place before the file
        file.seek(at)
        data = file.read(size)
    return data.ljust(size, b"\0")


def _layout(number: int, data: bytes) -> tuple[int, tuple[int, ...]]:
    """The kind of a page, and where its cells are; the kind 0 is a page of no tree."""
    start = _HEADER_BYTES if number == 1 else 0
    kind, count = data[start], int.from_bytes(data[start + 3 : start + 5], "big")
    if kind not in (_TABLE_LEAF, _INDEX_LEAF, *_INTERIOR):
        return 0, ()
    first = start + (12 if kind in _INTERIOR else 8)
    count = min(count, (len(data) - first) // 2)
    return kind, struct.unpack_from(f">{count}H", data, first)


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """A number of 1 to 9 bytes, signed if it has 64 bits, and the place behind it."""
    value = 0
    for offset in range(8):
        byte = data[at + offset]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + offset + 1
    value = value << 8 | data[at + 8]
    return (value - 2**64 if value >= 2**63 else value), at + 9


def _cut(data: bytes, at: int, size: int) -> bytes:
    part = data[at : at + size]
    if len(part) != size:
        raise ValueError("cut short")
    return part


def _record(payload: bytes) -> tuple[Value, ...]:
    """The values of a record.

    Raises:
        ValueError, IndexError, struct.error: these bytes are none.
    """
    header_size, at = _varint(payload, 0)
    place = header_size
    values: list[Value] = []
    while at < header_size:
        kind = payload[at]  # nearly always a byte by itself: this runs a million times
        if kind < 0x80:
            at += 1
        else:
            kind, at = _varint(payload, at)
        end = place + ((kind - 12) // 2 if kind >= 12 else _BYTES_OF_KIND[kind])
        values.append(_value(kind, payload[place:end]))
        place = end
    if at != header_size or place != len(payload):
        raise ValueError("the lengths do not add up")
    return tuple(values)


def _value(kind: int, data: bytes) -> Value:
    if kind >= 12:
        return data.decode() if kind % 2 else data
    if kind >= 8:
        return kind - 8
    if kind == 7:
        return float(struct.unpack(">d", data)[0])
    return int.from_bytes(data, "big", signed=True) if kind else None


def _committed_frames(wal: BinaryIO, page_bytes: int) -> dict[int, int]:
    """Where in the log the last committed bytes of a page are, as far as its sums are right."""
    header = _read(wal, 0, _WAL_HEADER_BYTES)
    magic, _, named_bytes = struct.unpack(">III", header[:12])
    order = _WAL_ORDERS.get(magic)
    sums = _checksum(order or "<", header[:24], (0, 0))
    if order is None or named_bytes != page_bytes or sums != struct.unpack(">II", header[24:]):
        return {}
    committed: dict[int, int] = {}
    pending: dict[int, int] = {}
    at, end = _WAL_HEADER_BYTES, os.fstat(wal.fileno()).st_size
    while at < end:
        frame = _read(wal, at, _FRAME_HEADER_BYTES + page_bytes)
        number, count_after_commit = struct.unpack(">II", frame[:8])
        sums = _checksum(order, frame[:8] + frame[_FRAME_HEADER_BYTES:], sums)
        if frame[8:16] != header[16:24] or sums != struct.unpack(">II", frame[16:24]):
            break
        pending[number] = at + _FRAME_HEADER_BYTES
        if count_after_commit:
            committed.update(pending)
        at += len(frame)
    return committed


def _checksum(order: str, data: bytes, sums: tuple[int, int]) -> tuple[int, int]:
    first, second = sums
    words = struct.unpack(f"{order}{len(data) // 4}I", data)
    for even, odd in zip(words[::2], words[1::2], strict=True):
        first = (first + even + second) & 0xFFFFFFFF
        second = (second + odd + first) & 0xFFFFFFFF
    return first, second
