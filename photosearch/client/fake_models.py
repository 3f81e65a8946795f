"""Models that are not there: a made-up menu whose downloads and switches are in a test's hands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from photosearch.errors import ModelError
from photosearch.model_info import Download, DownloadState, ModelCard, ModelInfo, Switch
from photosearch.types import Notice

STARTER = "starter"
_BYTES_PER_PHOTO = 2_000


def fake_card(name: str, title: str, **facts: object) -> ModelCard:
    """A card of the menu; what is not said is as it often is."""
    usual: dict[str, object] = {
        "summary": "Finds everyday things.",
        "licence": "MIT",
        "licence_url": "https://example.org/licence",
        "is_research_only": False,
        "is_default": False,
        "download_bytes": 600_000_000,
        "dimension": 512,
        "languages": ("en",),
        "image_gflops": 8.8,
        "text_gflops": 6.0,
        "flickr30k_recall_at_1": 0.66,
        "coco_recall_at_1": 0.39,
        "imagenet_top_1": 0.66,
        "source": "https://example.org/figures",
    }
    return ModelCard(name=name, title=title, **{**usual, **facts})  # type: ignore[arg-type]


CARDS = (
    fake_card(
        STARTER,
        "Starter",
        licence="Apache-2.0",
        download_bytes=0,
        flickr30k_recall_at_1=None,
        coco_recall_at_1=None,
        imagenet_top_1=None,
        image_gflops=0.6,
    ),
    fake_card(
        "ViT-B-32-SigLIP2-256/webli",
        "SigLIP 2 B/32",
        summary="Finds more, and understands many languages.",
        licence="Apache-2.0",
        is_default=True,
        download_bytes=1_500_000_000,
        dimension=768,
        languages=("mul",),
        image_gflops=11.5,
        flickr30k_recall_at_1=0.75,
        coco_recall_at_1=0.48,
        imagenet_top_1=0.73,
    ),
    fake_card("ViT-B-32/laion2b_s34b_b79k", "CLIP B/32"),
    fake_card(
        "MobileCLIP-S2/datacompdr",
        "MobileCLIP S2",
        summary="Small and quick.",
        licence="Apple-ML-Research",
        is_research_only=True,
        download_bytes=400_000_000,
    ),
)
"""The starter, a default that knows many languages, one that knows English, one for research."""


class FakeModels:
    """What is known of models, and what a test does to them; ``tell`` is called when that changes.

    Attributes:
        infos: what is told of each, but counts, the chosen one and the one that answers.
        asked: every call, as a name and what it was about.
        refuses: the error that everything asked of a model meets while it is set.
    """

    def __init__(
        self, cards: Sequence[ModelCard], photos: Callable[[], int], tell: Callable[[], None]
    ) -> None:
        self.infos = {card.name: ModelInfo(card.name, card) for card in cards}
        self.infos[STARTER] = replace(
            self.infos.get(STARTER, ModelInfo(STARTER)), is_installed=True
        )
        self.asked: list[tuple[str, str]] = []
        self.refuses: ModelError | None = None
        self.answering = STARTER
        self.chosen = STARTER
        self._photos = photos
        self._tell = tell
        self._embedded: dict[str, int] = {}
        self._seconds_left: float | None = None

    # -- what a test does to it

    def install(self, name: str, embedded: int = 0) -> None:
        """A model is on the disk, and has looked at so many photos."""
        card = self.infos[name].card if name in self.infos else None
        weights_bytes = card.download_bytes if card is not None else 300_000_000
        info = self.infos.get(name, ModelInfo(name))
        self.infos[name] = replace(
            info, is_installed=True, weights_bytes=weights_bytes, download=None
        )
        self._embedded[name] = embedded
        self._tell()

    def download(self, name: str, done_bytes: int, bytes_per_s: float | None = None) -> None:
        """A download gets so far."""
        self._set_download(name, DownloadState.RUNNING, done_bytes, bytes_per_s)

    def check(self, name: str) -> None:
        """All bytes are here, and are compared with their checksum."""
        self._set_download(name, DownloadState.CHECKING, self._total(name))

    def fail_download(self, name: str, problem: Notice) -> None:
        """A download comes to nothing."""
        done_bytes = self._done(name)
        self._set_download(name, DownloadState.FAILED, done_bytes, problem=problem)

    def finish_download(self, name: str) -> None:
        """A download is complete; the library is looked through if it is the chosen one."""
        self.install(name)

    def embed(self, count: int, seconds_left: float | None = None) -> None:
        """The chosen model has looked at so many photos by now."""
        self._embedded[self.chosen] = count
        self._seconds_left = seconds_left
        self._tell()

    def finish_switch(self) -> None:
        """The chosen model has looked at all photos, and answers from now on."""
        self._embedded[self.answering] = self._photos()
        self.answering = self.chosen
        self._tell()

    def measure(self, name: str, photos_per_s: float) -> None:
        """How fast a model is here is known now."""
        self.infos[name] = replace(
            self.infos[name], photos_per_s=photos_per_s, is_being_measured=False
        )
        self._tell()

    def end_measuring(self) -> None:
        """What is not measured by now cannot be."""
        self._set_being_measured(is_so=False)

    # -- what can be asked of it

    def all(self) -> tuple[ModelInfo, ...]:
        """Every model, as the service tells of it."""
        return tuple(self._counted(info) for info in self.infos.values())

    def choose(self, name: str) -> None:
        """Have another model do the work, as soon as it is ready."""
        self._note("choose", name)
        if name not in self.infos:
            raise ModelError(f"There is no model {name}.", "See: photosearch models")
        self.chosen = name
        info = self.infos[name]
        if info.is_installed and self.embedded(name) >= self._photos():
            self._embedded[self.answering] = self._photos()
            self.answering = name
        elif not info.is_installed and info.download is None:
            self._set_download(name, DownloadState.RUNNING, 0)
        self._tell()

    def switch(self) -> Switch | None:
        """The way from the model that answers to the chosen one."""
        if self.chosen == self.answering or not self.infos[self.chosen].is_installed:
            return None
        total = self._photos()
        embedded = min(self.embedded(self.chosen), total)
        return Switch(self.answering, self.chosen, embedded, total, self._seconds_left)

    def embedded(self, name: str) -> int:
        """How many photos a model has looked at; the one that answers, all."""
        if name == self.answering:
            return self._photos()
        return self._embedded.get(name, 0)

    def begin_download(self, name: str) -> None:
        """As `PhotoSearchService.download_model`."""
        self._note("download", name)
        self._set_download(name, DownloadState.RUNNING, self._done(name))

    def pause_download(self, name: str) -> None:
        """As `PhotoSearchService.pause_download`."""
        self._note("pause", name)
        self._set_download(name, DownloadState.PAUSED, self._done(name))

    def cancel_download(self, name: str) -> None:
        """As `PhotoSearchService.cancel_download`."""
        self._note("cancel", name)
        self.infos[name] = replace(self.infos[name], download=None)
        self._tell()

    def begin_measuring(self) -> None:
        """As `PhotoSearchService.measure_models`."""
        self._note("measure", "")
        self._set_being_measured(is_so=True)

    def delete_vectors(self, name: str) -> int:
        """As `PhotoSearch.delete_vectors`."""
        self._note("delete vectors", name)
        self._refuse_in_use(name)
        count = self._embedded.pop(name, 0)
        self._tell()
        return count

    def delete(self, name: str) -> None:
        """As `PhotoSearch.delete_model`."""
        self._note("delete", name)
        self._refuse_in_use(name)
        self.infos[name] = replace(self.infos[name], is_installed=False, weights_bytes=0)
        self._tell()

    # -- within

    def _set_being_measured(self, *, is_so: bool) -> None:
        for name, info in self.infos.items():
            has_part = info.card is not None or info.is_installed
            self.infos[name] = replace(info, is_being_measured=is_so and has_part)
        self._tell()

    def _note(self, what: str, name: str) -> None:
        if self.refuses is not None:
            raise self.refuses
        self.asked.append((what, name))

    def _refuse_in_use(self, name: str) -> None:
        if name in (self.answering, self.chosen):
            raise ModelError(f"The model {name} is in use.", "Choose another one first.")

    def _counted(self, info: ModelInfo) -> ModelInfo:
        embedded = self.embedded(info.name)
        return replace(
            info,
            embedded=embedded,
            index_bytes=embedded * _BYTES_PER_PHOTO,
            remaining=max(0, self._photos() - embedded),
            is_chosen=info.name == self.chosen,
            is_searching=info.name == self.answering,
        )

    def _total(self, name: str) -> int:
        card = self.infos[name].card
        return card.download_bytes if card is not None else 0

    def _done(self, name: str) -> int:
        download = self.infos[name].download
        return download.done_bytes if download is not None else 0

    def _set_download(
        self,
        name: str,
        state: DownloadState,
        done_bytes: int,
        bytes_per_s: float | None = None,
        problem: Notice | None = None,
    ) -> None:
        download = Download(state, done_bytes, self._total(name), bytes_per_s, problem)
        self.infos[name] = replace(self.infos[name], download=download)
        self._tell()


class AnswersAboutModels:
    """The part of a made-up service that is about models: it asks its shelf."""

    shelf: FakeModels

    def _fail(self) -> None:
        """Raise what every question raises at the moment."""
        raise NotImplementedError

    def models(self) -> tuple[ModelInfo, ...]:
        self._fail()
        return self.shelf.all()

    def download_model(self, name: str) -> None:
        self._fail()
        self.shelf.begin_download(name)

    def pause_download(self, name: str) -> None:
        self._fail()
        self.shelf.pause_download(name)

    def cancel_download(self, name: str) -> None:
        self._fail()
        self.shelf.cancel_download(name)

    def measure_models(self) -> None:
        self._fail()
        self.shelf.begin_measuring()

    def delete_vectors(self, name: str) -> int:
        self._fail()
        return self.shelf.delete_vectors(name)

    def delete_model(self, name: str) -> None:
        self._fail()
        self.shelf.delete(name)
