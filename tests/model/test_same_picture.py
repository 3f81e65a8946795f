"""A picture embeds alike however it is decoded, resized and turned on its way to the model."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import ExifTags, Image
from skimage import data

from photosearch.library.images import decode
from photosearch.model.starter import StarterEncoder
from photosearch.model.torchvision_shim import declare_missing_operators
from photosearch.paths import resource_dir

if TYPE_CHECKING:
    from numpy.typing import NDArray

SAMPLES = ("astronaut", "chelsea", "coffee", "rocket", "hubble_deep_field")

# How a picture has to be stored for an orientation to show it upright: the inverse of each turn.
STORED = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@pytest.fixture(scope="module")
def reference_transform() -> Callable[[Image.Image], Any]:
    """open_clip's own way to prepare an image, with the starter's figures."""
    declare_missing_operators()
    from open_clip.transform import PreprocessCfg, image_transform_v2

    file = resource_dir() / "starter" / "config.json"
    image = json.loads(file.read_text(encoding="utf-8"))["image"]
    squash, interpolation = image["resize"].split("-")
    figures = PreprocessCfg(
        size=image["side_px"],
        mean=tuple(image["mean"]),
        std=tuple(image["deviation"]),
        interpolation=interpolation,
        resize_mode=squash,
    )
    return image_transform_v2(figures, is_train=False)


def camera_jpeg(sample: str, orientation: int = 1) -> bytes:
    """A sample at some 12 megapixels, as a camera stores it."""
    picture = Image.fromarray(getattr(data, sample)()).convert("RGB")
    scale = (12e6 / (picture.width * picture.height)) ** 0.5
    size = round(picture.width * scale), round(picture.height * scale)
    picture = picture.resize(size, Image.Resampling.BICUBIC)
    if orientation in STORED:
        picture = picture.transpose(STORED[orientation])
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=90, exif=exif)
    return file.getvalue()


def embed(encoder: StarterEncoder, photo: bytes) -> NDArray[np.float32]:
    image = decode(photo, encoder.decode_side_px).image
    return encoder.encode_images([encoder.preprocess(image)])[0]


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_camera_photo_embeds_as_by_open_clips_transform_on_the_full_decode(
    encoder: StarterEncoder, reference_transform: Callable[[Image.Image], Any], sample: str
) -> None:
    photo = camera_jpeg(sample)
    with Image.open(io.BytesIO(photo)) as full:
        pixels = reference_transform(full).numpy()
    assert embed(encoder, photo) @ encoder.encode_images([pixels])[0] >= 0.995


def test_a_photo_stored_in_any_orientation_embeds_as_the_same_picture(
    encoder: StarterEncoder,
) -> None:
    each = np.stack([embed(encoder, camera_jpeg("coffee", turn)) for turn in range(1, 9)])
    assert (each @ each.T).min() >= 0.98
