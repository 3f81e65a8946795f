"""The evaluate command on models that know colours: what it prints, keeps and refuses."""

from __future__ import annotations

import json
import weakref
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from photosearch.cli.app import run
from photosearch.errors import DatasetError, ModelError
from photosearch.model.fake import FakeEncoder
from photosearch.model.prompt_choices import PromptChoices
from photosearch.model.prompts import BARE, PHOTO_PROMPTS
from photosearch.paths import AppPaths
from photosearch.settings import Settings

if TYPE_CHECKING:
    from photosearch.types import Embeddings

MakePhoto = Callable[..., Path]
Document = Callable[..., dict[str, Any]]

COLOURS = ("red", "green", "blue")
SHADES = (
    *("dark", "light", "warm", "cold", "pale", "deep", "soft"),
    *("loud", "old", "new", "plain", "rich", "faint"),
)


class Prompted(FakeEncoder):
    """Sees colours in what is said of photos alone."""

    spec = replace(FakeEncoder.spec, name="prompted", architecture="prompted")

    def encode_texts(self, texts: Sequence[str]) -> Embeddings:
        return super().encode_texts([text if "photo" in text else "nothing" for text in texts])


@pytest.fixture(autouse=True)
def loaded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the models that were loaded."""
    names: list[str] = []

    def load(paths: AppPaths, settings: Settings) -> FakeEncoder:
        names.append(settings.model)
        if settings.model == "missing/one":
            raise ModelError("The model missing/one is not on this machine.")
        return Prompted() if settings.model == "prompted/one" else FakeEncoder()

    monkeypatch.setattr("photosearch.model.registry.load_encoder", load)
    return names


@pytest.fixture
def captions(tmp_path: Path, make_photo: MakePhoto) -> Path:
    lines = [f"{make_photo(f'{colour}.png', colour).name},{colour}" for colour in COLOURS]
    file = tmp_path / "captions.csv"
    file.write_text("image,caption\n" + "\n".join(lines), encoding="utf-8")
    return file


@pytest.fixture
def labels(tmp_path: Path, make_photo: MakePhoto) -> Path:
    """Twenty-six labels, of which each means one colour."""
    words = [f"{shade} {colour}" for colour in ("red", "blue") for shade in SHADES]
    lines = [f"{make_photo(f'{word}.png', word.split()[1]).name},{word}" for word in words]
    file = tmp_path / "labels.csv"
    file.write_text("image,label\n" + "\n".join(lines), encoding="utf-8")
    return file


@pytest.fixture
def document(library: Path, capsys: pytest.CaptureFixture[str]) -> Document:
    def evaluate(*options: object) -> dict[str, Any]:
        assert run(["evaluate", "--photos", str(library), "--json", *map(str, options)]) == 0
        return dict(json.loads(capsys.readouterr().out))

    return evaluate


def test_two_models_are_compared_each_loaded_after_the_other(
    document: Document, captions: Path, loaded: list[str]
) -> None:
    found = document("--captions", captions, "--compare", "fake/one", "prompted/one")
    assert [model["model"] for model in found["models"]] == ["fake", "prompted"]
    assert found["models"][0]["recall@1"] == 1.0
    assert found["models"][1]["recall@1"] < 1.0
    assert found["difference"]["recall@1"] == found["models"][1]["recall@1"] - 1.0
    low, high = found["recall@1_interval"]
    assert low <= found["difference"]["recall@1"] <= high
    assert found["image_cka"] == pytest.approx(1.0)
    assert found["text_cka"] is None
    assert all(model["photos_per_s"] > 0 and model["ms_per_text"] > 0 for model in found["models"])
    assert (found["photos"], found["captions"], found["skipped"]) == (3, 3, [])
    assert "published" not in found
    assert loaded[-2:] == ["fake/one", "prompted/one"]


def test_the_first_model_is_let_go_before_the_second_is_loaded(
    document: Document, library: Path, captions: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[weakref.ref[FakeEncoder]] = []
    still_there: list[int] = []

    def load(paths: AppPaths, settings: Settings) -> FakeEncoder:
        still_there.append(sum(one() is not None for one in made))
        encoder = FakeEncoder()
        made.append(weakref.ref(encoder))
        return encoder

    monkeypatch.setattr("photosearch.model.registry.load_encoder", load)
    (library / "red.png").write_bytes(b"no picture")  # whose error must not keep anything
    found = document("--captions", captions, "--compare", "fake/one", "fake/two")
    assert len(found["skipped"]) == 1
    assert still_there == [0, 0, 0]


def test_a_comparison_for_people_has_a_line_for_each_figure(
    library: Path, captions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--photos", str(library), "--captions", str(captions)]
    assert run(["evaluate", *arguments, "--compare", "fake/one", "fake/one"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["fake", "fake", "difference"]
    assert "recall@1  1.0000        1.0000        +0.0000  (95 %: +0.0000 to +0.0000)" in lines[1]
    assert any("photos a second" in line for line in lines)
    assert any(line.split() == ["CKA", "of", "the", "captions", "1.0000"] for line in lines)


def test_a_model_that_is_not_here_is_told_before_the_other_has_worked(
    library: Path, captions: Path, loaded: list[str]
) -> None:
    arguments = ["--photos", str(library), "--captions", str(captions)]
    with pytest.raises(ModelError, match="missing/one"):
        run(["evaluate", *arguments, "--compare", "fake/one", "missing/one"])
    assert loaded == ["missing/one"]


def test_a_set_without_published_figures_names_those_that_have_some(
    document: Document, library: Path, captions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert document("--captions", captions, "--against", "published")["published"] == []
    arguments = ["--photos", str(library), "--captions", str(captions)]
    assert run(["evaluate", *arguments, "--against", "published"]) == 0
    words = capsys.readouterr().err
    assert "No published figure for this set" in words
    assert "Flickr30k" in words
    assert "COCO" in words


def test_a_published_figure_stands_beside_the_measured_one(
    library: Path,
    captions: Path,
    document: Document,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from photosearch.evaluation import published
    from photosearch.model.menu import menu
    from photosearch.paths import resource_dir

    entry = next(one for one in menu(resource_dir()) if one.card.flickr30k_recall_at_1 is not None)
    monkeypatch.setattr(FakeEncoder, "spec", replace(FakeEncoder.spec, name=entry.card.name))
    monkeypatch.setattr(
        published, "recognise_captions", lambda annotations, measured: published.FLICKR30K
    )
    [figure] = document("--captions", captions, "--against", "published")["published"]
    assert (figure["model"], figure["measure"]) == (entry.card.name, "recall@1")
    assert figure["value"] == entry.card.flickr30k_recall_at_1
    assert figure["source"] == entry.card.source
    arguments = ["--photos", str(library), "--captions", str(captions)]
    assert run(["evaluate", *arguments, "--against", "published"]) == 0
    line = f"published recall@1  {figure['value']:.4f}  {entry.card.name} on Flickr30k"
    assert line in capsys.readouterr().out


def test_what_did_best_with_words_is_kept_when_that_is_asked_for(
    document: Document, labels: Path
) -> None:
    paths = AppPaths.choose()
    words = document("--labels", labels, "--model", "prompted/one")["words"]
    assert (words["words"], words["photos"]) == (26, 26)
    assert words["ways"][0]["interval"] is None
    assert words["best"] == list(PHOTO_PROMPTS)
    assert PromptChoices.of(paths).templates(Prompted.spec) == BARE
    document("--labels", labels, "--model", "prompted/one", "--save")
    assert PromptChoices.of(paths).templates(Prompted.spec) == PHOTO_PROMPTS
    assert PromptChoices.of(paths).templates(FakeEncoder.spec) == BARE


def test_the_table_of_words_marks_the_best(
    library: Path, labels: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--photos", str(library), "--labels", str(labels), "--model", "prompted/one"]
    assert run(["evaluate", *arguments]) == 0
    marked = [line for line in capsys.readouterr().out.splitlines() if line.startswith("* ")]
    assert len(marked) == 1
    assert marked[0].endswith(" | ".join(PHOTO_PROMPTS))


def test_too_few_words_are_measured_but_not_kept(
    library: Path, labels: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    few = labels.read_text(encoding="utf-8").splitlines()[:11]
    labels.write_text("\n".join(few), encoding="utf-8")
    with pytest.raises(DatasetError, match="10 of the labels"):
        run(["evaluate", "--photos", str(library), "--labels", str(labels), "--save"])
    assert "10 plain words" in capsys.readouterr().out
    assert not AppPaths.choose().prompts.exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--captions", "c.csv", "--save"], "--save keeps what"),
        (["--labels", "l.csv", "--compare", "a", "b"], "--compare works on --captions"),
        (
            ["--captions", "c.csv", "--labels", "l.csv", "--compare", "a", "b"],
            "--compare works on --captions",
        ),
        (["--captions", "c.csv", "--compare", "a"], "--compare"),
        (["--captions", "c.csv", "--against", "hearsay"], "--against"),
    ],
)
def test_options_that_make_no_sense_are_wrong_usage(
    options: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["evaluate", "--photos", "/tmp", *options]) == 2
    assert words in capsys.readouterr().err
