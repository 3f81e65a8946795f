"""The library of digiKam is read wherever it lies, whoever else writes it."""

from __future__ import annotations

from pathlib import Path

import pytest
from host_databases import Digikam, Program, write

from photosearch.errors import IntegrationError
from photosearch.host_libraries.digikam import DigikamLibrary
from photosearch.host_libraries.mounted_volumes import MountedVolumes
from photosearch.host_libraries.user_folders import UserFolders
from photosearch.types import PhotoNotes


@pytest.fixture
def library(digikam: Digikam, user: UserFolders) -> DigikamLibrary:
    return DigikamLibrary(user)


def test_who_never_used_digikam_has_no_folders(user: UserFolders, pictures: Path) -> None:
    assert DigikamLibrary(user).folders() == ()
    assert DigikamLibrary(user).notes(pictures / "a.jpg") is None


def test_rating_tags_with_their_parents_and_caption_are_read(
    digikam: Digikam, library: DigikamLibrary, pictures: Path
) -> None:
    photo = digikam.add_photo("/", "cat.jpg", rating=4)
    animals = digikam.add_tag("Animals")
    digikam.tag(photo, digikam.add_tag("Cat", animals), digikam.add_tag("London, Old Street"))
    digikam.comment(photo, "Chelsea", kind=3)
    digikam.comment(photo, "Eine Katze", language="de-DE")
    digikam.comment(photo, "A cat,\nasleep")
    assert library.notes(pictures / "cat.jpg") == PhotoNotes(
        4, ("Animals/Cat", "London, Old Street"), "A cat,\nasleep", "digikam"
    )


def test_a_title_stands_in_for_a_caption(
    digikam: Digikam, library: DigikamLibrary, pictures: Path
) -> None:
    digikam.comment(digikam.add_photo("/", "a.jpg"), "Chelsea", kind=3)
    notes = library.notes(pictures / "a.jpg")
    assert notes is not None
    assert notes.caption == "Chelsea"


def test_a_rating_of_minus_one_is_none(
    digikam: Digikam, library: DigikamLibrary, pictures: Path
) -> None:
    digikam.add_photo("/", "a.jpg", rating=-1)
    assert library.notes(pictures / "a.jpg") == PhotoNotes(source="digikam")


def test_the_results_that_we_handed_over_are_no_keywords(
    digikam: Digikam, library: DigikamLibrary, pictures: Path
) -> None:
    photo = digikam.add_photo("/", "a.jpg")
    ours = digikam.add_tag("photosearch")
    digikam.tag(photo, digikam.add_tag("red bicycle", ours), digikam.add_tag("Cat"))
    assert library.notes(pictures / "a.jpg") == PhotoNotes(keywords=("Cat",), source="digikam")


def test_tags_that_digikam_makes_for_itself_are_left_out_and_faces_are_not(
    digikam: Digikam, library: DigikamLibrary, pictures: Path
) -> None:
    photo = digikam.add_photo("/", "a.jpg")
    digikam.tag(photo, 2, 6, digikam.add_tag("Ada", parent=4))
    notes = library.notes(pictures / "a.jpg")
    assert notes is not None
    assert notes.keywords == ("People/Ada",)


def test_a_circle_of_tags_ends(digikam: Digikam, library: DigikamLibrary, pictures: Path) -> None:
    photo, one = digikam.add_photo("/", "a.jpg"), digikam.add_tag("one")
    write(digikam.database, "UPDATE Tags SET pid = id WHERE id = ?", one)
    digikam.tag(photo, one)
    notes = library.notes(pictures / "a.jpg")
    assert notes is not None
    assert notes.keywords[0].startswith("one/one/")


@pytest.mark.parametrize(
    "name",
    ['it\'s "so" $(touch pwned);.jpg', "100% ä 日本\n.jpg", "-rf.jpg", "caf\udce9.jpg", "a\\b.jpg"],
)
def test_names_of_any_bytes_are_found(
    digikam: Digikam, library: DigikamLibrary, pictures: Path, name: str
) -> None:
    digikam.add_photo(f"/in {name}/deep", name, rating=5)
    notes = library.notes(pictures / f"in {name}" / "deep" / name)
    assert notes is not None
    assert notes.rating == 5
    assert library.notes(pictures / name) is None


