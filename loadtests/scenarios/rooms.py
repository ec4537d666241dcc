"""Talking in a room: entering with its history, seeing who is there, typing, speaking at a human pace, answering, reading back."""

import random

import gevent
from locust import task

from cups.wire import frames
from cups.wire.chats import History
from cups.wire.rooms import Room, Rooms
from loadtests import words
from loadtests.client import new_ref
from loadtests.people import GaveUp, Person

PATIENCE_S = 0.15
"""In a full room everyone speaks less: this long between two messages for each person who is there."""


class RoomGoer(Person):
    """A guest in one of the open rooms."""

    room: Room

    def arrive(self) -> None:
        super().arrive()
        rooms = [room for room in self.get("/api/rooms", Rooms).rooms if room.audience == "members"]
        if not rooms:
            self.tally.hindered(
                "There is no room for adults on this server: open one as staff, or start it with --demo."
            )
            raise GaveUp
        self.rooms = rooms
        self.connect()
        self.go_in(random.choice(rooms))

    def wait_time(self) -> float:
        """Slower than any limit of the server: a guest may speak every 3 s, a whole room ten times a second."""
        channel = self.live.channels.get(self.room.id)
        return max(random.uniform(5, 10), PATIENCE_S * (channel.present if channel else 0))

    def go_in(self, room: Room) -> None:
        if self.live.enter(room.id) is None:
            raise GaveUp
        self.room = room
        gevent.sleep(random.uniform(0, 3))

    def speak(self, reply_to: int | None = None) -> int | None:
        self.type_for(self.room.id, random.uniform(1, 4))
        return self.live.say(self.room.id, words.sentence(), reply_to=reply_to)

    @task(12)
    def say(self) -> None:
        self.speak()
        self.listen()

    @task(4)
    def answer(self) -> None:
        """Answers one of the last messages of others."""
        inbox = self.live.channels[self.room.id].inbox
        self.speak(reply_to=inbox[-1].seq if inbox else None)
        self.listen()

    @task(1)
    def say_and_change(self) -> None:
        """Finds a slip right after sending."""
        if (seq := self.speak()) is not None:
            gevent.sleep(random.uniform(4, 6))
            frame = frames.Edit(ref=new_ref("edit"), channel=self.room.id, seq=seq, text=words.sentence())
            self.live.ask(frame, "edit to ack")

    @task(1)
    def say_and_take_back(self) -> None:
        if (seq := self.speak()) is not None:
            gevent.sleep(random.uniform(1, 3))
            self.live.ask(frames.Delete(ref=new_ref("delete"), channel=self.room.id, seq=seq), "delete to ack")

    @task(2)
    def read_back(self) -> None:
        channel = self.live.channels[self.room.id]
        path = f"/api/channels/{self.room.id}/messages?before={channel.oldest or channel.newest + 1}&limit=50"
        self.get(path, History, name="/api/channels/…/messages")

    @task(1)
    def go_to_another_room(self) -> None:
        self.live.leave(self.room.id)
        self.go_in(random.choice(self.rooms))

    def listen(self) -> None:
        """Everything said so far has been read."""
        self.live.channels[self.room.id].inbox.clear()
