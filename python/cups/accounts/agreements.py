"""The agreements and guidelines in force, and before: versioned texts that ship with the package or that staff publish, and which of them each kind of
account has to have accepted.

The newest version is in force, by its name, which is a date. Every text that was ever in force here lies in the table, so that people can read what they
accepted; those in force are in memory, once for the process, since every request asks for them. `publish` tells it after its commit.
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
from cups.store.database import Unit
from cups.store.schema import Record
from cups.wire.people import Accepted, Agreement, AgreementKind, AgreementVersions

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
_one = sa.select(agreement).where(
    agreement.c.kind == sa.bindparam("kind"), agreement.c.version == sa.bindparam("version")
)
_accepted = sa.select(acceptance).where(acceptance.c.account_id == sa.bindparam("id")).order_by(acceptance.c.at.desc())


def rendered(text: str) -> str:
    """Without raw HTML: what staff write is no more trusted than what anybody writes."""
    html: str = MarkdownIt("commonmark", {"html": False}).enable("table").render(text)
    return html


def _path(kind: AgreementKind) -> str:
    return "guidelines/en.md" if kind == "guidelines" else f"agreements/en/{kind}.md"


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


def current(kind: AgreementKind) -> Agreement:
    """The one in force."""
    own, published = shipped(kind), _published.get(kind)
    return own if published is None or published.version <= own.version else published


def all_current() -> list[Agreement]:
    return [current(kind) for kind in KINDS]


def guidelines() -> dict[str, str]:
    """The community guidelines, in the same form: version, title, summary, html."""
    found = current("guidelines")
    return {"version": found.version, "title": found.title, "summary": found.summary, "html": found.html}


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
            _keep(unit.conn, kind, str(head["version"]), head["title"], head["summary"], body, None, now)
    _published.clear()
    for kind in KINDS:
        newest = unit.conn.execute(_versions, {"kind": kind}).first()
        assert newest is not None
        _hear(_as_agreement(unit.conn.execute(_one, {"kind": kind, "version": newest.version}).one()))


def publish(
    unit: Unit, kind: AgreementKind, version: str, title: str, summary: str, text: str, *, by: str, now: int
) -> None:
    """A new version, in force from the commit on: everybody whom it concerns is asked again at their next act. `text`: CommonMark.

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
    _keep(unit.conn, kind, version, title, summary, text, by, now)
    html = rendered(text)
    unit.announce(
        AgreementPublished(agreement=Agreement(kind=kind, version=version, title=title, summary=summary, html=html))
    )


def heard(news: AgreementPublished) -> None:
    _hear(news.agreement)


def _hear(found: Agreement) -> None:
    _published[found.kind] = found


def _keep(
    conn: Connection, kind: str, version: str, title: str, summary: str, text: str, by: str | None, now: int
) -> None:
    values = {
        "kind": kind,
        "version": version,
        "title": title,
        "summary": summary,
        "text": text,
        "by_id": by,
        "at": now,
    }
    conn.execute(agreement.insert(), values)


def _as_agreement(row: Record) -> Agreement:
    return Agreement(kind=row.kind, version=row.version, title=row.title, summary=row.summary, html=rendered(row.text))


def versions(conn: Connection, kind: AgreementKind) -> AgreementVersions:
    """All that were ever in force here, newest first."""
    found = conn.execute(_versions, {"kind": kind})
    return AgreementVersions(kind=kind, current=current(kind).version, versions=[row.version for row in found])


def of_version(conn: Connection, kind: AgreementKind, version: str) -> Agreement:
    """not-found: there was no such version here."""
    row = conn.execute(_one, {"kind": kind, "version": version}).one_or_none()
    if row is None:
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
