"""The command that puts photosearch into other programs."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from photosearch.cli import app, exits

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def run(home: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in this home; its exit code, results and remarks."""

    def run(*arguments: str) -> tuple[int, str, str]:
        code = app.run(["--data-dir", str(home / "index"), *arguments])
        written = capsys.readouterr()
        return code, written.out, written.err

    return run


def everything(home: Path) -> list[str]:
    return sorted(str(path.relative_to(home)) for path in home.rglob("*"))


def states(run: Run) -> dict[str, str]:
    """What the list says of each program."""
    code, listed, _ = run("integrate")
    assert code == exits.DONE
    return dict(line.split(maxsplit=1) for line in listed.splitlines())  # type: ignore[misc]


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="it has no thunar")
def test_a_program_is_on_while_it_is_installed(run: Run, home: Path) -> None:
    before = states(run)["thunar"]
    assert before in ("off", "not found here")
    assert run("integrate", "thunar")[0] == exits.DONE
    assert states(run)["thunar"] == "on"
    assert run("integrate", "thunar", "--remove")[0] == exits.DONE
    assert states(run)["thunar"] == before
    assert everything(home) == []


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="it has no thunar")
def test_one_unreadable_file_of_a_program_does_not_hide_the_others(run: Run, home: Path) -> None:
    file = home / ".config" / "Thunar" / "uca.xml"
    file.parent.mkdir(parents=True)
    file.symlink_to(home / "nowhere")
    found = states(run)
    assert found["thunar"] == "in the way lies a file that is not ours"
    assert "geeqie" in found


@pytest.mark.parametrize("more", [["--dry-run"], ["--remove"], ["--add-folders"]])
def test_results_are_not_taken_back_beside_something_else(
    more: list[str], run: Run, home: Path
) -> None:
    code, out, err = run("integrate", "folder", "--clear-results", *more)
    assert code == exits.USAGE
    assert "--clear-results" in err
    assert out == ""
    assert everything(home) == []


def test_a_plan_writes_nothing(run: Run, home: Path) -> None:
    code, out, _ = run("integrate", "desktop", "--dry-run")
    assert code == exits.DONE
    assert "would write" in out
    assert everything(home) == []
