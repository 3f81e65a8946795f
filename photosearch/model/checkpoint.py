"""A file of weights from anywhere: opened without running what is in it, and read lazily."""

from __future__ import annotations

import json
import os
import pickle
import re
import stat
import tempfile
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from photosearch.errors import ModelError, shown

if TYPE_CHECKING:
    from torch import Tensor

_MAX_HEADER_BYTES = 16 << 20
"""A table of contents has about 100 bytes for each of some hundred tensors."""
_MAX_PICKLE_BYTES = 64 << 20
_MAX_TENSORS = 20_000
_DTYPES = {"F64", "F32", "F16", "BF16", "I64", "I32", "I16", "I8", "U8", "BOOL"}
_AGAIN = "Copy or download the file again, and compare its size with the original."
_WRAPPERS = ("module.", "_orig_mod.", "model.")
"""What training puts before each name: parallel training, torch.compile, Lightning."""
_STATE_DICTS = ("state_dict", "model_state_dict", "model")
_MAGIC = {
    b"version https://git-lfs": (
        "{file} is a pointer of Git LFS, not the weights themselves.",
        "Get them with `git lfs pull` in the repository, or download the file by itself.",
    ),
    b"GGUF": (
        "{file} is a GGUF file, made for llama.cpp.",
        "Take the model's .safetensors file.",
    ),
    b"\x93NUMPY": (
        "{file} is an array of NumPy, not a checkpoint.",
        "Take the model's .safetensors file.",
    ),
    b"\x1f\x8b": ("{file} is compressed by gzip.", "Unpack it, and add what is inside."),
}


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The tensors of a file, mapped into memory: their numbers are read when they are needed.

    Attributes:
        file: where they lie.
        tensors: by name, as the network calls them.
        header: the table of contents of a safetensors file that can be kept as it is, or None.
    """

    file: Path
    tensors: Mapping[str, Tensor]
    header: bytes | None = None

    @property
    def shown(self) -> str:
        """The path, for people."""
        return shown(str(self.file))


def open_checkpoint(file: Path) -> Checkpoint:
    """Open a safetensors file, or a pickle of tensors as torch writes it since 2020.

    What it is decides its content, not its name. A pickle is read by torch's unpickler for
    weights, which builds tensors and plain containers and calls nothing else.

    Raises:
        ModelError: it is no such file, is damaged, or wants more than tensors.
    """
    try:
        return _open(file)
    except OSError as error:
        raise ModelError(
            f"{shown(str(file))} cannot be read: {error.strerror or error}.",
            "Check its permissions, or copy it to this computer first.",
        ) from error


def _open(file: Path) -> Checkpoint:
    start, size = _read_start(file)
    _refuse_other_kinds(file, start)
    if start.startswith(b"PK\x03\x04"):
        return _open_pickle(file)
    if len(start) > 8 and start[8:9] == b"{":
        return _open_safetensors(file, int.from_bytes(start[:8], "little"), size)
    raise ModelError(
        f"{shown(str(file))} is neither a safetensors file nor a checkpoint of torch.",
        "Take the model's .safetensors file, or a .pt file that torch.save has written.",
    )


def _read_start(file: Path) -> tuple[bytes, int]:
    """The first bytes and the size; a pipe is never opened, as nobody may write to it."""
    if not file.exists():
        raise ModelError(f"There is no file {shown(str(file))}.", "Check the path of the weights.")
    status = file.stat()
    if not stat.S_ISREG(status.st_mode):
        raise ModelError(
            f"{shown(str(file))} is not a file, but a pipe, a device or the like.",
            "Save the weights to a file first.",
        )
    if status.st_size == 0:
        raise ModelError(f"{shown(str(file))} is empty.", _AGAIN)
    with file.open("rb") as opened:
        return opened.read(512), status.st_size


def _refuse_other_kinds(file: Path, start: bytes) -> None:
    for magic, (message, hint) in _MAGIC.items():
        if start.startswith(magic):
            raise ModelError(message.format(file=shown(str(file))), hint)
    if re.match(rb"\s*<(!doctype|html|\?xml)", start, re.IGNORECASE):
        raise ModelError(
            f"{shown(str(file))} is a web page that was saved under the name of the weights.",
            "Download the file itself: its page has a button or a link for that.",
        )
    if start[:1] == b"\x80" and start[1:2] <= b"\x05" and start[8:9] != b"{":
        raise ModelError(
            f"{shown(str(file))} is a bare pickle, as torch wrote them before 2020; those are "
            "not opened, since they cannot be checked first.",
            "Where you trust it, load it with a recent torch and save its state_dict() again.",
        )


def _open_safetensors(file: Path, header_bytes: int, size: int) -> Checkpoint:
    from safetensors import safe_open

    if header_bytes > _MAX_HEADER_BYTES:
        raise ModelError(
            f"{shown(str(file))} claims a table of contents of {header_bytes:,} bytes, "
            "which no model has.",
            _AGAIN,
        )
    with file.open("rb") as opened:
        header = opened.read(8 + header_bytes)
    entries = _parse_header(file, header, header_bytes)
    _check_entries(file, entries, size - 8 - header_bytes)
    try:
        with _encodable(file) as path, safe_open(path, framework="pt") as opened:
            tensors = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118
    except Exception as error:  # safetensors has an error of its own, and raises others as well
        raise ModelError(
            f"The table of contents of {shown(str(file))} contradicts itself: {_reason(error)}.",
            _AGAIN,
        ) from error
    named = _without_wrappers(_checked(file, tensors))
    return Checkpoint(file, named, header if named.keys() == tensors.keys() else None)


def _parse_header(file: Path, header: bytes, header_bytes: int) -> dict[str, Any]:
    if len(header) < 8 + header_bytes:
        raise ModelError(
            f"{shown(str(file))} ends within its table of contents: it was not copied whole.",
            _AGAIN,
        )
    try:
        entries = json.loads(header[8:])
        entries.pop("__metadata__", None)
        for entry in entries.values():
            _, end = map(int, entry["data_offsets"])
            entry["end"] = end
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ModelError(
            f"The table of contents of {shown(str(file))} cannot be read: {shown(str(error))}.",
            _AGAIN,
        ) from error
    return dict(entries)


def _check_entries(file: Path, entries: dict[str, Any], data_bytes: int) -> None:
    wanted = max((entry["end"] for entry in entries.values()), default=0)
    if wanted > data_bytes:
        raise ModelError(
            f"{shown(str(file))} is cut short: {data_bytes:,} of {wanted:,} bytes of weights "
            "are there.",
            _AGAIN,
        )
    for name, entry in entries.items():
        if entry.get("dtype") not in _DTYPES:
            raise ModelError(
                f"{shown(str(file))} stores {shown(name)} as {shown(str(entry.get('dtype')))}, "
                "a form of numbers that is not supported.",
                "Take the model in float32, float16 or bfloat16.",
            )


def _open_pickle(file: Path) -> Checkpoint:
    import torch

    _check_archive(file)
    try:
        with _encodable(file) as path, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            loaded = torch.load(path, map_location="cpu", weights_only=True, mmap=True)
    except pickle.UnpicklingError as error:
        raise _wants_more(file, str(error)) from error
    except MemoryError as error:
        raise ModelError(
            f"{shown(str(file))} asks for more memory than this computer has free.",
            "Take the original file; do not use one that you do not trust.",
        ) from error
    except Exception as error:  # torch raises whatever its parts raise
        raise ModelError(
            f"{shown(str(file))} is damaged: {_reason(error)}.",
            _AGAIN,
        ) from error
    return Checkpoint(file, _without_wrappers(_checked(file, _state_dict(file, loaded))))


def _check_archive(file: Path) -> None:
    """Refuse what torch.save has not written: it never compresses, so nothing swells in memory."""
    if file.suffix == ".safetensors":
        raise ModelError(
            f"{shown(str(file))} is a pickle under the name of a safetensors file.",
            "If you trust where it comes from, give it a name that ends in .pt.",
        )
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise ModelError(
            f"{shown(str(file))} is cut short: the end of the archive is missing.", _AGAIN
        ) from error
    names = {entry.filename.rpartition("/")[2]: entry for entry in entries}
    if "constants.pkl" in names:
        raise ModelError(
            f"{shown(str(file))} is a TorchScript program, as OpenAI's original files are; "
            "programs are not run.",
            "OpenAI's weights can be had without: photosearch models get "
            "ViT-B-32-quickgelu/openai. Of others, save the state_dict() alone.",
        )
    if "data.pkl" not in names:
        raise ModelError(
            f"{shown(str(file))} is an archive, but not one that torch.save has written.",
            "Unpack it, and add the checkpoint or the folder that is inside.",
        )
    if names["data.pkl"].file_size > _MAX_PICKLE_BYTES or any(
        entry.compress_type != zipfile.ZIP_STORED for entry in entries
    ):
        raise ModelError(
            f"{shown(str(file))} is packed in another way than torch.save does.",
            "Take the original file; do not use one that you do not trust.",
        )


def _reason(error: Exception) -> str:
    """The first line of what a library says; some errors have a name alone."""
    return shown(str(error).partition("\n")[0])[:200].rstrip(".") or type(error).__name__


def _wants_more(file: Path, problem: str) -> ModelError:
    found = re.search(r"GLOBAL ([\w.]+)|type ([\w.]+) was not", problem)
    what = f" ({found[1] or found[2]})" if found else ""
    return ModelError(
        f"{shown(str(file))} holds more than tensors{what}; it was not loaded, because loading "
        "such things can run a program that is hidden in them.",
        "If you trust where it comes from, save its tensors alone: "
        "torch.save(model.state_dict(), 'weights.pt').",
    )


def _state_dict(file: Path, loaded: Any) -> dict[str, Any]:
    """The tensors by name: a training checkpoint has them under one of its keys."""
    found = loaded
    for key in _STATE_DICTS:
        if isinstance(loaded, dict) and isinstance(loaded.get(key), dict):
            found = loaded[key]
            break
    if not isinstance(found, dict):
        raise ModelError(
            f"{shown(str(file))} holds no tensors by name, but a {type(loaded).__name__}.",
            "Save them with torch.save(model.state_dict(), 'weights.pt').",
        )
    if found is loaded and ("param_groups" in loaded or "optimizer" in loaded):
        raise ModelError(
            f"{shown(str(file))} is the state of an optimizer, from the middle of a training.",
            "Take the file with the weights, which lies beside it.",
        )
    return found


def _checked(file: Path, found: Mapping[Any, Any]) -> dict[str, Tensor]:
    """Tensors that lie in the file as plain numbers; sizes that are only claimed are refused."""
    import torch

    if len(found) > _MAX_TENSORS:
        raise ModelError(f"{shown(str(file))} names {len(found):,} tensors.", _AGAIN)
    tensors = {}
    for name, value in found.items():
        if not isinstance(name, str) or not isinstance(value, torch.Tensor):
            raise ModelError(
                f"{shown(str(file))} holds {shown(str(name))[:80]!r}, which is no tensor, "
                "among its weights.",
                "Save the tensors alone: torch.save(model.state_dict(), 'weights.pt').",
            )
        if not _is_plain(value):
            raise ModelError(
                f"The tensor {shown(name)[:80]} of {shown(str(file))} is not stored as plain "
                "numbers (it is sparse, quantized, complex, or larger than the file).",
                "Take the model in float32, float16 or bfloat16.",
            )
        tensors[name] = value.detach()
    if not tensors:
        raise ModelError(f"{shown(str(file))} holds no tensors at all.", _AGAIN)
    return tensors


def _is_plain(tensor: Tensor) -> bool:
    import torch

    if tensor.layout is not torch.strided or tensor.is_meta or tensor.is_quantized:
        return False
    if tensor.is_complex() or (tensor.is_floating_point() and tensor.element_size() == 1):
        return False
    return tensor.numel() * tensor.element_size() <= tensor.untyped_storage().nbytes()


def _without_wrappers(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Names as the network has them, where a program for training stood before all of them."""
    for prefix in _WRAPPERS * 2:
        if all(name.startswith(prefix) for name in tensors):
            tensors = {name.removeprefix(prefix): tensor for name, tensor in tensors.items()}
    return tensors


@contextmanager
def _encodable(file: Path) -> Iterator[str]:
    """A path that torch can take: it wants UTF-8, and names on a disk may have any bytes."""
    path = os.fspath(file.absolute())
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        with tempfile.TemporaryDirectory(prefix="photosearch-") as folder:
            alias = Path(folder, "weights.pt")
            alias.symlink_to(file.absolute())
            yield os.fspath(alias)
    else:
        yield path
