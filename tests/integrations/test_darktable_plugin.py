"""The plugin for darktable, run in Lua against a stand-in for darktable."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from photosearch.integrations.darktable import host
from photosearch.integrations.installing import install

LUA = shutil.which("lua5.4") or shutil.which("lua5.3")
STUB = Path(__file__).parent / "darktable_stub.lua"
pytestmark = pytest.mark.skipif(LUA is None, reason="Lua is not installed")

ODD = (
    "two words.jpg",
    'it\'s "quoted".jpg',
    "line\nbreak.jpg",
    "100% %F %s.jpg",
    "$(touch pwned) `touch pwned`; touch pwned & x|y.jpg",
    "back\\slash.jpg",
    "-n --help.jpg",
    "ä 日本.jpg",
    os.fsdecode(b"latin \xe4\xff.jpg"),
)

Seen = list[tuple[str, str]]
Run = Callable[..., Seen]


@pytest.fixture
def config(make_surroundings, home: Path, tmp_path: Path) -> Path:
    """darktable's folder with the plugin, and commands with an odd path that note their calls."""
    surroundings = make_surroundings("darktable")
    odd = surroundings.scripts / "it's $HOME"
    odd.mkdir()
    for name in ("photosearch", "photosearch-app"):
        script = odd / name
        script.write_text(
            f"#!{sys.executable}\n"
            "import fcntl, os, sys, time\n"
            "at_work = open(os.environ['CALLED'] + '.at-work', 'w')\n"
            "fcntl.flock(at_work, fcntl.LOCK_EX)  # until the process is gone\n"
            "name, index, *words = [os.fsencode(word) for word in sys.argv]\n"
            "words = [os.path.basename(name), *words[1:]]  # the index is that of the test\n"
            "given = sys.stdin.buffer.read() if '-' in sys.argv else b''\n"
            "with open(os.environ['CALLED'] + '.new', 'wb') as file:\n"
            "    file.write(b'\\1'.join(words) + b'\\2' + given)\n"
            "os.rename(os.environ['CALLED'] + '.new', os.environ['CALLED'])\n"
            "time.sleep(float(os.environ.get('TAKES_S', 0)))\n"
            "print('it came to its end', file=at_work, flush=True)\n"
            "sys.stderr.write(os.environ.get('SAYS', ''))\n"
            "sys.stdout.buffer.write(open(os.environ['HITS'], 'rb').read())\n"
            "sys.exit(int(os.environ.get('FAILS', 0)))\n"
        )
        script.chmod(0o755)
    object.__setattr__(surroundings, "scripts", odd)
    install(surroundings.paths, host(surroundings))
    return home / ".config/darktable"


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    return folder


