"""The library of darktable is read: photos by film roll and name, tags from the second file."""

from __future__ import annotations

from pathlib import Path

import pytest
from host_databases import Darktable

from photosearch.errors import IntegrationError
from photosearch.host_libraries.darktable import DarktableLibrary
from photosearch.host_libraries.user_folders import UserFolders
from photosearch.types import PhotoNotes


@pytest.fixture
def library(darktable: Darktable, user: UserFolders) -> DarktableLibrary:
    return DarktableLibrary(user)


def test_who_never_used_darktable_has_no_folders(user: UserFolders, pictures: Path) -> None:
    assert DarktableLibrary(user).folders() == ()
    assert DarktableLibrary(user).notes(pictures / "a.jpg") is None


def test_stars_tags_and_description_are_read_and_its_own_tags_left_out(
    darktable: Darktable, library: DarktableLibrary, pictures: Path
) -> None:
    photo = darktable.add_photo(darktable.add_roll(pictures), "a.jpg", flags=1060)
    darktable.tag(photo, "Animals|Cat")
    darktable.tag(photo, "darktable|format|jpg")
    darktable.describe(photo, "Chelsea", key=2)
    darktable.describe(photo, "A cat")
    assert library.notes(pictures / "a.jpg") == PhotoNotes(
        4, ("Animals/Cat",), "A cat", "darktable"
    )


@pytest.mark.parametrize(
    ("flags", "rating"), [(0, 0), (1, 1), (5, 5), (6, -1), (7, None), (8, -1), (8 | 3, -1)]
)
def test_flags_hold_the_stars_and_the_rejection(
    darktable: Darktable,
    library: DarktableLibrary,
    pictures: Path,
    flags: int,
    rating: int | None,
) -> None:
    darktable.add_photo(darktable.add_roll(pictures), "a.jpg", flags=flags)
    notes = library.notes(pictures / "a.jpg")
    assert notes is not None
    assert notes.rating == rating


def test_of_several_developments_the_first_speaks(
    darktable: Darktable, library: DarktableLibrary, pictures: Path
) -> None:
    roll = darktable.add_roll(pictures)
    darktable.add_photo(roll, "a.jpg", flags=2, version=1)
    darktable.add_photo(roll, "a.jpg", flags=5, version=0)
    notes = library.notes(pictures / "a.jpg")
    assert notes is not None
    assert notes.rating == 5


@pytest.mark.parametrize("name", ["it's 100%\n ä.jpg", "caf\udce9.jpg"])
def test_names_of_any_bytes_are_found(
    darktable: Darktable, library: DarktableLibrary, pictures: Path, name: str
) -> None:
    darktable.add_photo(darktable.add_roll(pictures / f"in {name}"), name, flags=3)
    notes = library.notes(pictures / f"in {name}" / name)
    assert notes is not None
    assert notes.rating == 3


def test_its_folders_are_those_around_the_film_rolls(
    darktable: Darktable, library: DarktableLibrary, home: Path, tmp_path: Path
) -> None:
    for place in ("Pictures/2020/01", "Pictures/2020/02", "Downloads/shoot"):
        (home / place).mkdir(parents=True)
        darktable.add_roll(home / place)
    darktable.add_roll(home / "Pictures/1999/gone")
    assert library.folders() == (home / "Downloads/shoot", home / "Pictures/2020")


def test_the_settings_may_name_another_database(
    darktable: Darktable, library: DarktableLibrary, pictures: Path
) -> None:
    darktable.add_roll(pictures)
    darktable.database.rename(darktable.database.with_name("mine.db"))
    darktable.database.with_name("darktablerc").write_text("a=b\ndatabase=mine.db\n")
    assert library.folders() == (pictures,)


def test_tags_whose_names_are_lost_are_an_error_not_a_silence(
    darktable: Darktable, library: DarktableLibrary, pictures: Path
) -> None:
    photo = darktable.add_photo(darktable.add_roll(pictures), "a.jpg")
    darktable.tag(photo, "Animals|Cat")
    darktable.tags.write_bytes(b"rotten" * 1000)
    with pytest.raises(IntegrationError, match="darktable"):
        library.notes(pictures / "a.jpg")
