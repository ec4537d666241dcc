"""The door of screening: what other features ask before something is stored, and the rules in force.

A text is judged inside the unit of work that would store it, after it is known that it was not stored before: sending again is always safe. What is
held is a refusal that says so kindly. A sign of crisis never stops anything: it raises a concern, in the same transaction, whatever becomes of the text.
"""

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import msgspec
import structlog
import trio
from sqlalchemy import Connection

from cups._core import ScreeningVerdict
from cups.clock import Clock
from cups.errors import Refused
from cups.ids import new_id
from cups.news import ConcernRaised, ConcernWaits
from cups.screening import hiding, loading, queries
from cups.screening.model import CRISIS, BadRule, Ready, RuleBody, Stage
from cups.screening.tally import Tally
from cups.settings import Settings
from cups.store.database import Database, Unit
from cups.store.schema import Record

log = structlog.get_logger()
DAY_MS = 86_400_000
LATELY = 100
"""Messages of a channel that are read when it is first written to: what its writers said before a restart."""
MOST_CHANNELS = 20_000
MOST_CALLS = 100
"""Concerns called again in one unit of work."""

REFUSALS = {
    "contact": "held-contact",
    "sexual-grooming": "held-approach",
    "method-detail": "held-method",
    "hate": "held-hate",
    "encouragement": "held-encouragement",
}
"""What somebody is told whose text is not taken, by class. Every code has its words in the catalogue."""


class Judged(msgspec.Struct, frozen=True):
    """What may be stored: `text`, without the contact details of somebody who speaks of their own danger."""

    verdict: ScreeningVerdict
    text: str
    hidden: bool


