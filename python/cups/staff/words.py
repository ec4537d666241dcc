"""The staff's lists of words that no name may hold: seen, tried on the names there are, added to and taken from. Each change is in the audit log."""

import re

from sqlalchemy import Connection

from cups.accounts import name_words, names
from cups.accounts import queries as accounts
from cups.accounts.visitor import Visitor
from cups.clock import Clock
from cups.errors import Refused
from cups.news import NameWordChanged
from cups.settings import Settings
from cups.staff.acting import act
from cups.store.database import Database, Unit
from cups.wire.words import MAX_WORD, MIN_WORD, NameMatches, NameWord, NameWordIn, NameWords, WordKind

_SHAPE = re.compile(f"[a-z0-9]{{{MIN_WORD},{MAX_WORD}}}")


class WordsDesk:
    def __init__(self, db: Database, clock: Clock, settings: Settings) -> None:
        self._db, self._clock, self._settings = db, clock, settings

    async def every(self, kind: WordKind, after: str, limit: int) -> NameWords:
        def read(conn: Connection) -> NameWords:
            found = sorted(_told(conn, kind), key=lambda one: one.word)
            shown = [one for one in found if one.word > after][:limit]
            return NameWords(words=shown, next=shown[-1].word if len(shown) == limit else None)

        return await self._db.read(read)

    async def matches(self, kind: WordKind, word: str) -> NameMatches:
        """Refused: bad-input. No name is told: whoever may look people up does that elsewhere."""
        count, more = await self._db.read(name_words.matching, kind, _checked(word))
        return NameMatches(count=count, more=more)

    async def put(self, visitor: Visitor, kind: WordKind, word: str, form: NameWordIn) -> NameWord:
        """In force from the commit on, for names chosen from then on. Refused: bad-input, not-found (it is not in the list), too-large."""
        now, word = self._clock.now(), _checked(word)

        def work(unit: Unit) -> NameWord:
            conn, key = unit.conn, names.key(word)
            own = [row for row in name_words.changed(conn, kind) if row.word_key not in names.shipped_words(kind)]
            known = key in names.shipped_words(kind) or any(row.word_key == key for row in own)
            if not known and not form.held:
                raise Refused("not-found")
            if not known and len(own) >= self._settings.name_words_most:
                raise Refused("too-large", field="word")
            name_words.put(conn, kind, word, visitor.id, now, held=form.held)
            unit.announce(NameWordChanged(kind=kind, key=key, held=form.held))
            shipped = key in names.shipped_words(kind)
            return NameWord(kind=kind, word=word, shipped=shipped, held=form.held, by=visitor.name, at=now)

        name = "name-word.add" if form.held else "name-word.remove"
        return await act(self._db, visitor, name, f"{kind} {word}", {}, work, now=now, permission="words")


def _checked(word: str) -> str:
    plain = word.strip().casefold()
    if not _SHAPE.fullmatch(plain):
        raise Refused("bad-input", field="word", says="name-word-shape", given={"least": MIN_WORD, "most": MAX_WORD})
    return plain


def _told(conn: Connection, kind: WordKind) -> list[NameWord]:
    rows = {row.word_key: row for row in name_words.changed(conn, kind)}
    people = accounts.people(conn, [row.by_id for row in rows.values()])
    found = [
        NameWord(kind=kind, word=word, shipped=True, held=True, by=None, at=None)
        for key, word in names.shipped_words(kind).items()
        if key not in rows
    ]
    for key, row in rows.items():
        shipped = key in names.shipped_words(kind)
        by = people[row.by_id].name
        found.append(NameWord(kind=kind, word=row.word, shipped=shipped, held=row.held, by=by, at=row.at))
    return found
