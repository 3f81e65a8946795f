"""Where open_clip's published models outside the menu have their files."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from photosearch.errors import ModelError
from photosearch.model.architectures import architecture_config
from photosearch.model.torchvision_shim import declare_missing_operators


@dataclass(frozen=True, slots=True)
class PublishedSource:
    """What open_clip knows of a published model.

    Attributes:
        repository: where a hub has it, as ORGANISATION/NAME.
        weights_file: the name of its checkpoint there; None if it has the usual one.
        config: as ``open_clip_config.json`` has it, for a repository that has none.
    """

    repository: str
    weights_file: str | None
    config: Mapping[str, Any]


def published_source(architecture: str, tag: str) -> PublishedSource:
    """Look a published model up; takes the seconds that importing open_clip takes.

    Raises:
        ModelError: there is no such model, or no hub has it.
    """
    declare_missing_operators()
    import open_clip

    network = architecture_config(architecture)
    known = open_clip.get_pretrained_cfg(architecture, tag)
    if not known:
        tags = ", ".join(open_clip.list_pretrained_tags_by_model(architecture)) or "none"
        raise ModelError(
            f"There is no published tag {tag!r} of {architecture}.", f"Its tags are: {tags}."
        )
    if not known.get("hf_hub"):
        raise ModelError(
            f"No model hub has {architecture}/{tag}; it is published at {known.get('url')}.",
            "Fetch that file, and add it with: photosearch models add FILE",
        )
    repository, _, file = known["hf_hub"].rpartition("/")
    return PublishedSource(repository, file or None, _config(network, known))


def _config(network: Mapping[str, Any], known: Mapping[str, Any]) -> Mapping[str, Any]:
    if known.get("quick_gelu"):
        network = {**network, "quick_gelu": True}
    keys = ("mean", "std", "interpolation", "resize_mode")
    return {
        "model_cfg": network,
        "preprocess_cfg": {key: known[key] for key in keys if known.get(key) is not None},
    }


def _main(architecture: str, tag: str) -> None:
    """Look a model up for another process; writes the problem there is, or null, as JSON."""
    problem = None
    try:
        published_source(architecture, tag)
    except ModelError as error:
        problem = {"message": error.message, "hint": error.hint}
    sys.stdout.write("\n" + json.dumps(problem) + "\n")


if __name__ == "__main__":
    _main(*sys.argv[1:])
