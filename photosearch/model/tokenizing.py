"""From a text to the numbers of its tokens, as open_clip's tokenizers do it, without torch."""

from __future__ import annotations

import gzip
import html
import string
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from photosearch.errors import ModelError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

CLIP_START, CLIP_END = "<start_of_text>", "<end_of_text>"
_CLIP_MERGES = 49152 - 256 - 2
_CLIP_WORDS = (
    rf"{CLIP_START}|{CLIP_END}|"
    r"""'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"""
)
_NO_PUNCTUATION = str.maketrans("", "", string.punctuation)


@dataclass(frozen=True, slots=True)
class TokenizerFacts:
    """What a ``tokenizer.json`` does not say of how open_clip tokenises for a model.

    Attributes:
        is_clip: CLIP's own byte pairs; else one of Hugging Face.
        clean: ``lower``, ``whitespace`` or ``canonicalize``.
        context_length: tokens that the text tower has room for.
        pad_id: what fills the room that a text leaves.
        pads_left: the filling comes first.
        zeroed_id: a token that open_clip replaces by 0 in the end, or None.
    """

    is_clip: bool
    clean: str
    context_length: int
    pad_id: int = 0
    pads_left: bool = False
    zeroed_id: int | None = None

    def as_json(self) -> dict[str, Any]:
        """Plain values, which ``from_json`` takes back."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> TokenizerFacts:
        """The facts noted when the model was prepared."""
        return cls(**values)


class TextTokenizer:
    """One model's tokenizer; any method from any thread."""

    def __init__(self, facts: TokenizerFacts, tokenizer: Tokenizer) -> None:
        import regex

        self.facts = facts
        self._tokenizer = tokenizer
        self._words = regex.compile(_CLIP_WORDS, regex.IGNORECASE)
        if facts.is_clip:
            self._start, self._end = (
                tokenizer.get_vocab_size() - 2,
                tokenizer.get_vocab_size() - 1,
            )

    def encode(self, text: str) -> tuple[list[int], bool]:
        """The tokens of a text without padding, and whether it had to be cut to the context."""
        cleaned = clean(text, self.facts.clean)
        if self.facts.is_clip:
            return self._encode_clip(cleaned)
        encoding = self._tokenizer.encode(cleaned)
        zeroed = self.facts.zeroed_id
        return [0 if i == zeroed else i for i in encoding.ids], bool(encoding.overflowing)

    def padded(self, ids: list[int]) -> list[int]:
        """Fill up to the whole context."""
        padding = [self.facts.pad_id] * (self.facts.context_length - len(ids))
        return padding + ids if self.facts.pads_left else ids + padding

    def _encode_clip(self, text: str) -> tuple[list[int], bool]:
        ids = [self._start]
        for word in self._words.findall(text):
            if word == CLIP_START:
                ids.append(self._start)
            elif word == CLIP_END:
                ids.append(self._end)
            else:
                ids += self._tokenizer.encode(word, add_special_tokens=False).ids
        ids.append(self._end)
        room = self.facts.context_length
        if len(ids) <= room:
            return ids, False
        return [*ids[: room - 1], self._end], True


def open_tokenizer(folder: Path, facts: TokenizerFacts) -> TextTokenizer:
    """Read the ``tokenizer.json`` in a folder.

    Raises:
        ModelError: it cannot be read.
    """
    from tokenizers import Tokenizer

    file = folder / "tokenizer.json"
    try:
        tokenizer = Tokenizer.from_file(str(file))
    except Exception as error:  # the library raises nothing narrower
        raise ModelError(
            f"The tokenizer {file} cannot be read: {error}.", "Delete its folder and try again."
        ) from error
    tokenizer.no_padding()
    if not facts.is_clip:
        tokenizer.enable_truncation(facts.context_length)
    return TextTokenizer(facts, tokenizer)


def make_clip_tokenizer(vocabulary: Path) -> Tokenizer:
    """CLIP's byte pairs (Radford et al. 2021) from the merges that open_clip ships, gzipped."""
    from tokenizers import Tokenizer, models, pre_tokenizers

    lines = gzip.decompress(vocabulary.read_bytes()).decode("utf-8").split("\n")
    merges = [(a, b) for a, b in (line.split() for line in lines[1 : _CLIP_MERGES + 1])]
    letters = _byte_letters()
    pieces = [*letters, *(letter + "</w>" for letter in letters), *("".join(m) for m in merges)]
    ids = {piece: i for i, piece in enumerate([*pieces, CLIP_START, CLIP_END])}
    tokenizer = Tokenizer(models.BPE(vocab=ids, merges=merges, end_of_word_suffix="</w>"))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    return tokenizer


def clean(text: str, rule: str) -> str:
    """Mend and simplify a text by one of open_clip's three rules."""
    import ftfy

    mended = html.unescape(html.unescape(ftfy.fix_text(text))).strip()
    if rule == "canonicalize":
        mended = mended.replace("_", " ").translate(_NO_PUNCTUATION).lower()
        return " ".join(mended.split())
    spaced = " ".join(mended.split())
    return spaced.lower() if rule == "lower" else spaced


def _byte_letters() -> list[str]:
    """GPT-2's printable letter for each byte, in CLIP's order: those that print come first."""
    printing = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1)]
    printing += range(ord("®"), ord("ÿ") + 1)
    others = 256 - len(printing)
    return [chr(byte) for byte in printing] + [chr(256 + n) for n in range(others)]
