"""A folder of 12-megapixel JPEGs with the statistics of camera files, made from sample photos."""

from __future__ import annotations

import os
from collections.abc import Iterator
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from PIL import Image, ImageChops, ImageEnhance, ImageFilter
from rows import say

SIZE_PX = (4000, 3000)
_SEED = 2026
_MARGIN_PX = 96
_BASE_PX = (SIZE_PX[0] + 2 * _MARGIN_PX, SIZE_PX[1] + 2 * _MARGIN_PX)
_GRAIN_TILE_PX = 1021
_VERSION = 1
"""Part of the folder's name: raise it when the pictures change."""
_VARIATIONS = 13
"""Files made of one base picture."""
_QUALITY = 90
_GRAIN = 15.0
"""Standard deviation of the noise: it brings the files to the 3 to 6 MB of a camera's."""
_SAMPLES = ("astronaut", "chelsea", "coffee", "rocket", "china.jpg", "flower.jpg")
_TEXTURES = ("grass", "gravel", "brick")


def make_photos(cache_dir: Path, count: int) -> Path:
    """The folder of ``count`` different photos, generated on all cores unless it is there."""
    folder = cache_dir / f"photos-{SIZE_PX[0]}x{SIZE_PX[1]}-v{_VERSION}-{count}"
    if (folder / ".done").exists():
        return folder
    say(f"Making {count} photos of {SIZE_PX[0]} x {SIZE_PX[1]} pixels in {folder} …")
    jobs = [
        (folder, base, min(_VARIATIONS, count - first))
        for base, first in enumerate(range(0, count, _VARIATIONS))
    ]
    with get_context("spawn").Pool(os.cpu_count()) as pool:
        pool.starmap(_write_variations, jobs, chunksize=1)
    (folder / ".done").touch()
    return folder


def _write_variations(folder: Path, base_number: int, count: int) -> None:
    """Crops of one base picture under changing light: other bytes, the same statistics."""
    target = folder / f"{base_number // 10:02}"
    target.mkdir(parents=True, exist_ok=True)
    chance = np.random.default_rng((_SEED, base_number))
    base = ImageChops.add(_base_picture(chance), _grain(chance), 1, -128)
    for number in range(count):
        left, top = (int(chance.integers(2 * _MARGIN_PX)) for _ in range(2))
        picture = base.crop((left, top, left + SIZE_PX[0], top + SIZE_PX[1]))
        picture = ImageEnhance.Brightness(picture).enhance(1.0 + 0.02 * (number - count // 2))
        path = target / f"{base_number:03}-{number:02}.jpg"
        picture.save(path, quality=_QUALITY, subsampling="4:2:0", exif=_exif(number))


def _base_picture(chance: np.random.Generator) -> Image.Image:
    """Two sample photos blended, with a texture on top for detail that no upscaling gives."""
    first, second = (
        _crop(sample, chance)
        for sample in chance.choice(np.array([*_load(_SAMPLES)], dtype=object), 2, replace=False)
    )
    blend = Image.blend(first, second, float(chance.uniform(0.15, 0.35)))
    texture = _tile(list(_load(_TEXTURES))[chance.integers(len(_TEXTURES))])
    return Image.blend(blend, texture, float(chance.uniform(0.04, 0.14)))


def sample_pictures() -> list[Image.Image]:
    """The sample photos themselves."""
    return list(_load(_SAMPLES))


def _load(names: tuple[str, ...]) -> Iterator[Image.Image]:
    import skimage.data
    from sklearn.datasets import load_sample_image

    for name in names:
        pixels = load_sample_image(name) if "." in name else getattr(skimage.data, name)()
        yield Image.fromarray(pixels).convert("RGB")


def _crop(sample: Image.Image, chance: np.random.Generator) -> Image.Image:
    share = chance.uniform(0.6, 1.0)
    width_px = share * min(sample.width, sample.height * SIZE_PX[0] / SIZE_PX[1])
    height_px = width_px * SIZE_PX[1] / SIZE_PX[0]
    left = chance.uniform(0, sample.width - width_px)
    top = chance.uniform(0, sample.height - height_px)
    box = (left, top, left + width_px, top + height_px)
    picture = sample.resize(_BASE_PX, Image.Resampling.BICUBIC, box=box)
    turned = chance.random() < 0.5
    return picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if turned else picture


def _tile(tile: Image.Image) -> Image.Image:
    tiled = Image.new("RGB", _BASE_PX)
    for left in range(0, _BASE_PX[0], tile.width):
        for top in range(0, _BASE_PX[1], tile.height):
            tiled.paste(tile, (left, top))
    return tiled


def _grain(chance: np.random.Generator) -> Image.Image:
    """Noise around 128, a little soft, as demosaicing and denoising leave it."""
    noise = chance.normal(128, _GRAIN, (_GRAIN_TILE_PX, _GRAIN_TILE_PX, 3)).clip(0, 255)
    return _tile(Image.fromarray(noise.astype(np.uint8)).filter(ImageFilter.GaussianBlur(0.5)))


def _exif(number: int) -> Image.Exif:
    exif = Image.Exif()
    exif[271], exif[272] = "Photosearch", "Benchmark 12"  # make, model
    exif[306] = f"2024:05:{number + 1:02} 12:30:00"
    return exif
