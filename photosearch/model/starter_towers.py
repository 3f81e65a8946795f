"""The starter in torch: frozen towers, trained heads, and their export to ONNX."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional


class TransformerLayer(nn.Module):
    """One post-norm encoder layer of BERT (Devlin et al. 2019)."""

    def __init__(self, width: int, head_count: int, hidden_width: int) -> None:
        super().__init__()
        self.head_count = head_count
        self.query, self.key, self.value, self.mix = (nn.Linear(width, width) for _ in range(4))
        self.mix_norm = nn.LayerNorm(width, eps=1e-12)
        self.up = nn.Linear(width, hidden_width)
        self.down = nn.Linear(hidden_width, width)
        self.out_norm = nn.LayerNorm(width, eps=1e-12)

    def forward(self, states: Tensor, score_bias: Tensor) -> Tensor:
        """Map ``(n, length, width)`` states; ``score_bias`` ``(n, 1, 1, length)`` masks padding."""
        query, key, value = (
            linear(states).unflatten(-1, (self.head_count, -1)).transpose(1, 2)
            for linear in (self.query, self.key, self.value)
        )
        scores = query @ key.transpose(-1, -2) / query.shape[-1] ** 0.5 + score_bias
        mixed = (scores.softmax(-1) @ value).transpose(1, 2).flatten(2)
        states = self.mix_norm(states + self.mix(mixed))
        states = states + self.down(functional.gelu(self.up(states)))
        normed: Tensor = self.out_norm(states)
        return normed


def score_bias_of(mask: Tensor) -> Tensor:
    """Turn a float ``(n, length)`` mask (1 for a token) into what is added to attention scores."""
    return (1.0 - mask)[:, None, None, :] * -1e4


def mean_of_tokens(states: Tensor, mask: Tensor) -> Tensor:
    """Average ``(n, length, width)`` states over the tokens of each text."""
    return (states * mask[..., None]).sum(1) / mask.sum(1, keepdim=True).clamp(min=1.0)


class MiniLM(nn.Module):
    """The sentence encoder all-MiniLM-L6-v2 (Wang et al. 2020): 6 layers of width 384."""

    def __init__(self) -> None:
        super().__init__()
        self.words = nn.Embedding(30522, 384)
        self.positions = nn.Embedding(512, 384)
        self.segments = nn.Embedding(2, 384)
        self.norm = nn.LayerNorm(384, eps=1e-12)
        self.layers = nn.ModuleList(TransformerLayer(384, 12, 1536) for _ in range(6))

    def embed(self, ids: Tensor) -> Tensor:
        """Turn token ids ``(n, length)`` into the states ``(n, length, 384)`` of layer 0."""
        positions = torch.arange(ids.shape[1], device=ids.device)
        total = self.words(ids) + self.positions(positions) + self.segments.weight[0]
        normed: Tensor = self.norm(total)
        return normed


_LAYER_NAMES = {
    "attention.self.query": "query",
    "attention.self.key": "key",
    "attention.self.value": "value",
    "attention.output.dense": "mix",
    "attention.output.LayerNorm": "mix_norm",
    "intermediate.dense": "up",
    "output.dense": "down",
    "output.LayerNorm": "out_norm",
}
_EMBEDDING_NAMES = {
    "embeddings.word_embeddings": "words",
    "embeddings.position_embeddings": "positions",
    "embeddings.token_type_embeddings": "segments",
    "embeddings.LayerNorm": "norm",
}


def load_minilm(weights_path: Path) -> MiniLM:
    """Build the sentence encoder from its safetensors file."""
    from safetensors.torch import load_file

    names = dict(_EMBEDDING_NAMES)
    for layer in range(6):
        for theirs, ours in _LAYER_NAMES.items():
            names[f"encoder.layer.{layer}.{theirs}"] = f"layers.{layer}.{ours}"
    weights: dict[str, Tensor] = {}
    for key, tensor in load_file(weights_path).items():
        stem, _, kind = key.rpartition(".")
        if stem in names:
            weights[f"{names[stem]}.{kind}"] = tensor
    model = MiniLM()
    model.load_state_dict(weights)
    return model.eval()


def attention_pool(states: Tensor, scores: Tensor) -> Tensor:
    """Average ``(n, length, width)`` states by the softmax of ``(n, length, k)`` scores.

    Returns ``(n, k * width)``: one average for each of the ``k`` learned queries.
    """
    return (scores.softmax(1).transpose(1, 2) @ states).flatten(1)


class BlockHead(nn.Module):
    """Joins a learned embedding and a ConSE embedding into one vector of length 1.

    The learned block is a two-layer perceptron with a linear short cut. The weight of the ConSE
    block (Norouzi et al. 2013) is decided for every input by a gate, so that the words of a class
    may lean on the classifier and a caption on the learned block.
    """

    feature_mean: Tensor
    feature_scale: Tensor

    def __init__(self, width: int, hidden_width: int, learned_dimension: int) -> None:
        super().__init__()
        self.register_buffer("feature_mean", torch.zeros(width))
        self.register_buffer("feature_scale", torch.ones(width))
        self.short_cut = nn.Linear(width, learned_dimension)
        self.up = nn.Linear(width, hidden_width)
        self.down = nn.Linear(hidden_width, learned_dimension)
        self.gate = nn.Linear(width, 1)
        self.dropout = nn.Dropout(0.0)
        nn.init.zeros_(self.gate.weight)
        nn.init.constant_(self.gate.bias, -1.5)

    def forward(self, features: Tensor, conse: Tensor) -> Tensor:
        """Map ``(n, width)`` features and the unit ``(n, c)`` ConSE vectors to ``(n, d + c)``."""
        features = self.dropout((features - self.feature_mean) * self.feature_scale)
        hidden = self.dropout(functional.gelu(self.up(features)))
        learned = functional.normalize(self.short_cut(features) + self.down(hidden), dim=-1)
        share = self.gate(features).sigmoid()
        return torch.cat([(1.0 - share).sqrt() * learned, share.sqrt() * conse], dim=-1)


class ImageHead(nn.Module):
    """From the features of the image tower to the joint space.

    Besides the pooled features of the classifier it reads the means of two earlier stages and
    what a few learned queries find on the last 9 x 9 map. ``class_vectors`` holds the vector of
    each of the 1,000 class names; the classifier's softmax weighs them.
    """

    class_vectors: Tensor

    def __init__(self, queries: int, hidden_width: int, dimensions: tuple[int, int]) -> None:
        super().__init__()
        learned_dimension, conse_dimension = dimensions
        self.queries = nn.Linear(352, queries, bias=False)
        nn.init.normal_(self.queries.weight, std=0.02)
        self.blocks = BlockHead(1280 + 168 + 352 * queries, hidden_width, learned_dimension)
        self.register_buffer("class_vectors", torch.zeros(1000, conse_dimension))

    def forward(self, grid: Tensor, early: Tensor, pooled: Tensor, chances: Tensor) -> Tensor:
        """Map a ``(n, 81, 352)`` grid, ``(n, 168)`` means, ``(n, 1280)`` and ``(n, 1000)``."""
        found = attention_pool(grid, self.queries(grid))
        conse = functional.normalize(chances @ self.class_vectors, dim=-1)
        embedded: Tensor = self.blocks(torch.cat([pooled, early, found], dim=-1), conse)
        return embedded


class TextHead(nn.Module):
    """From the states of the sentence encoder to the joint space.

    It reads the sentence vector and what a few learned queries find among the token states of
    layer 4. The ConSE side of a text is its centred sentence vector, mapped to the space of the
    class vectors.
    """

    centre: Tensor

    def __init__(self, queries: int, hidden_width: int, dimensions: tuple[int, int]) -> None:
        super().__init__()
        learned_dimension, conse_dimension = dimensions
        self.queries = nn.Linear(384, queries, bias=False)
        nn.init.normal_(self.queries.weight, std=0.02)
        self.blocks = BlockHead(384 + 384 * queries, hidden_width, learned_dimension)
        self.register_buffer("centre", torch.zeros(384))
        self.to_classes = nn.Linear(384, conse_dimension, bias=False)

    def forward(self, states: Tensor, mask: Tensor, sentence: Tensor) -> Tensor:
        """Map ``(n, length, 384)`` states with their mask and the ``(n, 384)`` sentences."""
        scores = self.queries(states) + (mask[..., None] - 1.0) * 1e4
        found = attention_pool(states, scores)
        conse = functional.normalize(self.to_classes(sentence - self.centre), dim=-1)
        embedded: Tensor = self.blocks(torch.cat([sentence, found], dim=-1), conse)
        return embedded


class ImageTower(nn.Module):
    """EfficientNet-Lite2 (Tan and Le 2019) with the image head on top."""

    def __init__(self, backbone: Any, head: ImageHead) -> None:
        super().__init__()
        self.backbone = backbone
        self.head = head

    def forward(self, pixels: Tensor) -> Tensor:
        """Embed ``(n, 3, side, side)`` normalised pixels: ``(n, d)`` of length 1."""
        grid, early = grid_features(self.backbone, pixels)
        pooled, chances = classify(self.backbone, grid)
        embedded: Tensor = self.head(grid.flatten(2).transpose(1, 2), early, pooled, chances)
        return embedded


def grid_features(backbone: Any, pixels: Tensor) -> tuple[Tensor, Tensor]:
    """Return the last map ``(n, 352, h, w)`` and the means of stages 3 and 5 ``(n, 168)``."""
    states = backbone.bn1(backbone.conv_stem(pixels))
    early = []
    for number, block in enumerate(backbone.blocks):
        states = block(states)
        if number in {2, 4}:
            early.append(states.mean((2, 3)))
    return states, torch.cat(early, dim=1)


def classify(backbone: Any, grid: Tensor) -> tuple[Tensor, Tensor]:
    """Return the pooled features ``(n, 1280)`` and the softmax over 1,000 classes of a map."""
    pooled = backbone.bn2(backbone.conv_head(grid)).mean((2, 3))
    return pooled, backbone.classifier(pooled).softmax(-1)


class TextTower(nn.Module):
    """MiniLM with the text head on top; token 0 is padding."""

    def __init__(self, encoder: MiniLM, head: TextHead) -> None:
        super().__init__()
        self.encoder = encoder
        self.head = head

    def forward(self, ids: Tensor) -> Tensor:
        """Embed ``(n, length)`` token ids: ``(n, d)`` of length 1."""
        mask = (ids != 0).float()
        states, sentence = text_features(self.encoder, ids, mask)
        embedded: Tensor = self.head(states, mask, sentence)
        return embedded


def text_features(encoder: MiniLM, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """Return the token states of layer 4 ``(n, length, 384)`` and the sentences ``(n, 384)``."""
    bias = score_bias_of(mask)
    states = encoder.embed(ids)
    for layer in encoder.layers[:4]:
        states = layer(states, bias)
    last = states
    for layer in encoder.layers[4:]:
        last = layer(last, bias)
    return states, mean_of_tokens(last, mask)


def load_backbone(weights_path: Path) -> Any:
    """Build EfficientNet-Lite2 from a checkpoint whose weights come in the same order."""
    import timm

    backbone = timm.create_model("tf_efficientnet_lite2", pretrained=False)
    weights = torch.load(weights_path, map_location="cpu", weights_only=True)
    backbone.load_state_dict(dict(zip(backbone.state_dict(), weights.values(), strict=True)))
    return backbone.eval()


@dataclass(frozen=True)
class StarterParts:
    """Where the parts of the starter lie on disk.

    Attributes:
        config: the content of the starter's ``config.json``.
        heads: the safetensors file with the trained heads.
        backbone, encoder: the weights of EfficientNet-Lite2 and MiniLM.
    """

    config: Mapping[str, Any]
    heads: Path
    backbone: Path
    encoder: Path


def make_heads(heads_config: Mapping[str, Any]) -> tuple[ImageHead, TextHead]:
    """Build both heads, untrained, from the ``heads`` part of the configuration."""
    dimensions = (heads_config["learned_dimension"], heads_config["conse_dimension"])
    image, text = heads_config["image"], heads_config["text"]
    return (
        ImageHead(image["queries"], image["hidden_width"], dimensions),
        TextHead(text["queries"], text["hidden_width"], dimensions),
    )


def build_starter(parts: StarterParts) -> nn.Module:
    """Build the starter as an ``open_clip.CustomTextCLIP`` in evaluation mode, in float32.

    ``encode_image`` takes ``(n, 3, side, side)`` normalised pixels and ``encode_text`` token ids
    ``(n, length)`` padded with 0; both return vectors of length 1 whose dot product is the score.

    Raises:
        OSError, RuntimeError, KeyError, ValueError: a file of weights does not fit.
    """
    from photosearch.model.torchvision_shim import declare_missing_operators

    declare_missing_operators()
    import open_clip
    from open_clip.model import CLIPTextCfg, CLIPVisionCfg
    from safetensors.torch import load_file

    image_head, text_head = make_heads(parts.config["heads"])
    weights = {name: tensor.float() for name, tensor in load_file(parts.heads).items()}
    nn.ModuleDict({"image": image_head, "text": text_head}).load_state_dict(weights)
    dimension = sum(parts.config["heads"][f"{block}_dimension"] for block in ("learned", "conse"))
    # open_clip builds towers of its own kinds only: it gets the smallest, and then ours.
    model: nn.Module = open_clip.CustomTextCLIP(
        embed_dim=dimension,
        vision_cfg=CLIPVisionCfg(layers=1, width=64, head_width=64, patch_size=32, image_size=32),
        text_cfg=CLIPTextCfg(
            context_length=parts.config["text"]["context_length"],
            vocab_size=30522,
            width=64,
            heads=1,
            layers=1,
        ),
    )
    model.visual = ImageTower(load_backbone(parts.backbone), image_head)
    model.text = TextTower(load_minilm(parts.encoder), text_head)
    return model.eval()


def export_towers(parts: StarterParts, image_path: Path, text_path: Path) -> None:
    """Write the image tower and the text tower as ONNX files with one input and one output.

    The number of images or texts, and the length of a text, are free.
    """
    model = build_starter(parts)
    side_px = parts.config["image"]["side_px"]
    pixels = torch.zeros(2, 3, side_px, side_px)
    ids = torch.tensor([[101, 2, 3, 102], [101, 2, 102, 0]])
    _export(model.visual, pixels, image_path, {0: "images"})
    _export(model.text, ids, text_path, {0: "texts", 1: "length"})


def _export(tower: Any, example: Tensor, path: Path, free_axes: dict[int, str]) -> None:
    with warnings.catch_warnings(), torch.inference_mode():
        # torch calls its TorchScript exporter the old one; it takes 2 s where the new takes 90.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            tower,
            (example,),
            str(path),
            input_names=["input"],
            output_names=["embedding"],
            dynamic_axes={"input": free_axes, "embedding": {0: free_axes[0]}},
            opset_version=17,
            dynamo=False,
        )
