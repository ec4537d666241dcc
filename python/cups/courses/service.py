"""Courses: importing, reading, taking quizzes. Quizzes are drawn and marked here; an answer leaves only with its mark."""

import random
from collections.abc import Iterable
from pathlib import Path

import msgspec
from sqlalchemy import Connection

from cups.accounts.visitor import Visitor
from cups.clock import Clock
from cups.courses import queries
from cups.courses.parser import Imported, Quiz, Statement, parse_directory, parse_files
from cups.errors import Refused
from cups.ids import new_id
from cups.limits.live import Limits
from cups.settings import Settings
from cups.store.database import Database, Unit
from cups.store.schema import Record
from cups.wire.courses import (
    AnswersIn,
    Attempt,
    Course,
    Drawn,
    ImportProblem,
    ImportReport,
    Marked,
    Score,
    Section,
    SectionLine,
)

TRAINING = "listener"
"""The course whose passing opens the listener account (SPEC I3)."""
_random = random.SystemRandom()


def page_url(course: str, serial: int | None) -> str:
    return f"/learn/{course}" if serial is None else f"/learn/{course}/{serial}"


def read_files(files: Iterable[tuple[str, str]]) -> Imported:
    """Parses files by name and text; long work, fit for a thread."""
    return parse_files(files, page_url)


def read_folder(folder: Path) -> Imported:
    """The Markdown files right inside a folder. OSError if it cannot be read."""
    return parse_directory(folder, page_url)


def store(conn: Connection, parsed: Imported, now: int) -> ImportReport:
    """Stores what is sound, file by file, and reports the rest by file and line."""
    for found in parsed.sections:
        queries.replace(
            conn,
            course=found.course,
            serial=found.serial,
            title=found.title,
            kind=found.kind,
            html=found.html,
            source=found.source,
            quiz=msgspec.json.encode(found.quiz).decode() if found.quiz else None,
            imported_at=now,
        )
    for index in parsed.skipped:
        if index.course and index.title:
            queries.set_title(conn, index.course, index.title)
    return ImportReport(
        files=len(parsed.sections) + len(parsed.skipped) + len({problem.file for problem in parsed.problems}),
        sections=len(parsed.sections),
        statements=sum(len(s.quiz.statements) for s in parsed.sections if s.quiz),
        skipped=[f"{skipped.source}: {skipped.reason}" for skipped in parsed.skipped],
        problems=[ImportProblem(file=p.file, line=p.line, code=p.code, message=p.message) for p in parsed.problems],
    )


def passed(conn: Connection, account_id: str, course: str) -> bool:
    """Whether every section with a quiz is passed. A course without any quiz, or without sections, is passed by nobody."""
    with_quiz = {row.serial for row in queries.sections(conn, course) if row.has_quiz}
    done = queries.done(conn, account_id, course)
    return bool(with_quiz) and all(done.get(serial) for serial in with_quiz)


def training_passed(conn: Connection, account_id: str) -> bool:
    return passed(conn, account_id, TRAINING)


