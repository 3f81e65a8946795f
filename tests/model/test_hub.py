"""Downloads of models from a hub on loopback: whole, verified, shared with others, deleted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from carried_models import save_pickle, tensors_of
from download_watch import Progress, blobs
from loopback_hub import Fault, LoopbackHub
from tiny_hub import CONFIG, NAMES, WEIGHTS, publish_small, publish_tiny, repository_of

from photosearch.jobs import CancelToken
from photosearch.model.folder import InstalledModels
from photosearch.model.hub import delete, fetch, partial
from photosearch.model.hub_client import HubClient
from photosearch.model.torchvision_shim import declare_missing_operators
from photosearch.model.weights import fingerprint_file
from photosearch.paths import AppPaths

_SIZE = 450_000


def test_a_download_is_whole_told_of_and_noted(
    server: LoopbackHub, client: HubClient, paths: AppPaths
) -> None:
    name = publish_small(server.folder, _SIZE)
    progress = Progress()

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
    model = fetch(name, paths, CancelToken(), Progress(), hub=client)
    asked = len(server.requests)

    assert fetch(name, paths, CancelToken(), Progress(), hub=client) == model
    assert len(server.requests) == asked


@pytest.mark.parametrize("family", sorted(NAMES))
def test_a_model_of_every_family_comes_with_all_that_it_needs(
    family: str, server: LoopbackHub, client: HubClient, paths: AppPaths
) -> None:
    name = publish_tiny(server.folder, family)

    model = fetch(name, paths, CancelToken(), Progress(), hub=client)

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

    model = fetch(name, paths, CancelToken(), Progress(), hub=client)

    assert model is not None
    assert (model.folder / "tokenizer.json").is_file()


def test_a_deleted_model_leaves_nothing_large_and_comes_again(
    server: LoopbackHub, client: HubClient, paths: AppPaths
) -> None:
    name = publish_small(server.folder, _SIZE)
    model = fetch(name, paths, CancelToken(), Progress(), hub=client)
    assert model is not None

    delete(model, hub=client)
    InstalledModels(paths.installed_models).forget(name)

    assert max(blobs(client)) < 1_000
    assert not model.weights.exists()
    assert fetch(name, paths, CancelToken(), Progress(), hub=client) == model
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

    model = fetch(name, paths, CancelToken(), Progress(), hub=client)

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
    model = fetch(name, paths, CancelToken(), Progress(), hub=client)
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
    assert fetch(name, paths, CancelToken(), Progress(), hub=client) is not None
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
                lambda mine: fetch(name, mine, CancelToken(), Progress(), hub=client),
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

    model = fetch(name, paths, CancelToken(), Progress(), hub=client)

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

    model = fetch("ViT-B-32-quickgelu/openai", paths, CancelToken(), Progress(), hub=client)

    assert model is not None
    assert model.weights.read_bytes() == (made / WEIGHTS).read_bytes()


def _refuse(*unused: object) -> None:
    raise OSError("A required privilege is not held by the client")


def _others_may_read(file: Path) -> bool:
    """As every new file here, if there is none of this name."""
    file.touch()
    return bool(file.stat().st_mode & 0o044)
