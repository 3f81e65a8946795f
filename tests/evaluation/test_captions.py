"""Retrieval by captions, of a model that knows colours and of others beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from photosearch.errors import DatasetError
from photosearch.evaluation.captions import (
    EmbeddedCaptions,
    compare,
    embed_captions,
    report_captions,
)
from photosearch.evaluation.dataset import Annotation
from photosearch.evaluation.report import Comparison, RetrievalReport
from photosearch.model.fake import FakeEncoder

MakePhoto = Callable[..., Path]

COLOURS = ("red", "green", "blue", "yellow")


class ColourBlind(FakeEncoder):
    """Takes every text for one about red."""

    spec = replace(FakeEncoder.spec, name="blind", architecture="blind")

    def encode_texts(self, texts: Sequence[str]) -> np.ndarray:
        return super().encode_texts(["red"] * len(texts))


def embedded(encoder: FakeEncoder, library: Path, pairs: Sequence[Annotation]) -> EmbeddedCaptions:
    found = list(embed_captions(encoder, library, pairs))[-1]
    assert isinstance(found, EmbeddedCaptions)
    return found


def measure(encoder: FakeEncoder, library: Path, pairs: Sequence[Annotation]) -> RetrievalReport:
    return report_captions(embedded(encoder, library, pairs))


@pytest.fixture
def pairs(make_photo: MakePhoto) -> list[Annotation]:
    """Four photos, two captions each."""
    names = {colour: make_photo(f"{colour}.png", colour).name for colour in COLOURS}
    return [Annotation(names[c], text) for c in COLOURS for text in (c, f"something {c}")]


def test_captions_that_name_their_photos_colour_are_all_found(
    library: Path, make_photo: MakePhoto, encoder: FakeEncoder
) -> None:
    colours = ["red", "green", "blue"]
    pairs = [Annotation(make_photo(f"{c}.png", c).name, f"a {c} thing") for c in colours]
    report = measure(encoder, library, pairs)
    assert report == RetrievalReport("fake", 3, 3, 1.0, 1.0, 1.0, 1.0, 1.0)


def test_a_caption_of_the_wrong_colour_lowers_the_figures_as_computed_by_hand(
    library: Path, make_photo: MakePhoto, encoder: FakeEncoder
) -> None:
    make_photo("red.png", "red")
    make_photo("blue.png", "blue")
    pairs = [Annotation("red.png", "red"), Annotation("blue.png", "red")]
    report = measure(encoder, library, pairs)
    assert (report.recall_at_1, report.recall_at_5) == (0.5, 1.0)
    assert (report.median_rank, report.mean_reciprocal_rank) == (1.5, 0.75)


def test_photos_that_cannot_be_read_are_left_out_and_listed(
    library: Path, make_photo: MakePhoto, encoder: FakeEncoder
) -> None:
    make_photo("red.png", "red")
    (library / "bad.png").touch()
    pairs = [Annotation(n, "red") for n in ("bad.png", "red.png", "missing.png")]
    report = measure(encoder, library, pairs)
    assert (report.photos, report.captions, report.recall_at_1) == (1, 1, 1.0)
    assert [s.path.name for s in report.skipped] == ["bad.png", "missing.png"]


def test_a_folder_without_any_of_the_photos_is_an_error(
    library: Path, encoder: FakeEncoder
) -> None:
    with pytest.raises(DatasetError, match="--photos"):
        measure(encoder, library, [Annotation("missing.png", "red")])


def test_an_image_name_with_a_nul_is_left_out_and_listed(
    library: Path, make_photo: MakePhoto, encoder: FakeEncoder
) -> None:
    make_photo("red.png", "red")
    pairs = [Annotation(name, "red") for name in ("red.png", "a\0b.png")]
    report = measure(encoder, library, pairs)
    assert (report.photos, len(report.skipped)) == (1, 1)


def test_every_caption_of_a_photo_is_a_query_of_its_own(
    encoder: FakeEncoder, library: Path, make_photo: MakePhoto
) -> None:
    make_photo("red.png", "red")
    make_photo("blue.png", "blue")
    texts = ("red", "blue", "blue", "blue")  # said of the red photo: one of four is right
    pairs = [Annotation("red.png", text) for text in texts] + [Annotation("blue.png", "blue")]
    report = measure(encoder, library, pairs)
    assert (report.photos, report.captions, report.recall_at_1) == (2, 5, 0.4)


def test_ranks_are_the_same_whether_scores_fit_into_one_block_or_not(
    encoder: FakeEncoder,
    library: Path,
    pairs: list[Annotation],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = embedded(encoder, library, pairs).ranks()
    monkeypatch.setattr("photosearch.evaluation.captions._CAPTIONS_AT_ONCE", 3)
    assert embedded(encoder, library, pairs).ranks().tolist() == whole.tolist()


def test_a_model_compared_with_itself_differs_in_nothing(
    encoder: FakeEncoder, library: Path, pairs: list[Annotation]
) -> None:
    one = embedded(encoder, library, pairs)
    found = compare(one, one)
    assert found.first == found.second
    assert found.recall_at_1_interval == (0.0, 0.0)
    assert (found.image_cka, found.text_cka) == pytest.approx((1.0, 1.0))


def test_two_models_stand_side_by_side_with_hand_computed_figures(
    encoder: FakeEncoder, library: Path, pairs: list[Annotation]
) -> None:
    blind = embedded(ColourBlind(), library, pairs)
    found = compare(blind, embedded(encoder, library, pairs))
    assert isinstance(found, Comparison)
    assert (found.first.model, found.second.model) == ("blind", "fake")
    # Two of eight captions are about red, which is all that the blind one finds.
    assert (found.first.recall_at_1, found.second.recall_at_1) == (0.25, 1.0)
    low, high = found.recall_at_1_interval
    assert 0.0 <= low < 0.75 <= high == 1.0
    assert found.image_cka == pytest.approx(1.0)  # they see alike
    assert found.text_cka is None  # the blind one puts all texts in one place
    assert all(speed.photos_per_s > 0 and speed.ms_per_text > 0 for speed in found.speeds)


def test_two_models_are_compared_on_the_photos_that_both_could_use(
    encoder: FakeEncoder, library: Path, pairs: list[Annotation]
) -> None:
    first = embedded(encoder, library, pairs)
    (library / "green.png").write_bytes(b"no picture any more")
    second = embedded(encoder, library, pairs)
    for found in (compare(first, second), compare(second, first)):
        assert (found.first.photos, found.first.captions) == (3, 6)
        assert found.first == found.second
        assert [one.path.name for one in found.first.skipped] == ["green.png"]
        assert found.image_cka == pytest.approx(1.0)
        assert found.recall_at_1_interval == (0.0, 0.0)


def test_models_that_share_no_photo_cannot_be_compared(
    encoder: FakeEncoder, library: Path, pairs: list[Annotation]
) -> None:
    first, second = (embedded(encoder, library, some) for some in (pairs[:2], pairs[2:]))
    with pytest.raises(DatasetError, match="both"):
        compare(first, second)
