"""Whatever is asked of the API, it answers as it says it does: no crash, no hang."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
import schemathesis
from fake_supply import fake_supply
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from PIL import Image
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from photosearch.engine import Engine
from photosearch.jobs import JobKind
from photosearch.model.fake import FakeEncoder
from photosearch.paths import AppPaths
from photosearch.service.backend import Backend
from photosearch.service.downloads import Downloads
from photosearch.service.events import EventHub
from photosearch.service.measuring import Measuring
from photosearch.service.openapi import description
from photosearch.settings import Settings
from photosearch.types import Root

TOKEN = "the-token-of-the-tests"
SCHEMA = schemathesis.openapi.from_dict(json.loads(description()))
OPERATIONS = {
    operation.label: operation
    for operation in (result.ok() for result in SCHEMA.get_all_operations())
    if operation.definition.raw["operationId"] != "stop"
}
QUESTIONS = [
    (label, mode)
    for label, operation in OPERATIONS.items()
    for mode in GenerationMode
    # What takes nothing cannot be asked wrongly.
    if mode is GenerationMode.POSITIVE
    or operation.query
    or operation.path_parameters
    or operation.body
]
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
ANSWER_S = 15.0
"""Far more than any answer takes; a hang is what takes longer."""
LINE_MAX_CHARS = 60_000
"""Longer URLs than 64 KiB never reach the application: the server hangs up."""


class ConfinedEngine:
    """The real engine, which adds none of this machine's folders but those of the test."""

    def __init__(self, engine: Engine, library: Path) -> None:
        self._engine = engine
        self._library = library

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def add_root(self, folder: Path, exclude: Any = None) -> Root:
        is_ours = Path(os.path.realpath(folder)).is_relative_to(self._library)
        return self._engine.add_root(folder if is_ours else self._library / "not-there", exclude)

    def remove_root(self, folder: Path) -> int:
        """Removes it, and adds the library anew: the next questions are to find something."""
        photos = self._engine.remove_root(folder)
        self._engine.add_root(self._library)
        list(self._engine.index())
        return photos

    def exclude(self, path: Path) -> str:
        """Leaves it out, and takes it in again."""
        pattern = self._engine.exclude(path)
        self._engine.include(self._library, pattern)
        list(self._engine.index())
        return pattern


class World:
    """A server to ask, and what it has: addresses and ids that lead somewhere."""

    def __init__(self, url: str, uris: list[str], content_ids: list[str]) -> None:
        self.url = url
        self.uris = uris
        self.content_ids = content_ids


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, service_parts: Any) -> Iterator[World]:
    base = tmp_path_factory.mktemp("fuzz")
    library = base / "photos"
    photos = []
    for name, colour in ((b"red.png", "red"), (b"sub/blue.png", "blue"), (b"\xff %.png", "green")):
        photos.append(library / os.fsdecode(name))
        photos[-1].parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (32, 24), colour).save(photos[-1])
    (library / "broken.jpg").write_bytes(b"no photo")
    encoder = FakeEncoder()
    paths = AppPaths(base / "data", base / "cache")
    with Engine(paths, Settings(), lambda *_: encoder) as engine:
        engine.add_root(library)
        list(engine.index())
        worker = service_parts.FakeWorker(engine)
        worker.submit(JobKind.INDEX)
        confined: Any = ConfinedEngine(engine, library)
        hub = EventHub()
        downloads = Downloads(paths, hub, fake_supply(), lambda: engine.settings)
        measuring = Measuring(paths, hub, fake_supply(), lambda: ["starter"])
        backend = Backend(
            confined, worker, hub, downloads, measuring, base / "data", lambda: None, stream_max_s=0
        )
        places = [library, library / "sub", library / "not-there", base, Path("/"), *photos]
        ids = [engine.photo_at(photo).content_id for photo in photos]
        with service_parts.serving(backend) as url:
            yield World(url, [place.as_uri() for place in places], ids)
            headers = {"Authorization": f"Bearer {TOKEN}"}
            with httpx.Client(base_url=url, headers=headers, timeout=ANSWER_S) as client:
                search = client.post("/v1/search", json={"uri": photos[0].as_uri()})
                assert {hit["content_id"] for hit in search.json()["hits"]} == set(ids[1:])
                assert client.get(f"/v1/photos/{ids[0]}/thumbnail").status_code == 200


names = st.binary(max_size=300).map(lambda raw: Path("/", os.fsdecode(raw.replace(b"\0", b""))))


def make_sensible(case: Any, world: World, draw: Callable[[Any], Any]) -> None:
    """Put places and ids that lead somewhere where the description only says what they look like.

    Letters drawn at random never name a photo, and what lies behind its name would not be tried.
    """
    uris = st.sampled_from(world.uris) | names.map(Path.as_uri)
    ids = st.sampled_from(world.content_ids)
    if "content_id" in case.path_parameters:
        case.path_parameters["content_id"] = draw(ids)
    for given_ in (case.query, case.body):
        if not isinstance(given_, dict):
            continue
        for name, values in (
            ("uri", uris),
            ("folders", st.lists(uris, max_size=2)),
            ("folder", st.lists(uris, max_size=2)),
            ("similar_to", st.lists(ids, max_size=2)),
        ):
            if name in given_:
                given_[name] = draw(values)
        if "uri" in given_ and draw(st.booleans()):
            given_.pop("path", None)
        if "model" in given_ and draw(st.booleans()):
            given_["model"] = None if given_ is case.body else "starter"


@pytest.mark.parametrize(("label", "mode"), QUESTIONS)
def test_the_api_answers_as_it_says(label: str, mode: GenerationMode, world: World) -> None:
    operation = OPERATIONS[label]

    @settings(
        max_examples=25,
        deadline=None,
        phases=[Phase.generate],  # making a failure smaller may take minutes
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(generation_mode=mode), st.booleans(), st.data())
    def answers(case: Any, is_sensible: bool, data: st.DataObject) -> None:
        if is_sensible:
            make_sensible(case, world, data.draw)
        headers = {"Authorization": f"Bearer {TOKEN}"}
        parts = case.as_transport_kwargs(base_url=world.url, headers=headers)
        question = urlencode(parts["params"] or {}, doseq=True)
        assume(len(parts["url"]) + len(question) < LINE_MAX_CHARS)
        case.call_and_validate(base_url=world.url, headers=headers, timeout=ANSWER_S, checks=CHECKS)

    answers()
