"""The table of who reaches whom, made from `cups.reach` itself: `python -m cups.reach_table` writes docs/reach.md, `--check` says whether it agrees."""

import sys
from collections.abc import Iterator
from pathlib import Path

from cups import reach
from cups.reach import ABOUT, CHANNELS, Audience, Channel, Facts, Verdict

PAGE = Path(__file__).parents[2] / "docs" / "reach.md"
NOW = 1_000_000
_HEAD = """# Who reaches whom

Made from `cups.reach` by `python -m cups.reach_table`: change that, not this. A test holds this page to it.

Rows reach columns. A dot is yes; everything else is the code that the person in the row is told (docs/openapi.json, `error-<code>` in the catalogue).
What staff can read about it besides is the `why` of the verdict. Empty: the same account.
"""


def kinds() -> dict[str, Facts]:
    """Everybody the platform knows, by a short name."""
    found: dict[str, Facts] = {}

    def add(name: str, **facts: object) -> None:
        found[name] = Facts(id=name, **facts)  # type: ignore[arg-type]

    for age in ("teen", "adult"):
        for kind in ("guest", "member", "listener"):
            add(f"{age} {kind}", kind=kind, age=age)
    add("cleared listener", kind="listener", age="adult", cleared=True, cleared_until=NOW + 1)
    add("clearance ended", kind="listener", age="adult", cleared=True, cleared_until=NOW)
    add("therapist", kind="therapist", age="adult")
    add("moderator", kind="member", age="adult", roles=frozenset({"moderator"}))
    add("community manager", kind="member", age="adult", roles=frozenset({"community-manager"}))
    add("admin", kind="member", age="adult", roles=frozenset({"admin"}))
    add("no age declared", kind="guest", age=None)
    add("teen without consent", kind="member", age="teen", consent_waits=True)
    add("bot", kind="bot", age="adult")
    return found


def states() -> dict[str, tuple[Facts, Facts, bool]]:
    """An adult listener and an adult member, and what may stand between them: the two, and whether one has blocked the other."""
    listener = Facts(id="l", kind="listener", age="adult", as_of=NOW)
    member = Facts(id="m", kind="member", age="adult", as_of=NOW)

    def changed(one: Facts, **facts: object) -> Facts:
        return Facts(**({name: getattr(one, name) for name in one.__struct_fields__} | facts))

    return {
        "nothing": (listener, member, False),
        "one has blocked the other": (listener, member, True),
        "the first is banned": (changed(listener, banned=True), member, False),
        "the second is banned": (listener, changed(member, banned=True), False),
        "the first is muted": (changed(listener, muted_until=NOW + 1), member, False),
        "the second is muted": (listener, changed(member, muted_until=NOW + 1), False),
        "the listener is on a break": (changed(listener, on_break=True), member, False),
        "both are the same person's": (changed(listener, person="p"), changed(member, person="p"), False),
        "the first's mute has ended": (changed(listener, muted_until=NOW), member, False),
    }


def _cell(verdict: Verdict) -> str:
    return "·" if verdict.ok else verdict.code


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _grid(channel: Channel) -> Iterator[str]:
    everyone = kinds()
    yield _row(["", *everyone])
    yield _row(["---"] * (len(everyone) + 1))
    for name, a in everyone.items():
        cells = ["" if a.id == b.id else _cell(reach.reach(a, b, channel, now=NOW)) for b in everyone.values()]
        yield _row([f"**{name}**", *cells])


def _rooms() -> Iterator[str]:
    places = [(age, audience) for age in ("teen", "adult") for audience in ("members", "listeners")]
    yield _row(["", *(f"{age}s, {audience}" for age, audience in places)])
    yield _row(["---"] * (len(places) + 1))
    people = kinds()
    grown = people["adult member"]
    people["banned from rooms"] = Facts(id="x", kind="member", age="adult", rooms_banned_until=NOW + 1)
    people["removed from this one"] = Facts(id="x", kind="member", age="adult", removed_from={"r": NOW + 1})
    people["its removal has ended"] = Facts(id="x", kind="member", age="adult", removed_from={"r": NOW})
    people["banned from this one"] = Facts(id="x", kind="member", age="adult", banned_from={"r": NOW + 1})
    people["its moderator"] = Facts(id="x", kind="member", age="adult", moderates=frozenset({"r"}))
    people["its moderator, banned from it"] = Facts(
        id="x", kind="member", age="adult", moderates=frozenset({"r"}), banned_from={"r": NOW + 1}
    )
    people["muted (may read)"] = Facts(id="x", kind=grown.kind, age=grown.age, muted_until=NOW + 1)
    for name, person in people.items():
        cells = [_cell(reach.enter_audience(person, Audience("r", audience, age), now=NOW)) for age, audience in places]
        yield _row([f"**{name}**", *cells])


