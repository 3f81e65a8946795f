"""Where a model runs and with which numbers."""

from __future__ import annotations

from pathlib import Path

import pytest

from photosearch.errors import ModelError
from photosearch.model import device
from photosearch.model.device import choose_device, choose_precision


@pytest.mark.parametrize(
    ("has_cuda", "has_mps", "chosen"),
    [(True, False, "cuda"), (False, True, "mps"), (True, True, "cuda"), (False, False, "cpu")],
)
def test_auto_takes_the_fastest_device_there_is(has_cuda: bool, has_mps: bool, chosen: str) -> None:
    assert choose_device("auto", has_cuda=has_cuda, has_mps=has_mps) == chosen


def test_a_named_device_is_taken_or_refused() -> None:
    assert choose_device("cpu", has_cuda=True, has_mps=True) == "cpu"
    with pytest.raises(ModelError, match="cuda"):
        choose_device("cuda", has_cuda=False, has_mps=True)


def test_auto_precision_is_half_on_cuda_only() -> None:
    assert [choose_precision("auto", d) for d in ("cuda", "mps", "cpu")] == ["fp16", "fp32", "fp32"]
    assert choose_precision("bf16", "cpu") == "bf16"


def test_int8_is_for_processors_alone() -> None:
    assert [choose_precision("int8", d) for d in ("cuda", "mps", "cpu")] == ["fp16", "fp32", "int8"]


def test_torch_without_graphics_processors_is_not_asked_for_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(device, "version", lambda _: "2.13.0+cpu")
    assert not device.may_have_gpu()


def test_a_driver_is_reason_to_ask_torch(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(device, "version", lambda _: "2.13.0")
    monkeypatch.setattr(device.sys, "platform", "linux")
    monkeypatch.setattr(device, "_GPU_DRIVERS", (str(tmp_path / "driver"),))
    assert not device.may_have_gpu()
    (tmp_path / "driver").touch()
    assert device.may_have_gpu()
