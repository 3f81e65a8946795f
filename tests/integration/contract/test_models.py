"""What holds for models and settings, whether the engine is here or asked over HTTP."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from asked import indexed, names

from photosearch.errors import (
    ModelError,
    SettingsError,
)
from photosearch.interface import PhotoSearch

MakePhoto = Callable[..., Path]


def test_settings_are_changed_by_name_and_kept(searched: PhotoSearch) -> None:
    before = searched.settings
    assert searched.change_settings({"batch_size": 4}) == replace(before, batch_size=4)
    assert searched.settings.batch_size == 4
    for changes, error in (
        ({"batch_size": 0}, SettingsError),
        ({"no such": 1}, SettingsError),
        ({"model": "no such model"}, ModelError),
    ):
        with pytest.raises(error):
            searched.change_settings(changes)
    assert searched.settings.batch_size == 4


def test_the_list_of_models_says_what_each_has_and_which_one_answers(
    searched: PhotoSearch, library: Path, make_photo: MakePhoto
) -> None:
    for number in range(3):
        make_photo(f"{number}.png")
    searched.add_root(library)
    indexed(searched)
    first, *others = searched.models()
    assert first.name == "starter"
    assert (first.embedded, first.remaining, first.is_installed) == (3, 0, True)
    assert (first.is_chosen, first.is_searching) == (True, True)
    assert first.card is not None
    assert first.card.download_bytes == 0
    assert first.index_bytes > 0
    assert {one.remaining for one in others} == {3}
    assert not any(one.is_installed or one.is_chosen or one.is_searching for one in others)
    assert sum(one.card is not None and one.card.is_default for one in others) == 1


def test_what_is_needed_of_models_is_not_deleted(
    searched: PhotoSearch, library: Path, make_photo: MakePhoto
) -> None:
    make_photo("a.png")
    searched.add_root(library)
    indexed(searched)
    for delete in (searched.delete_vectors, searched.delete_model):
        for name in ("starter", "net/unknown"):
            with pytest.raises(ModelError) as refused:
                delete(name)
            assert refused.value.hint
    assert names(searched, text="red") == ["a.png"]


def test_a_model_that_is_chosen_and_not_here_leaves_the_one_before_at_work(
    searched: PhotoSearch, library: Path, make_photo: MakePhoto
) -> None:
    make_photo("a.png")
    searched.add_root(library)
    indexed(searched)
    searched.change_settings({"model": "bad/model"})
    make_photo("b.png")
    until = time.monotonic() + 120  # a service leaves a file alone for as long as it is written
    while sorted(names(searched, text="red")) != ["a.png", "b.png"]:
        assert time.monotonic() < until
        indexed(searched)
    chosen = {one.name: one for one in searched.models()}["bad/model"]
    assert (chosen.is_chosen, chosen.is_searching, chosen.is_installed) == (True, False, False)
    status = searched.status()
    assert status.switch is None
    searched.change_settings({"model": "starter"})
    assert searched.status().notices == ()
