"""The patterns that leave files and folders out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photosearch.library.patterns import Exclusion, pattern_of


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("*.png", "a.png"),
        ("*.png", "deep/er/a.png"),
        ("raw", "raw"),
        ("raw", "2020/raw"),
        ("IMG_????.jpg", "x/IMG_1234.jpg"),
        ("/raw", "raw"),
        ("2019/*.jpg", "2019/a.jpg"),
        ("2019/**", "2019/a/b/c.jpg"),
        ("**/cache/*", "cache/a.jpg"),
        ("**/cache/*", "x/y/cache/a.jpg"),
        ("a/**/b.jpg", "a/b.jpg"),
        ("a/**/b.jpg", "a/x/y/b.jpg"),
        ("[a-c]*.jpg", "b1.jpg"),
        ("[!a-c]*.jpg", "d1.jpg"),
        ("[x", "[x"),
        ("[z-a]", "[z-a]"),
        ("a.b", "a.b"),
        ("(1).jpg", "(1).jpg"),
        ("*", "\udcff.jpg"),
        ("*.jpg", "two\nlines.jpg"),
    ],
)
def test_a_pattern_leaves_out(pattern: str, path: str) -> None:
    assert Exclusion([pattern]).matches(path)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("*.png", "a.PNG"),
        ("raw", "raw2"),
        ("raw", "draw"),
        ("/raw", "2020/raw"),
        ("2019/*.jpg", "2019/x/a.jpg"),
        ("2019/*.jpg", "x/2019/a.jpg"),
        ("[!a-c]*.jpg", "b1.jpg"),
        ("a.b", "axb"),
        ("raw/", "raw"),
        ("", "a.jpg"),
        ("/", "a.jpg"),
    ],
)
def test_a_pattern_leaves_in(pattern: str, path: str) -> None:
    assert not Exclusion([pattern]).matches(path)


def test_a_slash_at_the_end_is_about_folders() -> None:
    assert Exclusion(["raw/"]).matches("2020/raw", is_folder=True)
    assert Exclusion(["2020/raw/"]).matches("2020/raw", is_folder=True)
    assert not Exclusion(["2020/raw/"]).matches("x/2020/raw", is_folder=True)


def test_any_of_several_patterns_is_enough() -> None:
    exclusion = Exclusion(["*.png", "raw/", "*.gif"])
    assert exclusion.matches("a.gif")
    assert exclusion.matches("a.png")
    assert not exclusion.matches("a.jpg")


def test_without_patterns_nothing_is_left_out() -> None:
    assert not Exclusion().matches("a.jpg")
    assert not Exclusion().matches("a", is_folder=True)


PATHS = st.lists(
    st.text(alphabet="ab*?[]!-\\^ \n\udcff%", min_size=1, max_size=4), min_size=1, max_size=3
).map("/".join)


@given(PATHS, PATHS)
def test_the_pattern_of_a_path_leaves_out_that_one_alone(path: str, other: str) -> None:
    of_file, of_folder = pattern_of(path), pattern_of(path, is_folder=True)
    assert Exclusion([of_file]).matches(path)
    assert Exclusion([of_folder]).matches(path, is_folder=True)
    assert not Exclusion([of_folder]).matches(path)
    both = Exclusion([of_file, of_folder])
    assert not both.matches(f"x/{path}", is_folder=True)
    assert both.matches(other, is_folder=True) == (other == path)


@given(PATHS)
def test_the_pattern_of_a_path_means_the_same_as_a_part_of_another(path: str) -> None:
    assert Exclusion([f"{pattern_of(path)}/*.jpg"]).matches(f"{path}/a.jpg")
