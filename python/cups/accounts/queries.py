"""Every statement about accounts, in one file. Synchronous; the commit is at the edge."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy import Connection

from cups.accounts.tables import acceptance, account, block, passkey, reset_link, role, sanction, second_factor, session
from cups.reach import STAFF, Facts, Withheld
from cups.store.schema import Record
from cups.wire.people import Person

_account_by_id = sa.select(account).where(account.c.id == sa.bindparam("id"))
_account_by_key = sa.select(account).where(account.c.name_key == sa.bindparam("key"))
_session = (
    sa.select(account, session.c.expires_at, session.c.token_hash, session.c.seen_at, session.c.confirmed_at)
    .join(session, session.c.account_id == account.c.id)
    .where(session.c.token_hash == sa.bindparam("hash"))
)
_roles = sa.select(role.c.role, role.c.scope, role.c.until).where(role.c.account_id == sa.bindparam("id"))
_personas = sa.select(account.c.id).where(
    sa.or_(
        account.c.id == sa.bindparam("id"),
        account.c.persona_of == sa.bindparam("id"),
        account.c.id.in_(sa.select(account.c.persona_of).where(account.c.id == sa.bindparam("id"))),
    )
)


def _same_person(id: str) -> sa.CompoundSelect[Any]:
    """The ids of this account and the same person's other one, for use within a statement; `id` names the parameter."""
    one = sa.bindparam(id, type_=account.c.id.type)
    origin = sa.select(account.c.persona_of).where(account.c.id == one, account.c.persona_of.is_not(None))
    return sa.union_all(sa.select(one), origin, sa.select(account.c.id).where(account.c.persona_of == one))


_sanctions = sa.select(sanction.c.kind, sanction.c.room_id, sanction.c.until).where(
    sanction.c.person_id.in_(_same_person("id")), sanction.c.lifted_at.is_(None)
)
_SANCTIONED = (sanction.c.kind, sanction.c.room_id, sanction.c.until)
_blocked = sa.select(sa.literal(1)).where(
    sa.or_(
        sa.and_(block.c.blocker_id.in_(_same_person("a")), block.c.blocked_id.in_(_same_person("b"))),
        sa.and_(block.c.blocker_id.in_(_same_person("b")), block.c.blocked_id.in_(_same_person("a"))),
    )
)
_met = sa.union(
    sa.select(block.c.blocked_id.label("id")).where(block.c.blocker_id.in_(_same_person("id"))),
    sa.select(block.c.blocker_id).where(block.c.blocked_id.in_(_same_person("id"))),
).cte("met")


def _kept_from(account_id: sa.ColumnElement[str], since: sa.ColumnElement[int]) -> sa.Select[str, int, bool]:
    roles = sa.exists().where(role.c.account_id == account_id)
    own = block.c.blocker_id.in_(_same_person("id"))
    return sa.select(account_id.label("id"), since.label("since"), roles.label("has_role")).where(own)


