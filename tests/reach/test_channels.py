"""Every channel that exists, by both directions, while something happens to the two: a block, a ban, a corrected age, a consent withdrawn. And nothing
exists that is not in the list.
"""

import ast
import json
import re
import secrets
import types
import typing
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, Literal

import msgspec
import pytest

from accounts.test_linked import to_listener
from conftest import WIDE, Cast
from cups.reach import CHANNELS
from cups.wire import frames
from cups.wire.chats import Message
from cups.wire.people import Person as Face
from harness import letters
from harness.person import Person
from harness.server import ServerProcess
from reach.ways import FRAMES, NOT_BUILT, ROUTES, TEMPLATES, WAYS, Reached, Two

ROOT = Path(__file__).parents[2]
EVENTS = ("block", "ban", "age corrected", "consent withdrawn")
Hit = Literal["first", "second"]
NEITHER, BOTH = Reached(False, False), Reached(True, True)
FORTH, BACK = Reached(True, False), Reached(False, True)
AFTER: dict[str, dict[str, tuple[Reached, Reached]]] = {
    # What still reaches whom if it happened to the first (or was done by them), and if to the second.
    "queue": dict.fromkeys(EVENTS, (NEITHER, NEITHER)),
    "personally": dict.fromkeys(EVENTS, (NEITHER, NEITHER)),
    "listed": dict.fromkeys(EVENTS, (NEITHER, NEITHER)),
    "left": dict.fromkeys(EVENTS, (NEITHER, NEITHER)),
    "chat": dict.fromkeys(EVENTS, (NEITHER, NEITHER)),
    # Whoever has blocked hears no more; whoever is blocked notices nothing (decision 0028).
    "room": dict.fromkeys(EVENTS, (NEITHER, NEITHER)) | {"block": (FORTH, BACK)},
    # An adult's profile is public: whoever is signed out by what happened still reads it, as anybody does.
    "profile": {
        "block": (NEITHER, NEITHER),
        "ban": (BACK, FORTH),
        "age corrected": (BACK, FORTH),
        "consent withdrawn": (NEITHER, NEITHER),
    },
    # Nobody blocks the warning that is meant for them; and what moderators decide is told whatever becomes of a consent.
    "notice": {
        "block": (FORTH, FORTH),
        "ban": (NEITHER, NEITHER),
        "age corrected": (NEITHER, NEITHER),
        "consent withdrawn": (NEITHER, FORTH),
    },
}


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """Where a parent's consent is needed, and listeners have room for many."""
    own = WIDE | {
        "consent": "*=double-link",
        "consent_second_after_s": 0,
        "pace_attempt_burst": 5000,
        "pace_consent_address_burst": 5000,
        "pace_email_to_burst": 5000,
        "listener_grace_s": 0,
    }
    running = ServerProcess(tmp_path_factory.mktemp("ways"), **own).start()
    yield running
    running.close()


@pytest.fixture
async def cast(strict: ServerProcess) -> AsyncIterator[Cast]:
    found = Cast(strict)
    yield found
    for person in found.all:
        await person.aclose()


