"""Coming back without the password: ten codes that are shown once, each good for one return."""

import hashlib
import hmac
import secrets

import sqlalchemy as sa
from sqlalchemy import Connection

from cups.accounts import browsers, names, queries, sessions
from cups.accounts.passwords import Passwords
from cups.accounts.passwords import check as check_password
from cups.accounts.safety import Safety, holder
from cups.accounts.tables import account, recovery_code
from cups.accounts.visitor import Came, Visitor
from cups.clock import Clock
from cups.errors import Refused
from cups.limits.live import Limits
from cups.store.database import Database, Unit
from cups.wire.signin import RecoverIn

MANY = 10
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Without i, l, o and u: what is read wrongly is read as what was meant."""
LENGTH = 16
"""Of 32 signs: 80 bits."""
_READ = str.maketrans({"o": "0", "i": "1", "l": "1", "-": None, " ": None})
_owner = sa.select(account.c.id).where(
    account.c.name_key == sa.bindparam("key"),
    sa.exists().where(recovery_code.c.account_id == account.c.id, recovery_code.c.digest == sa.bindparam("digest")),
)


def new_code() -> str:
    """As `7k3m-x0qd-…`, in groups that can be copied by hand."""
    signs = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return "-".join(signs[at : at + 4] for at in range(0, LENGTH, 4))


class RecoveryCodes:
    """Makes, counts and uses codes.

    They are kept as a keyed hash, not as a password is: nobody guesses 80 random bits, however fast the hash, so slowness would buy nothing and
    ten slow hashes would cost each sign-up half a second. The key lies outside of the database, so that a copy of that says nothing.
    """

    def __init__(self, secret: str, clock: Clock) -> None:
        self._key, self._clock = secret.encode(), clock

    def digest(self, code: str) -> str:
        read = code.casefold().translate(_READ)
        return hmac.new(self._key, read.encode(), hashlib.sha256).hexdigest()

    def renew(self, unit: Unit, account_id: str) -> list[str]:
        """Ten new ones in place of all from before."""
        self.remove(unit, account_id)
        codes, now = [new_code() for _ in range(MANY)], self._clock.now()
        rows = [{"account_id": account_id, "digest": self.digest(code), "at": now} for code in codes]
        unit.conn.execute(recovery_code.insert(), rows)
        return codes

    def remove(self, unit: Unit, account_id: str) -> None:
        unit.conn.execute(recovery_code.delete().where(recovery_code.c.account_id == account_id))

    def left(self, conn: Connection, account_id: str) -> int:
        count = sa.select(sa.func.count()).select_from(recovery_code).where(recovery_code.c.account_id == account_id)
        return int(conn.execute(count).scalar_one())

    def owner(self, conn: Connection, key: str, code: str) -> str | None:
        """The account of this name, if the code is one of its own. One statement, whatever is missing."""
        return conn.execute(_owner, {"key": key, "digest": self.digest(code)}).scalar()

    def use(self, unit: Unit, account_id: str, code: str) -> bool:
        """Whether it was good until now."""
        where = sa.and_(recovery_code.c.account_id == account_id, recovery_code.c.digest == self.digest(code))
        return unit.conn.execute(recovery_code.delete().where(where)).rowcount == 1


class Recovery:
    def __init__(
        self, db: Database, clock: Clock, limits: Limits, passwords: Passwords, codes: RecoveryCodes, safety: Safety
    ) -> None:
        self._db, self._clock, self._limits = db, clock, limits
        self._passwords, self._codes, self._safety = passwords, codes, safety

    async def left(self, visitor: Visitor) -> int:
        return await self._db.read(lambda conn: self._codes.left(conn, holder(conn, visitor.id).id))

    async def renew(self, visitor: Visitor) -> list[str]:
        """Refused: not-allowed (a guest), confirm-first."""
        self._safety.require_confirmed(visitor)
        now = self._clock.now()

        def work(unit: Unit) -> list[str]:
            sessions.require_alive(unit, visitor)
            account = holder(unit.conn, visitor.id)
            if account.password_hash is None:
                raise Refused("not-allowed")
            self._safety.happenings.tell(unit, visitor.id, "recovery-codes")
            self._safety.note(unit, visitor, "own.recovery-codes", now)
            return self._codes.renew(unit, account.id)

        return await self._db.write(work)

    async def recover(self, form: RecoverIn, came: Came) -> None:
        """Sets a new password by a code, and ends all sessions. Nobody is signed in by it: that takes the new password, and the second factor where there is one.

        The same refusal, after the same work, whether the name exists or not.
        """
        name = form.name.strip().removeprefix("@")
        check_password(form.password, name)
        now, key = self._clock.now(), names.key(name)
        here = ("recover-account-here", f"{came.address} {key}")
        limits = [here, ("recover-account", key), ("recover-address", came.address), ("recover-all", "")]
        if until := self._limits.check_all(limits, now):
            raise Refused("too-fast", retry_at=until)
        password_hash = await self._passwords.hash(form.password)
        owner = await self._db.read(self._codes.owner, key, form.code)
        if owner is None:
            self._safety.happenings.failed(key)
            raise Refused("wrong-recovery")

        def work(unit: Unit) -> None:
            if not self._codes.use(unit, owner, form.code):
                raise Refused("wrong-recovery")
            queries.update(unit.conn, owner, password_hash=password_hash)
            queries.end_reset_links(unit.conn, owner)
            for persona in queries.personas(unit.conn, owner):
                sessions.end_all(unit, persona)
            browsers.forget_all(unit.conn, owner)
            self._safety.happenings.tell(unit, owner, "recovered")

        await self._db.write(work)
