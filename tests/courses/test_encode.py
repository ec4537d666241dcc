"""The author's tool: readable statements in, a quiz's list out, and back."""

import random
from pathlib import Path

import pytest

from cups.courses.encode import LineError, decode_lines, encode_lines, main
from cups.courses.statements import Statement, StatementError, decode_statement, encode_statement

LINES = [
    "Tea is a plant. / Y / It grows on hills.",
    "Milk and/or lemon goes in first. / N / Either way, later.",
    "Half a cup (1/2) is enough. / N /",
]


def test_lines_come_back_as_they_were() -> None:
    assert list(decode_lines(encode_lines(LINES))) == LINES


def test_comments_and_empty_lines_are_passed_over() -> None:
    assert list(encode_lines(["# on tea", "", *LINES])) == list(encode_lines(LINES))


def test_any_statement_comes_back() -> None:
    chance = random.Random(5)
    letters = "ab /&#;lt<>é茶🫖"
    for _ in range(500):
        text = "".join(chance.choices(letters, k=12))
        explanation = "".join(chance.choices(letters, k=12))
        if not text.split():
            continue
        answer = chance.random() < 0.5
        assert decode_statement(encode_statement(text, answer, explanation), 4) == Statement(
            text=" ".join(text.split()), answer=answer, explanation=" ".join(explanation.split()), line=4
        )


@pytest.mark.parametrize("text", ["tea/Y/water", "tea/N", "", "  "])
def test_statement_that_would_not_come_back_is_refused(text: str) -> None:
    with pytest.raises(StatementError):
        encode_statement(text, True)


def test_wrong_line_is_named() -> None:
    with pytest.raises(LineError, match="line 2"):
        list(encode_lines([LINES[0], "Tea is a plant. Y"]))


def test_tool_reads_a_whole_course_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    readable = tmp_path / "quiz.txt"
    readable.write_text("\n".join(LINES), encoding="utf-8")
    assert main([str(readable)]) == 0
    course = tmp_path / "course.md"
    course.write_text("---\ntitle: Tea\n---\n- not a statement\n\n" + capsys.readouterr().out, encoding="utf-8")
    assert main(["--decode", str(course)]) == 0
    assert capsys.readouterr().out.splitlines() == LINES


def test_tool_writes_nothing_when_a_line_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    readable = tmp_path / "quiz.txt"
    readable.write_text(LINES[0] + "\nwrong\n", encoding="utf-8")
    assert main([str(readable)]) == 1
    said = capsys.readouterr()
    assert said.out == "" and "line 2" in said.err
