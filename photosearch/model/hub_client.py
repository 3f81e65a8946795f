"""Files of a model hub into the cache that huggingface_hub shares, resumable and verified.

huggingface_hub (2.4) throws what has come away when a connection breaks, and tells of progress
every ten megabytes, so the bytes are fetched here: with its client, its settings (``HF_ENDPOINT``,
``HF_HOME``, ``HF_TOKEN``, the proxies), its locks and its layout of the cache. Plain HTTP is used
where the hub offers its chunked storage, too: that one cannot be taken up again by bytes.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from photosearch.errors import ModelError
from photosearch.jobs import CancelToken
from photosearch.model.hub_failures import Asked, failure_of

_REVISION = "main"
_PART_SUFFIX = ".photosearch-part"
_TRIES_IN_VAIN = 2
"""Attempts without a single new byte, after which a download fails; it can be resumed."""
_WAIT_S = 1.0
_LOOK_S = 0.2
_CHUNK_BYTES = 1 << 22
_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.=+-]{0,127}")
"""What a hub may name a version or a checksum: they become names of files."""


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file as a hub describes it.

    Attributes:
        etag: the SHA-256 of a large file, the id that git gives to a small one.
    """

    repository: str
    name: str
    commit: str
    etag: str
    size_bytes: int


class HubClient:
    """A hub and the cache for what comes from it.

    Args:
        endpoint: its address; None is what HF_ENDPOINT says, else huggingface_hub's own.
        cache_dir: None is what HF_HOME and HF_HUB_CACHE say, else huggingface_hub's own.
        timeout_s: how long to wait for the next bytes; None is what HF_HUB_DOWNLOAD_TIMEOUT says,
            else huggingface_hub's own (10 seconds).
    """

    def __init__(
        self,
        endpoint: str | None = None,
        cache_dir: Path | None = None,
        timeout_s: float | None = None,
    ) -> None:
        from huggingface_hub import constants

        self.endpoint = (endpoint or constants.ENDPOINT).rstrip("/")
        self.cache_dir = cache_dir or Path(constants.HF_HUB_CACHE)
        self._timeout_s = timeout_s or constants.HF_HUB_DOWNLOAD_TIMEOUT

    def describe(self, repository: str, name: str) -> RemoteFile | None:
        """Ask for checksum and size of a file; None if the repository has none of this name.

        Raises:
            ModelError: the hub cannot be reached, or refuses.
        """
        from huggingface_hub import get_hf_file_metadata
        from huggingface_hub.errors import RemoteEntryNotFoundError

        asked = self._asked(repository, name)
        try:
            found = get_hf_file_metadata(
                self._url(repository, name, _REVISION),
                timeout=self._timeout_s,
                endpoint=self.endpoint,
            )
        except RemoteEntryNotFoundError:
            return None
        except Exception as error:  # the client's own errors differ between its versions
            raise failure_of(error, asked) from error
        commit, etag = found.commit_hash or "", found.etag or ""
        if found.size is None or not all(map(_FILE_NAME.fullmatch, (commit, etag))):
            raise failure_of(ValueError("it is no model hub"), asked)
        return RemoteFile(repository, name, commit, etag, found.size)

    def find_cached(self, repository: str, name: str) -> Path | None:
        """A file that came before, by whatever program; asks no network."""
        from huggingface_hub import try_to_load_from_cache
        from huggingface_hub.errors import HFValidationError

        try:
            found = try_to_load_from_cache(repository, name, cache_dir=self.cache_dir)
        except HFValidationError:  # a configuration may name anything as its tokenizer's place
            return None
        return Path(found) if isinstance(found, str) else None

    def part(self, file: RemoteFile) -> Path:
        """Where what has come of a file lies until it is whole."""
        return self.blob(file).with_name(file.etag + _PART_SUFFIX)

    def blob(self, file: RemoteFile) -> Path:
        """Where the cache keeps the bytes of a file."""
        return self._folder(file.repository) / "blobs" / file.etag

    def pointer(self, file: RemoteFile) -> Path:
        """Where the cache has a file by its name."""
        return self._folder(file.repository) / "snapshots" / file.commit / file.name

    def here_bytes(self, file: RemoteFile) -> int:
        """How much of a file is here."""
        if self.pointer(file).is_file() or self.blob(file).is_file():
            return file.size_bytes
        return _size_bytes(self.part(file))

    def get(
        self, file: RemoteFile, cancel: CancelToken, on_bytes: Callable[[int], None]
    ) -> Path | None:
        """Fetch what is missing of a file, and verify it; None if cancelled.

        Args:
            on_bytes: is told how much of the file is here.

        Raises:
            ModelError: it does not come, does not fit on the disk, or has the wrong checksum.
        """
        try:
            with self._locked(file, cancel) as is_locked:
                if not is_locked:
                    return None
                is_here = self.pointer(file).is_file() or self.blob(file).is_file()
                if not is_here and not (
                    self._receive(file, cancel, on_bytes) and self._verify(file, cancel)
                ):
                    return None
                return self._keep(file)
        except OSError as error:
            raise failure_of(error, self._asked(file.repository, file.name)) from error

    def delete(self, file: RemoteFile) -> None:
        """Delete a file, whole or in part; what else the cache has of its repository stays."""
        for path in (self.pointer(file), self.blob(file), self.part(file)):
            path.unlink(missing_ok=True)

    def _receive(
        self, file: RemoteFile, cancel: CancelToken, on_bytes: Callable[[int], None]
    ) -> bool:
        """Fetch until the file is whole: True; or cancelled: False."""
        asked = self._asked(file.repository, file.name)
        part = self.part(file)
        in_vain = 0
        while not cancel.is_cancelled:
            before = _size_bytes(part)
            if before == file.size_bytes and part.is_file():
                return True
            try:
                part.parent.mkdir(parents=True, exist_ok=True)
                self._receive_once(file, part, cancel, on_bytes)
            except ModelError:
                raise
            except Exception as error:
                in_vain = 0 if _size_bytes(part) > before else in_vain + 1
                if in_vain >= _TRIES_IN_VAIN or not _may_pass(error):
                    raise failure_of(error, asked) from error
                _wait(_WAIT_S, cancel)
        return False

    def _receive_once(
        self, file: RemoteFile, part: Path, cancel: CancelToken, on_bytes: Callable[[int], None]
    ) -> None:
        from huggingface_hub import utils

        http: Any = utils
        here = _size_bytes(part)
        if here > file.size_bytes:
            part.unlink()
            here = 0
        headers = {**http.build_hf_headers(), "Accept-Encoding": "identity"}
        if here:
            headers["Range"] = f"bytes={here}-"
        url = self._url(file.repository, file.name, file.commit)
        with http.get_session().stream(
            "GET", url, headers=headers, timeout=self._timeout_s, follow_redirects=True
        ) as response:
            is_rest = response.status_code == 206
            if response.status_code == 416 or (is_rest and _first_byte(response.headers) != here):
                part.unlink(missing_ok=True)  # what is here is no beginning of what is there
                raise ConnectionError("it has no such part")
            http.hf_raise_for_status(response)
            if not is_rest:  # all of it comes, whatever was asked for
                here = 0
            with part.open("ab" if is_rest else "wb") as target:
                for piece in response.iter_bytes():
                    target.write(piece)
                    here += len(piece)
                    on_bytes(here)
                    if here > file.size_bytes:
                        break
                    if cancel.is_cancelled:
                        return
        if here > file.size_bytes:
            part.unlink()
            raise _wrong_bytes(file)
        if here < file.size_bytes:
            raise ConnectionError("it ended early")

    def _verify(self, file: RemoteFile, cancel: CancelToken) -> bool:
        """Compare what came with its checksum; False if cancelled meanwhile."""
        part = self.part(file)
        digest = _digest_for(file)
        if digest is None:  # a mirror that has checksums of another kind
            return True
        with part.open("rb") as came:
            while piece := came.read(_CHUNK_BYTES):
                if cancel.is_cancelled:
                    return False
                digest.update(piece)
        if digest.hexdigest() == file.etag:
            return True
        part.unlink()
        raise _wrong_bytes(file)

    def _keep(self, file: RemoteFile) -> Path:
        """Give a whole file its place, as huggingface_hub lays out its cache."""
        blob, pointer = self.blob(file), self.pointer(file)
        if self.part(file).is_file():
            self.part(file).replace(blob)
        if not pointer.is_file():
            pointer.parent.mkdir(parents=True, exist_ok=True)
            pointer.unlink(missing_ok=True)
            try:
                pointer.symlink_to(os.path.relpath(blob, pointer.parent))
            except OSError:  # Windows gives links to developers only
                shutil.move(blob, pointer)
        reference = self._folder(file.repository) / "refs" / _REVISION
        if not reference.is_file() or reference.read_text() != file.commit:
            reference.parent.mkdir(parents=True, exist_ok=True)
            fresh = reference.with_name(f"{_REVISION}.{file.etag}.tmp")
            fresh.write_text(file.commit)  # readable by whoever else may read the cache
            fresh.replace(reference)
        return pointer

    @contextmanager
    def _locked(self, file: RemoteFile, cancel: CancelToken) -> Iterator[bool]:
        """Hold the lock that huggingface_hub takes for this file; False if cancelled meanwhile."""
        lock_path = self.cache_dir / ".locks" / self._folder(file.repository).name
        lock_path.mkdir(parents=True, exist_ok=True)
        lock = FileLock(lock_path / f"{file.etag}.lock")
        while not cancel.is_cancelled:
            with suppress(Timeout):
                lock.acquire(timeout=_LOOK_S)
                break
        try:
            yield lock.is_locked
        finally:
            lock.release()

    def _folder(self, repository: str) -> Path:
        return self.cache_dir / f"models--{repository.replace('/', '--')}"

    def _url(self, repository: str, name: str, revision: str) -> str:
        from huggingface_hub import hf_hub_url

        return hf_hub_url(repository, name, revision=revision, endpoint=self.endpoint)

    def _asked(self, repository: str, name: str) -> Asked:
        return Asked(self.endpoint, repository, name, self._timeout_s)


