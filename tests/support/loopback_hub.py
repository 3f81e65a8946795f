"""A model hub on loopback: real HTTP, the hub's own headers and redirects, and faults on demand.

It serves repositories from a folder laid out as ORGANISATION/NAME/FILE. Large files are answered
as the real hub does it: the hub names checksum and size and redirects to a second server, which
sends the bytes and honours ``Range``. Child processes reach it through `LoopbackHub.environment`.

    with LoopbackHub(folder) as hub:
        hub.faults.append(Fault("*.safetensors", cut_after_bytes=10_000, times=1))
        subprocess.run([...], env={**os.environ, **hub.environment(tmp_path / "hf")})
        assert hub.sent_bytes("*.safetensors") == ...
"""

from __future__ import annotations

import fnmatch
import hashlib
import re
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

_LARGE_SUFFIXES = {".safetensors", ".bin", ".pt"}
_LARGE_BYTES = 1_000_000
_PIECE_BYTES = 16_384
_RESOLVE = re.compile(r"/(?P<repository>[^/]+(?:/[^/]+)?)/resolve/(?P<revision>[^/]+)/(?P<file>.+)")


@dataclass
class Fault:
    """Something that goes wrong with requests for the files that a pattern names.

    Attributes:
        files: a shell pattern over REPOSITORY/FILE.
        method: HEAD asks for checksum and size, GET for the bytes; ``*`` is both.
        times: how many requests it befalls; None is all of them.
        status, error_code: answer so, and with this ``X-Error-Code``.
        cut_after_bytes: hang up when an answer has sent this many.
        stall_after_bytes: fall silent when an answer has sent this many, and never hang up.
        bytes_per_s: send this slowly.
        is_corrupt: send other bytes than the checksum is of, of the same number.
        ignores_range: send all from the start, whatever part was asked for.
        sends_other_part: send a later part than was asked for.
        etag: name this as the checksum.
    """

    files: str
    method: str = "GET"
    times: int | None = None
    status: int | None = None
    error_code: str | None = None
    cut_after_bytes: int | None = None
    stall_after_bytes: int | None = None
    bytes_per_s: float | None = None
    is_corrupt: bool = False
    ignores_range: bool = False
    sends_other_part: bool = False
    etag: str | None = None


@dataclass
class Request:
    """A request that came in, and how much of a body was sent in answer."""

    method: str
    file: str
    headers: Mapping[str, str]
    sent_bytes: int = 0

    @property
    def first_byte(self) -> int:
        """Where the part begins that was asked for."""
        found = re.match(r"bytes=(\d+)-", self.headers.get("Range", ""))
        return int(found[1]) if found else 0


@dataclass
class _Published:
    """The files of a repository, each with its checksum as the hub gives it."""

    files: Mapping[str, Path]
    etags: Mapping[str, str]
    commit: str


