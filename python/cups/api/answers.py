"""Every failure becomes one shape: problem+json under /api, a page elsewhere; with headers that protect, on every answer."""

from typing import Any

import msgspec
import structlog
from litestar import Response
from litestar.exceptions import HTTPException, ValidationException

from cups.api.refusals import Refusals
from cups.api.rendering import Pages, problem_answer, problem_of
from cups.api.sessions import AnyRequest, language_of
from cups.errors import Refused
from cups.store.database import StorageFailed

log = structlog.get_logger()
CSP = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; style-src 'self'; script-src 'self'"
)
_HEADERS = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
}
"""The referrer policy is not `no-referrer`: browsers would then send forms of our own pages with `Origin: null`, which is refused."""
_ONLY_HTTPS = {"strict-transport-security": "max-age=31536000; includeSubDomains"}
NOT_INDEXED = "noindex, nofollow"
_BY_STATUS = {
    401: "not-signed-in",
    403: "not-allowed",
    404: "not-found",
    405: "method-not-allowed",
    413: "too-large",
    429: "too-fast",
}


def refusal_of(error: Exception) -> Refused:
    """What went wrong, as one of our codes."""
    if isinstance(error, Refused):
        return error
    if isinstance(error, StorageFailed):
        return Refused("busy-try-later")
    if isinstance(error, ValidationException):
        extra: Any = error.extra or []
        first = extra[0] if isinstance(extra, list) and extra and isinstance(extra[0], dict) else {}
        return Refused(
            "bad-input",
            field=str(first.get("key") or first.get("message") or "")[:200] or None,
            detail=_told(error, first),
        )
    if isinstance(error, OverflowError | RecursionError | UnicodeError):
        return Refused("bad-input")
    if isinstance(error, msgspec.ValidationError):
        return Refused("bad-input", detail=str(error))
    if isinstance(error, HTTPException):
        if "CSRF" in error.detail:
            return Refused("bad-csrf")
        return Refused(_BY_STATUS.get(error.status_code, "bad-input" if error.status_code < 500 else "server-error"))
    log.exception("request failed", exc_info=error)
    return Refused("server-error")


def _told(error: ValidationException, first: dict[str, Any]) -> str:
    """Which field, and what is wrong with it."""
    message = str(first.get("message") or error.detail)
    return f"{first['key']}: {message}" if first.get("key") else message


_refusals = Refusals()


def answer(request: AnyRequest, error: Exception, pages: Pages) -> Response[Any]:
    refused = refusal_of(error)
    _refusals.note(refused, str(request.scope.get("path_template") or ""))
    if request.url.path.startswith("/api") or request.url.path.startswith("/assets"):
        response = problem_answer(request, refused)
    else:
        response = pages.show(
            request,
            None,
            "errors/error.html",
            status=refused.status,
            problem=problem_of(refused, language_of(request)),
            anonymous=True,
        )
    if refused.retry_at is not None and refused.status in (429, 503):
        response.headers["retry-after"] = "1"
    return response


def protect(path: str, start: dict[str, Any], *, secure: bool) -> None:
    """Security headers on everything; nothing but assets is kept by caches. `secure`: the site is served over https alone, and says so."""
    headers: list[tuple[bytes, bytes]] = list(start.get("headers", []))
    there = {name.lower() for name, _ in headers}
    if path.startswith("/assets/assets/"):
        caching = "public, max-age=31536000, immutable"
    else:
        caching = "public, max-age=3600" if path.startswith("/assets/") else "no-store"
    # Search engines have the pages; what is read by programs, with names in it, is no page.
    robots = {"x-robots-tag": NOT_INDEXED} if path.startswith("/api/") else {}
    for name, value in {**_HEADERS, **(_ONLY_HTTPS if secure else {}), "cache-control": caching, **robots}.items():
        if name.encode() not in there:
            headers.append((name.encode(), value.encode()))
    start["headers"] = headers
