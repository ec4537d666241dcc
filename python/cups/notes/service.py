"""Notes: written, read, changed and deleted by their author alone.

Their text is no matter of screening: nobody else ever reads it, and reading it would break the promise that they are confidential.
"""

from typing import Any

import structlog
from cryptography.exceptions import InvalidTag
from sqlalchemy import Connection

from cups.accounts import names
from cups.accounts import queries as accounts
from cups.accounts.visitor import Visitor, gated
from cups.chats.service import Chats
from cups.clock import Clock
from cups.errors import Refused
from cups.ids import new_id
from cups.keyring import KeyGone, Keyring
from cups.notes import queries
from cups.settings import Settings
from cups.store.database import Truncatable, Unit
from cups.store.schema import Record
from cups.wire.notes import Note, NoteChange, NoteIn, Notes

log = structlog.get_logger()
AT_ONCE = 50
"""Notes sealed anew in one unit of work."""


def bound(author: str, id: str, person: str | None, chat: str | None) -> str:
    """What a sealed text is bound to: put into another row, or under another author, it opens no more."""
    return f"note {id} by {author} about {person or ''} {chat or ''}"


def _bound(row: Record) -> str:
    return bound(row.author_id, row.id, row.person_id, row.chat_id)


class NoteBook:
    def __init__(self, db: Truncatable, clock: Clock, settings: Settings, keys: Keyring, chats: Chats) -> None:
        self._db, self._clock, self._settings, self._keys, self._chats = db, clock, settings, keys, chats

    async def add(self, visitor: Visitor, form: NoteIn) -> Note:
        """Refused: gate-first, bad-input (about nothing, or both), not-found (no such person, or no chat of theirs), too-many-notes."""
        gated(visitor)
        if (form.name is None) == (form.chat is None):
            raise Refused("bad-input", field="name")
        now = self._clock.now()

        def work(unit: Unit) -> Note:
            conn, id = unit.conn, new_id(now)
            if queries.count(conn, visitor.id) >= self._settings.notes_most:
                raise Refused("too-many-notes")
            person = None if form.name is None else self._person(conn, form.name)
            if form.chat is not None:
                self._chats.party(conn, form.chat, visitor.id)
            key, nonce, sealed = self._keys.seal(form.text, bound(visitor.id, id, person, form.chat))
            about = {"person_id": person, "chat_id": form.chat}
            queries.insert(conn, id=id, author_id=visitor.id, key_id=key, nonce=nonce, sealed=sealed, at=now, **about)
            return self._told(conn, [queries.find(conn, visitor.id, id)])[0]

        return await self._db.write(work)

    async def about(self, visitor: Visitor, *, name: str | None = None, chat: str | None = None) -> Notes:
        """The visitor's own notes about somebody or a chat; without either, all of them. Refused: not-found."""

        def read(conn: Connection) -> Notes:
            person = None if name is None else self._person(conn, name)
            return Notes(notes=self._told(conn, queries.of(conn, visitor.id, person=person, chat=chat)))

        return await self._db.read(read)

    async def change(self, visitor: Visitor, id: str, form: NoteChange) -> Note:
        """Refused: not-found, for another's too."""
        now = self._clock.now()

        def work(unit: Unit) -> Note:
            row = queries.find(unit.conn, visitor.id, id)
            if row is None:
                raise Refused("not-found")
            key, nonce, sealed = self._keys.seal(form.text, _bound(row))
            queries.change(unit.conn, id, key_id=key, nonce=nonce, sealed=sealed, edited_at=now)
            return self._told(unit.conn, [queries.find(unit.conn, visitor.id, id)])[0]

        return await self._db.write(work)

    async def delete(self, visitor: Visitor, id: str) -> None:
        def work(unit: Unit) -> None:
            if not queries.delete(unit.conn, visitor.id, id):
                raise Refused("not-found")

        await self._db.write(work)

    def copy(self, conn: Connection, author: str) -> list[dict[str, Any]]:
        """For the copy of one's own data."""
        return [
            {"about": note.name or "a chat", "at": note.at, "edited_at": note.edited_at, "text": note.text}
            for note in self._told(conn, queries.of(conn, author))
        ]

    def _person(self, conn: Connection, name: str) -> str:
        row = accounts.by_key(conn, names.key(name.removeprefix("@")))
        if row is None:
            raise Refused("not-found", field="name")
        return str(row.id)

    def _told(self, conn: Connection, rows: list[Any]) -> list[Note]:
        people = accounts.people(conn, [row.person_id for row in rows if row.person_id])
        found = []
        for row in rows:
            try:
                text = self._keys.open(row.key_id, row.nonce, row.sealed, _bound(row))
            except (KeyGone, InvalidTag) as error:
                # Somebody has changed the database, or lost the keys: what cannot be trusted is not shown.
                log.error("a note does not open", why=type(error).__name__)
                continue
            name = people[row.person_id].name if row.person_id else None
            found.append(Note(id=row.id, text=text, at=row.at, edited_at=row.edited_at, name=name, chat=row.chat_id))
        return found

    # Other keys

    async def rotate(self) -> int:
        """Puts a new key in the place of the old one and seals every note anew; how many. Broken off, it goes on from there when it is called again: only
        when nothing is left that needs it is the old key destroyed."""
        if not self._keys.older:
            self._keys.add()
        done = 0
        while count := await self._db.write(self._seal_some):
            done += count
        await self._db.truncate_log()
        self._keys.remove_older()
        return done

    def _seal_some(self, unit: Unit) -> int:
        rows = queries.sealed_by_another(unit.conn, self._keys.current, AT_ONCE)
        for row in rows:
            text = self._keys.open(row.key_id, row.nonce, row.sealed, _bound(row))
            key, nonce, sealed = self._keys.seal(text, _bound(row))
            queries.change(unit.conn, row.id, key_id=key, nonce=nonce, sealed=sealed)
        return len(rows)
