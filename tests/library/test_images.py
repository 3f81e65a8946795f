"""The one decode: upright, RGB, on white, at a size that keeps what a model needs."""

from __future__ import annotations

import io
import threading
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import ExifTags, Image
from skimage import data as samples

from photosearch.library import images
from photosearch.library.images import decode
from photosearch.library.skip import SkipPhoto
from photosearch.types import PhotoFacts, SkipKind

Encode = Callable[..., bytes]
Scene = Callable[..., Image.Image]

# How a picture has to be stored for an orientation to show it upright: the inverse of each turn.
_STORED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def _distance(one: Image.Image, other: Image.Image) -> float:
    """The mean difference of two pictures, 0 to 255."""
    assert one.size == other.size
    return float(np.abs(np.asarray(one, float) - np.asarray(other, float)).mean())


def _skip(data: bytes) -> SkipPhoto:
    with pytest.raises(SkipPhoto) as caught:
        decode(data)
    return caught.value


# -- turning


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "HEIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_gives_the_same_upright_picture(
    scene: Scene, encode: Encode, file_format: str, orientation: int
) -> None:
    upright = scene(96, 64)
    turn = _STORED[orientation]
    stored = upright if turn is None else upright.transpose(turn)
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    photo = decode(encode(stored, file_format, exif=exif.tobytes()))
    assert photo.facts == PhotoFacts(96, 64, orientation)
    assert _distance(photo.image, upright) < 4


def test_a_drafted_picture_is_turned_as_well(scene: Scene, encode: Encode) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    upright = scene(1000, 800)
    data = encode(upright.transpose(Image.Transpose.ROTATE_90), exif=exif)
    photo = decode(data, 100)
    assert photo.image.size == (250, 200)
    assert photo.facts == PhotoFacts(1000, 800, 6)
    assert _distance(photo.image, upright.resize((250, 200))) < 4


def test_exif_behind_the_pixels_of_a_png_is_heeded(scene: Scene, encode: Encode) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    data = encode(scene(30, 20), "PNG", exif=exif)
    at = data.index(b"eXIf") - 4
    size = 12 + int.from_bytes(data[at : at + 4], "big")
    moved = data[:at] + data[at + size : -12] + data[at : at + size] + data[-12:]
    photo = decode(moved)
    assert photo.image.size == (20, 30)
    assert photo.facts == PhotoFacts(20, 30, 6)


# -- size


@pytest.mark.parametrize("side_px", [50, 224, 512])
@pytest.mark.parametrize("file_format", ["JPEG", "BMP"])
@pytest.mark.parametrize("size", [(1501, 1103), (700, 3000), (300, 200), (5, 900)])
def test_a_smaller_decode_keeps_the_pixels_asked_for(
    scene: Scene, encode: Encode, file_format: str, size: tuple[int, int], side_px: int
) -> None:
    photo = decode(encode(scene(*size), file_format), side_px)
    assert min(photo.image.size) >= min(side_px, *size)
    assert (photo.facts.width_px, photo.facts.height_px) == size


def test_without_a_size_the_picture_is_decoded_whole(scene: Scene, encode: Encode) -> None:
    assert decode(encode(scene(1600, 1200))).image.size == (1600, 1200)


def test_a_picture_of_two_is_drafted_too(odd_images: dict[str, bytes]) -> None:
    assert decode(odd_images["two-pictures.jpg"], 50).image.size == (160, 120)


def _as_a_model_sees_it(image: Image.Image) -> Image.Image:
    """Bicubic to 224 pixels on the shorter side, and the square in the middle."""
    width, height = image.size
    scale = 224 / min(width, height)
    resized = image.resize((int(width * scale), int(height * scale)), Image.Resampling.BICUBIC)
    left, top = (resized.width - 224) // 2, (resized.height - 224) // 2
    return resized.crop((left, top, left + 224, top + 224))


