"""The runtime file: private, whole, and only ever that of the index it is looked for."""

from __future__ import annotations

import errno
import json
import os
import stat
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from photosearch import runtime
from photosearch.errors import ServiceError
from photosearch.index.lock import IndexLock
from photosearch.paths import AppPaths
from photosearch.runtime import RuntimeFile, ServiceAddress, addresses, is_alive


@pytest.fixture(autouse=True)
def no_runtime_dir(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, paths: AppPaths) -> None:
    monkeypatch.delenv("PHOTOSEARCH_RUNTIME_DIR", raising=False)
    (tmp_path / "xdg").mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "xdg"))
    paths.create_data_dir()


def address_of(paths: AppPaths, token: str = "secret") -> ServiceAddress:
    return ServiceAddress(
        pid=os.getpid(),
        url="http://127.0.0.1:1",
        token=token,
        version="1",
        data_dir=runtime.data_dir_uri(paths),
        data_dir_id=runtime.data_dir_id(paths) or "",
        started_at="2026-01-01T00:00:00+00:00",
    )


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def test_what_is_written_is_read_back(paths: AppPaths) -> None:
    file = RuntimeFile.create(paths)
    assert file.read() is None
    file.write(address_of(paths))
    assert file.read() == address_of(paths)
    assert list(addresses(paths)) == [address_of(paths)]


def test_file_and_folder_are_for_their_owner_alone_whatever_the_umask(paths: AppPaths) -> None:
    before = os.umask(0)
    try:
        file = RuntimeFile.create(paths)
        file.write(address_of(paths))
    finally:
        os.umask(before)
    assert mode(file.path) == 0o600
    assert mode(file.path.parent) == 0o700


