"""The description of the API: as committed, complete, and behind the token like all else."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from photosearch.service.openapi import description

COMMITTED = Path(__file__).parents[2] / "docs" / "openapi.json"
DOCUMENT: dict[str, Any] = json.loads(description())
OPERATIONS = {
    f"{method.upper()} {path}": operation
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
}


def test_the_committed_description_is_up_to_date() -> None:
    assert COMMITTED.read_text(encoding="utf-8") == description(), (
        "run: python -m photosearch.service.openapi docs/openapi.json"
    )


def test_the_api_serves_the_same_description(api: Any) -> None:
    assert api("GET", "/v1/openapi.json").json() == DOCUMENT


def test_operations_have_names_of_their_own() -> None:
    names = [operation["operationId"] for operation in OPERATIONS.values()]

    assert len(set(names)) == len(names)
    assert all(re.fullmatch("[a-z_]+", name) for name in names)
    assert {"search", "search_by_image", "thumbnail", "events", "stop"} <= set(names)


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_says_what_it_does_and_how_it_fails(name: str) -> None:
    operation = OPERATIONS[name]

    assert operation["description"]
    assert len(operation["tags"]) == 1
    assert operation["security"] == [{"token": []}]
    failures = {
        status: answer for status, answer in operation["responses"].items() if status >= "400"
    }
    assert {"401", "403", "413", "421", "500"} <= failures.keys()
    for answer in failures.values():
        body = answer["content"]["application/json"]["schema"]
        assert body == {"$ref": "#/components/schemas/ErrorBody"}
    for parameter in operation.get("parameters", []):
        assert parameter["description"], parameter["name"]


def test_the_events_of_the_stream_are_described() -> None:
    stream = OPERATIONS["GET /v1/events"]["responses"]["200"]["content"]["text/event-stream"]

    data = stream["schema"]["properties"]["data"]
    assert data["contentSchema"] == {"$ref": "#/components/schemas/Event"}
    assert "activity" in DOCUMENT["components"]["schemas"]["Event"]["properties"]


def test_every_reference_in_the_description_leads_somewhere() -> None:
    names = set(re.findall(r'"#/components/schemas/(\w+)"', description()))

    assert names <= DOCUMENT["components"]["schemas"].keys()
