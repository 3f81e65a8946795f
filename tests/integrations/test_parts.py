"""The parts that hosts are made of: own files, blocks in shared files, caches, registry keys."""

from __future__ import annotations

import os
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from photosearch.errors import IntegrationError
from photosearch.integrations.derived_file import DerivedFile
from photosearch.integrations.host import Host, HostState, PartState
from photosearch.integrations.installing import install, is_in, remove, state_of
from photosearch.integrations.own_file import OwnFile
from photosearch.integrations.record import Record
from photosearch.integrations.registry import RegistryKey
from photosearch.integrations.shared_file import SharedFile
from photosearch.paths import AppPaths

BLOCK = b"OURS\n"
NEW_BLOCK = b"OURS, NEWER\n"


@pytest.fixture
def record(tmp_path: Path) -> Record:
    return Record(tmp_path / "data" / "integrations")


def block(path: Path, skeleton: bytes = b"", ours: bytes = BLOCK) -> SharedFile:
    def insert(text: bytes) -> bytes:
        if text.startswith(b"broken"):
            raise ValueError("it begins oddly")
        return text + ours

    def cut(text: bytes) -> bytes:
        return text.replace(BLOCK, b"").replace(NEW_BLOCK, b"")

    return SharedFile(path, insert, cut, skeleton)


def host(*parts, name="viewer") -> Host:
    return Host(name=name, title="Viewer", adds="an entry", is_here=True, parts=parts)


def test_an_own_file_of_another_version_is_brought_up_to_date(tmp_path, record):
    path = tmp_path / "a" / "b" / "file"
    OwnFile(path, b"old").install(record)
    new = OwnFile(path, b"new", is_executable=True)
    assert new.state(record) is PartState.OUTDATED
    new.install(record)
    assert path.read_bytes() == b"new"
    assert os.access(path, os.X_OK)
    new.remove(record)
    assert not (tmp_path / "a").exists()
    assert not (tmp_path / "data" / "integrations").exists()


def test_an_own_file_that_was_changed_by_hand_is_neither_written_nor_removed(tmp_path, record):
    part = OwnFile(tmp_path / "file", b"ours")
    part.install(record)
    part.path.write_bytes(b"ours, and mine")
    assert part.state(record) is PartState.FOREIGN
    part.install(record)
    part.remove(record)
    assert part.path.read_bytes() == b"ours, and mine"


def test_our_file_is_known_as_ours_when_the_record_is_lost(tmp_path, record):
    part = OwnFile(tmp_path / "file", b"ours")
    part.install(record)
    lost = Record(tmp_path / "elsewhere")
    assert part.state(lost) is PartState.CURRENT
    part.remove(lost)
    assert not part.path.exists()


def test_a_file_that_cannot_be_written_is_told(tmp_path, record):
    (tmp_path / "folder").write_bytes(b"a file")
    with pytest.raises(IntegrationError, match="cannot be written"):
        OwnFile(tmp_path / "folder" / "file", b"ours").install(record)


def test_a_link_that_leads_nowhere_is_told_and_kept(tmp_path, record):
    path = tmp_path / "file"
    path.symlink_to(tmp_path / "nowhere")
    with pytest.raises(IntegrationError, match="leads nowhere"):
        OwnFile(path, b"ours").install(record)
    assert path.is_symlink()


@pytest.mark.parametrize("theirs", [b"mine\n", b"", b"no end of line", b"\xff\r\n"])
def test_a_shared_file_gets_a_block_and_loses_it_again(theirs, tmp_path, record):
    path = tmp_path / "file"
    path.write_bytes(theirs)
    path.chmod(0o600)
    part = block(path)
    part.install(record)
    assert path.read_bytes() == theirs + BLOCK
    assert path.stat().st_mode & 0o777 == 0o600
    assert part.state(record) is PartState.CURRENT
    part.remove(record)
    assert path.read_bytes() == theirs


def test_a_shared_file_has_its_mode_at_every_moment(tmp_path, record, monkeypatch):
    path = tmp_path / "file"
    path.write_bytes(b"mine\n")
    path.chmod(0o640)
    replace, modes = Path.replace, []

    def watched(self, target):
        done = replace(self, target)
        if target == path:
            modes.append(path.stat().st_mode & 0o777)  # where we are killed, it stays so
        return done

    monkeypatch.setattr(Path, "replace", watched)
    block(path).install(record)
    block(path).remove(record)
    assert modes == [0o640, 0o640]


def test_what_others_wrote_into_a_shared_file_meanwhile_stays(tmp_path, record):
    path = tmp_path / "file"
    path.write_bytes(b"one\n")
    part = block(path)
    part.install(record)
    path.write_bytes(path.read_bytes() + b"two\n")
    part.remove(record)
    assert path.read_bytes() == b"one\ntwo\n"


