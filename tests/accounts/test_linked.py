"""Nobody can see that two accounts are one person's: not from what is shown of them, from answers, refusals, order, or who comes and goes.

Each test looks as somebody else does: what they see of a member and of that person's listener holds nothing in common that what they see of two strangers
does not hold as well.
"""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import trio
from trio_websocket import ConnectionClosed

from conftest import WIDE, Cast
from courses.test_training import COURSE, _right_answers, _take
from cups.accounts.tables import account
from cups.clock import ManualClock
from cups.gateway.hub import Hub
from cups.gateway.presence import Presence
from cups.limits.live import Limits
from cups.requests.here import Here
from cups.settings import Settings
from cups.wire.people import Person as Face
from cups.wire.rooms import WarnIn
from harness.person import Json, LiveConnection, Person, new_ref
from harness.server import ServerProcess
from rooms.world import SLUG, place, refused


async def to_listener(person: Person, name: str) -> None:
    """Takes the training, opens the listener account, and is that from now on."""
    answers = _right_answers(COURSE)
    course = await person.get("/api/courses/listener")
    for line in course["sections"]:
        if line["has_quiz"]:
            await _take(person, "listener", line["serial"], answers)
    agreements = {one["kind"]: one["version"] for one in await person.get("/api/agreements")}
    person.me = await person.post("/api/listener", {"name": name, "agreement": agreements["listener"]})


async def switch(person: Person) -> None:
    person.me = await person.post("/api/switch")


@pytest.fixture
async def apart(tmp_path: Path) -> AsyncIterator[Cast]:
    """A server of its own, at which linked people are seen for some seconds after going."""
    wide = WIDE | {"pace_attempt_burst": 1000, "linger_least_s": 2, "linger_most_s": 4, "listener_grace_s": 0}
    own = ServerProcess(tmp_path, **wide).start()
    cast = Cast(own)
    yield cast
    for person in cast.all:
        await person.aclose()
    own.close()


async def seen_of(name: str, onlooker: Person, blocker: Person, watching: LiveConnection, act: Any) -> str:
    """All that others are told of somebody of this name: what they say in a room, and every door that takes a name."""
    before = len(watching.frames)
    await act()
    told = [frame for frame in watching.frames[before:] if name in json.dumps(frame)]
    for method, path, body in (
        ("GET", f"/api/people/{name}", None),
        ("GET", f"/@{name}", None),
        ("GET", "/api/listeners?language=en", None),
        (
            "POST",
            "/api/requests/personal",
            {"ref": new_ref("ask"), "listener": name, "topic": "anxiety", "language": "en"},
        ),
        ("POST", "/api/sign-in", {"name": name, "password": "not the right one"}),
        ("POST", "/api/recover", {"name": name, "code": "0000-0000-0000-0000", "password": "some other long one"}),
        ("POST", "/api/listener", {"name": name, "agreement": "x"}),
    ):
        answer = await onlooker.call(method, path, body)
        told.append({"path": path, "status": answer.status_code, "text": answer.text})
        await onlooker.call("DELETE", "/api/requests/mine")
    answer = await blocker.call("POST", "/api/blocks", {"name": name})
    told.append({"status": answer.status_code, "text": answer.text})
    return json.dumps(told)


def words(text: str) -> set[str]:
    """Whatever could be the same by more than chance: ids, numbers, names, words."""
    return set(re.findall(r"[A-Za-z0-9_-]{4,}", text))


async def test_what_others_see_of_two_linked_accounts_has_nothing_in_common(apart: Cast) -> None:
    linked, onlooker, blocker = await apart.member(), await apart.guest(), await apart.guest()
    member_name = linked.name
    await to_listener(linked, "oakenShelter")
    await linked.call("PUT", "/api/me/status", {"status": "online"}, expect=200)
    await switch(linked)
    stranger, other = await apart.member(), await apart.member()
    stranger_name = stranger.name
    await to_listener(other, "otherShelter")
    await other.call("PUT", "/api/me/status", {"status": "online"}, expect=200)
    room = (await onlooker.get("/api/rooms"))["rooms"][0]["id"]

    async with onlooker.live() as watching:
        await watching.subscribe(room)

        def speaking(person: Person) -> Any:
            async def act() -> None:
                async with person.live() as live:
                    await live.subscribe(room)
                    await live.say(room, "good evening")
                    await watching.until("message")
                    await trio.sleep(0.7)
                    await watching.quiet(0.1)

            return act

        of_member = await seen_of(member_name, onlooker, blocker, watching, speaking(linked))
        await switch(linked)
        of_listener = await seen_of("oakenShelter", onlooker, blocker, watching, speaking(linked))
        of_stranger = await seen_of(stranger_name, onlooker, blocker, watching, speaking(stranger))
        of_other = await seen_of("otherShelter", onlooker, blocker, watching, speaking(other))
    assert "oakenShelter" not in of_member and member_name not in of_listener.replace("oakenShelter", "")
    shared = words(of_member) & words(of_listener)
    usual = words(of_stranger) & words(of_other) | words(of_stranger) & words(of_member) & words(of_other)
    allowed = {one for one in shared if one.isdigit() and len(one) < 13}  # places in the room
    assert shared - usual - allowed == set()


