"""Demo data for the first run, and links that sign in without a password. Only with --demo, only on a loopback address.

The links' tokens live in memory: another start makes other links.
"""

import secrets
import sys
from pathlib import Path
from typing import Any

import trio
from litestar import Response, Router, get
from litestar.response import Redirect
from sqlalchemy import Connection

from cups.accounts import names, queries
from cups.accounts.making import make_member
from cups.accounts.service import Accounts
from cups.accounts.visitor import Joined
from cups.api.sessions import with_session
from cups.app import Cups
from cups.courses import service as courses
from cups.errors import Refused
from cups.messages import service as messages
from cups.news import AccountChanged
from cups.settings import Settings
from cups.store.database import Unit
from cups.wire.people import Me
from cups.wire.rooms import RoomIn

COURSE = Path(__file__).parent / "content" / "courses" / "listener"
PEOPLE = {
    "guest": ("quietMaple4", "guest"),
    "listener": ("warmRiver", "listener"),
    "moderator": ("steadyOak", "member"),
    "admin": ("openDoor", "member"),
}
_LANDING = {"guest": "/talk", "listener": "/listen", "moderator": "/rooms", "admin": "/staff"}
ROOMS = (
    RoomIn(
        slug="the-kitchen-table",
        title="The kitchen table",
        about="Sit down, say hello. Any topic, any mood.",
        age="adult",
    ),
    RoomIn(
        slug="anxious-days", title="Anxious days", about="For when everything feels like too much at once.", age="adult"
    ),
    RoomIn(slug="night-owls", title="Night owls", about="Awake when others sleep.", age="adult"),
    RoomIn(
        slug="listener-support",
        title="Listener support",
        about="For listeners, during and after chats.",
        age="adult",
        audience="listeners",
    ),
    RoomIn(slug="teen-lounge", title="Teen lounge", about="A quiet place for people from 13 to 17.", age="teen"),
    RoomIn(slug="teen-school", title="School and stress", about="Tests, friends, Monday mornings.", age="teen"),
)


def load(unit: Unit, cups: Cups) -> bool:
    """Fills an empty database; False if there is anybody in it."""
    conn, now = unit.conn, cups.clock.now()
    if any(queries.by_key(conn, names.key(name)) is not None for name, _ in PEOPLE.values()):
        return False
    made: dict[str, str] = {}
    for who, (name, kind) in PEOPLE.items():
        persona_of = None
        if who == "listener":
            persona_of = make_member(conn, name="softHarbor", password_hash=None, age="adult", now=now)
        made[who] = make_member(
            conn, name=name, password_hash=None, age="adult", now=now, kind=kind, persona_of=persona_of
        )
    queries.update(conn, made["listener"], status="online")
    unit.announce(AccountChanged(account=made["listener"]))
    queries.add_role(conn, made["admin"], "admin", "", made["admin"], now)
    queries.add_role(conn, made["moderator"], "moderator", "", made["admin"], now)
    for form in ROOMS:
        room = cups.rooms.create(unit, form)
        if form.slug == "the-kitchen-table":
            messages.say(
                unit,
                room.id,
                made["moderator"],
                "demo-1",
                "Welcome. Pull up a chair, say as much or as little as you like.",
                now,
            )
            messages.say(unit, room.id, made["guest"], "demo-2", "Hi. Long day. Just reading along for now.", now)
    courses.store(conn, courses.read_folder(COURSE), now)
    return True


def _ids(conn: Connection) -> dict[str, str]:
    found = {who: queries.by_key(conn, names.key(name)) for who, (name, _) in PEOPLE.items()}
    return {who: row.id for who, row in found.items() if row is not None}


async def announce(cups: Cups, port: int) -> None:
    """Loads the demo data if the database is empty, and prints the address and the links."""
    first = await cups.db.write(load, cups)
    if not cups.mail.offered:
        cups.mail.try_out(await trio.to_thread.run_sync(cups.trial_mail.start))
    base = f"http://localhost:{port}"
    lines = ["", f"cups is running: {base}" + (" (demo data loaded)" if first else ""), "", "Sign in as:"]
    for who, account in (await cups.db.read(_ids)).items():
        token = secrets.token_urlsafe(12)
        cups.entrances[token] = account
        lines.append(f"  {who:<10} {base}/enter/{token}?to={_LANDING[who][1:]}")
    lines += [
        "",
        *([f"Letters are not sent: read them at {base}/trial/mail"] if cups.mail.trial else []),
        "One browser holds one of them at a time: use a private window for a second person.",
        "Stop with Ctrl-C.",
        "",
    ]
    print("\n".join(lines), file=sys.stdout, flush=True)


@get("/enter/{token:str}", include_in_schema=False)
async def enter(
    token: str, accounts: Accounts, entrances: dict[str, str], settings: Settings, to: str = ""
) -> Response[Any]:
    account = entrances.get(token)
    if account is None:
        raise Refused("not-found")
    session = await accounts.open_session(account)
    target = f"/{to}" if f"/{to}" in _LANDING.values() else "/"
    return with_session(Redirect(target, status_code=303), Joined(Me(), session), settings)


router = Router("", route_handlers=[enter])
