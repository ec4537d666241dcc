"""Finds the quiz of a section among its blocks and takes it out of them, so that no page can show the answers.

A quiz is a prompt (the marked paragraph and all that stands between it and the list) and the list of its statements.
"""

import re

import msgspec
from markdown_it.token import Token

from cups.courses.attributes import QuizMark, quiz_mark
from cups.courses.markdown import Document, LinkResolver, render_tokens
from cups.courses.problems import Problem
from cups.courses.statements import Statement, StatementError, decode_statement

DEFAULT_LABELS = ("True", "False")

_LISTS = ("bullet_list_open", "ordered_list_open")
_WHOLE = re.compile(r"[0-9]{1,4}")


class Quiz(msgspec.Struct, frozen=True):
    """`draw` of the statements are asked at random, at least one and never more than there are.

    `labels` name the answers for true and for false. `statements` hold the answers: they stay on the server.
    """

    prompt_html: str
    draw: int
    labels: tuple[str, str]
    statements: tuple[Statement, ...]


class Parted(msgspec.Struct, frozen=True):
    """A document's blocks without its quiz, the quiz, and what is wrong with it."""

    tokens: list[Token]
    quiz: Quiz | None
    problems: list[Problem]


def part_quiz(file: str, document: Document, resolve_link: LinkResolver | None = None) -> Parted:
    """Take the quiz out of a document. A mark that asks for none (`data-n="0"`) leaves its paragraph in the text."""
    tokens = document.tokens
    problems = [
        Problem(file, mark.line, "quiz-without-prompt", "the quiz line must stand right below the paragraph that asks")
        for mark in document.stray_marks
    ]
    marked = [(index, mark) for index, token in enumerate(tokens) if (mark := quiz_mark(token)) is not None]
    for _, mark in marked[1:]:
        problems.append(Problem(file, mark.line, "quiz-twice", f"the quiz of this file is on line {marked[0][1].line}"))
    quiz = None
    rest = tokens
    if marked:
        start, mark = marked[0]
        items = _list_after(tokens, start)
        draw = int(mark.draw) if _WHOLE.fullmatch(mark.draw) else None
        if draw is None:
            problems.append(Problem(file, mark.line, "draw-not-whole", f'data-n="{mark.draw}" is not a whole number'))
        if draw == 0:
            if items is not None and _all_encoded(tokens[items[0] : items[1]]):
                # A quiz switched off by its author; its answers still aren't for the page.
                rest = tokens[: items[0]] + tokens[items[1] :]
        elif items is None:
            message = "no list of statements follows the quiz line"
            problems.append(Problem(file, mark.line, "quiz-without-list", message))
        else:
            rest = tokens[:start] + tokens[items[1] :]
            labels = _read_labels(file, mark, problems)
            statements, count = _read_items(file, tokens[items[0] : items[1]], problems)
            if draw is not None and draw > count:
                message = f"{draw} statements are to be drawn, but there are {count}"
                problems.append(Problem(file, mark.line, "draw-too-large", message))
            if draw is not None and not problems:
                prompt = render_tokens(document, tokens[start : items[0]], resolve_link)
                quiz = Quiz(prompt_html=prompt, draw=draw, labels=labels, statements=tuple(statements))
    problems.extend(_answers_in_view(file, rest))
    return Parted(tokens=rest, quiz=quiz, problems=problems)


def _list_after(tokens: list[Token], start: int) -> tuple[int, int] | None:
    """Where the first list of the text itself after `start` begins and ends."""
    for first in range(start, len(tokens)):
        if tokens[first].level == 0 and tokens[first].type in _LISTS:
            for last in range(first + 1, len(tokens)):
                if tokens[last].level == 0:
                    return first, last + 1
    return None


def _read_labels(file: str, mark: QuizMark, problems: list[Problem]) -> tuple[str, str]:
    if mark.labels is None:
        return DEFAULT_LABELS
    words = [word.strip() for word in mark.labels.split(",")]
    if len(words) != 2 or not all(words) or words[0] == words[1]:
        message = f'data-opt="{mark.labels}" does not name two different answers with a comma between'
        problems.append(Problem(file, mark.line, "labels-invalid", message))
        return DEFAULT_LABELS
    return words[0], words[1]


def _read_items(file: str, tokens: list[Token], problems: list[Problem]) -> tuple[list[Statement], int]:
    """The readable statements of a list, and the number of all its items."""
    statements: list[Statement] = []
    starts = [index for index, token in enumerate(tokens) if token.type == "list_item_open" and token.level == 1]
    for start, end in zip(starts, [*starts[1:], len(tokens) - 1], strict=True):
        line = _line(tokens[start])
        inside = [token for token in tokens[start + 1 : end] if token.level > 1]
        if [token.type for token in inside] not in ([], ["paragraph_open", "inline", "paragraph_close"]):
            message = "an item of a quiz holds one encoded statement, nothing else"
            problems.append(Problem(file, line, "item-not-text", message))
            continue
        try:
            statements.append(decode_statement(inside[1].content if inside else "", line))
        except StatementError as error:
            problems.append(Problem(file, line, error.fault, str(error)))
    return statements, len(starts)


def _answers_in_view(file: str, tokens: list[Token]) -> list[Problem]:
    message = "an encoded statement stands outside a quiz, where its answer would be seen: is a quiz line missing?"
    return [
        Problem(file, _line(token), "answers-in-view", message)
        for token in tokens
        if token.type == "inline" and any(_is_encoded(line) for line in token.content.split("\n"))
    ]


def _all_encoded(tokens: list[Token]) -> bool:
    texts = [token.content for token in tokens if token.type == "inline"]
    return bool(texts) and all(_is_encoded(text) for text in texts)


def _is_encoded(text: str) -> bool:
    try:
        decode_statement(text, 0)
    except StatementError:
        return False
    return True


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 1
