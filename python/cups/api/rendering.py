"""Rendering pages: Jinja templates with the catalogue's words, the visitor, and the built assets."""

import json
from datetime import UTC, datetime
from functools import cache, partial
from typing import Any
from urllib.parse import urlsplit

import jinja2
import msgspec
from babel import Locale
from litestar import Response
from litestar.utils.scope.state import ScopeState
from markupsafe import Markup

from cups import paths, words
from cups.accounts.visitor import Visitor
from cups.api.forms import local
from cups.api.sessions import PAGE_LANGUAGE, AnyRequest, language_of, marked, with_language
from cups.clock import Clock
from cups.errors import Refused
from cups.mail.service import Mail
from cups.reach import quiet_nights
from cups.requests.topics import topics
from cups.settings import Settings
from cups.wire.people import Me
from cups.wire.problems import Problem

ENTRY = "src/main.ts"
TAUGHT_IN = "en"
"""Courses stay in the language that they were written in; a course says none, and all so far are English."""


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


def _utc(context: jinja2.runtime.Context, ms: int) -> str:
    """A moment as its language writes it, for readers without scripts."""
    return words.of(context.get("lang", words.DEFAULT)).moment(ms)


def _moment(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(paths.web() / "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["json_attr"] = _json_attr
    environment.filters["iso"] = lambda ms: _moment(ms).isoformat(timespec="seconds").replace("+00:00", "Z")
    environment.filters["utc"] = jinja2.pass_context(_utc)
    return environment


@cache
def own_name(language: str) -> str:
    """A language's name in that language."""
    name = Locale.parse(language).get_display_name(language) or language
    return name[0].upper() + name[1:]


class Pages:
    """Makes HTML answers."""

    def __init__(self, settings: Settings, clock: Clock, mail: Mail) -> None:
        self._settings, self._clock, self._mail = settings, clock, mail

    def show(
        self, request: AnyRequest, visitor: Visitor | None, template: str, /, *, status: int = 200, **context: Any
    ) -> Response[str]:
        language = language_of(request, visitor)
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
                dir=words.direction(language),
                page_languages=words.languages(),
                own_name=own_name,
                written_in=partial(_written_in, language),
                as_taught=_written_in(language, TAUGHT_IN),
                here=_here(request),
                me=visitor.me if visitor else Me(),
                staff_waits=visitor is not None and visitor.facts.staff_waits,
                quiet_nights=visitor is not None and quiet_nights(visitor.facts),
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
        response = Response(text, media_type="text/html", status_code=status)
        response.headers["content-language"] = language
        response.headers["vary"] = "accept-language, cookie"
        if visitor is not None and visitor.language and marked(request, PAGE_LANGUAGE) != language:
            # So that pages which do not ask who is there (crisis help, errors) speak the same language.
            with_language(response, language, self._settings)
        return response


def _written_in(page: str, language: str) -> Markup:
    """Attributes for text in a language of its own on a page in another: it is spoken, and runs, as it is written."""
    if language == page:
        return Markup()
    return Markup('lang="{}" dir="{}"').format(language, words.direction(language))


def _here(request: AnyRequest) -> str:
    """The page that a choice of language leads back to: of a form that was refused, the one it was sent from."""
    if request.method == "GET":
        return request.url.path + (f"?{request.url.query}" if request.url.query else "")
    came_from = urlsplit(request.headers.get("referer", ""))
    return local(came_from.path) if came_from.netloc == request.url.netloc else "/"


def problem_of(refused: Refused, language: str = "") -> Problem:
    """The answer's body for a refusal, in the language of who reads it. Without one `detail` is left to the page, which has the code's words."""
    by_code = refused.says is None and not language
    return Problem(
        type=f"/problems/{refused.code}",
        title=refused.title,
        status=refused.status,
        code=refused.code,
        detail="" if by_code else words.of(language).told(refused),
        why=refused.detail or "",
        field=refused.field,
        retry_at=refused.retry_at,
        start=None if refused.span is None else refused.span[0],
        end=None if refused.span is None else refused.span[1],
        help=refused.help,
    )


def problem_answer(request: AnyRequest, refused: Refused) -> Response[Any]:
    language = language_of(request)
    body = msgspec.json.encode(problem_of(refused, language))
    response = Response(body, status_code=refused.status, media_type="application/problem+json")
    response.headers["content-language"] = language
    return response