@pytest.mark.parametrize(
    ("name", "file_format", "size", "limit"),
    [
        ("astronaut", "JPEG", (3000, 3000), 1),
        # Sides that cannot be halved are rounded: what is 299 pixels long may come out at 298.
        ("coffee", "JPEG", (1921, 1439), 6),
        ("chelsea", "JPEG", (2000, 1000), 1),
        ("rocket", "JPEG", (900, 1600), 1),
        ("coffee", "BMP", (1921, 1439), 6),
        ("chelsea", "BMP", (1800, 1200), 1),
    ],
)
def test_a_smaller_decode_looks_the_same_to_a_model(
    encode: Encode, name: str, file_format: str, size: tuple[int, int], limit: float
) -> None:
    data = encode(Image.fromarray(getattr(samples, name)()).resize(size), file_format)
    small = _as_a_model_sees_it(decode(data, 224).image)
    assert _distance(small, _as_a_model_sees_it(decode(data).image)) < limit


# -- colours


def test_all_sound_kinds_show_the_same_scene(odd_images: dict[str, bytes], scene: Scene) -> None:
    limits = {"two-pictures.jpg": 5, "cmyk.jpg": 5, "lab.tif": 5, "plain.gif": 20, "moving.gif": 20}
    names = ["progressive.jpg", "moving.png", "moving.webp", "moving.avif", "plain.bmp"]
    names += ["tiff_lzw.tif", "jpeg.tif", "pages.tif", "cmyk.tif"]
    for name in [*names, *limits]:
        photo = decode(odd_images[name])
        assert photo.image.mode == "RGB"
        assert _distance(photo.image, scene()) < limits.get(name, 4), name


@pytest.mark.parametrize("name", ["grey.jpg", "grey16.png", "grey16.tif", "float.tif"])
def test_grey_of_any_depth_is_scaled_and_not_cut(
    odd_images: dict[str, bytes], scene: Scene, name: str
) -> None:
    grey = scene().convert("L").convert("RGB")
    assert _distance(decode(odd_images[name]).image, grey) < 8


def test_32_bit_grey_is_spread_over_its_own_range(encode: Encode) -> None:
    values = np.linspace(-1e6, 1e6, 256).astype(np.int32)[None, :].repeat(4, 0)
    image = decode(encode(Image.fromarray(values), "TIFF")).image
    assert [image.getpixel((x, 0)) for x in (0, 255)] == [(0, 0, 0), (255, 255, 255)]
    assert abs(np.asarray(image)[0, 128, 0].astype(int) - 128) <= 2


@pytest.mark.parametrize("value", [0.0, 7.5, float("inf"), float("nan")])
def test_a_flat_or_senseless_grey_is_still_a_picture(encode: Encode, value: float) -> None:
    flat = Image.fromarray(np.full((3, 4), value, np.float32))
    assert decode(encode(flat, "TIFF")).image.size == (4, 3)


def test_what_is_clear_is_white(encode: Encode) -> None:
    clear = Image.new("RGBA", (4, 4), (255, 0, 0, 0))
    half = Image.new("RGBA", (4, 4), (0, 0, 0, 128))
    for file_format in ("PNG", "WEBP", "TIFF"):
        white = decode(encode(clear, file_format)).image
        grey = decode(encode(half, file_format)).image
        assert white.getpixel((0, 0)) == (255, 255, 255), file_format
        assert grey.getpixel((0, 0)) == (127, 127, 127), file_format


@pytest.mark.parametrize("mode", ["P", "L", "RGB", "LA", "1"])
def test_a_clear_colour_of_any_mode_is_white(encode: Encode, mode: str) -> None:
    black = Image.new(mode, (4, 4), (0, 0) if mode == "LA" else 0)
    options: dict[str, Any] = {
        "P": {"transparency": 0},
        "L": {"transparency": 0},
        "1": {"transparency": 0},
        "RGB": {"transparency": (0, 0, 0)},
    }.get(mode, {})
    assert decode(encode(black, "PNG", **options)).image.getpixel((0, 0)) == (255, 255, 255)


def test_the_colour_profile_is_kept_for_those_who_show_the_picture(
    scene: Scene, encode: Encode
) -> None:
    photo = decode(encode(scene(), icc_profile=b"a profile"))
    assert photo.image.info["icc_profile"] == b"a profile"


def test_a_decoded_picture_lets_go_of_its_file(odd_images: dict[str, bytes]) -> None:
    for name in ("plain.jpg", "progressive.jpg", "two-pictures.jpg", "plain.webp", "pages.tif"):
        assert type(decode(odd_images[name]).image) is Image.Image


