"""Looking people up, and reading the audit log, over REST."""

from typing import Annotated, Literal

from litestar import Router, get, post
from litestar.params import Parameter

from cups.accounts.visitor import Visitor, require_staff
from cups.staff import permissions
from cups.staff.auditing import AuditDesk
from cups.staff.directory import Directory
from cups.wire.directory import FoundPeople, LookIn, PersonCard, Search, StaffMe
from cups.wire.staff import AuditCheck, AuditPage, AuditQuestion

After = Annotated[str, Parameter(max_length=160, description="The `next` of the page before.")]
PageSize = Annotated[int, Parameter(ge=1, le=200)]
Moment = Annotated[int, Parameter(ge=0, le=1 << 53, description="Milliseconds since the epoch; 0: any.")]


@get("/me")
async def staff_me(visitor: Visitor | None, directory: Directory) -> StaffMe:
    """What the asker may do as one of staff."""
    return directory.me(require_staff(visitor))


@get("/people")
async def search_people(
    visitor: Visitor | None,
    directory: Directory,
    name: Annotated[str, Parameter(max_length=33)] = "",
    match: Literal["prefix", "exact"] = "prefix",
    kind: Literal["", "guest", "member", "listener", "therapist", "bot"] = "",
    role: Literal["", "moderator", "community-manager", "admin", "cleared", "room-moderator"] = "",
    age: Literal["", "teen", "adult"] = "",
    banned: bool | None = None,
    created_from: Moment = 0,
    created_to: Moment = 0,
    after: After = "",
    limit: PageSize = 50,
) -> FoundPeople:
    """By name, in the order of names. Each question is in the audit log."""
    search = Search(
        name=name,
        match=match,
        kind=kind,
        role=role,
        age=age,
        banned=banned,
        created_from=created_from,
        created_to=created_to,
    )
    return await directory.search(permissions.require(visitor, "people.search"), search, after, limit)


@post("/people/{name:str}/card", status_code=200, opt={"reads": True})
async def person_card(name: str, data: LookIn, visitor: Visitor | None, directory: Directory) -> PersonCard:
    """One account, as far as the reader's role needs it. With the reason, in the audit log."""
    return await directory.card(permissions.require(visitor, "people.read"), name, data)


@get("/audit")
async def audit_page(
    visitor: Visitor | None,
    auditing: AuditDesk,
    actor: Annotated[str, Parameter(max_length=32)] = "",
    act: Annotated[str, Parameter(max_length=40, description="Its beginning, as `person.`")] = "",
    subject: Annotated[str, Parameter(max_length=100)] = "",
    since: Moment = 0,
    until: Moment = 0,
    newest: bool = False,
    after: After = "0",
    limit: PageSize = 100,
) -> AuditPage:
    """Each question is in the log itself, once however many pages are read."""
    question = AuditQuestion(actor=actor, act=act, subject=subject, since=since, until=until, newest=newest)
    return await auditing.page(permissions.require(visitor, "audit.read"), question, after, limit)


@get("/audit/check")
async def audit_check(visitor: Visitor | None, auditing: AuditDesk) -> AuditCheck:
    """Recomputes the whole chain."""
    permissions.require(visitor, "audit.read")
    return await auditing.check()


router = Router(
    "/staff", route_handlers=[staff_me, search_people, person_card, audit_page, audit_check], tags=["staff"]
)
