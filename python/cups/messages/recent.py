"""What the writer remembers between batches of messages, so that it is not asked of the database again and again.

The index of refs is the dearest part of storing a message: each one falls on another page. So it takes messages many at a time, and until
then their refs are here. What is here is a copy of the tables: `Unit.memory` forgets it whenever anything is undone, and it is read again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any

from cups._core import Refs
from cups.messages import statements
from cups.store.database import EVERYTHING, Unit

if TYPE_CHECKING:
    from cups.messages.saying import Standing

SETTLE_AT = 1024
"""Messages that wait for the index of refs: so many are read at a start, and taken in a few milliseconds."""
MOST = 50_000
"""Accounts, channels and standings remembered; beyond that all are forgotten, and those in use come back."""


class Recent:
    __slots__ = ("_told", "after", "newest", "refs", "spoke", "standings", "tails", "versions")

    def __init__(self, unit: Unit) -> None:
        unsettled, self.after = statements.unsettled(unit.driver)
        self.refs = Refs(unsettled)
        """Unsettled messages and their numbers; they begin after this id."""
        self.newest = statements.last(unit.driver)
        """The last message of which this knows, whichever process it was said at; those of its own after it, too."""
        self.tails: dict[str, int] = {}
        self.versions: dict[str, int] = {}
        self.standings: dict[tuple[str, str], Standing] = {}
        """Of whoever wrote lately, by channel and account: many messages in a row are sent before the first is answered."""
        self.spoke: dict[str, dict[str, int]] = {}
        """When each person last said something in the channels that are slow."""
        self._told: object = None

    def caught_up(self, driver: Any, upset: Collection[str]) -> None:
        """Other processes wrote: what they upset is looked up again when it is asked for, and what was said there is known here."""
        for id in upset:
            self.versions.pop(id, None)
            self.tails.pop(id, None)
            self.spoke.pop(id, None)
        for number, channel, author, ref, seq in statements.since(driver, self.newest):
            self.newest = number
            self.refs.put(channel, author, ref, seq)
            if self.tails.get(channel, seq) < seq:
                self.tails[channel] = seq
            self.spoke.pop(channel, None)

    def is_new_to(self, lane: object) -> bool:
        """True once for a lane: what it knows is of a memory from before this one."""
        new, self._told = self._told is not lane, lane
        return new


def of(unit: Unit) -> Recent:
    known: Recent | None = unit.memory.get("messages")
    if known is None or max(len(known.versions), len(known.tails), len(known.standings)) > MOST:
        known = unit.memory["messages"] = Recent(unit)
    return known


def learn(unit: Unit, recent: Recent, channels: Iterable[str], ids: Iterable[str]) -> None:
    """Makes sure that the tails of these channels and the versions of these accounts and channels are there. A channel that does not exist has none."""
    missing = [id for id in ids if id not in recent.versions]
    if missing:
        recent.versions.update(dict.fromkeys(missing, 0) | statements.versions(unit.driver, missing))
    missing = [id for id in channels if id not in recent.tails]
    if missing:
        recent.tails.update(statements.tails(unit.driver, missing))


def changed(unit: Unit, channel: str, tail: int) -> None:
    """Something other than saying took this number."""
    unit.upset.add(channel)
    known: Recent | None = unit.memory.get("messages")
    if known is not None:
        known.tails[channel] = tail


def forget(unit: Unit) -> None:
    """Rows went: with the newest of them, their ids are given again, and where the unsettled ones begin has to be looked up."""
    unit.upset.add(EVERYTHING)
    unit.memory.pop("messages", None)


def raised(unit: Unit, versions: dict[str, int]) -> None:
    unit.upset.update(versions)
    known: Recent | None = unit.memory.get("messages")
    if known is not None:
        known.versions.update(versions)


def unslowed(unit: Unit, channel: str) -> None:
    """How slow a channel is may have changed: what was said in it meanwhile was perhaps not noted."""
    unit.upset.add(channel)
    known: Recent | None = unit.memory.get("messages")
    if known is not None:
        known.spoke.pop(channel, None)


def settle(unit: Unit) -> None:
    """Has the index take what waits for it."""
    known = of(unit)
    if known.refs:
        known.after = known.newest = statements.settle(unit.driver, known.after)
        known.refs.clear()
