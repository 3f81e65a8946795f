"""Files that are no usable model: each is refused with its own sentence, and nothing changes."""

from __future__ import annotations

import argparse
import errno
import json
import os
import pickle
import re
import shutil
import sys
import zipfile
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
import torch
from carried_models import (
    ARCHITECTURE,
    copy_model,
    everything_in,
    register_tiny,
    save_pickle,
    save_tensors,
    tensors_of,
)
from tiny_clip import CONFIG_FILE, WEIGHTS_FILE, as_model_folder, make_tiny_clip

from photosearch.errors import ModelError
from photosearch.model.architectures import list_architectures
from photosearch.model.importing import check_model, import_model
from photosearch.paths import AppPaths

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


@broken("There are no weights in")
def folder_without_weights(good: Path, bad: Path) -> Path:
    shutil.copy(good / CONFIG_FILE, bad)
    return bad


@broken("has no open_clip_config.json")
def folder_without_config(good: Path, bad: Path) -> Path:
    shutil.copy(good / WEIGHTS_FILE, bad)
    return bad


@broken("split into several files")
def folder_in_pieces(good: Path, bad: Path) -> Path:
    shutil.copy(good / CONFIG_FILE, bad)
    bare(bad, b"{}", "model.safetensors.index.json")
    return bad


@broken("is not JSON")
def config_cut_short(good: Path, bad: Path) -> Path:
    shutil.copytree(good, bad, dirs_exist_ok=True)
    text = (good / CONFIG_FILE).read_text(encoding="utf-8")
    (bad / CONFIG_FILE).write_text(text[:100], encoding="utf-8")
    return bad


@broken("has no model_cfg")
def config_of_another_kind(good: Path, bad: Path) -> Path:
    shutil.copytree(good, bad, dirs_exist_ok=True)
    (bad / CONFIG_FILE).write_text('{"architectures": ["CLIPModel"]}', encoding="utf-8")
    return bad


@broken("describes no text tower")
def config_without_words(good: Path, bad: Path) -> Path:
    return copy_model(good, bad / "m", text_cfg=None)


@broken("which no real network has")
def config_of_endless_layers(good: Path, bad: Path) -> Path:
    return copy_model(good, bad / "m", vision_cfg__layers=10**9)


@broken("of other sizes: .* is 32 instead of 1048576")
def config_of_terabytes(good: Path, bad: Path) -> Path:
    return copy_model(good, bad / "m", vision_cfg__width=1 << 20, text_cfg__width=1 << 20)


@broken("no network of timm")
def config_that_downloads(good: Path, bad: Path) -> Path:
    return copy_model(good, bad / "m", vision_cfg__timm_model_name="hf-hub:evil/trojan")


@broken("no network that open_clip can build")
def config_of_nonsense(good: Path, bad: Path) -> Path:
    return copy_model(good, bad / "m", vision_cfg__wdith=32)


@broken("CoCa")
def caption_writer(good: Path, bad: Path) -> Path:
    return copy_model(good, bad / "m", multimodal_cfg={})


@broken("lacks visual.transformer.resblocks.2")
def config_with_a_layer_more(good: Path, bad: Path) -> Path:
    return copy_model(good, bad / "m", vision_cfg__layers=3)


@broken("that the architecture has no place for")
def config_with_a_layer_less(good: Path, bad: Path) -> Path:
    return copy_model(good, bad / "m", text_cfg__layers=1)


@broken("three numbers belong there")
def colours_missing(good: Path, bad: Path) -> Path:
    config = json.loads((good / CONFIG_FILE).read_text(encoding="utf-8"))
    config["preprocess_cfg"]["std"] = [0.5, 0.0, 0.5]
    shutil.copytree(good, bad, dirs_exist_ok=True)
    (bad / CONFIG_FILE).write_text(json.dumps(config), encoding="utf-8")
    return bad


@broken("own tokenizer is missing")
def siglip_without_tokenizer(good: Path, bad: Path) -> Path:
    folder = make_tiny_clip(bad / "siglip", "siglip")
    (folder / "tokenizer.json").unlink()
    return folder


@broken("is no tokenizer: ")
def siglip_with_half_a_tokenizer(good: Path, bad: Path) -> Path:
    folder = make_tiny_clip(bad / "siglip", "siglip")
    text = (folder / "tokenizer.json").read_text(encoding="utf-8")
    (folder / "tokenizer.json").write_text(text[:500], encoding="utf-8")
    return folder


@broken("belongs to another model")
def siglip_with_another_tokenizer(good: Path, bad: Path) -> Path:
    folder = make_tiny_clip(bad / "siglip", "siglip")
    return copy_model(folder, bad / "m", text_cfg__vocab_size=8)


@broken("program code of its own")
def tokenizer_with_code(good: Path, bad: Path) -> Path:
    folder = make_tiny_clip(bad / "siglip", "siglip")
    settings = {"auto_map": {"AutoTokenizer": ["tokenizer.Evil", None]}}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), encoding="utf-8")
    return folder


@broken("not the configuration of a text tower")
def tower_of_another_kind(good: Path, bad: Path) -> Path:
    folder = make_tiny_clip(bad / "xlm", "xlm-roberta")
    (folder / "config.json").write_text('{"model_type": "clip"}', encoding="utf-8")
    return folder