async def test_a_room_does_not_see_the_one_go_as_the_other_comes(apart: Cast) -> None:
    linked, onlooker, plain = await apart.member(), await apart.guest(), await apart.member()
    member_name = linked.name
    await to_listener(linked, "birchShelter")
    await switch(linked)
    room = (await onlooker.get("/api/rooms"))["rooms"][0]["id"]
    async with onlooker.live() as watching:
        await watching.subscribe(room)
        async with linked.live() as live:
            await live.subscribe(room)
            await until_came(watching, member_name)
            await switch(linked)
            with pytest.raises(ConnectionClosed):
                while True:
                    await live.next()  # its socket closes with its session
        async with linked.live() as live:
            state = await live.subscribe(room)
            both = {member_name, "birchShelter"}
            assert both <= {one["name"] for one in state["present"]}, "both are in the list for a while"
            frame = await until_came(watching, "birchShelter")
            assert member_name not in frame["left"]
            began = trio.current_time()
            frame = await watching.until("presence")
            while member_name not in frame["left"]:
                frame = await watching.until("presence")
            assert trio.current_time() - began > 0.7
        async with plain.live() as live:
            await live.subscribe(room)
            await until_came(watching, plain.name)
        began = trio.current_time()
        frame = await watching.until("presence")
        while plain.name not in frame["left"]:
            frame = await watching.until("presence")
        assert trio.current_time() - began < 2, "who has one account is gone at once"


async def test_a_room_does_not_see_a_member_go_in_the_moment_in_which_they_become_a_listener(apart: Cast) -> None:
    """Their connections knew of no linked account when they were opened: not the one that closes, nor one on another device."""
    linked, onlooker = await apart.member(), await apart.guest()
    member_name, room = linked.name, (await onlooker.get("/api/rooms"))["rooms"][0]["id"]
    desk = await apart.visitor().sign_in(member_name)
    async with onlooker.live() as watching:
        await watching.subscribe(room)
        async with linked.live() as live, desk.live() as other:
            await live.subscribe(room)
            await other.subscribe(room)
            await until_came(watching, member_name)
            await to_listener(linked, "mapleShelter")
            with pytest.raises(ConnectionClosed):
                while True:
                    await live.next()
            await other.until("me")
        seen = await watching.quiet(1)
        assert not [frame for frame in seen if member_name in frame.get("left", [])]


async def until_came(watching: LiveConnection, name: str) -> Json:
    while True:
        frame = await watching.until("presence")
        if name in [one["name"] for one in frame["came"]]:
            return frame


class Quiet:
    """A hub whose frames are kept."""

    def __init__(self) -> None:
        self.told: list[Any] = []

    def publish(self, _group: str, frame: Any, *_args: Any, **_more: Any) -> None:
        self.told.append(frame)


def test_they_go_after_another_while_each_time_and_not_if_they_come_back() -> None:
    clock, hub = ManualClock(), Quiet()
    settings = Settings()
    as_hub: Hub = hub  # type: ignore[assignment]  # what presence asks of a hub, and no more
    presence = Presence(as_hub, 60, clock, settings.linger_ms)
    took = set()
    for _ in range(40):
        presence.enter("room", "a", Face(name="amber", kind="member"))
        presence.tell()
        presence.leave("room", "a", linked=True)
        hub.told.clear()
        began = clock.now()
        while not hub.told:
            assert presence.is_here("room", "a") and presence.count("room") == 1
            clock.advance(500)
            presence.tell()
        assert hub.told[0].left == ["amber"] and presence.count("room") == 0
        took.add(clock.now() - began)
    assert min(took) >= settings.linger_least_s * 1000 and max(took) <= settings.linger_most_s * 1000 + 500
    assert len(took) > 20
    presence.enter("room", "a", Face(name="amber", kind="member"))
    presence.tell()
    presence.leave("room", "a", linked=True)
    hub.told.clear()
    presence.enter("room", "a", Face(name="amber", kind="member"))
    clock.advance(settings.linger_most_s * 2000)
    presence.tell()
    assert hub.told == [] and presence.count("room") == 1


