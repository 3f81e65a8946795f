"""What the API answers about the service, its folders, its settings and its jobs."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from photosearch import __version__, jobs, types, wire
from photosearch.engine import Engine
from photosearch.model_info import DownloadState
from photosearch.service.app import create_app
from photosearch.service.backend import Backend

MakePhoto = Callable[..., Path]
Index = Callable[[Engine], types.IndexReport]
TOKEN = "the-token-of-the-tests"
ODD_NAME = os.fsdecode(b"\xff \n%#?'\" \xc3\xbc.png")


def test_it_says_who_it_is(api: Any, tmp_path: Path) -> None:
    answer = api("GET", "/v1/about").json()

    assert answer == {
        "name": "photosearch",
        "version": __version__,
        "api_version": 1,
        "pid": os.getpid(),
        "data_dir": (tmp_path / "data").as_uri(),
    }


def test_the_status_is_the_workers(
    api: Any, worker: Any, engine: Engine, shelf: dict[str, Path]
) -> None:
    worker.activity = types.Activity(
        types.ActivityState.INDEXING, types.Progress(types.Phase.SCANNING, 3)
    )

    status = wire.Status.model_validate_json(api("GET", "/v1/status").content).to_core()

    assert status == replace(engine.status(), activity=worker.activity)
    assert status.roots[0].photos == 3


def test_skipped_files_come_in_pages(api: Any, engine: Engine, library: Path, index: Index) -> None:
    for name in (b"a.jpg", b"b.jpg", b"\xff.jpg"):
        (library / os.fsdecode(name)).write_bytes(b"no photo")
    engine.add_root(library)
    index(engine)

    pages = [api("GET", f"/v1/skipped?offset={offset}&limit=2").json() for offset in (0, 2, 4)]

    assert [len(page["skipped"]) for page in pages] == [2, 1, 0]
    assert {page["total"] for page in pages} == {3}
    skipped = [wire.Skipped(**one).to_core() for page in pages for one in page["skipped"]]
    assert skipped == engine.skipped()


def test_models_are_listed_with_their_downloads_and_the_chosen_one(
    api: Any, backend: Backend, engine: Engine, shelf: dict[str, Path]
) -> None:
    name = "net/new"
    answers = [
        api("GET", "/v1/models"),
        api("POST", "/v1/models/download", json={"name": name}),
        api("POST", "/v1/models/pause", json={"name": name}),
        api("POST", "/v1/models/cancel", json={"name": name}),
    ]

    told = [wire.Models.model_validate_json(answer.content) for answer in answers]
    assert {one.chosen for one in told} == {"starter"}
    core = tuple(model.to_core() for model in told[0].models)
    assert core == engine.models()
    [starter] = [one for one in core if one.name == "starter"]
    assert (starter.embedded, starter.is_chosen, starter.is_searching) == (3, True, True)
    downloads = [[m.download for m in one.models if m.name == name] for one in told]
    assert [bool(one and one[0]) for one in downloads] == [False, True, True, True]
    states = [one[0].state for one in downloads[1:] if one and one[0]]
    assert states[:2] == [DownloadState.RUNNING, DownloadState.PAUSED]
    again = api("POST", "/v1/models/pause", json={"name": "net/never"})
    assert (again.status_code, api.error_of(again).kind) == (409, "ModelError")


def test_a_model_that_is_chosen_and_not_here_is_downloaded(
    api: Any, backend: Backend, worker: Any
) -> None:
    assert api("PATCH", "/v1/settings", json={"model": "net/new"}).status_code == 200
    assert list(backend.downloads.all()) == ["net/new"]
    assert worker.times_models_changed == 1


def test_vectors_and_files_of_the_model_that_answers_stay(api: Any, shelf: dict[str, Path]) -> None:
    for action in ("delete", "delete-vectors"):
        answer = api("POST", f"/v1/models/{action}", json={"name": "starter"})
        assert (answer.status_code, api.error_of(answer).kind) == (409, "ModelError")


def test_settings_are_described_and_changed(api: Any, engine: Engine) -> None:
    before = {one["name"]: one for one in api("GET", "/v1/settings").json()["settings"]}
    assert before["batch_size"]["value"] == before["batch_size"]["default"] == 16
    assert before["batch_size"]["low"] == 1
    assert "cpu" in before["device"]["choices"]
    assert all(one["description"] for one in before.values())

    answer = api("PATCH", "/v1/settings", json={"batch_size": 3, "background_priority": False})

    after = wire.Settings.model_validate_json(answer.content).to_core()
    assert (after.batch_size, after.background_priority) == (3, False)
    assert after == engine.settings


@pytest.mark.parametrize(
    "changes", [{"batch_size": 0}, {"batch_size": None}, {"device": ["cpu"]}, {"unknown": 1}]
)
def test_a_setting_that_is_not_allowed_changes_nothing(
    api: Any, engine: Engine, changes: dict[str, Any]
) -> None:
    before = engine.settings

    answer = api("PATCH", "/v1/settings", json={"decode_threads": 2, **changes})

    assert answer.status_code == 422
    assert api.error_of(answer).kind == "SettingsError"
    assert engine.settings == before


def test_a_stop_is_answered_before_it_happens(backend: Backend, api: Any) -> None:
    stopped: list[bool] = []
    app = create_app(replace(backend, stop=lambda: stopped.append(True)), TOKEN)

    answer = type(api)(app)("POST", "/v1/stop")

    assert answer.status_code == 202
    assert answer.json()["pid"] == os.getpid()
    assert stopped == [True]


def test_a_folder_is_added_listed_and_removed_whatever_its_name(
    api: Any, worker: Any, engine: Engine, tmp_path: Path, make_photo: MakePhoto, index: Index
) -> None:
    folder = tmp_path / ODD_NAME
    make_photo("red.png", folder=folder)
    excluded = os.fsdecode(b"100%\xfe*")
    request = {"uri": folder.as_uri(), "exclude": [wire.pattern_on_wire(excluded)]}

    added = wire.Root.model_validate_json(api("POST", "/v1/roots", json=request).content)
    index(engine)

    assert added.to_core() == types.Root(added.id, folder, (excluded,))
    assert api("GET", "/v1/roots").json()["roots"] == [added.model_dump()]
    assert worker.times_roots_changed == 1
    assert api("DELETE", f"/v1/roots/{added.id}").json() == {"photos": 1}
    assert engine.roots() == ()
    assert worker.times_roots_changed == 2


def test_a_folder_may_be_named_as_plain_text(api: Any, library: Path) -> None:
    answer = api("POST", "/v1/roots", json={"path": str(library)})

    assert answer.json()["uri"] == library.as_uri()


@pytest.mark.parametrize(
    ("request_", "status", "kind"),
    [
        ({}, 422, "QueryError"),
        ({"path": "photos"}, 422, "QueryError"),
        ({"path": "~"}, 422, "QueryError"),
        ({"uri": "http://elsewhere/"}, 422, "QueryError"),
        ({"uri": "file:///a", "path": "/a"}, 422, "QueryError"),
        ({"path": "/\0"}, 422, "QueryError"),
        ({"path": "/not/there"}, 409, "LibraryError"),
        ({"path": "/" + "x" * 1000}, 409, "LibraryError"),
        ({"path": "/not/there", "typo": 1}, 422, "QueryError"),
    ],
)
def test_a_folder_that_cannot_be_added_is_refused(
    api: Any, worker: Any, request_: dict[str, str], status: int, kind: str
) -> None:
    answer = api("POST", "/v1/roots", json=request_)

    assert (answer.status_code, api.error_of(answer).kind) == (status, kind)
    assert worker.times_roots_changed == 0


def test_what_is_left_out_is_told_to_all_and_the_folder_is_looked_at_anew(
    api: Any, worker: Any, backend: Backend, engine: Engine, shelf: dict[str, Path], library: Path
) -> None:
    with backend.hub.subscribe(lambda: None) as news:
        answer = api("POST", "/v1/exclusions", json={"uri": shelf["blue"].as_uri()})
        assert [event.kind for event in news.take()] == [types.EventKind.INDEX_CHANGED]
    assert worker.times_roots_changed == 1
    pattern = answer.json()["pattern"]
    assert engine.roots()[0].exclude == (wire.pattern_from_wire(pattern),)

    params = {"root": library.as_uri(), "pattern": pattern}
    assert api("DELETE", "/v1/exclusions", params=params).status_code == 204
    assert worker.times_roots_changed == 2
    assert engine.roots()[0].exclude == ()


@pytest.mark.parametrize(
    ("request_", "status", "kind"),
    [
        ({}, 422, "QueryError"),
        ({"path": "a.png"}, 422, "QueryError"),
        ({"path": "/not/there"}, 409, "LibraryError"),
        ({"path": "/" + "x" * 1000}, 409, "LibraryError"),
    ],
)
def test_what_cannot_be_left_out_is_refused(
    api: Any, worker: Any, request_: dict[str, str], status: int, kind: str
) -> None:
    answer = api("POST", "/v1/exclusions", json=request_)

    assert (answer.status_code, api.error_of(answer).kind) == (status, kind)
    assert worker.times_roots_changed == 0


def test_a_folder_that_was_never_added_cannot_be_removed(api: Any) -> None:
    answer = api("DELETE", "/v1/roots/99")

    assert (answer.status_code, api.error_of(answer).kind) == (404, "LibraryError")


def test_jobs_are_asked_for_followed_and_stopped(api: Any, worker: Any) -> None:
    asked = api("POST", "/v1/index", json={"model": "other"})
    rebuilt = api("POST", "/v1/rebuild")

    assert (asked.status_code, rebuilt.status_code) == (202, 202)
    assert worker.models == ["other", None]
    assert wire.Job.model_validate_json(asked.content).to_core() == worker.jobs[1]
    assert api("GET", "/v1/jobs/2").json()["kind"] == "rebuild"
    assert api("DELETE", "/v1/jobs/1").json()["state"] == "done"
    for method in ("GET", "DELETE"):
        answer = api(method, "/v1/jobs/3")
        assert (answer.status_code, api.error_of(answer).kind) == (404, "ServiceError")


def test_who_waits_for_a_job_hears_of_its_next_step(api: Any, worker: Any) -> None:
    api("POST", "/v1/rebuild")
    step = replace(
        worker.jobs[1],
        state=jobs.JobState.RUNNING,
        progress=types.Progress(types.Phase.REBUILDING, 1, 2),
    )

    async def ask() -> httpx.Response:
        waiting = asyncio.create_task(api.ask("GET", "/v1/jobs/1?wait_s=10"))
        while not waiting.done():  # a step is made whenever it is that the request looks first
            await asyncio.sleep(0.2)
            worker.jobs[1] = step
        return await waiting

    assert wire.Job.model_validate_json(asyncio.run(ask()).content).to_core() == step


def test_who_waits_for_a_job_waits_for_its_time_only(api: Any, worker: Any) -> None:
    api("POST", "/v1/rebuild")

    assert api("GET", "/v1/jobs/1?wait_s=0.1").json()["state"] == "queued"
    assert api("GET", "/v1/jobs/1?wait_s=11").status_code == 422


def test_nobody_waits_for_a_job_when_the_service_ends(
    api: Any, worker: Any, backend: Backend
) -> None:
    api("POST", "/v1/rebuild")
    backend.hub.close()

    async def ask() -> httpx.Response:
        return await asyncio.wait_for(api.ask("GET", "/v1/jobs/1?wait_s=10"), 8)

    assert asyncio.run(ask()).json()["state"] == "queued"


def test_a_job_that_failed_says_why(api: Any, worker: Any) -> None:
    from photosearch.errors import ModelError

    api("POST", "/v1/rebuild")
    failed = replace(
        worker.jobs[1], state=jobs.JobState.FAILED, error=ModelError("No.", "Try another.")
    )
    worker.jobs[1] = failed

    assert api("GET", "/v1/jobs/1?wait_s=10").json()["error"] == {
        "kind": "ModelError",
        "message": "No.",
        "hint": "Try another.",
    }


def test_work_is_paused_and_resumed(api: Any) -> None:
    assert api("POST", "/v1/pause").json() == {"state": "paused", "progress": None}
    assert api("POST", "/v1/resume").json() == {"state": "idle", "progress": None}
