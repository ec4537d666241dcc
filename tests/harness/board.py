"""A listener's board as a client keeps it: one whole board, then differences, each following on the one before."""

from collections.abc import Callable
from typing import Any

import trio

from harness.person import LiveConnection


class SeenBoard:
    def __init__(self) -> None:
        self.number: int | None = None
        self.waiting = 0
        self.entries: list[dict[str, Any]] = []

    @property
    def ids(self) -> list[str]:
        return [entry["id"] for entry in self.entries]

    def take(self, frame: dict[str, Any]) -> bool:
        """Whether this frame was about the board."""
        if frame["type"] == "board":
            self.number, self.waiting, self.entries = (
                frame["number"],
                frame["board"]["waiting"],
                frame["board"]["requests"],
            )
        elif frame["type"] == "board-changed":
            assert self.number is not None and frame["number"] == self.number + 1, (self.number, frame)
            self.number, self.waiting = frame["number"], frame["waiting"]
            gone = set(frame["gone"])
            assert gone <= set(self.ids), "only what is shown can leave"
            self.entries = [entry for entry in self.entries if entry["id"] not in gone]
            for one in frame["came"]:
                assert one["at"] <= len(self.entries)
                self.entries.insert(one["at"], one["entry"])
        else:
            return False
        return True

    async def until(self, live: LiveConnection, holds: Callable[["SeenBoard"], bool], timeout: float = 10) -> None:
        """Reads on until the board is as wanted."""
        with trio.fail_after(timeout):
            while self.number is None or not holds(self):
                self.take(await live.next(timeout))
