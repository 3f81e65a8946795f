"""What is known of a model, in words for a photographer."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale

from photosearch.errors import shown
from photosearch.model_info import Download, ModelCard, ModelInfo, Switch
from ui.languages import plural
from ui.models.amounts import (
    MINUTE_S,
    duration_text,
    number_text,
    percent_text,
    rate_text,
    rough_size_text,
)
from ui.models.library import LibraryState
from ui.models.model_choice import Standing, standing

translate = QCoreApplication.translate

MANY = "mul"
"""What stands for many languages, in ISO 639-2."""
_LANGUAGES_NAMED = 3


# -- what it is


def title_of(info: ModelInfo) -> str:
    """What people call it; a model of their own has the name that they gave it."""
    return info.card.title if info.card is not None else shown(info.name)


def summary_of(info: ModelInfo) -> str:
    """What it is good for; `menu_texts` lists what the menu says."""
    if info.card is None:
        return translate("Models", "A model of your own.")
    return translate("ModelMenu", info.card.summary)


def languages_text(card: ModelCard) -> str:
    """Which words it understands."""
    if MANY in card.languages:
        return translate("Models", "Many languages")
    if len(card.languages) > _LANGUAGES_NAMED:
        return plural("%n language(s)", "", len(card.languages))
    return ", ".join(map(_language, card.languages))


def _language(code: str) -> str:
    if code == "en":
        return translate("Models", "English")
    name = QLocale(code).nativeLanguageName()
    return name[:1].upper() + name[1:] if name else code


def wants_english(library: LibraryState) -> bool:
    """Whether somebody whose language is another one has to search in English."""
    language = QLocale().name().partition("_")[0]
    info = library.model(library.answering)
    known = info.card.languages if info is not None and info.card is not None else ("en",)
    return language not in ("en", "C", *known) and MANY not in known


def size_of(info: ModelInfo) -> str:
    """What has to be downloaded, or takes disk already."""
    if info.weights_bytes:
        return translate("Models", "{0} on this disk").format(rough_size_text(info.weights_bytes))
    if info.card is None:
        return ""
    if not info.card.download_bytes:
        return translate("Models", "No download")
    return translate("Models", "{0} download").format(rough_size_text(info.card.download_bytes))


def licence_text(card: ModelCard) -> str:
    """What it may be used for."""
    if card.is_research_only:
        return translate("Models", "{0}, for research only").format(card.licence)
    return card.licence


def speed_text(info: ModelInfo) -> str:
    """How fast it is on this machine."""
    if not info.photos_per_s:
        return translate("Models", "Speed here: not measured yet")
    return translate("Models", "{0} photos/s here").format(number_text(info.photos_per_s))


def time_text(info: ModelInfo) -> str:
    """How long it has to look at the library; empty if it has, or if nobody knows."""
    seconds = info.seconds_for_library
    if not info.remaining or seconds is None or standing(info) is Standing.PREPARING:
        return ""
    if seconds < MINUTE_S:
        return translate("Models", "less than a minute for all photos")
    time, count = duration_text(seconds), QLocale().toString(info.remaining)
    if info.embedded:
        return translate("Models", "about {0} for the {1} photos left").format(time, count)
    return translate("Models", "about {0} for your {1} photos").format(time, count)


def figures(card: ModelCard) -> tuple[str, ...]:
    """What is published of its quality, each in a sentence."""
    told = (
        (
            card.coco_recall_at_1,
            translate("Models", "COCO: {0} of captions find their own photo first, of 5,000."),
        ),
        (
            card.flickr30k_recall_at_1,
            translate("Models", "Flickr30k: {0} of captions find theirs first, of 1,000."),
        ),
        (
            card.imagenet_top_1,
            translate("Models", "ImageNet: {0} of photos are named rightly, of 1,000 names."),
        ),
    )
    return tuple(
        text.format(percent_text(share, decimals=1)) for share, text in told if share is not None
    )


def details(info: ModelInfo) -> tuple[str, ...]:
    """All else that is known of it, line by line."""
    card = info.card
    if card is None:
        return (shown(info.name),)
    numbers = translate(
        "Models", "{0} numbers for each photo, {1} billion operations to find them."
    )
    lines = [
        *(figures(card) or (translate("Models", "No figures are published."),)),
        translate("Models", "Source: {0}").format(card.source) if card.source else "",
        translate("Models", "Licence: {0}").format(f"{card.licence}, {card.licence_url}"),
        numbers.format(QLocale().toString(card.dimension), number_text(card.image_gflops)),
        translate("Models", "Its name for the command line: {0}").format(card.name),
    ]
    return tuple(line for line in lines if line)


# -- where it is


def standing_text(info: ModelInfo, library: LibraryState) -> str:
    """Where it is on its way; empty of one that is just there to be chosen."""
    here = standing(info)
    if here is Standing.PREPARING:
        return _preparing_text(info, library)
    if info.download is not None and here is not Standing.ANSWERS:
        return _download_text(here, info.download)
    if here is Standing.WAITING:
        return translate("Models", "Chosen, but not on this computer")
    return ""


def standing_share(info: ModelInfo, library: LibraryState) -> float | None:
    """How far it is, 0 to 1; None where nothing is on its way, or nobody knows how far."""
    here = standing(info)
    if here is Standing.PREPARING:
        return share_of(library.switch)
    if here is Standing.CHECKING or info.download is None or not info.download.total_bytes:
        return None
    return min(1.0, info.download.done_bytes / info.download.total_bytes)


def share_of(switch: Switch | None) -> float | None:
    """How much of the library the new model has looked at."""
    return min(1.0, switch.embedded / switch.total) if switch and switch.total else None


def _download_text(here: Standing, download: Download) -> str:
    percent = (
        percent_text(min(1.0, download.done_bytes / download.total_bytes))
        if download.total_bytes
        else rough_size_text(download.done_bytes)
    )
    if here is Standing.HELD:
        return translate("Models", "Download paused at {0}").format(percent)
    if here is Standing.CHECKING:
        return translate("Models", "Downloaded; checking it and making it ready…")
    if here is Standing.FAILED:
        return translate("Models", "The download did not work")
    parts = [translate("Models", "Downloading: {0}").format(percent)]
    if download.bytes_per_s:
        parts.append(rate_text(download.bytes_per_s))
        if download.total_bytes:
            left_bytes = max(0, download.total_bytes - download.done_bytes)
            parts.append(left_text(left_bytes / download.bytes_per_s))
    return ", ".join(parts)


def download_line(info: ModelInfo) -> str:
    """The download of a model in one sentence, for where it is not seen."""
    assert info.download is not None
    text = _download_text(standing(info), info.download)
    return f"{title_of(info)}: {text}"


def left_text(seconds: float) -> str:
    """How long something still takes."""
    return translate("Models", "{0} left").format(duration_text(seconds))


def _preparing_text(info: ModelInfo, library: LibraryState) -> str:
    switch = library.switch
    if switch is None or not switch.total:
        return translate("Models", "Looking through your photos…")
    number = QLocale().toString
    counts = number(switch.embedded), number(switch.total)
    if library.is_paused:
        return translate("Models", "Paused at {0} of {1} photos").format(*counts)
    text = translate("Models", "Looking through your photos: {0} of {1}").format(*counts)
    return _with_time(text, switch)


def _with_time(text: str, switch: Switch) -> str:
    return text if switch.seconds_left is None else f"{text}, {left_text(switch.seconds_left)}"


def switch_line(switch: Switch, library: LibraryState) -> str:
    """The way to another model in one sentence, for the status line."""
    new, number = library.title_of(switch.new), QLocale().toString
    if not switch.total:
        doing = translate("Models", "Preparing {0}").format(new)
    else:
        text = (
            translate("Models", "{0} is paused at {1} of {2} photos")
            if library.is_paused
            else translate("Models", "Preparing {0}: {1} of {2}")
        )
        doing = text.format(new, number(switch.embedded), number(switch.total))
        doing = doing if library.is_paused else _with_time(doing, switch)
    old = library.title_of(switch.old)
    return translate("Models", "{0}; searching with {1} meanwhile").format(doing, old)


# -- what it costs, and what it holds


def cost_text(info: ModelInfo, library: LibraryState) -> str:
    """What using it takes: disk, network and time; empty if nothing."""
    said = []
    if info.card is not None and info.card.download_bytes and not info.is_installed:
        size = rough_size_text(info.card.download_bytes)
        said.append(translate("Models", "Downloads {0} to this computer, once.").format(size))
    if info.card is not None and info.card.is_research_only:
        said.append(translate("Models", "Its licence allows research only."))
    if info.remaining:
        said.append(_look_text(info))
        text = translate("Models", "{0} goes on searching until then.")
        said.append(text.format(library.title_of(library.answering)))
    return " ".join(said)


def _look_text(info: ModelInfo) -> str:
    count = QLocale().toString(info.remaining)
    if info.seconds_for_library is None:
        return translate("Models", "Looks through {0} photos.").format(count)
    if info.seconds_for_library < MINUTE_S:
        return translate("Models", "Looks through {0} photos in less than a minute.").format(count)
    text = translate("Models", "Looks through {0} photos: about {1}.")
    return text.format(count, duration_text(info.seconds_for_library))


def vectors_text(info: ModelInfo) -> str:
    """What it has found out of the photos, and what that takes."""
    size = rough_size_text(info.index_bytes)
    count = QLocale().toString(info.embedded)
    return translate("Models", "What it knows of {0} photos: {1}").format(count, size)


def files_text(info: ModelInfo) -> str:
    """What its files take."""
    return translate("Models", "Its files: {0}").format(rough_size_text(info.weights_bytes))
