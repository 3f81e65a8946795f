"""Files that are no usable model: each is refused with its own sentence, and nothing changes."""

from __future__ import annotations

import errno
import os
import pickle
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest
import torch
from broken_files import BROKEN, Break, absurd_header, compressed, larger_than_its_file
from broken_folders import config_of_terabytes
from carried_models import (
    ARCHITECTURE,
    copy_model,
    everything_in,
    register_tiny,
    save_pickle,
    tensors_of,
)
from tiny_clip import WEIGHTS_FILE, as_model_folder, make_tiny_clip

from photosearch.errors import ModelError
from photosearch.model.architectures import list_architectures
from photosearch.model.checking import check_model
from photosearch.model.importing import import_model
from photosearch.paths import AppPaths


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
