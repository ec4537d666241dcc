"""How much of a channel is sent at once."""

from cups.gateway.channels import fitting
from cups.wire.chats import Message
from cups.wire.people import Person


def _message(seq: int, size: int) -> Message:
    return Message(seq=seq, rev=seq, author=Person(name="someone", kind="guest"), text="é" * (size // 2), at=0)


def test_the_last_messages_that_fit_are_kept_counted_in_bytes() -> None:
    messages = [_message(seq, 1000) for seq in range(1, 11)]
    assert fitting(messages, 100_000) == messages
    assert [m.seq for m in fitting(messages, 4000)] == [8, 9, 10]
    assert [m.seq for m in fitting(messages, 1)] == [10]
    assert fitting([], 1) == []