def _writers() -> dict[str, Facts]:
    def grown(**facts: object) -> Facts:
        return Facts(id="x", kind="member", age="adult", **facts)  # type: ignore[arg-type]

    return {
        "a member": grown(),
        "muted everywhere": grown(muted_until=NOW + 1),
        "muted in it": grown(muted_in={"r": NOW + 1}),
        "muted in it, until now": grown(muted_in={"r": NOW}),
        "muted in another room": grown(muted_in={"s": NOW + 1}),
        "its moderator": grown(moderates=frozenset({"r"})),
        "its moderator, muted in it": grown(moderates=frozenset({"r"}), muted_in={"r": NOW + 1}),
        "a moderator of all rooms": grown(roles=frozenset({"moderator"})),
        "staff": grown(roles=frozenset({"admin"})),
        "staff without their second factor": grown(staff_waits=True),
        "banned": grown(banned=True),
    }


def _writing() -> Iterator[str]:
    yield _row(["", "open", "closed", "slow"])
    yield _row(["---"] * 4)
    for name, person in _writers().items():
        cells = [_cell(reach.write_in(person, room="r", closed=closed, now=NOW)) for closed in (False, True)]
        yield _row([f"**{name}**", *cells, "waits" if reach.slowed(person, "r") else "·"])


def _heard() -> Iterator[str]:
    names = ("a member", "its moderator", "a moderator of all rooms", "staff", "staff without their second factor")
    people = {name: who for name, who in _writers().items() if name in names}
    yield _row(["", *people])
    yield _row(["---"] * (len(people) + 1))
    for name, reader in people.items():
        kept = [reach.withheld(reader, {"a": reach.Withheld(facts=author)}, "r") for author in people.values()]
        yield _row([f"**{name}**", *("withheld" if one else "·" for one in kept)])


def _rulers() -> Iterator[str]:
    people = {
        name: who
        for name, who in _writers().items()
        if name
        in ("a member", "its moderator", "a moderator of all rooms", "staff", "staff without their second factor")
    }
    yield _row(["", *people])
    yield _row(["---"] * (len(people) + 1))
    for name, person in people.items():
        yield _row([f"**{name}**", *("·" if reach.may_rule(person, other, "r") else "no" for other in people.values())])


def page() -> str:
    parts = [_HEAD]
    for channel in CHANNELS:
        parts += [f"## {channel}", "", f"{ABOUT[channel][0].upper()}{ABOUT[channel][1:]}.", "", *_grid(channel), ""]
    parts += ["## What stands between two people", "", "An adult listener reaches an adult member.", ""]
    parts += [_row(["", *CHANNELS]), _row(["---"] * (len(CHANNELS) + 1))]
    for name, (a, b, blocked) in states().items():
        cells = [_cell(reach.reach(a, b, channel, blocked=blocked, now=NOW)) for channel in CHANNELS]
        parts.append(_row([f"**{name}**", *cells]))
    parts += ["", "## Entering a room", "", "One person and the room's age and audience.", "", *_rooms(), ""]
    parts += [
        "## Writing in a room",
        "",
        "Somebody who may be in it. The last column: whether a slow room makes them wait.",
        "",
    ]
    parts += [*_writing(), "", "## What is said in a room", ""]
    parts += [
        "Those in the row have blocked those in the column. A dot: what the latter say in the room reaches the former all the same. The other way round",
        "nothing is withheld ([decision 0028](decisions/0028-a-block-hides-in-rooms.md)).",
        "",
        *_heard(),
        "",
    ]
    parts += ["## Deciding about somebody in a room", ""]
    parts += ["Who warns, mutes, removes or bans whom there; and never for the other's own danger.", "", *_rulers(), ""]
    return "\n".join(parts)


def main() -> int:
    made = page()
    if "--check" in sys.argv:
        agrees = PAGE.exists() and PAGE.read_text("utf-8") == made
        if not agrees:
            print("docs/reach.md does not agree with cups.reach: run python -m cups.reach_table")
        return 0 if agrees else 1
    PAGE.write_text(made, "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
