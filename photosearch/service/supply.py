"""Where the service's models come from; tests put others in their place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from photosearch.model.registry import load_encoder
from photosearch.model_choice import IsInstalled, is_on_this_machine

if TYPE_CHECKING:
    from photosearch.jobs import CancelToken
    from photosearch.model.encoder import ImageTextEncoder
    from photosearch.paths import AppPaths
    from photosearch.settings import Settings

OnBytes = Callable[[int, int], None]


def check_name(name: str) -> None:
    """Refuse a name under which nothing can be downloaded; may take seconds, asks no network.

    Raises:
        ModelError: there is no such model, or no hub has it.
    """
    from photosearch.model.known import check_published

    check_published(name)


def fetch(name: str, paths: AppPaths, cancel: CancelToken, on_bytes: OnBytes) -> bool:
    """Download a model, or what is missing of it; False if that was cancelled.

    Raises:
        ModelError: there is no such model, no network, no space, or what came is wrong.
    """
    from photosearch.model import hub

    return hub.fetch(name, paths, cancel, on_bytes) is not None


def prepare(name: str, paths: AppPaths, settings: Settings, cancel: CancelToken) -> None:
    """Make a model that came ready for its first use.

    Raises:
        ModelError: it cannot be loaded.
    """
    from photosearch.model.folder import InstalledModels
    from photosearch.model.preparing import prepare as prepare_folder

    folder = InstalledModels(paths.installed_models).find(name)
    if folder is not None:
        prepare_folder(folder, paths, settings, cancel)


def discard(name: str, paths: AppPaths) -> None:
    """Delete what is here of a download that did not end."""
    from photosearch.model import hub

    hub.discard(name, paths)


def bytes_here(name: str, paths: AppPaths) -> tuple[int, int | None]:
    """How much is here of a download that did not end, and how much there is to come in all."""
    from photosearch.model import hub

    partial = hub.partial(name, paths)
    return (0, None) if partial is None else (partial.done_bytes, partial.total_bytes)


def measure(
    names: Sequence[str], paths: AppPaths, cancel: CancelToken, on_measured: Callable[[str], object]
) -> None:
    """Measure how fast this machine embeds with some models; tells of each.

    Raises:
        ModelError: the measuring process cannot be started.
    """
    from photosearch.model import calibration

    def tell(name: str, _: object) -> None:
        on_measured(name)

    calibration.measure(names, paths, cancel, tell)


@dataclass(frozen=True)
class Supply:
    """What is done with models, each by a function that says so."""

    load: Callable[[AppPaths, Settings], ImageTextEncoder] = load_encoder
    is_installed: Callable[[AppPaths], IsInstalled] = is_on_this_machine
    check_name: Callable[[str], None] = check_name
    fetch: Callable[[str, AppPaths, CancelToken, OnBytes], bool] = fetch
    prepare: Callable[[str, AppPaths, Settings, CancelToken], None] = prepare
    discard: Callable[[str, AppPaths], None] = discard
    bytes_here: Callable[[str, AppPaths], tuple[int, int | None]] = bytes_here
    measure: Callable[[Sequence[str], AppPaths, CancelToken, Callable[[str], object]], None] = (
        measure
    )
