"""Agreements over REST, for staff."""

from typing import Annotated

from litestar import Router, delete, get, post
from litestar.params import Parameter

from cups.accounts.agreements import kind_of
from cups.accounts.visitor import Visitor
from cups.staff import permissions
from cups.staff.agreements import AgreementDesk
from cups.wire.agreements import (
    AgreementDraftIn,
    AgreementEdition,
    AgreementEditions,
    AgreementIn,
    AgreementPreview,
    AgreementSource,
)

BODY = 512 * 1024
After = Annotated[str, Parameter(max_length=40, description="The `next` of the page before.")]
PageSize = Annotated[int, Parameter(ge=1, le=200)]


@get("/{kind:str}")
async def editions(
    kind: str, visitor: Visitor | None, agreement_desk: AgreementDesk, after: After = "", limit: PageSize = 50
) -> AgreementEditions:
    """The versions of one agreement, those that wait for their day too."""
    permissions.require(visitor, "agreements")
    return await agreement_desk.versions(kind_of(kind), after, limit)


@get("/{kind:str}/{version:str}")
async def source(kind: str, version: str, visitor: Visitor | None, agreement_desk: AgreementDesk) -> AgreementSource:
    """One version as it was written."""
    permissions.require(visitor, "agreements")
    return await agreement_desk.source(kind_of(kind), version)


@post("/{kind:str}/preview", status_code=200, opt={"reads": True}, request_max_body_size=BODY)
async def preview(
    kind: str, data: AgreementDraftIn, visitor: Visitor | None, agreement_desk: AgreementDesk
) -> AgreementPreview:
    """A draft as people will read it, and the name of its version. Nothing is kept."""
    permissions.require(visitor, "agreements")
    return await agreement_desk.preview(kind_of(kind), data)


@post("/{kind:str}", request_max_body_size=BODY)
async def publish(
    kind: str, data: AgreementIn, visitor: Visitor | None, agreement_desk: AgreementDesk
) -> AgreementEdition:
    """Everybody whom it concerns is asked for it from its day on."""
    return await agreement_desk.publish(permissions.require(visitor, "agreements"), kind_of(kind), data)


@delete("/{kind:str}/{version:str}")
async def withdraw(kind: str, version: str, visitor: Visitor | None, agreement_desk: AgreementDesk) -> None:
    """Takes back one that waits for its day."""
    await agreement_desk.withdraw(permissions.require(visitor, "agreements"), kind_of(kind), version)


router = Router("/staff/agreements", route_handlers=[editions, source, preview, publish, withdraw], tags=["staff"])
