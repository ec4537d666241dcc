"""The one door of the log: what a process of cups says of itself, on standard error, with nothing in it of what people say, hold or are called.

Words pass only where they are known to be ours: an event is a literal of our code, a field of text is one of `WORDS`, a library's message is
shown as it stands in the library's own code, never filled in. Of an exception its kinds and places are told and never its message, which
may hold a statement's values, a key, a name. Whatever else would write to standard error by itself comes here, too.
"""

import logging
import re
import sys
import threading
import time
import warnings
from collections.abc import Iterable, Mapping, MutableMapping
from datetime import UTC, datetime
from types import FrameType, TracebackType
from typing import Any, Literal, TextIO

import msgspec
import structlog

from cups.errors import Refused

Level = Literal["debug", "info", "warning", "error"]
Format = Literal["auto", "json", "text"]
Fields = dict[str, Any]

WORDS = frozenset(
    {
        "code",
        "do",
        "error",
        "kind",
        "language",
        "key",
        "news",
        "process",
        "route",
        "rule",
        "setting",
        "version",
        "why",
        "work",
    }
)
"""Fields that may hold a text. What is put there is a word of our own: the name of a class or a route, never something that came from outside."""
WITHHELD = "(withheld)"
_OURS = re.compile(r"[A-Za-z0-9_ .,:;/{}<>*()'-]{0,120}")
MOST_PLACES = 16
"""Of each exception the innermost places."""
MOST_EXCEPTIONS = 8
_STATES = ("sqlstate", "sqlite_errorname", "status_code", "errno")
"""Attributes of exceptions that say more, and are words or numbers of a table."""

CHATTY = ("markdown_it",)
"""Libraries that log each step of each text, at the level `debug`."""

counts = {"debug": 0, "info": 0, "warning": 0, "error": 0, "lost": 0}
"""Lines since the start, by level; and those that standard error did not take. For the metrics."""


def set_up(level: Level = "info", format: Format = "auto", *, process: str = "", out: TextIO | None = None) -> None:
    """Everything this process logs from now on goes through here, with `process` (as `serve`, `gateway`, `worker`) in each line.

    `format`: `auto` is for reading on a terminal, and JSON elsewhere. Called once, before anything is served.
    """
    out = out or sys.stderr
    readable = format == "text" or (format == "auto" and out.isatty())
    structlog.configure(
        processors=[_Door(process), _readable if readable else _json],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: _Pen(out),
        cache_logger_on_first_use=False,
    )
    log = structlog.get_logger()
    logging.raiseExceptions = False  # a library's faulty call would print its arguments
    logging.root.handlers[:] = [_Libraries(log)]
    logging.root.setLevel(level.upper())
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    sys.excepthook = lambda _kind, error, _trace: _uncaught(log, "ended by an error", error)
    threading.excepthook = lambda told: _uncaught(log, "a thread ended by an error", told.exc_value)
    sys.unraisablehook = lambda told: _uncaught(log, "an error that nobody could be told of", told.exc_value)
    warnings.showwarning = lambda _text, kind, file, line, *_: log.warning(
        "a library warns", kind=kind.__name__, work=f"{_short(file)}:{line}"
    )


def _uncaught(log: Any, event: str, error: BaseException | None) -> None:
    if isinstance(error, KeyboardInterrupt):
        return
    log.error(event, exc_info=error)


class _Door:
    """What may be said of an event."""

    def __init__(self, process: str) -> None:
        self._first = {"process": process} if process else {}

    def __call__(self, _logger: object, level: str, fields: MutableMapping[str, Any]) -> Fields:
        level = {"exception": "error", "critical": "error", "warn": "warning"}.get(level, level)
        counts[level] += 1
        event, error = fields.pop("event", ""), _error(fields.pop("exc_info", None))
        told: Fields = {"at": datetime.now(UTC).isoformat(timespec="milliseconds"), "level": level}
        told |= self._first | {"event": event if isinstance(event, str) else WITHHELD}
        told |= {name: _passed(name, value) for name, value in fields.items()}
        if error is not None:
            told["exceptions"] = exceptions(error)
        return told


def _error(given: object) -> BaseException | None:
    """What structlog takes as `exc_info`."""
    if isinstance(given, BaseException):
        return given
    if isinstance(given, tuple):
        return given[1] if isinstance(given[1], BaseException) else None
    return sys.exc_info()[1] if given else None


