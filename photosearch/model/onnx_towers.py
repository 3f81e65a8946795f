"""Prepared towers run by ONNX Runtime: no torch in memory, ready in half a second."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from photosearch.errors import ModelError
from photosearch.model import onnx_runtime

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from photosearch.model.prepared import Prepared
    from photosearch.model.tokenizing import TextTokenizer
    from photosearch.types import Embeddings, Pixels

_log = logging.getLogger(__name__)

_CORES = os.cpu_count() or 1
_LEAST_TEXTS_PER_RUN, _MOST_TEXTS_PER_RUN = 4, 32
_IMAGES_PER_RUN = 32


class OnnxTextTower:
    """A text tower: tokens in, unit vectors out; any thread."""

    def __init__(
        self, prepared: Prepared, tokenizer: TextTokenizer, graph: Path | None = None
    ) -> None:
        note = prepared.note
        self._tokenizer = tokenizer
        self._kind: str = note["kind"]
        self._is_trimmed: bool = note["is_trimmed"]
        self._pool: str = note["pool"]
        self._eos_id: int = note["eos_id"]
        self._dimension: int = note["dimension"]
        # Ten tokens are bound by reading the weights: one thread does that about as fast as all
        # cores, and waits for no other that is busy with photos.
        threads = 1 if self._is_trimmed else None
        self._session = open_session(graph or prepared.folder / "text.onnx", threads)
        words = prepared.folder / "words.npy"
        self._words = np.load(words, mmap_mode="r") if words.is_file() else None

    def encode(self, rows: Sequence[list[int]]) -> Embeddings:
        """Embed token ids without padding: L2-normalised float32 ``(n, d)``."""
        # Texts of like length share a run, so that little of it is spent on padding.
        order = sorted(range(len(rows)), key=lambda position: len(rows[position]))
        share = -(-len(rows) // _CORES)  # so that an ensemble of prompts has all cores, too
        size = min(_MOST_TEXTS_PER_RUN, max(_LEAST_TEXTS_PER_RUN, share))
        runs = [order[start : start + size] for start in range(0, len(order), size)]
        embeddings = np.empty((len(rows), self._dimension), dtype=np.float32)

        def run(positions: list[int]) -> None:
            embeddings[positions] = self._run([rows[position] for position in positions])

        if len(runs) > 1 and self._is_trimmed:  # one thread a run, so many runs at once
            with ThreadPoolExecutor(_CORES) as pool:
                list(pool.map(run, runs))
        else:
            for positions in runs:
                run(positions)
        return embeddings

    def _run(self, rows: Sequence[list[int]]) -> Embeddings:
        ids = self._table_of(rows)
        if self._kind == "ids":
            inputs: dict[str, Any] = {"ids": ids}
        elif self._kind == "masked":
            mask = (ids != self._tokenizer.facts.pad_id).astype(np.int64)
            inputs = {"words": self._look_up(ids), "mask": mask}
        else:
            last = self._place_of_answer(ids)
            if self._is_trimmed:
                ids = ids[:, : int(last.max()) + 1]
            inputs = {"words": self._look_up(ids), "last": last}
        embeddings: Embeddings = self._session.run(None, inputs)[0]
        return embeddings

    def _table_of(self, rows: Sequence[list[int]]) -> NDArray[np.int64]:
        """One row of ids a text: as long as the longest, or as the context."""
        if not self._is_trimmed:
            return np.array([self._tokenizer.padded(row) for row in rows], dtype=np.int64)
        pad_id = self._tokenizer.facts.pad_id
        ids = np.full((len(rows), max(map(len, rows))), pad_id, dtype=np.int64)
        for row, given in zip(ids, rows, strict=True):
            row[: len(given)] = given
        return ids

    def _look_up(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        assert self._words is not None
        return np.asarray(self._words[ids], dtype=np.float32)

    def _place_of_answer(self, ids: NDArray[np.int64]) -> NDArray[np.int64]:
        """As open_clip's ``text_global_pool``: the first of the largest numbers is CLIP's end."""
        if self._pool == "argmax":
            return np.asarray(ids.argmax(axis=1), dtype=np.int64)
        if self._pool == "eos":
            return np.asarray((ids == self._eos_id).argmax(axis=1), dtype=np.int64)
        return np.full(len(ids), ids.shape[1] - 1 if self._pool == "last" else 0, dtype=np.int64)


class OnnxImageTower:
    """An image tower: pixels in, unit vectors out; any thread."""

    def __init__(self, graph: Path, size_px: tuple[int, int]) -> None:
        self._session = open_session(graph, threads=None)
        self._size_px = size_px

    def encode(self, pixels: NDArray[np.float32]) -> Embeddings:
        """Embed ``(n, 3, h, w)``: L2-normalised float32 ``(n, d)``."""
        parts = [
            self._session.run(None, {"pixels": pixels[start : start + _IMAGES_PER_RUN]})[0]
            for start in range(0, len(pixels), _IMAGES_PER_RUN)
        ]
        joined: Embeddings = np.concatenate(parts)
        return joined

    def rest(self) -> None:
        """Give back what the runtime keeps for the next batch; it does so at the end of a run."""
        blank: Pixels = np.zeros((1, 3, *self._size_px), dtype=np.float32)
        onnx_runtime.shrink(self._session, {"pixels": blank})


def open_session(file: Path, threads: int | None) -> Any:
    """Open a graph on the processor; None leaves the number of threads to the runtime.

    Raises:
        ModelError: the file is not one that the runtime can run.
    """
    try:
        return onnx_runtime.open_session(file, threads)
    except Exception as error:  # the runtime raises whatever its parts raise
        raise ModelError(
            f"The prepared model {file} cannot be opened: {error}.",
            f"Delete the folder {file.parent.parent}, and try again.",
        ) from error


def quantize(exact: Path, coarse: Path) -> None:
    """Write a graph again with weights of 8 bits, and its products computed in 8 bits.

    Unsigned weights: processors without VNNI add up pairs of signed ones in 16 bits, which
    overflow.

    Raises:
        RuntimeError, ValueError: the quantiser does not know a part of the graph.
        OSError: the disk is full.
    """
    onnx_runtime.load()
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(
        exact,
        coarse,
        op_types_to_quantize=["MatMul", "Gemm"],
        per_channel=True,
        weight_type=QuantType.QUInt8,
        extra_options={"MatMulConstBOnly": True},
    )
