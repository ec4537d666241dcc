"""Profiles as others see them: what is shown to whom, with exactly the buttons that `reach` allows; pictures; reports; and the figures."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import Connection

from cups.accounts import names
from cups.accounts import queries as accounts
from cups.accounts.visitor import Visitor
from cups.chats import queries as chats
from cups.clock import Clock
from cups.errors import Refused
from cups.ids import new_id
from cups.limits.live import Limits
from cups.profiles import queries, reviews
from cups.reach import Facts, ask, loads_picture, may_show_35, meets_ages, public, reach, seen, shows, takes
from cups.requests.here import Here
from cups.requests.personal import Personal
from cups.requests.taking import refused_by
from cups.requests.topics import topics
from cups.settings import Settings
from cups.store.database import Transactions, Unit
from cups.store.schema import Record
from cups.wire.people import Status
from cups.wire.profiles import ListenerProfile, Profile, ProfileAct

BATCH = 5
"""Ratings that are published together, and before which none are: of four fewer the listener might tell who they were."""


class Profiles:
    def __init__(
        self, db: Transactions, clock: Clock, settings: Settings, limits: Limits, personal: Personal, here: Here
    ) -> None:
        self._db, self._clock, self._settings, self._limits = db, clock, settings, limits
        self._personal, self._here = personal, here
        self.on_figures: Callable[[Unit, str], object] = lambda _unit, _account: None
        """Called inside the transaction in which a listener's figures changed: the directory finds by them."""

    async def of(self, name: str, visitor: Visitor | None) -> Profile:
        """not-found for whoever is not there or banned."""
        return await self._db.read(self._of, name, None if visitor is None else visitor.id)

    def _find(self, conn: Connection, name: str) -> tuple[Record, Facts]:
        row = accounts.by_key(conn, names.key(name.removeprefix("@")))
        facts = None if row is None else accounts.facts(conn, row, self._clock.now())
        if row is None or facts is None or not seen(facts):
            raise Refused("not-found")
        return row, facts

    def _of(self, conn: Connection, name: str, viewer_id: str | None) -> Profile:
        row, facts = self._find(conn, name)
        viewer = None if viewer_id is None else accounts.facts_by_id(conn, viewer_id, facts.as_of)
        apart = False if viewer is None else accounts.blocked(conn, viewer.id, facts.id)
        resting = facts.on_break
        found = Profile(
            person=accounts.people(conn, [row.id])[row.id],
            resting=resting,
            open=public(facts),
            own=viewer is not None and viewer.id == facts.id,
            can=self._can(conn, row, facts, viewer, apart),
        )
        if not shows(facts, viewer, blocked=apart):
            found.person.picture = ""
            return found
        profile = queries.of(conn, row.id)
        found.about = "" if profile is None else profile.about
        found.since = datetime.fromtimestamp(row.created_at / 1000, UTC).strftime("%Y-%m")
        if row.kind == "listener":
            found.listener = self._listener(conn, row, facts, profile)
        return found

    def _can(self, conn: Connection, row: Record, facts: Facts, viewer: Facts | None, apart: bool) -> list[ProfileAct]:
        """What this viewer is offered here. The server asks again at each act."""
        if viewer is None or facts.id in accounts.personas(conn, viewer.id):
            return []
        can: list[ProfileAct] = []
        if not ask(viewer).ok or row.kind != "listener":
            pass
        elif reach(viewer, facts, "queue", blocked=apart).ok and self._free(conn, row):
            can.append("chat")
        elif reach(viewer, facts, "message", blocked=apart).ok:
            can.append("message")
        return [*can, "block", "report"]

    def _free(self, conn: Connection, row: Record) -> bool:
        """For one of the topics that they take."""
        refused = refused_by(row)
        return self._personal.is_free(conn, row, next(topic for topic in topics() if topic not in refused))

    def status(self, row: Record) -> Status:
        """In effect: whoever is not connected is offline, whatever they set (SPEC D4); whoever has just gone is still seen, as busy."""
        if row.status in ("online", "busy") and not self._here.is_here(row.id):
            return "busy" if self._here.is_seen(row.id) else "offline"
        found: Status = row.status
        return found

    def _listener(self, conn: Connection, row: Record, facts: Facts, profile: Record | None) -> ListenerProfile:
        refused = refused_by(row)
        figures = (0, 0, 0) if profile is None else (profile.stars, profile.ratings, profile.helped)
        return ListenerProfile(
            status=self.status(row),
            free=self._free(conn, row),
            takes_chats=takes(facts).ok,
            break_until=row.break_until,
            languages=row.languages.split(","),
            topics=[topic for topic in topics() if topic not in refused],
            refused_topics=[topic for topic in topics() if topic in refused],
            ages=list(meets_ages(facts)),
            over_35=profile is not None and profile.over_35 and may_show_35(facts),
            verified=bool(accounts.verified(conn, [row.id], facts.as_of)),
            stars=figures[0] or None,
            ratings=figures[1],
            helped=figures[2],
            reviews=reviews.shown(conn, row.id),
        )

    async def picture(self, id: str, visitor: Visitor | None, *, small: bool) -> bytes:
        """not-found: there is none, or none for this visitor."""

        def read(conn: Connection) -> bytes | None:
            row, now = queries.picture_by_id(conn, id), self._clock.now()
            facts = None if row is None else accounts.facts_by_id(conn, row.account_id, now)
            viewer = None if visitor is None else accounts.facts_by_id(conn, visitor.id, now)
            if row is None or facts is None or not loads_picture(facts, viewer):
                return None
            return bytes(row.small if small else row.large)

        found = await self._db.read(read)
        if found is None:
            raise Refused("not-found")
        return found

    # Reporting

    async def report(self, visitor: Visitor, name: str, text: str) -> None:
        """To the moderators, with the words and the picture as they are now. Refused: not-found, not-allowed (oneself), too-fast."""
        now = self._clock.now()
        if until := self._limits.check_person(None, "report", visitor.facts, now):
            raise Refused("too-fast", retry_at=until)

        def work(unit: Unit) -> None:
            conn = unit.conn
            row, _ = self._find(conn, name)
            if row.id in accounts.personas(conn, visitor.id):
                raise Refused("not-allowed")
            profile, picture = queries.of(conn, row.id), queries.picture_of(conn, row.id)
            evidence = {
                "name": row.name,
                "about": "" if profile is None else profile.about,
                "picture": "" if picture is None else base64.b64encode(picture.large).decode(),
            }
            chats.add_report(
                conn,
                id=new_id(now),
                channel_id=None,
                reporter_id=visitor.id,
                about_id=row.id,
                text=text,
                evidence=json.dumps(evidence, ensure_ascii=False),
                at=now,
                until=now + self._settings.report_keep_days * 86_400_000,
            )

        await self._db.write(work)

    # Figures

    async def publish_figures(self) -> int:
        """Stars once five more ratings have come, people helped as they are, reviews once five good ones wait; of how many listeners something changed.

        All of them at one time of the day, so that neither the moment nor the order tells whose rating it was.
        """
        counted, shown, ready = await self._db.read(
            lambda conn: (queries.counted(conn), queries.published(conn), reviews.ready(conn))
        )
        changes: dict[str, dict[str, int]] = {}
        for account, (ratings, sum_, helped) in counted.items():
            ratings_shown, helped_shown = shown.get(account, (0, 0))
            values = {}
            if ratings - ratings_shown >= BATCH:
                values = {"ratings": ratings, "stars": round(sum_ * 10 / (4 * ratings))}
            if helped != helped_shown:
                values["helped"] = helped
            if values:
                changes[account] = values
        if changes or ready:
            await self._db.write(self._publish, changes, ready)
        return len(changes.keys() | ready)

    def _publish(self, unit: Unit, changes: dict[str, dict[str, int]], ready: list[str]) -> None:
        for listener in ready:
            reviews.publish(unit.conn, listener)
        for account, values in changes.items():
            queries.put(unit.conn, account, **values)
            self.on_figures(unit, account)
