"""The Litestar application: routes of all features, sessions, CSRF, problem answers, assets, OpenAPI."""

from typing import Any
from urllib.parse import urlsplit

from litestar import Litestar, Router, get
from litestar.config.allowed_hosts import AllowedHostsConfig
from litestar.config.csrf import CSRFConfig
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.static_files import create_static_files_router

from cups import __version__, demo, paths, secret, trial
from cups.accounts import (
    block_pages,
    email_controller,
    email_pages,
    language_pages,
    nights_pages,
    passkey_controller,
    recovery_pages,
    referral_doors,
    safety_controller,
    safety_pages,
    second_factor_pages,
)
from cups.accounts import controller as accounts_controller
from cups.accounts import pages as accounts_pages
from cups.accounts.visitor import hashed
from cups.api import answers, channels, pages, sessions
from cups.api.document import document
from cups.api.once import Once, replayed
from cups.api.rendering import Pages
from cups.api.sessions import AnyRequest
from cups.app import Cups
from cups.bots import controller as bots_controller
from cups.bots import pages as bots_pages
from cups.chats import controller as chats_controller
from cups.consent import controller as consent_controller
from cups.consent import pages as consent_pages
from cups.courses import controller as courses_controller
from cups.courses import pages as courses_pages
from cups.crisis import controller as crisis_controller
from cups.errors import Refused
from cups.limits.trust import changes_of
from cups.moderation import controller as moderation_controller
from cups.notes import controller as notes_controller
from cups.notes import pages as notes_pages
from cups.privacy import controller as privacy_controller
from cups.privacy import pages as privacy_pages
from cups.profiles import browsing_pages, left_pages
from cups.profiles import controller as profiles_controller
from cups.profiles import pages as profiles_pages
from cups.requests import controller as requests_controller
from cups.requests import left_controller, personal_controller
from cups.requests import pages as requests_pages
from cups.rooms import controller as rooms_controller
from cups.staff import agreements_controller as staff_agreements_controller
from cups.staff import bulk_controller, directory_controller, reviews_controller, screening_controller, words_controller
from cups.staff import controller as staff_controller
from cups.staff import profiles_controller as staff_profiles_controller
from cups.staff import profiles_pages as staff_profiles_pages
from cups.staff import vetting_controller as staff_vetting_controller
from cups.staff.once import Answered
from cups.vetting import controller as vetting_controller
from cups.vetting import pages as vetting_pages

MAX_BODY = 256 * 1024
"""Bytes of a request body, where a route does not say otherwise."""


