"""The checks that every model passes before it counts as installed, wherever it came from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from photosearch.errors import shown
from photosearch.model.architectures import fit, refuse_foreign
from photosearch.model.checkpoint import Checkpoint, open_checkpoint
from photosearch.model.configuration import check_config
from photosearch.model.elsewhere import is_torch_here, obey, run_elsewhere
from photosearch.model.tensor_file import TensorFile, check_numbers, lay_out
from photosearch.model.tokenizer_files import find_tokenizer, needs_tower

if TYPE_CHECKING:
    from photosearch.jobs import CancelToken
    from photosearch.model.folder import ModelFolder

OnProgress = Callable[[int, int], None]
"""Told the bytes that are done, and those that there are to do."""


class Telling:
    """Passes on how far the work is, until it is cancelled."""

    def __init__(
        self, total_bytes: int, cancel: CancelToken | None, on_progress: OnProgress | None
    ) -> None:
        self._total_bytes = total_bytes
        self._cancel = cancel
        self._on_progress = on_progress

    def goes_on(self, done_bytes: int) -> bool:
        """Tell of so many bytes; whether there is to be more."""
        if self._on_progress is not None:
            self._on_progress(done_bytes, self._total_bytes)
        return self._cancel is None or not self._cancel.is_cancelled


def check_model(
    model: ModelFolder, *, cancel: CancelToken | None = None, on_progress: OnProgress | None = None
) -> None:
    """Look a model through before it is used: its configuration, tokenizer and all its numbers.

    It stops without a word if it is cancelled.

    Raises:
        ModelError: what is wrong with it.
    """
    check_config(model.config, f"The configuration of {shown(model.name)}")
    checkpoint = open_checkpoint(model.weights)
    tensors, _ = check_files(checkpoint, model.config, model.tokenizer)
    read_all(checkpoint, tensors, Telling(tensors.size_bytes, cancel, on_progress))


def check_apart(model: ModelFolder, cancel: CancelToken) -> None:
    """The same in a process of its own, so that this one does not come to have torch.

    Raises:
        ModelError: what is wrong with it.
    """
    if is_torch_here():
        check_model(model, cancel=cancel)
    else:
        doing = f"Checking the model {shown(model.name)}"
        run_elsewhere("photosearch.model.checking", model, {}, cancel, doing)


def check_files(
    checkpoint: Checkpoint, config: Mapping[str, Any], folder: Path | None
) -> tuple[TensorFile, dict[str, Path]]:
    """All checks that need no number of the weights.

    Args:
        config: checked.
        folder: with the tokenizer and the text tower's configuration, if there are any.

    Returns:
        The weights as they are to be stored, and the files that belong to them, by name.

    Raises:
        ModelError: what does not fit together.
    """
    network = config["model_cfg"]
    refuse_foreign(checkpoint)
    tokenizer = find_tokenizer(network, folder)
    tensors = fit(checkpoint, network, folder if needs_tower(network) else None)
    return lay_out(checkpoint, tensors), tokenizer


def read_all(checkpoint: Checkpoint, tensors: TensorFile, tell: Telling) -> str | None:
    """The fingerprint of the weights, all of whose numbers are sound; None if cancelled.

    Raises:
        ModelError: numbers that no trained model has.
    """
    fingerprint = ""
    for done_bytes, fingerprint in check_numbers(checkpoint, tensors):  # noqa: B007 - the last counts
        if not tell.goes_on(done_bytes):
            return None
    return fingerprint


if __name__ == "__main__":
    obey(lambda model, _: check_model(model))
