"""What `Waiting` needs of the hub, without sockets: who is connected, and what each was told."""

from collections import Counter, defaultdict

import msgspec

from cups.gateway.hub import Class, person_group
from cups.wire import frames
from cups.wire.requests import Board, BoardEntry


class Client:
    """One connection of a person. Keeps the board as a page does."""

    def __init__(self, id: int, account: str) -> None:
        self.id, self.account = id, account
        self.number: int | None = None
        self.board = Board(waiting=0, requests=[])
        self.told: list[frames.RequestChanged] = []

    def take(self, frame: frames.Frame) -> None:
        match frame:
            case frames.WholeBoard(number=number, board=board):
                self.number, self.board = number, board
            case frames.BoardChanged(number=number, waiting=waiting, gone=gone, came=came):
                assert self.number is not None and number == self.number + 1, "a difference that does not follow"
                left = set(gone)
                entries: list[BoardEntry] = [entry for entry in self.board.requests if entry.id not in left]
                assert len(entries) == len(self.board.requests) - len(left), "what leaves was not there"
                for one in came:
                    entries.insert(one.at, one.entry)
                self.number, self.board = number, Board(waiting=waiting, requests=entries)
            case frames.RequestChanged():
                self.told.append(frame)


class QuietHub:
    """Frames arrive at once, and pass through the encoder as they would."""

    def __init__(self) -> None:
        self._clients: dict[int, Client] = {}
        self._groups: dict[str, set[int]] = defaultdict(set)
        self._next = 0
        self.sent = Counter[str]()

    def connect(self, account: str) -> Client:
        self._next += 1
        client = Client(self._next, account)
        self._clients[client.id] = client
        self.join(client, person_group(account))
        return client

    def disconnect(self, client: Client) -> None:
        del self._clients[client.id]
        for members in self._groups.values():
            members.discard(client.id)

    def alive(self, client: Client) -> bool:
        return client.id in self._clients

    def join(self, client: Client, group: str) -> bool:
        self._groups[group].add(client.id)
        return True

    def leave(self, client: Client, group: str) -> bool:
        self._groups[group].discard(client.id)
        return True

    def count(self, group: str) -> int:
        return len(self._groups[group])

    def send(self, client: Client, frame: frames.Frame, cls: Class, *, key: str | None = None) -> None:
        if self.alive(client):
            self.sent[type(frame).__name__] += 1
            client.take(msgspec.convert(msgspec.to_builtins(frame), type(frame)))

    def publish(self, group: str, frame: frames.Frame, cls: Class, *, key: str | None = None) -> None:
        for id in list(self._groups[group]):
            self.send(self._clients[id], frame, cls)
