"""Work on a model in a process of its own: torch, its memory and its hold on Python's lock go."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from photosearch.errors import ModelError
from photosearch.model.folder import ModelFolder

if TYPE_CHECKING:
    from photosearch.jobs import CancelToken

_log = logging.getLogger(__name__)

_POLL_S = 0.1


def is_torch_here() -> bool:
    """Whether this process has torch anyway, so that another one would bring nothing."""
    return "torch" in sys.modules


def run_elsewhere(
    module: str,
    model: ModelFolder,
    order: Mapping[str, Any],
    cancel: CancelToken | None,
    doing: str,
) -> None:
    """Let a module, run as a program that calls `obey`, work on a model.

    It returns early, without a word, if it is cancelled; the process is killed then.

    Args:
        order: what the module is told beside the model, as JSON has it.
        doing: the work in words, should the process end early: ``Checking the model X``.

    Raises:
        ModelError: what the module's work raised, or the process ended early.
    """
    told = {
        "model": {
            "name": model.name,
            "folder": str(model.folder),
            "config": dict(model.config),
            "weights": str(model.weights),
            "tokenizer": None if model.tokenizer is None else str(model.tokenizer),
            "fingerprint": model.fingerprint,
            "is_ours": model.is_ours,
        },
        **order,
    }
    with subprocess.Popen(
        [sys.executable, "-P", "-m", module],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as child:
        try:
            answer = _converse(child, json.dumps(told), cancel)
        except BaseException:
            child.kill()
            raise
        if answer is None:
            child.kill()
            return
    try:
        problem = json.loads(answer.splitlines()[-1])["problem"]
    except (ValueError, IndexError, KeyError):
        problem = {
            "message": f"{doing} ended early (exit status {child.returncode}).",
            "hint": "Make sure that there is memory for it, and try again.",
        }
    if problem is not None:
        raise ModelError(problem["message"], problem["hint"])


def obey(work: Callable[[ModelFolder, Mapping[str, Any]], None]) -> None:
    """Do in the other process what was ordered; answer with the problem there was, or null."""
    order = json.loads(sys.stdin.read())
    given = order.pop("model")
    for name in ("folder", "weights", "tokenizer"):
        given[name] = None if given[name] is None else Path(given[name])
    problem = None
    try:
        work(ModelFolder(**given), order)
    except ModelError as error:
        problem = {"message": error.message, "hint": error.hint}
    sys.stdout.write("\n" + json.dumps({"problem": problem}) + "\n")


def _converse(child: subprocess.Popen[str], order: str, cancel: CancelToken | None) -> str | None:
    """Give the order and wait for the answer; None if it was cancelled meanwhile."""
    given: str | None = order
    while True:
        try:
            answer, remarks = child.communicate(given, timeout=_POLL_S)
        except subprocess.TimeoutExpired:
            given = None
        else:
            _log.debug("%s", remarks)
            return answer
        if cancel is not None and cancel.is_cancelled:
            return None
