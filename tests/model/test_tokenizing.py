"""Our tokenizers give the same numbers as open_clip's own, for any text."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tiny_clip import as_model_folder, make_tiny_clip

from photosearch.errors import ModelError
from photosearch.model.openclip import reference_tokenizer, save_tokenizer
from photosearch.model.tokenizing import TextTokenizer, TokenizerFacts, open_tokenizer

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")

ODD = [
    "a photo of a dog",
    "it's we'VE 'S 'ſ ’tis I'd",
    "<start_of_text> inside <END_OF_TEXT><end_of_text>",
    "</w> a</w>b",
    "&amp;amp; &lt;i&gt; &eacute;",
    "cafÃ© â€œquotedâ€\x9d",  # UTF-8 read as Latin-1, which ftfy mends
    "漢字かな交じり文",
    "🧑‍🚀🇫🇷 ①½ ٣ Ⅷ",
    "İSTANBUL ẞ K Å ﬁne ﬃ",
    "a_b__c -- d!?!? (e) [f] {g}",
    "tab\tline\nbreak\u00a0no\u2003em\u200bzero\u2028sep",
    "\x00\x01\x7f",
    "e\u0301 é a\u030a",
    "word" * 60,
    "one " * 100,
    "<pad> <s> </s> <eos> <unk> <bos>",
    "▁▁ the▁dog",
]
letters = st.text(max_size=60) | st.text(
    st.sampled_from("abcdefgh 'S\tßİſKéÅ<>&;_.!?0123漢🧑\u200d\u0301"), max_size=60
)


@cache
def both(family: str, clean: str | None) -> tuple[TextTokenizer, Any]:
    """Ours and open_clip's, for one family and rule of cleaning."""
    folder = Path(mkdtemp(prefix="photosearch-test-"))
    model = as_model_folder(make_tiny_clip(folder, family))
    if clean is not None:
        model.config["model_cfg"]["text_cfg"]["tokenizer_kwargs"] = {"clean": clean}
    reference = reference_tokenizer(model)
    return open_tokenizer(folder, save_tokenizer(model, reference, folder)), reference


CASES = [
    ("vit", None),
    ("vit", "canonicalize"),
    ("vit", "whitespace"),
    ("siglip", None),
    ("siglip", "whitespace"),
    ("xlm-roberta", None),
]


@pytest.mark.parametrize(("family", "clean"), CASES)
@pytest.mark.parametrize("text", ODD)
def test_odd_texts_have_open_clips_tokens(family: str, clean: str | None, text: str) -> None:
    ours, theirs = both(family, clean)
    ids, _ = ours.encode(text)
    assert ours.padded(ids) == theirs([text])[0].tolist()


@pytest.mark.parametrize(("family", "clean"), CASES)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=letters)
@example(text="a")
def test_any_text_has_open_clips_tokens(family: str, clean: str | None, text: str) -> None:
    ours, theirs = both(family, clean)
    ids, _ = ours.encode(text)
    assert ours.padded(ids) == theirs([text])[0].tolist()


@pytest.mark.parametrize("family", ["vit", "siglip", "xlm-roberta"])
def test_a_text_that_fills_the_context_is_not_cut_and_one_word_more_is(family: str) -> None:
    ours, theirs = both(family, None)
    room = ours.facts.context_length
    marks = len(ours.encode("a")[0]) - 1
    ids, is_cut = ours.encode("a " * (room - marks))
    assert (len(ids), is_cut) == (room, False)
    longer = "a " * (room - marks + 1)
    ids, is_cut = ours.encode(longer)
    assert (len(ids), is_cut) == (room, True)
    assert ids == theirs([longer])[0].tolist()


def test_padding_may_stand_on_the_left() -> None:
    tokenizer = both("vit", None)[0]
    left = TextTokenizer(TokenizerFacts(True, "lower", 5, 9, pads_left=True), tokenizer._tokenizer)
    assert left.padded([1, 2]) == [9, 9, 9, 1, 2]


def test_a_tokenizer_file_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(ModelError, match="cannot be read"):
        open_tokenizer(tmp_path, TokenizerFacts(True, "lower", 77))


def test_a_tokenizer_that_drops_words_at_random_is_refused(tmp_path: Path) -> None:
    model = as_model_folder(make_tiny_clip(tmp_path))
    model.config["model_cfg"]["text_cfg"]["tokenizer_kwargs"] = {"reduction_mask": "random"}
    with pytest.raises(ModelError, match="does not know"):
        reference_tokenizer(model)


def test_a_model_without_its_tokenizer_says_which_files_are_missing(tmp_path: Path) -> None:
    folder = make_tiny_clip(tmp_path, "siglip")
    (folder / "tokenizer.json").unlink()
    with pytest.raises(ModelError, match="needs its tokenizer") as refused:
        reference_tokenizer(as_model_folder(folder))
    assert "tokenizer.json" in refused.value.hint


def write_gemma(folder: Path) -> None:
    """A tokenizer of the kind that SigLIP 2 has, as its files are published, with few merges."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    pieces = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>", *(f"<0x{n:02X}>" for n in range(256))]
    pieces += [*"▁adgot", "▁a", "do", "dog", "▁dog"]
    vocabulary = {piece: i for i, piece in enumerate(pieces)}
    merges = [("▁", "a"), ("d", "o"), ("do", "g"), ("▁", "dog")]
    tokenizer = Tokenizer(
        models.BPE(vocabulary, merges, byte_fallback=True, fuse_unk=True, unk_token="<unk>")
    )
    tokenizer.normalizer = normalizers.Replace(" ", "▁")
    tokenizer.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    tokenizer.post_processor = processors.TemplateProcessing("$A <eos>", None, [("<eos>", 1)])
    tokenizer.add_special_tokens(["<pad>", "<eos>", "<bos>", "<unk>", "<mask>"])
    tokenizer.save(str(folder / "tokenizer.json"))
    config = {
        "tokenizer_class": "GemmaTokenizer",
        "add_bos_token": False,
        "add_eos_token": True,
        "padding_side": "right",
        **{f"{name}_token": f"<{name}>" for name in ("pad", "eos", "bos", "unk", "mask")},
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config), encoding="utf-8")


def test_gemmas_tokenizer_ends_a_text_and_fills_up_on_the_right(tmp_path: Path) -> None:
    model = as_model_folder(make_tiny_clip(tmp_path / "model", "siglip"))
    assert model.tokenizer is not None
    write_gemma(model.tokenizer)
    reference = reference_tokenizer(model)
    (tmp_path / "ours").mkdir()
    ours = open_tokenizer(tmp_path / "ours", save_tokenizer(model, reference, tmp_path / "ours"))
    for text in [*ODD, "A dog!", "a dog " * 30]:
        ids, _ = ours.encode(text)
        assert ours.padded(ids) == reference([text])[0].tolist()
        assert ids[-1] == 1
    assert ours.padded(ours.encode("dog")[0])[1:] == [1] + [0] * 14
