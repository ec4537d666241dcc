"""A person's own standing: every decision about them, on one page, and what they say against one. And the staff's side of that.

A contested decision is looked at by somebody else than the first; overturning it undoes all that came of it.
"""

from collections.abc import Callable

from sqlalchemy import Connection

from cups.accounts import queries as accounts
from cups.accounts.tables import sanction
from cups.accounts.visitor import Visitor
from cups.clock import Clock
from cups.errors import Refused
from cups.ids import new_id
from cups.limits.live import Limits
from cups.messages import service as messages
from cups.moderation import audit, decided, ladder, queries
from cups.moderation.decided import Decided
from cups.news import AccountChanged
from cups.reach import is_staff
from cups.store.database import Database, Unit
from cups.store.schema import Record
from cups.wire.standing import (
    Contest,
    ContestCase,
    ContestCases,
    ContestDecisionIn,
    ContestIn,
    Standing,
)

DAY = queries.DAY


class Standings:
    def __init__(self, db: Database, clock: Clock, limits: Limits) -> None:
        self._db, self._clock, self._limits = db, clock, limits
        self.screen_words: Callable[[str, str], None] = lambda _text, _field: None
        """Refuses words, of this field, with contact details in them (SPEC B7)."""

    # The person's side

    async def of(self, account_id: str) -> Standing:
        """All that was decided about a person, under either of their accounts; banned people read it, too."""
        now = self._clock.now()

        def read(conn: Connection) -> Standing:
            mine = accounts.personas(conn, account_id)
            found = self._about(conn, mine)
            ids = [one.id for one in found]
            contests, kept = queries.contests_of(conn, ids), queries.evidence_of(conn, ids)
            days = self._limits.figure("contest_days")
            facts = accounts.facts_by_id(conn, account_id, now)
            muted = 0 if facts is None else facts.muted_until
            return Standing(
                decisions=[
                    decided.to_wire(one, contests.get(one.id), decided.evidence(one, kept), days, now) for one in found
                ],
                counting=ladder.of(conn, self._limits, account_id, now).standing(account_id, now),
                muted_until=min(muted, 1 << 53) if muted else None,
            )

        return await self._db.read(read)

    def _about(self, conn: Connection, people: list[str]) -> list[Decided]:
        found = [
            *map(decided.warning, queries.of_people(conn, people)),
            *map(decided.removal, queries.removals_of(conn, people)),
            *map(decided.ban, queries.bans_of(conn, people)),
            *map(decided.by_hand, queries.by_hand_of(conn, people)),
        ]
        return sorted(found, key=lambda one: (-one.at, one.id))

    def _find(self, conn: Connection, id: str) -> Decided | None:
        """A decision by its id, of whichever kind."""
        if (warned := queries.by_id(conn, id)) is not None:
            return decided.warning(warned) if warned.counted else None
        if (taken := queries.removal_by_id(conn, id)) is not None:
            return decided.removal(taken)
        if (given := queries.by_hand_by_id(conn, id)) is not None:
            return decided.by_hand(given)
        ban = queries.ban_by_id(conn, id)
        return None if ban is None else decided.ban(ban)

    async def contest(self, visitor: Visitor, id: str, form: ContestIn) -> Contest:
        """Says why one sees a decision about oneself differently: once, within `contest_days`. Banned and muted people may.

        Refused: not-found (or somebody else's), already-contested, too-late-to-contest, conflict (it was undone already), too-fast.
        """
        now = self._clock.now()

        def work(unit: Unit) -> Contest:
            conn = unit.conn
            one = self._find(conn, id)
            if one is None or one.person not in accounts.personas(conn, visitor.id):
                raise Refused("not-found")
            if id in queries.contests_of(conn, [id]):
                raise Refused("already-contested")
            if now >= one.at + self._limits.figure("contest_days") * DAY:
                raise Refused("too-late-to-contest")
            if one.over:
                raise Refused("conflict")
            if until := self._limits.check_person(conn, "report", visitor.facts, now):
                raise Refused("too-fast", retry_at=until)
            contest_id = new_id(now)
            queries.add_contest(
                conn, id=contest_id, kind=one.kind, decision_id=id, person_id=one.person, text=form.text, at=now
            )
            stored = queries.contest_by_id(conn, contest_id)
            assert stored is not None
            return decided.contest(stored)

        return await self._db.write(work)

    async def see_all(self, account_id: str) -> None:
        """Marks everything on one's page as read: warnings, and what came of what one contested."""
        now = self._clock.now()

        def work(unit: Unit) -> None:
            mine = accounts.personas(unit.conn, account_id)
            unseen = [row.id for row in queries.unseen_of(unit.conn, mine)]
            given = [row.id for row in queries.unseen_by_hand(unit.conn, mine)]
            seen = queries.see(unit.conn, unseen, mine, now) + queries.see_by_hand(unit.conn, given, mine, now)
            if seen + queries.see_outcomes(unit.conn, mine, now):
                unit.announce(AccountChanged(account=account_id))

        await self._db.write(work)

    # The staff's side

    async def cases(self, visitor: Visitor, state: str, after: str, limit: int) -> ContestCases:
        """What people contest, oldest first. Reading it is in the audit log: it holds what people wrote."""
        now = self._clock.now()

        def work(unit: Unit) -> ContestCases:
            conn = unit.conn
            self._require_staff(conn, visitor, now)
            rows = queries.contests(conn, state=state, after=after, limit=limit)
            found = [case for row in rows if (case := self._case(conn, visitor, row)) is not None]
            details = {"state": state, "after": after or "the start"}
            audit.write(conn, visitor, "contests.read", f"{len(rows)} contests", details, now)
            return ContestCases(contests=found, next=rows[-1].id if len(rows) == limit else None)

        return await self._db.write(work)

    def _case(self, conn: Connection, visitor: Visitor, row: Record) -> ContestCase | None:
        one = self._find(conn, row.decision_id)
        if one is None:
            return None
        people = accounts.people(conn, [one.person, one.by, *([row.decided_by] if row.decided_by else [])])
        return ContestCase(
            id=row.id,
            person=people[one.person],
            kind=one.kind,
            what=one.what,
            room=one.room,
            rule=one.rule,
            words=one.words,
            by=people[one.by].name,
            at=one.at,
            until=one.until,
            evidence=decided.evidence(one, queries.evidence_of(conn, [one.id])),
            contest=decided.contest(row),
            decided_by=people[row.decided_by].name if row.decided_by else None,
            can_decide=row.state == "open" and not self._concerns(conn, visitor, one),
        )

    def _concerns(self, conn: Connection, visitor: Visitor, one: Decided) -> bool:
        """Whether this reader decided the first time (alone or with others, about one incident), or is the person."""
        mine = accounts.personas(conn, visitor.id)
        deciders = {one.by}
        if one.kind == "warning":
            window = self._limits.figure("warn_incident_s") * 1000
            deciders |= {
                row.moderator_id
                for row in queries.since(conn, [one.person], one.at)
                if row.room_id == one.row.room_id and row.at < one.at + window
            }
        return one.person in mine or not deciders.isdisjoint(mine)

    async def decide(self, visitor: Visitor, contest_id: str, form: ContestDecisionIn) -> None:
        """Upholds a contested decision, or overturns it and undoes all that came of it: the mute, the removal, the ban, the count.

        Refused: not-allowed (no staff, or who decided the first time), not-found, conflict (decided already).
        """
        self.screen_words(form.answer, "answer")
        now = self._clock.now()

        def work(unit: Unit) -> None:
            conn = unit.conn
            self._require_staff(conn, visitor, now)
            row = queries.contest_by_id(conn, contest_id)
            one = None if row is None else self._find(conn, row.decision_id)
            if row is None or one is None:
                raise Refused("not-found")
            if self._concerns(conn, visitor, one):
                raise Refused("not-allowed", says="somebody-else-decides")
            if not queries.decide_contest(
                conn, contest_id, state=form.outcome, by=visitor.id, answer=form.answer, now=now
            ):
                raise Refused("conflict")
            if form.outcome == "overturned":
                self._undo(unit, one, now)
            for persona in accounts.personas(conn, one.person):
                unit.announce(AccountChanged(account=persona))
            details = {"kind": one.kind, "outcome": form.outcome, "decision": one.id}
            audit.write(conn, visitor, "contest.decide", one.person, details, now)

        await self._db.write(work)

    def _undo(self, unit: Unit, one: Decided, now: int) -> None:
        match one.kind:
            case "warning":
                ladder.overturn(unit, self._limits, one.row, now)
            case "removal":
                queries.overturn_removal(unit.conn, one.id, now)
                messages.restore(unit, one.row.channel_id, one.row.seq, one.row.text)
            case "ban" | "sanction":
                accounts.lift_sanctions(unit.conn, sanction.c.id == one.id, now)

    def _require_staff(self, conn: Connection, visitor: Visitor, now: int) -> None:
        me = accounts.facts_by_id(conn, visitor.id, now)
        if me is None or not is_staff(me):
            raise Refused("not-allowed")
