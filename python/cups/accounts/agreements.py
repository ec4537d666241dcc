"""The agreements and guidelines in force, and before: versioned texts that ship with the package or that staff publish, and which of them each kind of
account has to have accepted.

The newest version that is asked for by now is in force; its name is the date from which it is. Every text that was ever in force here lies in the table, so that
people can read what they accepted, with those that wait for their date; those in force are in memory, once for the process, since every request asks for them.
`publish` tells it after its commit; `begin` tells it of those whose date has come.
"""

import re
from functools import cache
from importlib.resources import files

import msgspec
import sqlalchemy as sa
import yaml
from markdown_it import MarkdownIt
from sqlalchemy import Connection

from cups.accounts.tables import acceptance, agreement
from cups.errors import Refused
from cups.news import AgreementPublished
from cups.store.database import Database, Unit
from cups.store.schema import Record
from cups.wire.people import Accepted, Agreement, AgreementKind, AgreementVersions
from cups.words import DEFAULT, languages

KINDS: tuple[AgreementKind, ...] = ("member", "privacy", "guidelines", "listener")
REQUIRED: dict[str, tuple[AgreementKind, ...]] = {
    "guest": ("member", "privacy", "guidelines"),
    "member": ("member", "privacy", "guidelines"),
    "listener": ("member", "privacy", "guidelines", "listener"),
    "therapist": ("member", "privacy", "guidelines"),
}
VERSION = re.compile(r"\d{4}-\d{2}-\d{2}(\.\d{1,2})?")
"""A date; a second one of the same day has a number behind it."""
_published: dict[AgreementKind, Agreement] = {}
"""Those in force that staff have published: newer than what ships with the package."""
_columns = (agreement.c.kind, agreement.c.version, agreement.c.at)
_versions = sa.select(*_columns).where(agreement.c.kind == sa.bindparam("kind")).order_by(agreement.c.version.desc())
_in_force = _versions.where(agreement.c.asked_from <= sa.bindparam("now")).limit(1)
_one = sa.select(agreement).where(
    agreement.c.kind == sa.bindparam("kind"), agreement.c.version == sa.bindparam("version")
)
_accepted = sa.select(acceptance).where(acceptance.c.account_id == sa.bindparam("id")).order_by(acceptance.c.at.desc())


def rendered(text: str) -> str:
    """Without raw HTML: what staff write is no more trusted than what anybody writes."""
    html: str = MarkdownIt("commonmark", {"html": False}).enable("table").render(text)
    return html


def _path(kind: AgreementKind, language: str = DEFAULT) -> str:
    return f"guidelines/{language}.md" if kind == "guidelines" else f"agreements/{language}/{kind}.md"


@cache
def _read(path: str) -> tuple[dict[str, str], str]:
    text = files("cups.content").joinpath(path).read_text("utf-8")
    _, head, body = text.split("---\n", 2)
    return yaml.safe_load(head), body


@cache
def shipped(kind: AgreementKind) -> Agreement:
    head, body = _read(_path(kind))
    version = str(head["version"])
    return Agreement(kind=kind, version=version, title=head["title"], summary=head["summary"], html=rendered(body))


def current(kind: AgreementKind, language: str = DEFAULT) -> Agreement:
    """The one in force."""
    own, published = shipped(kind), _published.get(kind)
    return told(own if published is None or published.version <= own.version else published, language)


def told(found: Agreement, language: str) -> Agreement:
    """In this language, if the package has a translation of this very version; else as it is, in English, and `language` says so."""
    translation = _translated(found.kind, language)
    return translation if translation is not None and translation.version == found.version else found


@cache
def _translated(kind: AgreementKind, language: str) -> Agreement | None:
    path = _path(kind, language)
    if language == DEFAULT or language not in languages() or not files("cups.content").joinpath(path).is_file():
        return None
    head, body = _read(path)
    return Agreement(
        kind=kind,
        version=str(head["version"]),
        title=head["title"],
        summary=head["summary"],
        html=rendered(body),
        language=language,
    )


def all_current(language: str = DEFAULT) -> list[Agreement]:
    return [current(kind, language) for kind in KINDS]


def guidelines(language: str = DEFAULT) -> dict[str, str]:
    """The community guidelines, in the same form: version, title, summary, html, language."""
    found = current("guidelines", language)
    return {
        "version": found.version,
        "title": found.title,
        "summary": found.summary,
        "html": found.html,
        "language": found.language,
    }


def missing(kind: str, accepted: set[tuple[str, str]]) -> list[AgreementKind]:
    """What an account of this kind has not accepted in its present version."""
    return [k for k in REQUIRED[kind] if (k, current(k).version) not in accepted]


