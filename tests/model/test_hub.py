"""Downloads of models from a hub on loopback: whole, taken up again, verified, undone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from carried_models import save_pickle, tensors_of
from loopback_hub import Fault, LoopbackHub
from tiny_hub import (
    CONFIG,
    NAMES,
    WEIGHTS,
    partial_bytes,
    publish_small,
    publish_tiny,
    repository_of,
)

from photosearch.jobs import CancelToken
from photosearch.model import hub as hub_module
from photosearch.model.folder import InstalledModels
from photosearch.model.hub import Partial, delete, discard, fetch, partial
from photosearch.model.hub_client import HubClient
from photosearch.model.torchvision_shim import declare_missing_operators
from photosearch.model.weights import fingerprint_file
from photosearch.paths import AppPaths

_SIZE = 450_000


class _Progress:
    """What a download tells; cancels it when so much is here."""

    def __init__(self, cancel: CancelToken | None = None, at_bytes: int = 0) -> None:
        self.told: list[tuple[int, int]] = []
        self._cancel = cancel
        self._at_bytes = at_bytes

    def __call__(self, done: int, total: int) -> None:
        self.told.append((done, total))
        if self._cancel is not None and done >= self._at_bytes:
            self._cancel.cancel()


def test_a_download_is_whole_told_of_and_noted(
    server: LoopbackHub, client: HubClient, paths: AppPaths
) -> None:
    name = publish_small(server.folder, _SIZE)
    progress = _Progress()

    model = fetch(name, paths, CancelToken(), progress, hub=client)

    assert model is not None
    source = repository_of(server.folder, name)
    assert model.weights.read_bytes() == (source / WEIGHTS).read_bytes()
    assert model.config == json.loads((source / CONFIG).read_text())
    assert (model.is_ours, model.tokenizer) == (True, None)
    assert model.fingerprint == fingerprint_file(source / WEIGHTS)
    assert InstalledModels(paths.installed_models).find(name) == model
    assert paths.data_dir.stat().st_mode & 0o077 == 0
    assert progress.told[0] == (0, _SIZE)
    assert progress.told[-1] == (_SIZE, _SIZE)
    assert [done for done, _ in progress.told] == sorted(done for done, _ in progress.told)
    assert partial(name, paths, hub=client) is None


def test_a_model_that_is_here_is_not_asked_for_again(
    server: LoopbackHub, client: HubClient, paths: AppPaths
) -> None:
    name = publish_small(server.folder)
    model = fetch(name, paths, CancelToken(), _Progress(), hub=client)
    asked = len(server.requests)

    assert fetch(name, paths, CancelToken(), _Progress(), hub=client) == model
    assert len(server.requests) == asked


@pytest.mark.parametrize("family", sorted(NAMES))
def test_a_model_of_every_family_comes_with_all_that_it_needs(
    family: str, server: LoopbackHub, client: HubClient, paths: AppPaths
) -> None:
    name = publish_tiny(server.folder, family)

    model = fetch(name, paths, CancelToken(), _Progress(), hub=client)

    assert model is not None
    text = model.config["model_cfg"]["text_cfg"]
    if "hf_tokenizer_name" not in text:
        assert model.tokenizer is None
        return
    wanted = sorted(p.name for p in (server.folder / text["hf_tokenizer_name"]).iterdir())
    assert model.tokenizer == model.folder
    assert "tokenizer.json" in wanted
    assert set(wanted) <= {p.name for p in model.folder.iterdir()}
    assert ("config.json" in wanted) == (family == "xlm-roberta")


def test_a_repository_may_be_known_by_an_older_name(
    server: LoopbackHub, client: HubClient, paths: AppPaths
) -> None:
    name = publish_tiny(server.folder, "siglip")
    (server.folder / "tests/tiny-siglip").rename(server.folder / "tests/renamed")
    server.renamed["tests/tiny-siglip"] = "tests/renamed"

    model = fetch(name, paths, CancelToken(), _Progress(), hub=client)

    assert model is not None
    assert (model.folder / "tokenizer.json").is_file()


def test_after_a_cut_only_the_rest_is_sent(
    server: LoopbackHub, client: HubClient, paths: AppPaths
) -> None:
    name = publish_small(server.folder, _SIZE)
    server.faults.append(Fault(f"*{WEIGHTS}", cut_after_bytes=150_000, times=1))

    model = fetch(name, paths, CancelToken(), _Progress(), hub=client)

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

    paused = fetch(name, paths, cancel, _Progress(cancel, 100_000), hub=client)

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
    model = fetch(name, paths, CancelToken(), _Progress(), hub=client)

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

    model = fetch(name, paths, CancelToken(), _Progress(), hub=client)

    assert model is not None
    assert model.fingerprint == fingerprint_file(repository_of(server.folder, name) / WEIGHTS)
    assert server.sent_bytes(f"*{WEIGHTS}") == 150_000 + _SIZE


def test_a_download_that_is_cancelled_can_be_deleted(
    server: LoopbackHub, client: HubClient, paths: AppPaths
) -> None:
    name = publish_small(server.folder, _SIZE)
    server.faults.append(Fault(f"*{WEIGHTS}", bytes_per_s=400_000))
    cancel = CancelToken()
    fetch(name, paths, cancel, _Progress(cancel, 50_000), hub=client)
    begun = partial(name, paths, hub=client)
    assert begun is not None
    assert begun.total_bytes == _SIZE
    assert partial_bytes(name, paths, hub=client) == begun.done_bytes >= 50_000

    discard(name, paths, hub=client)

    assert partial(name, paths, hub=client) is None
    assert partial_bytes(name, paths, hub=client) == 0
    assert not paths.installed_models.is_dir() or not list(paths.installed_models.iterdir())
    assert _blobs(client) == [len((repository_of(server.folder, name) / CONFIG).read_bytes())]


def test_a_model_that_changes_at_the_hub_in_a_pause_comes_as_it_is_now_and_leaves_nothing(
    server: LoopbackHub, client: HubClient, paths: AppPaths
) -> None:
    name = publish_small(server.folder, _SIZE)
    server.faults.append(Fault(f"*{WEIGHTS}", bytes_per_s=400_000, times=1))
    cancel = CancelToken()
    fetch(name, paths, cancel, _Progress(cancel, 50_000), hub=client)
    publish_small(server.folder, _SIZE, seed=1)

    model = fetch(name, paths, CancelToken(), _Progress(), hub=client)

    assert model is not None
    assert model.fingerprint == fingerprint_file(repository_of(server.folder, name) / WEIGHTS)
    assert [size for size in _blobs(client) if size > 10_000] == [_SIZE]


def test_a_download_that_is_complete_is_not_discarded(
    server: LoopbackHub, client: HubClient, paths: AppPaths
) -> None:
    name = publish_small(server.folder, _SIZE)
    model = fetch(name, paths, CancelToken(), _Progress(), hub=client)

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
            fetch(name, paths, CancelToken(), _Progress(), hub=client)
    assert partial(name, paths, hub=client) == Partial(_SIZE, _SIZE)

    model = fetch(name, paths, CancelToken(), _Progress(), hub=client)

    assert model is not None
    assert model.is_ours
    assert server.sent_bytes(f"*{WEIGHTS}") == _SIZE


def test_a_deleted_model_leaves_nothing_large_and_comes_again(
    server: LoopbackHub, client: HubClient, paths: AppPaths
) -> None:
    name = publish_small(server.folder, _SIZE)
    model = fetch(name, paths, CancelToken(), _Progress(), hub=client)
    assert model is not None

    delete(model, hub=client)
    InstalledModels(paths.installed_models).forget(name)

    assert max(_blobs(client)) < 1_000
    assert not model.weights.exists()
    assert fetch(name, paths, CancelToken(), _Progress(), hub=client) == model
    assert server.sent_bytes(f"*{WEIGHTS}") == 2 * _SIZE


def test_what_another_program_downloaded_is_used_without_a_network_and_never_deleted(
    server: LoopbackHub, client: HubClient, paths: AppPaths, tmp_path: Path
) -> None:
    from huggingface_hub import hf_hub_download

    name = publish_tiny(server.folder, "siglip")
    repository = repository_of(server.folder, name).relative_to(server.folder).as_posix()
    theirs = [(repository, CONFIG), (repository, WEIGHTS)]
    theirs += [("tests/tiny-siglip", f) for f in ("tokenizer.json", "tokenizer_config.json")]
    for owner, file in theirs:
        hf_hub_download(owner, file, endpoint=server.endpoint, cache_dir=client.cache_dir)
    asked = len(server.requests)

    model = fetch(name, paths, CancelToken(), _Progress(), hub=client)

    assert model is not None
    assert len(server.requests) == asked
    assert not model.is_ours
    assert (model.folder / "tokenizer.json").is_file()
    delete(model, hub=client)
    assert model.weights.is_file()


@pytest.mark.parametrize("has_links", [True, False], ids=["links", "no links"])
def test_what_we_download_is_found_by_others_without_a_network(
    has_links: bool,
    server: LoopbackHub,
    client: HubClient,
    paths: AppPaths,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from huggingface_hub import hf_hub_download

    if not has_links:
        monkeypatch.setattr(Path, "symlink_to", _refuse)
    name = publish_small(server.folder, _SIZE)
    model = fetch(name, paths, CancelToken(), _Progress(), hub=client)
    repository = repository_of(server.folder, name).relative_to(server.folder).as_posix()

    found = hf_hub_download(repository, WEIGHTS, cache_dir=client.cache_dir, local_files_only=True)

    assert model is not None
    assert Path(found) == model.weights
    assert model.weights.is_symlink() == has_links
    assert _others_may_read(client.cache_dir / "probe") == _others_may_read(
        model.weights.parents[2] / "refs" / "main"
    )
    delete(model, hub=client)
    assert not model.weights.exists()


def test_open_clip_builds_what_we_download_without_a_network(
    server: LoopbackHub, client: HubClient, paths: AppPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = publish_small(server.folder, _SIZE)
    assert fetch(name, paths, CancelToken(), _Progress(), hub=client) is not None
    repository = repository_of(server.folder, name).relative_to(server.folder).as_posix()
    asked = len(server.requests)
    declare_missing_operators()
    import open_clip

    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    built = open_clip.create_model(f"hf-hub:{repository}", cache_dir=str(client.cache_dir))

    assert built.visual.output_dim == 8
    assert len(server.requests) == asked


def test_two_downloads_of_one_model_at_once_fetch_it_once(
    server: LoopbackHub, client: HubClient, paths: AppPaths, tmp_path: Path
) -> None:
    from concurrent.futures import ThreadPoolExecutor

    name = publish_small(server.folder, _SIZE)
    server.faults.append(Fault(f"*{WEIGHTS}", bytes_per_s=800_000))
    others = AppPaths(tmp_path / "other", tmp_path / "cache")

    with ThreadPoolExecutor(2) as pool:
        both = list(
            pool.map(
                lambda mine: fetch(name, mine, CancelToken(), _Progress(), hub=client),
                (paths, others),
            )
        )

    assert all(model is not None for model in both)
    assert server.sent_bytes(f"*{WEIGHTS}") == _SIZE


def test_a_repository_without_safetensors_gives_its_pickle_and_open_clips_configuration(
    server: LoopbackHub, client: HubClient, paths: AppPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    declare_missing_operators()
    import open_clip.factory

    name = publish_small(server.folder)
    repository = repository_of(server.folder, name)
    network = json.loads((repository / CONFIG).read_text())["model_cfg"]
    monkeypatch.setitem(open_clip.factory._MODEL_CONFIGS, "ViT-B-32", network)
    save_pickle(repository / "open_clip_pytorch_model.bin", tensors_of(repository))
    (repository / WEIGHTS).unlink()
    (repository / CONFIG).unlink()

    model = fetch(name, paths, CancelToken(), _Progress(), hub=client)

    assert model is not None
    assert model.weights.suffix == ".bin"
    assert model.config["model_cfg"] == network
    assert model.config["preprocess_cfg"]["interpolation"] == "bicubic"


def test_a_published_model_outside_the_menu_comes_from_the_hub_that_open_clip_names(
    server: LoopbackHub, client: HubClient, paths: AppPaths
) -> None:
    made = server.folder / "timm" / "vit_base_patch32_clip_224.openai"
    publish_small(server.folder)
    made.parent.mkdir()
    repository_of(server.folder, NAMES["vit"]).rename(made)

    model = fetch("ViT-B-32-quickgelu/openai", paths, CancelToken(), _Progress(), hub=client)

    assert model is not None
    assert model.weights.read_bytes() == (made / WEIGHTS).read_bytes()


def _refuse(*unused: object) -> None:
    raise OSError("A required privilege is not held by the client")


def _others_may_read(file: Path) -> bool:
    """As every new file here, if there is none of this name."""
    file.touch()
    return bool(file.stat().st_mode & 0o044)


def _blobs(client: HubClient) -> list[int]:
    """The sizes of all files that the shared cache has, whole or in part."""
    return sorted(
        p.stat().st_size
        for p in client.cache_dir.glob("models--*/**/*")
        if p.is_file() and not p.is_symlink() and p.parent.name != "refs"
    )