def _size_bytes(path: Path) -> int:
    """The size of a file; 0 if there is none."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _first_byte(headers: Any) -> int:
    found = re.match(r"bytes (\d+)-", headers.get("Content-Range", ""))
    return int(found[1]) if found else 0


def _wrong_bytes(file: RemoteFile) -> ModelError:
    return ModelError(
        f"{file.name} of {file.repository} came with other bytes than its checksum says, and was "
        "deleted.",
        "Download it again; if it fails again, a proxy or mirror on the way changes it.",
    )


def _digest_for(file: RemoteFile) -> Any:
    if re.fullmatch(r"[0-9a-f]{64}", file.etag):
        return hashlib.sha256()
    if re.fullmatch(r"[0-9a-f]{40}", file.etag):
        return hashlib.sha1(b"blob %d\0" % file.size_bytes, usedforsecurity=False)
    return None


def _may_pass(error: Exception) -> bool:
    """Whether the same request may succeed a second later."""
    status = getattr(getattr(error, "response", None), "status_code", None)
    if status is not None:
        return bool(status >= 500 or status == 408)
    kinds = {kind.__name__ for kind in type(error).__mro__}  # httpx, or what took its place
    return "TransportError" in kinds or isinstance(error, ConnectionError)


def _wait(seconds: float, cancel: CancelToken) -> None:
    until = time.monotonic() + seconds
    while not cancel.is_cancelled and time.monotonic() < until:
        time.sleep(_LOOK_S / 2)
