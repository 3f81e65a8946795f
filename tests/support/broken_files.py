"""Files that are no usable model, each with what has to be said of it."""

from __future__ import annotations

import argparse
import json
import os
import zipfile
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from carried_models import save_pickle, save_tensors, tensors_of
from tiny_clip import WEIGHTS_FILE, make_tiny_clip

Break = Callable[[Path, Path], Path]
"""From a sound folder and an empty one to what somebody tries to add."""

BROKEN: dict[str, tuple[Break, str]] = {}
"""By name: how it is made, and what has to stand in the sentence."""


def broken(sentence: str) -> Callable[[Break], Break]:
    def note(make: Break) -> Break:
        BROKEN[make.__name__] = (make, sentence)
        return make

    return note


def bare(bad: Path, content: bytes, name: str = "weights.safetensors") -> Path:
    (bad / name).write_bytes(content)
    return bad / name


def with_header(bad: Path, change: Callable[[dict[str, Any]], None], good: Path) -> Path:
    """A safetensors file whose table of contents was tampered with."""
    data = (good / WEIGHTS_FILE).read_bytes()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    change(header)
    text = json.dumps(header).encode()
    return bare(bad, len(text).to_bytes(8, "little") + text + data[8 + length :])


def changed(good: Path, bad: Path, name: str, change: Callable[[Any], Any]) -> Path:
    """A bare file with one tensor changed, or left out where there is None."""
    tensors = tensors_of(good)
    tensors[name] = change(tensors[name])
    return save_tensors(bad / WEIGHTS_FILE, {n: t for n, t in tensors.items() if t is not None})


@broken("There is no file")
def nothing(good: Path, bad: Path) -> Path:
    return bad / "gone.safetensors"


@broken("is empty")
def empty_file(good: Path, bad: Path) -> Path:
    return bare(bad, b"")


@broken("pointer of Git LFS")
def lfs_pointer(good: Path, bad: Path) -> Path:
    return bare(bad, b"version https://git-lfs.github.com/spec/v1\noid sha256:12\nsize 605\n")


@broken("is a web page")
def web_page(good: Path, bad: Path) -> Path:
    return bare(bad, b"\n<!DOCTYPE html>\n<html><title>Sign in</title></html>")


@broken("neither a safetensors file nor a checkpoint")
def photo(good: Path, bad: Path) -> Path:
    return bare(bad, b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(2000))


@broken("GGUF")
def llama(good: Path, bad: Path) -> Path:
    return bare(bad, b"GGUF\x03\x00\x00\x00" + bytes(100))