@dataclass
class LoopbackHub:
    """A hub with the repositories in a folder, which may grow while it runs.

    Attributes:
        renamed: old names of repositories that the hub redirects to new ones.
        requests: all that came in; those for bytes are GET, those sent on for them REDIRECT.
    """

    folder: Path
    faults: list[Fault] = field(default_factory=list)
    renamed: dict[str, str] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)

    def __enter__(self) -> LoopbackHub:
        self._is_closing = threading.Event()
        self._lock = threading.Lock()
        self._checksums: dict[tuple[Path, int, int], str] = {}
        self._hub = _serve(_HubHandler, self)
        self._storage = _serve(_StorageHandler, self)
        return self

    def __exit__(self, *unused: object) -> None:
        self._is_closing.set()
        for server in (self._hub, self._storage):
            server.shutdown()
            server.server_close()

    @property
    def endpoint(self) -> str:
        """What HF_ENDPOINT is to be."""
        return f"http://127.0.0.1:{self._hub.server_port}"

    def environment(self, home: Path) -> dict[str, str]:
        """What a child process needs in its environment to use this hub, and no other cache."""
        return {
            "HF_ENDPOINT": self.endpoint,
            "HF_HOME": str(home),
            "HF_HUB_OFFLINE": "0",
            "NO_PROXY": "127.0.0.1",
        }

    def asked(self, files: str = "*", method: str = "GET") -> list[Request]:
        """The requests for certain files."""
        with self._lock:
            return [r for r in self.requests if r.method == method and _matches(r.file, files)]

    def sent_bytes(self, files: str = "*") -> int:
        """How much of certain files was sent, over all requests."""
        return sum(request.sent_bytes for request in self.asked(files))

    @property
    def storage(self) -> str:
        """The server that has the bytes of large files: another origin than the hub."""
        return f"http://127.0.0.1:{self._storage.server_port}"

    @property
    def is_closing(self) -> threading.Event:
        """Set when whoever stalls or dawdles has to end."""
        return self._is_closing

    def note(self, method: str, file: str, headers: Mapping[str, str]) -> Request:
        """Remember a request."""
        request = Request(method, file, headers)
        with self._lock:
            self.requests.append(request)
        return request

    def fault(self, method: str, file: str) -> Fault | None:
        """What goes wrong with a request, if anything does; used up by asking."""
        with self._lock:
            for fault in self.faults:
                if fault.method in (method, "*") and _matches(file, fault.files):
                    if fault.times is None:
                        return fault
                    if fault.times > 0:
                        fault.times -= 1
                        return fault
        return None

    def published(self, repository: str) -> _Published | None:
        """A repository as it is now."""
        root = self.folder / repository
        if not root.is_dir():
            return None
        files = {p.relative_to(root).as_posix(): p for p in sorted(root.rglob("*")) if p.is_file()}
        etags = {name: self._checksum(path) for name, path in files.items()}
        commit = hashlib.sha1(repr(etags).encode()).hexdigest()
        return _Published(files, etags, commit)

    def _checksum(self, path: Path) -> str:
        """Large files have their SHA-256, small ones the id that git gives them."""
        stat = path.stat()
        key = (path, stat.st_size, stat.st_mtime_ns)
        if key not in self._checksums:
            data = path.read_bytes()
            self._checksums[key] = (
                hashlib.sha256(data).hexdigest()
                if is_large(path)
                else hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
            )
        return self._checksums[key]


def is_large(path: Path) -> bool:
    """Whether the hub keeps a file in its second server."""
    return path.suffix in _LARGE_SUFFIXES or path.stat().st_size >= _LARGE_BYTES


def _matches(file: str, pattern: str) -> bool:
    return fnmatch.fnmatchcase(file, pattern)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    hub: LoopbackHub

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of who hung up; everything else is a bug."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


def _serve(handler: type[BaseHTTPRequestHandler], hub: LoopbackHub) -> _Server:
    server = _Server(("127.0.0.1", 0), handler)
    server.hub = hub
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    return server


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def log_message(self, *unused: object) -> None:
        """Say nothing."""

    def _answer(self) -> None:
        raise NotImplementedError

    def _head(self, status: int, headers: Mapping[str, str], length: int = 0) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(length)}.items():
            self.send_header(name, value)
        self.end_headers()

    def _refuse(self, status: int, error_code: str | None, message: str = "") -> None:
        headers = {"X-Error-Message": message} if message else {}
        self._head(status, headers | ({"X-Error-Code": error_code} if error_code else {}))

    def _send_file(self, path: Path, headers: Mapping[str, str], request: Request) -> None:
        """Send a file or the part of it that was asked for, with what goes wrong meanwhile."""
        fault = self.server.hub.fault("GET", request.file) or Fault(request.file)
        if fault.status is not None:
            self._refuse(fault.status, fault.error_code)
            return
        data = path.read_bytes()
        if fault.is_corrupt:
            data = bytes(255 - byte for byte in data[:64]) + data[64:]
        first = 0 if fault.ignores_range else request.first_byte
        first += 1000 if fault.sends_other_part else 0
        if first and first >= len(data):
            self._head(416, {"Content-Range": f"bytes */{len(data)}"})
            return
        part = {"Content-Range": f"bytes {first}-{len(data) - 1}/{len(data)}"} if first else {}
        self._head(206 if first else 200, {**headers, **part}, len(data) - first)
        self._send_body(data[first:], fault, request)

    def _send_body(self, body: bytes, fault: Fault, request: Request) -> None:
        closing = self.server.hub.is_closing
        piece_bytes = _PIECE_BYTES
        if fault.bytes_per_s is not None:
            piece_bytes = max(1, min(_PIECE_BYTES, int(fault.bytes_per_s / 20)))
        limits = [n for n in (fault.cut_after_bytes, fault.stall_after_bytes) if n is not None]
        limit = min([len(body), *limits])
        try:
            while request.sent_bytes < limit and not closing.is_set():
                piece = body[request.sent_bytes : min(limit, request.sent_bytes + piece_bytes)]
                self.wfile.write(piece)
                request.sent_bytes += len(piece)
                if fault.bytes_per_s is not None:
                    time.sleep(len(piece) / fault.bytes_per_s)
        except OSError:  # who asked has hung up
            self.close_connection = True
            return
        if fault.stall_after_bytes is not None:
            closing.wait()
        if limit < len(body):
            self.close_connection = True


