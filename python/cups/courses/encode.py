"""For authors of courses: `python -m cups.courses.encode` turns readable statements into a quiz's list, and back.

It reads a file, or what is typed, one statement a line:

    A listener keeps what they hear to themselves. / Y / What is said in a chat stays there.

and writes the list to put under the quiz line. Spaces stand around the answer, so slashes in the text do no harm. Empty
lines and lines that begin with # are passed over. With --decode it reads a list, or a whole course file, and writes
the readable lines.
"""

import argparse
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from cups.courses.statements import StatementError, decode_statement, encode_statement

_READABLE = re.compile(r"(?P<text>.*?)\s+/\s*(?P<answer>[YN])\s*/(?:\s+(?P<explanation>.*))?\Z")
_ITEM = re.compile(r" {0,3}[-*+]\s+(?P<encoded>[A-Za-z0-9+/]+={0,2})\s*\Z")


class LineError(ValueError):
    """A line that can't be turned, by its number from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"line {line}: {message}")


def encode_lines(lines: Iterable[str]) -> Iterator[str]:
    """The items of a quiz's list, one for each `statement / Y / explanation`. Raises LineError."""
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        found = _READABLE.match(line.strip())
        if found is None:
            raise LineError(number, "not of the form: statement / Y / explanation")
        try:
            yield "- " + encode_statement(found["text"], found["answer"] == "Y", found["explanation"] or "")
        except StatementError as error:
            raise LineError(number, str(error)) from error


def decode_lines(lines: Iterable[str]) -> Iterator[str]:
    """The readable line of each item of a list; lines that are no encoded statement are passed over."""
    for line in lines:
        found = _ITEM.match(line.rstrip("\n"))
        if found is None:
            continue
        try:
            statement = decode_statement(found["encoded"], 0)
        except StatementError:
            continue
        yield f"{statement.text} / {'Y' if statement.answer else 'N'} / {statement.explanation}".rstrip()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the tool. Gives 0, or 1 after saying which line is wrong; then nothing is written."""
    parser = argparse.ArgumentParser(prog="python -m cups.courses.encode", description="Write or read a quiz's list.")
    parser.add_argument("file", nargs="?", type=Path, help="the file to read (what is typed, if none is given)")
    parser.add_argument(
        "--decode", action="store_true", help="turn a list, or a whole course file, into readable lines"
    )
    options = parser.parse_args(arguments)
    text = options.file.read_text(encoding="utf-8") if options.file else sys.stdin.read()
    turn = decode_lines if options.decode else encode_lines
    try:
        result = list(turn(text.splitlines()))
    except LineError as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