# -- failures


def test_a_picture_that_is_cut_short_says_so(odd_images: dict[str, bytes]) -> None:
    for name in ("progressive.jpg", "plain.png", "plain.bmp"):
        skip = _skip(odd_images[name][: len(odd_images[name]) // 2])
        assert skip.kind is SkipKind.BROKEN
        assert skip.reason == "The picture is cut short: part of the file is missing."


def test_a_file_that_is_no_picture_says_so() -> None:
    for data in (b"", b"hello", b"%!PS-Adobe-3.0 EPSF-3.0\n", bytes(1000)):
        assert _skip(data).kind is SkipKind.NOT_AN_IMAGE


def test_a_header_with_too_many_pixels_is_refused_before_they_are_decoded(
    scene: Scene, encode: Encode, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = encode(scene(400, 300))
    monkeypatch.setattr(images, "MAX_PIXELS", 400 * 300)
    decode(data)
    monkeypatch.setattr(images, "MAX_PIXELS", 400 * 300 - 1)
    skip = _skip(data)
    assert skip.kind is SkipKind.TOO_LARGE
    assert "400 x 300" in skip.reason


def test_only_what_is_decoded_counts_for_the_memory(
    scene: Scene, encode: Encode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(images, "MAX_BITMAP_PIXELS", 400 * 300)
    assert decode(encode(scene(800, 600)), 50).image.size == (200, 150)
    assert _skip(encode(scene(800, 600), "PNG")).kind is SkipKind.TOO_LARGE
    assert _skip(encode(scene(800, 600))).kind is SkipKind.TOO_LARGE


def test_large_pictures_take_turns_and_a_broken_one_gives_its_turn_away(
    odd_images: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(images, "_LARGE_BITMAP_PIXELS", 1)
    _skip(odd_images["progressive.jpg"][:4000])
    assert not images._large_turn.locked()
    results = _in_threads(odd_images["plain.png"], 4)
    assert len(results) == 4


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (MemoryError(), SkipKind.TOO_LARGE),
        (Image.DecompressionBombError("bomb"), SkipKind.TOO_LARGE),
        (EOFError(), SkipKind.BROKEN),
        (OSError("image file is truncated (5 bytes not processed)"), SkipKind.BROKEN),
        (ZeroDivisionError(), SkipKind.BROKEN),
        (RecursionError("too deep"), SkipKind.BROKEN),
        (AttributeError("'NoneType' object has no attribute 'read'"), SkipKind.BROKEN),
    ],
)
def test_whatever_pillow_raises_becomes_a_reason(
    scene: Scene,
    encode: Encode,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    kind: SkipKind,
) -> None:
    def fail(*_: object) -> None:
        raise error

    data = encode(scene())
    monkeypatch.setattr(images, "_to_rgb", fail)
    skip = _skip(data)
    assert skip.kind is kind
    assert skip.reason.startswith("The picture is ")
    assert skip.reason.endswith(".")


# -- threads and warnings


def _in_threads(data: bytes, count: int) -> list[bytes]:
    results: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: results.append(decode(data).image.tobytes()))
        for _ in range(count)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.parametrize("name", ["plain.jpg", "lab.tif", "clear.png", "plain.heic", "plain.avif"])
def test_many_threads_decode_at_once(odd_images: dict[str, bytes], name: str) -> None:
    results = _in_threads(odd_images[name], 8)
    assert len(results) == 8
    assert len(set(results)) == 1


def test_pillow_warnings_neither_escape_nor_become_errors(odd_images: dict[str, bytes]) -> None:
    data = odd_images["exif-many.jpeg"]
    with warnings.catch_warnings(record=True) as recorded:
        warnings.simplefilter("error")
        with pytest.raises(UserWarning):  # the file does make Pillow warn
            Image.open(io.BytesIO(data))
        assert decode(data).image.mode == "RGB"
    assert recorded == []


def test_warnings_of_others_are_left_alone(scene: Scene, encode: Encode) -> None:
    decode(encode(scene()))
    with pytest.warns(UserWarning, match="mine"):
        warnings.warn("mine", stacklevel=1)
