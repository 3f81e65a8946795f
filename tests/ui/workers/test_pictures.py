"""Photos as they are read for a screen."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from PIL import Image, ImageCms
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor

from photosearch.client.fake import FakeClient, FakePhoto
from photosearch.errors import LibraryError, PhotoSearchError
from photosearch.types import Photo, PhotoFacts
from ui.workers import pictures
from ui.workers.pictures import Source, load_picture, read_picture

RED, BLUE = (200, 20, 30), (20, 30, 200)
# What to do with an upright picture so that a viewer which follows the EXIF orientation undoes it.
METHODS = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def upright() -> Image.Image:
    """Four corners that differ, 80 x 48."""
    image = Image.new("RGB", (80, 48), (240, 240, 240))
    image.paste(RED, (0, 0, 40, 24))
    image.paste(BLUE, (40, 24, 80, 48))
    return image


def save_turned(path: Path, orientation: int) -> None:
    method = METHODS[orientation]
    image = upright().transpose(method) if method is not None else upright()
    exif = image.getexif()
    exif[0x0112] = orientation
    image.save(path, exif=exif, quality=95)


def is_near(colour: QColor, expected: tuple[int, int, int]) -> bool:
    found = (colour.red(), colour.green(), colour.blue())
    return all(abs(a - b) < 25 for a, b in zip(found, expected, strict=True))


@pytest.mark.parametrize("kind", ["jpg", "tiff", "png", "webp"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_exif_orientation_is_shown_upright(tmp_path, orientation, kind):
    path = tmp_path / f"photo.{kind}"
    save_turned(path, orientation)
    client = FakeClient([FakePhoto(path.name, facts=PhotoFacts(80, 48, orientation))], tmp_path)
    photo = Photo(tmp_path, Path(path.name), FakePhoto(path.name).content_id)
    for box, size in ((None, QSize(80, 48)), (QSize(40, 40), QSize(40, 24))):
        picture = load_picture(client, photo, box)
        assert picture.image.size() == size
        assert picture.full_size == QSize(80, 48)
        assert picture.source is Source.FILE
        width, height = size.width(), size.height()
        assert is_near(picture.image.pixelColor(width // 4, height // 4), RED)
        assert is_near(picture.image.pixelColor(width * 3 // 4, height * 3 // 4), BLUE)


def test_a_photo_is_decoded_no_larger_than_the_box_and_never_enlarged(tmp_path):
    path = tmp_path / "photo.jpg"
    Image.new("RGB", (400, 300), RED).save(path)
    small = read_picture(path, QSize(100, 100))
    assert small is not None
    assert small.image.size() == QSize(100, 75)
    assert not small.is_full
    whole = read_picture(path, QSize(1000, 1000))
    assert whole is not None
    assert whole.image.size() == QSize(400, 300)
    assert whole.is_full


def test_even_with_all_its_pixels_a_photo_takes_no_more_than_the_limit(tmp_path, monkeypatch):
    monkeypatch.setattr(pictures, "MAX_PIXELS", 30_000)
    path = tmp_path / "photo.jpg"
    Image.new("RGB", (400, 300), RED).save(path)
    picture = read_picture(path, None)
    assert picture is not None
    assert picture.image.size() == QSize(200, 150)
    assert picture.full_size == QSize(400, 300)


def test_a_name_that_is_no_utf_8_is_read(tmp_path):
    path = tmp_path / os.fsdecode(b"b\xff\n'%41.jpg")
    upright().save(path, "JPEG")
    assert read_picture(path, None) is not None


def test_colours_are_those_of_the_screen(tmp_path):
    path = tmp_path / "wide.jpg"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    upright().save(path, icc_profile=profile.tobytes(), quality=95)
    picture = read_picture(path, None)
    assert picture is not None
    assert is_near(picture.image.pixelColor(10, 10), RED)


def test_cmyk_and_grey_are_shown(tmp_path):
    for mode in ("CMYK", "L"):
        path = tmp_path / f"{mode}.jpg"
        upright().convert(mode).save(path)
        picture = read_picture(path, None)
        assert picture is not None
        assert picture.image.size() == QSize(80, 48)


@pytest.fixture
def library(tmp_path: Path) -> FakeClient:
    (tmp_path / "root").mkdir()
    return FakeClient([FakePhoto("a.heic", RED, PhotoFacts(80, 48))], tmp_path / "root")


def photo_of(client: FakeClient) -> Photo:
    return Photo(client.folder, Path("a.heic"), FakePhoto("a.heic").content_id)


def test_a_file_that_qt_cannot_read_is_shown_by_the_services_thumbnail(library, monkeypatch):
    path = library.folder / "a.heic"
    upright().save(path, "PNG")
    monkeypatch.setattr(pictures, "read_picture", lambda *_: None)
    picture = load_picture(library, photo_of(library), QSize(100, 100))
    assert picture.source is Source.THUMBNAIL
    assert is_near(picture.image.pixelColor(5, 5), RED)


@pytest.mark.qt_log_ignore("JPEG")
def test_what_is_no_picture_is_not_read(tmp_path):
    path = tmp_path / "a.jpg"
    for content in (b"", b"no picture", b"\xff\xd8\xff\xe0 broken"):
        path.write_bytes(content)
        assert read_picture(path, None) is None


def test_a_file_that_is_gone_is_told_from_a_drive_that_is_away(library):
    assert load_picture(library, photo_of(library), None).source is Source.FILE_GONE
    library.folder.rmdir()
    assert load_picture(library, photo_of(library), None).source is Source.ROOT_GONE


def test_without_file_and_thumbnail_there_is_an_error(library):
    library.error = LibraryError("The disk is gone.")
    with pytest.raises(PhotoSearchError, match="disk is gone"):
        load_picture(library, photo_of(library), None)


def test_the_services_silence_does_not_hide_a_file_that_is_there(tmp_path):
    save_turned(tmp_path / "a.png", 1)
    client = FakeClient([FakePhoto("a.png")], tmp_path)
    client.error = LibraryError("Not now.")
    photo = Photo(tmp_path, Path("a.png"), FakePhoto("a.png").content_id)
    assert load_picture(client, photo, None).source is Source.FILE


def run_apart(script: str, *arguments: object) -> None:
    """Run lines in a process of their own: what fails here is that it never ends."""
    subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), *map(str, arguments)],
        timeout=120,
        check=True,
    )


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="stands in for a drive that hangs")
def test_a_drive_that_hangs_does_not_hold_up_the_window(tmp_path):
    fifo = tmp_path / "photo.jpg"
    os.mkfifo(fifo)
    run_apart(
        """
        import os, sys, threading, time
        from pathlib import Path
        from ui.workers.pictures import read_picture

        held = os.open(sys.argv[1], os.O_RDWR)  # it can be opened, and nothing comes
        reading = threading.Thread(target=read_picture, args=(Path(sys.argv[1]), None), daemon=True)
        reading.start()
        for _ in range(20):
            time.sleep(0.01)
        assert reading.is_alive()
        os._exit(0)
        """,
        fifo,
    )


def test_thumbnails_are_decoded_while_the_window_loads_pictures_of_its_own(tmp_path):
    path = tmp_path / "red.jpg"
    Image.new("RGB", (640, 480), RED).save(path)
    run_apart(
        """
        import sys, threading
        from pathlib import Path
        from types import SimpleNamespace
        from PySide6.QtGui import QImage
        from ui.workers.pictures import _thumbnail

        picture = SimpleNamespace(data=Path(sys.argv[1]).read_bytes())
        service = SimpleNamespace(thumbnail=lambda *_: picture)

        def decode():
            for _ in range(500):
                _thumbnail(service, "id")

        threads = [threading.Thread(target=decode) for _ in range(2)]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            assert not QImage(sys.argv[1]).isNull()
        """,
        path,
    )
