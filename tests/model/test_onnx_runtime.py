"""Nothing is reported to anybody: not even that ONNX Runtime was used, nor noted for it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SESSION = """
from pathlib import Path
from onnx import TensorProto, helper
from photosearch.model import onnx_runtime
value = lambda name: helper.make_tensor_value_info(name, TensorProto.FLOAT, [1])
graph = helper.make_graph([helper.make_node("Relu", ["x"], ["y"])], "g", [value("x")], [value("y")])
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
model.ir_version = 9
path = Path("relu.onnx")
path.write_bytes(model.SerializeToString())
session = onnx_runtime.open_session(path, threads=1)
import numpy
inputs = {"x": numpy.ones(1, numpy.float32)}
print(session.run(None, inputs)[0])
onnx_runtime.shrink(session, inputs)
"""


def test_the_runtime_leaves_no_notes_in_the_home_folder(tmp_path: Path) -> None:
    kept = {k: v for k, v in os.environ.items() if k != "ORT_DISABLE_TELEMETRY"}
    home, elsewhere = tmp_path / "home", tmp_path / "elsewhere"
    home.mkdir()
    elsewhere.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", SESSION],
        cwd=elsewhere,
        env={**kept, "HOME": str(home), "XDG_CACHE_HOME": str(home / ".cache")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "[1.]\n", done.stderr
    assert list(home.rglob("*")) == []
