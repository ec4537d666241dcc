"""What somebody knows who has read the training: which statements are true. And what no page may give away."""

import re
from functools import cache
from importlib.resources import as_file, files

from cups.courses.parser import Imported, parse_directory

COURSE = files("cups").joinpath("content/courses/listener")
_ENCODED = re.compile(r"^\s*[-*+]\s+([A-Za-z0-9+/=]{40,})\s*$", re.MULTILINE)


@cache
def _training() -> Imported:
    with as_file(COURSE) as folder:
        return parse_directory(folder)


@cache
def right_answers() -> dict[str, bool]:
    """By the statement's words."""
    quizzes = [section.quiz for section in _training().sections if section.quiz]
    return {statement.text: statement.answer for quiz in quizzes for statement in quiz.statements}


@cache
def secrets() -> list[str]:
    """Every encoded item of the course's files, and every explanation."""
    encoded = [
        item
        for file in COURSE.iterdir()
        if file.name.endswith(".md")
        for item in _ENCODED.findall(file.read_text("utf-8"))
    ]
    quizzes = [section.quiz for section in _training().sections if section.quiz]
    explanations = [statement.explanation for quiz in quizzes for statement in quiz.statements]
    assert len(encoded) == len(explanations) > 90
    return encoded + explanations


def sections() -> list[str]:
    """The titles, in order."""
    return [section.title for section in _training().sections]


def given_away(source: str) -> list[str]:
    """What a page's source tells before it should. Characters may stand as entities."""
    plain = source.replace("&#39;", "'").replace("&#34;", '"').replace("&quot;", '"').replace("&amp;", "&")
    return [secret for secret in secrets() if secret in plain]
