"""The plug-in for Lightroom Classic, run in Lua against a stand-in for Lightroom's SDK."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from photosearch import wire
from photosearch.integrations.host import Host
from photosearch.integrations.installing import install
from photosearch.integrations.lightroom import host
from photosearch.types import Answer, Hit, Photo, SkipKind, Skipped

LUA = shutil.which("lua5.4") or shutil.which("lua5.3")
SDK = Path(__file__).parent / "sdk.lua"
ODD = '/p/it\'s "odd" 100% $(touch pwned);\n-ä 日本.jpg'

Run = Callable[..., list[tuple[str, str]]]

pytestmark = pytest.mark.skipif(LUA is None, reason="Lua is not installed")


@pytest.fixture
def plugin(make_surroundings, home: Path) -> Path:
    """The plug-in, installed with an odd name in the path of our commands."""
    surroundings = make_surroundings(platform="darwin")
    odd = surroundings.scripts / "it's $HOME"
    odd.mkdir()
    for name in ("photosearch", "photosearch-app"):
        script = odd / name
        script.write_text(
            f"#!{sys.executable}\n"
            "import os, pathlib, sys\n"
            "if sys.argv[1] == '--data-dir': del sys.argv[1:3]\n"
            "if sys.argv[1:] == ['service', 'address']:\n"
            "    print('a remark', file=sys.stderr)\n"
            "    sys.exit(print(os.environ['NOTE']) or int(os.environ.get('FAILS', 0)))\n"
            "assert sys.argv[1] == '--files-from'\n"
            "print('opened', pathlib.Path(sys.argv[2]).read_text().replace('\\n', ' '))\n"
        )
        script.chmod(0o755)
    object.__setattr__(surroundings, "scripts", odd)
    lightroom: Host = host(surroundings)
    install(surroundings.paths, lightroom)
    return home / "Library/Application Support/Adobe/Lightroom/Modules/photosearch.lrplugin"


@pytest.fixture
def run(plugin: Path, tmp_path: Path) -> Run:
    """Choose an entry of the menu; returns what happened."""

    def choose(
        file: str, *, selected=(), known=(), hits=(), answer=None, status=200, **environ: str
    ) -> list[tuple[str, str]]:
        found = tuple(
            Hit(at, 0.5, Photo(Path("/p"), Path(path).relative_to("/p"), f"{at:032x}"))
            for at, path in enumerate(hits, 1)
        )
        answer = answer or wire.SearchAnswer.of(Answer(found, len(found))).model_dump_json()
        note = {"url": "http://127.0.0.1:1", "token": "secret"}
        for name, text in {
            "note": json.dumps(note),
            "answer": answer,
            "selected": "".join(f"{path}\0" for path in selected),
            "known": "".join(f"{path}\0" for path in known),
        }.items():
            (tmp_path / name).write_text(text)
        done = subprocess.run(
            [LUA, SDK, plugin, file],
            env={
                **os.environ,
                **{n.upper(): str(tmp_path / n) for n in ("note", "answer", "selected", "known")},
                "STATUS": str(status),
                **environ,
            },
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return [tuple(line.split(" ", 1)) for line in done.stdout.splitlines()]

    return choose


def of(kind: str, seen: list[tuple[str, str]]) -> list[str]:
    return [what.replace("\\n", "\n").replace("\\\\", "\\") for k, what in seen if k == kind]


def test_similar_photos_become_a_collection_in_rank_order(run: Run) -> None:
    seen = run(
        "FindSimilar.lua",
        selected=["/p/a.jpg", ODD, "/p/a.jpg"],
        known=["/p/c.jpg", "/p/b.jpg", ODD],
        hits=["/p/b.jpg", ODD, "/p/c.jpg"],
    )
    assert of("url", seen) == ["http://127.0.0.1:1/v1/search"]
    assert "Authorization: Bearer secret" in of("header", seen)
    asked = wire.SearchRequest.model_validate_json(of("body", seen)[0]).to_core()
    assert asked.image_paths == (Path("/p/a.jpg"), Path(ODD))
    assert asked.limit == 200
    assert of("emptied", seen) == ["photosearch/2 photos"]
    assert of("added", seen) == ["/p/b.jpg", ODD, "/p/c.jpg"]
    assert of("shown", seen) == ["1"]
    assert not of("asked", seen)


def test_a_file_that_could_not_be_read_is_not_taken_for_a_hit(run: Run) -> None:
    hit = Hit(1, 0.5, Photo(Path("/p"), Path("a.jpg"), f"{1:032x}"))
    unread = Skipped(Path("/p/broken.jpg"), SkipKind.UNREADABLE, "It is broken.")
    answer = wire.SearchAnswer.of(Answer((hit,), 1, unread=(unread,))).model_dump_json()
    selected = ["/p/x.jpg", "/p/broken.jpg"]
    known = ["/p/a.jpg", "/p/broken.jpg"]
    seen = run("FindSimilar.lua", selected=selected, known=known, answer=answer)
    assert of("added", seen) == ["/p/a.jpg"]


def test_words_are_asked_for_and_name_the_collection(run: Run) -> None:
    seen = run(
        "SearchByWords.lua", WORDS='  red "bike" \\ ä ', known=["/p/a.jpg"], hits=["/p/a.jpg"]
    )
    asked = wire.SearchRequest.model_validate_json(of("body", seen)[0]).to_core()
    assert asked.text == 'red "bike" \\ ä'
    assert of("emptied", seen) == ['photosearch/red "bike" \\ ä']
    assert of("added", seen) == ["/p/a.jpg"]


def test_no_words_ask_nothing(run: Run) -> None:
    assert run("SearchByWords.lua", WORDS="  ") == []


@pytest.mark.parametrize(("choice", "imported"), [("ok", ["/p/new.jpg"]), ("cancel", [])])
def test_photos_that_the_catalog_does_not_have_are_offered_for_import(
    run: Run, choice: str, imported: list[str]
) -> None:
    hits = ["/p/new.jpg", "/p/a.jpg"]
    seen = run(
        "FindSimilar.lua", selected=["/p/x.jpg"], known=["/p/a.jpg"], hits=hits, CONFIRM=choice
    )
    assert of("asked", seen) == ["1 of the photos found are not in this catalog."]
    assert of("imported", seen) == imported
    assert of("added", seen) == ([*imported, "/p/a.jpg"])
    assert of("emptied", seen) == ["photosearch/x.jpg"]


def test_what_the_service_refuses_is_told_in_its_words(run: Run) -> None:
    refused = '{"error":{"kind":"QueryError","message":"No \\"photos\\" yet.","hint":"Add one."}}'
    seen = run("FindSimilar.lua", selected=["/p/x.jpg"], answer=refused, status=422)
    assert of("message", seen) == ['No "photos" yet.\nAdd one.']
    assert not of("added", seen)


def test_a_service_that_does_not_start_is_told(run: Run) -> None:
    seen = run("FindSimilar.lua", selected=["/p/x.jpg"], FAILS="1")
    assert of("message", seen) == ["photosearch could not be started.\na remark\n"]


def test_nothing_found_is_told(run: Run) -> None:
    seen = run("FindSimilar.lua", selected=["/p/x.jpg"])
    assert of("message", seen) == ["No photo was found."]


def test_the_window_gets_all_selected_photos_as_uris(run: Run, tmp_path: Path) -> None:
    seen = run("OpenApp.lua", selected=["/p/a.jpg", ODD])
    assert of("opened", seen)[0].split() == ["file:///p/a.jpg", Path(ODD).as_uri()]
    assert not (tmp_path / "pwned").exists()


def test_paths_of_windows_become_uris_and_come_back(plugin: Path) -> None:
    script = (
        "WIN_ENV = true; function import() return {} end\n"
        f"local service = dofile({json.dumps(str(plugin / 'Service.lua'))})\n"
        "for _, path in ipairs { [[C:\\a b\\ü.jpg]], [[\\\\nas\\photos\\x.jpg]] } do\n"
        "  local uri = service.uri(path); print(uri); assert(service.path(uri) == path) end"
    )
    done = subprocess.run([LUA, "-e", script], capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["file:///C:/a%20b/%C3%BC.jpg", "file://nas/photos/x.jpg"], (
        done.stderr
    )


def test_every_file_is_sound_lua(plugin: Path) -> None:
    compiler = shutil.which("luac5.4") or shutil.which("luac5.3")
    assert compiler is not None
    for file in plugin.glob("*.lua"):
        subprocess.run([compiler, "-p", file], check=True)
    assert "@" not in (plugin / "Service.lua").read_text()