def test_collections_on_drives_and_shares_are_found_where_they_are_mounted(
    digikam: Digikam, user: UserFolders, tmp_path: Path, pictures: Path
) -> None:
    drive, share = tmp_path / "my drive", tmp_path / "share 100%"
    (drive / "photos" / "2020").mkdir(parents=True)
    share.mkdir()
    on_drive = digikam.add_root("volumeid:?uuid=1234-abcd", "/photos")
    digikam.add_root(f"networkshareid:?mountpath=/gone&mountpath={tmp_path}/share%20100%25", "/")
    digikam.add_root("volumeid:?uuid=0000-0000", "/")
    digikam.add_root("volumeid:?path=/gone&fileuuid=77", "/")
    digikam.add_root("volumeid:?label=CD", "/")
    digikam.add_root(f"volumeid:?path={pictures}&fileuuid=78", "/")
    library = DigikamLibrary(user, mounted(tmp_path, "1234-ABCD", drive))
    assert library.folders() == tuple(sorted((pictures, drive / "photos", share)))
    digikam.add_photo("/2020", "a.jpg", rating=3, root=on_drive)
    notes = library.notes(drive / "photos/2020/a.jpg")
    assert notes is not None
    assert notes.rating == 3


def mounted(tmp_path: Path, uuid: str, point: Path) -> MountedVolumes:
    """A system with one drive."""
    device, by_uuid, mounts = tmp_path / "sdb1", tmp_path / "by-uuid", tmp_path / "mounts"
    by_uuid.mkdir()
    device.touch()
    (by_uuid / uuid).symlink_to(device)
    escaped = str(point).replace(" ", r"\040")
    mounts.write_text(f"proc /proc proc rw 0 0\n{device} {escaped} vfat rw 0 0\nodd\n")
    return MountedVolumes(mounts, by_uuid)


def test_a_photo_is_found_through_a_link_to_its_collection(
    digikam: Digikam, library: DigikamLibrary, pictures: Path, tmp_path: Path
) -> None:
    digikam.add_photo("/trip", "a.jpg", rating=2)
    (pictures / "trip").mkdir()
    (pictures / "trip/a.jpg").touch()
    (tmp_path / "link").symlink_to(pictures)
    notes = library.notes(tmp_path / "link/trip/a.jpg")
    assert notes is not None
    assert notes.rating == 2


def test_the_database_is_found_where_the_settings_say(
    digikam: Digikam, library: DigikamLibrary, home: Path, pictures: Path
) -> None:
    elsewhere = home / "data base\\"
    elsewhere.mkdir()
    digikam.database.rename(elsewhere / "digikam4.db")
    digikam.set_database("QSQLITE", "$HOME/data\\sbase\\\\/")
    assert library.folders() == (pictures,)


def test_a_flatpak_keeps_its_settings_apart(
    digikam: Digikam, library: DigikamLibrary, home: Path, pictures: Path
) -> None:
    place = home / ".var/app/org.kde.digikam/config"
    place.mkdir(parents=True)
    digikam.settings.rename(place / "digikamrc")
    assert library.folders() == (pictures,)


def test_a_mysql_server_is_not_read_and_that_is_said(
    digikam: Digikam, library: DigikamLibrary, pictures: Path
) -> None:
    digikam.set_database("QMYSQL", "digikam")
    with pytest.raises(IntegrationError, match="QMYSQL") as told:
        library.folders()
    assert "photosearch add" in told.value.hint


def test_a_database_that_is_away_says_where_it_should_be(
    digikam: Digikam, library: DigikamLibrary
) -> None:
    digikam.set_database("QSQLITE", "/media/unplugged/")
    with pytest.raises(IntegrationError, match=r"/media/unplugged/digikam4\.db"):
        library.folders()


def test_what_digikam_writes_meanwhile_is_not_waited_for(
    digikam: Digikam, library: DigikamLibrary, pictures: Path
) -> None:
    digikam.add_photo("/", "a.jpg", rating=1)
    with Program(digikam.database) as writer:
        writer.do("BEGIN IMMEDIATE")
        writer.do("UPDATE ImageInformation SET rating = 5")
        before = library.notes(pictures / "a.jpg")
        writer.do("COMMIT")
    after = library.notes(pictures / "a.jpg")
    assert before is not None
    assert after is not None
    assert (before.rating, after.rating) == (1, 5)
