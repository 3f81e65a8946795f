"""An HTTP proxy on loopback that remembers what was asked of it."""

from __future__ import annotations

import http.client
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


class LoopbackProxy:
    """A proxy that hands what is asked of any host on to one server, and remembers the hosts."""

    def __init__(self, target: str) -> None:
        self._target = urlsplit(target).netloc
        self.asked: list[str] = []

    def __enter__(self) -> LoopbackProxy:
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_CONNECT(self) -> None:
                proxy.asked.append(f"CONNECT {self.path}")
                self.send_error(502)

            def do_HEAD(self) -> None:
                self._pass_on()

            def do_GET(self) -> None:
                self._pass_on()

            def log_message(self, *unused: object) -> None:
                """Say nothing."""

            def _pass_on(self) -> None:
                wanted = urlsplit(self.path)
                proxy.asked.append(f"{self.command} {wanted.hostname}")
                own = wanted.hostname == "127.0.0.1"
                there = http.client.HTTPConnection(wanted.netloc if own else proxy._target)
                there.request(self.command, wanted.path, headers=dict(self.headers.items()))
                answer = there.getresponse()
                body = answer.read()
                self.send_response(answer.status)
                for name, value in answer.getheaders():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)
                there.close()

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *unused: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def address(self) -> str:
        """What HTTP_PROXY or HTTPS_PROXY is to be."""
        return f"http://127.0.0.1:{self._server.server_port}"
