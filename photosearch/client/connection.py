"""HTTP to one running service: requests that carry the token, answers, and errors as they were."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from photosearch import runtime, wire
from photosearch.errors import ServiceError

if TYPE_CHECKING:
    import httpx

    from photosearch.runtime import ServiceAddress

_CONNECT_S = 5.0
QUICK_S = 60.0
"""How long an answer may take that needs no model."""
SLOW_S = 1_800.0
"""How long an answer may take for which a model may have to be downloaded first."""


class GoneError(Exception):
    """The service is not there any more; ``was_sent`` says whether it may have acted."""

    def __init__(self, *, was_sent: bool) -> None:
        super().__init__("the service is gone")
        self.was_sent = was_sent


class Connection:
    """A pool of connections to one service; every method may be called from any thread.

    Raises:
        GoneError: what listens there is not (or no longer) this service.
        PhotoSearchError: the error that the service answered with.
        ServiceError: it does not answer in time, or with something that makes no sense.
    """

    def __init__(self, address: ServiceAddress) -> None:
        import httpx

        self.address = address
        # No proxies and no certificates: this never leaves the machine, and reading them takes
        # 150 ms. The service keeps idle connections for longer than we do, so that we never send
        # into one that it is closing.
        self._http = httpx.Client(
            base_url=address.url,
            headers={"Authorization": f"Bearer {address.token}"},
            timeout=httpx.Timeout(QUICK_S, connect=_CONNECT_S),
            limits=httpx.Limits(keepalive_expiry=5.0),
            trust_env=False,
            verify=False,
            follow_redirects=False,
        )

    def close(self) -> None:
        """Close every connection."""
        self._http.close()

    def about(self, wait_s: float) -> wire.About:
        """Who answers there; `GoneError` where that is another program, whatever it says."""
        response = self._send("GET", "/v1/about", wait_s)
        try:
            return wire.About.model_validate_json(response.content)
        except ValidationError:
            raise GoneError(was_sent=True) from None

    def request(
        self, method: str, path: str, *, wait_s: float = QUICK_S, **parts: Any
    ) -> httpx.Response:
        """Ask, and give the answer, which is no error; ``parts`` are those of ``httpx``."""
        response = self._send(method, path, wait_s, **parts)
        _raise_errors(response)
        return response

    @contextlib.contextmanager
    def stream(self, path: str, **parts: Any) -> Iterator[httpx.Response]:
        """Ask for an answer that comes bit by bit, to be read in the ``with`` block."""
        import httpx

        # The service sends a sign of life every 15 s.
        timeout = httpx.Timeout(QUICK_S, connect=_CONNECT_S)
        with (
            self._told_apart(QUICK_S),
            self._http.stream("GET", path, timeout=timeout, **parts) as response,
        ):
            if response.is_error:
                response.read()
                _raise_errors(response)
            yield response

    def _send(self, method: str, path: str, wait_s: float, **parts: Any) -> httpx.Response:
        import httpx

        timeout = httpx.Timeout(wait_s, connect=_CONNECT_S)
        with self._told_apart(wait_s):
            return self._http.request(method, path, timeout=timeout, **parts)

    @contextlib.contextmanager
    def _told_apart(self, wait_s: float) -> Iterator[None]:
        """Turn what can go wrong on the way into the two that callers know."""
        import httpx

        if not runtime.is_alive(self.address.pid):
            # Whoever listens there by now, another user perhaps, is not to learn what is asked.
            raise GoneError(was_sent=False)
        try:
            yield
        except (httpx.ConnectError, httpx.ConnectTimeout):
            raise GoneError(was_sent=False) from None
        except httpx.TimeoutException:
            raise ServiceError(
                f"The service (process {self.address.pid}) has not answered for {wait_s:.0f} s.",
                f"It may be busy: try again, or end it: {runtime.kill_command(self.address.pid)}",
            ) from None
        except httpx.TransportError:
            raise GoneError(was_sent=True) from None


def _raise_errors(response: httpx.Response) -> None:
    if response.status_code == 401:  # the port is another service's by now
        raise GoneError(was_sent=False)
    if not response.is_success:
        try:
            error = wire.ErrorBody.model_validate_json(response.content).error
        except ValidationError:
            raise ServiceError(
                f"The service answered {response.request.url.path} with HTTP "
                f"{response.status_code}, which is not one of its errors."
            ) from None
        raise error.to_core()
