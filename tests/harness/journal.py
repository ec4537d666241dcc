"""A journalling talker: writes down every message it sent, every ack, every delivery, over any number of lost connections.

What is not acked is sent again with the same ref. `check` holds the journal against what is stored and against the promises.
"""

import json
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import trio
from trio_websocket import ConnectionClosed, HandshakeError

from harness.person import Person


@dataclass
class Journal:
    sent: set[str] = field(default_factory=set)
    acked: dict[str, int] = field(default_factory=dict)
    delivered: list[tuple[int, str]] = field(default_factory=list)
    epochs: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)
    reconnects: int = 0


class Talker:
    """One person who keeps talking in one channel until told to stop."""

    def __init__(self, person: Person, channel: str, seed: int, places: Sequence[str] = ()) -> None:
        """`places`: the processes to connect to, another one each time, where the one that serves the pages is not the only one."""
        self.person, self.channel, self._places = person, channel, places
        self.last_ack = 0.0
        """When something was acked last, by the monotonic clock."""
        self.journal = Journal()
        self._random = random.Random(seed)
        self._position: dict[str, Any] | None = None
        self._unacked: dict[str, None] = {}
        self._again: list[str] = []
        self._stop = False
        self._away_s = 0.0
        """What the server asked to stay away, when it sent everybody away: as the page does."""
        self._number = 0
        self._seed = seed

    def stop(self) -> None:
        self._stop = True

    async def run(self) -> None:
        """Returns once told to stop and everything sent was acked."""
        while not (self._stop and not self._unacked):
            try:
                at = self._random.choice(self._places) if self._places else None
                async with self.person.live(at=at) as live:
                    await self._talk(live)
            except* (ConnectionClosed, HandshakeError, OSError, trio.TooSlowError, trio.BrokenResourceError):
                pass
            self.journal.reconnects += 1
            away_s, self._away_s = self._away_s, 0.0
            await trio.sleep(away_s or 0.02 + self._random.random() * 0.1)

    async def _talk(self, live: Any) -> None:
        state = await live.answer(type="subscribe", channel=self.channel, since=self._position)
        assert state["type"] == "subscribed", state
        self._take_state(state)
        self._again.clear()
        for ref in list(self._unacked):
            await live.send(type="send", ref=ref, channel=self.channel, text=ref)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._send, live)
            try:
                while not (self._stop and not self._unacked):
                    with trio.move_on_after(1):
                        self._take(json.loads(await live.socket.get_message()))
            finally:
                nursery.cancel_scope.cancel()

    async def _send(self, live: Any) -> None:
        while True:
            for ref in self._again:
                await live.send(type="send", ref=ref, channel=self.channel, text=ref)
            self._again.clear()
            if not self._stop and len(self._unacked) < 4:
                self._number += 1
                ref = f"t{self._seed}-{self._number}"
                self.journal.sent.add(ref)
                self._unacked[ref] = None
                await live.send(type="send", ref=ref, channel=self.channel, text=ref)
            await trio.sleep(self._random.random() * 0.02)

    def _take_state(self, state: dict[str, Any]) -> None:
        self.journal.epochs.add(state["epoch"])
        before = self._position["seq"] if self._position else 0
        if self._position and not state["recovered"] and state["seq"] - before < 50:
            self.journal.problems.append(f"not recovered from {before} to {state['seq']}")
        if state["recovered"]:
            for message in state["messages"]:
                if message["rev"] <= before:
                    self.journal.problems.append(f"recovery gave {message['rev']} again after {before}")
                self.journal.delivered.append((message["seq"], message["text"]))
        if state["seq"] < before:
            self.journal.problems.append(f"the channel went back from {before} to {state['seq']}")
        self._position = {"epoch": state["epoch"], "seq": state["seq"]}

    def _take(self, frame: dict[str, Any]) -> None:
        assert self._position is not None
        if frame["type"] == "message":
            seq = frame["message"]["seq"]
            if seq != self._position["seq"] + 1:
                self.journal.problems.append(f"{seq} came after {self._position['seq']}")
            self._position["seq"] = seq
            self.journal.delivered.append((seq, frame["message"]["text"]))
        elif frame["type"] == "ack" and frame["ref"] in self.journal.sent:
            self.last_ack = time.monotonic()
            known = self.journal.acked.setdefault(frame["ref"], frame["seq"])
            if known != frame["seq"]:
                self.journal.problems.append(f"{frame['ref']} was acked as {known} and as {frame['seq']}")
            self._unacked.pop(frame["ref"], None)
        elif frame["type"] == "go-away":
            self._away_s = frame["after_ms"] / 1000
        elif frame["type"] == "error" and frame["code"] in ("too-fast", "busy-try-later"):
            self._again.append(frame["ref"])
        elif frame["type"] == "error":
            self.journal.problems.append(f"refused: {frame}")


def check(journals: list[Journal], stored: dict[int, str]) -> dict[str, int]:
    """Counts what was lost, doubled, out of order or never sent; every count but `acked`, `stored` and `delivered` has to be 0."""
    acked = {ref: seq for journal in journals for ref, seq in journal.acked.items()}
    sent = set().union(*(journal.sent for journal in journals))
    places: dict[str, list[int]] = {}
    for seq, text in stored.items():
        places.setdefault(text, []).append(seq)
    delivered = [pair for journal in journals for pair in journal.delivered]
    return {
        "acked": len(acked),
        "stored": len(stored),
        "delivered": len(delivered),
        "lost": sum(1 for ref, seq in acked.items() if stored.get(seq) != ref),
        "doubled": sum(len(found) - 1 for found in places.values()),
        "gaps": sum(1 for seq in range(1, max(stored, default=0) + 1) if seq not in stored),
        "phantoms": sum(1 for text in places if text not in sent),
        "delivered_but_not_stored": sum(1 for seq, text in delivered if stored.get(seq) != text),
        "problems": sum(len(journal.problems) for journal in journals),
    }