_origin = sa.and_(account.c.id == block.c.blocked_id, account.c.persona_of.is_not(None))
_withheld = sa.union_all(
    _kept_from(block.c.blocked_id, sa.literal(0)).select_from(block),
    _kept_from(account.c.persona_of, block.c.at).select_from(block.join(account, _origin)),
    _kept_from(account.c.id, block.c.at).select_from(block.join(account, account.c.persona_of == block.c.blocked_id)),
)
_blockers = sa.select(block.c.blocker_id).where(block.c.blocked_id.in_(_same_person("id"))).distinct()
_blocks = (
    sa.select(account.c.id, account.c.name, block.c.at)
    .join(account, account.c.id == block.c.blocked_id)
    .where(block.c.blocker_id == sa.bindparam("id"), account.c.left_at.is_(None))
    .order_by(block.c.at.desc(), account.c.id)
)
_never_met: sa.CompoundSelect[Any] = sa.union(
    sa.select(_same_person("id").subquery().c[0]),
    sa.select(_met.c.id),
    sa.select(account.c.persona_of).join(_met, _met.c.id == account.c.id).where(account.c.persona_of.is_not(None)),
    sa.select(account.c.id).join(_met, _met.c.id == account.c.persona_of),
)
_ids: sa.BindParameter[list[str]] = sa.bindparam("ids", expanding=True)
_roles_of = sa.select(role.c.account_id, role.c.role).where(role.c.account_id.in_(_ids), role.c.scope == "")
_roles_of_many = sa.select(role.c.account_id, role.c.role, role.c.scope, role.c.until).where(
    role.c.account_id.in_(_ids)
)
_sanctions_of_many = sa.union_all(
    sa.select(sanction.c.person_id.label("id"), *_SANCTIONED).where(
        sanction.c.person_id.in_(_ids), sanction.c.lifted_at.is_(None)
    ),
    sa.select(account.c.id, *_SANCTIONED)
    .join(sanction, sanction.c.person_id == account.c.persona_of)
    .where(account.c.id.in_(_ids), sanction.c.lifted_at.is_(None)),
    sa.select(account.c.persona_of, *_SANCTIONED)
    .join(sanction, sanction.c.person_id == account.c.id)
    .where(account.c.persona_of.in_(_ids), sanction.c.lifted_at.is_(None)),
)
_verified = sa.select(role.c.account_id).where(
    role.c.account_id.in_(_ids),
    role.c.role == sa.literal_column("'verified'"),
    sa.or_(role.c.until.is_(None), role.c.until > sa.bindparam("now")),
)
_faces = sa.select(account.c.id, account.c.name, account.c.kind, account.c.picture).where(account.c.id.in_(_ids))
_app = sa.select(sa.literal(1)).where(
    second_factor.c.account_id.in_(_same_person("id")), second_factor.c.confirmed_at.is_not(None)
)
_passkey = sa.select(sa.literal(1)).where(passkey.c.account_id.in_(_same_person("id")))
_second_factor = sa.union_all(_app, _passkey)
_accepted = sa.select(acceptance.c.kind, acceptance.c.version).where(acceptance.c.account_id == sa.bindparam("id"))
_accounts = sa.select(account).where(account.c.id.in_(_ids))
_count_online = sa.select(sa.func.count()).where(account.c.id.in_(_ids), account.c.status == "online")
_next_break_end = sa.select(sa.func.min(account.c.break_until))
_end_breaks = (
    account.update()
    .where(account.c.break_until <= sa.bindparam("now"))
    .values(status="offline", break_until=None)
    .returning(account.c.id)
)

PAGE = 500
"""Ids of one statement."""
FOREVER = 1 << 62
STAFF_SECOND_FACTOR = "staff_second_factor"
"""The option of a database's connections that says whether a role of staff counts only with a second factor. Without one, it does."""
TEEN_CONSENT = "teen_consent"
"""And the one that says whether young people need a consent anywhere. Without one, they do."""
VERIFIED = "verified"
"""The role of a listener whose application for the mark passed, until its end. Nothing is decided by it."""
CLEARED = "cleared"
"""The role of a listener who is cleared for both ages, until its end."""


def by_id(conn: Connection, id: str) -> Record | None:
    return conn.execute(_account_by_id, {"id": id}).one_or_none()


def by_key(conn: Connection, key: str) -> Record | None:
    return conn.execute(_account_by_key, {"key": key}).one_or_none()


def page_language(conn: Connection, id: str) -> str:
    """In which language this person is written to; empty where none is known, which the catalogue reads as English."""
    row = by_id(conn, id)
    return "" if row is None else str(row.page_language)


def by_session(conn: Connection, token_hash: str, now: int) -> Record | None:
    row = conn.execute(_session, {"hash": token_hash}).one_or_none()
    return row if row is not None and row.expires_at > now else None


def facts(conn: Connection, row: Record, now: int) -> Facts:
    """What decisions about this account rest on, as of now."""
    return _facts(conn, row, now, conn.execute(_roles, {"id": row.id}), conn.execute(_sanctions, {"id": row.id}))