def test_a_room_lists_people_by_name_and_not_as_they_came() -> None:
    as_hub: Hub = Quiet()  # type: ignore[assignment]  # as above
    presence = Presence(as_hub, 60, ManualClock())
    for name in ("violet", "Amber", "basil"):
        presence.enter("room", name, Face(name=name, kind="member"))
    assert [one.name for one in presence.people("room")] == ["Amber", "basil", "violet"]


def test_a_listener_who_has_gone_is_seen_for_a_while_and_cannot_be_asked() -> None:
    clock = ManualClock()
    here = Here(clock, Limits(Settings(listener_grace_s=20)), lambda: 90_000)
    here.came("a")
    here.left("a")
    clock.advance(20_001)
    here.forget_gone()
    assert not here.is_here("a") and here.is_seen("a") and here.everyone() == ["a"]
    clock.advance(70_000)
    here.forget_gone()
    assert not here.is_seen("a") and here.everyone() == []


async def test_listeners_who_switch_are_busy_before_they_are_gone(apart: Cast) -> None:
    listener, asker = await apart.member(), await apart.guest()
    await to_listener(listener, "cedarShelter")
    await listener.call("PUT", "/api/me/status", {"status": "online"}, expect=200)

    async def status() -> str:
        found = (await asker.get("/api/listeners?language=en"))["listeners"]
        return next((one["status"] for one in found if one["person"]["name"] == "cedarShelter"), "gone")

    async with listener.live():
        assert await status() == "online"
        await switch(listener)
    seen = {await status()}
    with trio.fail_after(15):
        while (now := await status()) != "gone":
            seen.add(now)
            await trio.sleep(0.1)
    assert "busy" in seen


async def test_neither_id_nor_day_of_the_listener_account_comes_from_the_moment(apart: Cast) -> None:
    first, second = await apart.member(), await apart.member()
    await to_listener(first, "elmShelter")
    await to_listener(second, "ashShelter")
    await trio.sleep(0.2)
    database = apart.server.data / "data" / "cups.db"
    with sa.create_engine(f"sqlite:///{database}").connect() as conn:
        for name in ("elmShelter", "ashShelter"):
            row = conn.execute(sa.select(account).where(account.c.name == name)).one()
            origin = conn.execute(sa.select(account).where(account.c.id == row.persona_of)).one()
            assert row.created_at % 86_400_000 == 0 and row.created_at != origin.created_at
            assert row.id[:7] != origin.id[:7], "within a quarter of an hour of each other"


async def test_a_moderator_learns_nothing_by_having_to_wait_or_by_what_counts(tmp_path: Path) -> None:
    async with place(tmp_path) as here:
        await here.somebody("second", role="room-moderator", scope=here.room)
        await here.somebody("listening", kind="listener", of=here.ids["member"])
        for name in ("member", "listening"):
            await here.say(name)

        def warn(name: str) -> WarnIn:
            return WarnIn(ref=here.ref(), name=name, rule="kindness", words="Gently, please.")

        moderator, second = await here.visitor("moderator"), await here.visitor("second")
        first = await here.cups.moderation.warn(moderator, SLUG, warn("member"))
        assert first.counted and first.count == 1
        other = await here.cups.moderation.warn(moderator, SLUG, warn("listening"))
        assert other.counted, "nobody has to wait for another account"
        assert other.count == 2, "what was done counts for the person"
        again = await refused(here.cups.moderation.warn(moderator, SLUG, warn("listening")))
        assert again.code == "wait-before-warning"
        incident = await here.cups.moderation.warn(second, SLUG, warn("listening"))
        assert not incident.counted, "of the same account it is one incident"
        given = await here.cups.moderation.given(second, SLUG)
        shown = {(one.person.name, one.by) for one in given.warnings}
        assert ("member", "moderator") in shown and ("listening", "moderator") in shown


async def test_the_other_account_is_no_more_than_any_other_to_sign_in_or_come_back_by(apart: Cast) -> None:
    """The listener's name is nobody's to sign in with, as an unknown one is."""
    linked, nobody = await apart.member(), apart.visitor()
    await to_listener(linked, "hazelShelter")
    for path, body in (
        ("/api/sign-in", {"password": "a long enough one"}),
        ("/api/recover", {"code": linked.codes[0], "password": "some other long one"}),
    ):
        answers = [await nobody.call("POST", path, body | {"name": name}) for name in ("hazelShelter", "nobodyHere7")]
        assert answers[0].status_code == answers[1].status_code == 401
        assert answers[0].content == answers[1].content and answers[0].headers.keys() == answers[1].headers.keys()
