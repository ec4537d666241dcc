"""What somebody changes about their own profile: words, a picture, what a listener shows. Every text is screened before it is stored."""

from typing import Literal

import trio
from sqlalchemy import Connection

from cups.accounts import queries as accounts
from cups.accounts.visitor import Visitor
from cups.clock import Clock
from cups.errors import Refused
from cups.limits.live import Limits
from cups.messages import queries as channels
from cups.news import AccountChanged, ConcernRaised
from cups.profiles import queries
from cups.profiles.repainting import NotAPicture, Painted, alike, outline_of, repaint
from cups.reach import Facts, may_show_35, opens_at, write
from cups.screening.door import Screen
from cups.screening.model import ABOUT
from cups.settings import Settings
from cups.store.database import Transactions, Unit
from cups.wire.profiles import OwnProfile, ProfileIn

CHANNEL = "profile"
HAVE_PICTURES = frozenset({"member", "listener", "therapist"})
Help = Literal["", "own", "other", "abuse"]


class OwnProfiles:
    def __init__(self, db: Transactions, clock: Clock, settings: Settings, limits: Limits, screen: Screen) -> None:
        self._db, self._clock, self._settings, self._limits, self._screen = db, clock, settings, limits, screen
        self._painting = trio.CapacityLimiter(settings.pictures_at_once)

    async def of(self, visitor: Visitor) -> OwnProfile:
        return await self._db.read(self._own, visitor)

    def _own(self, conn: Connection, visitor: Visitor, help: Help = "") -> OwnProfile:
        row, facts = queries.of(conn, visitor.id), accounts.facts_by_id(conn, visitor.id, self._clock.now())
        assert facts is not None
        return OwnProfile(
            person=accounts.people(conn, [visitor.id])[visitor.id],
            about_most=self._settings.about_most,
            pictures=visitor.kind in HAVE_PICTURES,
            may_show_35=may_show_35(facts),
            help=help,
            **(
                {}
                if row is None
                else {
                    "about": row.about,
                    "over_35": row.over_35,
                    "removed_what": row.removed_what,
                    "removed_why": row.removed_why,
                    "removed_at": row.removed_at,
                }
            ),
        )

    # Words

    async def change(self, visitor: Visitor, form: ProfileIn) -> OwnProfile:
        """Refused: not-allowed (a guest, or a label that is not theirs to show), muted, banned, too-large, too-fast, and what screening holds back.

        A sign of danger is never held back: help is shown, and somebody is called.
        """
        if visitor.kind not in HAVE_PICTURES:
            raise Refused("not-allowed")
        about = None if form.about is None else form.about.strip().replace("\r\n", "\n")
        if about is not None and len(about) > self._settings.about_most:
            raise Refused("too-large", field="about")

        def work(unit: Unit) -> OwnProfile | Refused:
            conn, now = unit.conn, self._clock.now()
            facts = accounts.facts_by_id(conn, visitor.id, now)
            if facts is None or (form.over_35 and not may_show_35(facts)):
                raise Refused("not-allowed", field="over_35")
            values: dict[str, object] = {} if form.over_35 is None else {"over_35": form.over_35}
            help: Help = ""
            row = queries.of(conn, visitor.id)
            if about is not None and about != ("" if row is None else row.about):
                outcome = self._judge(unit, facts, about, now)
                if isinstance(outcome, Refused):
                    return outcome
                values["about"], help = outcome
            if values:
                queries.put(conn, visitor.id, **values)
                unit.announce(AccountChanged(account=visitor.id))
            return self._own(conn, visitor, help)

        # A refusal comes as a value: the concern that goes with it is stored all the same.
        outcome = await self._db.write(work)
        if isinstance(outcome, Refused):
            raise outcome
        return outcome

    def _judge(self, unit: Unit, facts: Facts, text: str, now: int) -> tuple[str, Help] | Refused:
        """What may be stored, and whether help is shown."""
        if not text:
            return "", ""
        channel = self._channel(unit, facts.id, now)
        refused = None
        if not (verdict := write(facts, now=now)).ok:
            refused = Refused(verdict.code, retry_at=opens_at(facts, verdict, now=now))
        elif until := self._limits.check("about", facts.id, now):
            refused = Refused("too-fast", retry_at=until)
        if refused is not None:
            self._screen.refused_meanwhile(unit, channel, facts.id, text, now)
            return refused
        try:
            # Each time as a whole of its own: what stood there before is gone.
            judged = self._screen.message(unit, channel, facts.id, CHANNEL, text, now, changed=True)
        except Refused as held:
            held.field = "about"
            return held
        self._screen.said(unit, channel, facts.id, CHANNEL, text, None, judged, now, changed=True)
        raised = [news for news in unit.news if isinstance(news, ConcernRaised)]
        return judged.text, ABOUT[raised[-1].kind] if raised else ""

    def _channel(self, unit: Unit, account_id: str, now: int) -> str:
        row = queries.of(unit.conn, account_id)
        if row is not None and row.channel_id is not None:
            return str(row.channel_id)
        channel = channels.create_channel(unit.conn, CHANNEL, now)
        queries.put(unit.conn, account_id, channel_id=channel)
        return channel

    # The picture

    async def put_picture(self, visitor: Visitor, data: bytes) -> OwnProfile:
        """Made anew from its pixels, in a thread. Refused: not-allowed (a guest), muted, too-fast, picture-too-large, not-a-picture, picture-of-other."""
        if visitor.kind not in HAVE_PICTURES:
            raise Refused("not-allowed", field="picture")
        now = self._clock.now()
        if not (verdict := write(visitor.facts, now=now)).ok:
            raise Refused(verdict.code, retry_at=opens_at(visitor.facts, verdict, now=now))
        if len(data) > self._settings.picture_bytes:
            raise Refused("picture-too-large", field="picture")
        if until := self._limits.check("picture", visitor.id, now):
            raise Refused("too-fast", retry_at=until, field="picture")
        other = await self._db.read(self._picture_of_other, visitor.id)
        painted = await trio.to_thread.run_sync(self._repaint, data, other, limiter=self._painting)

        def work(unit: Unit) -> OwnProfile:
            queries.put_picture(unit.conn, visitor.id, painted.large, painted.small, self._clock.now())
            queries.put(unit.conn, visitor.id, removed_what="", removed_why="", removed_at=None)
            unit.announce(AccountChanged(account=visitor.id))
            return self._own(unit.conn, visitor)

        return await self._db.write(work)

    def _repaint(self, data: bytes, other: bytes | None) -> Painted:
        try:
            painted = repaint(data, most_pixels=self._settings.picture_pixels)
        except NotAPicture as error:
            raise Refused("picture-too-large" if error.why == "pixels" else "not-a-picture", field="picture") from None
        if other is not None and alike(painted.outline, outline_of(other)):
            raise Refused("picture-of-other", field="picture")
        return painted

    def _picture_of_other(self, conn: Connection, account_id: str) -> bytes | None:
        """The same person's other account: nobody may see by a picture that the two belong together."""
        for persona in accounts.personas(conn, account_id):
            if persona != account_id and (row := queries.picture_of(conn, persona)) is not None:
                return bytes(row.large)
        return None

    async def drop_picture(self, visitor: Visitor) -> OwnProfile:
        """Removing what is not there changes nothing."""

        def work(unit: Unit) -> OwnProfile:
            if queries.drop_picture(unit.conn, visitor.id):
                unit.announce(AccountChanged(account=visitor.id))
            return self._own(unit.conn, visitor)

        return await self._db.write(work)
