"""The answer to bad input: RFC 9457 problem details, with the code that frames and pages use too."""

from typing import Literal

from cups.wire.base import Body, Millis


class Problem(Body):
    """`code` is stable and is what clients act on; `detail` says what to do, in the reader's language.

    `start` and `end`: which characters (Unicode code points, the end after the last) of `field` it is about, where that is known.
    `why`: for whoever writes programs, in English: what of the input does not fit, and where; empty where there is no more to say.
    `help`: what was not taken may mean danger: show crisis help at once, and say why it was not taken.
    """

    type: str
    title: str
    status: int
    code: str
    detail: str
    why: str = ""
    field: str | None = None
    retry_at: Millis | None = None
    start: int | None = None
    end: int | None = None
    help: Literal["", "own", "other", "abuse"] = ""
