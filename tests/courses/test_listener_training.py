"""The training that ships with the platform is a course file like any other, and its quizzes are fair."""

from importlib.resources import as_file, files

import pytest

from cups.courses.parser import Imported, Section, parse_directory


@pytest.fixture(scope="module")
def training() -> Imported:
    with as_file(files("cups").joinpath("content/courses/listener")) as folder:
        return parse_directory(folder)


def quizzed(training: Imported) -> list[Section]:
    return [section for section in training.sections if section.kind == "section"]


def test_training_is_read_without_a_problem(training: Imported) -> None:
    assert training.problems == []
    assert [section.serial for section in training.sections] == list(range(len(training.sections)))
    assert {section.course for section in training.sections} == {"listener"}
    assert [(skipped.course, skipped.title) for skipped in training.skipped] == [("listener", "Listener training")]


def test_every_section_has_a_quiz_that_guessing_does_not_pass(training: Imported) -> None:
    assert len(quizzed(training)) >= 7
    for section in quizzed(training):
        assert section.quiz is not None, section.source
        count = len(section.quiz.statements)
        true = sum(statement.answer for statement in section.quiz.statements)
        assert section.quiz.draw == 6 and 12 <= count <= 16, section.source
        # Answering the same throughout never reaches the pass mark on the whole bank.
        assert 0.4 <= true / count <= 0.6, section.source


def test_every_explanation_teaches_and_no_statement_comes_twice(training: Imported) -> None:
    statements = [statement for section in quizzed(training) if section.quiz for statement in section.quiz.statements]
    assert all(len(statement.explanation) >= 30 for statement in statements)
    assert len({statement.text for statement in statements}) == len(statements)
