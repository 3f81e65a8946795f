"""Where things lie: the option, the environment, the platform, and homes that nobody has."""

from __future__ import annotations

from pathlib import Path

import platformdirs
import pytest

from photosearch.errors import SettingsError
from photosearch.paths import AppPaths, absolute


def test_the_option_comes_before_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PHOTOSEARCH_DATA_DIR", str(tmp_path / "environment"))
    assert AppPaths.choose(tmp_path / "option").data_dir == tmp_path / "option"
    assert AppPaths.choose().data_dir == tmp_path / "environment"


def test_a_tilde_is_expanded_in_both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PHOTOSEARCH_CACHE_DIR", "~/cache")
    paths = AppPaths.choose(Path("~/data"))
    assert (paths.data_dir, paths.cache_dir) == (tmp_path / "data", tmp_path / "cache")


def test_the_home_of_nobody_is_refused_by_name() -> None:
    with pytest.raises(SettingsError, match="~nosuchuser/x"):
        absolute(Path("~nosuchuser/x"))
    with pytest.raises(SettingsError, match="~nosuchuser/x"):
        AppPaths.choose(Path("~nosuchuser/x"))


def test_a_home_that_is_not_known_is_missed_only_when_it_is_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def homeless(path: Path) -> Path:
        if str(path).startswith("~"):
            raise RuntimeError("Could not determine home directory.")
        return path

    monkeypatch.setattr(Path, "expanduser", homeless)
    monkeypatch.setattr(platformdirs, "user_data_path", lambda app: Path("~/.local/share") / app)
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda app: Path("~/.cache") / app)
    monkeypatch.delenv("PHOTOSEARCH_CACHE_DIR", raising=False)
    paths = AppPaths.choose(tmp_path)
    assert paths.catalog.is_relative_to(tmp_path)
    with pytest.raises(SettingsError, match="PHOTOSEARCH_CACHE_DIR"):
        _ = paths.models
    monkeypatch.delenv("PHOTOSEARCH_DATA_DIR")
    with pytest.raises(SettingsError, match="PHOTOSEARCH_DATA_DIR"):
        AppPaths.choose()


def test_a_path_keeps_its_links_and_dots(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert absolute(Path("a/../b")) == tmp_path / "a" / ".." / "b"
