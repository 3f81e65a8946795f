"""A model that was carried here is checked, copied, named and found again."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from carried_models import (
    ARCHITECTURE,
    copy_model,
    everything_in,
    register_tiny,
    save_pickle,
    save_tensors,
    tensors_of,
)
from safetensors.torch import load_file
from tiny_clip import CONFIG_FILE, FAMILIES, WEIGHTS_FILE, make_tiny_clip

from photosearch.errors import ModelError
from photosearch.jobs import CancelToken
from photosearch.model.architectures import (
    architecture_config,
    infer_architectures,
    list_architectures,
)
from photosearch.model.checking import check_model
from photosearch.model.checkpoint import Checkpoint
from photosearch.model.configuration import check_config
from photosearch.model.folder import InstalledModels
from photosearch.model.importing import ImportReport, import_model
from photosearch.model.torchvision_shim import declare_missing_operators
from photosearch.model.weights import fingerprint_file
from photosearch.paths import AppPaths

declare_missing_operators()


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_clip(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture
def known(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The tiny network, which open_clip knows by name."""
    register_tiny(monkeypatch, tiny)
    return tiny


def add(source: Path, paths: AppPaths, **options: str) -> ImportReport:
    report = import_model(source, paths, **options)
    assert report is not None
    return report


def assert_same_numbers(weights: Path, expected: dict[str, torch.Tensor]) -> None:
    found = load_file(weights)
    assert found.keys() == expected.keys()
    for name, tensor in expected.items():
        assert found[name].dtype == tensor.dtype
        assert torch.equal(found[name], tensor), name


@pytest.mark.parametrize("family", FAMILIES)
def test_a_folder_of_each_family_is_installed_as_it_is(
    family: str, tmp_path: Path, paths: AppPaths
) -> None:
    source = make_tiny_clip(tmp_path / family, family)
    report = add(source, paths)
    model = report.model
    assert model.name == f"{family}/local"
    assert InstalledModels(paths.installed_models).find(model.name) == model
    assert model.weights.read_bytes() == (source / WEIGHTS_FILE).read_bytes()
    assert model.fingerprint == fingerprint_file(source / WEIGHTS_FILE)
    assert model.config == json.loads((source / CONFIG_FILE).read_text(encoding="utf-8"))
    assert (model.tokenizer is not None) == (source / "tokenizer.json").is_file()
    for name in ("tokenizer.json", "tokenizer_config.json", "config.json"):
        if (source / name).is_file():
            assert (model.folder / name).read_bytes() == (source / name).read_bytes()
    check_model(model)


def test_a_bare_safetensors_file_is_known_by_its_tensors(
    known: Path, tmp_path: Path, paths: AppPaths
) -> None:
    file = shutil.copy(known / WEIGHTS_FILE, tmp_path / "my holiday tuning.safetensors")
    report = add(file, paths)
    assert report.model.name == f"{ARCHITECTURE}/my-holiday-tuning"
    assert report.model.weights.read_bytes() == file.read_bytes()
    assert any("quickgelu" in remark and "--architecture" in remark for remark in report.remarks)
    assert any("prepares images" in remark for remark in report.remarks)


def test_a_file_whose_name_tells_of_quickgelu_is_taken_for_that(
    known: Path, tmp_path: Path, paths: AppPaths
) -> None:
    file = shutil.copy(known / WEIGHTS_FILE, tmp_path / "tuned-from-openai.safetensors")
    assert add(file, paths).model.architecture == f"{ARCHITECTURE}-quickgelu"


def test_the_same_weights_as_another_architecture_are_another_model(
    known: Path, tmp_path: Path, paths: AppPaths
) -> None:
    file = shutil.copy(known / WEIGHTS_FILE, tmp_path / "tuned.safetensors")
    first = add(file, paths)
    second = add(file, paths, architecture=f"{ARCHITECTURE}-quickgelu")
    assert second.is_new
    assert {first.model.name, second.model.name} == {
        f"{ARCHITECTURE}/tuned",
        f"{ARCHITECTURE}-quickgelu/tuned",
    }
    assert second.model.config["model_cfg"]["quick_gelu"]


