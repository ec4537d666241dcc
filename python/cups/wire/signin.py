"""The safety of the own account: where one is signed in, and the password."""

from typing import Annotated, Literal

from msgspec import Meta

from cups.wire.base import Body, Id, Millis
from cups.wire.people import Email, Me, Password


class Session(Body):
    """One place where a person is signed in."""

    id: Id
    account: str
    """Which of the person's two accounts it is, by its name."""
    browser: str
    """One word, as `firefox`; empty: not known. Nothing more is kept of the browser or the device."""
    system: str
    """One word, as `android`; empty: not known."""
    begun: Millis
    seen: Millis
    """The hour in which it was last used, by its beginning: no more exact time is kept."""
    this: bool
    """Whether it is the one that asks."""


class Sessions(Body):
    sessions: list[Session]


HappeningKind = Literal[
    "password",
    "recovered",
    "second-factor-on",
    "second-factor-off",
    "passkey-on",
    "passkey-off",
    "passkey-doubted",
    "recovery-codes",
    "email-on",
    "email",
    "email-off",
    "sessions",
    "sign-in",
    "tries",
]


class Happening(Body):
    """Something that happened with what protects the account. `recovered`: a new password by a recovery code or a letter's link. `passkey-doubted`: there
    may be a copy of one. `email-on`, `email`, `email-off`: a first address, another one, none any more. `sessions`: all others were ended. `sign-in`: from a
    browser that was not known. `tries`: many wrong passwords or codes."""

    kind: HappeningKind
    at: Millis
    """Of a sign-in the hour, by its beginning."""
    browser: str
    """Of a sign-in, as in `Session`; else empty."""
    system: str


class Happenings(Body):
    happenings: list[Happening]
    """The newest first."""
    days: int
    """For so long they are kept."""


class RecoveryCodes(Body):
    """Shown once: only their hashes are kept. Each is good for one return; new ones replace all from before."""

    codes: list[str]


class RecoveryLeft(Body):
    left: int


class SignUpOut(Body):
    me: Me
    recovery_codes: list[str]
    """Shown once, as in `RecoveryCodes`."""


class RecoverIn(Body):
    """A new password by a recovery code. All sessions end; then one signs in with the new password."""

    name: Annotated[str, Meta(min_length=1, max_length=64)]
    code: Annotated[str, Meta(min_length=1, max_length=64)]
    password: Password


class RecoverLetterIn(Body):
    """Asks for a letter with a link to a new password. The answer is the same whether there is such an account or not."""

    to: Annotated[str, Meta(min_length=1, max_length=254)]
    """The account's name, or its confirmed address."""


LinkToken = Annotated[str, Meta(min_length=1, max_length=100)]


class RecoverByLinkIn(Body):
    """A new password by the link of a letter, which is good once and for half an hour. All sessions end; a second factor stays on."""

    token: LinkToken
    password: Password


class EmailIn(Body):
    email: Email


class EmailConfirmIn(Body):
    token: LinkToken


class EmailState(Body):
    """The own address for a forgotten password, as its owner sees it; nobody else does."""

    offered: bool
    """Whether this site sends mail at all."""
    address: str = ""
    """The confirmed one, all but its first letter left out."""
    waiting: str = ""
    """One that waits to be confirmed, in the same way."""


class ConfirmIn(Body):
    """That it is really the person: asked before what could lock them out. The password, or a code of the second factor's app."""

    password: Annotated[str, Meta(min_length=1, max_length=200)] | None = None
    code: Annotated[str, Meta(min_length=1, max_length=64)] | None = None


class SecondFactorState(Body):
    on: bool
    """Whether signing in by the password asks for more: a code, or a passkey."""
    app: bool
    """Whether an authenticator app is set up."""
    needed: bool
    """Whether this person is of staff, and can do nothing of that until it is on."""


class SecondFactorBegun(Body):
    """What an authenticator app is told: the secret itself, or all of it in one URI, as for a QR code."""

    secret: str
    uri: str


class CodeIn(Body):
    """A code of the app, or, where one signs in, a recovery code."""

    code: Annotated[str, Meta(min_length=1, max_length=64)]


class PasswordIn(Body):
    """A new password for the one that is known. All other sessions end."""

    current: Annotated[str, Meta(min_length=1, max_length=200)]
    password: Password
