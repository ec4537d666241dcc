"""The safety of the own account over REST."""

from litestar import Router, delete, get, post, put

from cups.accounts.recovery import Recovery
from cups.accounts.safety import Safety
from cups.accounts.second_factor import SecondFactor
from cups.accounts.sessions import SessionList
from cups.accounts.visitor import Visitor
from cups.api.sessions import AnyRequest, came, signed_in
from cups.settings import Settings
from cups.wire.signin import (
    CodeIn,
    ConfirmIn,
    Happenings,
    PasswordIn,
    RecoverIn,
    RecoveryCodes,
    RecoveryLeft,
    SecondFactorBegun,
    SecondFactorState,
    Sessions,
)


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


@get("/happenings")
async def happenings(visitor: Visitor | None, session_list: SessionList) -> Happenings:
    """What happened lately with what protects this person's account, whichever of their two accounts asks."""
    return await session_list.happenings.of(signed_in(visitor))


@put("/password", status_code=204)
async def change_password(data: PasswordIn, visitor: Visitor | None, safety: Safety) -> None:
    """Asks the present password, and ends all other sessions."""
    await safety.change_password(signed_in(visitor), data)


@get("/recovery-codes")
async def codes_left(visitor: Visitor | None, recovery: Recovery) -> RecoveryLeft:
    """How many of the codes were not used yet."""
    return RecoveryLeft(left=await recovery.left(signed_in(visitor)))


@post("/recovery-codes", status_code=200)
async def new_codes(visitor: Visitor | None, recovery: Recovery) -> RecoveryCodes:
    """Ten new ones, shown this once, in place of all from before. Asks for `POST /api/confirm` first."""
    return RecoveryCodes(codes=await recovery.renew(signed_in(visitor)))


@post("/confirm", status_code=204)
async def confirm(data: ConfirmIn, visitor: Visitor | None, safety: Safety) -> None:
    """Opens dangerous acts in this session for a while. By the password, or a code of the second factor's app."""
    await safety.confirm(signed_in(visitor), data)


@get("/second-factor")
async def second_factor_state(visitor: Visitor | None, second_factor: SecondFactor) -> SecondFactorState:
    return await second_factor.state(signed_in(visitor))


@post("/second-factor", status_code=200)
async def begin_second_factor(visitor: Visitor | None, second_factor: SecondFactor) -> SecondFactorBegun:
    """A secret for the app. Nothing changes before one of its codes is put back."""
    return await second_factor.begin(signed_in(visitor))


@put("/second-factor")
async def finish_second_factor(data: CodeIn, visitor: Visitor | None, second_factor: SecondFactor) -> RecoveryCodes:
    """In force from now on; other sessions end. With new recovery codes where none were left."""
    return RecoveryCodes(codes=await second_factor.finish(signed_in(visitor), data.code))


@delete("/second-factor", status_code=204)
async def second_factor_off(visitor: Visitor | None, second_factor: SecondFactor) -> None:
    await second_factor.turn_off(signed_in(visitor))


@post("/recover", status_code=204)
async def recover(request: AnyRequest, data: RecoverIn, recovery: Recovery, settings: Settings) -> None:
    """A new password by a recovery code; then one signs in with it."""
    await recovery.recover(data, came(request, settings))


_own = Router(
    "/me",
    route_handlers=[
        own_sessions,
        end_others,
        end_one,
        happenings,
        change_password,
        codes_left,
        new_codes,
        second_factor_state,
        begin_second_factor,
        finish_second_factor,
        second_factor_off,
    ],
)
router = Router("", route_handlers=[_own, confirm, recover], tags=["accounts"])
