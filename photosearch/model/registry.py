"""From the name a user gives to the encoder it stands for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from photosearch.errors import ModelError
from photosearch.paths import absolute, resource_dir

if TYPE_CHECKING:
    from photosearch.model.encoder import ImageTextEncoder
    from photosearch.paths import AppPaths
    from photosearch.settings import Settings

STARTER = "starter"


@dataclass(frozen=True, slots=True)
class ModelName:
    """A parsed name: ``starter``, ``ARCHITECTURE/TAG`` or ``ARCHITECTURE@FILE``."""

    architecture: str
    tag: str | None = None
    checkpoint: Path | None = None


def parse_model_name(name: str) -> ModelName:
    """Take a model name apart.

    Raises:
        ModelError: it has none of the three forms.
        SettingsError: the home folder that its file lies in is not known.
    """
    if name == STARTER:
        return ModelName(STARTER)
    # A checkpoint's path has slashes of its own, so @ is looked for first.
    architecture, at, file = name.partition("@")
    if at and architecture not in ("", STARTER) and file:
        return ModelName(architecture, checkpoint=absolute(Path(file)))
    architecture, slash, tag = name.rpartition("/")
    if slash and not at and architecture not in ("", STARTER) and tag:
        return ModelName(architecture, tag=tag)
    raise ModelError(
        f"There is no model {name!r}.",
        "A model is `starter`, ARCHITECTURE/TAG (ViT-B-32/laion2b_s34b_b79k) or "
        "ARCHITECTURE@FILE (ViT-B-32@/path/to/weights.safetensors); see: photosearch models --all",
    )


def load_encoder(paths: AppPaths, settings: Settings) -> ImageTextEncoder:
    """Load the model that the settings name.

    Raises:
        ModelError: it is unknown, not on this machine, or cannot be loaded. Nothing is downloaded.
    """
    name = parse_model_name(settings.model)
    if name.architecture == STARTER:
        from photosearch.model.starter import load_starter

        return load_starter(paths.models, resource_dir() / "starter")
    from photosearch.model.clip import load_checkpoint, load_clip

    if name.checkpoint is not None:
        return load_checkpoint(name, paths, settings)
    from photosearch.model.folder import InstalledModels

    model = InstalledModels(paths.installed_models).find(settings.model)
    if model is None:
        raise ModelError(
            f"The model {settings.model} is not on this machine.",
            f"Get it with: photosearch models get {settings.model}",
        )
    return load_clip(model, paths, settings)
