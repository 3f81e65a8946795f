"""Results handed to digiKam: sidecars beside photos are written, and become what they were."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pillow_heif
import pytest
from PIL import Image

from photosearch.errors import IntegrationError
from photosearch.integrations import sidecars as sidecars_module
from photosearch.integrations.digikam import DigikamResults, DigikamSettings
from photosearch.integrations.sidecar_tags import PROPERTIES, cut_tags, tags_in
from photosearch.integrations.xmp_tree import read_tree
from photosearch.library.xmp import sidecar_notes

FOLDER = Path(__file__).parent / "sidecars"
READING = DigikamSettings(reads_sidecars=True, rescans=True)
DIGIKAM, MICROSOFT, LIGHTROOM, MEDIAPRO, SUBJECT = PROPERTIES
ODD_NAMES = (
    b"two words.jpg",
    b'it\'s "quoted".jpg',
    b"line\nbreak.jpg",
    b"$(touch pwned) %F;.jpg",
    b"-n.jpg",
    "ä 日本.jpg".encode(),
    b"latin \xe4\xff.jpg",
)


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "Pictures"
    folder.mkdir()
    for name in ("cat.png", "cup.jpg", "moon.jpg"):
        Image.new("RGB", (8, 8), name_colour(name)).save(folder / name)
    return folder


def name_colour(name: str) -> tuple[int, int, int]:
    return (len(name) * 20, ord(name[1]), ord(name[2]))


@pytest.fixture
def results(tmp_path: Path) -> DigikamResults:
    return DigikamResults(tmp_path / "data" / "digikam-results.json", READING)


def tags_of(photo: Path) -> tuple[str, ...]:
    data = photo.with_name(photo.name + ".xmp").read_bytes()
    return tags_in(read_tree(data)).get(DIGIKAM, ())


def test_photos_without_sidecars_get_one_that_is_gone_again(results, pictures, contents):
    before = contents(pictures)
    sent = results.send("red bicycle", [pictures / "cat.png", pictures / "cup.jpg"])
    assert sent.message.startswith("2 photos have the tag “photosearch/red bicycle” now.")
    assert sent.skipped == ()
    assert tags_of(pictures / "cat.png") == ("photosearch/red bicycle",)
    assert results.take_back() == 2
    assert contents(pictures) == before
    assert results.take_back() == 0


@pytest.mark.parametrize(
    "name", ["exiftool", "exiv2", "darktable", "lightroom", "one-line", "empty-list"]
)
def test_sidecars_of_other_programs_become_byte_for_byte_what_they_were(
    name, results, pictures, contents
):
    sidecar = pictures / "cat.png.xmp"
    shutil.copy(FOLDER / f"{name}.xmp", sidecar)
    sidecar.chmod(0o640)
    before = contents(pictures)
    for title in ("red bicycle", "sea"):
        results.send(title, [pictures / "cat.png"])
    assert sidecar.stat().st_mode & 0o777 == 0o640
    assert contents(pictures) != before
    assert results.take_back() == 1
    assert contents(pictures) == before


def test_the_same_title_again_replaces_what_was_sent(results, pictures):
    results.send("sea", [pictures / "cat.png", pictures / "cup.jpg"])
    results.send("moon", [pictures / "cat.png"])
    results.send("sea", [pictures / "moon.jpg", pictures / "cup.jpg"])
    assert tags_of(pictures / "cat.png") == ("photosearch/moon",)
    assert tags_of(pictures / "cup.jpg") == ("photosearch/sea",)
    assert tags_of(pictures / "moon.jpg") == ("photosearch/sea",)
    results.send("moon", [pictures / "moon.jpg"])
    assert not (pictures / "cat.png.xmp").exists()
    assert results.take_back() == 2
    assert not list(pictures.glob("*.xmp"))


def test_a_sidecar_that_digikam_rewrote_loses_our_tags_alone(results, pictures):
    sidecar = pictures / "cat.png.xmp"
    results.send("red bicycle", [pictures / "cat.png"])
    shutil.copy(FOLDER / "digikam-synchronised.xmp", sidecar)
    assert results.take_back() == 1
    expected = cut_tags((FOLDER / "digikam-synchronised.xmp").read_bytes(), ["red bicycle"])
    assert sidecar.read_bytes() == expected
    assert b"red bicycle" not in expected


def test_what_was_written_between_two_searches_stays_when_both_are_taken_back(results, pictures):
    sidecar = pictures / "cat.png.xmp"
    shutil.copy(FOLDER / "empty-list.xmp", sidecar)
    results.send("sea", [pictures / "cat.png"])
    data = sidecar.read_bytes()
    sidecar.write_bytes(data.replace(b"rdf:about", b'a:b="mine" xmlns:a="urn:a" rdf:about', 1))
    results.send("moon", [pictures / "cat.png"])
    results.send("sea", [pictures / "cup.jpg"])  # takes it from the cat
    results.take_back()
    assert b"mine" in sidecar.read_bytes()
    assert b"photosearch/" not in sidecar.read_bytes()


def test_a_sidecar_that_was_deleted_between_two_searches_does_not_come_back(results, pictures):
    sidecar = pictures / "cat.png.xmp"
    shutil.copy(FOLDER / "empty-list.xmp", sidecar)
    results.send("sea", [pictures / "cat.png"])
    sidecar.unlink()
    results.send("moon", [pictures / "cat.png"])
    results.take_back()
    assert not sidecar.exists()


def test_photos_that_share_a_sidecar_are_tagged_with_one_another(results, pictures, contents):
    Image.new("RGB", (8, 8)).save(pictures / "cat.jpg")
    before = contents(pictures)
    short = DigikamSettings(reads_sidecars=True, rescans=True, has_short_names=True)
    results = DigikamResults(results.record, short)
    sent = results.send("sea", [pictures / "cat.png", pictures / "cat.jpg"])
    assert sent.message.startswith("2 photos have the tag")
    assert sent.skipped == ()
    results.take_back()
    assert contents(pictures) == before


def test_a_sidecar_keeps_what_the_file_system_notes_of_it(results, pictures):
    sidecar = pictures / "cat.png.xmp"
    shutil.copy(FOLDER / "exiv2.xmp", sidecar)
    try:
        os.setxattr(sidecar, "user.baloo.rating", b"8")
    except OSError:
        pytest.skip("this file system has no extended attributes")
    results.send("sea", [pictures / "cat.png"])
    assert os.getxattr(sidecar, "user.baloo.rating") == b"8"
    results.take_back()
    assert os.getxattr(sidecar, "user.baloo.rating") == b"8"


def test_drives_whose_files_have_no_modes_of_their_own_get_sidecars(results, pictures, monkeypatch):
    def refuse(path: Path, mode: int) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "chmod", refuse)  # as FAT does
    sent = results.send("sea", [pictures / "cat.png"])
    assert sent.skipped == ()
    assert tags_of(pictures / "cat.png") == ("photosearch/sea",)


def test_a_sidecar_of_ours_stays_when_somebody_wrote_into_it(results, pictures):
    sidecar = pictures / "cat.png.xmp"
    results.send("sea", [pictures / "cat.png"])
    data = sidecar.read_bytes()
    sidecar.write_bytes(data.replace(b"rdf:about", b'a:b="mine" xmlns:a="urn:a" rdf:about'))
    assert results.take_back() == 1
    assert b"mine" in sidecar.read_bytes()
    assert b"photosearch/" not in sidecar.read_bytes()


def test_the_tags_in_a_photo_are_repeated_so_that_the_sidecar_does_not_hide_them(results, pictures):
    packet = (FOLDER / "exiv2.xmp").read_bytes()
    Image.new("RGB", (8, 8)).save(pictures / "tagged.jpg", xmp=packet)
    results.send("sea", [pictures / "tagged.jpg"])
    found = tags_in(read_tree((pictures / "tagged.jpg.xmp").read_bytes()))
    assert found == {
        LIGHTROOM: ("Animals|cat", "photosearch|sea"),
        SUBJECT: ("cat", "ä <b>", "photosearch/sea"),
    }
    results.take_back()
    left = tags_in(read_tree((pictures / "tagged.jpg.xmp").read_bytes()))
    assert left == {LIGHTROOM: ("Animals|cat",), SUBJECT: ("cat", "ä <b>")}


def test_the_tags_in_a_picture_of_a_telephone_are_repeated_as_well(results, pictures):
    photo = pictures / "tagged.heic"
    heic_file(photo, (FOLDER / "exiv2.xmp").read_bytes())
    ask = "from pathlib import Path; from photosearch.integrations import embedded_tags as m"
    command = f"{ask}; print(sorted(one.local for one in m.embedded_tags(Path({str(photo)!r}))))"
    # Of its own, since Pillow reads HEIC once anything in a process has asked it to.
    read = subprocess.run([sys.executable, "-c", command], check=True, capture_output=True)
    assert read.stdout == b"['hierarchicalSubject', 'subject']\n"


def heic_file(path: Path, xmp: bytes) -> None:
    picture = pillow_heif.from_pillow(Image.new("RGB", (64, 64)))
    picture.info["xmp"] = xmp
    picture.save(path)


def test_names_of_any_kind_are_sent_and_taken_back(results, pictures, contents):
    photos = []
    for name in ODD_NAMES:
        photo = Path(os.fsdecode(os.fsencode(pictures) + b"/" + name))
        shutil.copy(pictures / "cup.jpg", photo)
        photos.append(photo)
    before = contents(pictures)
    sent = results.send("latin \udcff.jpg", photos)
    assert sent.skipped == ()
    assert all(tags_of(photo) == ("photosearch/latin ?.jpg",) for photo in photos)
    assert results.take_back() == len(ODD_NAMES)
    assert contents(pictures) == before


def test_a_photo_that_cannot_be_tagged_is_left_out_with_the_reason(results, pictures, contents):
    (pictures / "cat.png.xmp").write_bytes(b"<broken")
    (pictures / "cup.jpg.xmp").symlink_to("cat.png.xmp")
    before = contents(pictures)
    photos = [pictures / name for name in ("cat.png", "gone.jpg", "cup.jpg", "moon.jpg")]
    sent = results.send("sea", photos)
    assert sent.message.startswith("1 photo has the tag")
    reasons = dict(sent.skipped)
    assert reasons[pictures / "cat.png"].startswith("the sidecar is not well-formed XML")
    assert reasons[pictures / "gone.jpg"] == "it is not there"
    assert reasons[pictures / "cup.jpg"] == "its sidecar is a link or no file"
    results.take_back()
    assert contents(pictures) == before


def test_a_write_protected_sidecar_stays_as_it_is(results, pictures):
    sidecar = pictures / "cat.png.xmp"
    shutil.copy(FOLDER / "exiv2.xmp", sidecar)
    sidecar.chmod(0o444)
    with pytest.raises(IntegrationError, match=r"cat\.png: its sidecar is write-protected"):
        results.send("sea", [pictures / "cat.png"])
    assert sidecar.read_bytes() == (FOLDER / "exiv2.xmp").read_bytes()


def test_a_folder_that_cannot_be_written_leaves_nothing_behind(
    results, pictures, contents, monkeypatch
):
    before = contents(pictures)

    def fail(path: Path, data: bytes) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(sidecars_module, "write_atomically", fail)
    with pytest.raises(IntegrationError, match=r"cat\.png: Read-only file system"):
        results.send("sea", [pictures / "cat.png"])
    monkeypatch.undo()
    assert results.take_back() == 1  # it was on record before it was tried
    assert contents(pictures) == before


def test_what_another_program_writes_in_between_is_not_lost(results, pictures, monkeypatch):
    sidecar = pictures / "cup.jpg.xmp"
    theirs = (FOLDER / "exiv2.xmp").read_bytes()
    write = sidecars_module.write_atomically

    def write_beside_another(path: Path, data: bytes) -> None:
        write(path, data)
        sidecar.write_bytes(theirs)

    monkeypatch.setattr(sidecars_module, "write_atomically", write_beside_another)
    sent = results.send("sea", [pictures / "cat.png", pictures / "cup.jpg"])
    assert sent.skipped == (
        (pictures / "cup.jpg", "somebody else writes its sidecar at this moment"),
    )
    assert sidecar.read_bytes() == theirs
    monkeypatch.undo()
    results.take_back()
    assert sidecar.read_bytes() == theirs


def test_what_cannot_be_taken_back_is_said_and_tried_again_later(results, pictures):
    results.send("sea", [pictures / "cat.png", pictures / "cup.jpg"])
    good = (pictures / "cat.png.xmp").read_bytes()
    (pictures / "cat.png.xmp").write_bytes(good[:-200])
    with pytest.raises(IntegrationError, match=r"cat\.png\.xmp still has tags"):
        results.take_back()
    assert not (pictures / "cup.jpg.xmp").exists()
    (pictures / "cat.png.xmp").write_bytes(good)
    assert results.take_back() == 1
    assert not list(pictures.glob("*.xmp"))


def test_a_photo_and_its_sidecar_may_be_gone_when_all_is_taken_back(results, pictures):
    results.send("sea", [pictures / "cat.png"])
    shutil.rmtree(pictures)
    assert results.take_back() == 1


def test_new_sidecars_can_be_read_by_those_who_can_read_the_photo(results, pictures):
    (pictures / "cat.png").chmod(0o604)
    results.send("sea", [pictures / "cat.png"])
    assert (pictures / "cat.png.xmp").stat().st_mode & 0o777 == 0o604


def test_a_damaged_record_is_not_written_over(results, pictures):
    results.send("sea", [pictures / "cat.png"])
    results.record.write_text(json.dumps([{"sidecar": "00"}]))
    for use in (results.take_back, lambda: results.send("moon", [pictures / "cat.png"])):
        with pytest.raises(IntegrationError, match=r"digikam-results\.json is damaged"):
            use()
    assert json.loads(results.record.read_text()) == [{"sidecar": "00"}]


def test_results_are_no_keywords_of_the_photo(results, pictures):
    Image.new("RGB", (8, 8)).save(pictures / "tagged.jpg", xmp=(FOLDER / "exiv2.xmp").read_bytes())
    results.send("sea", [pictures / "cat.png", pictures / "tagged.jpg"])
    untagged, tagged = sidecar_notes(pictures / "cat.png"), sidecar_notes(pictures / "tagged.jpg")
    assert untagged is not None
    assert untagged.keywords == ()
    assert tagged is not None
    assert "Animals/cat" in tagged.keywords
    assert not any("sea" in keyword for keyword in tagged.keywords)


def test_nothing_is_sent_where_digikam_would_forget_its_own_tags(tmp_path, pictures, contents):
    before = contents(pictures)
    results = DigikamResults(tmp_path / "record.json", DigikamSettings(clears=True))
    with pytest.raises(IntegrationError, match="forget its own tags"):
        results.send("sea", [pictures / "cat.png"])
    assert contents(pictures) == before
