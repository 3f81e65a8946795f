"""Which processor a model runs on, and with which numbers."""

from __future__ import annotations

import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from photosearch.errors import ModelError

_GPU_DRIVERS = ("/dev/nvidiactl", "/dev/kfd", "/dev/dxg")
"""What the drivers of NVIDIA, of AMD and of Windows' subsystem for Linux put there."""


def may_have_gpu() -> bool:
    """Whether torch is worth asking for a graphics processor: importing it takes seconds."""
    try:
        if "+cpu" in version("torch"):
            return False
    except PackageNotFoundError:
        return False
    if sys.platform == "darwin":
        return platform.machine() == "arm64"
    return sys.platform == "win32" or any(Path(driver).exists() for driver in _GPU_DRIVERS)


def choose_device(wanted: str, *, has_cuda: bool, has_mps: bool) -> str:
    """The device to use: ``cuda``, ``mps`` or ``cpu``; ``auto`` takes the first that is there.

    Raises:
        ModelError: the wanted device is not there.
    """
    available = {"cuda": has_cuda, "mps": has_mps, "cpu": True}
    if wanted == "auto":
        return next(name for name, is_there in available.items() if is_there)
    if not available.get(wanted):
        there = ", ".join(name for name, is_there in available.items() if is_there)
        raise ModelError(
            f"The device {wanted!r} is not available on this machine.",
            f"Available are: {there}. Change the setting `device`, or leave it at auto.",
        )
    return wanted


def choose_precision(wanted: str, device: str) -> str:
    """The numbers to compute with: ``auto`` is fp16 on a CUDA device and fp32 elsewhere.

    On Apple's GPUs half precision is slower or less exact than it saves; on CPUs measurement
    decides on bf16, see `preparing`. ``int8`` is for CPUs alone.
    """
    if wanted == "int8" and device != "cpu":
        wanted = "auto"
    if wanted == "auto":
        return "fp16" if device == "cuda" else "fp32"
    return wanted
