"""Courses: reading sections, taking quizzes. No answer leaves the server before the person has answered."""

from typing import Annotated

from msgspec import Meta

from cups.wire.base import Body, Id


class SectionLine(Body):
    serial: int
    title: str
    kind: str
    has_quiz: bool
    passed: bool = False
    done: bool = False


class Course(Body):
    key: str
    title: str
    sections: list[SectionLine]
    passed: bool = False


class Courses(Body):
    courses: list[Course]


class Section(Body):
    course: str
    serial: int
    title: str
    kind: str
    html: str
    has_quiz: bool
    passed: bool = False
    previous: int | None = None
    next: int | None = None


class Drawn(Body):
    """One statement of an attempt, by its place in the attempt."""

    number: int
    statement: str


class Attempt(Body):
    """A draw of statements, marked once. `labels` name the answers for true and for false."""

    id: Id
    prompt_html: str
    labels: list[str]
    pass_percent: int
    statements: list[Drawn]


class AnswersIn(Body):
    """True or false for each statement, in the order of the attempt."""

    answers: Annotated[list[bool], Meta(min_length=1, max_length=100)]


class Marked(Body):
    number: int
    statement: str
    answered: bool
    correct: bool
    explanation: str


class Score(Body):
    right: int
    of: int
    percent: int
    passed: bool
    course_passed: bool
    marked: list[Marked]


class CourseFile(Body):
    name: Annotated[str, Meta(min_length=1, max_length=200)]
    text: Annotated[str, Meta(max_length=1_000_000)]


class ImportIn(Body):
    files: Annotated[list[CourseFile], Meta(min_length=1, max_length=500)]


class ImportProblem(Body):
    file: str
    line: int
    code: str
    message: str


class ImportReport(Body):
    """Files with a problem are left out whole; the others are in."""

    files: int
    sections: int
    statements: int
    skipped: list[str]
    problems: list[ImportProblem]