@broken("cut short: [0-9,]+ of [0-9,]+ bytes")
def half_downloaded(good: Path, bad: Path) -> Path:
    data = (good / WEIGHTS_FILE).read_bytes()
    return bare(bad, data[: len(data) // 2])


@broken("ends within its table of contents")
def hardly_downloaded(good: Path, bad: Path) -> Path:
    return bare(bad, (good / WEIGHTS_FILE).read_bytes()[:700])


@broken("claims a table of contents of")
def absurd_header(good: Path, bad: Path) -> Path:
    return bare(bad, (1 << 62).to_bytes(8, "little") + b'{"a":1}')


@broken("table of contents .* cannot be read")
def header_without_sense(good: Path, bad: Path) -> Path:
    return bare(bad, (9).to_bytes(8, "little") + b'{"a":[1}}' + bytes(9))


@broken("contradicts itself")
def overlapping_tensors(good: Path, bad: Path) -> Path:
    def overlap(header: dict[str, Any]) -> None:
        first, second, *_ = (entry for name, entry in header.items() if name != "__metadata__")
        second["data_offsets"] = first["data_offsets"]

    return with_header(bad, overlap, good)


@broken("a form of numbers that is not supported")
def eight_bits(good: Path, bad: Path) -> Path:
    return changed(good, bad, "ln_final.weight", lambda t: t.to(torch.float8_e4m3fn))


@broken(r"conv1\.weight that are not finite")
def not_a_number(good: Path, bad: Path) -> Path:
    return changed(
        good, bad, "visual.conv1.weight", lambda t: t.index_fill(0, torch.tensor([3]), float("nan"))
    )


@broken("text_projection that are not finite")
def infinite_half(good: Path, bad: Path) -> Path:
    tensors = {name: tensor.half() for name, tensor in tensors_of(good).items()}
    tensors["text_projection"][0, 0] = float("-inf")
    return save_pickle(bad / "half.pt", tensors)


@broken("nothing but zeros")
def never_arrived(good: Path, bad: Path) -> Path:
    return changed(good, bad, "visual.proj", torch.zeros_like)


@broken("fits no architecture")
def one_tensor_missing(good: Path, bad: Path) -> Path:
    return changed(good, bad, "ln_final.weight", lambda t: None)


@broken("image tower alone")
def image_tower(good: Path, bad: Path) -> Path:
    kept = {n: t for n, t in tensors_of(good).items() if n.startswith("visual.")}
    return save_tensors(bad / "visual.safetensors", kept)


@broken("text tower alone")
def text_tower(good: Path, bad: Path) -> Path:
    kept = {n: t for n, t in tensors_of(good).items() if not n.startswith("visual.")}
    return save_tensors(bad / "text.safetensors", kept)


@broken("LoRA")
def adapter(good: Path, bad: Path) -> Path:
    return save_tensors(bad / "a.safetensors", {"visual.proj.lora_A.weight": torch.ones(2, 2)})


@broken("transformers library")
def of_transformers(good: Path, bad: Path) -> Path:
    tensors = {"vision_model.embeddings.class_embedding": torch.ones(4)}
    return save_tensors(bad / "model.safetensors", tensors)


@broken("text tower of Hugging Face")
def bare_multilingual(good: Path, bad: Path) -> Path:
    folder = make_tiny_clip(bad / "folder", "xlm-roberta")
    return folder.joinpath(WEIGHTS_FILE).rename(bad / "xlm.safetensors")


@broken("state of an optimizer")
def optimizer(good: Path, bad: Path) -> Path:
    weight = torch.nn.Parameter(torch.ones(3))
    return save_pickle(bad / "optim.pt", torch.optim.AdamW([weight]).state_dict())


@broken(r"holds more than tensors \(argparse.Namespace\)")
def with_arguments(good: Path, bad: Path) -> Path:
    args = argparse.Namespace(lr=0.1)
    return save_pickle(bad / "run.pt", {"state_dict": tensors_of(good), "args": args})


@broken("bare pickle")
def old_pickle(good: Path, bad: Path) -> Path:
    torch.save(tensors_of(good), bad / "old.pt", _use_new_zipfile_serialization=False)
    return bad / "old.pt"


@broken("TorchScript")
def torchscript(good: Path, bad: Path) -> Path:
    with zipfile.ZipFile(bad / "jit.pt", "w") as archive:
        for name in ("data.pkl", "constants.pkl", "code/__torch__.py"):
            archive.writestr(f"archive/{name}", b"\x80\x02}.")
    return bad / "jit.pt"


@broken("end of the archive is missing")
def half_a_pickle(good: Path, bad: Path) -> Path:
    data = save_pickle(bad / "whole.pt", tensors_of(good)).read_bytes()
    return bare(bad, data[: len(data) // 2], "half.pt")


@broken("packed in another way")
def compressed(good: Path, bad: Path) -> Path:
    whole = save_pickle(bad / "whole.pt", tensors_of(good))
    with (
        zipfile.ZipFile(whole) as old,
        zipfile.ZipFile(bad / "z.pt", "w", zipfile.ZIP_DEFLATED) as z,
    ):
        for entry in old.infolist():
            z.writestr(entry.filename, old.read(entry))
    return bad / "z.pt"


@broken("not one that torch.save has written")
def some_archive(good: Path, bad: Path) -> Path:
    with zipfile.ZipFile(bad / "model.zip", "w") as archive:
        archive.writestr("model.safetensors", b"x")
    return bad / "model.zip"


@broken("under the name of a safetensors file")
def pickle_in_disguise(good: Path, bad: Path) -> Path:
    return save_pickle(bad / "safe.safetensors", tensors_of(good))


@broken("is damaged")
def rotten_pickle(good: Path, bad: Path) -> Path:
    data = save_pickle(bad / "whole.pt", tensors_of(good)).read_bytes()
    # The length of a dimension, so that the tensor reaches beyond its numbers.
    return bare(bad, data.replace(b"K\x10K\x10", b"K\xffK\xff", 1), "rotten.pt")


class Hoarder:
    """Asks for more memory than there is; such containers are among what weights may hold."""

    def __reduce__(self) -> tuple[Any, ...]:
        return (bytearray, (1 << 60,))


@broken("asks for more memory")
def hoarder(good: Path, bad: Path) -> Path:
    return save_pickle(bad / "hoard.pt", {**tensors_of(good), "visual.proj": Hoarder()})


@broken("not stored as plain numbers")
def larger_than_its_file(good: Path, bad: Path) -> Path:
    huge = torch.zeros(1).expand(1 << 20, 1 << 20)
    return save_pickle(bad / "huge.pt", {**tensors_of(good), "visual.proj": huge})


@broken("holds no tensors by name")
def a_list(good: Path, bad: Path) -> Path:
    return save_pickle(bad / "list.pt", list(tensors_of(good).values()))


@broken("which is no tensor")
def numbers_among_weights(good: Path, bad: Path) -> Path:
    return save_pickle(bad / "mixed.pt", {**tensors_of(good), "epoch": 3})


@broken("holds no tensors at all")
def no_tensors(good: Path, bad: Path) -> Path:
    return save_pickle(bad / "none.pt", OrderedDict())


@broken("a pipe")
def pipe(good: Path, bad: Path) -> Path:
    os.mkfifo(bad / "pipe.safetensors")
    return bad / "pipe.safetensors"