def test_what_others_wrote_before_our_block_was_brought_up_to_date_stays(tmp_path, record):
    path = tmp_path / "file"
    path.write_bytes(b"one\n")
    block(path).install(record)
    path.write_bytes(path.read_bytes() + b"two\n")
    newer = block(path, ours=NEW_BLOCK)
    newer.install(record)
    assert path.read_bytes() == b"one\ntwo\n" + NEW_BLOCK
    newer.remove(record)
    assert path.read_bytes() == b"one\ntwo\n"
    assert not (tmp_path / "data" / "integrations").exists()


def test_a_shared_file_that_was_deleted_meanwhile_does_not_come_back(tmp_path, record):
    path = tmp_path / "file"
    path.write_bytes(b"one\n")
    part = block(path)
    part.install(record)
    path.unlink()
    part.install(record)
    part.remove(record)
    assert not path.exists()
    assert not (tmp_path / "data" / "integrations").exists()


def test_a_shared_file_that_we_made_goes_after_it_was_brought_up_to_date(tmp_path, record):
    block(tmp_path / "file", b"head\n").install(record)
    newer = block(tmp_path / "file", b"head\n", ours=NEW_BLOCK)
    newer.install(record)
    newer.remove(record)
    assert not newer.path.exists()


def test_a_shared_file_that_we_made_goes_unless_somebody_wrote_into_it(tmp_path, record):
    part = block(tmp_path / "new" / "file", b"head\n")
    part.install(record)
    assert part.path.read_bytes() == b"head\n" + BLOCK
    part.remove(record)
    assert not part.path.parent.exists()
    part.install(record)
    part.path.write_bytes(part.path.read_bytes() + b"theirs\n")
    part.remove(record)
    assert part.path.read_bytes() == b"head\ntheirs\n"


def test_a_shared_file_behind_a_link_is_changed_where_it_lies(tmp_path, record):
    real, link = tmp_path / "real", tmp_path / "link"
    real.write_bytes(b"mine\n")
    link.symlink_to(real)
    part = block(link)
    part.install(record)
    assert link.is_symlink()
    assert real.read_bytes() == b"mine\n" + BLOCK
    part.remove(record)
    assert real.read_bytes() == b"mine\n"


def test_a_shared_file_that_is_broken_is_refused_and_kept(tmp_path, record):
    path = tmp_path / "file"
    path.write_bytes(b"broken")
    with pytest.raises(IntegrationError, match="it begins oddly"):
        block(path).install(record)
    assert path.read_bytes() == b"broken"


def test_a_host_that_fails_half_way_leaves_nothing(tmp_path):
    paths = AppPaths(tmp_path / "data")
    broken = tmp_path / "broken"
    broken.write_bytes(b"broken")
    half = host(OwnFile(tmp_path / "new" / "file", b"ours"), block(broken))
    with pytest.raises(IntegrationError):
        install(paths, half)
    assert sorted(one.name for one in tmp_path.rglob("*")) == ["broken"]


def test_a_part_of_two_hosts_goes_with_the_last_of_them(tmp_path):
    paths = AppPaths(tmp_path / "data")
    part = OwnFile(tmp_path / "file", b"ours")
    one, two = host(part, name="one"), host(part, name="two")
    install(paths, one)
    assert state_of(paths, one) is HostState.ON
    assert state_of(paths, two) is HostState.OFF
    install(paths, two)
    remove(paths, one)
    assert part.path.exists()
    assert state_of(paths, one) is HostState.OFF
    assert state_of(paths, two) is HostState.ON
    remove(paths, two)
    assert not part.path.exists()


def test_a_host_that_is_off_is_not_out_of_date_with_a_part_of_another(tmp_path):
    paths = AppPaths(tmp_path / "data")
    install(paths, host(OwnFile(tmp_path / "file", b"ours"), name="one"))
    newer = OwnFile(tmp_path / "file", b"newer")
    assert state_of(paths, host(newer, name="one")) is HostState.OUTDATED
    two = host(newer, name="two")
    assert state_of(paths, two) is HostState.OFF
    assert not is_in(paths, two)


def test_a_host_of_which_one_file_was_changed_by_hand_can_still_be_taken_away(tmp_path):
    paths = AppPaths(tmp_path / "data")
    ours, changed = OwnFile(tmp_path / "one", b"ours"), OwnFile(tmp_path / "two", b"ours")
    viewer = host(ours, changed)
    install(paths, viewer)
    changed.path.write_bytes(b"mine")
    assert state_of(paths, viewer) is HostState.FOREIGN
    assert is_in(paths, viewer)
    assert remove(paths, viewer) == (changed.place,)
    assert not ours.path.exists()
    assert not is_in(paths, viewer)


def test_a_file_that_cannot_be_read_hinders_neither_the_list_nor_the_removal_of_others(tmp_path):
    paths = AppPaths(tmp_path / "data")
    bad, good = OwnFile(tmp_path / "bad", b"ours"), OwnFile(tmp_path / "good", b"ours")
    viewer = host(bad, good)
    install(paths, viewer)
    bad.path.unlink()
    bad.path.symlink_to(tmp_path / "nowhere")
    assert state_of(paths, viewer) is HostState.FOREIGN
    with pytest.raises(IntegrationError, match="leads nowhere"):
        remove(paths, viewer)
    assert not good.path.exists()


