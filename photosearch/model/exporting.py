"""open_clip's towers written as ONNX graphs, the text tower cut down to what its answer needs."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

_OPSET = 17
_HF_TOWERS = ("bert", "roberta", "xlm-roberta")
"""Those whose words see no padding and whose places count from the start."""


class TextKind(StrEnum):
    """What a text graph reads."""

    WORDS = "words"
    """``words`` float32 ``(n, length, width)``, looked up, and ``last`` int64 ``(n,)``."""
    MASKED = "masked"
    """``words`` as above and ``mask`` int64 ``(n, length)``: 1 is a word, 0 is padding."""
    IDS = "ids"
    """``ids`` int64 ``(n, context)``: the tower as it is, at full length."""


@dataclass(frozen=True, slots=True)
class TextGraph:
    """A text tower made ready to be written.

    Attributes:
        is_trimmed: a text is run at the length it has; else at the whole context.
        pool: where the answer is read: ``argmax``, ``eos``, ``last`` or ``first``; of WORDS alone.
        words: the table of word vectors that is looked up outside of the graph, or None.
    """

    kind: TextKind
    is_trimmed: bool
    pool: str
    eos_id: int
    module: nn.Module
    words: Tensor | None


def text_graphs(model: Any) -> Iterable[TextGraph]:
    """The ways to run a model's text tower, best first; the last works for every model.

    The tables of words are left out of the graphs: a query reads ten rows of some 50,000 (CLIP)
    to 256,000 (SigLIP 2: 790 MB), which the system fetches from a file that is mapped.
    """
    from open_clip.hf_model import HFTextEncoder

    tower = getattr(model, "text", None)
    if isinstance(tower, HFTextEncoder):
        if tower.config.model_type in _HF_TOWERS and type(tower.pooler).__name__ == "MeanPooler":
            table = tower.transformer.get_input_embeddings().weight
            yield TextGraph(TextKind.MASKED, True, "mean", 0, MaskedTower(tower), table)
    elif _is_plain(model):
        graph = WordsTower(model)
        is_trimmed = graph.is_causal and graph.pool in ("argmax", "eos", "first")
        table = graph.table.weight
        yield TextGraph(TextKind.WORDS, is_trimmed, graph.pool, graph.eos_id, graph, table)
    yield TextGraph(TextKind.IDS, False, "", 0, IdsTower(model), None)


def _is_plain(model: Any) -> bool:
    """Whether the text tower is open_clip's own and has nothing that ``WordsTower`` leaves out."""
    from open_clip import CLIP, CustomTextCLIP
    from open_clip.transformer import ResidualAttentionBlock, TextTransformer

    if type(model) is CLIP:
        tower = model
    elif type(model) is CustomTextCLIP and type(model.text) is TextTransformer:
        tower = model.text
        if tower.cls_emb is not None or tower.use_pad_mask or tower.output_tokens:
            return False
    else:
        return False
    if (model.text_pool_type if tower is model else tower.pool_type) == "none":
        return False
    return all(type(block) is ResidualAttentionBlock for block in tower.transformer.resblocks)


class WordsTower(nn.Module):
    """open_clip's transformer for texts, from word vectors on and for one place of each text.

    Only what the answer is read from goes through the end of the last block, and through what
    follows. Same result: nothing else looks at the other places there.
    """

    def __init__(self, model: Any) -> None:
        super().__init__()
        tower = getattr(model, "text", model)
        self.pool: str = getattr(tower, "pool_type", None) or model.text_pool_type
        eos = getattr(tower, "eos_id", None)
        self.eos_id: int = getattr(model, "text_eos_id", 2) if eos is None else eos
        self.is_causal = tower.attn_mask is not None
        self.table: nn.Embedding = tower.token_embedding
        self.blocks = tower.transformer.resblocks
        self.places: Tensor = tower.positional_embedding
        self.mask = tower.attn_mask
        self.ln_final = tower.ln_final
        self.projection = tower.text_projection

    def forward(self, words: Tensor, last: Tensor) -> Tensor:
        """Unit vectors ``(n, d)`` of texts whose answer stands at ``last``."""
        length = words.shape[1]
        states = words + self.places[:length]
        mask = self.mask[:length, :length] if self.is_causal else None
        for block in self.blocks[:-1]:
            normed = block.ln_1(states)
            states = states + block.ls_1(_attend(block.attn, normed, normed, mask))
            states = states + block.ls_2(block.mlp(block.ln_2(states)))
        block = self.blocks[-1]
        normed = block.ln_1(states)
        place = last[:, None, None].expand(-1, 1, words.shape[2])
        one = states.gather(1, place)
        mask = mask[last][:, None, None, :] if mask is not None else None
        one = one + block.ls_1(_attend(block.attn, normed.gather(1, place), normed, mask))
        one = one + block.ls_2(block.mlp(block.ln_2(one)))
        pooled = self.ln_final(one)[:, 0]
        if isinstance(self.projection, nn.Linear):
            pooled = self.projection(pooled)
        elif self.projection is not None:
            pooled = pooled @ self.projection
        return functional.normalize(pooled, dim=-1)


