"""A parent's consent by two letters: nobody of 13 to 17 meets others without it, and its end ends what is open."""

import secrets
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import trio

from harness import letters
from harness.letters import Letter
from harness.person import Person
from harness.server import ServerProcess
from harness.store import everything, rows_at

WIDE = {
    "pace_guest_create_burst": 1000,
    "pace_sign_up_burst": 1000,
    "pace_consent_address_burst": 1000,
    "pace_email_to_burst": 20,
    "consent": "*=double-link",
    "consent_second_after_s": 0,
}


class Place:
    """A server of its own, where consent is needed, and people at it."""

    def __init__(self, server: ServerProcess) -> None:
        self.server, self.all = server, list[Person]()

    def visitor(self) -> Person:
        self.all.append(Person(self.server.base))
        return self.all[-1]

    async def teen(self, danger: str = "none") -> Person:
        return await self.visitor().pass_gate("13-17", danger)

    async def asked(self, teen: Person) -> tuple[str, Letter]:
        """Asks a parent; their address and the first letter."""
        address = f"parent{secrets.token_hex(6)}.planted@example.org"
        await teen.post("/api/consent", {"email": address})
        return address, (await letters.to(teen, address))[0]

    async def consented(self, teen: Person) -> tuple[Person, Letter]:
        """With both letters; the last one has the link that withdraws."""
        address, first = await self.asked(teen)
        parent = self.visitor()
        assert await self.answer(parent, first) == "once"
        second = (await letters.to(teen, address, 2))[0]
        assert await self.answer(parent, second) == "given"
        teen.me = await teen.get("/api/me")
        return teen, (await letters.to(teen, address, 3))[0]

    async def answer(self, parent: Person, letter: Letter, *, agree: bool = True) -> str:
        return str((await parent.post("/api/consent/answer", {"token": letter.token, "agree": agree}))["state"])

    async def cleared_listener(self) -> Person:
        """The demo's listener, cleared for both ages."""
        admin, listener = self.visitor(), self.visitor()
        await admin.enter(self.server.links["admin"])
        body = {"until": int(time.time() * 1000) + 86_400_000, "check": "background check seen"}
        await admin.call("PUT", "/api/staff/people/warmRiver/clearance", body, expect=200)
        return await listener.enter(self.server.links["listener"])


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Any:
    running = ServerProcess(tmp_path_factory.mktemp("strict"), **WIDE).start()
    yield running
    running.close()


@pytest.fixture
async def place(strict: ServerProcess) -> AsyncIterator[Place]:
    found = Place(strict)
    yield found
    for person in found.all:
        await person.aclose()


async def refused(person: Person, method: str, path: str, body: Any = None) -> str:
    answer = await person.call(method, path, body)
    assert answer.status_code >= 400, f"{method} {path}: {answer.status_code}"
    return str(answer.json()["code"])


async def closed_everywhere(teen: Person) -> None:
    """Over REST and over a socket: nobody is asked, no room entered, and reading goes on."""
    ask = {"ref": "r1", "topic": "anxiety", "language": "en"}
    assert await refused(teen, "POST", "/api/requests", ask) == "consent-first"
    assert await refused(teen, "GET", "/api/rooms/teen-lounge") == "consent-first"
    assert (
        await refused(teen, "POST", "/api/requests/personal", ask | {"ref": "r2", "listener": "warmRiver"})
        == "consent-first"
    )
    assert (await teen.get("/api/rooms"))["rooms"] == []
    async with teen.live() as live:
        with rows_at(ROOM_OF[teen.base]) as database:
            (room,) = database.execute("select id from room where slug = 'teen-lounge'").fetchone()
        assert (await live.answer(type="subscribe", channel=room, since=None))["code"] == "consent-first"
        assert (await live.answer(type="send", channel=room, text="hello", ref="s1"))["type"] == "error"
    for path in ("/", "/learn", "/guidelines", "/help", "/consent", "/talk", "/rooms", "/agreements/privacy"):
        page = await teen.http.get(path)
        assert page.status_code == 200, path
        if path not in ("/help", "/consent"):
            assert 'href="/consent"' in page.text, path


ROOM_OF: dict[str, Path] = {}


@pytest.fixture(autouse=True)
def _where(strict: ServerProcess) -> None:
    ROOM_OF[strict.base] = strict.data / "data"


async def test_without_consent_nobody_is_met_and_reading_stays_open(place: Place) -> None:
    teen = await place.teen()
    assert teen.me["consent_waits"]
    await closed_everywhere(teen)


async def test_only_the_second_yes_counts(place: Place) -> None:
    teen, parent = await place.teen(), place.visitor()
    address, first = await place.asked(teen)
    looked = await parent.http.get(first.path)  # as a program does that looks into links first
    assert looked.status_code == 200 and teen.name not in looked.text
    assert (await teen.get("/api/consent"))["state"] == "asked"
    await closed_everywhere(teen)
    assert await place.answer(parent, first) == "once"
    await closed_everywhere(teen)
    await parent.post(
        "/api/consent/answer", {"token": first.token, "agree": True}, 410
    )  # the first link gives no second yes
    second = (await letters.to(teen, address, 2))[0]
    assert len(second.paths) == 2 and second.paths[1].startswith("/parent/withdraw?token=")
    assert await place.answer(parent, second) == "given"
    assert not (await teen.get("/api/me"))["consent_waits"]
    assert (await teen.ask())["state"] == "waiting"
    await teen.call("DELETE", "/api/requests/mine", expect=200)
    assert (await teen.get("/api/rooms/teen-lounge"))["slug"] == "teen-lounge"
    assert (await parent.get("/api/me"))["person"] is None  # a parent becomes nobody here


