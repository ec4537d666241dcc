"""What processes tell each other of the moment: who is connected, who is in a room, who types, what was used up of a limit. Never the truth, and
never stored: whatever is lost is told again when a process sees that it missed something.
"""

import msgspec

from cups.wire.people import Person
from cups.wire.skew import Lenient

Raw = msgspec.Raw


class Hint(msgspec.Struct, tag=True, array_like=True, frozen=True):
    pass


class Ask(Hint, frozen=True):
    """Tell all that you know: somebody has begun, or has missed something."""


class Connected(Hint, frozen=True):
    """An account's first connection to the sender came. Listeners, and those who wait."""

    account: str
    listener: bool


class Disconnected(Hint, frozen=True):
    account: str


class Entered(Hint, frozen=True):
    channel: str
    account: str
    person: Person


class Exited(Hint, frozen=True):
    channel: str
    account: str


class Types(Hint, frozen=True):
    channel: str
    account: str
    name: str


class SignOfLife(Hint, frozen=True):
    """Somebody who waits without a socket loaded a page."""

    asker: str


class Spent(Hint, frozen=True):
    """Somebody used up a bit of a limit there: it counts here too."""

    rule: str
    key: str
    times: int = 1


class All(Hint, frozen=True):
    """All that the sender knows, in place of what it told before."""

    connected: list[Connected]
    entered: list[Entered]


AnyHint = Ask | Connected | Disconnected | Entered | Exited | Types | SignOfLife | Spent | All


class Letter(msgspec.Struct, array_like=True, frozen=True):
    """What one process tells at once. `number` grows by one: who misses one asks for all."""

    sender: str
    number: int
    hints: list[msgspec.Raw]


encoder = msgspec.msgpack.Encoder()
letter = msgspec.msgpack.Decoder(Letter)
hint: Lenient[AnyHint] = Lenient(AnyHint)
