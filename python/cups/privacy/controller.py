"""One's own data over REST. There is no route by which anybody else gets at it, staff included."""

from litestar import Response, Router, delete, get, post

from cups.accounts.visitor import Visitor
from cups.api.sessions import signed_in
from cups.privacy.exporting import Exporting
from cups.privacy.leaving import Leaving
from cups.wire.privacy import CloseIn, Copies, Copy, CopyIn, EraseIn

ARCHIVE = {"content-disposition": 'attachment; filename="my-data.zip"', "cache-control": "no-store"}


@get("/copies")
async def copies(visitor: Visitor | None, exporting: Exporting) -> Copies:
    return await exporting.of(signed_in(visitor))


@post("/copies", status_code=202)
async def ask_copy(data: CopyIn, visitor: Visitor | None, exporting: Exporting) -> Copy:
    """A copy of all that is held of this person. Asks for `POST /api/confirm` first; it is made within seconds."""
    return await exporting.ask(signed_in(visitor), data)


@get("/copies/{copy_id:str}", media_type="application/zip")
async def fetch_copy(copy_id: str, visitor: Visitor | None, exporting: Exporting) -> Response[bytes]:
    """The archive, for its owner alone. Asks for `POST /api/confirm` first."""
    archive = await exporting.fetch(signed_in(visitor), copy_id)
    return Response(archive, media_type="application/zip", headers=ARCHIVE)


@delete("/copies/{copy_id:str}", status_code=204)
async def discard_copy(copy_id: str, visitor: Visitor | None, exporting: Exporting) -> None:
    await exporting.discard(signed_in(visitor), copy_id)


@post("/close", status_code=204)
async def close(data: CloseIn, visitor: Visitor | None, leaving: Leaving) -> None:
    """Closes the account. Signing in within `close_days` brings it back. Asks for `POST /api/confirm` first."""
    await leaving.close(signed_in(visitor), data)


@post("/erase", status_code=202)
async def erase(data: EraseIn, visitor: Visitor | None, leaving: Leaving) -> None:
    """Erases the person, for good. Asks for `POST /api/confirm` first."""
    await leaving.erase(signed_in(visitor), data)


router = Router(
    "/me",
    route_handlers=[copies, ask_copy, fetch_copy, discard_copy, close, erase],
    tags=["privacy"],
)
