"""Tensors as the bytes of a safetensors file, made a few megabytes at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import xxhash

from photosearch.errors import ModelError, shown

if TYPE_CHECKING:
    from torch import Tensor

    from photosearch.model.checkpoint import Checkpoint

_CHUNK_BYTES = 1 << 24
_ALIGNMENT = 8
_DTYPES = {
    "float64": "F64",
    "float32": "F32",
    "float16": "F16",
    "bfloat16": "BF16",
    "int64": "I64",
    "int32": "I32",
    "int16": "I16",
    "int8": "I8",
    "uint8": "U8",
    "bool": "BOOL",
}


@dataclass(frozen=True, slots=True)
class TensorFile:
    """A safetensors file that may not be written yet.

    Attributes:
        header: its length and table of contents, as they begin the file.
        tensors: in the order in which their numbers follow.
    """

    header: bytes
    tensors: tuple[tuple[str, Tensor], ...]

    @property
    def size_bytes(self) -> int:
        """The length of the file."""
        return len(self.header) + sum(_size_bytes(tensor) for _, tensor in self.tensors)

    def chunks(self) -> Iterator[memoryview]:
        """The bytes of the file."""
        yield memoryview(self.header)
        for _, tensor in self.tensors:
            yield from _bytes(tensor)


def lay_out(checkpoint: Checkpoint, tensors: Mapping[str, Tensor]) -> TensorFile:
    """How the tensors are stored, each in the precision that it has.

    A safetensors file whose tensors all stay as they are, stays the same file, byte by byte: so
    what was embedded with it before remains comparable.

    Args:
        checkpoint: where the tensors were found.
        tensors: by the names that they are to have.
    """
    found = checkpoint.tensors
    is_same = found.keys() == tensors.keys() and all(found[n] is tensors[n] for n in tensors)
    if checkpoint.header is not None and is_same:
        entries = json.loads(checkpoint.header[8:])
        entries.pop("__metadata__", None)
        in_order = sorted(tensors, key=lambda name: entries[name]["data_offsets"])
        return TensorFile(checkpoint.header, tuple((name, tensors[name]) for name in in_order))
    # Wide numbers first, so that each lies at a multiple of its own size.
    in_order = sorted(tensors, key=lambda name: (-tensors[name].element_size(), name))
    return TensorFile(_header(tensors, in_order), tuple((name, tensors[name]) for name in in_order))


def check_numbers(checkpoint: Checkpoint, file: TensorFile) -> Iterator[tuple[int, str]]:
    """Read all numbers once; gives the bytes done after each piece, and the hash of them so far.

    The last hash is what `fingerprint_file` gives for the file.

    Raises:
        ModelError: a number is not finite, or a table of weights holds zeros alone.
    """
    digest = xxhash.xxh3_128(file.header)
    done = len(file.header)
    for name, tensor in file.tensors:
        is_table = tensor.ndim >= 2 and min(tensor.shape) > 1
        has_number = not (is_table and tensor.is_floating_point())
        for piece in _pieces(tensor):
            if tensor.is_floating_point():
                low, high = (float(end) for end in piece.aminmax())
                # What is not a number, or not finite, is neither above nor below.
                if not float("-inf") < low <= high < float("inf"):
                    raise _not_finite(checkpoint, name)
                has_number = has_number or low != 0 or high != 0
            data = _view(piece)
            digest.update(data)
            done += data.nbytes
            yield done, digest.hexdigest()
        if not has_number:
            raise ModelError(
                f"{checkpoint.shown} holds nothing but zeros in {shown(name)}: a copy or download "
                "of it was interrupted.",
                "Copy or download the file again.",
            )


def _not_finite(checkpoint: Checkpoint, name: str) -> ModelError:
    return ModelError(
        f"{checkpoint.shown} has numbers in {shown(name)} that are not finite (NaN or infinity).",
        "Its training failed, or the file is damaged: take an earlier one, or copy it again.",
    )


def _header(tensors: Mapping[str, Tensor], in_order: list[str]) -> bytes:
    entries: dict[str, object] = {"__metadata__": {"format": "pt"}}
    start = 0
    for name in in_order:
        end = start + _size_bytes(tensors[name])
        entries[name] = {
            "dtype": _DTYPES[str(tensors[name].dtype).removeprefix("torch.")],
            "shape": list(tensors[name].shape),
            "data_offsets": [start, end],
        }
        start = end
    text = json.dumps(entries, separators=(",", ":")).encode()
    text += b" " * (-len(text) % _ALIGNMENT)
    return len(text).to_bytes(8, "little") + text


def _size_bytes(tensor: Tensor) -> int:
    return tensor.numel() * tensor.element_size()


def _pieces(tensor: Tensor) -> Iterator[Tensor]:
    flat = tensor.contiguous().reshape(-1)
    count = _CHUNK_BYTES // tensor.element_size()
    for start in range(0, len(flat), count):
        yield flat[start : start + count]


def _bytes(tensor: Tensor) -> Iterator[memoryview]:
    for piece in _pieces(tensor):
        yield _view(piece)


def _view(piece: Tensor) -> memoryview:
    """The bytes of a flat tensor; numpy has no bfloat16, so they go through bytes."""
    import torch

    return piece.view(torch.uint8).numpy().data