def application(cups: Cups) -> Litestar:
    """The ASGI application over running parts."""
    settings = cups.settings
    rendered = Pages(settings, cups.clock, cups.mail)
    parts: dict[str, Any] = {
        "settings": settings,
        "pages": rendered,
        "accounts": cups.accounts,
        "joining": cups.joining,
        "session_list": cups.sessions,
        "safety": cups.safety,
        "recovery": cups.recovery,
        "emails": cups.emails,
        "consents": cups.consents,
        "ways": cups.ways,
        "recovery_letters": cups.recovery_letters,
        "trial": cups.trial_mail,
        "second_factor": cups.second_factor,
        "leaving": cups.leaving,
        "exporting": cups.exporting,
        "notes": cups.notes,
        "passkeys": cups.passkeys,
        "referrals": cups.referrals,
        "passkey_sign_in": cups.passkey_sign_in,
        "chats": cups.chats,
        "rooms": cups.rooms,
        "requests": cups.requests,
        "taking": cups.taking,
        "bots": cups.bots,
        "personal": cups.personal,
        "browsing": cups.browsing,
        "left": cups.left,
        "profiles": cups.profiles,
        "own_profiles": cups.own_profiles,
        "profile_staff": cups.profile_staff,
        "review_desk": cups.review_desk,
        "keeping": cups.keeping,
        "figures": cups.figures,
        "moderation": cups.moderation,
        "hosting": cups.hosting,
        "sanctions": cups.sanctions,
        "standings": cups.standings,
        "courses": cups.courses,
        "staff": cups.staff,
        "ages": cups.ages,
        "desk": cups.limits_desk,
        "directory": cups.directory,
        "auditing": cups.auditing,
        "bulk_desk": cups.bulk,
        "nights": cups.nights,
        "words_desk": cups.words_desk,
        "agreement_desk": cups.agreement_desk,
        "vettings": cups.vettings,
        "vetting_staff": cups.vetting_staff,
        "screening": cups.screening_staff,
        "channels": cups.channels,
        "waiting": cups.waiting,
        "entrances": cups.entrances,
    }
    api = Router(
        "/api",
        route_handlers=[
            accounts_controller.router,
            safety_controller.router,
            privacy_controller.router,
            notes_controller.router,
            nights_pages.router,
            email_controller.router,
            consent_controller.router,
            passkey_controller.router,
            referral_doors.router,
            requests_controller.router,
            personal_controller.router,
            left_controller.router,
            chats_controller.router,
            bots_controller.router,
            channels.router,
            rooms_controller.router,
            moderation_controller.router,
            courses_controller.router,
            crisis_controller.router,
            profiles_controller.router,
            staff_controller.router,
            directory_controller.router,
            bulk_controller.router,
            vetting_controller.router,
            staff_vetting_controller.router,
            staff_agreements_controller.router,
            words_controller.router,
            staff_profiles_controller.router,
            reviews_controller.router,
            screening_controller.router,
        ],
    )
    assets = create_static_files_router("/assets", directories=[paths.web() / "dist"], include_in_schema=False)

    @get("/openapi.json", include_in_schema=False)
    async def openapi(request: AnyRequest) -> dict[str, Any]:
        return document(request.app)

    api.register(openapi)

    async def same_origin(request: AnyRequest) -> None:
        """A browser says where a changing request comes from: it has to be one of our pages. And nobody floods us with changes."""
        if request.method in ("GET", "HEAD", "OPTIONS"):
            return
        origin = request.headers.get("origin")
        if origin is not None and origin not in settings.allowed_origins():
            raise Refused("bad-origin")
        token = hashed(request.cookies.get(settings.session_cookie(), ""))
        kind = cups.sessions.kind_of(token)
        if kind is not None:
            until = cups.limits.check(changes_of(kind), token, cups.clock.now())
        else:
            until = cups.limits.check("address-changes", sessions.address(request, settings), cups.clock.now())
        if until:
            raise Refused("too-fast", retry_at=until)

    return Litestar(
        route_handlers=[
            api,
            crisis_controller.pages_router,
            pages.router,
            requests_pages.router,
            vetting_pages.router,
            courses_pages.router,
            bots_pages.router,
            demo.router,
            trial.router,
            block_pages.router,
            safety_pages.router,
            privacy_pages.router,
            notes_pages.router,
            referral_doors.pages_router,
            recovery_pages.router,
            email_pages.router,
            consent_pages.router,
            second_factor_pages.router,
            language_pages.router,
            nights_pages.pages_router,
            accounts_pages.router,
            browsing_pages.router,
            left_pages.router,
            profiles_pages.router,
            staff_profiles_pages.router,
            assets,
        ],
        dependencies={name: Provide(_giving(part), sync_to_thread=False) for name, part in parts.items()}
        | {"visitor": Provide(sessions.visitor)},
        middleware=[Once(cups.db, settings, cups.accounts).middleware],
        before_request=same_origin,
        exception_handlers={
            Answered: replayed,
            Exception: lambda request, error: answers.answer(request, error, rendered),
        },
        csrf_config=CSRFConfig(
            secret=secret.key(settings, "csrf"),
            cookie_name=settings.csrf_cookie(),
            header_name="x-csrf-token",
            cookie_secure=settings.secure(),
            cookie_samesite="lax",
        ),
        allowed_hosts=AllowedHostsConfig(
            allowed_hosts=[urlsplit(origin).netloc for origin in settings.allowed_origins()]
        ),
        request_max_body_size=MAX_BODY,
        openapi_config=OpenAPIConfig(
            title="cups",
            version=__version__,
            description="REST API of cups. Changing requests carry the cookie cups-csrf (over https: __Host-cups-csrf) again in the header x-csrf-token.",
            path="/api/openapi",
            render_plugins=[JsonRenderPlugin(path="/openapi.json")],
        ),
        logging_config=None,
        debug=False,
    )


def _giving(part: Any) -> Any:
    def give() -> Any:
        return part

    return give


class Protected:
    """The outermost layer: protecting headers on every answer, whatever made it, and HEAD wherever there is a GET."""

    def __init__(self, app: Any, *, secure: bool) -> None:
        self._app, self._secure = app, secure

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        head = scope["method"] == "HEAD"

        async def guarded(message: Any) -> None:
            if message["type"] == "http.response.start":
                answers.protect(scope["path"], message, secure=self._secure)
            elif head:
                message = {**message, "body": b""}
            await send(message)

        await self._app({**scope, "method": "GET"} if head else scope, receive, guarded)
