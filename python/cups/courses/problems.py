"""What can be wrong with a course file, told so that its author finds the place."""

from typing import Literal

import msgspec

from cups.courses.statements import StatementFault

ProblemCode = (
    StatementFault
    | Literal[
        "file-too-large",
        "file-not-utf8",
        "front-matter-missing",
        "front-matter-broken",
        "title-missing",
        "serial-missing",
        "serial-not-whole",
        "layout-missing",
        "layout-invalid",
        "class-invalid",
        "duplicate-serial",
        "duplicate-name",
        "quiz-without-prompt",
        "quiz-without-list",
        "quiz-twice",
        "item-not-text",
        "draw-not-whole",
        "draw-too-large",
        "labels-invalid",
        "answers-in-view",
    ]
)


class Problem(msgspec.Struct, frozen=True):
    """One thing to mend: the file's name, the line of the whole file from 1, a stable code, and words for the author."""

    file: str
    line: int
    code: ProblemCode
    message: str