class Screen:
    """Made once. Messages are judged on the writer's thread, names and dry runs on the loop's; the core may be used from both."""

    def __init__(self, db: Database, clock: Clock, settings: Settings) -> None:
        self._db, self._clock, self._settings = db, clock, settings
        self.lexicon = loading.lexicon(_hosts(settings))
        self._limits = {
            "window_messages": settings.screening_window_messages,
            "window_bytes": settings.screening_window_bytes,
            "window_ms": settings.screening_window_s * 1000,
            "window_keys": settings.screening_window_keys,
        }
        made_with = loading.shipped_ready()
        self.core = loading.screening(made_with, self.lexicon, source=loading.sources(), **self._limits)
        self._made_with = list(made_with.items())
        self.tally = Tally()
        self.swaps = 0
        """How often other rules were put in force: the version of the rules, for metrics."""
        self._known_channels: set[str] = set()
        self.lately: Callable[[Connection, str, int, int], list[Record]] = lambda _conn, _channel, _since, _most: []
        """The messages of a channel from a moment on, the oldest first, no more than so many; messages, which ranks above, knows them."""

    # Rules

    async def reload(self) -> None:
        """Puts in force what the tables and the files say now. A stored rule that can no longer be used is left out, and logged."""
        rows = await self._db.read(queries.in_force)
        rules, broken = together(rows)
        for error in broken:
            log.error("screening rule left out", rule=error.rule, why=error.why)
        if self.swaps == 0 and list(rules.items()) == self._made_with:
            # At the start, where staff have changed nothing: compiling takes a good part of it, and gives the same again.
            self.swaps = 1
            return
        await self.put_in_force(rules)

    async def put_in_force(self, rules: dict[str, Ready]) -> None:
        """Compiles in a thread, then swaps: whoever is judging goes on with the rules from before."""
        last = await trio.to_thread.run_sync(loading.swap, self.core, rules, self.lexicon, loading.sources())
        self.swaps += 1
        await self._keep(last)

    async def keep_counts(self) -> None:
        """Writes down how often rules were hit since the last time, and forgets who has been silent for long."""
        await self._keep(self.core.take_counts())
        self.core.sweep(self._clock.now())

    async def _keep(self, counts: list[tuple[str, int, int]]) -> None:
        if not counts:
            return
        today = self._clock.now() // DAY_MS

        def work(unit: Unit) -> None:
            queries.add_counts(unit.conn, today, counts)
            queries.forget_counts(unit.conn, today - self._settings.screening_counts_days)

        await self._db.write(work)

    # Judging

    def name(self, name: str) -> None:
        """A name that somebody chooses. Refused: name-not-allowed. Whatever would be held in a message has no place in a name."""
        verdict = self.core.judge("", _apart(name))
        if any(hit.acts and hit.kind not in CRISIS for hit in verdict.hits):
            raise Refused("name-not-allowed", field="name")

    def words(self, text: str, field: str = "words") -> None:
        """What somebody says that others read, beside messages. Refused: held-contact; a rule may well be named by its breach."""
        for hit in self.core.judge("", text).hits:
            if hit.acts and hit.kind == "contact":
                raise Refused(REFUSALS["contact"], field=field, span=(hit.start, hit.end))

    def therapist(self, text: str) -> None:
        """What a therapist says on their page: contact details are welcome there (SPEC B7). Refused: what else is held."""
        for hit in self.core.judge("", text).hits:
            if hit.acts and hit.kind not in CRISIS and hit.kind != "contact":
                raise Refused(REFUSALS[hit.kind], field="about", span=(hit.start, hit.end))

    def own_danger(self, text: str) -> bool:
        """Whether this is, or may be, somebody speaking of their own danger: then it is no offence (SPEC L12)."""
        return any(hit.kind == "crisis-own" and hit.acts for hit in self.core.judge("", text).hits)

    def message(
        self, unit: Unit, channel: str, author: str, ref: str, text: str, now: int, *, changed: bool = False
    ) -> Judged:
        """Before it is stored. Refused: held-contact and its like; then a concern, if there is one, is raised already.

        What is `changed` is judged where it stands: with what its author said before it, and after it.

        Nothing stands between a cry for help and whoever hears it; but what people could meet by off the site does not come with it.
        """
        self._learn(unit.conn, channel, now)
        key, began = _key(channel, author), time.perf_counter()
        verdict = self.core.check(key, author, ref, text, now, changed)
        seconds = time.perf_counter() - began
        if not verdict.hits:
            self.tally.plain(seconds)
            return Judged(verdict, text, False)
        if verdict.action in ("hold", "block"):
            self.tally.checked(verdict, seconds)
            self.concern(unit, channel, author, verdict, None, now)
            assert verdict.decisive is not None
            span = (verdict.decisive.start, verdict.decisive.end)
            raise Refused(REFUSALS[verdict.decisive.kind], field="text", span=span)
        hidden = bool(hiding.contact(verdict))
        self.tally.checked(verdict, seconds, hidden=hidden)
        if hidden:
            covered = hiding.hide(text, verdict, lambda part: self.core.recheck(key, author, ref, part, now, changed))
            return Judged(verdict, covered, True)
        return Judged(verdict, text, False)

    def said(
        self,
        unit: Unit,
        channel: str,
        author: str,
        ref: str,
        text: str,
        seq: int | None,
        judged: Judged,
        now: int,
        *,
        changed: bool = False,
    ) -> None:
        """It was stored, as a message with a number or as something else. `text` is as it was written: a number that goes on in the next message
        is found by what it began with."""
        self.core.said(_key(channel, author), ref, text, now, changed)
        if judged.verdict.concern is not None:
            self.concern(unit, channel, author, judged.verdict, seq, now, hidden=judged.hidden)

    def taken_back(self, channel: str, author: str, ref: str, now: int) -> None:
        """Nobody has read it, and nobody will: it is no part of anything any more."""
        self.core.said(_key(channel, author), ref, "", now, True)

    def refused_meanwhile(self, unit: Unit, channel: str, author: str, text: str, now: int) -> None:
        """It is refused for being too fast, or because of a mute: a sign of crisis in it is seen all the same (promise P18)."""
        began = time.perf_counter()
        verdict = self.core.judge(author, text)
        self.tally.checked(verdict, time.perf_counter() - began)
        self.concern(unit, channel, author, verdict, None, now)

    def concern(
        self,
        unit: Unit,
        channel: str,
        author: str,
        verdict: ScreeningVerdict,
        seq: int | None,
        now: int,
        *,
        hidden: bool = False,
    ) -> None:
        """Calls somebody. What the same person writes in the same place soon after joins the same concern, and help is shown again.

        `hidden`: contact details came with it, and were covered. Such a concern is urgent: somebody may be using a cry for help to meet.
        """
        hit = verdict.concern
        if hit is None:
            return
        conn = unit.conn
        known = queries.open_concern(conn, channel, author, now - self._settings.concern_joins_s * 1000)
        if known is None:
            id = new_id(now)
            values: dict[str, Any] = {"id": id, "channel_id": channel, "person_id": author, "seq": seq}
            queries.insert_concern(
                conn,
                **values,
                kind=hit.kind,
                rule=hit.rule,
                at=now,
                last_at=now,
                times=1,
                state="open",
                contact=hidden,
                called_at=now,
                calls=1,
            )
        else:
            id = known.id
            hidden_first = hidden and not known.contact
            graver = CRISIS.index(hit.kind) <= CRISIS.index(known.kind)
            more = {"kind": hit.kind, "rule": hit.rule} | ({"seq": seq} if seq is not None else {}) if graver else {}
            queries.change_concern(conn, id, last_at=now, times=known.times + 1, **more)
            if hidden_first:
                queries.change_concern(conn, id, contact=True)
        unit.announce(ConcernRaised(id=id, person=author, channel=channel, kind=hit.kind, hidden=hidden))
        if known is None or (hidden_first and known.state == "open"):
            unit.announce(ConcernWaits(id=id, kind=hit.kind, urgent=hidden))

    async def call_again(self) -> int:
        """Calls all staff again for whom nobody took within `concern_again_s`, and again after as long; how many."""
        now = self._clock.now()

        def work(unit: Unit) -> int:
            rows = queries.unheard(unit.conn, now - self._settings.concern_again_s * 1000, MOST_CALLS)
            for row in rows:
                queries.change_concern(unit.conn, row.id, called_at=now, calls=row.calls + 1)
                unit.announce(ConcernWaits(id=row.id, kind=row.kind, urgent=row.contact, again=True))
            return len(rows)

        called = await self._db.write(work) if await self._db.read(self._anyone_unheard) else 0
        self.tally.called_again += called
        return called

    def _anyone_unheard(self, conn: Connection) -> bool:
        return bool(queries.unheard(conn, self._clock.now() - self._settings.concern_again_s * 1000, 1))

    def _learn(self, conn: Connection, channel: str, now: int) -> None:
        """What was said in this channel before this process began. Read once."""
        if channel in self._known_channels:
            return
        if len(self._known_channels) >= MOST_CHANNELS:
            self._known_channels.clear()
        self._known_channels.add(channel)
        for row in self.lately(conn, channel, now - self._settings.screening_window_s * 1000, LATELY):
            if row.removed is None:
                self.core.said(_key(channel, row.author_id), row.ref, row.text, row.at)


