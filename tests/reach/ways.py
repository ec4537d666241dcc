"""Every way there is by which what one person does can come before another, each tried in both directions over sockets while something happens to the
two. `test_channels.py` holds the list to the code: a channel, a frame, a route or a page without a place in it fails.
"""

import itertools
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, suppress
from typing import NamedTuple

import trio
from trio_websocket import ConnectionClosed

from cups.reach import Channel
from harness.person import Json, LiveConnection, Person, new_ref

Event = Callable[[], Awaitable[None]]
_count = itertools.count(1)
WHILE_S, EACH = 0.01, 12


class Two(NamedTuple):
    """`first` helps or moderates, a listener account; `second` is a member. Both are of `age`."""

    first: Person
    second: Person
    admin: Person
    age: str

    async def room(self) -> tuple[str, str]:
        slug = f"ways{next(_count)}"
        made = await self.admin.post("/api/staff/rooms", {"slug": slug, "title": slug, "age": self.age}, 201)
        return slug, made["id"]


class Reached(NamedTuple):
    """Whether, after it has happened, what the first does still comes before the second, and the other way round."""

    forth: bool
    back: bool


Way = Callable[[Two, Event], Awaitable[Reached]]
WAYS: dict[str, tuple[Channel, Way]] = {}


def way(channel: Channel) -> Callable[[Way], Way]:
    def keep(tried: Way) -> Way:
        WAYS[tried.__name__] = (channel, tried)
        return tried

    return keep


async def _done(person: Person, method: str, path: str, body: Json | None = None) -> bool:
    return (await person.call(method, path, {} if body is None and method != "GET" else body)).status_code < 300


async def _shown(person: Person, path: str, what: str) -> bool:
    answer = await person.call("GET", path)
    return answer.status_code == 200 and what in answer.text


@way("queue")
async def queue(two: Two, event: Event) -> Reached:
    """The second waits in the line, and is on the board of the first, who may take them."""
    asked = (await two.second.ask())["id"]
    assert await _shown(two.first, "/api/queue", asked)
    await event()
    back = await _shown(two.first, "/api/queue", asked)
    return Reached(await _done(two.first, "POST", f"/api/queue/{asked}/take"), back)


@way("queue")
async def personally(two: Two, event: Event) -> Reached:
    """The second asks the first, where it rings."""
    await two.first.call("PUT", "/api/me/status", {"status": "online"}, expect=200)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(_open(two.first))
        body = {"ref": new_ref("p"), "listener": two.first.name, "topic": "anxiety", "language": "en"}
        asked = (await two.second.post("/api/requests/personal", body, 201))["id"]
        assert await _shown(two.first, "/api/personal", asked)
        await event()
        back = await _shown(two.first, "/api/personal", asked)
        return Reached(await _done(two.first, "POST", f"/api/personal/{asked}/accept"), back)


@way("queue")
async def listed(two: Two, event: Event) -> Reached:
    """The first is in the list of listeners that the second sees. Nobody asks back by it."""
    await two.first.call("PUT", "/api/me/status", {"status": "online"}, expect=200)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(_open(two.first))
        assert await _shown(two.second, "/api/listeners", two.first.name)
        name = two.first.name
        await event()
        return Reached(await _shown(two.second, "/api/listeners", name), False)


@way("message")
async def left(two: Two, event: Event) -> Reached:
    """The second has left a message for the first, who is away. It is shown to the first, who may answer it with a chat."""
    words = f"rain and tea {next(_count)}"
    body = {"ref": new_ref("l"), "listener": two.first.name, "topic": "anxiety", "language": "en", "text": words}
    message = (await two.second.post("/api/left-messages", body, 201))["id"]
    assert await _shown(two.first, "/api/left-messages", words)
    await event()
    back = await _shown(two.first, "/api/left-messages", words)
    return Reached(await _done(two.first, "POST", f"/api/left-messages/{message}/answer"), back)


@way("chat")
async def chat(two: Two, event: Event) -> Reached:
    """They talk 1-to-1."""
    taken = await two.first.post(f"/api/queue/{(await two.second.ask())['id']}/take")
    return await _talk(two, taken["chat"], event)


@way("room")
async def room(two: Two, event: Event) -> Reached:
    """They are in one room."""
    return await _talk(two, (await two.room())[1], event)


@way("profile")
async def profile(two: Two, event: Event) -> Reached:
    """Each has written a word about themselves."""
    words: dict[Person, str] = {}
    names: dict[Person, str] = {}
    for one in (two.first, two.second):
        words[one], names[one] = f"rain and tea {next(_count)}", one.name
        await one.call("PATCH", "/api/me/profile", {"about": words[one]}, expect=200)
    assert await _shown(two.second, f"/api/profiles/{names[two.first]}", words[two.first])
    assert await _shown(two.first, f"/api/profiles/{names[two.second]}", words[two.second])
    await event()
    return Reached(
        await _shown(two.second, f"/api/profiles/{names[two.first]}", words[two.first]),
        await _shown(two.first, f"/api/profiles/{names[two.second]}", words[two.second]),
    )


