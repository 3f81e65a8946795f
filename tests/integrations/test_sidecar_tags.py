"""Tags added to XMP sidecars and cut out again: sidecars of other programs keep every byte."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photosearch.integrations.sidecar_tags import (
    PROPERTIES,
    add_tag,
    cut_tags,
    holds_nothing,
    new_sidecar,
    tag_of,
    tags_in,
)
from photosearch.integrations.xmp_tree import UnusableXmpError, read_tree

FOLDER = Path(__file__).parent / "sidecars"
"""Written by exiv2 0.27, exiftool 12.57 and digiKam 7.9; the others imitate their program."""

OTHERS = ("exiftool", "exiv2", "darktable", "lightroom", "one-line")
DIGIKAM, MICROSOFT, LIGHTROOM, MEDIAPRO, SUBJECT = PROPERTIES
BICYCLE = "photosearch/red bicycle"


def sidecar(name: str) -> bytes:
    return (FOLDER / f"{name}.xmp").read_bytes()


def tags(data: bytes) -> dict[str, list[str]]:
    """Read by another parser than ours."""
    rdf = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
    found = {}
    root = ET.fromstring(data)
    for one in PROPERTIES:
        for element in root.iter(f"{{{one.namespace}}}{one.local}"):
            found[one.local] = [item.text or "" for item in element.iter(f"{rdf}li")]
    return found


@pytest.mark.parametrize("name", OTHERS)
def test_cutting_gives_back_every_byte_of_another_programs_sidecar(name):
    before = sidecar(name)
    once = add_tag(before, BICYCLE, {})
    twice = add_tag(once, tag_of("Ü <&> \"'"), {})
    assert before != once != twice
    assert cut_tags(twice, tag=tag_of("Ü <&> \"'")) == once
    assert cut_tags(twice) == cut_tags(once) == before


@pytest.mark.parametrize("name", OTHERS)
def test_the_tags_that_are_there_stay_and_ours_comes_behind_them(name):
    before, after = tags(sidecar(name)), tags(add_tag(sidecar(name), BICYCLE, {}))
    for local, values in before.items():
        assert after[local][:-1] == values
    assert {values[-1] for values in after.values()} <= {
        "photosearch/red bicycle",
        "photosearch|red bicycle",
    }


def test_a_tag_of_digikam_is_not_put_before_tags_that_it_would_hide():
    """With a list of its own it would not look into that of darktable any more."""
    assert set(tags(add_tag(sidecar("darktable"), BICYCLE, {}))) == {
        "subject",
        "hierarchicalSubject",
    }
    assert "TagsList" in tags(add_tag(sidecar("lightroom"), BICYCLE, {}))


def test_a_new_list_repeats_the_tags_in_the_photo_that_it_hides():
    after = tags(new_sidecar(BICYCLE, {LIGHTROOM: ("a|b", "c")}))
    assert after == {"hierarchicalSubject": ["a|b", "c", "photosearch|red bicycle"]}


def test_adding_a_tag_again_changes_nothing():
    once = add_tag(sidecar("exiv2"), BICYCLE, {})
    assert add_tag(once, BICYCLE, {}) == once


def test_a_sidecar_of_ours_holds_nothing_without_its_tags():
    data = new_sidecar(BICYCLE, {})
    assert tags(data) == {
        "TagsList": [BICYCLE],
        "hierarchicalSubject": ["photosearch|red bicycle"],
        "subject": [BICYCLE],
    }
    assert not holds_nothing(data)
    assert holds_nothing(cut_tags(data))


def test_tags_are_cut_out_of_what_digikam_made_of_them():
    before = sidecar("digikam-synchronised")
    assert before.count(b"photosearch") == 5
    after = cut_tags(before, ["red bicycle"])
    assert b"photosearch" not in after
    assert b"red bicycle" not in after
    assert tags(after) == {
        "LastKeywordXMP": ["Animals/Cat"],
        "TagsList": ["Animals/Cat"],
        "hierarchicalSubject": ["Animals|Cat"],
        "CatalogSets": ["Animals|Cat"],
        "subject": ["Cat"],
    }
    description = next(iter(ET.fromstring(after)[0]))
    assert description.get("{http://ns.acdsee.com/iptc/1.0/}categories") == (
        '<Categories><Category Assigned="0">Animals<Category Assigned="1">Cat'
        "</Category></Category></Categories>"
    )
    assert description.get("{http://ns.adobe.com/xap/1.0/}Rating") == "3"


def test_one_tag_is_cut_out_of_what_digikam_made_of_two():
    both = sidecar("digikam-synchronised").replace(
        b"&lt;Category Assigned=&quot;1&quot;&gt;red bicycle&lt;/Category&gt;",
        b"&lt;Category Assigned=&quot;1&quot;&gt;red bicycle&lt;/Category&gt;"
        b"&lt;Category Assigned=&quot;1&quot;&gt;sea&lt;/Category&gt;",
    )
    both = add_tag(both, "photosearch/sea", {})
    after = cut_tags(both, ["red bicycle"], BICYCLE)
    assert b"red bicycle" not in after
    assert tags(after)["TagsList"] == ["Animals/Cat", "photosearch/sea"]
    assert b"photosearch&lt;Category Assigned=&quot;1&quot;&gt;sea&lt;" in after


def test_a_keyword_of_the_user_that_is_called_like_a_tag_of_ours_stays():
    before = sidecar("darktable")
    after = cut_tags(add_tag(before, BICYCLE, {}), ["red bicycle"])
    assert after == before
    assert "red bicycle" in tags(after)["subject"]


def test_what_only_looks_like_a_tag_of_ours_stays():
    before = sidecar("one-line").replace(b"dog", b"photosearching")
    assert cut_tags(before) == before
    assert cut_tags(sidecar("lightroom")) == sidecar("lightroom")


def test_a_list_that_was_empty_is_filled():
    after = tags(add_tag(sidecar("empty-list"), BICYCLE, {}))
    assert after["TagsList"] == after["subject"] == [BICYCLE]


BOMB = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>
<R:RDF xmlns:R="http://www.w3.org/1999/02/22-rdf-syntax-ns#">&b;</R:RDF>"""


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not well-formed"),
        (b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><a>", "not well-formed"),
        (b"<a/>", "holds no XMP"),
        (BOMB, "document type"),
        (sidecar("darktable").replace(b"UTF-8", b"ISO-8859-1"), "ISO-8859-1"),
        (sidecar("darktable").decode().encode("utf-16"), "not in UTF-8"),
        (sidecar("darktable").replace(b"cat", b"\xff"), "not well-formed"),
        (sidecar("exiv2").replace(b"rdf:Bag", b"rdf:Thing"), "no list of tags"),
        (b"<a>" * 10_000, "not well-formed"),
    ],
)
def test_a_sidecar_that_cannot_be_understood_is_refused(data, reason):
    for change in (lambda: add_tag(data, BICYCLE, {}), lambda: cut_tags(data)):
        with pytest.raises(UnusableXmpError, match=reason):
            change()


@pytest.mark.parametrize(
    ("title", "tag"),
    [
        ("red bicycle", "photosearch/red bicycle"),
        ("a/b|c\\d", "photosearch/a-b-c-d"),
        ("  two\n\tlines\x00 ", "photosearch/two lines"),
        ("latin \udcff.jpg", "photosearch/latin ?.jpg"),
        ("ä 日本", "photosearch/ä 日本"),
        ("/", "photosearch/-"),
        ("\n", "photosearch/results"),
        ("x" * 500, "photosearch/" + "x" * 100),
    ],
)
def test_any_title_becomes_a_tag_of_two_levels(title, tag):
    assert tag_of(title) == tag


@given(st.text(), st.sampled_from(OTHERS))
def test_whatever_a_title_holds_it_goes_in_and_out_again(title, name):
    before = sidecar(name)
    after = add_tag(before, tag_of(title), {})
    assert any(tag_of(title) in values for values in tags_in(read_tree(after)).values())
    assert ET.fromstring(after) is not None
    assert cut_tags(after) == before
