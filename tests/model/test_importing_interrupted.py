"""An import that is killed, runs out of disk or meets another leaves no half of a model."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

import pytest
from carried_models import everything_in
from tiny_clip import WEIGHTS_FILE, make_tiny_clip

from photosearch.errors import ModelError
from photosearch.model.checking import check_model
from photosearch.model.folder import InstalledModels
from photosearch.model.importing import import_model
from photosearch.paths import AppPaths

KILLED = """
import os, signal, sys
from pathlib import Path
from photosearch.model import importing
from photosearch.paths import AppPaths

source, *places = map(Path, sys.argv[1:])
before = AppPaths(places[0].with_name("before"))
importing.import_model(source, before)  # so that all is loaded before the children part

def count(function):
    def counted(*args, **options):
        global left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*args, **options)
    return counted

os.fsync = count(os.fsync)
os.rename = count(os.rename)
os.replace = count(os.replace)
importing.shutil.rmtree = count(importing.shutil.rmtree)
step_of_progress = count(lambda: None)
passed = 0

def progress(done, total):
    global passed
    if 4 * done // total > passed:  # not each of the hundreds
        passed = 4 * done // total
        step_of_progress()

for step, place in enumerate(places, start=1):
    child = os.fork()
    if child == 0:
        left = step
        importing.import_model(source, AppPaths(place), on_progress=progress)
        os._exit(0)
    killed_by = os.WTERMSIG(os.waitpid(child, 0)[1])
    print(killed_by)
    if not killed_by:
        break
"""
"""Imports into each place, killed one step later each time; prints the signal that ended it."""


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_clip(tmp_path_factory.mktemp("models") / "tiny", "siglip")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills children that part from one process")
def test_an_import_killed_at_any_step_leaves_a_whole_model_or_none(
    tiny: Path, tmp_path: Path
) -> None:
    places = [tmp_path / f"data {step}" for step in range(1, 60)]
    command = [sys.executable, "-W", "ignore", "-c", KILLED, tiny, *places]
    single = {**os.environ, "OMP_NUM_THREADS": "1"}  # threads do not survive the parting
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=600, check=True, env=single
    )
    signals = [int(line) for line in done.stdout.split()]
    steps = signals.index(0)
    assert steps > 12, done.stderr  # it was killed at many steps, and then not at all
    outcomes = []
    for place in places[:steps]:
        models = list(InstalledModels(AppPaths(place).installed_models).all())
        for model in models:
            assert model.weights.read_bytes() == (tiny / WEIGHTS_FILE).read_bytes()
        outcomes.append(len(models))
    assert outcomes == sorted(outcomes)  # from some step on it is there
    assert outcomes[0] == 0
    assert outcomes[-1] == 1


def test_what_a_killed_import_left_is_cleared_up_by_the_next(tiny: Path, paths: AppPaths) -> None:
    left = paths.installed_models / ".adding-abc"
    left.mkdir(parents=True)
    (left / WEIGHTS_FILE).write_bytes(b"half of it")
    unnoted = paths.installed_models / "tiny--local"
    unnoted.mkdir()
    (unnoted / "stray").touch()
    report = import_model(tiny, paths)
    assert report is not None
    assert not left.exists()
    assert not (unnoted / "stray").exists()
    assert [model.name for model in InstalledModels(paths.installed_models).all()] == ["tiny/local"]


def test_a_disk_without_room_is_told_before_anything_is_written(
    tiny: Path, paths: AppPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**9, 10**9, 1000))
    with pytest.raises(ModelError, match="too little room: the model takes"):
        import_model(tiny, paths)
    assert not paths.data_dir.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="limits the size of files as Unix does")
def test_a_disk_that_fills_up_meanwhile_leaves_nothing(tiny: Path, paths: AppPaths) -> None:
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, ((tiny / WEIGHTS_FILE).stat().st_size // 2, hard))
    try:
        with pytest.raises(ModelError, match="The disk is full"):
            import_model(tiny, paths)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert not [name for name in everything_in(paths.installed_models) if "lock" not in name]


def test_a_disk_that_fails_is_told_with_its_reason(
    tiny: Path, paths: AppPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(ModelError, match=r"could not be copied to .*: Input/output error"):
        import_model(tiny, paths)


def test_a_second_import_at_the_same_time_is_told_to_wait(
    tiny: Path, tmp_path: Path, paths: AppPaths
) -> None:
    other = make_tiny_clip(tmp_path / "other", "siglip", seed=1)
    refused = []

    def add_other(done: int, total: int) -> None:
        if done > total / 2 and not refused:  # while the first is being copied
            with pytest.raises(ModelError, match="Another model is being added") as caught:
                import_model(other, paths)
            refused.append(caught.value)

    report = import_model(tiny, paths, on_progress=add_other)
    assert refused
    assert report is not None
    check_model(report.model)


def test_weights_that_change_while_they_are_copied_are_refused(
    tiny: Path, tmp_path: Path, paths: AppPaths
) -> None:
    source = Path(shutil.copytree(tiny, tmp_path / "source"))

    def write_to_it(done: int, total: int) -> None:
        if done >= total / 2:  # all is checked; another program goes on writing
            with (source / WEIGHTS_FILE).open("r+b") as file:
                file.seek(-4, os.SEEK_END)
                file.write(b"\xff\xff\xff\xff")

    with pytest.raises(ModelError, match="changed while they were copied"):
        import_model(source, paths, on_progress=write_to_it)
    assert not list(InstalledModels(paths.installed_models).all())
