"""Who is let in: only whoever holds the token, asks this machine by name, and is no web page."""

from __future__ import annotations

import hmac

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from photosearch.service.failures import refusal

# A stranger is not to keep connections: there are only so many.
_HANG_UP = {"Connection": "close"}


class Guard:
    """Stands before everything, the paths that do not exist included.

    The ``Host`` must be this server's, so that a page whose name was turned to 127.0.0.1 (DNS
    rebinding) gets nothing; ``Origin`` is sent by browsers, which have no business here.
    """

    def __init__(self, app: ASGIApp, token: str, port: int | None = None) -> None:
        self._app = app
        self._token = token.encode("ascii")
        self._port = port

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
        elif (answer := self._refusal(scope)) is not None:
            await answer(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _refusal(self, scope: Scope) -> ASGIApp | None:
        headers = Headers(scope=scope)
        if not self._is_host(headers.getlist("host"), scope):
            return refusal(
                421, "The request is for another host.", "Ask 127.0.0.1 by number.", _HANG_UP
            )
        if "origin" in headers:
            return refusal(
                403, "Web pages are not let in.", "Ask from a program, without Origin.", _HANG_UP
            )
        if not self._is_token(headers.getlist("authorization")):
            return refusal(
                401,
                "The token is missing or wrong.",
                "Send 'Authorization: Bearer TOKEN' with the token of the runtime file.",
                {"WWW-Authenticate": 'Bearer realm="photosearch"', **_HANG_UP},
            )
        return None

    def _is_host(self, hosts: list[str], scope: Scope) -> bool:
        port = self._port or (scope.get("server") or (None, None))[1]
        return len(hosts) == 1 and hosts[0] in (f"127.0.0.1:{port}", f"localhost:{port}")

    def _is_token(self, values: list[str]) -> bool:
        if len(values) != 1:
            return False
        scheme, _, token = values[0].partition(" ")
        given = token.strip().encode("latin-1")  # as Headers decoded it: any byte may come
        return scheme.lower() == "bearer" and hmac.compare_digest(given, self._token)
