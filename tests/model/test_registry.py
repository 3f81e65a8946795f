"""Model names: the three forms, and what is none of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from photosearch.errors import ModelError, SettingsError
from photosearch.model.registry import ModelName, parse_model_name


@pytest.mark.parametrize(
    ("name", "parsed"),
    [
        ("starter", ModelName("starter")),
        ("ViT-B-32/openai", ModelName("ViT-B-32", tag="openai")),
        ("hf-hub:timm/ViT/tag", ModelName("hf-hub:timm/ViT", tag="tag")),
        ("ViT-B-32@/a/b.pt", ModelName("ViT-B-32", checkpoint=Path("/a/b.pt"))),
    ],
)
def test_a_name_has_one_of_three_forms(name: str, parsed: ModelName) -> None:
    assert parse_model_name(name) == parsed


@pytest.mark.parametrize(
    "name", ["", "ViT-B-32", "/tag", "ViT-B-32/", "@file", "starter/x", "starter@/a/b.pt"]
)
def test_another_name_is_refused(name: str) -> None:
    with pytest.raises(ModelError, match="There is no model"):
        parse_model_name(name)


def test_weights_in_the_home_of_nobody_are_refused() -> None:
    with pytest.raises(SettingsError, match="nosuchuser"):
        parse_model_name("ViT-B-32@~nosuchuser/f.pt")
