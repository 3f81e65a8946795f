"""The one way to ONNX Runtime: it is told to send no reports before it is loaded."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def load() -> Any:
    """The module. From 1.3x on it notes an id of this machine in the home folder as it is loaded,
    and sends reports of how it is used to its maker, unless the environment forbids it.
    """
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    return onnxruntime


def open_session(file: Path, threads: int | None) -> Any:
    """Open a graph on the processor; None leaves the number of threads to the runtime.

    Raises:
        Exception: whatever the parts of the runtime raise where the file is none for it.
    """
    runtime = load()
    options = runtime.SessionOptions()
    if threads is not None:
        options.intra_op_num_threads = threads
    # Threads that spin while they wait take the processor from the decoding of photos.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.inter_op.allow_spinning", "0")
    options.log_severity_level = 3
    return runtime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])


def shrink(session: Any, inputs: Mapping[str, Any]) -> None:
    """Give back what the runtime keeps for the next batch; it does so at the end of a run."""
    options = load().RunOptions()
    options.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
    session.run(None, inputs, options)