@pytest.mark.parametrize("work", [install, remove])
def test_hosts_that_are_switched_at_once_are_all_noted(work, tmp_path):
    paths = AppPaths(tmp_path / "data")
    viewers = [
        host(*(OwnFile(tmp_path / f"{name}/{n}", b"ours") for n in range(9)), name=name)
        for name in ("one", "two", "three", "four")
    ]
    if work is remove:
        for viewer in viewers:
            install(paths, viewer)
    threads = [threading.Thread(target=work, args=(paths, viewer)) for viewer in viewers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    record = Record(paths.integrations)
    noted = [part.place for viewer in viewers for part in viewer.parts if record.knows(part.place)]
    assert len(noted) == (36 if work is install else 0)
    assert work is install or list(tmp_path.iterdir()) == []


class Results:
    """Takes photos, or fails to."""

    def __init__(self, error: IntegrationError | None = None) -> None:
        self.error = error
        self.calls = 0

    def take_back(self) -> int:
        self.calls += 1
        if self.error is not None:
            raise self.error
        return 1


def test_removing_takes_back_the_photos_that_were_sent(tmp_path):
    paths, results = AppPaths(tmp_path / "data"), Results()
    part = OwnFile(tmp_path / "file", b"ours")
    viewer = replace(host(part), results=results)
    install(paths, viewer)
    remove(paths, viewer)
    assert results.calls == 1
    assert not part.path.exists()


def test_photos_that_cannot_be_taken_back_keep_nothing_else(tmp_path):
    paths = AppPaths(tmp_path / "data")
    part = OwnFile(tmp_path / "file", b"ours")
    viewer = replace(host(part), results=Results(IntegrationError("A folder is read-only.")))
    install(paths, viewer)
    with pytest.raises(IntegrationError, match="read-only"):
        remove(paths, viewer)
    assert not part.path.exists()


@pytest.mark.parametrize("cache", [None, b"stale"])
def test_a_derived_file_is_made_anew_and_put_back(cache, tmp_path):
    paths = AppPaths(tmp_path / "data")
    derived = tmp_path / "cache"
    if cache is not None:
        derived.write_bytes(cache)

    def run(command):
        names = sorted(one.name for one in tmp_path.glob("*.desktop"))
        derived.write_text(" ".join(names))

    def viewer(name):
        own = OwnFile(tmp_path / f"{name}.desktop", b"ours")
        return host(own, DerivedFile(derived, ["make"], run), name=name)

    install(paths, viewer("one"))
    assert derived.read_bytes() == b"one.desktop"
    install(paths, viewer("two"))
    remove(paths, viewer("one"))
    assert derived.read_bytes() == b"two.desktop"
    remove(paths, viewer("two"))
    assert (derived.read_bytes() if derived.exists() else None) == cache
    install(paths, viewer("one"))
    (tmp_path / "theirs.desktop").write_bytes(b"new since")
    remove(paths, viewer("one"))
    assert derived.read_bytes() == b"theirs.desktop"


def test_a_cache_is_made_beside_an_entry_that_leads_nowhere(tmp_path, record):
    (tmp_path / "gone.desktop").symlink_to(tmp_path / "nowhere")
    part = DerivedFile(tmp_path / "cache", ["make"], lambda _: part.path.write_bytes(b"made"))
    part.install(record)
    assert part.path.read_bytes() == b"made"
    part.remove(record)
    assert not part.path.exists()


def test_a_record_that_cannot_be_read_is_told_rather_than_begun_anew(tmp_path):
    (tmp_path / "data" / "record.json").mkdir(parents=True)
    with pytest.raises(IntegrationError, match="cannot be read"):
        Record(tmp_path / "data")


def test_registry_keys_come_and_go_with_those_above_them(registry, record):
    before = dict(registry.keys)
    key = r"Software\Classes\SystemFileAssociations\image\shell\photosearch"
    parts = [
        RegistryKey(registry, key, {"MUIVerb": "Find similar photos"}),
        RegistryKey(registry, key + r"\command", {"": "app.exe"}),
    ]
    for part in parts:
        part.install(record)
        assert part.state(record) is PartState.CURRENT
    assert registry.values(key + r"\command") == {"": "app.exe"}
    for part in reversed(parts):
        part.remove(record)
    assert registry.keys == before


def test_a_registry_key_of_somebody_else_stays(registry, record):
    registry.write(r"Software\X", {"": "theirs"})
    part = RegistryKey(registry, r"Software\X", {"": "ours"})
    assert part.state(record) is PartState.FOREIGN
    part.install(record)
    part.remove(record)
    assert registry.values(r"Software\X") == {"": "theirs"}
