"""Embeddings as CLIP makes them: clusters of many sizes in a narrow cone, texts in another one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_SEED = 2026
_INTRINSIC_DIMENSION = 48
_PHOTOS_A_CLUSTER = 30
_CLUSTER_SPREAD = 0.6
"""How far photos lie from the centre of their cluster, in distances between the centres."""
_NOISE = 0.35
"""Energy outside the subspace: no direction of a real embedding is quite empty."""
_IMAGE_CONE = 1.0
"""The common mean against the spread: two photos at random then have a cosine near 0.5."""
_TEXT_DETAIL = 0.55
"""How much of a photo's own direction its text has; what is left is the texts' common mean."""


@dataclass(frozen=True, slots=True)
class CloudOfPhotos:
    """Unit vectors: photos ``(n, d)`` and text-like queries ``(q, d)``."""

    photos: Floats
    queries: Floats


def make_cloud(photo_count: int, query_count: int, dimension: int = 512) -> CloudOfPhotos:
    """Draw photos in clusters with sizes by a power law, and texts that describe some of them.

    Texts are offset from the cone of the images (the modality gap of Liang et al. 2022): their
    best cosines are near 0.3 and close together, which is what makes them hard for HNSW.
    """
    chance = np.random.default_rng(_SEED)
    subspace = _unit(chance.standard_normal((_INTRINSIC_DIMENSION, dimension), np.float32))
    image_mean, text_mean = _unit(chance.standard_normal((2, dimension), np.float32))
    cluster_count = max(photo_count // _PHOTOS_A_CLUSTER, 1)
    shares = np.arange(1, cluster_count + 1) ** -0.8
    clusters = chance.choice(cluster_count, photo_count, p=shares / shares.sum())
    centres = _latent(chance, cluster_count)
    latent = centres[clusters] + _CLUSTER_SPREAD * _latent(chance, photo_count)
    own = _unit(latent @ subspace) + _noise(chance, photo_count, dimension)
    photos = _unit(_IMAGE_CONE * image_mean + _unit(own))
    described = chance.choice(photo_count, query_count)
    words = _unit(own[described]) + 2 * _noise(chance, query_count, dimension)
    queries = _unit(text_mean + _TEXT_DETAIL * _unit(words))
    return CloudOfPhotos(photos, queries)


def exact_best(photos: Floats, query: Floats, limit: int) -> list[int]:
    """The rows of the nearest photos by an exact search in float32, nearest first."""
    scores = photos @ query
    best = (
        np.argpartition(-scores, limit)[:limit] if limit < len(scores) else np.arange(len(scores))
    )
    return [int(row) for row in best[np.argsort(-scores[best])]]


def _latent(chance: np.random.Generator, count: int) -> Floats:
    return chance.standard_normal((count, _INTRINSIC_DIMENSION), np.float32)


def _noise(chance: np.random.Generator, count: int, dimension: int) -> Floats:
    return _NOISE * _unit(chance.standard_normal((count, dimension), np.float32))


def _unit(rows: Floats) -> Floats:
    unit: Floats = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit
