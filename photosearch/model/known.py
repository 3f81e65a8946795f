"""Whether a hub has a model of some name, found out without keeping open_clip in this process."""

from __future__ import annotations

import json
import logging
import subprocess
import sys

from photosearch.errors import ModelError
from photosearch.model.elsewhere import is_torch_here
from photosearch.model.menu import menu
from photosearch.model.registry import parse_model_name
from photosearch.paths import resource_dir

_log = logging.getLogger(__name__)


def check_published(name: str) -> None:
    """Refuse a name under which nothing can be downloaded; asks no network.

    The menu is looked at first. For any other name open_clip is asked, in a process of its own,
    which takes seconds. If that process breaks, the name passes: its download will tell.

    Raises:
        ModelError: there is no such model, or no hub has it.
    """
    parsed = parse_model_name(name)
    if parsed.tag is None or any(entry.name == name for entry in menu(resource_dir())):
        return
    if is_torch_here():
        from photosearch.model.published import published_source

        published_source(parsed.architecture, parsed.tag)
        return
    problem = _asked_elsewhere(parsed.architecture, parsed.tag)
    if problem is not None:
        raise ModelError(*problem)


def _asked_elsewhere(architecture: str, tag: str) -> tuple[str, str] | None:
    child = subprocess.run(
        [sys.executable, "-P", "-m", "photosearch.model.published", architecture, tag],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    try:
        problem = json.loads(child.stdout.splitlines()[-1])
        return None if problem is None else (problem["message"], problem["hint"])
    except (ValueError, LookupError, TypeError):
        _log.warning("Looking up %s/%s failed: %s", architecture, tag, child.stderr)
        return None