class _HubHandler(_Handler):
    """What the hub itself answers: small files, and where large ones are."""

    def _answer(self) -> None:
        found = _RESOLVE.fullmatch(unquote(urlsplit(self.path).path))
        if found is None:
            self._refuse(404, None)
            return
        repository, revision, file = found["repository"], found["revision"], found["file"]
        hub = self.server.hub
        request = hub.note(self.command, f"{repository}/{file}", dict(self.headers.items()))
        if repository in hub.renamed:
            there = f"/{hub.renamed[repository]}/resolve/{revision}/{file}"
            self._head(307, {"Location": there})
            return
        fault = hub.fault("HEAD", request.file) if self.command == "HEAD" else None
        if fault is not None and fault.stall_after_bytes is not None:
            hub.is_closing.wait()
        if fault is not None and fault.status is not None:
            self._refuse(fault.status, fault.error_code)
            return
        published = hub.published(repository)
        if published is None:
            self._refuse(401, "RepoNotFound", "Repository not found")
        elif revision not in ("main", published.commit):
            self._refuse(404, "RevisionNotFound", "Invalid rev id")
        elif file not in published.files:
            self._head(404, {"X-Error-Code": "EntryNotFound", "X-Repo-Commit": published.commit})
        else:
            etag = (fault and fault.etag) or published.etags[file]
            self._describe_or_send(published, file, etag, request)

    def _describe_or_send(
        self, published: _Published, file: str, etag: str, request: Request
    ) -> None:
        path = published.files[file]
        headers = {"X-Repo-Commit": published.commit, "Accept-Ranges": "bytes"}
        if is_large(path):
            headers["X-Linked-Etag"] = f'"{etag}"'
            headers["X-Linked-Size"] = str(path.stat().st_size)
            repository = request.file.removesuffix(f"/{file}")
            if self.command == "GET":
                request.method = "REDIRECT"  # its bytes are asked for at the storage
            headers["Location"] = f"{self.server.hub.storage}/{repository}/resolve/main/{file}"
            self._head(302, headers)
        elif self.command == "HEAD":
            self._head(200, {**headers, "ETag": f'"{etag}"'}, path.stat().st_size)
        else:
            self._send_file(path, {**headers, "ETag": f'"{etag}"'}, request)


class _StorageHandler(_Handler):
    """What answers for the bytes of large files."""

    def _answer(self) -> None:
        found = _RESOLVE.fullmatch(unquote(urlsplit(self.path).path))
        assert found is not None
        file = f"{found['repository']}/{found['file']}"
        request = self.server.hub.note(self.command, file, dict(self.headers.items()))
        path = self.server.hub.folder / file
        if self.command == "HEAD":
            self._head(200, {}, path.stat().st_size)
        else:
            self._send_file(path, {"Accept-Ranges": "bytes"}, request)
