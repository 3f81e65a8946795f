"""Hosts are asked by name."""

from __future__ import annotations

from pathlib import Path

import pytest
from host_databases import Darktable, Digikam, Shotwell

from photosearch.errors import IntegrationError
from photosearch.host_libraries import HOST_LIBRARIES, host_folders, host_libraries


def test_every_host_tells_its_folders(
    digikam: Digikam, shotwell: Shotwell, darktable: Darktable, home: Path, pictures: Path
) -> None:
    darktable.add_roll(pictures)
    shotwell.add_photo(pictures / "a.jpg")
    assert [host_folders(name, home, {}) for name in HOST_LIBRARIES] == [(pictures,)] * 3
    assert tuple(library.name for library in host_libraries(home, {})) == HOST_LIBRARIES


def test_a_home_without_any_of_them_has_no_folders(home: Path) -> None:
    assert [host_folders(name, home, {}) for name in HOST_LIBRARIES] == [(), (), ()]


def test_the_environment_says_where_settings_lie(digikam: Digikam, home: Path) -> None:
    digikam.settings.parent.rename(home / "elsewhere")
    assert host_folders("digikam", home, {}) == ()
    environ = {"XDG_CONFIG_HOME": str(home / "elsewhere")}
    assert host_folders("digikam", home, environ) == (home / "Pictures",)
    assert host_folders("digikam", home, {"XDG_CONFIG_HOME": "relative"}) == ()


def test_a_host_without_a_library_that_we_read_is_refused(home: Path) -> None:
    with pytest.raises(IntegrationError, match="geeqie") as told:
        host_folders("geeqie", home, {})
    assert "digikam, darktable, shotwell" in told.value.hint