@pytest.mark.parametrize(
    ("key", "prefix"),
    [
        ("state_dict", "module."),
        ("model_state_dict", ""),
        ("model", "_orig_mod.module."),
        (None, "module."),
    ],
)
def test_a_checkpoint_of_a_training_gives_its_weights(
    known: Path, tmp_path: Path, paths: AppPaths, key: str | None, prefix: str
) -> None:
    tensors = tensors_of(known)
    named = {prefix + name: tensor for name, tensor in tensors.items()}
    whole = {
        "epoch": 7,
        "name": "a run",
        key: named,
        "optimizer": {"state": {0: {"step": torch.tensor(3.0)}}, "param_groups": [{"lr": 0.1}]},
    }
    file = save_pickle(tmp_path / "epoch_7.pt", whole if key else named)
    report = add(file, paths)
    assert report.model.name == f"{ARCHITECTURE}/epoch_7"
    assert_same_numbers(report.model.weights, tensors)
    assert report.model.fingerprint == fingerprint_file(report.model.weights)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_the_precision_of_the_weights_is_kept(
    known: Path, tmp_path: Path, paths: AppPaths, dtype: torch.dtype
) -> None:
    tensors = {name: tensor.to(dtype) for name, tensor in tensors_of(known).items()}
    report = add(save_pickle(tmp_path / "half.bin", tensors), paths)
    assert_same_numbers(report.model.weights, tensors)


def test_a_tensor_that_lies_crosswise_in_memory_is_written_straight(
    known: Path, tmp_path: Path, paths: AppPaths
) -> None:
    tensors = tensors_of(known)
    crosswise = tensors["text_projection"].t().contiguous().t()
    assert not crosswise.is_contiguous()
    file = save_pickle(tmp_path / "crosswise.pt", {**tensors, "text_projection": crosswise})
    assert_same_numbers(add(file, paths).model.weights, tensors)


def test_an_old_layout_is_converted_as_open_clip_does(tmp_path: Path, paths: AppPaths) -> None:
    """CustomTextCLIP keeps the text tower under ``text.``; older checkpoints have it outside."""
    source = make_tiny_clip(tmp_path / "source", "mobileclip")
    tensors = tensors_of(source)
    old = {name.removeprefix("text."): tensor for name, tensor in tensors.items()}
    old["logit_scale"] = old["logit_scale"].reshape(1)
    old["context_length"] = torch.tensor(16)
    save_tensors(source / WEIGHTS_FILE, old)
    assert_same_numbers(add(source, paths).model.weights, tensors)


def test_the_same_model_added_twice_is_recognised(
    known: Path, tmp_path: Path, paths: AppPaths
) -> None:
    tensors = tensors_of(known)
    first = add(save_pickle(tmp_path / "one.pt", tensors), paths)
    before = everything_in(paths.data_dir)
    again = add(save_pickle(tmp_path / "two.pt", {"state_dict": tensors}), paths, tag="other")
    assert again.model == first.model
    assert not again.is_new
    assert any(first.model.name in remark for remark in again.remarks)
    assert everything_in(paths.data_dir) == before


def test_another_model_of_the_same_file_name_gets_a_number(
    known: Path, tmp_path: Path, paths: AppPaths
) -> None:
    tensors = tensors_of(known)
    file = tmp_path / "tuned.pt"
    first = add(save_pickle(file, tensors), paths)
    tensors["text_projection"] += 1
    second = add(save_pickle(file, tensors), paths)
    assert second.model.name == f"{first.model.name}-2"
    assert len(list(InstalledModels(paths.installed_models).all())) == 2


def test_a_tag_that_another_model_has_is_refused(
    known: Path, tmp_path: Path, paths: AppPaths
) -> None:
    tensors = tensors_of(known)
    add(save_pickle(tmp_path / "a.pt", tensors), paths, tag="mine")
    tensors["text_projection"] += 1
    with pytest.raises(ModelError, match="belongs to another model"):
        add(save_pickle(tmp_path / "b.pt", tensors), paths, tag="mine")


