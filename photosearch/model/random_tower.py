"""Image towers with random weights: as fast as trained ones, and there without a download."""

from __future__ import annotations

import warnings
from types import SimpleNamespace
from typing import TYPE_CHECKING

from photosearch.model.architectures import architecture_config
from photosearch.model.openclip import TorchImageTower, has_fast_bf16, image_tower_of
from photosearch.model.torchvision_shim import declare_missing_operators

if TYPE_CHECKING:
    from torch import nn

_LARGEST = 0.02
"""Weights from zero to this: no overflow, no NaN and no denormal numbers, which are slow."""


def random_tower(architecture: str) -> tuple[TorchImageTower, tuple[int, int], str]:
    """Build the image tower of an architecture as indexing on this processor would run it.

    Returns:
        The tower, height and width in pixels of what it reads, and the name of the engine.

    Raises:
        ModelError: open_clip knows no such architecture.
    """
    visual, size = _random_visual(architecture)
    is_coarse = has_fast_bf16()
    tower = image_tower_of(SimpleNamespace(visual=visual), "cpu", "bf16" if is_coarse else "fp32")
    size_px = (size, size) if isinstance(size, int) else size
    return tower, size_px, "torch-bf16" if is_coarse else "torch"


def thread_count() -> int:
    """How many threads a tower is run with."""
    import torch

    return torch.get_num_threads()


def _random_visual(architecture: str) -> tuple[nn.Module, int | tuple[int, int]]:
    """The tower on the meta device, then in memory: open_clip's own start takes 20 times longer."""
    declare_missing_operators()
    import torch
    from open_clip.model import CLIPVisionCfg, _build_vision_tower

    config = architecture_config(architecture)
    vision = CLIPVisionCfg(**{**config["vision_cfg"], "timm_model_pretrained": False})
    with torch.device("meta"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        empty = _build_vision_tower(config["embed_dim"], vision, config.get("quick_gelu", False))
    visual: nn.Module = empty.to_empty(device="cpu")
    with torch.no_grad():
        for tensor in (*visual.parameters(), *visual.buffers()):
            if tensor.is_floating_point():
                tensor.uniform_(0.0, _LARGEST)
            else:
                tensor.zero_()
    return visual, vision.image_size
