"""Where things lie: the option, the environment, the platform, and homes that nobody has."""

from __future__ import annotations

import os
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


def test_a_home_that_the_platform_misses_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def homeless(app: str) -> Path:
        raise RuntimeError("could not determine the home directory")

    monkeypatch.setattr(platformdirs, "user_data_path", homeless)
    monkeypatch.delenv("PHOTOSEARCH_DATA_DIR", raising=False)
    assert AppPaths.choose(tmp_path).data_dir == tmp_path
    with pytest.raises(SettingsError, match="home folder is not known"):
        AppPaths.choose()


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="folders have no owner there")
def test_a_folder_that_somebody_else_prepared_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs, link = tmp_path / "theirs", tmp_path / "link"
    theirs.mkdir()
    link.symlink_to(theirs)
    if os.geteuid() == 0:  # root's own folders are trusted
        os.chown(theirs, 12345, -1)
    monkeypatch.setattr(os, "geteuid", lambda: 54321)
    for folder in (theirs, link):
        with pytest.raises(SettingsError, match="belongs to somebody else"):
            AppPaths.choose(folder)
        with pytest.raises(SettingsError, match="belongs to somebody else"):
            AppPaths(folder).create_data_dir()
    assert list(theirs.iterdir()) == []
