"""The library of Shotwell is read: photos by their path, tags by the photos in them."""

from __future__ import annotations

from pathlib import Path

import pytest
from host_databases import Shotwell, write

from photosearch.host_libraries.shotwell import ShotwellLibrary
from photosearch.host_libraries.user_folders import UserFolders
from photosearch.types import PhotoNotes


@pytest.fixture
def library(shotwell: Shotwell, user: UserFolders) -> ShotwellLibrary:
    return ShotwellLibrary(user)


def test_who_never_used_shotwell_has_no_folders(user: UserFolders, pictures: Path) -> None:
    assert ShotwellLibrary(user).folders() == ()
    assert ShotwellLibrary(user).notes(pictures / "a.jpg") is None


def test_rating_tags_and_comment_are_read(
    shotwell: Shotwell, library: ShotwellLibrary, pictures: Path
) -> None:
    others = [shotwell.add_photo(pictures / f"{n}.jpg") for n in range(20)]
    photo = shotwell.add_photo(pictures / "a.jpg", rating=3, title="T", comment="Two\nlines")
    shotwell.add_tag("/Animals", [*others, photo])
    shotwell.add_tag("/Animals/Cat", [photo])
    shotwell.add_tag("flat", [others[0], photo, others[1]])
    shotwell.add_tag("another's", [others[0], 0x1000 + photo])
    assert library.notes(pictures / "a.jpg") == PhotoNotes(
        3, ("Animals", "Animals/Cat", "flat"), "Two\nlines", "shotwell"
    )


@pytest.mark.parametrize(("stored", "rating"), [(-1, -1), (0, None), (1, 1), (5, 5), (9, None)])
def test_zero_is_not_rated_and_minus_one_is_rejected(
    shotwell: Shotwell, library: ShotwellLibrary, pictures: Path, stored: int, rating: int | None
) -> None:
    shotwell.add_photo(pictures / "a.jpg", rating=stored, title="Title")
    assert library.notes(pictures / "a.jpg") == PhotoNotes(rating, (), "Title", "shotwell")


@pytest.mark.parametrize("name", ["it's 100%\n ä.jpg", "caf\udce9.jpg", "-rf;$(x).jpg"])
def test_names_of_any_bytes_are_found(
    shotwell: Shotwell, library: ShotwellLibrary, pictures: Path, name: str
) -> None:
    shotwell.add_photo(pictures / name, rating=2)
    notes = library.notes(pictures / name)
    assert notes is not None
    assert notes.rating == 2
    assert library.notes(pictures / f"{name}g") is None


def test_its_folders_are_that_of_pictures_and_those_around_other_photos(
    shotwell: Shotwell, library: ShotwellLibrary, home: Path, pictures: Path
) -> None:
    places = ["Pictures/2020/01", "Documents/scans/a", "Documents/scans/b", "."]
    for place in places:
        (home / place).mkdir(parents=True, exist_ok=True)
        shotwell.add_photo(home / place / "a.jpg")
    shotwell.add_photo(home / "gone" / "a.jpg")
    assert library.folders() == (home / "Documents/scans", pictures)


def test_the_pictures_folder_is_the_one_that_the_desktop_names(
    shotwell: Shotwell, library: ShotwellLibrary, home: Path
) -> None:
    (home / ".config").mkdir()
    (home / ".config/user-dirs.dirs").write_text('XDG_PICTURES_DIR="$HOME/Bilder ä"\n')
    (home / "Bilder ä/2020/01").mkdir(parents=True)
    shotwell.add_photo(home / "Bilder ä/2020/01/a.jpg")
    assert library.folders() == (home / "Bilder ä",)


def test_a_list_of_photos_that_is_empty_is_no_error(
    shotwell: Shotwell, library: ShotwellLibrary, pictures: Path
) -> None:
    shotwell.add_photo(pictures / "a.jpg")
    write(shotwell.database, "INSERT INTO TagTable (name) VALUES ('empty')")
    assert library.notes(pictures / "a.jpg") == PhotoNotes(source="shotwell")
