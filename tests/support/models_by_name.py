"""Fake models by name, for going from one to another; and what the tests of that ask an engine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from photosearch.engine import Engine
from photosearch.errors import ModelError
from photosearch.model.fake import FakeEncoder
from photosearch.paths import AppPaths
from photosearch.settings import Settings

OLD, NEW, THIRD = "starter", "net/new", "net/third"


class Models:
    """Fake models by name: which are on this machine, which are broken, which weights they have."""

    def __init__(self) -> None:
        self.installed = {OLD, NEW, THIRD}
        self.broken: set[str] = set()
        self.weights = dict.fromkeys(self.installed, "0123456789abcdef")
        self.twins: dict[str, str] = {}
        self.encoders: dict[str, FakeEncoder] = {}
        self.on_batch: Callable[[str], None] = lambda _: None

    def load(self, _: AppPaths, settings: Settings) -> FakeEncoder:
        name = settings.model
        if name in self.broken or name not in self.installed:
            raise ModelError(f"{name} does not load.", "Mend it.")
        models = self

        class Named(FakeEncoder):
            spec = replace(
                FakeEncoder.spec,
                name=name,
                architecture=models.twins.get(name, name).replace("/", "-"),
                weights_fingerprint=models.weights[name],
            )

            def encode_images(self, pixels: Sequence[Any]) -> Any:
                models.on_batch(name)
                return super().encode_images(pixels)

        self.encoders[name] = Named()
        return self.encoders[name]

    def embedded(self, name: str) -> int:
        return self.encoders[name].encoded_images if name in self.encoders else 0


def choose(engine: Engine, name: str) -> None:
    engine.change_settings({"model": name})


def counts(engine: Engine) -> dict[str, int]:
    return {one.spec.name: one.embedded for one in engine.status().models}
