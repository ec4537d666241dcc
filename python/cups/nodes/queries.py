"""Every statement about processes and their work. Times are the database's own: the clocks of several machines never agree."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy import Connection

from cups.nodes.tables import job_lease, node

_n, _l = node.c, job_lease.c
_now = sa.text("select (extract(epoch from clock_timestamp()) * 1000)::bigint")


def now(conn: Connection) -> int:
    return int(conn.execute(_now).scalar_one())


def lives(conn: Connection, name: str, role: str, began_at: int, until: int) -> None:
    row = {"role": role, "began_at": began_at, "until": until}
    if not conn.execute(node.update().where(_n.name == name).values(row)).rowcount:
        conn.execute(node.insert().values(name=name, **row))


def forget_dead(conn: Connection, moment: int) -> None:
    conn.execute(node.delete().where(_n.until < moment))


def names(conn: Connection) -> frozenset[str]:
    return frozenset(conn.execute(sa.select(_n.name)).scalars())


def take_jobs(conn: Connection, name: str, jobs: Collection[str], moment: int, until: int) -> frozenset[str]:
    """Those of these jobs that this process holds now: its own, and those that nobody holds any more."""
    held = {row.job: row for row in conn.execute(sa.select(job_lease))}
    mine = frozenset(job for job in jobs if (row := held.get(job)) is None or row.holder == name or row.until < moment)
    if mine:
        conn.execute(job_lease.delete().where(_l.job.in_(mine)))
        conn.execute(job_lease.insert(), [{"job": job, "holder": name, "until": until} for job in mine])
    return mine


def leave(conn: Connection, name: str) -> None:
    """What a process held is free at once."""
    conn.execute(node.delete().where(_n.name == name))
    conn.execute(job_lease.delete().where(_l.holder == name))
