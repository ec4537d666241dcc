"""What happened with what protects somebody's account: written to them where they gave an address, and for everybody a list on their own page.

Both in the transaction of the act. It belongs to the account that has the password, and names neither of a person's two accounts. Letters
have a limit for each kind, so that no stream of one kind keeps another from being told.
"""

from collections import OrderedDict

import sqlalchemy as sa
from sqlalchemy import Connection

from cups import words
from cups.accounts import browsers, devices, queries
from cups.accounts.devices import Device
from cups.accounts.tables import email_address, happening
from cups.accounts.visitor import Visitor
from cups.clock import Clock
from cups.ids import new_id
from cups.limits.live import Limits
from cups.mail.service import Mail
from cups.sealed import Sealer
from cups.settings import Settings
from cups.store.database import Database, Unit
from cups.store.schema import Record
from cups.wire.signin import Happening, HappeningKind, Happenings

HOUR = 3_600_000
DAY = 24 * HOUR
PAGE = "/account/not-me"
"""What to do if it was not oneself. It is open to everybody, and signs nobody in."""
ODD: frozenset[HappeningKind] = frozenset({"sign-in", "tries"})
"""What comes from outside, and could be brought about again and again: told once in a window."""
MOST_WAITING = 10_000
"""Names at which somebody tried too often, between two looks. Those beyond are told at their next try."""
AT_ONCE = 100
NO_DEVICE = Device()
_address = sa.select(email_address.c.sealed).where(
    email_address.c.account_id == sa.bindparam("id"), email_address.c.confirmed
)
_of = sa.select(happening).where(happening.c.account_id == sa.bindparam("id"))
_newest = _of.order_by(happening.c.at.desc(), happening.c.id.desc())
_too_many = (
    _newest.where(happening.c.kind == sa.bindparam("of_kind"))
    .with_only_columns(happening.c.id)
    .limit(AT_ONCE)
    .offset(sa.bindparam("most"))
)
_tries_since = _of.where(happening.c.kind == "tries", happening.c.at > sa.bindparam("since"))


