"""Which processor a model runs on, and with which numbers."""

from __future__ import annotations

from photosearch.errors import ModelError


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

    On CPUs and on Apple's GPUs half precision is slower or less exact than it saves.
    """
    if wanted == "auto":
        return "fp16" if device == "cuda" else "fp32"
    return wanted
