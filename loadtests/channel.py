"""What a client holds of one channel, and whether its numbered events came without a gap."""

from collections import deque
from dataclasses import dataclass, field

from cups.wire import frames
from cups.wire.chats import Message


@dataclass
class Channel:
    """`seq` is the last number held without a gap; `inbox` what others said and this person has not read yet."""

    id: str
    epoch: str = ""
    seq: int = 0
    present: int = 0
    oldest: int = 0
    newest: int = 0
    inbox: deque[Message] = field(default_factory=deque)

    @property
    def position(self) -> frames.Position | None:
        return frames.Position(epoch=self.epoch, seq=self.seq) if self.epoch else None

    def start(self, state: frames.Subscribed) -> None:
        """Takes up the first state, or what was missed."""
        self.epoch, self.seq, self.present = state.epoch, state.seq, state.present_count
        if state.messages:
            if not state.recovered:
                self.oldest = state.messages[0].seq
            self.newest = max(self.newest, state.messages[-1].seq)

    def step(self, number: int) -> str:
        """Moves on to an event's number: `next`, `known` (was held already) or `gap` (something is missing in between)."""
        if number <= self.seq:
            return "known"
        if number > self.seq + 1:
            return "gap"
        self.seq = number
        return "next"