class HappeningList:
    def __init__(
        self, db: Database, clock: Clock, settings: Settings, limits: Limits, mail: Mail, sealer: Sealer
    ) -> None:
        self._db, self._clock, self._settings = db, clock, settings
        self._limits, self._mail, self._sealer = limits, mail, sealer
        self._tried: OrderedDict[str, None] = OrderedDict()

    # Telling

    def tell(
        self,
        unit: Unit,
        account_id: str,
        kind: HappeningKind,
        *,
        device: Device = NO_DEVICE,
        old_box: str = "",
        letters: bool = True,
    ) -> None:
        """Within the transaction of the act. `account_id`: either of the person's accounts. `old_box`: an address that counted until now, which is
        written to as well. `letters`: off where whoever reads there has just done it. Nothing for guests: nothing of theirs could be changed."""
        row = _with_password(unit.conn, account_id)
        if row is None:
            return
        now = self._clock.now()
        self._keep(unit.conn, row.id, kind, device, now)
        boxes = {box for box in (old_box, self.box(unit.conn, row.id)) if box and letters}
        if boxes and not self._limits.check("odd-notice" if kind in ODD else "notice", f"{row.id} {kind}", now):
            for box in sorted(boxes):
                self._write(unit, row, kind, device, box, now)

    def _keep(self, conn: Connection, account: str, kind: HappeningKind, device: Device, now: int) -> None:
        # When somebody came is kept to the hour, as it is of sessions.
        at = now - now % HOUR if kind == "sign-in" else now
        values = {"id": new_id(at), "account_id": account, "kind": kind, "device": devices.stored(device), "at": at}
        conn.execute(happening.insert(), values)
        most = {"id": account, "of_kind": kind, "most": self._settings.happenings_most}
        if over := list(conn.execute(_too_many, most).scalars()):
            conn.execute(happening.delete().where(happening.c.id.in_(over)))

    def _write(self, unit: Unit, row: Record, kind: HappeningKind, device: Device, box: str, now: int) -> None:
        text = words.of(row.page_language)
        self._mail.write(
            unit,
            "notice",
            box,
            account=row.id,
            language=row.page_language,
            what=_said(text, kind, device),
            when=text.moment(now),
            link=self._mail.link(PAGE),
        )

    def box(self, conn: Connection, account_id: str) -> str:
        """The confirmed address; empty where there is none, or none that can be read."""
        sealed = conn.execute(_address, {"id": account_id}).scalar()
        return (None if sealed is None else self._sealer.open(sealed, account_id)) or ""

    # Ways in

    def came_in(self, unit: Unit, account_id: str, device: Device) -> str:
        """Within the transaction of a way in by a password or passkey: told if the browser is not known. The hash by which it is known from now on."""
        row = _with_password(unit.conn, account_id)
        if row is None or not device.word:
            return ""
        if not browsers.know(unit.conn, row.id, device.word, self._clock.now(), self._settings.browsers_most):
            self.tell(unit, row.id, "sign-in", device=device)
        return browsers.digest(row.id, device.word)

    def known(self, unit: Unit, account_id: str, device: Device) -> None:
        """The browser in which the account is made."""
        if device.word:
            browsers.know(unit.conn, account_id, device.word, self._clock.now(), self._settings.browsers_most)

    # Tries that failed

    def failed(self, name_key: str) -> None:
        """Somebody tried a password or code in vain. Counted by the name that was typed, with the same work whether there is such an account or not;
        a moment later it is looked up, as a letter that was asked for is."""
        too_many = self._limits.check("failed-tries", name_key, self._clock.now())
        if too_many and len(self._tried) < MOST_WAITING:
            self._tried[name_key] = None

    async def look(self) -> None:
        """Tells those whom it concerns."""
        while self._tried:
            some = [self._tried.popitem(last=False)[0] for _ in range(min(len(self._tried), AT_ONCE))]
            await self._db.write(self._look_up, some)

    def tell_tries(self, unit: Unit, account_id: str) -> None:
        """Once in the window, in the list as well."""
        _, window = self._limits.rule("odd-notice")
        since = self._clock.now() - window
        if unit.conn.execute(_tries_since, {"id": account_id, "since": since}).first() is None:
            self.tell(unit, account_id, "tries")

    def _look_up(self, unit: Unit, keys: list[str]) -> None:
        for key in keys:
            row = queries.by_key(unit.conn, key)
            # Under a listener's name nobody gets in, whatever they try: that is no try at the person's account.
            if row is not None and row.password_hash is not None:
                self.tell_tries(unit, row.id)

    # The owner's list

    async def of(self, visitor: Visitor) -> Happenings:
        """The newest first; the same for both of the person's accounts."""

        def read(conn: Connection) -> list[Happening]:
            row = _with_password(conn, visitor.id)
            found = [] if row is None else conn.execute(_newest, {"id": row.id}).all()
            return [_seen(one) for one in found]

        return Happenings(happenings=await self._db.read(read), days=self._settings.happenings_keep_days)

    def expire(self, unit: Unit) -> int:
        """What has been kept for long enough; and browsers that nobody signed in from any more. How many."""
        now, s = self._clock.now(), self._settings
        old = happening.delete().where(happening.c.at < now - s.happenings_keep_days * DAY)
        return unit.conn.execute(old).rowcount + browsers.expire(unit.conn, now - s.browser_known_days * DAY)


def _with_password(conn: Connection, id: str) -> Record | None:
    """Of one person's two accounts the one they sign in with; None: a guest, or nobody."""
    row = queries.by_id(conn, id)
    if row is not None and row.persona_of is not None:
        row = queries.by_id(conn, row.persona_of)
    return None if row is None or row.password_hash is None else row


def _said(text: words.Words, kind: HappeningKind, device: Device) -> str:
    browser = text.t(f"accounts-browser-{device.browser or 'none'}")
    system = text.t(f"accounts-system-{device.system or 'none'}")
    return text.t(f"happened-{kind}", device=text.t("accounts-device", browser=browser, system=system))


def _seen(row: Record) -> Happening:
    device = devices.read(row.device)
    return Happening(kind=row.kind, at=row.at, browser=device.browser, system=device.system)
