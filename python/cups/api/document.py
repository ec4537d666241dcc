"""The OpenAPI document: what Litestar makes of the routes, with the refusals that any of them may give and the keys that staff may send."""

from typing import Any

import msgspec
from litestar import Litestar

from cups.errors import CODES
from cups.wire.problems import Problem

REFUSED = "#/components/responses/Refused"
UNEXPECTED = frozenset({500})
"""Statuses that no client has to be ready for: something broke."""


def document(app: Litestar) -> dict[str, Any]:
    """The application's document, made once: making it takes a fifth of a second."""
    if "document" not in app.state:
        app.state.document = with_keys(with_refusals(app.openapi_schema.to_schema()))
    found: dict[str, Any] = app.state.document
    return found


def with_refusals(made: dict[str, Any]) -> dict[str, Any]:
    """Each operation may be refused with each status of the one table; the framework's own idea of a refusal is never sent."""
    schemas: dict[str, Any] = msgspec.json.schema_components([Problem], ref_template="#/components/schemas/{name}")[1]
    components = made["components"]
    components["schemas"] |= schemas
    components["responses"] = {
        "Refused": {
            "description": "Not done, and why: `code` says it to programs, `detail` to people.",
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    }
    statuses = sorted({code.status for code in CODES.values()} - UNEXPECTED)
    for operations in made["paths"].values():
        for operation in operations.values():
            operation["responses"].pop("400", None)
            operation["responses"].get("204", {}).pop("content", None)
            operation["responses"] |= {str(status): {"$ref": REFUSED} for status in statuses}
    return made


def with_keys(made: dict[str, Any]) -> dict[str, Any]:
    """The header that every changing route of staff takes stands in the document, too."""
    key = {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "description": "8 to 64 letters, digits, - or _: sent again with the same key and body, it is done once and answered the same.",
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{8,64}$"},
    }
    for path, item in made["paths"].items():
        for method, operation in item.items():
            if path.startswith("/api/staff") and method in ("post", "put", "patch", "delete"):
                operation["parameters"] = [*operation.get("parameters", []), key]
    return made
