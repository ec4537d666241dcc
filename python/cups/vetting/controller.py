"""One's own check and licence, and a therapist's page, over REST."""

from litestar import Router, get, post, put

from cups.accounts.visitor import Visitor, gated
from cups.vetting.service import Vettings
from cups.wire.vetting import LicenceIn, MyVetting, TherapistIn, TherapistPage


@get("/me/vetting")
async def mine(visitor: Visitor | None, vettings: Vettings) -> MyVetting:
    """One's own applications, and which one could make now."""
    return await vettings.mine(gated(visitor))


@post("/me/vetting/check")
async def apply_for_check(visitor: Visitor | None, vettings: Vettings) -> MyVetting:
    """An adult's listener account asks for a background check, to be cleared for teens too."""
    return await vettings.apply_for_check(gated(visitor))


@post("/me/vetting/verified")
async def apply_for_mark(visitor: Visitor | None, vettings: Vettings) -> MyVetting:
    """A listener account asks for the mark of a verified listener."""
    return await vettings.apply_for_mark(gated(visitor))


@post("/me/vetting/licence")
async def apply_with_licence(data: LicenceIn, visitor: Visitor | None, vettings: Vettings) -> MyVetting:
    """A therapist applies with their licence; with an account that is for nothing else."""
    return await vettings.apply_with_licence(gated(visitor), data)


@post("/me/therapist", status_code=204)
async def open_page(visitor: Visitor | None, vettings: Vettings) -> None:
    """Opens the therapist's public page, once the licence is verified. They sign in again."""
    await vettings.open_page(gated(visitor))


@put("/me/therapist", status_code=204)
async def set_about(data: TherapistIn, visitor: Visitor | None, vettings: Vettings) -> None:
    await vettings.set_about(gated(visitor), data)


@get("/therapists/{name:str}")
async def therapist(name: str, vettings: Vettings) -> TherapistPage:
    """Public while the licence holds."""
    return await vettings.page(name)


router = Router(
    "",
    route_handlers=[mine, apply_for_check, apply_for_mark, apply_with_licence, open_page, set_about, therapist],
    tags=["vetting"],
)
