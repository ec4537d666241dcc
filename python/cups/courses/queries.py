"""Every statement about courses, attempts and progress."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from cups.courses.tables import attempt, course_title, progress, section
from cups.reach import Facts
from cups.store.schema import Record


def sections_passed(conn: Connection, person: Facts) -> int:
    """How many sections of courses somebody has read and passed."""
    found = sa.select(sa.func.count()).select_from(progress)
    return int(conn.execute(found.where(progress.c.account_id == person.id, progress.c.passed)).scalar_one())


def keys(conn: Connection) -> list[str]:
    return list(conn.execute(sa.select(section.c.course).distinct().order_by(section.c.course)).scalars())


def sections(conn: Connection, course: str) -> list[Record]:
    """In order; without the text, which only a section's own page needs."""
    columns = (
        section.c.course,
        section.c.serial,
        section.c.title,
        section.c.kind,
        section.c.quiz.is_not(None).label("has_quiz"),
    )
    return list(conn.execute(sa.select(*columns).where(section.c.course == course).order_by(section.c.serial)))


def one(conn: Connection, course: str, serial: int) -> Record | None:
    return conn.execute(sa.select(section).where(section.c.course == course, section.c.serial == serial)).one_or_none()


def replace(conn: Connection, **values: Any) -> None:
    """Puts a section in its place; the same file under another number moves."""
    course, serial, source = values["course"], values["serial"], values["source"]
    there = sa.or_(section.c.serial == serial, section.c.source == source)
    conn.execute(section.delete().where(section.c.course == course, there))
    conn.execute(section.insert(), values)


def set_title(conn: Connection, course: str, title: str) -> None:
    conn.execute(course_title.delete().where(course_title.c.course == course))
    conn.execute(course_title.insert(), {"course": course, "title": title})


def title(conn: Connection, course: str) -> str | None:
    return conn.execute(sa.select(course_title.c.title).where(course_title.c.course == course)).scalar_one_or_none()


def done(conn: Connection, account_id: str, course: str) -> dict[int, bool]:
    """The sections this person has done, and whether passed."""
    rows = conn.execute(
        sa.select(progress.c.serial, progress.c.passed).where(
            progress.c.account_id == account_id, progress.c.course == course
        )
    )
    return {row.serial: row.passed for row in rows}


def mark_done(conn: Connection, account_id: str, course: str, serial: int, *, passed: bool, now: int) -> None:
    """Once passed stays passed."""
    where = sa.and_(progress.c.account_id == account_id, progress.c.course == course, progress.c.serial == serial)
    before = conn.execute(sa.select(progress.c.passed).where(where)).scalar_one_or_none()
    if before is None:
        conn.execute(
            progress.insert(),
            {"account_id": account_id, "course": course, "serial": serial, "passed": passed, "at": now},
        )
    elif passed and not before:
        conn.execute(progress.update().where(where).values(passed=True, at=now))


def add_attempt(conn: Connection, **values: Any) -> None:
    conn.execute(attempt.insert(), values)


def find_attempt(conn: Connection, id: str) -> Record | None:
    return conn.execute(sa.select(attempt).where(attempt.c.id == id)).one_or_none()


def close_attempt(conn: Connection, id: str, answers: str, now: int) -> bool:
    """False if it was marked already."""
    closing = (
        attempt.update().where(attempt.c.id == id, attempt.c.marked_at.is_(None)).values(answers=answers, marked_at=now)
    )
    return conn.execute(closing).rowcount == 1
