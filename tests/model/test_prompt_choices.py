"""The choice of prompts for each model: kept, shipped, damaged or missing."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from pathlib import Path

import pytest

from photosearch.errors import SettingsError
from photosearch.model.fake import FakeEncoder
from photosearch.model.prompt_choices import PromptChoice, PromptChoices
from photosearch.model.prompts import BARE
from photosearch.model.starter import StarterEncoder
from photosearch.paths import AppPaths, resource_dir

SPEC = FakeEncoder.spec
CHOICE = PromptChoice("fake", ("{}", "the {}"), 20, 100, 0.5, 0.4)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return tmp_path / "own.json"


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    return tmp_path / "shipped.json"


@pytest.fixture
def choices(own: Path, shipped: Path) -> PromptChoices:
    return PromptChoices(own, shipped)


def test_a_model_that_nobody_measured_gets_words_as_they_are(choices: PromptChoices) -> None:
    assert choices.templates(SPEC) == BARE


def test_what_was_kept_is_used_for_these_weights_alone(choices: PromptChoices) -> None:
    choices.save(SPEC, CHOICE)
    assert choices.templates(SPEC) == ("{}", "the {}")
    assert choices.templates(replace(SPEC, weights_fingerprint="f" * 16)) == BARE


def test_what_was_measured_here_goes_before_what_is_shipped(
    choices: PromptChoices, shipped: Path
) -> None:
    shipped.write_text(json.dumps({SPEC.key: {"templates": ["{}", "a {}"]}}))
    assert choices.templates(SPEC) == ("{}", "a {}")
    choices.save(SPEC, replace(CHOICE, templates=BARE))
    assert choices.templates(SPEC) == BARE


def test_a_second_model_does_not_displace_the_first(choices: PromptChoices) -> None:
    other = replace(SPEC, architecture="other")
    choices.save(SPEC, CHOICE)
    choices.save(other, replace(CHOICE, templates=("{}", "an {}")))
    assert choices.templates(SPEC) == ("{}", "the {}")
    assert choices.templates(other) == ("{}", "an {}")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[" * 100_000,
        "[]",
        "3",
        '{"KEY": 3}',
        '{"KEY": {}}',
        '{"KEY": {"templates": "{}"}}',
        '{"KEY": {"templates": []}}',
        '{"KEY": {"templates": [3, "no braces"]}}',
        json.dumps({"KEY": {"templates": ["{}"] * 1_000}}),
    ],
)
def test_a_file_that_makes_no_sense_counts_for_nothing_and_can_be_replaced(
    choices: PromptChoices, own: Path, text: str
) -> None:
    own.write_text(text.replace("KEY", SPEC.key))
    assert choices.templates(SPEC) == BARE
    choices.save(SPEC, CHOICE)
    assert choices.templates(SPEC) == ("{}", "the {}")


def test_a_damaged_file_is_told_in_the_log(
    choices: PromptChoices, own: Path, caplog: pytest.LogCaptureFixture
) -> None:
    own.write_bytes(b"\xff")
    with caplog.at_level(logging.WARNING):
        choices.templates(SPEC)
    assert str(own) in caplog.text


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    choices = PromptChoices(tmp_path / "missing" / "own.json", tmp_path / "shipped.json")
    with pytest.raises(SettingsError, match="missing"):
        choices.save(SPEC, CHOICE)


def test_the_starter_comes_with_the_choice_that_was_measured_for_it(
    encoder: StarterEncoder, paths: AppPaths
) -> None:
    measured = json.loads((resource_dir() / "prompts.json").read_text(encoding="utf-8"))
    assert list(measured) == [encoder.spec.key]  # else measure the new heads: photosearch evaluate
    templates = PromptChoices.of(paths).templates(encoder.spec)
    assert list(templates) == measured[encoder.spec.key]["templates"]
    assert len(templates) == 3
