"""What goes wrong, as an answer: one shape for all errors, and a status for each kind."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from photosearch import errors, wire

_log = logging.getLogger(__name__)

STATUSES: dict[type[errors.PhotoSearchError], int] = {
    errors.QueryError: 422,
    errors.SettingsError: 422,
    errors.DatasetError: 422,
    errors.UnknownPhotoError: 404,
    errors.LibraryError: 409,
    errors.ModelError: 409,
    errors.IndexLockedError: 423,
    errors.IndexDamagedError: 500,
    errors.ServiceError: 503,
    errors.PhotoSearchError: 507,
}
"""The last one has no class of its own: the disk is full, or cannot be written."""

_MEANINGS = {
    400: "The body cannot be read as JSON.",
    401: "The token is missing or wrong.",
    403: "A web page asked (`Origin` was sent).",
    404: "There is none of this name.",
    409: "The folder or the model cannot be used as it is.",
    413: "The body is too long.",
    421: "The `Host` is not this server.",
    422: "The request makes no sense, or goes beyond a limit.",
    500: "The index is damaged, or we made a mistake; the log says more.",
    503: "The service is starting or stopping.",
    507: "The disk is full, or cannot be written.",
}
_ALWAYS = (401, 403, 413, 421, 500, 503, 507)
REFUSED = "Refused"
"""The kind of an error that the index had no part in."""
_SHOWN_PROBLEMS = 3
_BODIES = {
    "missing": "The body is missing.",
    "json_invalid": "The body is no JSON.",
    "model_attributes_type": "The body is no JSON object.",
    "dict_type": "The body is no JSON object.",
}
_AS_JSON = "Send a JSON object, {} at least, with the header Content-Type: application/json."


class NotThereError(Exception):
    """Carries an error that the path of a request names something that is not there."""

    def __init__(self, error: errors.PhotoSearchError) -> None:
        super().__init__(error.message)
        self.error = error


def declared(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What a route says of the errors that it may answer with, besides those of all routes."""
    return {
        status: {"model": wire.ErrorBody, "description": _MEANINGS[status]}
        for status in sorted({*_ALWAYS, *statuses})
    }


def refusal(
    status: int, message: str, hint: str = "", headers: Mapping[str, str] | None = None
) -> Response:
    """An answer to a request that never reached the index."""
    return _answer(status, wire.Error(kind=REFUSED, message=message, hint=hint), headers)


def install(app: FastAPI) -> None:
    """Give every error the one shape."""
    app.add_exception_handler(errors.PhotoSearchError, _on_error)
    app.add_exception_handler(NotThereError, _on_not_there)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_middleware(BugCatcher)


class BugCatcher:
    """Answers what nobody foresaw with a plain 500; the log alone gets the traceback."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        is_started = False

        async def noted(message: Message) -> None:
            nonlocal is_started
            is_started = True
            await send(message)

        try:
            await self._app(scope, receive, noted)
        except Exception:
            if is_started or scope["type"] != "http":
                raise
            _log.exception("A request failed: %s %s", scope["method"], scope["path"])
            error = wire.Error(
                kind="bug",
                message="The service made a mistake.",
                hint="Its log says more; please report it.",
            )
            await _answer(500, error)(scope, receive, send)


async def _on_error(request: Request, error: Exception) -> Response:
    ours = cast(errors.PhotoSearchError, error)
    status = next(STATUSES[kind] for kind in type(ours).__mro__ if kind in STATUSES)
    if status >= 500:
        _log.error("%s %s: %s", request.method, request.url.path, ours)
    return _answer(status, wire.Error.of(ours))


async def _on_not_there(request: Request, error: Exception) -> Response:
    return _answer(404, wire.Error.of(cast(NotThereError, error).error))


async def _on_invalid(request: Request, error: Exception) -> Response:
    problems = cast(RequestValidationError, error).errors()
    if why := next((_BODIES[one["type"]] for one in problems if _is_about_body(one)), None):
        return _answer(422, wire.Error.of(errors.QueryError(why, _AS_JSON)))
    words = [_in_words(problem) for problem in problems[:_SHOWN_PROBLEMS]]
    return _answer(422, wire.Error.of(errors.QueryError("; ".join(words) + ".")))


def _is_about_body(problem: Mapping[str, Any]) -> bool:
    """Whether it is the whole body that is wrong, and not a field of it."""
    is_whole = problem["loc"] == ("body",) or problem["type"] == "json_invalid"
    return is_whole and problem["type"] in _BODIES


def _in_words(problem: Mapping[str, Any]) -> str:
    """Where and what; what was sent is not repeated: it may be long, or no text."""
    where = ".".join(str(part) for part in problem["loc"][1:]) or "The request"
    return f"{where}: {problem['msg']}"


async def _on_http(request: Request, error: Exception) -> Response:
    problem = cast(HTTPException, error)
    return refusal(problem.status_code, f"{problem.detail.rstrip('.')}.", headers=problem.headers)


def _answer(status: int, error: wire.Error, headers: Mapping[str, str] | None = None) -> Response:
    body = wire.ErrorBody(error=error).model_dump_json()
    return Response(body, status, headers, media_type="application/json")