def test_no_import_takes_the_name_of_a_published_model(
    known: Path, tmp_path: Path, paths: AppPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    published = f"{ARCHITECTURE}/laion2b"
    monkeypatch.setattr("photosearch.model.importing.published_names", lambda: {published})
    file = save_pickle(tmp_path / "laion2b.pt", tensors_of(known))
    assert add(file, paths).model.name == f"{published}-2"


def test_a_folder_that_describes_a_known_network_has_its_name(known: Path, paths: AppPaths) -> None:
    assert add(known, paths, tag="v1").model.name == f"{ARCHITECTURE}/v1"


def test_a_file_beside_a_configuration_is_read_by_it(
    tmp_path: Path, tiny: Path, paths: AppPaths
) -> None:
    source = copy_model(tiny, tmp_path / "tuned")
    report = add(source / WEIGHTS_FILE, paths)
    assert report.model.config["preprocess_cfg"]["mean"] == [0.48145466, 0.4578275, 0.40821073]
    assert any(CONFIG_FILE in remark for remark in report.remarks)


def test_of_several_weights_the_one_that_open_clip_takes_is_taken(
    tmp_path: Path, tiny: Path, paths: AppPaths
) -> None:
    source = copy_model(tiny, tmp_path / "several")
    for name in ("a.safetensors", "model.safetensors", "weights.pt"):
        (source / name).write_bytes(b"something else")
    report = add(source, paths)
    assert report.model.fingerprint == fingerprint_file(tiny / WEIGHTS_FILE)
    assert any("Of 4 files" in r and WEIGHTS_FILE in r for r in report.remarks)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have Unicode names alone")
@pytest.mark.parametrize("ending", [".pt", ".safetensors"])
def test_names_with_any_bytes_are_read_and_made_safe(
    known: Path, tmp_path: Path, paths: AppPaths, ending: str
) -> None:
    plain = (
        save_pickle(tmp_path / "plain.pt", tensors_of(known))
        if ending == ".pt"
        else Path(shutil.copy(known / WEIGHTS_FILE, tmp_path / "plain.safetensors"))
    )
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/t\xfcned \x1b[31m" + ending.encode()))
    plain.rename(odd)
    assert add(odd, paths).model.name == f"{ARCHITECTURE}/t-ned-31m"


def test_links_are_followed_and_only_files_are_copied(
    tmp_path: Path, tiny: Path, paths: AppPaths
) -> None:
    snapshot = tmp_path / "models--somebody--tuned" / "snapshots" / "0123abc"
    snapshot.mkdir(parents=True)
    for name in (CONFIG_FILE, WEIGHTS_FILE):
        (snapshot / name).symlink_to(tiny / name)
    model = add(snapshot, paths).model
    assert model.name == "tuned/local"
    assert not model.weights.is_symlink()
    assert model.weights.stat().st_mode & 0o077 == 0


def test_progress_is_told_to_the_end(tmp_path: Path, tiny: Path, paths: AppPaths) -> None:
    told: list[tuple[int, int]] = []
    import_model(tiny, paths, on_progress=lambda done, total: told.append((done, total)))
    total = 2 * (tiny / WEIGHTS_FILE).stat().st_size
    assert {of for _, of in told} == {total}
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1][0] == total


def test_a_tokenizer_may_ask_for_any_padding(tmp_path: Path, paths: AppPaths) -> None:
    source = make_tiny_clip(tmp_path / "siglip", "siglip")
    tokenizer = json.loads((source / "tokenizer.json").read_text(encoding="utf-8"))
    tokenizer["padding"] = {
        "strategy": {"Fixed": 10**11},
        "direction": "Right",
        "pad_to_multiple_of": None,
        "pad_id": 0,
        "pad_type_id": 0,
        "pad_token": "<pad>",
    }
    (source / "tokenizer.json").write_text(json.dumps(tokenizer), encoding="utf-8")
    assert add(source, paths).is_new


@pytest.mark.parametrize("at", [0.0, 0.4, 0.6])
def test_a_cancelled_import_leaves_no_model(at: float, tiny: Path, paths: AppPaths) -> None:
    cancel = CancelToken()

    def cancel_at(done: int, total: int) -> None:
        if done > at * total:
            cancel.cancel()

    assert import_model(tiny, paths, cancel=cancel, on_progress=cancel_at) is None
    assert not list(InstalledModels(paths.installed_models).all())
    assert not [name for name in everything_in(paths.installed_models) if "lock" not in name]


REGISTERED = [
    ("ViT-B-32", ["ViT-B-32", "ViT-B-32-quickgelu"]),
    ("ViT-B-32-256", ["ViT-B-32-256"]),
    ("ViT-B-32-SigLIP2-256", ["ViT-B-32-SigLIP2-256"]),
    ("RN50", ["RN50", "RN50-quickgelu"]),
]


@pytest.mark.parametrize(("architecture", "expected"), REGISTERED, ids=lambda v: str(v)[:20])
def test_published_architectures_are_told_by_their_tensors(
    architecture: str, expected: list[str]
) -> None:
    import open_clip

    config = open_clip.get_model_config(architecture)
    custom = config.pop("custom_text", False)
    build: Callable[..., torch.nn.Module] = open_clip.CustomTextCLIP if custom else open_clip.CLIP
    with torch.device("meta"):
        tensors = build(**config).state_dict()
    assert infer_architectures(Checkpoint(Path("tuned.pt"), tensors)) == expected


def test_every_architecture_of_open_clip_has_a_sane_configuration() -> None:
    refused = {}
    for name in list_architectures():
        try:
            check_config({"model_cfg": architecture_config(name)}, name)
        except ModelError as error:
            refused[name] = error.message
    assert all("CoCa" in message for message in refused.values()), refused
