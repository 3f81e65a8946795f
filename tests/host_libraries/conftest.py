"""A home folder of somebody who uses photo programs."""

from __future__ import annotations

from pathlib import Path

import pytest
from host_databases import Darktable, Digikam, Shotwell

from photosearch.host_libraries.user_folders import UserFolders


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    (folder / "Pictures").mkdir(parents=True)
    return folder


@pytest.fixture
def user(home: Path) -> UserFolders:
    return UserFolders(home, {})


@pytest.fixture
def pictures(home: Path) -> Path:
    return home / "Pictures"


@pytest.fixture
def digikam(home: Path, pictures: Path) -> Digikam:
    return Digikam(home, pictures)


@pytest.fixture
def shotwell(home: Path) -> Shotwell:
    return Shotwell(home)


@pytest.fixture
def darktable(home: Path) -> Darktable:
    return Darktable(home)
