"""Becoming a listener the way everyone does: sign up, read the course, pass its quizzes, open the listener account.

The answers are known to whoever has the course files; the quizzes are drawn and marked by the server all the same.
"""

import secrets
from functools import cache
from pathlib import Path

from cups.courses.parser import parse_directory
from cups.wire.courses import AnswersIn, Attempt, Course, Score, Section
from cups.wire.people import Agreement, BecomeListenerIn, Me, SignUpIn
from cups.wire.signin import SignUpOut
from loadtests.people import GaveUp, Person

COURSE = "listener"


@cache
def answers(folder: Path) -> dict[str, bool]:
    """Whether each statement of the course is true."""
    parsed = parse_directory(folder, lambda _course, _serial: "")
    return {s.text: s.answer for section in parsed.sections if section.quiz for s in section.quiz.statements}


def new_name() -> str:
    """A name that nobody has. Without vowels and digits: by chance those may spell a word that no name may hold."""
    return "load" + "".join(secrets.choice("bcdfgjlmnpqrtvwz") for _ in range(14))


def become_listener(person: Person, course_files: Path) -> None:
    """From guest to listener; GaveUp if anything is refused."""
    known = answers(course_files)
    person.me = person.post("/api/sign-up", SignUpIn(password=secrets.token_urlsafe(16)), SignUpOut).me
    course = person.get(f"/api/courses/{COURSE}", Course)
    for line in course.sections:
        path = f"/api/courses/{COURSE}/sections/{line.serial}"
        name = f"/api/courses/{COURSE}/sections/…"
        person.get(path, Section, name=name)
        if line.has_quiz:
            attempt = person.post(f"{path}/attempts", None, Attempt, name=f"{name}/attempts")
            given = [known.get(drawn.statement, True) for drawn in attempt.statements]
            score = person.post(f"/api/attempts/{attempt.id}", AnswersIn(answers=given), Score, name="/api/attempts/…")
            if not score.passed:
                person.tally.hindered(
                    "The listener training on the server is another one than in these files: name its folder with --course."
                )
                raise GaveUp
        else:
            person.post(f"{path}/done", None, Course, name=f"{name}/done")
    agreement = next(a for a in person.get("/api/agreements", list[Agreement]) if a.kind == "listener")
    form = BecomeListenerIn(name=new_name(), agreement=agreement.version)
    person.me = person.post("/api/listener", form, Me)
