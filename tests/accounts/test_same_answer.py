"""No answer tells whether an account exists: not by its status, its words, its headers or its time.

Times are compared in pairs, one right after the other in either order, so that what else the machine does meets both alike. What is
judged is the median of the differences, with an interval that holds it 999 times of 1000: the test fails where that lies beyond what is
promised, and where it is too wide to have seen a short cut (as long as hashing one password).
"""

import random
import statistics
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from math import sqrt
from pathlib import Path
from time import perf_counter

import httpx
import pytest

from cups.accounts.passwords import _hasher
from harness import letters
from harness.person import Person
from harness.server import ServerProcess

PAIRS = 200
PROMISED_S = 0.005
SURE = 3.29
"""Standard deviations that hold 999 of 1000."""
ROUNDS = 3
WIDE = ("sign_in_account", "sign_in_account_here", "sign_in_address", "recover_account", "recover_account_here")
MORE = (
    "recover_address",
    "recover_all",
    "sign_in_all",
    "recover_letter",
    "recover_letter_address",
    "recover_letter_all",
    "email_to",
)
Try = Callable[[str], Awaitable[httpx.Response]]


def interval(differences: Sequence[float]) -> tuple[float, float]:
    """Where the median of all such differences lies, whatever they are distributed like: by the order of those that were seen."""
    ordered, many = sorted(differences), len(differences)
    off = int(SURE * sqrt(many) / 2) + 1
    return ordered[many // 2 - off], ordered[many // 2 + off]


def test_the_interval_tells_apart_what_differs() -> None:
    chance = random.Random(7)
    noise = [chance.gauss(0, 0.02) + chance.choice((0, 0, 0, 0.3)) * chance.choice((1, -1)) for _ in range(PAIRS)]
    low, high = interval(noise)
    assert low < 0 < high and high - low < 0.02
    low, _ = interval([one + 0.025 for one in noise])
    assert low > PROMISED_S


@pytest.fixture
async def nobody(tmp_path: Path) -> AsyncIterator[Person]:
    wide = {f"pace_{name}_burst": 10_000 for name in WIDE}
    more = {f"pace_{name}_burst": 10_000 for name in (*MORE, "odd_notice")} | {"pace_odd_notice_period_ms": 1}
    own = ServerProcess(tmp_path, **wide, **more).start()
    person = Person(own.base)
    yield person
    await person.aclose()
    own.close()


async def compare(tries: Try, known: str, unknown: str) -> None:
    for name in (known, unknown):  # connections, caches
        await tries(name)
    hashing = hashing_takes()
    for _ in range(ROUNDS):
        differences = [await one_pair(tries, known, unknown) for _ in range(PAIRS)]
        low, high = interval(differences)
        if high - low < hashing / 2:
            break
    else:
        pytest.fail(f"too noisy to tell: between {low * 1000:.1f} and {high * 1000:.1f} ms")
    print(f"median {statistics.median(differences) * 1000:.2f} ms, between {low * 1000:.2f} and {high * 1000:.2f}")
    assert low < PROMISED_S and high > -PROMISED_S, f"differ by {low * 1000:.1f} to {high * 1000:.1f} ms"


def hashing_takes() -> float:
    """How long one password takes here, at best."""

    def once() -> float:
        began = perf_counter()
        _hasher.hash("some password or other")
        return perf_counter() - began

    return min(once() for _ in range(5))


async def one_pair(tries: Try, known: str, unknown: str) -> float:
    """The known name's time less the unknown one's. Both answers are the same to the last byte."""
    took: dict[str, float] = {}
    answers = []
    for name in random.sample((known, unknown), 2):
        began = perf_counter()
        answer = await tries(name)
        took[name] = perf_counter() - began
        answers.append(answer)
    one, other = answers
    assert (one.status_code, one.content) == (other.status_code, other.content) and one.status_code in (401, 204)
    assert one.headers.keys() == other.headers.keys()
    return took[known] - took[unknown]


async def member_name(base: str) -> str:
    member = await (await Person(base).pass_gate()).sign_up()
    await member.aclose()
    return member.name


async def test_signing_in(nobody: Person) -> None:
    async def tries(name: str) -> httpx.Response:
        return await nobody.call("POST", "/api/sign-in", {"name": name, "password": "not the right one"})

    await compare(tries, await member_name(nobody.base), "nobodyHere7")


async def test_signing_in_while_letters_tell_of_it(nobody: Person) -> None:
    """Far more wrong passwords than are let pass in silence: to the one who exists a letter is written again and again."""
    member = await (await Person(nobody.base).pass_gate()).sign_up()
    await member.call("PUT", "/api/me/email", {"email": "tried@example.org"}, expect=200)
    (letter,) = await letters.to(member, "tried@example.org")
    await member.post("/api/email/confirm", {"token": letter.token}, 204)

    async def tries(name: str) -> httpx.Response:
        return await nobody.call("POST", "/api/sign-in", {"name": name, "password": "not the right one"})

    await compare(tries, member.name, "nobodyHere7")
    await letters.to(member, "tried@example.org", 5)  # there was something to be told by
    await member.aclose()


async def test_recovering(nobody: Person) -> None:
    async def tries(name: str) -> httpx.Response:
        body = {"name": name, "code": "0000-0000-0000-0000", "password": "some new long one"}
        return await nobody.call("POST", "/api/recover", body)

    await compare(tries, await member_name(nobody.base), "nobodyHere7")


@pytest.mark.parametrize("by", ["name", "address"])
async def test_asking_for_a_letter(nobody: Person, by: str) -> None:
    """While the letters to the one who exists are written and sent, as they come."""
    member = await (await Person(nobody.base).pass_gate()).sign_up()
    await member.call("PUT", "/api/me/email", {"email": "known@example.org"}, expect=200)
    (letter,) = await letters.to(member, "known@example.org")
    await member.post("/api/email/confirm", {"token": letter.token}, 204)

    async def tries(to: str) -> httpx.Response:
        return await nobody.call("POST", "/api/recover/letter", {"to": to})

    known, unknown = (member.name, "nobodyHere7") if by == "name" else ("known@example.org", "other@example.org")
    await compare(tries, known, unknown)
    await letters.to(member, "known@example.org", 50)  # there was something to be told by
    await member.aclose()


async def test_the_pages_say_the_same(nobody: Person) -> None:
    known = await member_name(nobody.base)
    await nobody.get("/api/me")
    csrf = {"_csrf_token": (await nobody._csrf())["x-csrf-token"]}
    for path, form in (
        ("/sign-in", {"password": "not the right one"}),
        ("/recover", {"code": "0000-0000-0000-0000", "password": "some new long one"}),
    ):
        pages = [await nobody.http.post(path, data=csrf | form | {"name": name}) for name in (known, "nobodyHere7")]
        texts = [page.text.replace(name, "") for page, name in zip(pages, (known, "nobodyHere7"), strict=True)]
        assert texts[0] == texts[1] and [page.status_code for page in pages] == [401, 401]
