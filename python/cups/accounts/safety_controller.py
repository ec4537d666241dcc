"""The safety of the own account over REST."""

from litestar import Router, delete, get, put

from cups.accounts.safety import Safety
from cups.accounts.sessions import SessionList
from cups.accounts.visitor import Visitor
from cups.api.sessions import signed_in
from cups.wire.signin import PasswordIn, Sessions


@get("/sessions")
async def own_sessions(visitor: Visitor | None, session_list: SessionList) -> Sessions:
    """Where this person is signed in, this session first, with either of their two accounts."""
    return await session_list.of(signed_in(visitor))


@delete("/sessions", status_code=204)
async def end_others(visitor: Visitor | None, session_list: SessionList) -> None:
    """Ends all of them but this one. Their sockets close."""
    await session_list.end_others(signed_in(visitor))


@delete("/sessions/{session_id:str}", status_code=204)
async def end_one(session_id: str, visitor: Visitor | None, session_list: SessionList) -> None:
    await session_list.end(signed_in(visitor), session_id)


@put("/password", status_code=204)
async def change_password(data: PasswordIn, visitor: Visitor | None, safety: Safety) -> None:
    """Asks the present password, and ends all other sessions."""
    await safety.change_password(signed_in(visitor), data)


router = Router("/me", route_handlers=[own_sessions, end_others, end_one, change_password], tags=["accounts"])
