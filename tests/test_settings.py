"""Settings: defaults, a file, options, and what happens to nonsense."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from photosearch.errors import SettingsError
from photosearch.settings import Settings, load_settings


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "none.toml") == Settings()


def test_the_file_overrides_defaults_and_options_override_the_file(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('model = "a/b"\nbatch_size = 4\n')
    settings = load_settings(file, model="c/d", batch_size=None)
    assert (settings.model, settings.batch_size) == ("c/d", 4)


def test_bad_values_fall_back_one_by_one_with_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(
        'batch_size = 0\ndevice = "toaster"\nnonsense = 1\nmodel = 3\nprecision = "fp16"'
    )
    with caplog.at_level(logging.WARNING):
        settings = load_settings(file)
    assert settings == Settings(precision="fp16")
    assert len(caplog.records) == 4


def test_a_file_that_is_no_toml_is_left_aside_with_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("= = =")
    assert load_settings(file) == Settings()
    assert "cannot be read" in caplog.text


def test_a_bad_option_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="at least 1"):
        load_settings(tmp_path / "none.toml", batch_size=0)
