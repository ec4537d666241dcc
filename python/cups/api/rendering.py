"""Rendering pages: Jinja templates with the catalogue's words, the visitor, and the built assets."""

import json
from datetime import UTC, datetime
from functools import cache
from typing import Any

import jinja2
import msgspec
from litestar import Litestar, Response
from litestar.utils.scope.state import ScopeState
from markupsafe import Markup

from cups import paths, words
from cups.accounts.visitor import Visitor
from cups.api.sessions import AnyRequest
from cups.clock import Clock
from cups.errors import Refused
from cups.mail.service import Mail
from cups.requests.topics import topics
from cups.settings import Settings
from cups.wire.people import Me
from cups.wire.problems import Problem

ENTRY = "src/main.ts"


class Assets(msgspec.Struct, frozen=True):
    js: str
    css: list[str]


@cache
def assets() -> Assets:
    """The page's script and styles, as Vite's manifest names them. RuntimeError if the page was not built."""
    manifest = paths.web() / "dist" / ".vite" / "manifest.json"
    if not manifest.exists():
        raise RuntimeError("the page is not built: run npm run build in web/ (make run does)")
    found = json.loads(manifest.read_text("utf-8"))
    entry = found[ENTRY]
    css = list(entry.get("css", []))
    for name in entry.get("imports", []):
        css += found[name].get("css", [])
    return Assets(js=f"/assets/{entry['file']}", css=[f"/assets/{file}" for file in dict.fromkeys(css)])


def _json_attr(value: Any) -> str:
    """JSON for an attribute; Jinja's autoescape makes it safe there."""
    return msgspec.json.encode(value).decode()


def _moment(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(paths.web() / "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["json_attr"] = _json_attr
    environment.filters["iso"] = lambda ms: _moment(ms).isoformat(timespec="seconds").replace("+00:00", "Z")
    environment.filters["utc"] = lambda ms: _moment(ms).strftime("%Y-%m-%d %H:%M UTC")
    return environment


def document(app: Litestar) -> dict[str, Any]:
    """The application's OpenAPI document, made once: making it takes a fifth of a second."""
    if "document" not in app.state:
        app.state.document = with_keys(app.openapi_schema.to_schema())
    found: dict[str, Any] = app.state.document
    return found


def with_keys(document: dict[str, Any]) -> dict[str, Any]:
    """The header that every changing route of staff takes stands in the document, too."""
    key = {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "description": "8 to 64 letters, digits, - or _: sent again with the same key and body, it is done once and answered the same.",
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{8,64}$"},
    }
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if path.startswith("/api/staff") and method in ("post", "put", "patch", "delete"):
                operation["parameters"] = [*operation.get("parameters", []), key]
    return document


RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})


class Pages:
    """Makes HTML answers."""

    def __init__(self, settings: Settings, clock: Clock, mail: Mail) -> None:
        self._settings, self._clock, self._mail = settings, clock, mail

    def show(
        self, request: AnyRequest, visitor: Visitor | None, template: str, /, *, status: int = 200, **context: Any
    ) -> Response[str]:
        language = "en"
        chosen = request.query_params.get("topic")
        context.setdefault("brings", chosen if chosen in topics() else None)
        token = ScopeState.from_scope(request.scope).csrf_token
        csrf = Markup('<input type="hidden" name="_csrf_token" value="{}">').format(token or "")
        text = (
            _environment()
            .get_template(template)
            .render(
                t=words.of(language).t,
                lang=language,
                dir="rtl" if language in RIGHT_TO_LEFT else "ltr",
                me=visitor.me if visitor else Me(),
                staff_waits=visitor is not None and visitor.facts.staff_waits,
                csrf_input=csrf,
                page_assets=assets(),
                path=request.url.path,
                quick_exit_url=self._settings.quick_exit_url,
                now=self._clock.now(),
                site_name=self._settings.site_name,
                mail_offered=self._mail.offered,
                trial_mail=self._mail.trial,
                passkeys_here=bool(self._settings.passkey_origins()),
                **context,
            )
        )
        return Response(text, media_type="text/html", status_code=status)


def problem_of(refused: Refused, language: str = "en") -> Problem:
    """The answer's body for a refusal."""
    return Problem(
        type=f"/problems/{refused.code}",
        title=refused.title,
        status=refused.status,
        code=refused.code,
        detail=refused.detail or words.of(language).refusal(refused.code),
        field=refused.field,
        retry_at=refused.retry_at,
        start=None if refused.span is None else refused.span[0],
        end=None if refused.span is None else refused.span[1],
        help=refused.help,
    )


def problem_answer(refused: Refused) -> Response[Any]:
    body = msgspec.json.encode(problem_of(refused))
    return Response(body, status_code=refused.status, media_type="application/problem+json")
