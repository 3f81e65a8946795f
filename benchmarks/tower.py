"""The starter's image tower against ViT-B/32 in torch, in images a second."""

from __future__ import annotations

from meters import CORES
from rows import Options, Row, run_script
from tower_speed import measure as compare
from tower_speed import starter_run, vit_run

from photosearch.paths import AppPaths

_LEAST_RATIO = 2.5


def measure(options: Options) -> list[Row]:
    """Encode the same number of images with both, by turns."""
    images, rounds = (4, 2) if options.is_quick else (32, 7)
    starter = starter_run(AppPaths.choose().models, CORES, images)
    speeds = compare({"starter": starter, "vit_b_32": vit_run(CORES, images)}, rounds, images)
    each, ratio, lowest = speeds["images_per_second"], speeds["ratio"], speeds["ratio_lowest"]
    assert isinstance(each, dict)
    assert isinstance(ratio, float)
    assert isinstance(lowest, float)
    details = {f"{name}_images_a_second": speed for name, speed in each.items()}
    return [
        Row(
            "speed of the starter's image tower to ViT-B/32",
            ratio,
            "x",
            at_least=_LEAST_RATIO,
            details={**details, "lowest_of_rounds": lowest},
        )
    ]


if __name__ == "__main__":
    run_script(measure)
