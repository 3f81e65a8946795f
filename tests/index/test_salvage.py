"""A damaged catalog: what can be read of it is carried over, nothing that is not true is."""

from __future__ import annotations

import json
import random
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from photosearch.index.catalog import Catalog
from photosearch.index.roots_copy import roots_copy_of, save_roots
from photosearch.index.rows import Answering
from photosearch.index.salvage import salvage

PHOTOS = 420
PAGE = 4096

Facts = dict[str, dict[Any, Any]]
Sound = tuple[bytes, bytes, Facts]
FactsOf = Callable[[Path], Facts]
Mend = Callable[[Path, bytes | bytearray], Facts]
AssertTrue = Callable[..., None]
Fill = Callable[..., None]
Damage = Callable[[bytearray, random.Random], None]


def test_all_of_a_sound_catalog_is_carried_over(path: Path, sound: Sound, mend: Mend) -> None:
    assert mend(path, sound[0]) == sound[2]


def test_which_model_answers_is_carried_over(path: Path, sound: Sound, mend: Mend) -> None:
    path.write_bytes(sound[0])
    catalog = Catalog(path)
    answering = Answering("net/new", catalog.vectors.specs()[-1][1].key)
    catalog.vectors.set_answering(answering)
    catalog.close()
    assert mend(path, path.read_bytes()) == sound[2]
    catalog = Catalog(path)
    assert catalog.vectors.answering() == answering
    catalog.close()
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE answering SET key = 'senseless'")
    mend(path, path.read_bytes())
    catalog = Catalog(path)
    assert catalog.vectors.answering() is None
    catalog.close()


def zeros(page: bytearray, rng: random.Random) -> None:
    page[:] = bytes(len(page))


def noise(page: bytearray, rng: random.Random) -> None:
    page[:] = rng.randbytes(len(page))


