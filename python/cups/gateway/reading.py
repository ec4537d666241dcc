"""A client's frame, read from its bytes.

What comes often is read without the patterns of its strings, which cost ten times the rest of the reading, and looked over by cheaper means. Whatever
is not found to be in order that way is read once more by the whole definition (`cups.wire.frames`), which alone decides what is refused, and why.
"""

from collections.abc import Container
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Meta

from cups.wire import frames

OFTEN: tuple[type[frames.Frame], ...] = (frames.Send, frames.Typing, frames.Marked)


def _without_pattern(hint: Any) -> Any:
    """The same type, of any letters."""
    if get_origin(hint) is not Annotated:
        return hint
    kind, *notes = get_args(hint)
    bare = [
        Meta(min_length=note.min_length, max_length=note.max_length)
        if isinstance(note, Meta) and note.pattern is not None
        else note
        for note in notes
    ]
    return Annotated[(kind, *bare)]


def _quick(kind: type[frames.Frame]) -> type[frames.Frame]:
    hints = get_type_hints(kind, include_extras=True)
    fields: list[Any] = [(name, _without_pattern(hints[name])) for name in kind.__struct_fields__]
    for place, field in enumerate(msgspec.structs.fields(kind)):
        if not field.required:
            fields[place] = (*fields[place], field.default)
    made: Any = msgspec.defstruct(kind.__name__, fields, bases=(kind,), tag=kind.__struct_config__.tag, kw_only=True)
    return made  # type: ignore[no-any-return]


_Quick: Any = Union[tuple(_quick(kind) if kind in OFTEN else kind for kind in get_args(frames.ClientFrame))]  # noqa: UP007
_text, _packed = msgspec.json.Decoder(frames.ClientFrame), msgspec.msgpack.Decoder(frames.ClientFrame)
_text_quick, _packed_quick = msgspec.json.Decoder(_Quick), msgspec.msgpack.Decoder(_Quick)


def read(data: bytes, known: Container[str], *, packed: bool) -> frames.ClientFrame:
    """`known`: channels whose names are in order. Raises what msgspec does, `UnicodeDecodeError`, `RecursionError`."""
    try:
        frame: Any = (_packed_quick if packed else _text_quick).decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        pass  # said in the words of the definition
    else:
        if not isinstance(frame, OFTEN) or _in_order(frame, known):
            return frame  # type: ignore[no-any-return]
    whole: frames.ClientFrame = (_packed if packed else _text).decode(data)
    return whole


def _in_order(frame: Any, known: Container[str]) -> bool:
    """Whether the frame surely fits its patterns. False says nothing."""
    if frame.channel not in known:
        return False
    if not isinstance(frame, frames.Send):
        return True
    ref = frame.ref
    # Control characters are never printable; line ends, which may be in a text, are not either.
    return frame.text.isprintable() and ref.isascii() and ref.replace("-", "").replace("_", "").isalnum()
