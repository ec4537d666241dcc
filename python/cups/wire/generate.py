"""Writes what is generated from the structs: the page's TypeScript types and the AsyncAPI document.

`python -m cups.wire.generate` writes; `--check` only says whether the files agree (exit 1 if not).
The OpenAPI document comes from the routes, see `cups.api.openapi`.
"""

import inspect
import json
import re
import sys
from pathlib import Path
from typing import Any, get_args

import msgspec

from cups.wire import (
    agreements,
    bots,
    bulk,
    chats,
    courses,
    crisis,
    directory,
    frames,
    notes,
    passkeys,
    people,
    privacy,
    problems,
    profiles,
    requests,
    rooms,
    screening,
    signin,
    staff,
    standing,
    vetting,
    words,
)

ROOT = Path(__file__).parents[3]
TYPES = ROOT / "web" / "src" / "generated" / "wire.ts"
ASYNCAPI = ROOT / "docs" / "asyncapi.json"
_MODULES = (
    people,
    signin,
    passkeys,
    profiles,
    requests,
    bots,
    chats,
    rooms,
    courses,
    crisis,
    staff,
    agreements,
    words,
    directory,
    bulk,
    vetting,
    notes,
    privacy,
    standing,
    screening,
    problems,
    frames,
)


def structs() -> list[type[msgspec.Struct]]:
    """Every struct defined on the wire, in the order of the modules."""
    found: list[type[msgspec.Struct]] = []
    for module in _MODULES:
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, msgspec.Struct) and value.__module__ == module.__name__:
                found.append(value)
    return found


def component_name(struct: type[msgspec.Struct]) -> str:
    """`Frame` keeps the tagged structs apart from bodies of the same name (`Marked` is both a frame and a body)."""
    if struct.__module__ == frames.__name__ and struct not in (frames.Position, frames.Frame):
        return f"{struct.__name__}Frame"
    return struct.__name__


def _schemas() -> dict[str, dict[str, Any]]:
    """JSON Schema of every struct by its component name, with references to match."""
    wanted = [s for s in structs() if s is not frames.Frame]
    schemas: dict[str, dict[str, Any]] = {}
    for struct in wanted:
        (schema,), components = msgspec.json.schema_components([struct], ref_template="#/components/schemas/{name}")
        body = components[struct.__name__] if "$ref" in schema else schema
        if "description" in body:
            # Python 3.13 and later take the indentation out of a docstring themselves.
            body["description"] = inspect.cleandoc(body["description"])
        schemas[component_name(struct)] = body
    return schemas


def _type(schema: dict[str, Any]) -> str:
    """One JSON Schema node as a TypeScript type."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if "anyOf" in schema:
        return " | ".join(_type(s) for s in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(json.dumps(v) for v in schema["enum"])
    match schema.get("type"):
        case "string":
            return "string"
        case "integer" | "number":
            return "number"
        case "boolean":
            return "boolean"
        case "null":
            return "null"
        case "array":
            inner = _type(schema.get("items", {}))
            return f"({inner})[]" if "|" in inner else f"{inner}[]"
        case "object" if "additionalProperties" in schema and "properties" not in schema:
            return f"Record<string, {_type(schema['additionalProperties'])}>"
    return "unknown"


def typescript() -> str:
    """The page's types. A field with a default is optional in what the client sends, and always there in what it receives."""
    lines = ["// Generated from the msgspec structs by `python -m cups.wire.generate`: change those, not this.", ""]
    sent = {component_name(s) for s in get_args(frames.ClientFrame)} | {
        component_name(s) for s in structs() if s.__name__.endswith(("In", "Edit"))
    }
    for name, schema in _schemas().items():
        if doc := schema.get("description"):
            lines.append("/** " + re.sub(r"\s+", " ", doc) + " */")
        lines.append(f"export interface {name} {{")
        required = set(schema.get("required", []))
        for field, node in schema.get("properties", {}).items():
            optional = "?" if field not in required and name in sent else ""
            lines.append(f"  {field}{optional}: {_type(node)};")
        lines += ["}", ""]
    for union, members in (("ClientFrame", frames.ClientFrame), ("ServerFrame", frames.ServerFrame)):
        lines.append(f"export type {union} = {' | '.join(component_name(s) for s in get_args(members))};")
    lines += [
        "",
        f"export const PROTOCOL = {json.dumps(frames.PROTOCOL)};",
        f"export const TICKET = {json.dumps(frames.TICKET)};",
        "export const CLOSE = {",
    ]
    lines += [f"  {k}: {v}," for k, v in vars(frames.Close).items() if k.isupper()]
    lines += ["} as const;", ""]
    return "\n".join(lines)


def asyncapi() -> dict[str, Any]:
    """AsyncAPI 3.0 of the live protocol."""
    messages = {
        component_name(s): {
            "name": s.__struct_config__.tag,
            "summary": (s.__doc__ or "").strip().split("\n")[0],
            "contentType": "application/json",
            "payload": {"$ref": f"#/components/schemas/{component_name(s)}"},
        }
        for s in (*get_args(frames.ClientFrame), *get_args(frames.ServerFrame))
    }

    def refs(members: Any) -> list[dict[str, str]]:
        return [{"$ref": f"#/channels/live/messages/{component_name(s)}"} for s in get_args(members)]

    return {
        "asyncapi": "3.0.0",
        "info": {"title": "cups live protocol", "version": "1", "description": (frames.__doc__ or "").strip()},
        "defaultContentType": "application/json",
        "channels": {
            "live": {
                "address": "/live",
                "description": f"One WebSocket, subprotocol {frames.PROTOCOL} or {frames.PROTOCOL_PACKED}, signed in by the session cookie or a ticket.",
                "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
            }
        },
        "operations": {
            "fromClient": {
                "action": "receive",
                "channel": {"$ref": "#/channels/live"},
                "messages": refs(frames.ClientFrame),
            },
            "fromServer": {
                "action": "send",
                "channel": {"$ref": "#/channels/live"},
                "messages": refs(frames.ServerFrame),
            },
        },
        "components": {"messages": messages, "schemas": _schemas()},
    }


def outputs() -> dict[Path, str]:
    """Every generated file with its text."""
    return {TYPES: typescript(), ASYNCAPI: json.dumps(asyncapi(), indent=2, ensure_ascii=False) + "\n"}


def main() -> int:
    stale = [path for path, text in outputs().items() if not path.exists() or path.read_text("utf-8") != text]
    if "--check" in sys.argv:
        for path in stale:
            print(f"{path.relative_to(ROOT)} does not agree with the structs: run python -m cups.wire.generate")
        return 1 if stale else 0
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(outputs()[path], "utf-8")
        print(f"wrote {path.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