def torn(page: bytearray, rng: random.Random) -> None:
    page[rng.randrange(1, len(page)) // 512 * 512 :] = b""
    page.extend(bytes(PAGE - len(page)))


@pytest.mark.parametrize(("damage", "every"), [(zeros, 1), (noise, 3), (torn, 3)])
def test_one_bad_page_wherever_it_is_costs_few_photos(
    path: Path, sound: Sound, damage: Damage, every: int, mend: Mend, assert_true: AssertTrue
) -> None:
    data, _, truth = sound
    rng = random.Random(every)
    pages = len(data) // PAGE
    # The first pages are the tops of the tables; of the others, some.
    for number in [*range(24), *rng.sample(range(24, pages), 12)][::every]:
        damaged = bytearray(data)
        page = damaged[number * PAGE : (number + 1) * PAGE]
        damage(page, rng)
        damaged[number * PAGE : (number + 1) * PAGE] = page
        found = mend(path, damaged)
        exact = ("roots", "photos") if damage is torn else tuple(truth)  # half a value is one too
        assert_true(found, truth, exact)
        assert len(found["photos"]) >= 0.8 * PHOTOS
        assert len(found["vectors"]) >= 0.8 * len(truth["vectors"])


def test_a_changed_byte_never_gives_a_photo_another_content(
    path: Path, sound: Sound, mend: Mend, assert_true: AssertTrue
) -> None:
    data, _, truth = sound
    rng = random.Random(5)
    for _ in range(40):
        damaged = bytearray(data)
        damaged[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        found = mend(path, damaged)
        assert {key: row[-1] for key, row in found["photos"].items()}.items() <= {
            key: row[-1] for key, row in truth["photos"].items()
        }.items()
        assert found["contents"].keys() <= truth["contents"].keys()
        assert found["vectors"].keys() <= truth["vectors"].keys()
        assert len(found["photos"]) >= 0.8 * PHOTOS
        assert_true(found, truth, ("roots",))


@pytest.mark.parametrize(
    "damage",
    [
        lambda data, rng: b"",
        lambda data, rng: b"this is no database" * 500,
        lambda data, rng: rng.randbytes(len(data)),
        lambda data, rng: data[:100],
        lambda data, rng: data[: len(data) // 2],
        lambda data, rng: data[: len(data) // 2 + 77],
        lambda data, rng: data[len(data) // 2 :],
        lambda data, rng: data + data,
        lambda data, rng: data[1:],
    ],
)
def test_however_little_is_left_there_is_a_new_catalog_with_all_folders(
    path: Path, sound: Sound, damage: Callable[..., bytes], mend: Mend, assert_true: AssertTrue
) -> None:
    data, _, truth = sound
    assert_true(mend(path, damage(data, random.Random(1))), truth)


def test_half_a_file_gives_about_what_is_in_that_half(
    path: Path, sound: Sound, mend: Mend, assert_true: AssertTrue
) -> None:
    data, _, truth = sound
    found = mend(path, data[: len(data) // 2])
    assert_true(found, truth)
    assert len(found["photos"]) > 0.3 * PHOTOS


def test_without_a_header_all_is_found(path: Path, sound: Sound, mend: Mend) -> None:
    data, _, truth = sound
    assert mend(path, b"\0" * PAGE + data[PAGE:]) == truth
    assert mend(path, b"overwritten" * 10 + data[110:]) == truth


@pytest.mark.parametrize("seed", range(12))
def test_many_bad_pages_of_all_kinds_leave_nothing_untrue(
    path: Path, sound: Sound, seed: int, mend: Mend, assert_true: AssertTrue
) -> None:
    data, _, truth = sound
    rng = random.Random(seed)
    damaged = bytearray(data)
    for number in rng.sample(range(len(data) // PAGE), rng.choice((5, 20, 60))):
        page = damaged[number * PAGE : (number + 1) * PAGE]
        rng.choice((zeros, noise))(page, rng)
        damaged[number * PAGE : (number + 1) * PAGE] = page
    assert_true(mend(path, damaged), truth)


@pytest.mark.parametrize("share", [0.0003, 0.003, 0.03])
def test_bytes_changed_all_over_still_give_a_sound_catalog_with_all_folders(
    path: Path, sound: Sound, share: float, mend: Mend, assert_true: AssertTrue
) -> None:
    data, _, truth = sound
    rng = random.Random(8)
    damaged = bytearray(data)
    for _ in range(int(len(data) * share)):
        damaged[rng.randrange(len(data))] = rng.randrange(256)
    assert_true(mend(path, damaged), truth, ("roots",))


def test_pages_that_were_written_in_each_others_place_lose_nothing(
    path: Path, sound: Sound, mend: Mend
) -> None:
    data, _, truth = sound
    damaged = bytearray(data)
    pages = [damaged[at : at + PAGE] for at in range(PAGE, len(data), PAGE)]
    random.Random(3).shuffle(pages)
    found = mend(path, data[:PAGE] + b"".join(pages))
    found.pop("skipped")
    assert found.items() <= truth.items()


# -- the folders


def test_folders_that_the_catalog_has_lost_come_from_their_copy(
    path: Path, sound: Sound, mend: Mend
) -> None:
    data, _, truth = sound
    at = next(n for n in range(1, 9) if b"/photos" in data[n * PAGE : (n + 1) * PAGE]) * PAGE
    damaged = data[:at] + bytes(PAGE) + data[at + PAGE :]
    found = mend(path, damaged)
    assert {row[:2] for row in found["roots"].values()} == {
        row[:2] for row in truth["roots"].values()
    }
    assert found["photos"] == truth["photos"]
    roots_copy_of(path).unlink()
    path.write_bytes(damaged)
    report = salvage(path)
    assert (report.roots, report.photos) == (0, 0)
    assert report.vectors == len(truth["vectors"])  # the next scan finds them


def test_a_catalog_that_lost_no_folder_needs_no_copy(path: Path, sound: Sound, mend: Mend) -> None:
    roots_copy_of(path).write_bytes(b"{ damaged")
    assert mend(path, b"\0" * 100 + sound[0][100:]) == sound[2]


def test_a_folder_added_after_the_copy_was_made_stays(path: Path, sound: Sound, mend: Mend) -> None:
    save_roots(roots_copy_of(path), [])
    assert mend(path, sound[0]) == sound[2]


# -- rows that make no sense


@pytest.mark.parametrize(
    "nonsense",
    [
        "UPDATE vectors SET vector = zeroblob(384) WHERE rowid = 5",
        "UPDATE vectors SET vector = substr(vector, 1, 382) WHERE rowid = 5",
        "UPDATE vectors SET vector = x'007c' || substr(vector, 3) WHERE rowid = 5",
        "UPDATE vectors SET vector = x'ff7f' || substr(vector, 3) WHERE rowid = 5",
        "UPDATE vectors SET vector = 'text' WHERE rowid = 5",
        "UPDATE vectors SET content = 999999 WHERE rowid = 5",
        "UPDATE vectors SET model = 7 WHERE rowid = 5",
        "UPDATE contents SET content_id = upper(content_id) WHERE id = 5",
        "UPDATE contents SET content_id = '../../etc/passwd' WHERE id = 5",
        "UPDATE contents SET width_px = 0 WHERE id = 5",
        "UPDATE contents SET height_px = 'tall' WHERE id = 5",
        "UPDATE contents SET orientation = 9 WHERE id = 5",
        "UPDATE contents SET latitude = 9e9 WHERE id = 5",
        "UPDATE photos SET content = 999999 WHERE id = 5",
        "UPDATE photos SET root_id = 99 WHERE id = 5",
        "UPDATE photos SET relative_path = x'' WHERE id = 5",
        "UPDATE photos SET relative_path = CAST('/etc/passwd' AS BLOB) WHERE id = 5",
        "UPDATE photos SET relative_path = x'610062' WHERE id = 5",
        "UPDATE photos SET size_bytes = -1 WHERE id = 5",
        "UPDATE photos SET mtime_ns = 1.5 WHERE id = 5",
        "UPDATE models SET key = 'another' WHERE id = 2",
        "UPDATE skipped SET kind = 'nonsense' WHERE relative_path = CAST('bad5.jpg' AS BLOB)",
        "UPDATE skipped SET root_id = 99 WHERE relative_path = CAST('bad5.jpg' AS BLOB)",
    ],
)
def test_a_senseless_row_is_left_out_and_the_others_stay(
    path: Path, sound: Sound, nonsense: str, mend: Mend, assert_true: AssertTrue
) -> None:
    truth = sound[2]
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("PRAGMA foreign_keys = OFF")
        assert db.execute(nonsense).rowcount == 1
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA journal_mode = DELETE")
    found = mend(path, path.read_bytes())
    table = re.findall(r"UPDATE (\w+)", nonsense)[0]
    assert_true(found, truth)
    assert found != truth
    if table == "models":
        assert {key[:3] for key, *_ in found["vectors"]} == {"one"}
    else:
        assert len(found[table]) == len(truth[table]) - 1
    assert len(found["photos"]) >= PHOTOS - 1


@pytest.mark.parametrize("exclude", ["[1]", "{}", "no json", "[" * 5000])
def test_a_folder_with_senseless_patterns_comes_from_the_copy(
    path: Path, exclude: str, facts_of: FactsOf
) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE roots SET exclude = ? WHERE id = 1", (exclude,))
    salvage(path)
    assert {json.loads(row[1])[0] for row in facts_of(path)["roots"].values()} == {"*.tmp"}
