"""The torchvision shim: open_clip imports, and a whole torchvision is left alone."""

from __future__ import annotations

import subprocess
import sys


def run_fresh(program: str) -> str:
    """Run a program in an interpreter that has imported nothing yet, and return what it says."""
    finished = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout.strip()


def test_open_clip_imports_after_declaring_and_declaring_twice_is_harmless() -> None:
    program = """
from photosearch.model.torchvision_shim import declare_missing_operators
declare_missing_operators()
declare_missing_operators()
import open_clip, torchvision
declare_missing_operators()
print(callable(open_clip.create_model))
"""
    assert run_fresh(program) == "True"


def test_operators_that_exist_are_not_declared_again() -> None:
    program = """
import torch
own = torch.library.Library("torchvision", "DEF")
own.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
from photosearch.model import torchvision_shim
torchvision_shim._load_compiled_part = lambda: None
torchvision_shim.declare_missing_operators()
print(sorted(torchvision_shim._declared))
"""
    assert run_fresh(program) == "['qnms']"


def test_importing_the_shim_imports_no_torch() -> None:
    program = """
import sys
import photosearch.model.torchvision_shim
print("torch" in sys.modules, "torchvision" in sys.modules)
"""
    assert run_fresh(program) == "False False"