@way("notice")
async def notice(two: Two, event: Event) -> Reached:
    """The first moderates the room in which the second speaks, and warns them. The second warns nobody."""
    slug, channel = await two.room()
    await two.admin.call("PUT", f"/api/staff/rooms/{slug}/moderators/{two.first.name}", expect=204)
    first, second = two.first.name, two.second.name
    async with AsyncExitStack() as stack:
        hers = await stack.enter_async_context(_open(two.second))
        await hers.subscribe(channel)
        assert (await hers.say(channel, "well then"))["type"] == "ack"
        await event()
        warning = {"ref": new_ref("w"), "name": second, "rule": "kindness", "words": "Gently, please."}
        forth = await _done(two.first, "POST", f"/api/rooms/{slug}/warnings", warning)
        if forth:
            # Whoever is not in the room any more, or not here, reads it when they come; it is theirs in any case.
            with suppress(ConnectionClosed):
                await hers.had("warning")
        warning = {"ref": new_ref("w"), "name": first, "rule": "kindness", "words": "And you."}
        return Reached(forth, await _done(two.second, "POST", f"/api/rooms/{slug}/warnings", warning))


def _open(person: Person) -> AbstractAsyncContextManager[LiveConnection]:
    return person.live()


async def _talk(two: Two, channel: str, event: Event) -> Reached:
    """Both speak all the while. What is said after the answer to the event is told apart by its words."""
    async with AsyncExitStack() as stack:
        mine = await stack.enter_async_context(_open(two.first))
        hers = await stack.enter_async_context(_open(two.second))
        for live in (mine, hers):
            await live.subscribe(channel)
        assert (await mine.say(channel, "early first"))["type"] == "ack"
        assert (await hers.say(channel, "early second"))["type"] == "ack"
        assert await _heard(hers, "early first") and await _heard(mine, "early second")
        after = False

        async def speak(live: LiveConnection, who: str) -> None:
            with suppress(ConnectionClosed):
                said_after = 0
                while said_after < EACH:
                    text = f"{'late' if after else 'meanwhile'} {who} {said_after}"
                    await live.send(type="send", channel=channel, text=text, ref=new_ref("say"))
                    said_after += after
                    await trio.sleep(WHILE_S)

        async with trio.open_nursery() as nursery:
            nursery.start_soon(speak, mine, "first")
            nursery.start_soon(speak, hers, "second")
            await trio.sleep(WHILE_S * 5)
            await event()
            after = True
        return Reached(await _heard(hers, "late first"), await _heard(mine, "late second"))


async def _heard(live: LiveConnection, words: str) -> bool:
    """Whether anything that begins so has come, or comes."""
    with suppress(ConnectionClosed):
        await live.quiet(0.2)
    return any(frame["type"] == "message" and frame["message"]["text"].startswith(words) for frame in live.frames)


# Where in the protocol, in REST and in the pages somebody else's name or words can come before a person: which way that is, or why it is none.

OWN = "about oneself alone"
STAFF = "for staff, and moderators on duty, who see all"
FRAMES: dict[str, str] = {
    "Welcome": OWN,
    "MeChanged": OWN,
    "Subscribed": "chat room",
    "Said": "chat room",
    "Changed": "chat room",
    "Pinned": "room",
    "Types": "chat room",
    "Presence": "room",
    "Receipt": "chat",
    "ChatChanged": "chat",
    "RequestChanged": "personally",
    "PersonallyAsked": "personally",
    "WholeBoard": "queue",
    "BoardChanged": "queue",
    "Warned": "notice",
    "Decided": "notice",
    "BotTalkChanged": "a program's words, and one's own answers",
    "RoomIs": "notice",
}
ROUTES: dict[str, str] = {
    "/api/me": OWN,
    "/api/agreements/accept": OWN,
    "/api/gate": OWN,
    "/api/sign-up": OWN,
    "/api/sign-in": OWN,
    "/api/switch": OWN,
    "/api/listener": OWN,
    "/api/blocks": "whom one has blocked oneself",
    "/api/people/{name}": "name and kind, for whoever knows the name",
    "/api/requests": "personally",
    "/api/queue": "queue",
    "/api/listeners": "listed",
    "/api/personal": "personally",
    "/api/left-messages": "left",
    "/api/chats": "chat",
    "/api/channels/{channel_id}/messages": "chat room",
    "/api/rooms/{slug}/warnings": STAFF,
    "/api/rooms/{slug}/sanctions": STAFF,
    "/api/profiles/{name}": "profile",
    "/api/staff": STAFF,
}
"""A route stands for those below it that are not named themselves."""
TEMPLATES: dict[str, str] = {
    "accounts/account.html": OWN,
    "base.html": OWN,
    "accounts/blocks.html": "whom one has blocked oneself",
    "accounts/second_factor.html": OWN,
    "accounts/sessions.html": OWN,
    "accounts/sign_up.html": OWN,
    "bots/noni.html": "a program's words, and one's own answers",
    "chats/chat.html": "chat",
    "crisis/service.html": "services, which are no persons",
    "notes/notes.html": "one's own notes; the name is the one they were written about",
    "parts/people.html": "how a person is drawn",
    "profiles/own.html": OWN,
    "profiles/profile.html": "profile",
    "requests/leave.html": "listed",
    "requests/left_sent.html": "left",
    "requests/left_waiting.html": "left",
    "requests/listen.html": "queue personally",
    "requests/listeners.html": "listed",
    "requests/talk.html": "personally chat",
    "rooms/room.html": "room",
    "staff/api_docs.html": "how routes are called",
    "vetting/applications.html": OWN,
    "vetting/therapist.html": "a therapist's page is public: a real name and a licence, checked by staff",
}
NOT_BUILT: dict[str, str] = {
    "mention": "nobody is told that they were named (E9, F3)",
    "follow": "there are no feeds (G)",
    "forum": "there are no forums (F)",
}
"""Channels that `reach` decides about and that no code asks for."""
