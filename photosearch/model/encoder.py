"""The port every model stands behind: photos and words in, comparable embeddings out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from PIL.Image import Image

    from photosearch.types import Embeddings, ModelSpec, Pixels


class ImageTextEncoder(Protocol):
    """A CLIP-like model (Radford et al. 2021): two towers, one latent space.

    Every method may be called from many threads at once: words are embedded while photos are.
    """

    @property
    def spec(self) -> ModelSpec:
        """The identity of the embeddings this encoder makes."""
        ...

    @property
    def decode_side_px(self) -> int:
        """The shorter side, in pixels, that a photo must keep when it is decoded smaller.

        It is the side that the image tower reads: the decoder adds its own headroom.
        """
        ...

    def preprocess(self, image: Image) -> Pixels:
        """Turn an upright RGB image into what the image tower reads: float32 ``(3, h, w)``."""
        ...

    def encode_images(self, pixels: Sequence[Pixels]) -> Embeddings:
        """Embed preprocessed images: L2-normalised float32 ``(n, d)``."""
        ...

    def encode_texts(self, texts: Sequence[str]) -> Embeddings:
        """Embed texts: L2-normalised float32 ``(n, d)``.

        A text longer than the context is cut with a logged warning.

        Raises:
            QueryError: a text is empty or only white space.
        """
        ...

    def rest(self) -> None:
        """Give back the memory that batches took: no more of them come for a while."""
        ...
