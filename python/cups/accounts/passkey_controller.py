"""Passkeys over REST. Making one and signing by one take two requests each, with the browser's own question between them."""

from litestar import Response, Router, delete, get, post

from cups.accounts.passkey_sign_in import PasskeySignIn
from cups.accounts.passkeys import Passkeys as PasskeyService
from cups.accounts.visitor import Visitor
from cups.api.sessions import (
    AnyRequest,
    came,
    half,
    passkey_asked,
    signed_in,
    with_passkey_asked,
    with_session,
    without_half,
    without_passkey_asked,
)
from cups.settings import Settings
from cups.wire.passkeys import PasskeyAsked, PasskeyIn, PasskeyMade, PasskeyMaking, PasskeyProof, Passkeys
from cups.wire.people import Me


@get("/me/passkeys")
async def own(visitor: Visitor | None, passkeys: PasskeyService) -> Passkeys:
    return Passkeys(passkeys=await passkeys.of(signed_in(visitor)))


@post("/me/passkeys/begin", status_code=200)
async def begin(visitor: Visitor | None, passkeys: PasskeyService) -> PasskeyMaking:
    """What an authenticator is to make. Asks for `POST /api/confirm` first."""
    return await passkeys.begin(signed_in(visitor))


@post("/me/passkeys", status_code=201)
async def make(data: PasskeyIn, visitor: Visitor | None, passkeys: PasskeyService) -> PasskeyMade:
    """In force from now on: it signs in by itself, and signing in by the password asks for it. Other sessions end."""
    return await passkeys.make(signed_in(visitor), data)


@delete("/me/passkeys/{passkey_id:str}", status_code=204)
async def remove(passkey_id: str, visitor: Visitor | None, passkeys: PasskeyService) -> None:
    """Asks for `POST /api/confirm` first."""
    await passkeys.remove(signed_in(visitor), passkey_id)


@post("/sign-in/passkey/begin", status_code=200)
async def begin_sign_in(
    request: AnyRequest, passkey_sign_in: PasskeySignIn, settings: Settings
) -> Response[PasskeyAsked]:
    """What any passkey of this site is to sign. No name is given: the device knows whose it is."""
    asked, token = await passkey_sign_in.begin(came(request, settings))
    return with_passkey_asked(Response(asked), token, settings)


@post("/sign-in/passkey", status_code=200)
async def sign_in(
    request: AnyRequest,
    data: PasskeyProof,
    visitor: Visitor | None,
    passkey_sign_in: PasskeySignIn,
    settings: Settings,
) -> Response[Me]:
    asked = passkey_asked(request, settings)
    joined = await passkey_sign_in.sign_in(visitor, asked, data, came(request, settings))
    return without_passkey_asked(with_session(Response(joined.me), joined, settings), settings)


@post("/sign-in/second/passkey/begin", status_code=200)
async def begin_second(request: AnyRequest, passkey_sign_in: PasskeySignIn, settings: Settings) -> PasskeyAsked:
    """After the right password: what one of this account's passkeys is to sign. `allowed` is empty where it has none."""
    return await passkey_sign_in.begin_second(half(request, settings), came(request, settings))


@post("/sign-in/second/passkey", status_code=200)
async def sign_in_second(
    request: AnyRequest,
    data: PasskeyProof,
    visitor: Visitor | None,
    passkey_sign_in: PasskeySignIn,
    settings: Settings,
) -> Response[Me]:
    joined = await passkey_sign_in.sign_in_second(visitor, half(request, settings), data, came(request, settings))
    return without_half(with_session(Response(joined.me), joined, settings), settings)


@post("/confirm/passkey/begin", status_code=200)
async def begin_confirming(visitor: Visitor | None, passkey_sign_in: PasskeySignIn) -> PasskeyAsked:
    return await passkey_sign_in.begin_confirming(signed_in(visitor))


@post("/confirm/passkey", status_code=204)
async def confirm(data: PasskeyProof, visitor: Visitor | None, passkey_sign_in: PasskeySignIn) -> None:
    """Opens dangerous acts in this session for a while, as the password does."""
    await passkey_sign_in.confirm(signed_in(visitor), data)


router = Router(
    "",
    route_handlers=[
        own,
        begin,
        make,
        remove,
        begin_sign_in,
        sign_in,
        begin_second,
        sign_in_second,
        begin_confirming,
        confirm,
    ],
    tags=["accounts"],
)
