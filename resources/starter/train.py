"""Trains the starter's heads on frozen towers and writes ``heads.safetensors``.

Run it from the root of the repository:
    python resources/starter/train.py DATA --cache CACHE
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent))

from photosearch.model.torchvision_shim import declare_missing_operators  # noqa: E402

declare_missing_operators()

import numpy as np  # noqa: E402
import torch  # noqa: E402
from dataset import (  # noqa: E402
    LabelledPhotos,
    held_out_positions,
    read_captions,
    read_labels,
    write_held_out,
)
from features import CROPPED, FLIPPED, WHOLE, ImageSettings, PhotoReader, TextReader  # noqa: E402
from open_clip.zero_shot_metadata import IMAGENET_CLASSNAMES  # noqa: E402
from phrases import PHRASE_TEMPLATES, phrases_of  # noqa: E402
from safetensors.torch import save_file  # noqa: E402
from scoring import Exam, judge  # noqa: E402
from tokenizers import Tokenizer  # noqa: E402
from training import TEMPLATES, Lessons, Recipe, prepare_heads, train_heads  # noqa: E402

from photosearch.model.starter_cache import package_file  # noqa: E402
from photosearch.model.starter_towers import (  # noqa: E402
    ImageHead,
    TextHead,
    load_backbone,
    load_minilm,
    make_heads,
)

LONGEST_TRAINING_TEXT = 24
FEWEST_PHOTOS_OF_A_PHRASE = 12
FEWEST_PHOTOS_OF_A_JUDGED_PHRASE = 10


@dataclass(frozen=True)
class Readers:
    """The frozen towers, ready to read photos, texts for learning and texts for judging."""

    photos: PhotoReader
    lessons: TextReader
    exam: TextReader


def main() -> None:
    """Read the options, train, judge and write."""
    options = read_options()
    torch.set_num_threads(options.threads)
    config = json.loads((HERE / "config.json").read_text(encoding="utf-8"))
    labelled = read_labels(options.data / "labelled")
    if options.write_held_out:
        print(write_held_out(labelled, options.write_held_out), "held-out photos written")
        return
    readers = open_readers(config, options.cache, options.threads)
    lessons = read_lessons(readers, options.data, labelled)
    exam = read_exam(readers, options.data, labelled, lessons)
    recipe = Recipe(epochs=options.epochs)
    torch.manual_seed(recipe.seed)
    image, text = make_heads(config["heads"])
    prepare_heads(image, text, lessons)

    def report(epoch: int) -> None:
        if epoch % 6 == 0:
            print(json.dumps(judge(image, text, exam)), flush=True)

    train_heads(image, text, lessons, recipe, report)
    save_heads(image, text, options.out)
    print(json.dumps({"final": judge(image, text, exam)}, indent=2))


def read_options() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder with flickr8k/ and labelled/")
    parser.add_argument("--cache", type=Path, required=True, help="folder for features")
    parser.add_argument("--out", type=Path, default=HERE / "heads.safetensors")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--epochs", type=int, default=Recipe().epochs)
    parser.add_argument(
        "--write-held-out", type=Path, metavar="CSV", help="only write the held-out photos"
    )
    return parser.parse_args()


def open_readers(config: dict[str, Any], cache_dir: Path, threads: int) -> Readers:
    """Load the frozen towers from their packages."""
    image, text = config["image"], config["text"]
    settings = ImageSettings(
        image["side_px"],
        np.array(image["mean"], dtype=np.float32),
        np.array(image["deviation"], dtype=np.float32),
    )
    backbone = load_backbone(package_file(image["package"], image["weights_file"]))
    encoder = load_minilm(package_file(text["package"], text["weights_file"]))
    tokenizer = Tokenizer.from_file(str(package_file(text["package"], text["tokenizer_file"])))
    tokenizer.no_padding()
    tokenizer.enable_truncation(text["context_length"])
    return Readers(
        PhotoReader(backbone, settings, cache_dir, threads),
        TextReader(encoder, tokenizer, cache_dir, LONGEST_TRAINING_TEXT),
        TextReader(encoder, tokenizer, cache_dir, text["context_length"]),
    )


def read_lessons(readers: Readers, data: Path, labelled: LabelledPhotos) -> Lessons:
    """Collect the features to learn from."""
    captioned = read_captions(data / "flickr8k", "train")
    names = sorted(set(labelled.labels))
    held_out = held_out_positions(labelled)
    views = (WHOLE, FLIPPED, CROPPED)
    said_of = phrases_of(captioned.captions, FEWEST_PHOTOS_OF_A_PHRASE)
    return Lessons(
        photos=[readers.photos.read(captioned.paths, view) for view in views],
        captions=readers.lessons.read([text for texts in captioned.captions for text in texts]),
        labelled=[readers.photos.read(labelled.paths, view) for view in views],
        label_of=torch.tensor([names.index(label) for label in labelled.labels]),
        fitting=torch.tensor([i for i in range(len(labelled.paths)) if i not in held_out]),
        labels=readers.lessons.read(prompts_of(names)),
        class_names=readers.lessons.read(prompts_of(IMAGENET_CLASSNAMES)),
        phrases=readers.lessons.read(prompts_of(said_of.phrases, PHRASE_TEMPLATES)),
        said_of=said_of.photos,
    )


def read_exam(readers: Readers, data: Path, labelled: LabelledPhotos, lessons: Lessons) -> Exam:
    """Collect the features to judge by."""
    captioned = read_captions(data / "flickr8k", "dev")
    said_of = phrases_of(captioned.captions, FEWEST_PHOTOS_OF_A_JUDGED_PHRASE)
    return Exam(
        phrases=readers.exam.read(said_of.phrases),
        said_of=said_of.photos,
        photos=readers.photos.read(captioned.paths, WHOLE),
        captions=readers.exam.read([text for texts in captioned.captions for text in texts]),
        labelled=lessons.labelled[0],
        held_out=torch.tensor(sorted(held_out_positions(labelled))),
        label_of=lessons.label_of,
        labels=lessons.labels,
        class_names=lessons.class_names,
    )


def prompts_of(names: Sequence[str], templates: Sequence[str] = TEMPLATES) -> list[str]:
    """Put all names through the first template, then all through the second, and so on."""
    return [template.format(name) for template in templates for name in names]


def save_heads(image: ImageHead, text: TextHead, target: Path) -> None:
    """Write both heads as float16, which costs no measurable accuracy and half the space."""
    weights = {
        f"{name}.{key}": tensor.half().contiguous()
        for name, head in (("image", image), ("text", text))
        for key, tensor in head.state_dict().items()
    }
    save_file(weights, target)
    target.chmod(0o644)
    print(f"{target.name}: {target.stat().st_size / 2**20:.1f} MiB")


if __name__ == "__main__":
    main()
