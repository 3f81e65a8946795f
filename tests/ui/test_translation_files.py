"""The files of the translations: complete, and true to the texts in ui/."""

from __future__ import annotations

import re
import shutil
from collections import Counter

import pytest
from translation_files import FOLDER, LANGUAGES, Message, in_folder


def test_the_files_hold_the_texts_of_the_app_as_they_are_now(update, tmp_path):
    update.update(tmp_path)
    for language in LANGUAGES:
        kept, wanted = (
            {(one.context, one.source, one.is_plural) for one in in_folder(language, folder)}
            for folder in (FOLDER, tmp_path)
        )
        assert kept == wanted, f"{language}: make texts, then translate what is new"


def test_the_compiled_files_are_made_of_the_others(update, tmp_path):
    for language in LANGUAGES:
        shutil.copy(FOLDER / f"photosearch_{language}.ts", tmp_path)
    update.compile_all(tmp_path)
    for language in LANGUAGES:
        name = f"photosearch_{language}.qm"
        assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes(), "make texts"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_translated_in_each_of_its_forms(language):
    wrong = [
        message.source
        for message in in_folder(language)
        if not message.is_finished
        or not all(form.strip() for form in message.forms)
        or len(message.forms) != (2 if message.is_plural else 1)
    ]
    assert wrong == [], "to be translated in resources/translations"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_keeps_its_places_mnemonic_and_dots(language):
    wrong = [
        (message.source, message.forms) for message in in_folder(language) if not is_true(message)
    ]
    assert wrong == []


def is_true(message: Message) -> bool:
    wanted = marks(message.source)
    uncounted = wanted - Counter(["%n", "%Ln"])
    first, last = marks(message.forms[0]), marks(message.forms[-1])
    # "Every minute" is better than "every 1 minute".
    return last == wanted and (first == wanted or (message.is_plural and first == uncounted))


def marks(text: str) -> Counter[str]:
    """Places for numbers and names, the mnemonic, and whether more is to come."""
    mnemonics = re.findall("&", text.replace("&&", ""))
    return Counter([*re.findall(r"\{\d+\}|%L?n", text), *mnemonics, *re.findall("…$", text)])


def test_a_text_with_a_number_has_plurals_wherever_it_stands():
    """Qt's tools overlook those in ``translate``: use ``tr`` in a class, and ``plural`` outside."""
    flat = [one.source for one in in_folder("de") if "%" in one.source and not one.is_plural]
    assert set(flat) == {"{0} %"}


def test_english_has_the_plurals_alone():
    plurals = {(one.context, one.source) for one in in_folder("de") if one.is_plural}
    assert plurals == {(one.context, one.source) for one in in_folder("en")}