async def test_letters_and_the_parents_pages_say_nothing_of_the_young_person(place: Place) -> None:
    teen, parent = await place.teen("me"), place.visitor()
    address, first = await place.asked(teen)
    await place.answer(parent, first)
    second = (await letters.to(teen, address, 2))[0]
    pages = [await parent.http.get(path) for path in (first.path, *second.paths)]
    await place.answer(parent, second)
    third = (await letters.to(teen, address, 3))[0]
    texts = [letter.subject + letter.text for letter in (first, second, third)] + [page.text for page in pages]
    for text in texts:
        assert teen.name not in text and "anger" not in text.replace("endangered", "").replace("danger right", "")


async def test_a_no_closes_it_and_says_so_kindly(place: Place) -> None:
    teen, parent = await place.teen(), place.visitor()
    _, first = await place.asked(teen)
    assert await place.answer(parent, first, agree=False) == "no"
    assert (await teen.get("/api/consent"))["state"] == "no"
    page = (await teen.http.get("/consent")).text
    assert "The answer was no." in page and 'href="/help"' in page
    await closed_everywhere(teen)
    await parent.post("/api/consent/answer", {"token": first.token, "agree": True}, 410)


async def test_whoever_is_in_danger_is_led_to_help_first_and_never_shut_out_of_it(place: Place) -> None:
    teen = place.visitor()
    agreements = [{"kind": a["kind"], "version": a["version"]} for a in await teen.get("/api/agreements")]
    answer = await teen.post("/api/gate", {"age": "13-17", "danger": "me", "agreements": agreements})
    assert answer["next"] == "help"
    for path in ("/help", "/help/GB", "/api/help/GB", "/learn"):
        assert (await teen.http.get(path)).status_code == 200


async def test_withdrawing_ends_a_chat_a_room_and_a_request_at_once(place: Place) -> None:
    talking, last = await place.consented(await place.teen())
    waiting, other = await place.consented(await place.teen())
    listener, parent = await place.cleared_listener(), place.visitor()
    room = (await talking.get("/api/rooms/teen-lounge"))["id"]
    await talking.ask()
    taken = await listener.post("/api/queue/next")
    chat = taken["chat"]
    async with talking.live() as live, listener.live() as heard:
        await live.subscribe(chat)
        await live.subscribe(room)
        await heard.subscribe(chat)
        assert (await live.say(chat, "hello"))["type"] == "ack"
        await parent.post("/api/consent/withdraw", {"token": last.token}, 204)
        with trio.fail_after(2):
            await live.had("left", channel=room)
            await live.had("chat")
        assert (await live.say(chat, "still here?"))["code"] in ("chat-ended", "consent-first")
        assert (await live.say(room, "still here?"))["type"] == "error"
        frames = await heard.quiet(0.2)
        assert not any(frame["type"] == "message" and frame["message"]["text"] == "still here?" for frame in frames)
    await closed_everywhere(talking)
    assert (await listener.get(f"/api/chats/{chat}"))["ended_at"] is not None
    await waiting.ask()
    await parent.post("/api/consent/withdraw", {"token": other.token}, 204)
    mine = await waiting.get("/api/requests/mine")
    assert (mine["state"], mine["reason"]) == ("closed", "consent-withdrawn")
    await parent.post("/api/consent/withdraw", {"token": last.token}, 410)
    assert (await waiting.get("/api/consent"))["state"] == "withdrawn"


async def test_the_link_of_the_second_letter_withdraws_too(place: Place) -> None:
    teen, parent = await place.teen(), place.visitor()
    address, first = await place.asked(teen)
    await place.answer(parent, first)
    second = (await letters.to(teen, address, 2))[0]
    await place.answer(parent, second)
    await parent.post("/api/consent/withdraw", {"token": second.paths[1].partition("token=")[2]}, 204)
    assert (await teen.get("/api/me"))["consent_waits"]


async def test_the_parents_address_is_gone_once_they_have_answered(place: Place) -> None:
    teen, _ = await place.consented(await place.teen())
    state = await teen.get("/api/consent")
    assert state["to"] == "" and state["state"] == "given"
    with rows_at(place.server.data / "data") as database:
        row = database.execute(
            "select sealed, token_hash, until from consent join account on account.id = account_id where name = ?",
            (teen.name,),
        ).fetchone()
    assert row == (None, None, None)
    assert b"planted@example.org" not in everything(place.server.data / "data")
    assert "planted@" not in place.server.log.read_text()


async def test_an_adult_needs_none_and_asks_none(place: Place) -> None:
    adult = await place.visitor().pass_gate()
    assert not adult.me["consent_waits"]
    assert await refused(adult, "POST", "/api/consent", {"email": "a@example.org"}) == "not-allowed"


async def test_the_own_address_is_no_parents(place: Place) -> None:
    teen = await (await place.teen()).sign_up()
    await teen.call("PUT", "/api/me/email", {"email": "me.my@example.org"}, expect=200)
    assert await refused(teen, "POST", "/api/consent", {"email": "ME.my+mum@example.org"}) == "own-address"
