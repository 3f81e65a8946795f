"""A model on this disk: its configuration, weights and tokenizer as open_clip lays them out."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from photosearch.atomic import write_atomically
from photosearch.errors import ModelError

_NOTE = "model.json"
CONFIG = "open_clip_config.json"


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A model that is on this disk, whole and checked.

    Attributes:
        name: how a user asks for it: ARCHITECTURE/TAG.
        folder: our own folder for it, with its note, and what was imported.
        config: the contents of ``open_clip_config.json``: ``model_cfg`` and ``preprocess_cfg``.
        weights: the checkpoint, ``.safetensors`` or a pickle of tensors.
        tokenizer: a folder with ``tokenizer.json`` (and what else Hugging Face wants), or None
            for CLIP's own tokenizer.
        fingerprint: of the weights' bytes, as `fingerprint_file` gives it.
        is_ours: the weights were put there by us; else another program may use them as well.
    """

    name: str
    folder: Path
    config: Mapping[str, Any]
    weights: Path
    tokenizer: Path | None
    fingerprint: str
    is_ours: bool = True

    @property
    def architecture(self) -> str:
        """The part of the name before the tag, or before the file."""
        before_file, at, _ = self.name.partition("@")
        return before_file if at else self.name.rpartition("/")[0]


class InstalledModels:
    """The models on this disk, each with a note in a folder of its own; any thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def place(self, name: str) -> Path:
        """Where a model has its folder, installed or not."""
        return self._folder / (re.sub(r"[^A-Za-z0-9._-]+", "--", name).strip(".") or "-")

    def find(self, name: str) -> ModelFolder | None:
        """The model, if it is here; a note whose weights are gone counts for nothing.

        Nor does the folder of another one, since names that differ little share a place.

        Raises:
            ModelError: what is noted of it cannot be read.
        """
        found = self._read(self.place(name))
        return found if found is not None and found.name == name else None

    def all(self) -> Iterator[ModelFolder]:
        """Every model that is here; what cannot be read is passed over."""
        for folder in sorted(self._folder.glob("*/")):
            try:
                found = self._read(folder)
            except ModelError:
                continue
            if found is not None:
                yield found

    def install(self, model: ModelFolder) -> None:
        """Note a model whose files are all in place: from now on it is here.

        Raises:
            OSError: the disk is full or may not be written.
        """
        model.folder.mkdir(parents=True, exist_ok=True)
        write_atomically(
            model.folder / CONFIG, json.dumps(dict(model.config), indent=2).encode("utf-8")
        )
        note = {
            "name": model.name,
            "weights": str(model.weights),
            "tokenizer": None if model.tokenizer is None else str(model.tokenizer),
            "fingerprint": model.fingerprint,
            "is_ours": model.is_ours,
        }
        write_atomically(model.folder / _NOTE, json.dumps(note, indent=2).encode("utf-8"))

    def forget(self, name: str) -> None:
        """Delete our folder of a model, with what was imported into it."""
        folder = self.place(name)
        (folder / _NOTE).unlink(missing_ok=True)  # first, so that half of it is never found
        shutil.rmtree(folder, ignore_errors=True)

    def _read(self, folder: Path) -> ModelFolder | None:
        try:
            note = json.loads((folder / _NOTE).read_text(encoding="utf-8"))
            weights = Path(note["weights"])
            if not weights.is_file():
                return None
            return ModelFolder(
                name=note["name"],
                folder=folder,
                config=json.loads((folder / CONFIG).read_text(encoding="utf-8")),
                weights=weights,
                tokenizer=None if note["tokenizer"] is None else Path(note["tokenizer"]),
                fingerprint=note["fingerprint"],
                is_ours=note["is_ours"],
            )
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelError(
                f"What is noted of the model in {folder} cannot be read: {error!r}.",
                "Delete that folder, and download or add the model again.",
            ) from error
