"""Lets ``import open_clip`` succeed where torchvision's compiled part cannot be loaded."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

# WORKAROUND: open_clip imports torchvision for its transforms alone, but torchvision (seen in
# 0.28 on a CPU build of torch) attaches Python code to its compiled operators while it is being
# imported, and fails with "operator torchvision::nms does not exist" where its compiled part
# wants a CUDA that is not there. Declared without a kernel, the operators let the import pass;
# calling one still fails, and nothing here calls one.
# Remove this module once `import torchvision` works with a compiled part that cannot be loaded
# in every version that pyproject.toml allows.
_SCHEMAS = {
    "nms": "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms": "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
}

_declared: dict[str, Any] = {}
"""The torch libraries that hold our declarations: a declaration dies with its library."""


def declare_missing_operators() -> None:
    """Declare the torchvision operators that the compiled part of torchvision fails to define.

    Call it before the first import of open_clip, timm or torchvision. Where torchvision is
    whole, or was prepared before, this changes nothing.
    """
    import torch

    _load_compiled_part()
    library_of: Any = torch.library.Library
    for name, schema in _SCHEMAS.items():
        if not hasattr(torch.ops.torchvision, name):
            library = library_of("torchvision", "FRAGMENT")
            library.define(schema)
            _declared[name] = library


def _load_compiled_part() -> None:
    """Let torchvision define its own operators, if it can, without importing its Python part.

    Declaring first would make a compiled part that does work fail with a second declaration.
    """
    import torch

    operators: Any = torch.ops
    spec = importlib.util.find_spec("torchvision")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        for library_path in sorted(Path(folder).glob("_C*.*")):
            if library_path.suffix in {".so", ".pyd", ".dll"}:
                try:
                    operators.load_library(str(library_path))
                except (ImportError, OSError):
                    continue
