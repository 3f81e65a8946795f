"""Every command, its output forms and its exit codes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from photosearch.index.lock import IndexLock

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def answer(done: subprocess.CompletedProcess[str]) -> dict[str, object]:
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["schema_version"] == 1
    return dict(document)


@pytest.mark.parametrize(
    ("text", "best"),
    [
        ("a cat", "0.png"),
        ("a cup of coffee", "1.png"),
        ("a rocket launch", "2.jpg"),
        ("a motorcycle", "4.png"),
    ],
)
def test_words_find_the_photo_that_shows_it(run: Run, text: str, best: str) -> None:
    done = run("search", text, "-n", 1, "--paths")
    assert Path(done.stdout.strip()).name == best


def test_results_stand_alone_on_standard_output(run: Run) -> None:
    lines = run("search", "a cat", "-n", 3).stdout.splitlines()
    assert len(lines) == 3
    rank, score, path = lines[0].split(maxsplit=2)
    assert rank == "1"
    assert -1 <= float(score) <= 1
    assert path.endswith("0.png")


def test_search_as_json_has_rank_score_path_root_and_content(run: Run, photos: Path) -> None:
    document = answer(run("search", "a cat", "-n", 2, "--json"))
    assert document["command"] == "search"
    assert document["query"] == {"text": "a cat"}
    [first, second] = document["hits"]  # type: ignore[misc]
    assert first["rank"] == 1
    assert first["score"] > second["score"]
    assert first["path"] == str(photos / "0.png")
    assert first["root"] == str(photos)
    assert len(first["content_id"]) == 32


def test_nul_ended_paths_survive_a_pipe(run: Run, photos: Path) -> None:
    paths = run("search", "a cat", "-0").stdout.split("\0")
    assert paths.pop() == ""
    assert sorted(paths) == sorted(str(path) for path in photos.iterdir())


def test_similar_leaves_the_photo_itself_out(run: Run, photos: Path) -> None:
    document = answer(run("similar", photos / "0.png", "--json"))
    found = [Path(hit["path"]).name for hit in document["hits"]]  # type: ignore[attr-defined]
    assert sorted(found) == ["1.png", "2.jpg", "3.png", "4.png"]


def test_photos_may_come_as_paths_as_uris_and_in_a_list(
    run: Run, photos: Path, tmp_path: Path
) -> None:
    odd = tmp_path / "a\n%41'b\".png"
    shutil.copy(photos / "1.png", odd)
    listed = tmp_path / "list"
    listed.write_bytes(os.fsencode(odd) + b"\0" + os.fsencode(photos / "2.jpg") + b"\0")
    one = (photos / "0.png").as_uri()
    document = answer(run("similar", one, photos / "nothing.jpg", "--files-from", listed, "--json"))
    asked = [photos / "0.png", photos / "nothing.jpg", odd, photos / "2.jpg"]
    assert document["query"] == {"images": [str(path) for path in asked]}
    [unread] = document["unread"]  # type: ignore[misc]
    assert unread["path"] == str(photos / "nothing.jpg")
    found = [Path(hit["path"]).name for hit in document["hits"]]  # type: ignore[attr-defined]
    assert sorted(found) == ["1.png", "3.png", "4.png"]


def test_a_file_that_looks_like_an_option_can_be_named(
    run: Run, photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(photos / "1.png", "-x.png")
    document = answer(run("similar", "-x.png", "--json"))
    assert document["query"] == {"image": "-x.png"}
    assert run("similar", "-y.png").returncode == 2


def test_status_and_models_say_what_is_indexed(run: Run, photos: Path) -> None:
    status = answer(run("status", "--json"))
    assert status["roots"] == [
        {"path": str(photos), "photos": 5, "is_offline": False, "exclude": []}
    ]
    assert status["skipped"] == 0
    starter, *others = answer(run("models", "--json"))["models"]  # type: ignore[misc]
    [used] = status["models"]  # type: ignore[misc]
    assert (starter["name"], starter["key"], starter["embedded"]) == ("starter", used["key"], 5)
    assert (starter["is_chosen"], starter["is_searching"]) == (True, True)
    assert 5 <= len(others) <= 9
    assert status["switch"] is None
    assert "5 photos" in run("status").stdout


def test_options_may_stand_before_the_command(run: Run, tmp_path: Path) -> None:
    done = run("--data-dir", tmp_path / "other", "status", "--json")
    assert answer(done)["data_dir"] == str(tmp_path / "other")


def test_a_search_without_photos_fails_with_what_to_do(run_fresh: Run) -> None:
    done = run_fresh("search", "a cat")
    assert done.returncode == 1
    assert done.stdout == ""
    assert "photosearch add FOLDER" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["search"], 2, "Missing argument"),
        (["search", "x", "-n", "0"], 2, "Invalid value"),
        (["search", "x", "-n", "10001"], 2, "Invalid value"),
        (["search", "x", "--json", "--paths"], 2, "exclude each other"),
        (["search", " "], 1, "empty"),
        (["search", "x", "--model", ""], 1, "There is no model ''"),
        (["search", "x", "--model", "ViT-B-32@~nosuchuser/f"], 1, "~nosuchuser/f"),
        (["search", "x", "--data-dir", "~nosuchuser/d"], 1, "~nosuchuser/d"),
        (["add", "~nosuchuser/x"], 1, "~nosuchuser/x"),
        (["remove", "~nosuchuser/x"], 1, "~nosuchuser/x"),
        (["similar", "~nosuchuser/x.jpg"], 1, "~nosuchuser/x.jpg"),
        (["demo", "~nosuchuser/x"], 1, "~nosuchuser/x"),
        (["evaluate", "--photos", "/tmp", "--labels", "~nosuchuser/x"], 1, "~nosuchuser/x"),
        (["add", "/nowhere/\x1b[31m"], 1, r"/nowhere/\x1b[31m"),
        (["frob\x1b[31m"], 2, r"frob\x1b[31m"),
        (["add", "/nowhere/at/all"], 1, "does not exist"),
        (["remove", "/nowhere/at/all"], 1, "is not an added folder"),
        (["similar", "/nowhere/at/all.jpg"], 1, "cannot be searched with"),
        (["search", "x", "--model", "no-such-model"], 1, "There is no model"),
        (["evaluate", "--photos", "/tmp"], 2, "Nothing to measure"),
    ],
)
def test_what_goes_wrong_has_its_exit_code_and_its_words(
    run: Run, arguments: list[str], code: int, words: str
) -> None:
    done = run(*arguments)
    assert done.returncode == code
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert "\x1b" not in done.stderr
    assert done.stdout == ""


def test_an_index_that_another_program_holds_is_refused_with_its_name(
    run_fresh: Run, tmp_path: Path
) -> None:
    (tmp_path / "fresh").mkdir()
    with IndexLock(tmp_path / "fresh"):
        done = run_fresh("search", "a cat")
    assert done.returncode == 3
    assert f"process {os.getpid()}" in done.stderr


def test_skipped_files_are_listed_with_reasons_and_a_folder_can_be_removed(
    run_fresh: Run, tmp_path: Path, photos: Path
) -> None:
    folder = tmp_path / "mixed"
    shutil.copytree(photos, folder)
    (folder / "empty.jpg").touch()
    added = run_fresh("add", folder, "--json")
    assert answer(added)["embedded"] == 5
    assert "1 file could not be indexed" in added.stderr
    path, reason = run_fresh("skipped").stdout.strip().split("\t")
    assert Path(path).name == "empty.jpg"
    assert "empty" in reason
    [listed] = answer(run_fresh("skipped", "--json"))["skipped"]  # type: ignore[misc]
    assert listed["kind"] == "empty"
    assert answer(run_fresh("index", "--json"))["unchanged"] == 5
    assert run_fresh("rebuild").returncode == 0
    assert len(run_fresh("search", "cat").stdout.splitlines()) == 5
    assert run_fresh("remove", folder).returncode == 0
    assert run_fresh("search", "cat").returncode == 1
    assert len(list(folder.iterdir())) == 6


def test_ctrl_c_stops_cleanly_and_keeps_what_is_done(
    tmp_path: Path, photos: Path, run_fresh: Run
) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    original = (photos / "0.png").read_bytes()
    for number in range(300):  # bytes after the end of a PNG make another content, no other picture
        (folder / f"{number:03}.png").write_bytes(original + number.to_bytes(2))
    environment = {**os.environ, "PHOTOSEARCH_DATA_DIR": str(tmp_path / "fresh")}
    command = [sys.executable, "-m", "photosearch.cli.main", "add", str(folder)]
    catalog = tmp_path / "fresh" / "catalog.sqlite3-wal"
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, env=environment, start_new_session=True
    ) as job:
        # The tables alone take nearly 100,000 bytes; a batch of photos as much again.
        while not catalog.exists() or catalog.stat().st_size < 200_000:
            assert job.poll() is None
        os.killpg(job.pid, signal.SIGINT)  # as a terminal does: to the children as well
        assert job.stderr
        words = job.stderr.read()
    assert job.returncode == 130
    assert "go on with: photosearch index" in words
    assert "Traceback" not in words
    kept = answer(run_fresh("status", "--json"))["models"][0]["embedded"]  # type: ignore[index]
    assert 0 < kept < 300
    report = answer(run_fresh("index", "--json"))
    assert (report["unchanged"], report["embedded"]) == (kept, 300 - kept)  # type: ignore[operator]


def test_ctrl_c_while_the_service_starts_harms_nothing(indexed: Path, run: Run) -> None:
    assert run("service", "stop").returncode == 0
    environment = {**os.environ, "PHOTOSEARCH_DATA_DIR": str(indexed)}
    command = [sys.executable, "-m", "photosearch.cli.main", "index"]
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, env=environment, start_new_session=True
    ) as job:
        children = Path(f"/proc/{job.pid}/task/{job.pid}/children")
        while not children.read_text():
            assert job.poll() is None
            time.sleep(0.01)
        os.killpg(job.pid, signal.SIGINT)
        assert job.stderr
        words = job.stderr.read()
    assert (job.returncode, words) == (130, "Interrupted.\n")
    assert answer(run("index", "--json"))["unchanged"] == 5


def test_evaluate_measures_captions_and_labels_in_one_go(
    run: Run, tmp_path: Path, photos: Path
) -> None:
    captions, labels = tmp_path / "captions.csv", tmp_path / "labels.csv"
    captions.write_text("image,caption\n0.png,a cat\n1.png,a cup of coffee\n2.jpg,a rocket\n")
    labels.write_text("image,label\n0.png,cat\n1.png,espresso\n2.jpg,rocket\n")
    document = answer(
        run("evaluate", "--photos", photos, "--captions", captions, "--labels", labels, "--json")
    )
    assert document["recall@1"] == document["recall@5"] == document["top-1"] == 1.0
    assert (document["median_rank"], document["mean_reciprocal_rank"]) == (1.0, 1.0)
    assert (document["photos"], document["captions"], document["labels"]) == (3, 3, 3)


def test_evaluate_finds_the_starter_as_good_as_itself(
    run: Run, tmp_path: Path, photos: Path
) -> None:
    captions = tmp_path / "captions.csv"
    captions.write_text("image,caption\n0.png,a cat\n1.png,a cup of coffee\n2.jpg,a cat\n")
    document = answer(
        run(
            *("evaluate", "--photos", photos, "--captions", captions, "--json"),
            *("--compare", "starter", "starter", "--against", "published"),
        )
    )
    first, second = document["models"]  # type: ignore[misc]
    assert first["model"] == second["model"] == "starter"
    assert first["recall@1"] == second["recall@1"] == pytest.approx(2 / 3)
    assert set(document["difference"].values()) == {0.0}  # type: ignore[attr-defined]
    assert document["recall@1_interval"] == [0.0, 0.0]
    assert (document["image_cka"], document["text_cka"]) == pytest.approx((1.0, 1.0))
    assert document["published"] == []


def test_the_demo_answers_from_sample_photos_and_says_what_to_do_next(run_fresh: Run) -> None:
    done = run_fresh("demo", "--data-dir", Path(os.environ["PHOTOSEARCH_DATA_DIR"]) / "d")
    assert done.returncode == 0, done.stderr
    blocks = [block.splitlines() for block in done.stdout.strip().split("\n\n")]
    assert len(blocks) == 7
    best = {block[0]: block[1].split()[-1] for block in blocks}
    assert best['"a cat looking at the camera"'] == "chelsea.png"
    assert best['"a cup of coffee on a table"'] == "coffee.png"
    assert best['"a purple flower"'] == "flower.jpg"
    assert "photosearch add" in done.stderr.splitlines()[-1]


def test_help_comes_without_the_heavy_libraries() -> None:
    code = (
        "import sys; sys.argv[1:] = ['--help']\n"
        "from photosearch.cli.main import main\n"
        "try: main()\n"
        "except SystemExit as done: assert not done.code\n"
        "print([m for m in ('torch', 'chromadb', 'open_clip', 'onnxruntime', 'PIL', 'numpy')"
        " if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "Usage" in done.stdout
    assert done.stdout.splitlines()[-1] == "[]"


def test_names_that_are_no_text_reach_pipes_whole_and_terminals_escaped(
    run_fresh: Run, tmp_path: Path, photos: Path, indexed: Path
) -> None:
    folder = tmp_path / "odd"
    folder.mkdir()
    odd = folder / os.fsdecode(b"caf\xe9\x1b[31m.png")
    shutil.copy(photos / "0.png", odd)
    assert run_fresh("add", folder).returncode == 0
    shown = run_fresh("search", "cat").stdout
    assert "\x1b" not in shown
    assert "caf\\xe9\\x1b[31m.png" in shown
    command = [sys.executable, "-m", "photosearch.cli.main", "search", "cat", "-0"]
    environment = {**os.environ, "PHOTOSEARCH_DATA_DIR": str(tmp_path / "fresh")}
    raw = subprocess.run(command, capture_output=True, env=environment, check=True).stdout
    assert raw == os.fsencode(odd) + b"\0"


def test_a_photo_is_left_out_and_taken_in_again(run_fresh: Run, tmp_path: Path) -> None:
    folder = tmp_path / "few"
    folder.mkdir()
    photo = folder / "a[1].png"
    Image.new("RGB", (32, 24), "red").save(photo)
    assert run_fresh("add", folder).returncode == 0
    left_out = run_fresh("exclude", photo)
    assert (left_out.returncode, left_out.stdout) == (0, "")
    assert "/a[[]1].png" in left_out.stderr
    assert run_fresh("search", "red", "--paths").stdout == ""
    assert run_fresh("include", folder, "/a[[]1].png").returncode == 0
    run_fresh("index")
    assert run_fresh("search", "red", "--paths").stdout == f"{photo}\n"
    assert run_fresh("exclude", tmp_path).returncode == 1
