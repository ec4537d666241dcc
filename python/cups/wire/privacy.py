"""What people can do about what is held of them: a copy, closing the account, erasure."""

from typing import Literal

from cups.wire.base import Body, Id, Millis

Posts = Literal["stay", "go"]
"""What one wrote stays readable with nobody as its author, or its words go, too."""


class CopyIn(Body):
    """Asks for a copy. `linked`: with the data of the person's other account in the same file, which shows that the two belong together."""

    linked: bool = False


class Copy(Body):
    """A copy that was asked for. `ready`: it can be fetched, until `until`."""

    id: Id
    linked: bool
    at: Millis
    until: Millis
    ready: bool


class Copies(Body):
    copies: list[Copy]


class CloseIn(Body):
    """Closes the account, and the linked one. Signing in again within `close_days` brings it back; after that it is erased, posts as said here."""

    posts: Posts
    sure: bool = False
    """Refused without it, so that nothing is closed or erased by accident."""


class EraseIn(Body):
    """Erases now, for good. `only`: of two linked accounts the listener's alone, where the request comes from that; else both."""

    posts: Posts
    only: bool = False
    sure: bool = False
