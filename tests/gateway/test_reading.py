"""What is read by the quick way is what the definition reads, and what it refuses is refused in its words."""

import string
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cups.gateway.reading import read
from cups.wire import frames

CHANNEL = "01hzxk3v9qm4t8w2yb5n7c6d0e"
_text, _packed = msgspec.json.Decoder(frames.ClientFrame), msgspec.msgpack.Decoder(frames.ClientFrame)
refs = st.one_of(st.text(string.ascii_letters + string.digits + "-_", max_size=66), st.text("a1-_ :.é²\n", max_size=4))
texts = st.one_of(st.text(max_size=20), st.text("ab\n\t\x00\x0b\x1f\x7f\x85\u200d\u2028é", max_size=6))
channels = st.one_of(st.just(CHANNEL), st.just(CHANNEL[:-1] + "!"), st.just(CHANNEL + "\n"), st.text(max_size=27))
numbers = st.one_of(st.integers(-2, 9), st.none(), st.just(1 << 54), st.just("7"))
sound = {"type": st.just("send"), "ref": st.just("r-1"), "channel": st.just(CHANNEL), "text": st.just("hello")}
bodies = st.one_of(
    st.fixed_dictionaries(sound | {"text": texts}),
    st.fixed_dictionaries(sound | {"ref": refs}),
    st.fixed_dictionaries(sound | {"channel": channels}),
    st.fixed_dictionaries(
        {"type": st.just("send"), "ref": refs, "channel": channels, "text": texts}, optional={"reply_to": numbers}
    ),
    st.fixed_dictionaries({"type": st.just("typing"), "channel": channels}, optional={"more": st.just(1)}),
    st.fixed_dictionaries(
        {"type": st.just("mark"), "channel": channels}, optional={"delivered": numbers, "read": numbers}
    ),
    st.fixed_dictionaries({"type": st.sampled_from(["ping", "unsubscribe", "dance"]), "ref": refs}),
    st.fixed_dictionaries({"type": st.just("send"), "ref": st.integers(0, 5), "text": texts}),
)


def _told(work: Any) -> tuple[type, str, Any]:
    """A frame by its name and fields, or the failure by its kind and words."""
    try:
        frame = work()
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        return type(error), str(error), None
    name = type(frame).__name__
    return frames.Frame, name, msgspec.structs.asdict(frame)


@pytest.mark.parametrize("packed", [False, True], ids=["json", "msgpack"])
@given(body=bodies)
def test_the_quick_way_reads_what_the_definition_reads(body: dict[str, Any], packed: bool) -> None:
    data = msgspec.msgpack.encode(body) if packed else msgspec.json.encode(body)
    whole = (_packed if packed else _text).decode
    assert _told(lambda: read(data, {CHANNEL}, packed=packed)) == _told(lambda: whole(data))


@pytest.mark.parametrize("packed", [False, True], ids=["json", "msgpack"])
@given(data=st.binary(max_size=40), body=bodies, at=st.integers(0, 60))
def test_bytes_of_any_kind_fail_as_they_would_by_the_definition(
    data: bytes, body: dict[str, Any], at: int, packed: bool
) -> None:
    whole_one = msgspec.msgpack.encode(body) if packed else msgspec.json.encode(body)
    mixed = whole_one[:at] + data + whole_one[at:]
    whole = (_packed if packed else _text).decode
    assert _told(lambda: read(mixed, {CHANNEL}, packed=packed)) == _told(lambda: whole(mixed))


def test_frames_that_come_often_are_of_the_types_that_features_know() -> None:
    said = read(
        msgspec.json.encode({"type": "send", "ref": "r-1", "channel": CHANNEL, "text": "hello"}),
        {CHANNEL},
        packed=False,
    )
    assert isinstance(said, frames.Send) and said.text == "hello" and said.reply_to is None