def _passed(name: str, value: object) -> object:
    match value:
        case bool() | int() | float() | None:
            return value
        case str() if name in WORDS and _OURS.fullmatch(value):
            return value
        case Mapping():
            return {
                key: _passed(name, one) for key, one in value.items() if isinstance(key, str) and key.isidentifier()
            }
    return WITHHELD


# Exceptions


def exceptions(error: BaseException) -> list[Fields]:
    """An error, what caused it, and what groups hold: each by its kind, and where it was raised, innermost last."""
    found: list[Fields] = []
    waiting, seen = [error], set[int]()
    while waiting and len(found) < MOST_EXCEPTIONS:
        one = waiting.pop(0)
        if id(one) in seen:
            continue
        seen.add(id(one))
        found.append({"kind": _kind(one), **_state(one), "places": _places(one.__traceback__)})
        if isinstance(one, BaseExceptionGroup):
            waiting += one.exceptions
        before = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
        if before is not None:
            waiting.append(before)
    return found


def _kind(error: BaseException) -> str:
    module = type(error).__module__
    return type(error).__qualname__ if module == "builtins" else f"{module}.{type(error).__qualname__}"


def _state(error: BaseException) -> Fields:
    found = {name: getattr(error, name, None) for name in _STATES}
    if isinstance(error, Refused):
        found["code"] = error.code
    return {
        name: value
        for name, value in found.items()
        if isinstance(value, int) or (isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9_-]{1,40}", value))
    }


def _places(trace: TracebackType | None) -> list[str]:
    found = []
    while trace is not None:
        code = trace.tb_frame.f_code
        found.append(f"{_short(code.co_filename)}:{trace.tb_lineno} {code.co_qualname}")
        trace = trace.tb_next
    return found[-MOST_PLACES:]


def _short(file: str) -> str:
    """Without the folders in which this machine has it."""
    for mark in ("/site-packages/", "/python3.", "/python/"):
        _, there, rest = file.rpartition(mark)
        if there:
            return rest.partition("/")[2] if mark == "/python3." else rest
    return file.rpartition("/")[2]


# Libraries


class _Libraries(logging.Handler):
    """What libraries log: from where, and their words as they stand in their code."""

    def __init__(self, log: Any) -> None:
        super().__init__()
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        level = "error" if record.levelno >= logging.ERROR else record.levelname.lower()
        say = getattr(self._log, level if level in counts else "info")
        event, place = _literal(record)
        error = _error(record.exc_info)
        say(event, work=f"{record.name} {place}", **({"exc_info": error} if error else {}))


MOST_FRAMES = 12
"""Between a library's call and this handler: the library's own layers, and those of `logging`."""


def _literal(record: logging.LogRecord) -> tuple[str, str]:
    """The message without what was put into it, and where it stands. One that was put together before it came here is left out: what it holds is not known."""
    frame: FrameType | None = sys._getframe(2)
    for _ in range(MOST_FRAMES):
        if frame is None:
            break
        if isinstance(record.msg, str) and record.msg in frame.f_code.co_consts:
            return record.msg, f"{_short(frame.f_code.co_filename)}:{frame.f_lineno}"
        frame = frame.f_back
    return "a library has something to say", f"{_short(record.pathname)}:{record.lineno}"


# Writing


def _json(_logger: object, _level: str, told: MutableMapping[str, Any]) -> str:
    return msgspec.json.encode(told).decode()


def _readable(_logger: object, _level: str, told: MutableMapping[str, Any]) -> str:
    errors: list[Fields] = told.pop("exceptions", [])
    at, level, event = time.strftime("%H:%M:%S"), told.pop("level"), told.pop("event")
    del told["at"]
    told.pop("process", None)
    lines = [f"{at} {level:<8}{event}" + "".join(f"  {name}={value}" for name, value in told.items())]
    for one in errors:
        places: Iterable[str] = one.pop("places")
        lines.append("    " + "  ".join(str(value) for value in one.values()))
        lines += [f"      {place}" for place in places]
    return "\n".join(lines)


class _Pen:
    """Writes a line whole. A standard error that takes nothing, as when its disk is full, ends nothing else."""

    _lock = threading.Lock()

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def msg(self, line: str) -> None:
        try:
            with self._lock:
                self._out.write(line + "\n")
                self._out.flush()
        except (OSError, ValueError):
            counts["lost"] += 1

    debug = info = warning = error = critical = msg