class Version(msgspec.Struct):
    """A version of a rule that is not stored yet, with the names of a stored one."""

    name: str
    version: int
    enabled: bool
    stage: Stage
    share: int
    language: str
    body: str | None


def together(rows: list[Record]) -> tuple[dict[str, Ready], list[BadRule]]:
    """Shipped rules with what staff changed about them, staff's own rules, and those of them that cannot be used."""
    rules = loading.shipped_ready()
    broken: list[BadRule] = []
    for row in rows:
        try:
            if not row.enabled:
                rules.pop(row.name, None)
            elif (made := stored(row)) is not None:
                rules[row.name] = made
        except BadRule as error:
            broken.append(error)
    return rules, broken


def stored(row: "Record | Version") -> Ready | None:
    """A stored version made ready; None if it is of a shipped rule that is shipped no more."""
    own = loading.shipped().get(row.name)
    if row.body is not None:
        try:
            body = msgspec.json.decode(row.body, type=RuleBody)
        except msgspec.MsgspecError as error:
            raise BadRule("custom", row.name, str(error)) from None
        file, language = "custom", row.language
    elif own is not None:
        body, file, language = own.rule, own.file, own.language
    else:
        return None
    body = msgspec.structs.replace(body, stage=row.stage, share=row.share)
    return loading.ready(row.name, file, language, body)


def _key(channel: str, author: str) -> str:
    return f"{channel}:{author}"


def _apart(name: str) -> str:
    """A name as words: `killYourself22` is `kill Yourself 22`."""
    apart = ""
    for before, here in zip(" " + name, name, strict=False):
        if (here.isupper() and before.islower()) or (here.isdigit() != before.isdigit() and before != " "):
            apart += " "
        apart += here
    return f"{name} . {apart}"


def _hosts(settings: Settings) -> list[str]:
    return [host for origin in settings.allowed_origins() if (host := urlsplit(origin).hostname) and "." in host]
