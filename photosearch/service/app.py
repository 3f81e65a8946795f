"""The HTTP API as one ASGI application: all routes, behind the guard and the limits."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Security
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer
from starlette.types import ASGIApp

from photosearch import wire
from photosearch.service import (
    failures,
    routes_exclusions,
    routes_library,
    routes_models,
    routes_photos,
    routes_search,
    routes_state,
    routes_work,
)
from photosearch.service.auth import Guard
from photosearch.service.backend import Backend
from photosearch.service.limits import BodyLimit

_DESCRIPTION = """\
Search your own photos by what is in them. The service runs on your machine and answers only there.

Places on disk are `file://` URIs, which hold every byte of a name; `path` beside them is a text to
look at. Photos are named by their content: the same id for every copy.
"""
_TAGS = [
    {"name": "search", "description": "Find photos."},
    {"name": "photos", "description": "What is known of a photo, and small pictures of it."},
    {"name": "library", "description": "The folders whose photos are found."},
    {"name": "models", "description": "What embeds photos and words."},
    {"name": "work", "description": "What the service does in the background."},
    {"name": "service", "description": "The service itself."},
]


def create_app(backend: Backend, token: str, port: int | None = None) -> ASGIApp:
    """The API over a backend, for whoever holds the token.

    ``port`` is what the ``Host`` header must name; None is the port that the server says it has.
    Before the server waits for open connections to end, call ``backend.hub.close()``: the streams
    of events and whoever waits for a job end then, and only then.
    """
    app = describe()
    app.state.backend = backend
    return Guard(BodyLimit(app), token, port)


def describe() -> FastAPI:
    """The routes without anything behind them: enough for their description."""
    app = _Api(
        title="photosearch",
        version=str(wire.API_VERSION),
        description=_DESCRIPTION,
        openapi_url="/v1/openapi.json",
        openapi_tags=_TAGS,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=_operation_id,
        # The guard checks the token; this says in the description that there is one.
        dependencies=[Security(HTTPBearer(scheme_name="token", auto_error=False))],
    )
    failures.install(app)
    for routes in (
        routes_search,
        routes_photos,
        routes_library,
        routes_exclusions,
        routes_models,
        routes_work,
        routes_state,
    ):
        app.include_router(routes.router)
    return app


class _Api(FastAPI):
    def openapi(self) -> dict[str, Any]:
        """The description, with the model of the events, which no route returns by itself."""
        document = super().openapi()
        event = wire.Event.model_json_schema(
            mode="serialization", ref_template="#/components/schemas/{model}"
        )
        parts = event.pop("$defs", {})
        document["components"]["schemas"] |= {**parts, "Event": event}
        return document


def _operation_id(route: APIRoute) -> str:
    return route.name
