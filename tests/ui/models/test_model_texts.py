"""Models in words for a photographer."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QLocale

from photosearch.client.fake_models import CARDS, fake_card
from photosearch.model_info import Download, DownloadState, ModelInfo
from ui.models.amounts import duration_text, number_text, percent_text, rate_text, rough_size_text
from ui.models.model_texts import (
    cost_text,
    details,
    figures,
    languages_text,
    licence_text,
    size_of,
    speed_text,
    standing_share,
    standing_text,
    time_text,
    title_of,
    wants_english,
)

pytestmark = pytest.mark.usefixtures("british")

STARTER, MANY, ENGLISH, RESEARCH = CARDS


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "less than a minute"),
        (60, "1 min"),
        (2_400, "40 min"),
        (5_400, "90 min"),
        (6_000, "1.7 h"),
        (7_200, "2 h"),
        (14_285, "4 h"),
        (40_000, "11 h"),
        (5 * 86_400, "5 day(s)"),
    ],
)
def test_times_are_as_exact_as_one_can_know(seconds, text):
    assert duration_text(seconds) == text


def test_amounts_are_short():
    assert number_text(4.23) == "4.2"
    assert number_text(31.4) == "31"
    assert percent_text(0.349) == "34 %"
    assert percent_text(0.9999) == "99 %"
    assert percent_text(0.29) == "29 %"
    assert percent_text(0.4837, decimals=1) == "48.4 %"
    assert rate_text(2_100_000) == "2.1 MB/s"
    assert rough_size_text(605_400_000) == "605 MB"
    assert rough_size_text(1_500_000_000) == "1.5 GB"
    assert rough_size_text(2_000) == "2.0 kB"


@pytest.mark.parametrize(
    ("languages", "text"),
    [
        (("en",), "English"),
        (("mul",), "Many languages"),
        (("en", "de"), "English, Deutsch"),
        (("en", "de", "fr", "es"), "4 language(s)"),
    ],
)
def test_languages_are_named(languages, text):
    assert languages_text(fake_card("a/b", "A", languages=languages)) == text


def test_a_licence_for_research_only_is_marked():
    assert licence_text(MANY) == "Apache-2.0"
    assert licence_text(RESEARCH) == "Apple-ML-Research, for research only"


def test_the_size_is_of_the_download_or_of_what_is_here():
    assert size_of(ModelInfo(STARTER.name, STARTER, is_installed=True)) == "No download"
    assert size_of(ModelInfo(MANY.name, MANY)) == "1.5 GB download"
    installed = ModelInfo(MANY.name, MANY, is_installed=True, weights_bytes=1_490_000_000)
    assert size_of(installed) == "1.5 GB on this disk"
    assert size_of(ModelInfo("mine")) == ""


def test_speed_and_time_are_this_machines():
    info = ModelInfo(MANY.name, MANY, remaining=60_000)
    assert speed_text(info) == "Speed here: not measured yet"
    assert time_text(info) == ""
    info = replace(info, photos_per_s=4.2)
    assert speed_text(info) == "4.2 photos/s here"
    assert time_text(info) == "about 4 h for your 60,000 photos"
    begun = replace(info, embedded=20_000, remaining=40_000)
    assert time_text(begun) == "about 2.6 h for the 40,000 photos left"
    assert time_text(replace(info, remaining=0)) == ""
    assert time_text(replace(info, remaining=80)) == "less than a minute for all photos"


def test_published_figures_are_sentences_with_their_source():
    lines = details(ModelInfo(MANY.name, MANY))
    assert lines[0] == "COCO: 48.0 % of captions find their own photo first, of 5,000."
    assert "Source: https://example.org/figures" in lines
    assert any(line.endswith(MANY.name) for line in lines)
    assert len(figures(MANY)) == 3


def test_figures_that_are_not_published_are_not_made_up():
    assert figures(STARTER) == ()
    assert details(ModelInfo(STARTER.name, STARTER))[0] == "No figures are published."


def test_names_of_models_of_ones_own_are_shown_as_they_are():
    assert title_of(ModelInfo("ViT-B-32@/a\nb.pt")) == "ViT-B-32@/a\\nb.pt"
    assert details(ModelInfo("<b>mine</b>")) == ("<b>mine</b>",)


# -- what using one costs


@pytest.fixture
def library(open_library, service):
    return open_library(service)


def test_the_cost_of_a_model_is_one_line(library):
    info = ModelInfo(MANY.name, MANY, remaining=60_000, photos_per_s=4.2)
    assert cost_text(info, library) == (
        "Downloads 1.5 GB to this computer, once. Looks through 60,000 photos: about 4 h. "
        "Starter goes on searching until then."
    )
    assert "Looks through 80 photos in less than a minute." in cost_text(
        replace(info, remaining=80), library
    )
    unmeasured = replace(info, photos_per_s=None, is_installed=True)
    assert cost_text(unmeasured, library) == (
        "Looks through 60,000 photos. Starter goes on searching until then."
    )
    assert cost_text(replace(info, remaining=0), library) == (
        "Downloads 1.5 GB to this computer, once."
    )
    assert cost_text(replace(info, remaining=0, is_installed=True), library) == ""


def test_a_licence_for_research_only_is_said_before_it_is_used(library):
    text = cost_text(ModelInfo(RESEARCH.name, RESEARCH), library)
    assert "Its licence allows research only." in text


# -- where it is


@pytest.mark.parametrize(
    ("download", "text", "share"),
    [
        (
            Download(DownloadState.RUNNING, 510_000_000, 1_500_000_000, 2_100_000),
            "Downloading: 34 %, 2.1 MB/s, 8 min left",
            0.34,
        ),
        (Download(DownloadState.RUNNING, 0, 1_000), "Downloading: 0 %", 0.0),
        (Download(DownloadState.RUNNING, 7_000_000, None), "Downloading: 7 MB", None),
        (
            Download(DownloadState.RUNNING, 7_000_000, None, 1_000_000),
            "Downloading: 7 MB, 1.0 MB/s",
            None,
        ),
        (Download(DownloadState.PAUSED, 500, 1_000), "Download paused at 50 %", 0.5),
        (
            Download(DownloadState.CHECKING, 1_000, 1_000),
            "Downloaded; checking it and making it ready…",
            None,  # nobody knows: it takes minutes, in which a full bar looks stuck
        ),
        (Download(DownloadState.FAILED, 500, 1_000), "The download did not work", 0.5),
        (Download(DownloadState.RUNNING, 1_200, 1_000), "Downloading: 100 %", 1.0),
    ],
)
def test_a_download_says_how_far_it_is(library, download, text, share):
    info = ModelInfo(MANY.name, MANY, download=download)
    assert standing_text(info, library) == text
    assert standing_share(info, library) == share


def test_what_waits_and_what_is_there_is_said(library):
    info = ModelInfo(MANY.name, MANY, is_chosen=True)
    assert standing_text(info, library) == "Chosen, but not on this computer"
    assert standing_text(replace(info, is_searching=True), library) == ""
    assert (
        standing_text(replace(info, is_installed=True), library) == "Looking through your photos…"
    )
    assert standing_share(replace(info, is_installed=True), library) is None


# -- the language of the words


@pytest.mark.parametrize(
    ("locale", "languages", "is_wanted"),
    [
        ("de_DE", ("en",), True),
        ("de_DE", ("en", "de"), False),
        ("de_DE", ("mul",), False),
        ("en_GB", ("en",), False),
        ("C", ("en",), False),
        ("fr_FR", ("en", "de"), True),
    ],
)
def test_english_is_asked_for_where_the_model_knows_nothing_else(
    library, locale, languages, is_wanted
):
    QLocale.setDefault(QLocale(locale))
    card = fake_card("starter", "Starter", languages=languages)
    library.models = (ModelInfo("starter", card, is_searching=True),)
    assert wants_english(library) is is_wanted


def test_english_is_asked_for_while_nothing_is_known_of_the_model(library):
    QLocale.setDefault(QLocale("de_DE"))
    library.models = ()
    assert wants_english(library)
