"""What somebody uses up of a limit at one process counts at the others: two connections are no two purses."""

from collections.abc import Iterator

import pytest
import trio

from conftest import WIDE
from harness.person import LiveConnection, Person
from harness.server import ServerProcess
from harness.site import SiteProcesses


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SiteProcesses]:
    made = SiteProcesses(
        tmp_path_factory.mktemp("spent"),
        **WIDE,
        pace_new_message_burst=6,
        pace_new_message_period_ms=600_000,
        pace_sign_in_account_burst=6,
    )
    try:
        for one in (made.front, made.one, made.two, made.api):
            one.start()
        yield made
    finally:
        made.close()


async def said(socket: LiveConnection, room: str, times: int) -> int:
    """How many of so many messages were taken."""
    answers = [(await socket.say(room, f"word {step}"))["type"] for step in range(times)]
    return answers.count("ack")


@pytest.mark.parametrize("by", ["the lane", "the long way"])
async def test_messages_at_two_gateways_share_one_limit(site: SiteProcesses, server: ServerProcess, by: str) -> None:
    person, other = [await (await Person(server.base).pass_gate()).sign_up() for _ in range(2)]
    room = str((await person.get("/api/rooms/the-kitchen-table"))["id"])
    packed = {"protocol": "cups.v1.msgpack"} if by == "the long way" else {}
    async with person.live(at=site.one.base, **packed) as one, person.live(at=site.two.base, **packed) as two:
        await one.subscribe(room)
        await two.subscribe(room)
        taken = await said(one, room, 4)
        await trio.sleep(0.3)
        taken += await said(two, room, 6)
        assert taken == 6, taken
    for each in (person, other):
        await each.aclose()


async def test_guesses_at_two_processes_share_one_limit(site: SiteProcesses) -> None:
    """Of passwords and of recovery codes: who has more doors to try at has no more tries."""

    async def guessed(base: str, times: int) -> int:
        person = Person(base)
        answers = [
            (
                await person.call("POST", "/api/sign-in", {"name": "nobodyHere9", "password": "not the right one"})
            ).status_code
            for _ in range(times)
        ]
        await person.aclose()
        assert set(answers) <= {401, 429}
        return answers.count(401)

    taken = await guessed(site.front.base, 4)
    await trio.sleep(0.3)
    taken += await guessed(site.api.base, 6)
    assert taken == 6, taken