class Courses:
    def __init__(self, db: Database, clock: Clock, settings: Settings, limits: Limits) -> None:
        self._db, self._clock, self._settings, self._limits = db, clock, settings, limits

    async def all(self, account_id: str | None) -> list[Course]:
        return await self._db.read(lambda conn: [self._course(conn, key, account_id) for key in queries.keys(conn)])

    async def one(self, account_id: str | None, key: str) -> Course:
        return await self._db.read(lambda conn: self._course(conn, key, account_id))

    def _course(self, conn: Connection, key: str, account_id: str | None) -> Course:
        rows = queries.sections(conn, key)
        if not rows:
            raise Refused("not-found")
        done = queries.done(conn, account_id, key) if account_id else {}
        lines = [
            SectionLine(
                serial=row.serial,
                title=row.title,
                kind=row.kind,
                has_quiz=row.has_quiz,
                passed=done.get(row.serial, False),
                done=row.serial in done,
            )
            for row in rows
        ]
        return Course(
            key=key,
            title=queries.title(conn, key) or rows[0].title,
            sections=lines,
            passed=account_id is not None and passed(conn, account_id, key),
        )

    async def passed_training(self, account_id: str) -> bool:
        return await self._db.read(training_passed, account_id)

    async def section(self, account_id: str | None, key: str, serial: int) -> Section:
        def read(conn: Connection) -> Section:
            row = self._find(conn, key, serial)
            serials = [line.serial for line in queries.sections(conn, key)]
            place = serials.index(serial)
            return Section(
                course=key,
                serial=serial,
                title=row.title,
                kind=row.kind,
                html=row.html,
                has_quiz=row.quiz is not None,
                passed=bool(account_id and queries.done(conn, account_id, key).get(serial)),
                previous=serials[place - 1] if place else None,
                next=serials[place + 1] if place + 1 < len(serials) else None,
            )

        return await self._db.read(read)

    def _find(self, conn: Connection, key: str, serial: int) -> Record:
        row = queries.one(conn, key, serial)
        if row is None:
            raise Refused("not-found")
        return row

    async def mark_done(self, visitor: Visitor, key: str, serial: int) -> Course:
        """A section without a quiz is done when it was read; one with a quiz is done by passing it."""

        def work(unit: Unit) -> Course:
            row = self._find(unit.conn, key, serial)
            if row.quiz is None:
                queries.mark_done(unit.conn, visitor.id, key, serial, passed=True, now=self._clock.now())
            return self._course(unit.conn, key, visitor.id)

        return await self._db.write(work)

    async def draw(self, visitor: Visitor, key: str, serial: int) -> Attempt:
        """A new attempt: `data-n` statements drawn at random. not-found for a section without a quiz."""
        now = self._clock.now()
        if until := self._limits.check_person(None, "attempt", visitor.facts, now):
            raise Refused("too-fast", retry_at=until)

        def work(unit: Unit) -> Attempt:
            row = self._find(unit.conn, key, serial)
            if row.quiz is None:
                raise Refused("not-found")
            quiz = msgspec.json.decode(row.quiz, type=Quiz)
            drawn = Quiz(
                prompt_html=quiz.prompt_html,
                draw=quiz.draw,
                labels=quiz.labels,
                statements=tuple(_random.sample(quiz.statements, quiz.draw)),
            )
            id = new_id(now)
            text = msgspec.json.encode(drawn).decode()
            queries.add_attempt(unit.conn, id=id, account_id=visitor.id, course=key, serial=serial, drawn=text, at=now)
            return self._attempt(id, drawn)

        return await self._db.write(work)

    def _attempt(self, id: str, quiz: Quiz) -> Attempt:
        return Attempt(
            id=id,
            prompt_html=quiz.prompt_html,
            labels=list(quiz.labels),
            pass_percent=self._settings.quiz_pass_percent,
            statements=[Drawn(number=i, statement=s.text) for i, s in enumerate(quiz.statements)],
        )

    async def attempt(self, visitor: Visitor, id: str) -> tuple[Attempt, Score | None]:
        """An attempt of one's own, with its score once it was marked."""

        def read(conn: Connection) -> tuple[Attempt, Score | None]:
            row, quiz = self._own(conn, visitor, id)
            answers = msgspec.json.decode(row.answers, type=list[bool]) if row.answers else None
            score = None if answers is None else self._score(conn, visitor.id, row, quiz.statements, answers)
            return self._attempt(id, quiz), score

        return await self._db.read(read)

    def _own(self, conn: Connection, visitor: Visitor, id: str) -> tuple[Record, Quiz]:
        row = queries.find_attempt(conn, id)
        if row is None or row.account_id != visitor.id:
            raise Refused("not-found")
        return row, msgspec.json.decode(row.drawn, type=Quiz)

    async def mark(self, visitor: Visitor, id: str, form: AnswersIn) -> Score:
        """Marks an attempt, once. Refused: not-found, already-marked, bad-input unless there is one answer a statement."""
        now = self._clock.now()

        def work(unit: Unit) -> Score:
            row, quiz = self._own(unit.conn, visitor, id)
            if len(form.answers) != len(quiz.statements):
                raise Refused("bad-input", field="answers")
            if not queries.close_attempt(unit.conn, id, msgspec.json.encode(form.answers).decode(), now):
                raise Refused("already-marked")
            right = sum(s.answer == given for s, given in zip(quiz.statements, form.answers, strict=True))
            if self._passes(right, len(quiz.statements)):
                queries.mark_done(unit.conn, visitor.id, row.course, row.serial, passed=True, now=now)
            return self._score(unit.conn, visitor.id, row, quiz.statements, form.answers)

        return await self._db.write(work)

    def _passes(self, right: int, of: int) -> bool:
        return right * 100 >= self._settings.quiz_pass_percent * of

    def _score(
        self, conn: Connection, account_id: str, row: Record, statements: tuple[Statement, ...], answers: list[bool]
    ) -> Score:
        marked = [
            Marked(number=i, statement=s.text, answered=given, correct=s.answer == given, explanation=s.explanation)
            for i, (s, given) in enumerate(zip(statements, answers, strict=True))
        ]
        right = sum(m.correct for m in marked)
        return Score(
            right=right,
            of=len(marked),
            percent=right * 100 // len(marked),
            passed=self._passes(right, len(marked)),
            course_passed=passed(conn, account_id, row.course),
            marked=marked,
        )
