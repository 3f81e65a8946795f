"""What every test may use: throw-away folders, coloured photos, and an engine on a fake model."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
from PIL import Image

from photosearch.client import Client
from photosearch.engine import Engine
from photosearch.model.fake import FakeEncoder
from photosearch.paths import AppPaths
from photosearch.settings import Settings
from photosearch.types import IndexReport

MakePhoto = Callable[..., Path]
NewClient = Callable[..., Client]

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
"""torch's threads spin while they wait, which takes other tests a third of the processor."""

SUPPORT = Path(__file__).parent / "support"

LAUNCHER = """
import sys, time
from pathlib import Path
sys.path.append(sys.argv[5])
from fake_supply import fake_supply, make_fake
from photosearch.paths import AppPaths
from photosearch.service.process import run
from photosearch.settings import load_settings

def take(seconds):
    Path(sys.argv[1], "at-work").touch()
    time.sleep(float(seconds))

def slow(paths, settings):
    class Slow(type(made := make_fake(paths, settings))):
        def __init__(self):
            self.__dict__.update(made.__dict__)

        def encode_images(self, pixels):
            take(sys.argv[3])
            return super().encode_images(pixels)

        def encode_texts(self, texts):
            take(sys.argv[4])
            return super().encode_texts(texts)

    return Slow()

paths = AppPaths(Path(sys.argv[1]), Path(sys.argv[2]))
supply = fake_supply(slow, piece_s=float(sys.argv[6]))
sys.exit(run(paths, load_settings(paths.settings), supply))
"""
"""A service on the fake models; how long a batch of photos and a text take may be given, and a
tenth of a download.

It makes the file ``at-work`` in its data folder when the model is first asked.
"""


@pytest.fixture(scope="session", autouse=True)
def ctrl_c_is_heard() -> None:
    """A shell that runs the tests in its background has them, and all they start, ignore Ctrl-C."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def model_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where models are made ready, once a session; not where the person who runs it keeps them."""
    with pytest.MonkeyPatch.context() as patch:
        if "PHOTOSEARCH_CACHE_DIR" not in os.environ:
            session = tmp_path_factory.getbasetemp()
            if "PYTEST_XDIST_WORKER" in os.environ:  # which has a folder in that of the session
                session = session.parent
            patch.setenv("PHOTOSEARCH_CACHE_DIR", str(session / "model cache"))
        yield AppPaths.choose().models


@pytest.fixture(autouse=True)
def no_user_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test may touch the index of the person who runs it, nor open windows before their eyes."""
    for display in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(display, raising=False)
    monkeypatch.setenv("PHOTOSEARCH_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("PHOTOSEARCH_RUNTIME_DIR", str(tmp_path / "runtime"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    # Where thumbnails are shared with other programs; no test has a photo of another one's name.
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path.parent / "user-cache"))


@pytest.fixture
def library(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    return folder


@pytest.fixture
def make_photo(library: Path) -> MakePhoto:
    """Write a photo of one colour, told apart from others of that colour by one pixel's shade."""
    made = 0

    def make(name: str, colour: str = "red", *, folder: Path | None = None) -> Path:
        nonlocal made
        made += 1
        path = (folder or library) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        image = Image.new("RGB", (32, 24), colour)
        image.putpixel((0, 0), (made % 256, made // 256, 0))
        image.save(path)
        return path

    return make


@pytest.fixture
def encoder() -> FakeEncoder:
    return FakeEncoder()


class OtherEncoder(FakeEncoder):
    """The same colours under another name: a second model beside the first."""

    spec = replace(FakeEncoder.spec, name="other", architecture="other")


@pytest.fixture
def other_encoder() -> FakeEncoder:
    return OtherEncoder()


@pytest.fixture
def paths(tmp_path: Path) -> AppPaths:
    return AppPaths(tmp_path / "data", tmp_path / "cache")


@pytest.fixture
def engine(paths: AppPaths, encoder: FakeEncoder) -> Iterator[Engine]:
    with Engine(paths, Settings(), lambda *_: encoder) as opened:
        yield opened


def index(engine: Engine) -> IndexReport:
    """Run an indexing job to its end."""
    report = list(engine.index())[-1]
    assert isinstance(report, IndexReport)
    return report


@pytest.fixture(name="index")
def index_fixture() -> Callable[[Engine], IndexReport]:
    return index


def fake_service(
    paths: AppPaths, batch_s: float = 0.0, text_s: float = 0.0, piece_s: float = 0.0
) -> list[str]:
    """The command that runs a service on the fake models."""
    python = [sys.executable, "-P", "-c", LAUNCHER]
    folders = [str(paths.data_dir), str(paths.cache_dir)]
    return [*python, *folders, str(batch_s), str(text_s), str(SUPPORT), str(piece_s)]


@pytest.fixture(name="fake_service")
def fake_service_fixture(no_service_left: None) -> Callable[..., list[str]]:
    return fake_service


@pytest.fixture
def no_service_left(tmp_path: Path) -> Iterator[None]:
    """Ends whatever service the test started, in whatever state that is."""
    yield
    for process in psutil.process_iter(["cmdline"]):
        if process.pid != os.getpid() and any(
            str(tmp_path) in word for word in process.info["cmdline"] or ()
        ):
            with contextlib.suppress(psutil.Error):
                process.kill()
                process.wait(10)


@pytest.fixture
def new_client(paths: AppPaths, no_service_left: None) -> Iterator[NewClient]:
    """Make clients of a service on the fake model: ``new_client(paths, batch_s=…, text_s=…)``."""
    clients: list[Client] = []

    def make(
        of: AppPaths = paths,
        *,
        batch_s: float = 0.0,
        text_s: float = 0.0,
        piece_s: float = 0.0,
        **more: Any,
    ) -> Client:
        more.setdefault("start", fake_service(of, batch_s, text_s, piece_s))
        clients.append(Client(of, **more))
        return clients[-1]

    yield make
    for client in clients:
        client.close()


@pytest.fixture
def client(new_client: NewClient) -> Client:
    """What ``engine`` is, asked over HTTP."""
    return new_client()
