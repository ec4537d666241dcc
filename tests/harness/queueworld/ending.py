"""What must be so, worked out from the rows alone: who is next for a listener, and how everything stands when nothing moves any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cups.accounts import queries as accounts
from cups.requests import queries
from cups.requests.service import SEVERITY
from harness.queueworld.database import Disk
from harness.queueworld.figures import SETTINGS
from harness.queueworld.oracle import Broken

if TYPE_CHECKING:
    from harness.queueworld.world import World


def first_for(disk: Disk, listener: str) -> str | None:
    """The first whom this listener may take, worked out from the rows alone."""
    run = disk.driver.execute
    mine = run("select age_class, languages, refused_topics from account where id = ?", (listener,)).fetchone()
    ages = {"adult", "teen"} if run("select 1 from role where account_id = ?", (listener,)).fetchone() else {mine[0]}
    barred = {one for pair in run("select blocker_id, blocked_id from block") for one in pair if listener in pair}
    rows = run("select id, pool, topic, asker_id, severity, first_at from request where state = 'waiting'").fetchall()
    found = [
        (first_at - severity * SETTINGS.severity_head_start_s * 1000, id)
        for id, pool, topic, asker, severity, first_at in rows
        if pool.split(":")[0] in ages
        and pool.split(":")[1] in mine[1].split(",")
        and topic not in mine[2].split(",")
        and asker not in barred
    ]
    return min(found)[1] if found else None


async def at_rest(world: World) -> None:
    """Nothing has happened for a while: index and table agree, nothing is kept back, everybody sees what is."""
    if world.oracle.broken is not None:
        raise world.oracle.broken
    process, conn = world.process, world.disk.conn
    line = process.requests.line
    world.oracle.check_leases()
    rows = queries.in_rank_order(conn, SETTINGS.severity_head_start_s * 1000)
    if line.index.ids() != [row.id for row in rows]:
        raise Broken("index and table do not agree")
    if line.index.statistics()["claimed"]:
        raise Broken("a claim was kept back")
    for row in rows:
        asker = accounts.by_id(conn, row.asker_id)
        assert asker is not None
        if row.pool != f"{asker.age_class}:{row.language}":
            raise Broken("somebody waits where nobody may take them")
        if row.severity != SEVERITY[asker.danger]:
            raise Broken("another severity than was answered")
        if line.holds.is_away(row.asker_id):
            raise Broken("somebody who is here counts as away")
    for id, known in world.oracle.requests.items():
        if known.state != world.oracle.row(id)[0]:
            raise Broken("something changed that nobody was told of")
    ringing = {id for id, known in world.oracle.requests.items() if known.state == "ringing"}
    if ringing != {ring.id for ring in process.personal.rings.every()}:
        raise Broken("what rings is not what is known to ring")
    for listener in world.listeners:
        client = process.clients[listener]
        if not process.waiting.watches(client):  # type: ignore[arg-type]
            continue
        allowed = await process.taking.eligibility(listener)
        if client.board != line.board(line.listener(allowed)):
            raise Broken("a listener's board is not what it should be")
