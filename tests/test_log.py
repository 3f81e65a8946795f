"""The service's log: bounded, readable, and safe to look at."""

from __future__ import annotations

import logging
import warnings
from datetime import datetime
from pathlib import Path

import pytest

from photosearch.log import logging_to_file, tail
from photosearch.paths import AppPaths

log = logging.getLogger("photosearch.test")


def test_a_line_has_an_iso_time_a_level_and_who_said_it(paths: AppPaths) -> None:
    with logging_to_file(paths):
        log.info("hello")
    [line] = tail(paths.log, 10)
    when, level, name, words = line.split(maxsplit=3)
    assert datetime.fromisoformat(when).tzinfo is not None
    assert (level, name, words) == ("INFO", "photosearch.test:", "hello")


def test_control_characters_are_shown_not_sent(paths: AppPaths) -> None:
    with logging_to_file(paths):
        log.warning("photo \x1b[31m\udcff.jpg")
    assert r"photo \x1b[31m\udcff.jpg" in paths.log.read_text()


def test_a_secret_never_reaches_the_file_not_even_in_a_traceback(paths: AppPaths) -> None:
    with logging_to_file(paths, ["s3cret-token"]):
        try:
            raise RuntimeError("Bearer s3cret-token")
        except RuntimeError:
            log.exception("asked with %s", "s3cret-token")
    text = paths.log.read_text()
    assert "Traceback" in text
    assert "s3cret" not in text


def test_the_server_is_heard_and_the_chatter_of_libraries_is_not(paths: AppPaths) -> None:
    with logging_to_file(paths):
        logging.getLogger("uvicorn.error").info("from the server")
        logging.getLogger("some.library").info("chatter")
        logging.getLogger("some.library").warning("trouble")
        with warnings.catch_warnings():
            warnings.simplefilter("default")
            warnings.warn("a warning of Python", stacklevel=1)
    text = paths.log.read_text()
    assert "from the server" in text
    assert "chatter" not in text
    assert "trouble" in text
    assert "a warning of Python" in text


def test_the_log_rotates_and_stays_bounded(paths: AppPaths) -> None:
    with logging_to_file(paths):
        for number in range(60):
            log.info("%d %s", number, "x" * 100_000)
    files = sorted(paths.log_dir.glob("service.log*"))
    assert [file.name for file in files] == [
        "service.log", "service.log.1", "service.log.2", "service.log.3",
    ]  # fmt: skip
    assert sum(file.stat().st_size for file in files) < 5_000_000
    assert " 59 x" in files[0].read_text()


def test_a_log_folder_that_cannot_be_made_is_said_on_standard_error(
    paths: AppPaths, capsys: pytest.CaptureFixture[str]
) -> None:
    paths.data_dir.mkdir()
    paths.log_dir.write_text("a file in the way")
    with logging_to_file(paths):
        log.info("still heard")
    said = capsys.readouterr().err
    assert f"{paths.log} cannot be written" in said
    assert "still heard" in said


def test_a_disk_that_fills_up_stops_nobody(
    paths: AppPaths, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with logging_to_file(paths):
        [handler] = logging.getLogger().handlers
        monkeypatch.setattr(handler, "shouldRollover", full)
        log.info("lost")
    assert capsys.readouterr().err == ""


def test_logging_is_as_before_when_the_service_ends(paths: AppPaths) -> None:
    root = logging.getLogger()
    told = [logging.getLogger(name) for name in ("photosearch", "uvicorn")]
    before = (list(root.handlers), root.level, [one.level for one in told])
    with logging_to_file(paths):
        assert root.handlers != before[0]
        assert [one.level for one in told] == [logging.INFO, logging.INFO]
    assert (root.handlers, root.level, [one.level for one in told]) == before


def test_the_tail_is_the_last_lines_that_say_something(tmp_path: Path) -> None:
    file = tmp_path / "log"
    file.write_bytes(b"x" * 100_000 + b"\nfirst\n\n\x1b[2Jsecond \xff\r\n\n")
    assert tail(file, 2) == ["first", r"\x1b[2Jsecond \xff"]
    assert tail(tmp_path / "none", 2) == []