def _attend(attention: nn.MultiheadAttention, asking: Tensor, told: Tensor, mask: Any) -> Tensor:
    """Multi-head attention of the places in ``asking`` to those in ``told``.

    ONNX Runtime reads one table for questions, keys and values faster than three.
    """
    width = attention.embed_dim
    weight, bias = attention.in_proj_weight, attention.in_proj_bias
    if asking is told:
        query, key, value = functional.linear(told, weight, bias).chunk(3, -1)
    else:
        query = functional.linear(asking, weight[:width], bias[:width])
        key, value = functional.linear(told, weight[width:], bias[width:]).chunk(2, -1)
    heads = [
        part.unflatten(-1, (attention.num_heads, attention.head_dim)).transpose(1, 2)
        for part in (query * attention.head_dim**-0.5, key, value)
    ]
    scores = heads[0] @ heads[1].transpose(-1, -2)
    if mask is not None:
        scores = scores + mask
    mixed: Tensor = attention.out_proj((scores.softmax(-1) @ heads[2]).transpose(1, 2).flatten(2))
    return mixed


class MaskedTower(nn.Module):
    """A text tower of Hugging Face, from word vectors on, with the mean of its words."""

    def __init__(self, tower: Any) -> None:
        super().__init__()
        self.tower = tower

    def forward(self, words: Tensor, mask: Tensor) -> Tensor:
        """Unit vectors ``(n, d)``."""
        out = self.tower.transformer(inputs_embeds=words, attention_mask=mask)
        return functional.normalize(self.tower.proj(self.tower.pooler(out, mask)), dim=-1)


class IdsTower(nn.Module):
    """Whatever text tower a model has, as it is."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model

    def forward(self, ids: Tensor) -> Tensor:
        """Unit vectors ``(n, d)``."""
        unit: Tensor = self.model.encode_text(ids, normalize=True)
        return unit


class ImageGraph(nn.Module):
    """Whatever image tower a model has, with unit vectors ``(n, d)`` at its end."""

    def __init__(self, visual: nn.Module) -> None:
        super().__init__()
        self.visual = visual

    def forward(self, pixels: Tensor) -> Tensor:
        """Unit vectors ``(n, d)`` of pixels ``(n, 3, h, w)``."""
        features = self.visual(pixels)
        features = features[0] if isinstance(features, tuple) else features
        return functional.normalize(features, dim=-1)


def example_of(graph: TextGraph, context: int) -> dict[str, np.ndarray[Any, Any]]:
    """What a text graph reads, of two made-up texts."""
    length = min(5, context) if graph.is_trimmed else context
    if graph.words is None:
        return {"ids": np.ones((2, length), np.int64)}
    random = np.random.default_rng(0)
    words = random.normal(0, 0.02, (2, length, graph.words.shape[1])).astype(np.float32)
    if graph.kind is TextKind.MASKED:
        mask = np.ones((2, length), np.int64)
        mask[1, -1] = 0
        return {"words": words, "mask": mask}
    return {"words": words, "last": np.array([length - 1, length - 2], np.int64)}


def export_text(graph: TextGraph, inputs: Mapping[str, np.ndarray[Any, Any]], file: Path) -> None:
    """Write a text graph; the number of texts is free, and the length of a trimmed one.

    Args:
        inputs: an example of what the graph reads, of two texts.

    Raises:
        RuntimeError, ValueError, TypeError: the exporter does not know a part of the network.
        OSError: the disk is full.
    """
    axes = {name: {0: "texts"} for name in inputs}
    if graph.is_trimmed:
        for name in inputs.keys() - {"last"}:
            axes[name][1] = "length"
    _export(graph.module, {n: torch.from_numpy(v) for n, v in inputs.items()}, axes, file)


def export_image(visual: nn.Module, size_px: tuple[int, int], file: Path) -> None:
    """Write an image tower that reads ``pixels`` float32 ``(n, 3, h, w)``; raises as above."""
    example = {"pixels": torch.rand(2, 3, *size_px)}
    _export(ImageGraph(visual).eval(), example, {"pixels": {0: "images"}}, file)


def _export(
    module: nn.Module, example: dict[str, Tensor], axes: dict[str, dict[int, str]], file: Path
) -> None:
    """Write the graph, and its weights beside it in one file, which the runtime can map."""
    import onnx

    parts = file.parent / f"{file.stem}-parts"
    parts.mkdir()
    with warnings.catch_warnings(), torch.inference_mode(), _without_fast_path():
        # torch calls its TorchScript exporter the old one; it takes 2 s where the new takes 90.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            module.eval(),
            tuple(example.values()),
            str(parts / file.name),
            input_names=list(example),
            output_names=["embedding"],
            dynamic_axes={**axes, "embedding": {0: "n"}},
            opset_version=_OPSET,
            dynamo=False,
        )
    graph = onnx.load(str(parts / file.name))
    onnx.save(graph, str(file), save_as_external_data=True, location=f"{file.name}.weights")
    for part in parts.iterdir():
        part.unlink()
    parts.rmdir()


@contextmanager
def _without_fast_path() -> Iterator[None]:
    """Keep torch's own kernel for attention, which ONNX does not know, out of the graph."""
    was_enabled = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        yield
    finally:
        torch.backends.mha.set_fastpath_enabled(was_enabled)
