"""Downloads that stop half way: taken up again without a byte twice, or discarded."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from download_watch import Progress, blobs
from loopback_hub import Fault, LoopbackHub
from tiny_hub import CONFIG, WEIGHTS, partial_bytes, publish_small, repository_of

from photosearch.jobs import CancelToken
from photosearch.model import hub as hub_module
from photosearch.model.folder import InstalledModels
from photosearch.model.hub import Partial, discard, fetch, partial
from photosearch.model.hub_client import HubClient
from photosearch.model.weights import fingerprint_file
from photosearch.paths import AppPaths

_SIZE = 450_000


def test_after_a_cut_only_the_rest_is_sent(
    server: LoopbackHub, client: HubClient, paths: AppPaths
) -> None:
    name = publish_small(server.folder, _SIZE)
    server.faults.append(Fault(f"*{WEIGHTS}", cut_after_bytes=150_000, times=1))

    model = fetch(name, paths, CancelToken(), Progress(), hub=client)

    assert model is not None
    assert model.fingerprint == fingerprint_file(repository_of(server.folder, name) / WEIGHTS)
    first, second = server.asked(f"*{WEIGHTS}")
    assert (first.first_byte, first.sent_bytes) == (0, 150_000)
    assert (second.first_byte, second.sent_bytes) == (150_000, _SIZE - 150_000)


def test_a_pause_keeps_what_is_here_and_a_new_process_knows_and_goes_on(
    server: LoopbackHub, client: HubClient, paths: AppPaths, tmp_path: Path
) -> None:
    name = publish_small(server.folder, _SIZE)
    server.faults.append(Fault(f"*{WEIGHTS}", bytes_per_s=400_000, times=2))
    cancel = CancelToken()

    paused = fetch(name, paths, cancel, Progress(cancel, 100_000), hub=client)

    assert paused is None
    assert InstalledModels(paths.installed_models).find(name) is None
    script = (
        "import sys; from pathlib import Path\n"
        "from photosearch.jobs import CancelToken\n"
        "from photosearch.model.hub import fetch, partial\n"
        "from photosearch.paths import AppPaths\n"
        "paths = AppPaths(Path(sys.argv[1]), Path(sys.argv[2]))\n"
        "begun, cancel = partial(sys.argv[3], paths), CancelToken()\n"
        "print(begun.done_bytes, begun.total_bytes)\n"
        "def pause(done, total):\n"
        "    if done > begun.done_bytes: cancel.cancel()\n"
        "print(fetch(sys.argv[3], paths, cancel, pause))\n"
    )
    arguments = [str(paths.data_dir), str(paths.cache_dir), name]
    environment = {**os.environ, **server.environment(tmp_path / "hf")}
    answer = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        capture_output=True,
        text=True,
        env=environment,
        timeout=120,
        check=True,
    ).stdout.split()
    here, total = map(int, answer[:2])
    assert 100_000 <= here < total == _SIZE
    assert answer[2:] == ["None"]  # the other process paused it once more
    assert server.asked(f"*{WEIGHTS}")[1].first_byte == here

    here = partial_bytes(name, paths, hub=client)
    model = fetch(name, paths, CancelToken(), Progress(), hub=client)

    assert model is not None
    assert model.fingerprint == fingerprint_file(repository_of(server.folder, name) / WEIGHTS)
    rest = server.asked(f"*{WEIGHTS}")[-1]
    assert (rest.first_byte, rest.sent_bytes) == (here, _SIZE - here)


def test_a_server_that_sends_all_of_it_again_is_understood(
    server: LoopbackHub, client: HubClient, paths: AppPaths
) -> None:
    name = publish_small(server.folder, _SIZE)
    server.faults.append(Fault(f"*{WEIGHTS}", cut_after_bytes=150_000, times=1))
    server.faults.append(Fault(f"*{WEIGHTS}", ignores_range=True))

    model = fetch(name, paths, CancelToken(), Progress(), hub=client)

    assert model is not None
    assert model.fingerprint == fingerprint_file(repository_of(server.folder, name) / WEIGHTS)
    assert server.sent_bytes(f"*{WEIGHTS}") == 150_000 + _SIZE


def test_a_download_that_is_cancelled_can_be_deleted(
    server: LoopbackHub, client: HubClient, paths: AppPaths
) -> None:
    name = publish_small(server.folder, _SIZE)
    server.faults.append(Fault(f"*{WEIGHTS}", bytes_per_s=400_000))
    cancel = CancelToken()
    fetch(name, paths, cancel, Progress(cancel, 50_000), hub=client)
    begun = partial(name, paths, hub=client)
    assert begun is not None
    assert begun.total_bytes == _SIZE
    assert partial_bytes(name, paths, hub=client) == begun.done_bytes >= 50_000

    discard(name, paths, hub=client)

    assert partial(name, paths, hub=client) is None
    assert partial_bytes(name, paths, hub=client) == 0
    assert not paths.installed_models.is_dir() or not list(paths.installed_models.iterdir())
    assert blobs(client) == [len((repository_of(server.folder, name) / CONFIG).read_bytes())]


def test_a_model_that_changes_at_the_hub_in_a_pause_comes_as_it_is_now_and_leaves_nothing(
    server: LoopbackHub, client: HubClient, paths: AppPaths
) -> None:
    name = publish_small(server.folder, _SIZE)
    server.faults.append(Fault(f"*{WEIGHTS}", bytes_per_s=400_000, times=1))
    cancel = CancelToken()
    fetch(name, paths, cancel, Progress(cancel, 50_000), hub=client)
    publish_small(server.folder, _SIZE, seed=1)

    model = fetch(name, paths, CancelToken(), Progress(), hub=client)

    assert model is not None
    assert model.fingerprint == fingerprint_file(repository_of(server.folder, name) / WEIGHTS)
    assert [size for size in blobs(client) if size > 10_000] == [_SIZE]


def test_a_download_that_is_complete_is_not_discarded(
    server: LoopbackHub, client: HubClient, paths: AppPaths
) -> None:
    name = publish_small(server.folder, _SIZE)
    model = fetch(name, paths, CancelToken(), Progress(), hub=client)

    discard(name, paths, hub=client)

    assert InstalledModels(paths.installed_models).find(name) == model


def test_a_download_that_was_whole_before_its_process_died_needs_no_more_bytes(
    server: LoopbackHub,
    client: HubClient,
    paths: AppPaths,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name = publish_small(server.folder, _SIZE)

    def die(*unused: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(hub_module, "_install", die)
        with pytest.raises(KeyboardInterrupt):
            fetch(name, paths, CancelToken(), Progress(), hub=client)
    assert partial(name, paths, hub=client) == Partial(_SIZE, _SIZE)

    model = fetch(name, paths, CancelToken(), Progress(), hub=client)

    assert model is not None
    assert model.is_ours
    assert server.sent_bytes(f"*{WEIGHTS}") == _SIZE
