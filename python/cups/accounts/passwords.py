"""Passwords: argon2id in a bounded number of threads, and the rules for choosing one (length and a list of leaked ones)."""

from functools import cache
from importlib.resources import files

import trio
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from cups.errors import Refused

MIN_LENGTH = 10
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""OWASP's first choice for argon2id: 19 MiB, two passes, one lane; about 40 ms."""


@cache
def known() -> frozenset[str]:
    """Passwords that were leaked, as guessers try them first: zxcvbn's list of 30,000, and ours of longer ones. Takes a fifth of a second once."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    ours = files("cups.accounts").joinpath("common_passwords.txt").read_text("utf-8").split()
    return frozenset(ours) | frozenset(FREQUENCY_LISTS["passwords"])


def check(password: str, name: str | None) -> None:
    if len(password) < MIN_LENGTH:
        raise Refused("password-too-short", field="password")
    folded = password.casefold()
    if (
        folded in known()
        or folded.rstrip("0123456789!") in known()
        or (name and name.casefold() in folded and len(folded) < len(name) + 6)
    ):
        raise Refused("password-too-common", field="password")
    if len(set(folded)) < 4:
        raise Refused("password-too-common", field="password")


class Passwords:
    """Hashes and verifies off the loop's thread, at most `at_once` at a time: a flood of sign-ins cannot take all memory."""

    def __init__(self, at_once: int) -> None:
        self._limit = trio.CapacityLimiter(at_once)
        self._nobody = _hasher.hash("a password that nobody has")

    async def hash(self, password: str) -> str:
        return await trio.to_thread.run_sync(_hasher.hash, password, limiter=self._limit)

    async def verify(self, stored: str | None, password: str) -> bool:
        """As long for an unknown account (`stored` None) as for a known one."""
        return (
            await trio.to_thread.run_sync(_verify, stored or self._nobody, password, limiter=self._limit)
            and stored is not None
        )


def _verify(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
