"""What every act of a room's moderators begins with: is this their room, may they decide about this person, is it about somebody's own danger?"""

from collections.abc import Callable
from typing import Literal

from sqlalchemy import Connection

from cups.accounts import names
from cups.accounts import queries as accounts
from cups.accounts.visitor import Visitor
from cups.clock import Clock
from cups.errors import Refused
from cups.limits.live import Limits
from cups.messages import service as messages
from cups.moderation import danger, queries
from cups.reach import Facts, may_rule, moderates, reach
from cups.rooms import queries as room_queries
from cups.rooms.service import Rooms
from cups.store.schema import Record
from cups.wire.rooms import Rule

HOUR = 3_600_000
ABOUT_ANYTHING: frozenset[Rule] = frozenset({"contact", "spam"})
"""Rules that somebody who speaks of their own danger can break besides, by something else that they wrote."""


ModeratorAct = Literal["remove-message", "warn", "mute", "remove", "ban", "lift", "set-room", "pin"]
"""Each has a limit of its own: an account in the wrong hands must not put a whole room away in a minute."""


class Guard:
    """Asked inside the transaction of the act."""

    def __init__(self, clock: Clock, limits: Limits, rooms: Rooms) -> None:
        self._clock, self._limits, self._rooms = clock, limits, rooms
        self.own_danger: Callable[[str], bool] = danger.speaks_of_own_danger
        """Whether words speak of somebody's own danger: the composition root may know better."""
        self.worried: Callable[[Connection, list[str]], bool] = lambda _conn, _accounts: False
        """Whether somebody looks after one of these accounts, or is called to, for their own danger; screening knows."""
        self.screen_words: Callable[[str], None] = lambda _text: None
        """Raises the refusal of words that hold contact details; screening, which the composition root connects, knows."""

    def room(self, conn: Connection, visitor: Visitor, slug: str) -> tuple[Record, Facts]:
        """The room, and what is known of its moderator. Refused: not-found, not-allowed."""
        me = self._rooms.facts(conn, visitor.id)
        row = self._rooms.require(room_queries.by_slug(conn, slug), me)
        if not moderates(me, row.id):
            raise Refused("not-allowed")
        return row, me

    def pace(self, act: ModeratorAct, visitor: Visitor, now: int) -> None:
        """Counted just before it is done: what is refused for another reason, or was done already, costs nothing. Refused: too-fast with when."""
        if until := self._limits.check(f"act-{act}", visitor.id, now):
            raise Refused("too-fast", retry_at=until)

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

    def grounds(self, conn: Connection, room: str, person: str, rule: Rule, words: str, seq: int | None) -> str:
        """What an act about somebody rests on: the words of the message as they are now, empty where no message is named.

        A crisis is never an offence: neither the moderator's words nor the message may be about the person's own danger. Where no message
        is named, or one of which no words are kept, the act could be about anything that they did: so also not while they may be in danger.
        Whoever harasses others besides is still answered for: by the message that does it.

        Refused: crisis-no-offence, crisis-choose-message, bad-input (the message is somebody else's).
        """
        if self.own_danger(words):
            raise Refused("crisis-no-offence", field="words")
        said = "" if seq is None else self._words_of(conn, room, person, seq)
        if not said:
            if self._in_danger(conn, room, accounts.personas(conn, person)):
                raise Refused("crisis-choose-message", field="seq")
        elif rule not in ABOUT_ANYTHING and self.own_danger(said):
            raise Refused("crisis-no-offence", field="seq")
        return said

    def _words_of(self, conn: Connection, room: str, person: str, seq: int) -> str:
        """What a message says, or said when a moderator took it away; empty where nothing of it is kept."""
        found = messages.author_of(conn, room, seq)
        if found is None:
            return ""
        author, text = found
        if author != person:
            raise Refused("bad-input", field="seq")
        return text or self._taken(conn, room, seq)

    def _taken(self, conn: Connection, room: str, seq: int) -> str:
        row = queries.removed(conn, room, seq)
        return "" if row is None else str(row.text)

    def _in_danger(self, conn: Connection, room: str, people: list[str]) -> bool:
        """By what they said here last, and by what is open about them anywhere: where, and what, is told to nobody."""
        if self.worried(conn, people):
            return True
        since = self._clock.now() - self._limits.figure("own_danger_hours") * HOUR
        most = self._limits.figure("own_danger_messages")
        last = messages.last_of(conn, room, people, since, most)
        return any(self.own_danger(text or self._taken(conn, room, seq)) for seq, text in last)
