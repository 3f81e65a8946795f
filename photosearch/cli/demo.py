"""A first look: real photos in, words in, ranked photos out, and what to do next."""

from __future__ import annotations

import contextlib
import importlib.util
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from photosearch.cli import output
from photosearch.cli.commands import run_index
from photosearch.cli.options import AsJson, Choice, DataDir, Model, settings_for
from photosearch.cli.streams import say
from photosearch.cli.window import has_screen, open_window
from photosearch.errors import LibraryError, SettingsError
from photosearch.paths import AppPaths, absolute
from photosearch.types import Hit, Query

if TYPE_CHECKING:
    from photosearch.client import Client

# Photographs that come with scikit-image and scikit-learn, free to use for this.
_SAMPLES = {
    "skimage": [
        "data/astronaut.png",
        "data/brick.png",
        "data/camera.png",
        "data/chelsea.png",
        "data/clock_motion.png",
        "data/coffee.png",
        "data/coins.png",
        "data/grass.png",
        "data/gravel.png",
        "data/hubble_deep_field.jpg",
        "data/ihc.png",
        "data/moon.png",
        "data/motorcycle_left.png",
        "data/page.png",
        "data/retina.jpg",
        "data/rocket.jpg",
    ],
    "sklearn": ["datasets/images/china.jpg", "datasets/images/flower.jpg"],
}
_SAMPLE_QUERIES = (
    "a cat looking at the camera",
    "a cup of coffee on a table",
    "a rocket launching into the sky",
    "a building with a curved roof",
    "a motorcycle in a garage",
    "a purple flower",
)
_SIMILAR_TO = "gravel.png"
_FOLDER_QUERIES = (
    "people outdoors",
    "a dog playing",
    "a child smiling",
    "water and sky",
    "something to eat",
)
_SHOWN = 3


def demo(
    context: typer.Context,
    folder: Annotated[
        Path | None, typer.Argument(help="Your photos, in place of the samples.")
    ] = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    model: Model = None,
) -> None:
    """Index sample photos (or a folder) apart from your own index, and search them."""
    chosen = settings_for(context, data_dir, model)
    place = chosen.paths.data_dir / "demo" if data_dir else chosen.paths.cache_dir / "demo"
    photos = absolute(folder) if folder else place / "photos"
    if folder is None:
        _collect_samples(photos)
    queries = _FOLDER_QUERIES if folder else _SAMPLE_QUERIES
    paths = AppPaths(place, chosen.paths.chosen_cache_dir)
    with Choice(paths, chosen.settings).open() as client, _stopped_after(client):
        for root in client.roots():
            if root.path != Path(os.path.realpath(photos)):
                client.remove_root(root.path)
        client.add_root(photos)
        run_index(client, "demo", chosen.model, as_json=False)
        if not any(one.photos for one in client.status().roots):
            raise LibraryError(
                f"{photos} holds no photos that can be searched.",
                "Name a folder that does: photosearch demo FOLDER",
            )
        similar_to = None if folder else photos / _SIMILAR_TO
        answers = _ask_all(client, chosen.model, queries, similar_to)
        _show(answers, photos, as_json=as_json)
        if has_screen() and not as_json:
            say("The window has the same photos; close it to go on.")
            output.flush()
            open_window(paths, "--search", queries[0])
    say('Your turn: photosearch add ~/Pictures && photosearch search "red bicycle against a wall"')


@contextlib.contextmanager
def _stopped_after(client: Client) -> Iterator[None]:
    """Nobody needs the service of this index when the demo is over."""
    try:
        yield
    finally:
        client.stop()


def _ask_all(
    client: Client, model: str | None, queries: tuple[str, ...], similar_to: Path | None
) -> list[tuple[str, list[Hit]]]:
    def ask(**parts: Any) -> list[Hit]:
        return client.search(Query(**parts, limit=_SHOWN, model=model))

    answers = [(f'"{text}"', ask(text=text)) for text in queries]
    # In somebody's own folder, the photo to compare with is the best one found so far.
    photo = similar_to or answers[0][1][0].photo.path
    return [
        *answers,
        (f"similar to {output.printable(Path(photo.name))}", ask(image_paths=(photo,))),
    ]


def _show(answers: list[tuple[str, list[Hit]]], photos: Path, *, as_json: bool) -> None:
    if as_json:
        found = [{"query": query, "hits": output.hit_rows(hits)} for query, hits in answers]
        output.write_json("demo", {"photos": str(photos), "answers": found})
        return
    for query, hits in answers:
        output.write_line(f"\n{query}")
        for hit in hits:
            output.write_hit(hit, hit.photo.relative_path)
    output.write_line("")


def _collect_samples(folder: Path) -> None:
    """Gather links to the sample photos of the packages that are installed."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for stale in folder.iterdir():
            if not stale.exists():  # a link into a virtual environment that is gone
                stale.unlink(missing_ok=True)
        for photo in _installed_samples():
            with contextlib.suppress(FileExistsError):  # from before, or from a demo beside us
                (folder / photo.name).symlink_to(photo)
        is_empty = not any(folder.iterdir())
    except OSError as error:
        raise SettingsError(
            f"The sample photos cannot be gathered in {folder}: {error.strerror or error}.",
            "Name another folder: photosearch demo --data-dir FOLDER",
        ) from error
    if is_empty:
        raise LibraryError(
            "No sample photos are installed.",
            "Install them with: pip install 'photosearch[demo]', or name a folder: "
            "photosearch demo FOLDER",
        )


def _installed_samples() -> Iterator[Path]:
    for package, names in _SAMPLES.items():
        spec = importlib.util.find_spec(package)
        if spec is None or spec.origin is None:
            continue
        for name in names:
            photo = Path(spec.origin).parent / name
            if photo.is_file():
                yield photo
