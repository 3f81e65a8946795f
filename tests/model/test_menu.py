"""The menu of models: whole, honest about licences, and true to what open_clip publishes."""

from __future__ import annotations

from pathlib import Path

import pytest

from photosearch.errors import ModelError
from photosearch.model.menu import FILE, MenuEntry, default_entry, menu
from photosearch.model.torchvision_shim import declare_missing_operators
from photosearch.paths import resource_dir

_ENTRIES = menu(resource_dir())
_PUBLISHED = [entry for entry in _ENTRIES if entry.repository]
_PERMISSIVE = {"MIT", "Apache-2.0"}


def test_the_menu_has_six_to_ten_models_and_begins_with_the_starter() -> None:
    assert 6 <= len(_ENTRIES) <= 10
    assert [entry.name for entry in _ENTRIES if entry.repository is None] == ["starter"]
    assert _ENTRIES[0].name == "starter"
    assert _ENTRIES[0].architecture == "starter"
    assert len({entry.name for entry in _ENTRIES}) == len(_ENTRIES)


def test_the_menu_has_a_multilingual_and_a_siglip_2_model() -> None:
    assert any("SigLIP2" in entry.name for entry in _ENTRIES)
    assert any("mul" in entry.card.languages for entry in _ENTRIES)


def test_one_model_is_offered_first_and_anybody_may_use_it() -> None:
    assert [e.name for e in _ENTRIES if e.card.is_default] == [default_entry(_ENTRIES).name]
    assert default_entry(_ENTRIES).card.licence in _PERMISSIVE


def test_what_only_research_may_use_is_marked() -> None:
    marked = {entry.name for entry in _ENTRIES if entry.card.is_research_only}
    assert marked == {entry.name for entry in _ENTRIES if entry.card.licence not in _PERMISSIVE}


@pytest.mark.parametrize("entry", _PUBLISHED, ids=lambda entry: entry.name)
def test_open_clip_publishes_a_model_at_the_repository_that_the_menu_names(
    entry: MenuEntry,
) -> None:
    declare_missing_operators()
    import open_clip

    tag = entry.name.rpartition("/")[2]
    published = open_clip.get_pretrained_cfg(entry.architecture, tag)
    assert published["hf_hub"] == f"{entry.repository}/"
    assert open_clip.get_model_config(entry.architecture)["embed_dim"] == entry.card.dimension


@pytest.mark.parametrize("entry", _PUBLISHED, ids=lambda entry: entry.name)
def test_figures_are_fractions_sizes_are_there_and_sources_are_told(entry: MenuEntry) -> None:
    card = entry.card
    figures = (card.flickr30k_recall_at_1, card.coco_recall_at_1, card.imagenet_top_1)
    assert all(0.2 < figure < 1.0 for figure in figures if figure is not None)
    assert any(figure is not None for figure in figures)
    assert card.download_bytes > 100_000_000
    assert card.image_gflops > 1
    assert card.text_gflops > 1
    assert card.source


@pytest.mark.parametrize(
    "text", ["", "[[model]]", "[[model]]\nname = 'x'\nsize = 3", "[[model"], ids=repr
)
def test_a_menu_that_is_damaged_says_so(text: str, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(text)

    with pytest.raises(ModelError, match="menu of models"):
        menu(tmp_path)
