"""What every act of a room's moderators begins with: is this their room, may they decide about this person, is it about somebody's own danger?"""

from collections.abc import Callable

from sqlalchemy import Connection

from cups.accounts import names
from cups.accounts import queries as accounts
from cups.accounts.visitor import Visitor
from cups.clock import Clock
from cups.errors import Refused
from cups.messages import service as messages
from cups.moderation import danger, queries
from cups.reach import Facts, may_rule, moderates, reach
from cups.rooms import queries as room_queries
from cups.rooms.service import Rooms
from cups.store.schema import Record
from cups.wire.rooms import Rule

ABOUT_ANYTHING: frozenset[Rule] = frozenset({"contact", "spam"})
"""Rules that somebody who speaks of their own danger can break besides, by something else that they wrote."""


class Guard:
    """Asked inside the transaction of the act."""

    def __init__(self, clock: Clock, rooms: Rooms) -> None:
        self._clock, self._rooms = clock, rooms
        self.own_danger: Callable[[str], bool] = danger.speaks_of_own_danger
        """Whether words speak of somebody's own danger: the composition root may know better."""
        self.screen_words: Callable[[str], None] = lambda _text: None
        """Raises the refusal of words that hold contact details; screening, which the composition root connects, knows."""

    def room(self, conn: Connection, visitor: Visitor, slug: str) -> tuple[Record, Facts]:
        """The room, and what is known of its moderator. Refused: not-found, not-allowed."""
        me = self._rooms.facts(conn, visitor.id)
        row = self._rooms.require(room_queries.by_slug(conn, slug), me)
        if not moderates(me, row.id):
            raise Refused("not-allowed")
        return row, me

    def subject(self, conn: Connection, me: Facts, room: Record, name: str) -> str:
        """Whom an act is about: in the room now, or with a message in what is kept of it, and nobody whom this moderator may not decide about,
        under either of their accounts. Refused: not-found, not-allowed."""
        now = self._clock.now()
        account = accounts.by_key(conn, names.key(name.removeprefix("@")))
        if account is None or not self._was_here(conn, room.id, account.id):
            raise Refused("not-found", field="name")
        other = accounts.facts(conn, account, now)
        if not reach(me, other, "notice").ok:
            raise Refused("not-found", field="name")
        self.may_decide(conn, me, room, account.id)
        return str(account.id)

    def may_decide(self, conn: Connection, me: Facts, room: Record, person: str) -> None:
        """Refused: not-allowed, about somebody whom this moderator may not decide about, under either of their accounts."""
        if accounts.any_persona(conn, person, lambda facts: not may_rule(me, facts, room.id), self._clock.now()):
            raise Refused("not-allowed", field="name")

    def _was_here(self, conn: Connection, room: str, account: str) -> bool:
        return self._rooms.is_present(room, account) or messages.wrote(conn, room, account)

    def told_words(self, words: str) -> None:
        """What a person is told about themselves, and why, is said in words. Refused: bad-input (nothing but space), held-contact."""
        if not words.strip():
            raise Refused("bad-input", field="words")
        self.screen_words(words)

    def no_crisis(self, conn: Connection, room: str, person: str, rule: Rule, words: str, seq: int | None) -> None:
        """A crisis is never an offence: neither the moderator's words nor the message may be about the person's own danger.

        Refused: crisis-no-offence, bad-input (the message is somebody else's).
        """
        if self.own_danger(words):
            raise Refused("crisis-no-offence", field="words")
        if seq is None or (found := messages.author_of(conn, room, seq)) is None:
            return
        author, text = found
        if author != person:
            raise Refused("bad-input", field="seq")
        if not text and (taken := queries.removed(conn, room, seq)) is not None:
            text = taken.text
        if rule not in ABOUT_ANYTHING and self.own_danger(text):
            raise Refused("crisis-no-offence", field="seq")