@broken("CLIP's tokenizer gives")
def few_words(good: Path, bad: Path) -> Path:
    return copy_model(good, bad / "m", text_cfg__vocab_size=1000)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_clip(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture
def paths(tmp_path: Path) -> AppPaths:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "settings.toml").write_text("# mine\n", encoding="utf-8")
    return AppPaths(tmp_path / "data", tmp_path / "cache")


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_usable_model_is_refused_before_anything_changes(
    name: str, tiny: Path, tmp_path: Path, paths: AppPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    register_tiny(monkeypatch, tiny)
    make, sentence = BROKEN[name]
    (tmp_path / "bad").mkdir()
    source = make(tiny, tmp_path / "bad")
    before = everything_in(paths.data_dir)
    with pytest.raises(ModelError) as refused:
        import_model(source, paths)
    message = refused.value.message
    assert re.search(sentence, message), message
    assert [one for one, (_, other) in BROKEN.items() if re.search(other, message)] == [name]
    assert message.endswith((".", ")")) or "can build:" in message
    assert refused.value.hint
    assert everything_in(paths.data_dir) == before


def test_an_architecture_that_is_not_the_files_is_refused(
    tiny: Path, tmp_path: Path, paths: AppPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    register_tiny(monkeypatch, tiny)
    file = Path(shutil.copy(tiny / WEIGHTS_FILE, tmp_path / "w.safetensors"))
    with pytest.raises(ModelError, match=r"lacks visual\.transformer\.resblocks\.2"):
        import_model(file, paths, architecture="ViT-B-32")
    with pytest.raises(ModelError, match="knows no architecture 'ViT-B-33'"):
        import_model(file, paths, architecture="ViT-B-33")
    with pytest.raises(ModelError, match=f"describes {ARCHITECTURE}, not ViT-B-32"):
        import_model(tiny, paths, architecture="ViT-B-32")


def test_a_file_that_may_not_be_read_is_refused(
    tiny: Path, tmp_path: Path, paths: AppPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = Path(shutil.copy(tiny / WEIGHTS_FILE, tmp_path / "w.safetensors"))

    def forbidden(*_: object, **__: object) -> None:  # root may read whatever the file says
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(Path, "open", forbidden)
    with pytest.raises(ModelError, match="cannot be read: Permission denied"):
        import_model(file, paths)


@pytest.mark.parametrize("name", ["x" * 5000, "a\0b", "loop"])
def test_a_path_that_leads_nowhere_is_refused(name: str, tmp_path: Path, paths: AppPaths) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(ModelError, match=r"There is no file|cannot be read"):
        import_model(tmp_path / name, paths)


class Trojan:
    """What a hostile pickle does when it is loaded as pickles are."""

    def __init__(self, trace: Path) -> None:
        self._trace = trace

    def __reduce__(self) -> tuple[Any, ...]:
        return (os.mkdir, (str(self._trace),))


@pytest.mark.parametrize("where", ["weights", "beside", "old form", "bare"])
def test_a_hostile_pickle_runs_nothing(
    where: str, tiny: Path, tmp_path: Path, paths: AppPaths
) -> None:
    trace = tmp_path / "trace"
    trojan, tensors, file = Trojan(trace), tensors_of(tiny), tmp_path / "hostile.pt"
    if where == "weights":
        save_pickle(file, {**tensors, "visual.proj": trojan})
    elif where == "beside":
        save_pickle(file, {"state_dict": tensors, "epoch": trojan})
    elif where == "old form":
        torch.save({"epoch": trojan}, file, _use_new_zipfile_serialization=False)
    else:
        file.write_bytes(pickle.dumps(trojan))
    with pytest.raises(ModelError, match=r"pickle|more than tensors"):
        import_model(file, paths)
    assert not trace.exists()
    if where == "bare":  # and it is a pickle that would
        pickle.loads(file.read_bytes())
        assert trace.exists()


def test_an_installed_model_that_rots_is_told(tiny: Path, tmp_path: Path) -> None:
    folder = copy_model(tiny, tmp_path / "m")
    check_model(as_model_folder(folder))
    data = bytearray((folder / WEIGHTS_FILE).read_bytes())
    data[-4:] = b"\xff\xff\xff\xff"
    (folder / WEIGHTS_FILE).write_bytes(data)
    with pytest.raises(ModelError, match="are not finite"):
        check_model(as_model_folder(folder))


@pytest.mark.skipif(sys.platform != "linux", reason="limits memory as Linux does")
@pytest.mark.parametrize(
    "make", [config_of_terabytes, larger_than_its_file, absurd_header, compressed]
)
def test_claimed_sizes_take_no_memory(
    make: Break, tiny: Path, tmp_path: Path, paths: AppPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    import resource

    register_tiny(monkeypatch, tiny)
    list_architectures()  # libraries take memory as well
    source = make(tiny, tmp_path)
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (psutil.Process().memory_info().vms + (1 << 28), hard))
    try:
        with pytest.raises(ModelError, match=BROKEN[make.__name__][1]):
            import_model(source, paths)
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