def test_the_file_is_private_from_its_first_byte(
    paths: AppPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = RuntimeFile.create(paths)
    modes = []
    dump = json.dump

    def noted(*arguments: object) -> None:
        modes.extend(mode(path) for path in file.path.parent.iterdir())
        dump(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(json, "dump", noted)
    file.write(address_of(paths))
    assert modes == [0o600]


def test_the_systems_private_folder_is_preferred(paths: AppPaths, tmp_path: Path) -> None:
    assert RuntimeFile.create(paths).path.parent == tmp_path / "xdg" / "photosearch"


@pytest.mark.parametrize("mode", [0o755, 0o770, 0o1777])
def test_a_folder_of_the_system_that_others_may_look_into_is_passed_over(
    paths: AppPaths, tmp_path: Path, mode: int
) -> None:
    (tmp_path / "xdg").chmod(mode)
    (tmp_path / "xdg" / "photosearch").mkdir()
    folder = RuntimeFile.create(paths).path.parent
    assert tmp_path / "xdg" not in folder.parents
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_our_own_folder_that_somebody_opened_to_others_is_passed_over(
    paths: AppPaths, tmp_path: Path
) -> None:
    (tmp_path / "xdg" / "photosearch").mkdir(mode=0o755)
    assert RuntimeFile.create(paths).path.parent == paths.runtime


def test_a_chosen_folder_is_used_and_one_that_is_not_fit_is_refused(
    paths: AppPaths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PHOTOSEARCH_RUNTIME_DIR", str(tmp_path / "mine" / "run"))
    assert RuntimeFile.create(paths).path.parent == tmp_path / "mine" / "run"
    (tmp_path / "mine" / "run").chmod(0o755)
    with pytest.raises(ServiceError, match="others may look into it"):
        RuntimeFile.create(paths)
    (tmp_path / "link").symlink_to(tmp_path / "xdg")
    monkeypatch.setenv("PHOTOSEARCH_RUNTIME_DIR", str(tmp_path / "link"))
    with pytest.raises(ServiceError, match="link"):
        RuntimeFile.create(paths)


def test_a_folder_that_belongs_to_somebody_else_is_refused(
    paths: AppPaths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PHOTOSEARCH_RUNTIME_DIR", str(tmp_path / "theirs"))
    monkeypatch.setattr(os, "geteuid", lambda: tmp_path.stat().st_uid + 1)
    with pytest.raises(ServiceError, match="somebody else"):
        RuntimeFile.create(paths)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"pid": 1}', "\udcff", "null", '{"pid": true}']
)
def test_a_broken_file_is_none(paths: AppPaths, text: str) -> None:
    file = RuntimeFile.create(paths)
    file.path.touch(mode=0o600)
    file.path.write_text(text, errors="surrogateescape")
    assert file.read() is None
    assert list(addresses(paths)) == []


@pytest.mark.parametrize("wrong", [{"pid": "1"}, {"token": 5}, {"pid": True}, {"url": None}])
def test_a_file_with_a_field_of_another_kind_is_none(
    paths: AppPaths, wrong: dict[str, object]
) -> None:
    file = RuntimeFile.create(paths)
    file.write(address_of(paths))
    file.path.write_text(json.dumps({**asdict(address_of(paths)), **wrong}))
    assert file.read() is None


def test_a_file_that_others_may_read_is_none(paths: AppPaths) -> None:
    file = RuntimeFile.create(paths)
    file.write(address_of(paths))
    file.path.chmod(0o640)
    assert file.read() is None


def test_a_link_to_a_file_is_none(paths: AppPaths, tmp_path: Path) -> None:
    file = RuntimeFile.create(paths)
    file.write(address_of(paths))
    file.path.rename(tmp_path / "elsewhere")
    file.path.symlink_to(tmp_path / "elsewhere")
    assert file.read() is None


def test_each_index_has_a_file_of_its_own_by_whatever_name_it_is_reached(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "a")
    names = {
        name: RuntimeFile.create(AppPaths(tmp_path / name)).path for name in ("a", "b", "link")
    }
    assert names["a"] == names["link"] != names["b"]


def test_the_address_of_another_index_is_not_taken(paths: AppPaths, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    file = RuntimeFile.create(paths)
    file.write(replace(address_of(paths), data_dir=(tmp_path / "other").as_uri()))
    assert list(addresses(paths)) == []


def test_a_new_data_folder_of_the_same_name_is_another_index(
    paths: AppPaths, tmp_path: Path
) -> None:
    RuntimeFile.create(paths).write(address_of(paths))
    paths.data_dir.rename(tmp_path / "old")
    assert list(addresses(paths)) == []
    paths.create_data_dir()
    assert list(addresses(paths)) == []


def test_only_the_file_that_is_still_ours_is_removed(paths: AppPaths) -> None:
    file = RuntimeFile.create(paths)
    file.write(address_of(paths, "new"))
    file.remove("old")
    assert file.holds("new")
    file.remove("new")
    assert file.read() is None
    assert list(file.path.parent.iterdir()) == []


def test_the_owner_of_the_index_says_where_its_address_is(
    paths: AppPaths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = RuntimeFile.create(paths)
    file.write(address_of(paths))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "nowhere"))
    assert list(addresses(paths)) == []
    with IndexLock(paths.data_dir):
        assert not runtime.starting(paths)
    with IndexLock(paths.data_dir, runtime=str(file.path)):
        assert runtime.starting(paths)
        assert list(addresses(paths)) == [address_of(paths)]
    assert not runtime.starting(paths)
    assert list(addresses(paths)) == []


def test_an_owner_that_has_died_is_not_waited_for(paths: AppPaths) -> None:
    gone = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"],
                          capture_output=True, text=True, check=True)  # fmt: skip
    paths.owner.write_text(json.dumps({"pid": int(gone.stdout), "runtime": "/x"}))
    assert not runtime.starting(paths)


def test_names_that_are_no_text_survive(tmp_path: Path) -> None:
    paths = AppPaths(tmp_path / os.fsdecode(b"data-\xff"))
    paths.create_data_dir()
    file = RuntimeFile.create(paths)
    file.write(address_of(paths))
    assert list(addresses(paths)) == [address_of(paths)]


def test_a_full_disk_is_said_in_words_and_leaves_nothing_behind(
    paths: AppPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = RuntimeFile.create(paths)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(json, "dump", full)
    with pytest.raises(ServiceError, match="No space left"):
        file.write(address_of(paths))
    assert list(file.path.parent.iterdir()) == []


def test_the_token_does_not_show_when_an_address_is_printed(paths: AppPaths) -> None:
    assert "secret" not in repr(address_of(paths))


def test_a_process_that_nobody_waited_for_counts_as_ended() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # ended, and still in the list
        assert not is_alive(process.pid)
    assert is_alive(os.getpid())
    assert not is_alive(2**40)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows tells by the rights to the process")
def test_a_process_of_another_user_is_none_of_ours() -> None:
    if os.geteuid() != 0:
        assert not is_alive(1)
        return
    with subprocess.Popen(["sleep", "60"], user=54321) as process:
        assert not is_alive(process.pid)
        process.kill()


def test_nobody_waits_at_a_pipe_in_place_of_the_file(paths: AppPaths) -> None:
    file = RuntimeFile.create(paths)
    os.mkfifo(file.path, 0o600)
    assert file.read() is None
    assert not file.holds("secret")
    assert list(addresses(paths)) == []


def test_a_file_that_cannot_be_read_for_a_moment_is_still_ours(
    paths: AppPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = RuntimeFile.create(paths)
    file.write(address_of(paths))

    def full(*_: object, **__: object) -> int:
        raise OSError(errno.EMFILE, "Too many open files")

    with monkeypatch.context() as patched:
        patched.setattr(os, "open", full)
        assert file.holds("secret")
        assert file.read() is None
    file.path.unlink()
    assert not file.holds("secret")


def test_what_a_newer_version_notes_besides_does_not_hide_its_service(paths: AppPaths) -> None:
    file = RuntimeFile.create(paths)
    file.write(address_of(paths))
    file.path.write_text(json.dumps({**asdict(address_of(paths)), "colour": "blue"}))
    assert list(addresses(paths)) == [address_of(paths)]


def test_a_service_that_crashed_leaves_its_address_and_one_that_ended_does_not(
    paths: AppPaths,
) -> None:
    file = RuntimeFile.create(paths)
    file.write(address_of(paths))
    assert runtime.is_noted(paths, address_of(paths))
    file.write(address_of(paths, "of the next one"))
    assert not runtime.is_noted(paths, address_of(paths))
