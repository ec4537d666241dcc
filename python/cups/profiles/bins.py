"""Which filters of the directory a listener fits, as one number: what asks for several filters at once then looks into the few places where somebody may
stand who fits them all, and does not walk past everybody to find that nobody does."""

from bisect import bisect_right
from itertools import product

STARS = (0, 30, 40, 45, 48, 50)
"""Where the classes of stars begin, in tenths: what the page asks for, and finer where most ratings are."""
BOTH, OVER_35, VERIFIED, OF_STARS = 1, 2, 4, 8


def bin_of(*, both: bool, over_35: bool, verified: bool, stars: int) -> int:
    return BOTH * both + OVER_35 * over_35 + VERIFIED * verified + OF_STARS * _class(stars)


def fitting(*, both: bool, over_35: bool, verified: bool, stars: int) -> tuple[int, ...]:
    """The bins of all who fit these filters, `stars` at least; of the first class of stars, some in them may have fewer."""
    marks = product(*((True,) if wanted else (False, True) for wanted in (both, over_35, verified)))
    ofs = [STARS[at] for at in range(_class(stars), len(STARS))]
    return tuple(bin_of(both=b, over_35=o, verified=v, stars=of) for b, o, v in marks for of in ofs)


def spot(language: str, serves: str, bin: int, place: str) -> str:
    """Where somebody of this bin stands, in the order of places among those of the same."""
    return f"{language}/{serves}/{bin}/{place}"


def _class(stars: int) -> int:
    return bisect_right(STARS, stars) - 1