class Making:
    """Two people of one age, and the links by which parents withdraw."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.withdraw: dict[Person, str] = {}

    async def two(self, age: str) -> Two:
        first, second = [await self._member(age) for _ in range(2)]
        await to_listener(first, "kind" + "".join(secrets.choice("bdgklmnprt") for _ in range(8)))
        return Two(first, second, await self.cast.demo("admin"), age)

    async def _member(self, age: str) -> Person:
        if age == "adult":
            return await self.cast.member()
        teen = await self.cast.guest("13-17")
        address = f"parent{secrets.token_hex(6)}@example.org"
        await teen.post("/api/consent", {"email": address})
        parent = self.cast.visitor()
        for count in (1, 2):
            letter = (await letters.to(teen, address, count))[0]
            await parent.post("/api/consent/answer", {"token": letter.token, "agree": True})
        self.withdraw[teen] = (await letters.to(teen, address, 3))[0].token
        return await teen.sign_up()

    async def happen(self, event: str, two: Two, hit: Person) -> None:
        other = two.second if hit is two.first else two.first
        match event:
            case "block":
                await hit.post("/api/blocks", {"name": other.name}, 204)
            case "ban":
                await two.admin.post("/api/staff/bans", {"name": hit.name, "reason": "threats", "days": 1}, 201)
            case "age corrected":
                body = {"age": "teen" if two.age == "adult" else "adult", "reason": "said so themselves"}
                await two.admin.call("PUT", f"/api/staff/people/{hit.name}/age", body, expect=204)
            case "consent withdrawn":
                await self.cast.visitor().post("/api/consent/withdraw", {"token": self.withdraw[hit]}, 204)


@pytest.mark.parametrize("hit", typing.get_args(Hit))
@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("way", AFTER)
async def test_what_happens_to_two_in_mid_flight(cast: Cast, way: str, event: str, hit: Hit) -> None:
    making = Making(cast)
    two = await making.two("teen" if event == "consent withdrawn" else "adult")
    struck = two.first if hit == "first" else two.second
    reached = await WAYS[way][1](two, lambda: making.happen(event, two, struck))
    assert reached == AFTER[way][event][hit == "second"]


# The lists


def test_every_way_has_a_row_for_everything_that_can_happen() -> None:
    assert AFTER.keys() == WAYS.keys()
    assert all(rows.keys() == set(EVENTS) for rows in AFTER.values())


def asked_for(source: str) -> set[str]:
    """The channels that this code asks `reach` about."""
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    asked = (call for call in calls if isinstance(call.func, ast.Name | ast.Attribute) and len(call.args) >= 3)
    named = (call for call in asked if getattr(call.func, "id", getattr(call.func, "attr", "")) == "reach")
    return {str(call.args[2].value) for call in named if isinstance(call.args[2], ast.Constant)}


def test_every_channel_has_a_way_or_is_not_built() -> None:
    tried = {channel for channel, _ in WAYS.values()}
    assert tried | NOT_BUILT.keys() == set(CHANNELS) and not tried & NOT_BUILT.keys()
    code = [file.read_text("utf-8") for file in (ROOT / "python" / "cups").rglob("*.py") if file.name != "reach.py"]
    asked = set().union(*map(asked_for, code))
    assert asked <= tried, "built, and without a row"
    assert {"queue", "chat", "notice"} <= asked, "nothing was found: the search is broken"
    assert asked_for("reach(a, b, 'forum', now=1)\ndoor.reach(a, b, 'follow')") == {"forum", "follow"}


def shapes(found: Any, seen: set[Any]) -> Iterator[Any]:
    """Every struct within a type, and the type of every field."""
    for part in typing.get_args(found):
        yield from shapes(part, seen)
    if isinstance(found, type) and issubclass(found, msgspec.Struct) and found not in seen:
        seen.add(found)
        yield found
        for hint in typing.get_type_hints(found).values():
            yield from shapes(hint, seen)


def tells_of_others(frame: type[msgspec.Struct]) -> bool:
    """Whether anybody's name, or words that somebody wrote, can be in it."""
    inside = set(shapes(frame, set()))
    fields = {field for one in inside for field in typing.get_type_hints(one)}
    return bool(inside & {Face, Message} or fields & {"name", "text", "words"})


def test_every_frame_that_tells_of_others_is_a_way() -> None:
    told = {frame.__name__ for frame in typing.get_args(frames.ServerFrame) if tells_of_others(frame)}
    assert told == FRAMES.keys()
    assert not tells_of_others(frames.Withheld) and tells_of_others(frames.Said)
    assert isinstance(frames.ServerFrame, types.UnionType)


def test_every_route_that_tells_of_others_is_a_way() -> None:
    document = json.loads((ROOT / "docs" / "openapi.json").read_text("utf-8"))
    schemas = document["components"]["schemas"]

    def named(part: Any, seen: set[str]) -> set[str]:
        for name in re.findall(r"#/components/schemas/([A-Za-z0-9_]+)", json.dumps(part)):
            if name not in seen:
                seen.add(name)
                named(schemas[name], seen)
        return seen

    told = set()
    for path, methods in document["paths"].items():
        for method, route in methods.items():
            answers = [answer for code, answer in route.get("responses", {}).items() if code.startswith("2")]
            if method != "parameters" and named(answers, set()) & {"Person", "Message"}:
                told.add(path)
    used = {entry: {path for path in told if path == entry or path.startswith(f"{entry}/")} for entry in ROUTES}
    assert told - set().union(*used.values()) == set(), "routes without a way"
    assert [entry for entry, paths in used.items() if not paths] == [], "ways without a route"


def test_every_page_that_tells_of_others_is_a_way() -> None:
    folder = ROOT / "web" / "templates"
    shows = re.compile(r"named\(|icon\(|\.author|(?:person|other|asker|listener|linked)\.name")
    told = {str(file.relative_to(folder)) for file in folder.rglob("*.html") if shows.search(file.read_text("utf-8"))}
    assert told <= TEMPLATES.keys(), "pages without a way"
    assert {name for name in TEMPLATES if not (folder / name).exists()} == set()


def test_what_stands_in_the_lists_is_a_way_or_says_why_not() -> None:
    for entry in (*FRAMES.values(), *ROUTES.values(), *TEMPLATES.values()):
        assert set(entry.split()) <= WAYS.keys() or len(entry.split()) > 2, entry
