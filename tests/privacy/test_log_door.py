"""The door of the log: what passes, and in which shape, when our own code, libraries, threads and the interpreter itself have something to say."""

import ast
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import cups

SECRET = "plantedSecret"
PACKAGE = Path(cups.__file__).parent
START = "import logging, structlog, sys, threading, warnings\nfrom cups import logs\nlogs.set_up({level!r}, {format!r}, process='test')\nlog = structlog.get_logger()\nsecret = 'planted' + 'Secret'\n"


def said(code: str, level: str = "debug", format: str = "json") -> str:
    """All that a process with this code writes to anywhere."""
    done = subprocess.run(
        [sys.executable, "-c", START.format(level=level, format=format) + code],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.stdout + done.stderr


def lines(code: str, level: str = "debug") -> list[dict[str, Any]]:
    return [json.loads(line) for line in said(code, level).splitlines()]


def test_a_line_says_what_where_and_when() -> None:
    (line,) = lines("log.info('copies made', count=3)")
    assert line.pop("at").endswith("+00:00")
    assert line == {"level": "info", "process": "test", "event": "copies made", "count": 3}


def test_text_passes_in_known_fields_alone() -> None:
    (line,) = lines(
        "log.info('x', code='bad-csrf', name=secret, list=[secret], error=ValueError(secret), kind='say \"' + secret)"
    )
    assert line["code"] == "bad-csrf"
    assert {line[name] for name in ("name", "list", "error", "kind")} == {"(withheld)"}


WAYS = {
    "an exception": "try:\n    raise ValueError(secret)\nexcept ValueError:\n    log.exception('failed')",
    "its notes": "error = ValueError(); error.add_note(secret)\nlog.error('failed', exc_info=error)",
    "its cause": "try:\n    try:\n        {}[secret]\n    except KeyError as e:\n        raise RuntimeError from e\nexcept RuntimeError:\n    log.exception('failed')",
    "a group": "log.error('failed', exc_info=ExceptionGroup(secret, [ValueError(secret), OSError(2, secret)]))",
    "a statement": "import sqlalchemy as sa\ntry:\n    sa.create_engine('sqlite://').connect().execute(sa.text('select :a from x'), {'a': secret})\nexcept sa.exc.DBAPIError:\n    log.exception('failed')",
    "a library": "logging.getLogger('hypercorn.error').error('from %s', secret)",
    "a library that fills in by itself": "logging.getLogger('alembic').info('x ' + secret)",
    "a library's exception": "try:\n    int(secret)\nexcept ValueError:\n    logging.getLogger('y').exception('x')",
    "a library's faulty call": "logging.getLogger('y').error('%d', secret)",
    "a warning": "warnings.warn(secret)",
    "a thread": "def work():\n    raise ValueError(secret)\nthread = threading.Thread(target=work); thread.start(); thread.join()",
    "what nobody can be told": "class Gone:\n    def __del__(self):\n        raise ValueError(secret)\ndel_me = Gone(); del del_me",
    "the end": "raise ValueError(secret)",
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("format", ["json", "text"])
def test_no_way_past_the_door(way: str, format: str) -> None:
    output = said(WAYS[way], format=format)
    assert output.strip() and SECRET not in output
    if "exception" in way or way in ("a thread", "the end", "what nobody can be told"):
        assert "ValueError" in output and "<string>:" in output, "kind and place"


def test_what_a_library_says_is_told_as_it_stands_in_its_code() -> None:
    (line,) = lines(WAYS["a library"])
    assert line["event"] == "from %s" and line["work"].startswith("hypercorn.error ") and line["level"] == "error"
    (line,) = lines(WAYS["a library that fills in by itself"])
    assert line["event"] == "a library has something to say"


def test_an_exception_is_told_by_kind_state_and_place() -> None:
    (line,) = lines(WAYS["a statement"])
    outer, inner = line["exceptions"]
    assert outer["kind"] == "sqlalchemy.exc.OperationalError" and inner["sqlite_errorname"] == "SQLITE_ERROR"
    assert any(place.startswith("sqlalchemy/engine/base.py:") for place in outer["places"])


def test_less_is_said_by_the_level() -> None:
    code = "log.debug('a'); log.info('b'); log.warning('c'); logging.getLogger('x').info('d')"
    assert [line["event"] for line in lines(code, "debug")] == ["a", "b", "c", "d"]
    assert [line["event"] for line in lines(code, "warning")] == ["c"]


def test_a_standard_error_that_takes_nothing_ends_nothing() -> None:
    code = "import os\nos.close(2)\nlog.error('x')\nprint('still here', logs.counts['lost'], logs.counts['error'])"
    assert said(code) == "still here 1 1\n"


def test_every_event_is_a_literal_of_our_code() -> None:
    """So that nothing can be put into one."""
    wrong, seen = [], 0
    for file in PACKAGE.rglob("*.py"):
        if file.name == "logs.py":
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            of = node.func.value
            if not (isinstance(of, ast.Name) and of.id == "log") or node.func.attr == "bind":
                continue
            seen += 1
            literal = len(node.args) == 1 and isinstance(node.args[0], ast.Constant)
            chosen = [ast.unparse(one) for one in node.args] == ["*_SAID[outcome]"]
            if not (literal or chosen):
                wrong.append(f"{file.relative_to(PACKAGE)}:{node.lineno}")
    assert wrong == [] and seen > 30
