"""Our pixels are those of open_clip's eval transform, for any size and mode."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from photosearch.model.preprocessing import Preprocessing
from photosearch.model.torchvision_shim import declare_missing_operators

MODES = ("shortest", "longest", "squash")
SIZES = [(1, 1), (9, 300), (224, 224), (225, 224), (640, 427), (333, 1000), (31, 33), (97, 3)]


def theirs(config: dict[str, Any], size: int | tuple[int, int], image: Image.Image) -> Any:
    declare_missing_operators()
    from open_clip.transform import PreprocessCfg, image_transform_v2

    transform = image_transform_v2(PreprocessCfg(size=size, **config), is_train=False)
    return transform(image).numpy()


def noise(size: tuple[int, int]) -> Image.Image:
    random = np.random.default_rng(size[0])
    return Image.fromarray(random.integers(0, 256, (size[1], size[0], 3), np.uint8))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("interpolation", ["bicubic", "bilinear"])
@pytest.mark.parametrize("size", SIZES)
def test_pixels_are_open_clips(mode: str, interpolation: str, size: tuple[int, int]) -> None:
    config = {"resize_mode": mode, "interpolation": interpolation}
    ours = Preprocessing.of(config, 32).pixels_of(noise(size))
    assert ours.dtype == np.float32
    assert ours == pytest.approx(theirs(config, 32, noise(size)), abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(
    mode=st.sampled_from(MODES),
    width=st.integers(20, 400),
    height=st.integers(20, 400),
    target=st.sampled_from([16, 33, (24, 40), (40, 17)]),
)
def test_pixels_are_open_clips_for_any_proportions(
    mode: str, width: int, height: int, target: Any
) -> None:
    config = {"resize_mode": mode, "mean": (0.5, 0.4, 0.3), "std": (0.2, 0.3, 0.4)}
    image = noise((width, height))
    ours = Preprocessing.of(config, target).pixels_of(image)
    assert ours == pytest.approx(theirs(config, target, image), abs=1e-5)


def test_the_padding_of_longest_has_the_models_colour() -> None:
    config = {"resize_mode": "longest", "fill_color": 200}
    ours = Preprocessing.of(config, 32).pixels_of(noise((300, 90)))
    assert ours == pytest.approx(theirs(config, 32, noise((300, 90))), abs=1e-6)


@pytest.mark.parametrize("mode", MODES)
def test_a_line_of_pixels_is_prepared_too(mode: str) -> None:
    pixels = Preprocessing.of({"resize_mode": mode}, 32).pixels_of(noise((1, 300)))
    assert pixels.shape == (3, 32, 32)


def test_an_image_of_another_mode_is_read_as_rgb() -> None:
    preprocessing = Preprocessing.of({}, 32)
    grey = noise((50, 40)).convert("L")
    assert preprocessing.pixels_of(grey) == pytest.approx(
        preprocessing.pixels_of(grey.convert("RGB"))
    )


def test_one_number_stands_for_all_channels() -> None:
    assert Preprocessing.of({"mean": 0.5, "std": [0.1, 0.2, 0.3]}, 8).mean == (0.5, 0.5, 0.5)


def test_what_changes_the_pixels_changes_the_fingerprint() -> None:
    plain = Preprocessing.of({}, 224)
    others = [
        Preprocessing.of({}, 256),
        Preprocessing.of({}, (224, 256)),
        Preprocessing.of({"mean": [0.5] * 3}, 224),
        Preprocessing.of({"std": [0.5] * 3}, 224),
        Preprocessing.of({"interpolation": "bilinear"}, 224),
        Preprocessing.of({"resize_mode": "squash"}, 224),
        Preprocessing.of({"fill_color": 9}, 224),
    ]
    prints = {p.fingerprint(has_quick_gelu=False) for p in [plain, *others]}
    prints.add(plain.fingerprint(has_quick_gelu=True))
    assert len(prints) == len(others) + 2
    assert plain.fingerprint(has_quick_gelu=False) == Preprocessing.of(
        {"resize_mode": "shortest", "interpolation": "bicubic"}, (224, 224)
    ).fingerprint(has_quick_gelu=False)
