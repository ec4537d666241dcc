"""One statement of a quiz, and the encoded form it has in a course file.

An encoded statement is base64 of UTF-8 `statement/Y/explanation` (true) or `statement/N/explanation` (false). This
keeps the answers out of sight of whoever glances at a file; it is no secret. Where it stands in a file, and how many
are drawn, is not known here.
"""

import base64
import binascii
import html
import re
from typing import Literal

import msgspec

StatementFault = Literal["bad-base64", "bad-utf8", "no-answer", "empty-statement"]

_ANSWER = re.compile(r"/([YN])/")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")


class Statement(msgspec.Struct, frozen=True):
    """What a learner marks as true or false, as plain text (no markup: whoever shows it must escape it).

    `line` is its place in the file, from 1.
    """

    text: str
    answer: bool
    explanation: str
    line: int


class StatementError(ValueError):
    """An encoded statement that can't be read. `fault` says in which way, the text says so to the author."""

    def __init__(self, fault: StatementFault, message: str) -> None:
        super().__init__(message)
        self.fault: StatementFault = fault


def decode_statement(encoded: str, line: int) -> Statement:
    """Read one encoded statement. Padding may be absent, white space is ignored, HTML entities become characters.

    The statement ends at the first `/Y/` or `/N/`; all after it is the explanation, which may be empty, and slashes
    anywhere else mean themselves. Raises StatementError.
    """
    text = _decode_base64(encoded)
    parts = _ANSWER.split(text, maxsplit=1)
    if len(parts) != 3:
        raise StatementError("no-answer", "the statement has neither /Y/ (true) nor /N/ (false) in it")
    statement = _plain(parts[0])
    if not statement:
        raise StatementError("empty-statement", "there is an answer but no statement before it")
    return Statement(text=statement, answer=parts[1] == "Y", explanation=_plain(parts[2]), line=line)


def encode_statement(text: str, answer: bool, explanation: str = "") -> str:
    """Encode one statement, so that `decode_statement` gives it back with its white space tidied.

    Raises StatementError if the text is empty or has an answer mark of its own, which would be taken for the answer.
    """
    text, explanation = " ".join(text.split()), " ".join(explanation.split())
    if not text:
        raise StatementError("empty-statement", "there is an answer but no statement before it")
    # With the slash that will follow, so that a text ending in "/Y" is caught too.
    if _ANSWER.search(f"{text}/"):
        raise StatementError("no-answer", "a statement can't have /Y/ or /N/ in it: its answer would be unclear")
    raw = f"{_escape(text)}/{'Y' if answer else 'N'}/{_escape(explanation)}"
    return base64.b64encode(raw.encode()).decode("ascii")


def _decode_base64(encoded: str) -> str:
    packed = "".join(encoded.split()).rstrip("=")
    if not packed:
        raise StatementError("bad-base64", "the item is empty")
    try:
        raw = base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise StatementError("bad-base64", "the item is not base64") from error
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise StatementError("bad-utf8", f"the decoded item is not UTF-8 (byte {error.start})") from error


def _plain(text: str) -> str:
    # Only whole entities: html.unescape alone would also turn a bare "&copy" inside a word into a sign.
    text = _ENTITY.sub(lambda found: html.unescape(found[0]), text)
    text = "".join(" " if ord(char) < 32 or ord(char) == 127 else char for char in text)
    return " ".join(text.replace("\ufeff", "").split())


def _escape(text: str) -> str:
    # Text that only looks like an entity has to come back as it was.
    return _ENTITY.sub(lambda found: "&amp;" + found[0][1:], text)
