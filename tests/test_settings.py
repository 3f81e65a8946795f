"""Settings: defaults, a file, options, changes that are kept, and what happens to nonsense."""

from __future__ import annotations

import logging
import math
import os
import stat
import sys
import threading
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pytest

from photosearch.errors import SettingsError
from photosearch.settings import (
    SettingKind,
    Settings,
    change_settings,
    describe,
    load_settings,
    setting,
    with_changes,
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "none.toml") == Settings()


def test_the_file_overrides_defaults_and_options_override_the_file(file: Path) -> None:
    file.write_text('model = "a/b"\nbatch_size = 4\n')
    settings = load_settings(file, model="c/d", batch_size=None)
    assert (settings.model, settings.batch_size) == ("c/d", 4)


def test_bad_values_fall_back_one_by_one_with_a_warning(
    file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file.write_text(
        'batch_size = 0\ndevice = "toaster"\nnonsense = 1\nmodel = 3\nprecision = "fp16"'
    )
    with caplog.at_level(logging.WARNING):
        settings = load_settings(file)
    assert settings == Settings(precision="fp16")
    assert len(caplog.records) == 4


def test_a_file_that_is_no_toml_is_left_aside_with_a_warning(
    file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file.write_text("= = =")
    assert load_settings(file) == Settings()
    assert "cannot be read" in caplog.text


def test_a_bad_option_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="at least 1"):
        load_settings(tmp_path / "none.toml", batch_size=0)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("nonsense", 1, "no setting 'nonsense'"),
        ("batch_size", "4", "batch_size is a whole number, not '4'"),
        ("batch_size", True, "batch_size is a whole number, not True"),
        ("batch_size", 4.0, "batch_size is a whole number"),
        ("batch_size", None, "batch_size is a whole number, not None"),
        ("batch_size", 0, "batch_size is at least 1, not 0"),
        ("batch_size", 10**300, "batch_size is at most 4096, not a far larger number"),
        ("poll_minutes", 0, "poll_minutes is at least 1"),
        ("background_priority", 1, "background_priority is true or false, not 1"),
        ("device", "toaster", "device is one of auto, cpu"),
        ("device", ["cpu"], "device is a text"),
        ("model", b"bytes" * 1_000, "model is a text, not b.bytesbytes"),
    ],
)
def test_a_value_that_is_not_allowed_is_refused_by_name_and_nothing_is_written(
    file: Path, name: str, value: Any, message: str
) -> None:
    changes = {"decode_threads": 2, name: value}
    with pytest.raises(SettingsError, match=message) as caught:
        change_settings(file, Settings(), changes)
    assert not file.exists()
    assert len(str(caught.value)) < 400


def test_a_change_is_kept_and_only_what_differs_from_the_defaults_is_written(file: Path) -> None:
    changed = change_settings(file, Settings(), {"batch_size": 4, "background_priority": False})
    assert changed == Settings(batch_size=4, background_priority=False)
    assert load_settings(file) == changed
    assert tomllib.loads(file.read_text()) == {"batch_size": 4, "background_priority": False}
    change_settings(file, changed, {"batch_size": 16})
    assert tomllib.loads(file.read_text()) == {"background_priority": False}


def test_an_option_of_this_run_is_not_kept_by_a_change_of_another_setting(file: Path) -> None:
    running = load_settings(file, model="a/b")
    assert change_settings(file, running, {"batch_size": 4}).model == "a/b"
    assert load_settings(file) == Settings(batch_size=4)


def test_what_is_the_default_again_leaves_the_file(file: Path) -> None:
    changes = {"model": "a/b", "thumbnail_cache_mb": 0}
    settings = change_settings(file, Settings(), changes)
    assert load_settings(file) == settings == Settings(model="a/b", thumbnail_cache_mb=0)
    change_settings(file, settings, {name: getattr(Settings(), name) for name in changes})
    assert tomllib.loads(file.read_text()) == {}


def test_comments_order_and_the_settings_of_a_newer_version_stay(file: Path) -> None:
    file.write_text(
        '# mine\nmodel = "old" # why\nnew_thing = 3\ndevice = "quantum"\n\n[window]\nsize = [1]\n'
    )
    change_settings(file, Settings(model="old"), {"model": "a/b", "batch_size": 4})
    text = file.read_text()
    assert '# mine\nmodel = "a/b" # why\nnew_thing = 3\ndevice = "quantum"\n' in text
    assert tomllib.loads(text) == {
        "model": "a/b",
        "new_thing": 3,
        "device": "quantum",
        "batch_size": 4,
        "window": {"size": [1]},
    }


@pytest.mark.parametrize("text", ['a"b\\c', "a\nb\x00\x1b", "ünï 日本 \U0001f600", "", "'''\"\"\""])
def test_every_text_comes_back_as_it_was(file: Path, text: str) -> None:
    change_settings(file, Settings(), {"model": text})
    assert load_settings(file).model == text


def test_a_name_that_is_no_text_cannot_be_kept_and_the_file_stays(file: Path) -> None:
    file.write_text("batch_size = 4\n")
    with pytest.raises(SettingsError, match="bytes that are no text"):
        change_settings(file, Settings(), {"model": "ViT@" + os.fsdecode(b"\xff.pt")})
    assert file.read_text() == "batch_size = 4\n"


@pytest.mark.parametrize("content", [b"= = =", b"model = '\xff'"])
def test_a_file_that_makes_no_sense_is_never_overwritten(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(SettingsError, match="cannot be understood"):
        change_settings(file, Settings(), {"batch_size": 4})
    assert file.read_bytes() == content


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"away.settings\.toml cannot be written"):
        change_settings(tmp_path / "away" / "settings.toml", Settings(), {"batch_size": 4})


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions and links")
def test_only_the_owner_may_read_the_file_and_a_link_to_it_stays_one(
    file: Path, tmp_path: Path
) -> None:
    kept = tmp_path / "dotfiles.toml"
    kept.write_text("")
    file.symlink_to(kept)
    change_settings(file, Settings(), {"batch_size": 4})
    assert file.is_symlink()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert sorted(tmp_path.iterdir()) == [kept, file]


def test_changes_by_many_threads_are_all_kept(file: Path) -> None:
    changes = [{"batch_size": 4}, {"decode_threads": 3}, {"poll_minutes": 9}, {"model": "a/b"}]
    threads = [
        threading.Thread(target=change_settings, args=(file, Settings(), change))
        for change in changes
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expected = Settings(batch_size=4, decode_threads=3, poll_minutes=9, model="a/b")
    assert load_settings(file) == expected


def test_every_setting_is_described_for_a_dialog() -> None:
    described = describe(Settings(batch_size=4))
    assert [d.name for d in described] == [f.name for f in fields(Settings)]
    batch = next(d for d in described if d.name == "batch_size")
    assert (batch.kind, batch.value, batch.default, batch.low) == (SettingKind.INTEGER, 4, 16, 1)
    for d in described:
        assert d.label
        assert d.doc.endswith(".")
        assert with_changes(Settings(), {d.name: d.default}) == Settings()


@dataclass(frozen=True, slots=True)
class _WithFloat(Settings):
    weight: float = setting(0.5, "Weight", "A share.", low=0, high=1)


def test_a_number_may_be_given_as_a_whole_one_but_has_to_be_one() -> None:
    settings = with_changes(_WithFloat(), {"weight": 1})
    assert type(settings.weight) is float
    assert describe(settings)[-1].kind is SettingKind.NUMBER
    for bad in (True, "1", math.nan, math.inf, 2, -0.1, 10**400):
        with pytest.raises(SettingsError, match="weight"):
            with_changes(settings, {"weight": bad})
