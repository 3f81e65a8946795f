"""The entry in digiKam's menu, and what is asked of its settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from photosearch.integrations import desktop
from photosearch.integrations.digikam import DigikamSettings, host
from photosearch.integrations.host import HostState
from photosearch.integrations.installing import install, remove, state_of

SETTINGS = """[Album Settings]
Rescan File If Modified=true

[Metadata Settings]
{}
"""


def settings(home: Path, *lines: str) -> DigikamSettings:
    path = home / "digikamrc"
    path.write_text(SETTINGS.format("\n".join(lines)))
    return DigikamSettings.read(path)


def test_what_digikam_lists_is_installed_for_it(make_surroundings, home):
    surroundings = make_surroundings("digikam")
    install(surroundings.paths, host(surroundings))
    path = home / ".local/share/applications/org.photosearch.similar.desktop"
    lines = path.read_text().splitlines()
    assert "Name=Find similar photos" in lines
    assert next(line for line in lines if line.startswith("Exec=")).endswith(" --similar %F")
    assert "image/jpeg;" in next(line for line in lines if line.startswith("MimeType="))


def test_removing_it_leaves_the_entry_to_the_desktop_and_the_other_way_round(
    make_surroundings, home
):
    surroundings = make_surroundings("digikam", "update-desktop-database")
    path = home / ".local/share/applications/org.photosearch.similar.desktop"
    for first, second in ((host, desktop.host), (desktop.host, host)):
        install(surroundings.paths, host(surroundings))
        install(surroundings.paths, desktop.host(surroundings))
        remove(surroundings.paths, first(surroundings))
        assert path.exists()
        assert state_of(surroundings.paths, second(surroundings)) is HostState.ON
        remove(surroundings.paths, second(surroundings))
        assert not path.exists()


def test_digikam_is_found_by_its_program(make_surroundings):
    assert not host(make_surroundings()).is_here
    assert host(make_surroundings("digikam")).is_here
    assert not host(make_surroundings("digikam", platform="win32")).is_here


def test_the_user_is_told_what_to_switch_on(make_surroundings, home):
    surroundings = make_surroundings("digikam")
    assert "Read from sidecar files" in host(surroundings).then
    config = home / ".config/digikamrc"
    config.parent.mkdir()
    config.write_text(
        SETTINGS.format("Use XMP Sidecar For Reading=true\nRescan File If Modified=true")
    )
    assert host(surroundings).then == ""


@pytest.mark.parametrize(
    ("lines", "advice"),
    [
        ((), "“Read from sidecar files” (Sidecars) and “Rescan file when files are modified”"),
        (("Rescan File If Modified=true",), "“Read from sidecar files” (Sidecars)."),
        (("Use XMP Sidecar For Reading=true",), ": “Rescan file when files are modified”"),
    ],
)
def test_only_what_is_off_is_asked_for(home, lines, advice):
    assert advice in settings(home, *lines).advice


def test_settings_of_another_group_do_not_count(home):
    assert not settings(home).rescans


def test_sidecars_are_where_digikam_looks_for_them(home):
    photo = home / "a.b.jpg"
    assert settings(home).sidecars(photo) == (home / "a.b.jpg.xmp",)
    assert settings(home, "Use Compatible File Name=true").sidecars(photo) == (home / "a.b.xmp",)
    (home / "a.b.xmp").touch()
    assert settings(home).sidecars(photo) == (home / "a.b.xmp", home / "a.b.jpg.xmp")