def edition(kind: str) -> tuple[str, ...]:
    """The versions that an account of this kind has to have accepted: changes when one of them does."""
    return tuple(current(k).version for k in REQUIRED[kind])


# What is kept


def load(unit: Unit, now: int) -> None:
    """At start: what ships with the package is kept, to be read when it is in force no more; and what staff have published is known again."""
    for kind in KINDS:
        head, body = _read(_path(kind))
        if unit.conn.execute(_one, {"kind": kind, "version": str(head["version"])}).first() is None:
            _keep(unit.conn, kind, str(head["version"]), head["title"], head["summary"], body, None, now, now)
    _published.clear()
    for found in _begun(unit.conn, now):
        _hear(found)


def _begun(conn: Connection, now: int) -> list[Agreement]:
    """The newest of each kind whose date has come."""
    newest = [conn.execute(_in_force, {"kind": kind, "now": now}).first() for kind in KINDS]
    found = [conn.execute(_one, {"kind": row.kind, "version": row.version}).one() for row in newest if row is not None]
    return [_as_agreement(row) for row in found]


async def begin(db: Database, now: int) -> None:
    """Those that waited for their date, once it has come: everybody whom they concern is asked from now on."""
    begun = await db.read(lambda conn: [one for one in _begun(conn, now) if one.version > current(one.kind).version])

    def work(unit: Unit) -> None:
        for one in begun:
            unit.announce(AgreementPublished(agreement=one))

    if begun:
        await db.write(work)


def publish(
    unit: Unit,
    kind: AgreementKind,
    version: str,
    title: str,
    summary: str,
    text: str,
    *,
    by: str,
    now: int,
    asked_from: int = 0,
) -> None:
    """A new version, in force from `asked_from` on, and at once if that is over: everybody whom it concerns is asked again at their next act. `text`: CommonMark.

    Refused: bad-input (`version` is no date, or not later than the one in force; nothing in title, summary or text). The caller writes the audit log.
    """
    if not VERSION.fullmatch(version) or version <= current(kind).version:
        raise Refused("bad-input", field="version")
    for field, words in (("title", title), ("summary", summary), ("text", text)):
        if not words.strip():
            raise Refused("bad-input", field=field)
    newest = unit.conn.execute(_versions, {"kind": kind}).first()
    if newest is not None and version <= newest.version:
        raise Refused("bad-input", field="version")
    _keep(unit.conn, kind, version, title, summary, text, by, now, max(asked_from, now))
    if asked_from > now:
        return
    html = rendered(text)
    unit.announce(
        AgreementPublished(agreement=Agreement(kind=kind, version=version, title=title, summary=summary, html=html))
    )


def heard(news: AgreementPublished) -> None:
    _hear(news.agreement)


def _hear(found: Agreement) -> None:
    _published[found.kind] = found


def _keep(
    conn: Connection,
    kind: str,
    version: str,
    title: str,
    summary: str,
    text: str,
    by: str | None,
    now: int,
    asked_from: int,
) -> None:
    values = {
        "kind": kind,
        "version": version,
        "title": title,
        "summary": summary,
        "text": text,
        "by_id": by,
        "at": now,
        "asked_from": asked_from,
    }
    conn.execute(agreement.insert(), values)


def _as_agreement(row: Record) -> Agreement:
    return Agreement(kind=row.kind, version=row.version, title=row.title, summary=row.summary, html=rendered(row.text))


def versions(conn: Connection, kind: AgreementKind) -> AgreementVersions:
    """All that were ever in force here, newest first."""
    newest = current(kind).version
    found = [row.version for row in conn.execute(_versions, {"kind": kind}) if row.version <= newest]
    return AgreementVersions(kind=kind, current=newest, versions=found)


def of_version(conn: Connection, kind: AgreementKind, version: str) -> Agreement:
    """not-found: there was no such version here, or it waits for its date."""
    row = conn.execute(_one, {"kind": kind, "version": version}).one_or_none()
    if row is None or version > current(kind).version:
        raise Refused("not-found")
    return _as_agreement(row)


def accepted_by(conn: Connection, account: str) -> list[Accepted]:
    """What somebody accepted and when, newest first."""
    rows = conn.execute(_accepted, {"id": account})
    return [
        Accepted(kind=row.kind, version=row.version, at=row.at, in_force=current(row.kind).version == row.version)
        for row in rows
        if row.kind in KINDS
    ]


def kind_of(text: str) -> AgreementKind:
    """not-found for what is none of the kinds."""
    try:
        kind: AgreementKind = msgspec.convert(text, AgreementKind)
    except msgspec.ValidationError:
        raise Refused("not-found") from None
    return kind
