"""What a photo goes through before an image tower: open_clip's transform, in Pillow and NumPy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from photosearch.model.weights import fingerprint_config

if TYPE_CHECKING:
    from PIL.Image import Image

    from photosearch.types import Pixels

_CLIP_MEAN = (0.48145466, 0.4578275, 0.40821073)
_CLIP_DEVIATION = (0.26862954, 0.26130258, 0.27577711)
_KEYS = ("mean", "std", "interpolation", "resize_mode")


@dataclass(frozen=True, slots=True)
class Preprocessing:
    """How a model's images are resized, cropped and normalised.

    Attributes:
        height_px, width_px: of what the tower reads.
        mean, deviation: of each channel, for values from 0 to 1.
        interpolation: ``bicubic`` or ``bilinear``.
        resize_mode: ``shortest`` fills the frame and crops, ``longest`` fits into it and pads,
            ``squash`` changes the proportions.
        fill: the value of padding, 0 to 255.
    """

    height_px: int
    width_px: int
    mean: tuple[float, float, float] = _CLIP_MEAN
    deviation: tuple[float, float, float] = _CLIP_DEVIATION
    interpolation: str = "bicubic"
    resize_mode: str = "shortest"
    fill: int = 0

    @classmethod
    def of(cls, config: Mapping[str, Any], size_px: int | tuple[int, int]) -> Preprocessing:
        """What a ``preprocess_cfg`` says, with open_clip's defaults for what it does not say.

        Args:
            size_px: of the image tower, ``(height, width)`` if the two differ.
        """
        height, width = (size_px, size_px) if isinstance(size_px, int) else size_px
        return cls(
            int(height),
            int(width),
            _channels(config.get("mean"), _CLIP_MEAN),
            _channels(config.get("std"), _CLIP_DEVIATION),
            "bilinear" if config.get("interpolation") == "bilinear" else "bicubic",
            str(config.get("resize_mode") or "shortest"),
            int(config.get("fill_color") or 0),
        )

    def fingerprint(self, *, has_quick_gelu: bool) -> str:
        """What it is part of a model's identity by: other pixels make other embeddings."""
        named = {
            "mean": self.mean,
            "std": self.deviation,
            "interpolation": self.interpolation,
            "resize_mode": self.resize_mode,
            "size": (self.height_px, self.width_px),
            "quick_gelu": has_quick_gelu,
        }
        return fingerprint_config(named | ({"fill_color": self.fill} if self.fill else {}))

    def pixels_of(self, image: Image) -> Pixels:
        """Prepare an upright image as open_clip's eval transform does: float32 ``(3, h, w)``."""
        # Pillow copies a picture that it need not convert, too: 3 MB for a drafted camera photo.
        rgb = image if image.mode == "RGB" else image.convert("RGB")
        framed = self._framed(self._resized(rgb))
        values = np.asarray(framed, dtype=np.float32)
        planes = np.ascontiguousarray(values.transpose(2, 0, 1))
        planes /= np.float32(255.0)
        planes -= np.array(self.mean, np.float32)[:, None, None]
        planes /= np.array(self.deviation, np.float32)[:, None, None]
        return planes

    def _resized(self, image: Image) -> Image:
        from PIL.Image import Resampling

        size = self._size_after(image.width, image.height)
        is_bilinear = self.interpolation == "bilinear" and not self._is_oblong_shortest()
        kernel = Resampling.BILINEAR if is_bilinear else Resampling.BICUBIC
        return image if image.size == size else image.resize(size, kernel)

    def _is_oblong_shortest(self) -> bool:
        """The one case where open_clip does not look at the interpolation."""
        return self.resize_mode == "shortest" and self.height_px != self.width_px

    def _size_after(self, width: int, height: int) -> tuple[int, int]:
        """The size ``(width, height)`` that an image has before it is cropped or padded."""
        if self.resize_mode == "squash":
            return self.width_px, self.height_px
        if self.resize_mode == "shortest" and self.height_px == self.width_px:
            side = self.height_px  # torchvision's way of rounding: down
            if width <= height:
                return side, int(side * height / width)
            return int(side * width / height), side
        choose = max if self.resize_mode == "longest" else min
        ratio = choose(height / self.height_px, width / self.width_px)
        return max(1, round(width / ratio)), max(1, round(height / ratio))

    def _framed(self, image: Image) -> Image:
        """Crop around the centre, or pad, to just what the tower reads."""
        width, height = self.width_px, self.height_px
        if image.size == (width, height):
            return image
        image = self._padded(image)
        left = round((image.width - width) / 2.0)
        top = round((image.height - height) / 2.0)
        return image.crop((left, top, left + width, top + height))

    def _padded(self, image: Image) -> Image:
        from PIL import Image as Images

        missing = max(0, self.width_px - image.width), max(0, self.height_px - image.height)
        if missing == (0, 0):
            return image
        fill = self.fill if self.resize_mode == "longest" else 0
        padded = Images.new(
            "RGB", (image.width + missing[0], image.height + missing[1]), (fill, fill, fill)
        )
        padded.paste(image, (missing[0] // 2, missing[1] // 2))
        return padded


def _channels(given: Any, default: tuple[float, ...]) -> tuple[float, float, float]:
    """One number for each channel; open_clip also takes one for all."""
    values = given or default
    red, green, blue = values if isinstance(values, list | tuple) else (values,) * 3
    return float(red), float(green), float(blue)