def facts_of_many(conn: Connection, rows: Sequence[Record], now: int) -> dict[str, Facts]:
    """As `facts`, of all of these accounts at once."""
    ids = [row.id for row in rows]
    roles, sanctions = defaultdict(list), defaultdict(list)
    if ids:
        for id, *one in conn.execute(_roles_of_many, {"ids": ids}):
            roles[id].append(one)
        for id, *one in conn.execute(_sanctions_of_many, {"ids": ids}):
            sanctions[id].append(one)
    return {row.id: _facts(conn, row, now, roles[row.id], sanctions[row.id]) for row in rows}


def _facts(
    conn: Connection, row: Record, now: int, has: Iterable[Sequence[Any]], decided: Iterable[Sequence[Any]]
) -> Facts:
    roles, moderated, cleared, cleared_until = set(), set(), False, None
    for name, scope, until in has:
        if until is not None and until <= now:
            continue
        if scope:
            moderated.add(scope)
        elif name == VERIFIED:
            continue
        elif name == CLEARED:
            cleared, cleared_until = True, until
        else:
            roles.add(name)
    waits = bool(roles & STAFF) and _second_factor_is_missing(conn, row.id)
    if waits:
        roles -= STAFF
    banned, muted, rooms_banned = False, 0, 0
    in_room: dict[str, dict[str, int]] = {"removal": {}, "room-ban": {}, "room-mute": {}}
    for kind, room, until in decided:
        end = FOREVER if until is None else until
        if end <= now:
            continue
        match kind:
            case "ban":
                banned = True
            case "mute":
                muted = max(muted, end)
            case "rooms-ban":
                rooms_banned = max(rooms_banned, end)
            case _:
                rooms = in_room[kind]
                rooms[room] = max(rooms.get(room, 0), end)
    return Facts(
        id=row.id,
        kind=row.kind,
        age=row.age_class if row.left_at is None else None,
        gone=row.left_at is not None,
        consent_waits=row.age_class == "teen" and not row.consent and _consent_counts(conn),
        person=row.persona_of or row.id,
        cleared=cleared,
        cleared_until=cleared_until,
        banned=banned,
        muted_until=muted,
        rooms_banned_until=rooms_banned,
        on_break=row.status == "break" and (row.break_until is None or row.break_until > now),
        removed_from=in_room["removal"],
        banned_from=in_room["room-ban"],
        muted_in=in_room["room-mute"],
        roles=frozenset(roles),
        staff_waits=waits,
        moderates=frozenset(moderated),
        since=row.created_at,
        as_of=now,
    )


def _second_factor_is_missing(conn: Connection, id: str) -> bool:
    return conn.get_execution_options().get(STAFF_SECOND_FACTOR, True) and not has_second_factor(conn, id)


def _consent_counts(conn: Connection) -> bool:
    counts: bool = conn.get_execution_options().get(TEEN_CONSENT, True)
    return counts


def has_second_factor(conn: Connection, id: str) -> bool:
    """Whether this account's person, under either of their linked accounts, has set one up: an app or a passkey."""
    return conn.execute(_second_factor, {"id": id}).first() is not None


def has_app(conn: Connection, id: str) -> bool:
    """Whether an authenticator app is among what this person has set up."""
    return conn.execute(_app, {"id": id}).first() is not None


def count_staff(conn: Connection) -> tuple[int, int]:
    """How many hold a role of staff, and of how many it counts."""
    held = sa.select(role.c.account_id).where(role.c.role.in_(STAFF), role.c.scope == "").distinct()
    holders = list(conn.execute(held).scalars())
    return len(holders), sum(not _second_factor_is_missing(conn, id) for id in holders)


def end_reset_links(conn: Connection, id: str) -> None:
    """With a new password, or another address, none that was sent before is good."""
    conn.execute(reset_link.delete().where(reset_link.c.account_id == id))


def remove_app(conn: Connection, id: str) -> None:
    conn.execute(second_factor.delete().where(second_factor.c.account_id == id))


def remove_second_factor(conn: Connection, id: str) -> None:
    """All of it: the app and every passkey."""
    remove_app(conn, id)
    conn.execute(passkey.delete().where(passkey.c.account_id == id))


def facts_by_id(conn: Connection, id: str, now: int) -> Facts | None:
    row = by_id(conn, id)
    return None if row is None else facts(conn, row, now)


