"""What staff do about screening: see rules, change their stage, write their own, try a text; and look after people. Each act is in the audit log."""

import msgspec
import trio
from sqlalchemy import Connection

from cups.accounts import queries as accounts
from cups.accounts.visitor import Visitor
from cups.bots import queries as bots
from cups.clock import Clock
from cups.errors import Refused
from cups.messages import queries as messages
from cups.moderation import audit
from cups.news import ConcernTaken
from cups.reach import is_staff
from cups.screening import door, loading, queries
from cups.screening.declared import RULE as GATE
from cups.screening.door import Screen, together
from cups.screening.model import ABOUT, ACTIONS, BadRule, RuleBody
from cups.screening.tables import concern as concern_table
from cups.store.database import Database, Unit
from cups.store.figures import SECONDS, Histogram
from cups.store.schema import Record
from cups.wire.screening import (
    Concern,
    Concerns,
    ConcernWords,
    ScreeningHit,
    ScreeningRule,
    ScreeningRuleEdit,
    ScreeningRuleIn,
    ScreeningRules,
    ScreeningRuleWhole,
    ScreeningTry,
    ScreeningTryIn,
    ScreeningVersion,
)

COUNTED_DAYS = 30
MAX_CUSTOM = 10_000


class ScreeningStaff:
    """Rules are changed one after the other: each change is compiled as a whole before it is stored, and in force when the answer is given."""

    def __init__(self, db: Database, clock: Clock, screen: Screen) -> None:
        self._db, self._clock, self._screen = db, clock, screen
        self._changing = trio.Lock()
        self.first_human = Histogram(SECONDS)
        """Seconds from a sign of danger until somebody took it."""

    # Looking

    def _all(self, conn: Connection) -> dict[str, ScreeningRule]:
        since = self._clock.now() // door.DAY_MS - COUNTED_DAYS
        counts, changed = queries.counts(conn, since), {row.name: row for row in queries.in_force(conn)}
        made: dict[str, ScreeningRule] = {}
        for name, one in loading.shipped().items():
            row = changed.pop(name, None)
            made[name] = _told(name, one.language, one.rule, row, counts.get(name, (0, 0)), custom=False)
        for name, row in changed.items():
            if row.body is not None:
                body = msgspec.json.decode(row.body, type=RuleBody)
                made[name] = _told(name, row.language, body, row, counts.get(name, (0, 0)), custom=True)
        return dict(sorted(made.items()))

    async def rules(self, after: str, limit: int) -> ScreeningRules:
        every = (await self._db.read(self._all)).values()
        found = [rule for rule in every if rule.name > after][:limit]
        return ScreeningRules(rules=found, next=found[-1].name if len(found) == limit else None)

    def _one(self, conn: Connection, name: str) -> ScreeningRuleWhole:
        rule = self._all(conn).get(name)
        if rule is None:
            raise Refused("not-found")
        rows = queries.versions(conn, name)
        people = accounts.people(conn, [row.by_id for row in rows])
        own = loading.shipped().get(name)
        body = own.rule if own is not None else msgspec.json.decode(rows[0].body, type=RuleBody)
        return ScreeningRuleWhole(
            rule=rule,
            text=msgspec.json.format(msgspec.json.encode(body), indent=2).decode(),
            versions=[
                ScreeningVersion(
                    version=row.version,
                    at=row.at,
                    by=people[row.by_id].name,
                    stage=row.stage,
                    share=row.share,
                    enabled=row.enabled,
                )
                for row in rows
            ],
        )

    async def one(self, name: str) -> ScreeningRuleWhole:
        return await self._db.read(self._one, name)

    def attempt(self, form: ScreeningTryIn) -> ScreeningTry:
        """A dry run against the rules in force: nothing is kept but the counts."""
        core = self._screen.core
        text = form.text
        if form.earlier:
            # Said under a key of its own and forgotten with the rest: nobody writes in a channel of this name.
            key = f"try:{self._clock.now()}:{id(form)}"
            for number, line in enumerate(form.earlier):
                core.said(key, str(number), line, self._clock.now())
            verdict = core.check(key, "", "", text, self._clock.now())
        else:
            verdict = core.judge("", text)
        hits = [
            ScreeningHit(rule=hit.rule, about=hit.kind, start=hit.start, end=hit.end, acts=hit.acts)  # type: ignore[arg-type]
            for hit in verdict.hits
        ]
        return ScreeningTry(
            action=verdict.action,  # type: ignore[arg-type]
            help=verdict.concern is not None,
            hits=hits,
            words=core.words(text),
        )

    # Changing

    async def change(self, visitor: Visitor, name: str, form: ScreeningRuleEdit) -> ScreeningRuleWhole:
        """Refused: not-found, conflict (somebody changed it meanwhile), bad-rule."""
        async with self._changing:
            before = await self.one(name)
            if before.rule.version != form.version:
                raise Refused("conflict")
            stage, share = form.stage or before.rule.stage, before.rule.share if form.share is None else form.share
            enabled = before.rule.enabled if form.enabled is None else form.enabled
            body = msgspec.json.encode(msgspec.json.decode(before.text, type=RuleBody)) if before.rule.custom else None
            changed = door.Version(
                name,
                form.version + 1,
                enabled,
                stage,
                share,
                before.rule.language,
                None if body is None else body.decode(),
            )
            details = {"stage": stage, "share": str(share), "enabled": str(enabled).lower()}
            return await self._store(visitor, "screening.change", changed, details)

    async def create(self, visitor: Visitor, form: ScreeningRuleIn) -> ScreeningRuleWhole:
        """Begins in the shadow. Refused: conflict (the name is taken), bad-rule with what is wrong, too-large."""
        async with self._changing:
            every = await self._db.read(self._all)
            if form.name in every:
                raise Refused("conflict", field="name")
            if sum(rule.custom for rule in every.values()) >= MAX_CUSTOM:
                raise Refused("too-large", field="name")
            body = RuleBody(
                class_=form.about,
                patterns=form.patterns,
                owner=visitor.name,
                note=form.note,
                scope="conversation" if form.conversation else "single",
                unless=[{"near": form.unless}] if form.unless.strip() else [],
            )
            text = msgspec.json.encode(body).decode()
            made = door.Version(form.name, 1, True, "shadow", 0, form.name.partition(".")[0], text)
            return await self._store(visitor, "screening.create", made, {"class": str(form.about)})

    async def _store(
        self, visitor: Visitor, act: str, version: door.Version, details: dict[str, str]
    ) -> ScreeningRuleWhole:
        now, name = self._clock.now(), version.name
        # Compiled first: what cannot be used is never stored.
        rows = [one for one in await self._db.read(queries.in_force) if one.name != name]
        try:
            rules, _ = together(rows)
            made = door.stored(version) if version.enabled else None
            if made is not None:
                rules[name] = made
            else:
                rules.pop(name, None)
            await self._screen.put_in_force(rules)
        except BadRule as error:
            raise Refused("bad-rule", field=error.rule, detail=f"{error.rule}: {error.why}"[:500]) from None

        def work(unit: Unit) -> ScreeningRuleWhole:
            me = accounts.facts_by_id(unit.conn, visitor.id, now)
            if me is None or not is_staff(me):
                raise Refused("not-allowed")
            queries.insert_version(unit.conn, **msgspec.structs.asdict(version), at=now, by_id=visitor.id)
            audit.write(unit.conn, visitor, act, name, details, now)
            return self._one(unit.conn, name)

        try:
            return await self._db.write(work)
        except BaseException:
            # What is in force is what is stored.
            with trio.CancelScope(shield=True):
                await self._screen.reload()
            raise

    # Looking after people

    async def concerns(self, state: str, after: str, limit: int) -> Concerns:
        def read(conn: Connection) -> Concerns:
            rows = queries.concerns(conn, state, after, limit)
            people = accounts.people(conn, [id for row in rows for id in (row.person_id, row.taken_by) if id])
            told = bots.talks_among(conn, [row.channel_id for row in rows])
            found = [
                Concern(
                    id=row.id,
                    person=people[row.person_id],
                    channel=row.channel_id,
                    about=ABOUT[row.kind],
                    at=row.at,
                    last_at=row.last_at,
                    count=row.times,
                    state=row.state,
                    taken_by=people[row.taken_by].name if row.taken_by else None,
                    readable=row.seq is not None,
                    urgent=row.contact,
                    calls=row.calls,
                    told_bot=row.channel_id in told,
                    at_gate=row.rule == GATE,
                )
                for row in rows
            ]
            return Concerns(
                concerns=found,
                waiting=queries.waiting_concerns(conn),
                next=found[-1].id if len(found) == limit else None,
            )

        return await self._db.read(read)

    async def words(self, visitor: Visitor, id: str) -> ConcernWords:
        """Reading what somebody wrote is an act, too."""

        def work(unit: Unit) -> ConcernWords:
            row = self._concern(unit, visitor, id, "concern.read")
            message = None if row.seq is None else messages.one(unit.conn, row.channel_id, row.seq)
            gone = message is None or message.removed is not None
            return ConcernWords(seq=row.seq, text=None if gone or message is None else message.text)

        return await self._db.write(work)

    async def take(self, visitor: Visitor, id: str) -> None:
        """ "I look after this person." Refused: already-taken, conflict (it is closed)."""

        def work(unit: Unit) -> int | None:
            row = self._concern(unit, visitor, id, "concern.take")
            if row.state == "taken" and row.taken_by == visitor.id:
                return None
            changed = queries.change_concern(
                unit.conn,
                id,
                concern_table.c.state == "open",
                state="taken",
                taken_by=visitor.id,
                taken_at=self._clock.now(),
            )
            if not changed:
                raise Refused("already-taken" if row.state == "taken" else "conflict")
            unit.announce(ConcernTaken(id=id))
            return int(row.at)

        raised_at = await self._db.write(work)
        if raised_at is not None:
            self.first_human.add(max(0, self._clock.now() - raised_at) / 1000)

    async def close(self, visitor: Visitor, id: str) -> None:
        """Somebody has looked after it. Closing twice changes nothing."""

        def work(unit: Unit) -> None:
            self._concern(unit, visitor, id, "concern.close")
            queries.change_concern(
                unit.conn, id, concern_table.c.state != "closed", state="closed", closed_at=self._clock.now()
            )
            unit.announce(ConcernTaken(id=id))

        await self._db.write(work)

    def _concern(self, unit: Unit, visitor: Visitor, id: str, act: str) -> Record:
        now = self._clock.now()
        me = accounts.facts_by_id(unit.conn, visitor.id, now)
        if me is None or not is_staff(me):
            raise Refused("not-allowed")
        row = queries.concern_by_id(unit.conn, id)
        if row is None:
            raise Refused("not-found")
        audit.write(unit.conn, visitor, act, id, {}, now)
        return row


def _told(
    name: str, language: str, body: RuleBody, row: Record | None, counts: tuple[int, int], *, custom: bool
) -> ScreeningRule:
    return ScreeningRule(
        name=name,
        about=body.class_,
        action=body.action or ACTIONS[body.class_],
        stage=body.stage if row is None else row.stage,
        share=body.share if row is None else row.share,
        enabled=True if row is None else row.enabled,
        custom=custom,
        conversation=body.scope == "conversation",
        language=language,
        owner=body.owner,
        version=0 if row is None else row.version,
        patterns=sum(1 for line in body.patterns.splitlines() if line.strip() and not line.strip().startswith("#")),
        seen=counts[0],
        acted=counts[1],
    )
