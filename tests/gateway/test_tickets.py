"""Coming back by ticket: quickly, once, and never past the checks that everybody passes."""

from pathlib import Path

import pytest
import trio
from trio_websocket import ConnectionClosed, ConnectionRejected

from conftest import Cast
from cups.accounts.visitor import Visitor
from cups.clock import ManualClock
from cups.gateway.arrivals import Arrival
from cups.gateway.tickets import Tickets
from cups.reach import Facts
from cups.wire.people import Me
from harness.person import LiveConnection, Person
from harness.server import ServerProcess

pytestmark = pytest.mark.usefixtures("reactor_kind")


def _ticket(live: LiveConnection) -> str:
    ticket: str = live.frames[0]["ticket"]
    return ticket


async def test_a_ticket_brings_back_without_a_cookie_once(people: Cast) -> None:
    guest = await people.guest()
    room = (await guest.get("/api/rooms/night-owls"))["id"]
    async with guest.live() as live:
        state = await live.subscribe(room)
        ticket = _ticket(live)
    async with guest.live(ticket=ticket, cookie=False) as back:
        assert back.frames[0]["me"]["person"]["name"] == guest.name
        again = await back.subscribe(room, since={"epoch": state["epoch"], "seq": state["seq"]})
        assert again["recovered"]
        assert _ticket(back) != ticket
    with pytest.raises(ConnectionRejected) as refused:
        async with guest.live(ticket=ticket, cookie=False):
            pass
    assert refused.value.status_code == 401


async def test_a_ticket_takes_the_place_of_a_connection_that_looks_alive(people: Cast) -> None:
    guest = await people.guest()
    async with guest.live() as old, guest.live(ticket=_ticket(old), cookie=False) as back:
        with pytest.raises(ConnectionClosed) as closed:
            await old.until("never")
        assert closed.value.reason is not None and closed.value.reason.code == 4409
        assert (await back.answer(type="ping"))["type"] == "pong"


async def test_a_ticket_passes_no_other_site(people: Cast) -> None:
    guest = await people.guest()
    async with guest.live() as live:
        ticket = _ticket(live)
    with pytest.raises(ConnectionRejected) as refused:
        async with guest.live(origin="https://elsewhere.example", ticket=ticket):
            pass
    assert refused.value.status_code == 403


async def test_a_ticket_dies_with_its_session(people: Cast) -> None:
    guest = await people.guest()
    async with guest.live() as live:
        ticket = _ticket(live)
    await guest.post("/api/sign-out")
    with pytest.raises(ConnectionRejected) as refused:
        async with guest.live(ticket=ticket, cookie=False):
            pass
    assert refused.value.status_code == 401


async def test_a_ticket_of_somebody_else_counts_for_nothing(people: Cast) -> None:
    guest, other = await people.guest(), await people.guest()
    async with guest.live() as live:
        ticket = _ticket(live)
    async with other.live(ticket=ticket) as mine:
        assert mine.frames[0]["me"]["person"]["name"] == other.name
    name, _, seal = ticket.rpartition(".")
    forged = f"{name}.{'0' * len(seal)}"
    with pytest.raises(ConnectionRejected):
        async with guest.live(ticket=forged, cookie=False):
            pass
    for odd in ("x", "-", "-1.", f"{name}zz.{seal}", f"{name}.é".encode().hex(), "f" * 3000):
        async with guest.live(ticket=odd) as live:
            assert live.frames[0]["me"]["person"]["name"] == guest.name


async def test_what_changed_meanwhile_is_told_on_coming_back(people: Cast) -> None:
    guest, moderator = await people.member(), await people.demo("moderator")
    room = (await guest.get("/api/rooms/night-owls"))["id"]
    async with guest.live() as live:
        await live.subscribe(room)
        assert (await live.say(room, "here"))["type"] == "ack"
        ticket = _ticket(live)
    body = {"rule": "spam", "words": "please stop", "ref": "while-away", "name": guest.name}
    await moderator.post("/api/rooms/night-owls/warnings", body)
    async with guest.live(ticket=ticket, cookie=False) as back:
        assert (await back.until("warning"))["warning"]["words"] == "please stop"
        assert back.frames[0]["me"]["warnings_unseen"] == 1


async def test_a_ticket_of_the_server_before_needs_the_cookie(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path).start()
    try:
        guest = await Person(server.base).pass_gate()
        async with guest.live() as live:
            ticket = _ticket(live)
        server.kill9()
        server.start()
        with pytest.raises(ConnectionRejected) as refused:
            async with guest.live(ticket=ticket, cookie=False):
                pass
        assert refused.value.status_code == 401
        async with guest.live(ticket=ticket) as back:
            assert back.frames[0]["me"]["person"]["name"] == guest.name
        await guest.aclose()
    finally:
        server.close()


async def test_a_crowd_comes_back_with_one_reading_of_the_room(tmp_path: Path) -> None:
    """Cut at once, back at once: nobody misses or doubles anything, and the room is read from the database once."""
    server = ServerProcess(tmp_path, metrics_port=0, max_connections_per_person=100).start()
    try:
        people = [await Person(server.base).pass_gate() for _ in range(12)]
        room = (await people[0].get("/api/rooms/night-owls"))["id"]
        positions: dict[int, dict[str, object]] = {}
        tickets: dict[int, str] = {}
        async with people[0].live() as talking:
            for at, person in enumerate(people[1:], 1):
                async with person.live() as live:
                    state = await live.subscribe(room)
                    positions[at] = {"epoch": state["epoch"], "seq": state["seq"]}
                    tickets[at] = _ticket(live)
            said = [(await talking.say(room, f"while you were away {i}"))["seq"] for i in range(3)]
            got: dict[int, list[int]] = {}

            async def back(at: int) -> None:
                async with people[at].live(ticket=tickets[at]) as live:
                    state = await live.subscribe(room, since=positions[at])
                    assert state["recovered"]
                    got[at] = [m["seq"] for m in state["messages"]]

            async with trio.open_nursery() as nursery:
                for at in positions:
                    nursery.start_soon(back, at)
        assert got == dict.fromkeys(positions, said)
        for person in people:
            await person.aclose()
    finally:
        server.close()


def test_tickets_of_those_who_left_are_bounded_and_end() -> None:
    clock = ManualClock(1_000_000)
    tickets = Tickets(clock, "secret", resume_s=10, most=3)
    for conn in range(5):
        tickets.left(conn, _arrival())
    assert len(tickets) == 3 and tickets.take(0) is None and tickets.take(4) is not None
    assert tickets.take(4) is None
    clock.advance(10_001)
    assert tickets.take(3) is None


def _arrival() -> Arrival:
    visitor = Visitor(
        id="a",
        name="a",
        kind="guest",
        me=Me(),
        facts=Facts(id="a", kind="guest", age=None),
        token_hash="h",
        signed_up=False,
    )
    return Arrival(visitor=visitor, chats=(), warnings=(), decisions=(), at=0, epoch=0)