def personas(conn: Connection, id: str) -> list[str]:
    """This account and the same person's other one, if any: what is decided about one holds for both."""
    return list(conn.execute(_personas, {"id": id}).scalars())


def any_persona(conn: Connection, id: str, holds: Callable[[Facts], bool], now: int) -> bool:
    """Whether something holds for this account or the same person's other one."""
    found = (facts_by_id(conn, persona, now) for persona in personas(conn, id))
    return any(facts is not None and holds(facts) for facts in found)


def blocked(conn: Connection, a: str, b: str) -> bool:
    """Whether either person has blocked the other, under whichever of their linked accounts."""
    return conn.execute(_blocked, {"a": a, "b": b}).first() is not None


def never_met(conn: Connection, id: str) -> list[str]:
    """Every account that this person meets nowhere: their own, and those of everyone they have blocked or are blocked by."""
    return sorted(conn.execute(_never_met, {"id": id}).scalars())


def withheld(conn: Connection, id: str, now: int) -> dict[str, Withheld]:
    """Everybody whom this person has blocked, under whichever of their accounts, as `reach.withheld` wants them: the accounts that were blocked, and
    since the block those people's other ones."""
    found: dict[str, Withheld] = {}
    for row in conn.execute(_withheld, {"id": id}):
        known = found.get(row.id)
        if known is None or row.since < known.since:
            roled = facts_by_id(conn, row.id, now) if row.has_role else None
            found[row.id] = Withheld(since=row.since, facts=roled)
    return found


def blockers(conn: Connection, id: str) -> list[str]:
    """The accounts by which this person was blocked, under whichever of their own."""
    return list(conn.execute(_blockers, {"id": id}).scalars())


def blocks_of(conn: Connection, id: str) -> list[Record]:
    """Whom this account has blocked, the latest first: id, name, since when."""
    return list(conn.execute(_blocks, {"id": id}))


def count_blocks(conn: Connection, id: str) -> int:
    found = sa.select(sa.func.count()).select_from(block).where(block.c.blocker_id == id)
    return int(conn.execute(found).scalar_one())


def accepted(conn: Connection, id: str) -> set[tuple[str, str]]:
    return {(kind, version) for kind, version in conn.execute(_accepted, {"id": id})}


def person(row: Record, roles: Iterable[str] = ()) -> Person:
    held = set(roles)
    if held & {"admin", "community-manager"}:
        return Person(name=row.name, kind=row.kind, badge="staff", picture=row.picture)
    badge: Literal["", "moderator"] = "moderator" if "moderator" in held else ""
    return Person(name=row.name, kind=row.kind, badge=badge, picture=row.picture)


def people(conn: Connection, ids: Sequence[str]) -> dict[str, Person]:
    """Many people by id, as others see them."""
    if not ids:
        return {}
    wanted = list(set(ids))
    roles: dict[str, set[str]] = {}
    for account_id, name in conn.execute(_roles_of, {"ids": wanted}).all():
        if name not in STAFF or not _second_factor_is_missing(conn, account_id):
            roles.setdefault(account_id, set()).add(name)
    rows = conn.execute(_faces, {"ids": wanted})
    return {row.id: person(row, roles.get(row.id, ())) for row in rows}


def insert(conn: Connection, **values: Any) -> None:
    conn.execute(account.insert(), values)


def update(conn: Connection, id: str, **values: Any) -> None:
    conn.execute(account.update().where(account.c.id == id), values)


def accept(conn: Connection, account_id: str, kind: str, version: str, now: int) -> None:
    if (kind, version) not in accepted(conn, account_id):
        conn.execute(acceptance.insert(), {"account_id": account_id, "kind": kind, "version": version, "at": now})


def add_block(conn: Connection, blocker: str, blocked_id: str, now: int) -> bool:
    """False if it was there already."""
    where = sa.and_(block.c.blocker_id == blocker, block.c.blocked_id == blocked_id)
    if conn.execute(sa.select(block.c.at).where(where)).first() is not None:
        return False
    conn.execute(block.insert(), {"blocker_id": blocker, "blocked_id": blocked_id, "at": now})
    return True


