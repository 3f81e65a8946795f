"""Other programs that are asked to do something: run, and what they said."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass

# They only talk to a daemon; where that hangs, so would we.
_WAIT_S = 30.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a command ended; ``code`` is not 0 where it failed or could not be run."""

    code: int
    said: str


RunCommand = Callable[[Sequence[str]], Outcome]


def run_command(command: Sequence[str]) -> Outcome:
    """Run a command to its end; what it wrote is kept, not shown."""
    try:
        done = subprocess.run(
            list(command),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_WAIT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Outcome(127, str(error))
    return Outcome(done.returncode, (done.stderr or done.stdout).strip())