@pytest.fixture
def run(config: Path, photos: Path, tmp_path: Path) -> Run:
    """Start a darktable that has photos, and do something in it; returns what happened."""
    cache = tmp_path / "cache"
    cache.mkdir()

    def do(scenario: str, *, known=(), selected=(), hits=(), **environ: str) -> Seen:
        (tmp_path / "scenario.lua").write_text("local stub = ...\n" + scenario)
        for name, files in {"known": known, "selected": selected, "hits": hits}.items():
            listed = b"".join(os.fsencode(photos / file) + b"\0" for file in files)
            (tmp_path / name).write_bytes(listed)
        (tmp_path / "called").unlink(missing_ok=True)
        done = subprocess.run(
            [str(LUA), STUB, config / "luarc", tmp_path / "scenario.lua"],
            env={
                **os.environ,
                **{n.upper(): str(tmp_path / n) for n in ("known", "selected", "hits", "called")},
                "CACHE": str(cache),
                "CONFIG": str(config),
                **environ,
            },
            cwd=tmp_path,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
        text = done.stdout.decode("utf-8", "surrogateescape")
        return [(line.split(" ", 1)[0], line.split(" ", 1)[1]) for line in text.split("\n")[:-1]]

    return do


@pytest.fixture
def called(tmp_path: Path) -> Callable[[], tuple[list[str], bytes]]:
    """The words that our command was called with, and what it was given to read."""

    def look() -> tuple[list[str], bytes]:
        until = time.monotonic() + 120
        while not (tmp_path / "called").exists() and time.monotonic() < until:
            time.sleep(0.02)
        words, given = (tmp_path / "called").read_bytes().split(b"\2")
        return [os.fsdecode(word) for word in words.split(b"\1")], given

    return look


def of(kind: str, seen: Seen) -> list[str]:
    return [
        re.sub(r"\\([\\n])", lambda match: "\n" if match[1] == "n" else "\\", what)
        for one, what in seen
        if one == kind
    ]


def toasts(seen: Seen) -> str:
    return " ".join(" ".join(of("toast", seen)).split())


SIMILAR = "stub.press('Find similar photos')\n"


def test_the_panel_the_actions_the_shortcuts_and_the_selection_are_there(run: Run) -> None:
    seen = run(
        "for label in pairs(stub.actions) do stub.note('action', label) end\n"
        "for label in pairs(stub.selections) do stub.note('selection', label) end\n"
        "for name in pairs(stub.events) do stub.note('event', name) end\n"
        "stub.note('words', stub.entry.placeholder)\n"
        "stub.note('expanded', stub.dt.gui.libs.photosearch.expanded)"
    )
    assert of("panel", seen) == ["photosearch"]
    assert set(of("action", seen)) == {"Find similar photos", "Open in photosearch"}
    assert of("selection", seen) == ["select found photos"]
    assert set(of("event", seen)) >= {
        "photosearch_similar shortcut",
        "photosearch_app shortcut",
        "photosearch exit",
    }
    assert of("words", seen) == ["Search photos by words…"]
    assert of("expanded", seen) == ["true"]
    assert not of("error", seen) + of("toast", seen)


def test_hits_become_a_collection_in_rank_order_and_a_selection(run: Run, photos, called) -> None:
    hits = ["c.jpg", "a.jpg", "b.jpg"]
    seen = run(SIMILAR, known=["a.jpg", "b.jpg", "c.jpg", "q.jpg"], selected=["q.jpg"], hits=hits)
    assert called() == (
        ["photosearch", "similar", "-0", "-n", "50", "--files-from", "-"],
        os.fsencode(photos / "q.jpg") + b"\0",
    )
    assert of("tagged", seen) == [str(photos / name) for name in hits]
    assert of("collected", seen) == ["DT_COLLECTION_PROP_TAG darktable|photosearch|q.jpg"]
    assert of("selected", seen) == ["3"]
    assert of("job", seen) == ["photosearch: q.jpg"]
    assert not of("job goes on", seen)
    assert toasts(seen) == "3 photos for “q.jpg”"


@pytest.mark.parametrize("way", ["stub.actions['Find similar photos'](nil, chosen)", "shortcut"])
def test_the_action_and_the_shortcut_search_as_the_button_does(way, run: Run, called) -> None:
    scenario = f"local chosen = stub.dt.gui.selection()\n{way}"
    if way == "shortcut":
        scenario = (
            "stub.dt.gui.action_images = stub.dt.gui.selection({})\n"  # the one below the pointer
            "stub.events['photosearch_similar shortcut']()"
        )
    seen = run(scenario, known=["a.jpg", "q.jpg"], selected=["q.jpg"], hits=["a.jpg"])
    assert called()[0][1] == "similar"
    assert of("tagged", seen)[0].endswith("a.jpg")


def test_names_of_any_bytes_go_out_and_come_back_whole(run: Run, photos, called, tmp_path) -> None:
    seen = run(SIMILAR, known=ODD, selected=ODD, hits=tuple(reversed(ODD)))
    assert called()[1] == b"".join(os.fsencode(photos / name) + b"\0" for name in ODD)
    assert of("tagged", seen) == [str(photos / name) for name in reversed(ODD)]
    assert not list(tmp_path.rglob("pwned"))
    for text in of("toast", seen):
        text.encode()  # what is said is valid, whatever a file is named


@pytest.mark.parametrize("name", ODD)
def test_a_tag_is_a_single_valid_name_whatever_the_photo_is_named(name, run: Run) -> None:
    seen = run(SIMILAR, known=[name], selected=[name], hits=[name])
    tag = of("collected", seen)[0].removeprefix("DT_COLLECTION_PROP_TAG darktable|photosearch|")
    tag.encode()
    assert tag
    assert not re.search(r"[|,*%\n]", tag)


@pytest.mark.parametrize(
    "words",
    ["red bicycle", 'it\'s $(touch pwned) `x` "%s" \\ ; rm', "--help", "ä 日本", "x" * 300, "*|*"],
)
def test_words_arrive_as_one_word(words, run: Run, called, tmp_path) -> None:
    seen = run(
        f"stub.entry.text = {_long_string('  ' + words + '  ')}\nstub.press('Search photos')",
        known=["a.jpg"],
        hits=["a.jpg"],
    )
    assert called()[0] == ["photosearch", "search", "-0", "-n", "50", "--", words]
    assert of("tagged", seen)[0].endswith("a.jpg")
    assert not list(tmp_path.rglob("pwned"))


def test_without_words_or_a_photo_it_says_what_is_missing(run: Run, tmp_path) -> None:
    seen = run(SIMILAR + "stub.press('Search photos')", known=["a.jpg"])
    assert toasts(seen) == "Select one photo or more first Write what the photos show first"
    assert not (tmp_path / "called").exists()


def test_versions_of_a_photo_are_one_photo(run: Run, photos, called) -> None:
    known = ["a.jpg", "a.jpg", "q.jpg", "q.jpg"]
    seen = run(SIMILAR, known=known, selected=["q.jpg"], hits=["a.jpg", "a.jpg"])
    assert called()[1] == os.fsencode(photos / "q.jpg") + b"\0"
    assert of("tagged", seen) == [str(photos / "a.jpg")]


def test_photos_that_darktable_does_not_have_are_offered_and_imported(run: Run, photos) -> None:
    seen = run(
        SIMILAR + "stub.press('Import 3 photos')",
        known=["a.jpg", "q.jpg"],
        selected=["q.jpg"],
        hits=["new.jpg", "a.jpg", "broken.jpg", "it's new.jpg"],
    )
    assert of("imported", seen) == [str(photos / "new.jpg"), str(photos / "it's new.jpg")]
    names = [Path(path).name for path in of("tagged", seen)]
    assert names == ["a.jpg", "new.jpg", "a.jpg", "it's new.jpg"]
    assert "darktable does not have 3 more" in toasts(seen)
    assert "could not import 1 photo: broken.jpg" in toasts(seen)


def test_where_darktable_has_none_of_them_the_collection_stays(run: Run) -> None:
    seen = run(SIMILAR, known=["q.jpg"], selected=["q.jpg"], hits=["a.jpg"])
    assert not of("collected", seen) + of("selected", seen)
    assert "0 photos for “q.jpg”; darktable does not have 1 more" in toasts(seen)


def test_an_error_is_said_in_our_words(run: Run) -> None:
    seen = run(
        SIMILAR,
        known=["q.jpg"],
        selected=["q.jpg"],
        FAILS="1",
        SAYS="Starting the service\nError: The index is empty.\nAdd a folder.\n",
    )
    assert toasts(seen) == "photosearch: The index is empty. Add a folder."
    assert not of("job goes on", seen)


def test_a_command_that_is_gone_is_said(run: Run, make_surroundings) -> None:
    shutil.rmtree(make_surroundings().scripts / "it's $HOME")
    scenario = SIMILAR + "stub.press('Open in photosearch')"
    seen = run(scenario, known=["q.jpg"], selected=["q.jpg"])
    assert toasts(seen).count("photosearch integrate darktable") == 2
    assert not of("job goes on", seen)


def test_a_canceled_search_ends_its_command_and_changes_nothing(run: Run, tmp_path) -> None:
    import fcntl  # is not there on Windows, where this file is collected and skipped

    photos = {"known": ["q.jpg", "a.jpg"], "selected": ["q.jpg"]}
    seen = run("stub.cancel = true\n" + SIMILAR, **photos, hits=["a.jpg"], TAKES_S="300")
    with (tmp_path / "called.at-work").open() as at_work:
        fcntl.flock(at_work, fcntl.LOCK_EX)  # had as soon as the command is gone
        assert at_work.read() == ""
    assert not of("tagged", seen) + of("toast", seen) + of("job goes on", seen)
    assert not list((tmp_path / "cache").iterdir())


@pytest.mark.parametrize("ending", ["stub.press('Clear results')", "exit"])
def test_tags_go_and_the_collection_comes_back(ending, run: Run) -> None:
    scenario = SIMILAR + ("stub.events['photosearch exit']()" if ending == "exit" else ending)
    seen = run(scenario, known=["a.jpg", "q.jpg"], selected=["q.jpg"], hits=["a.jpg"])
    assert of("untagged", seen) == ["darktable|photosearch|q.jpg"]
    assert of("collected", seen)[-1] == "DT_COLLECTION_PROP_FILMROLL /p"


def test_what_a_crash_has_left_goes_at_the_next_start(run: Run) -> None:
    before = (
        "local stub = ...\n"
        "local old = 'darktable|photosearch|old'\n"
        "stub.dt.tags.attach(stub.new_tag(old), stub.add_image('/p/x.jpg'))\n"
        "stub.new_tag('darktable|photosearchers')\n"
        "stub.set_rules({ { item = 'DT_COLLECTION_PROP_TAG', data = old } })"
    )
    seen = run("", BEFORE=before)
    assert of("untagged", seen) == ["darktable|photosearch|old"]
    assert of("collected", seen) == ["DT_COLLECTION_PROP_FILMROLL %"]


def test_no_sidecar_is_left_that_was_not_there(run: Run, photos) -> None:
    (photos / "a.jpg.xmp").write_text("mine")
    run(
        SIMILAR + "stub.press('Clear results')",
        known=["a.jpg", "b.jpg", "q.jpg"],
        selected=["q.jpg"],
        hits=["b.jpg", "a.jpg"],
    )
    assert [path.name for path in photos.iterdir()] == ["a.jpg.xmp"]


@pytest.mark.parametrize("by_hand", [True, False])
def test_best_first_sorts_by_rank_where_darktable_can_and_says_where_not(by_hand, run: Run) -> None:
    seen = run(
        SIMILAR
        + f"stub.opened_by_hand = {str(by_hand).lower()}\n"
        + "stub.press('Best first')\nstub.show_collection()",
        known=["a.jpg", "b.jpg", "c.jpg", "q.jpg"],
        selected=["q.jpg"],
        hits=["b.jpg", "c.jpg", "a.jpg"],
    )
    ranked, named = ["b.jpg", "c.jpg", "a.jpg"], ["a.jpg", "b.jpg", "c.jpg"]
    assert of("shown", seen) == (ranked if by_hand else named)
    assert ("double-click" in toasts(seen)) is not by_hand


def test_the_arrows_go_through_the_photos_by_rank(run: Run) -> None:
    seen = run(
        SIMILAR + "for _ = 1, 4 do stub.press('▶') end\nstub.press('◀')",
        known=["a.jpg", "b.jpg", "c.jpg", "q.jpg"],
        selected=["q.jpg"],
        hits=["b.jpg", "c.jpg", "a.jpg"],
    )
    assert of("visible", seen) == ["b.jpg", "c.jpg", "a.jpg", "b.jpg", "a.jpg"]


def test_the_app_opens_on_the_selected_photos_and_leaves_no_list(
    run: Run, photos, called, tmp_path
) -> None:
    run("stub.press('Open in photosearch')", known=ODD, selected=ODD)
    words, given = called()
    assert words == ["photosearch-app", "--files-from", "-"]
    assert given == b"".join(os.fsencode(photos / name) + b"\0" for name in ODD)
    assert not list((tmp_path / "cache").iterdir())


@pytest.mark.parametrize("words", ["", "it's $(touch pwned)"])
def test_without_a_photo_the_app_opens_on_the_words(words, run: Run, called, tmp_path) -> None:
    run(f"stub.entry.text = {_long_string(words)}\nstub.press('Open in photosearch')")
    assert called()[0] == ["photosearch-app", *(["--search", words] if words else [])]
    assert not list(tmp_path.rglob("pwned"))


def test_a_darktable_that_is_too_old_is_told(run: Run) -> None:
    seen = run("", API="8")
    assert toasts(seen) == "photosearch needs darktable 4.2 or newer"
    assert not of("panel", seen)


def test_photos_that_are_sent_are_shown_and_can_be_taken_back(run: Run, photos, tmp_path) -> None:
    sent = ["red bicycle", str(photos / "c.jpg"), str(photos / "new.jpg"), str(photos / "a.jpg")]
    (tmp_path / "sent").write_bytes(b"".join(os.fsencode(name) + b"\0" for name in sent))
    seen = run(
        f"local way_back = require('photosearch')\n"
        f"stub.note('said', way_back.receive('{os.fsencode(tmp_path / 'sent').hex()}'))\n"
        "stub.note('said', way_back.take_back())",
        known=["a.jpg", "b.jpg", "c.jpg"],
    )
    assert of("said", seen) == ["2 1", "2"]
    assert of("tagged", seen) == [str(photos / "c.jpg"), str(photos / "a.jpg")]
    assert of("untagged", seen) == ["darktable|photosearch|red bicycle"]


def _long_string(text: str) -> str:
    """A literal of Lua."""
    return "[==[" + text + "]==]"