def remove_block(conn: Connection, blocker: str, blocked_id: str) -> bool:
    return (
        conn.execute(block.delete().where(block.c.blocker_id == blocker, block.c.blocked_id == blocked_id)).rowcount > 0
    )


def linked(conn: Connection, row: Record) -> Record | None:
    """The same person's other account: the listener of a member, or the member of a listener."""
    if row.persona_of is not None:
        return by_id(conn, row.persona_of)
    return conn.execute(sa.select(account).where(account.c.persona_of == row.id)).one_or_none()


def add_role(
    conn: Connection, account_id: str, name: str, scope: str, by: str, now: int, *, until: int | None = None
) -> bool:
    """False if it was there already, with the same end."""
    where = sa.and_(role.c.account_id == account_id, role.c.role == name, role.c.scope == scope)
    found = conn.execute(sa.select(role.c.until).where(where)).first()
    if found is not None and found.until == until:
        return False
    conn.execute(role.delete().where(where))
    conn.execute(
        role.insert(),
        {"account_id": account_id, "role": name, "scope": scope, "granted_by": by, "at": now, "until": until},
    )
    return True


def remove_role(conn: Connection, account_id: str, name: str, scope: str) -> bool:
    done = conn.execute(
        role.delete().where(role.c.account_id == account_id, role.c.role == name, role.c.scope == scope)
    )
    return done.rowcount > 0


def verified(conn: Connection, ids: Sequence[str], now: int) -> frozenset[str]:
    """Those of them who bear the mark now."""
    return frozenset(conn.execute(_verified, {"ids": list(ids), "now": now}).scalars())


def holders(conn: Connection, name: str, scope: str) -> list[str]:
    return list(conn.execute(sa.select(role.c.account_id).where(role.c.role == name, role.c.scope == scope)).scalars())


def set_age(conn: Connection, ids: Sequence[str], age: str) -> bool:
    """False if it was there already, for all of them."""
    other = sa.or_(account.c.age_class.is_(None), account.c.age_class != age)
    return (
        conn.execute(account.update().where(account.c.id.in_(ids), other).values(age_class=age, time_zone="")).rowcount
        > 0
    )


def clearances(conn: Connection, *, after: str, limit: int) -> list[Record]:
    """Who is cleared for both ages, ended or not: account_id, granted_by, at, until."""
    found = sa.select(role).where(role.c.role == CLEARED, role.c.account_id > after)
    return list(conn.execute(found.order_by(role.c.account_id).limit(limit)))


def next_end(conn: Connection) -> int | None:
    """When the first of the roles that have an end ends."""
    return conn.execute(sa.select(sa.func.min(role.c.until))).scalar()


def next_break_end(conn: Connection) -> int | None:
    """When the first of the breaks that have an end ends."""
    return conn.execute(_next_break_end).scalar()


def end_breaks(conn: Connection, now: int) -> list[str]:
    """Whoever was on a break until now or before is offline from now on; who they are."""
    return list(conn.execute(_end_breaks, {"now": now}).scalars())


def end_roles(conn: Connection, now: int) -> list[str]:
    """Takes away the roles whose end has come; whose they were."""
    over = role.c.until <= now
    ended = list(conn.execute(sa.select(role.c.account_id).where(over).distinct()).scalars())
    if ended:
        conn.execute(role.delete().where(over))
    return ended


def add_sanction(conn: Connection, **values: Any) -> None:
    conn.execute(sanction.insert(), values)


def lift_sanctions(conn: Connection, where: sa.ColumnElement[bool], now: int) -> int:
    return conn.execute(sanction.update().where(where, sanction.c.lifted_at.is_(None)).values(lifted_at=now)).rowcount


def by_ids(conn: Connection, ids: Sequence[str]) -> dict[str, Record]:
    """Accounts by id; who is not there is left out."""
    return {row.id: row for row in conn.execute(_accounts, {"ids": list(ids)})} if ids else {}


def count_online(conn: Connection, ids: Sequence[str]) -> int:
    """How many of these have set themselves online."""
    pages = (list(ids[at : at + PAGE]) for at in range(0, len(ids), PAGE))
    return sum(int(conn.execute(_count_online, {"ids": page}).scalar_one()) for page in pages)
