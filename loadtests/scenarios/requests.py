"""Waiting and talking: guests ask for someone to talk to and wait with their place live; listeners take the next and talk with them."""

import random
import time
from pathlib import Path
from typing import ClassVar

import gevent
from locust import between, task

from cups.wire import frames
from cups.wire.chats import Chat, EndIn, RatingIn
from cups.wire.people import Me, StatusIn
from cups.wire.problems import Problem
from cups.wire.requests import RequestIn, RequestState, Taken
from loadtests import words
from loadtests.client import new_ref
from loadtests.people import GaveUp, Person
from loadtests.training import become_listener

SILENCE_S = 12.0
"""How long somebody waits for an answer before they say more."""
NOBODY_COMES_S = 20.0
"""How long a listener waits for the other's next word, or for the goodbye, before they end the chat."""


class Talker(Person):
    """What both sides of a chat do alike."""

    abstract = True

    def ended(self, chat_id: str) -> bool:
        chat = self.live.chats.get(chat_id)
        return chat is not None and chat.ended_at is not None

    def talk(self, chat_id: str, turns: int) -> None:
        """Says something and reads what comes back, so many times or until the chat has ended."""
        channel = self.live.enter(chat_id)
        if channel is None:
            raise GaveUp
        for _ in range(turns):
            self.type_for(chat_id, random.uniform(1.5, 4.0))
            if self.ended(chat_id):
                return
            # The other side may end the chat while these words are on their way.
            if self.live.say(chat_id, words.sentence(), allowed=("chat-ended",)) is None:
                return
            self.live.until(lambda: channel.inbox or self.ended(chat_id), timeout=SILENCE_S)
            self.read(chat_id)

    def read(self, chat_id: str) -> None:
        channel = self.live.channels.get(chat_id)
        if channel is not None and channel.inbox:
            self.live.mark(chat_id, channel.inbox[-1].seq)
            channel.inbox.clear()

    def end(self, chat_id: str) -> Chat:
        """Ends it if that has not happened yet, and leaves the channel."""
        chat = self.live.chats.get(chat_id)
        if chat is None or chat.ended_at is None:
            chat = self.post(f"/api/chats/{chat_id}/end", EndIn(), Chat, name="/api/chats/…/end")
        self.live.leave(chat_id)
        self.tally.add("chats ended")
        return chat

    def on_stop(self) -> None:
        """Nobody stays behind in a chat or in the queue with somebody who is gone."""
        if hasattr(self, "live"):
            try:
                self.say_goodbye()
            except GaveUp:
                pass  # counted already
            except Exception as error:
                self.environment.events.user_error.fire(user_instance=self, exception=error, tb=error.__traceback__)
        super().on_stop()

    def say_goodbye(self) -> None:
        for chat in list(self.live.chats.values()):
            if chat.ended_at is None:
                allowed = ("not-found",)
                self.call(
                    "POST", f"/api/chats/{chat.id}/end", EndIn(), into=Chat, name="/api/chats/…/end", allowed=allowed
                )


class Asker(Talker):
    """A guest who asks, waits, talks, and says how it was."""

    wait_time = between(1, 4)
    waits = False

    def arrive(self) -> None:
        super().arrive()
        self.connect()

    @task
    def ask_and_talk(self) -> None:
        form = RequestIn(ref=new_ref("ask"), topic=random.choice(words.TOPICS))
        began = time.perf_counter()
        asked = self.call("POST", "/api/requests", form, into=RequestState, allowed=("already-waiting",))
        # A request whose listener never came is back in the queue by itself.
        request = self.get("/api/requests/mine", RequestState) if isinstance(asked, Problem) else asked
        again = True
        while again:
            chat_id = self.wait_for_listener(request, began)
            if chat_id is None:
                return
            self.talk(chat_id, random.randint(2, 5))
            self.linger(chat_id)
            chat = self.end(chat_id)
            if random.random() < 0.7:
                self.rate(chat_id)
            again = chat.ended_by == "other" and chat.can_requeue and random.random() < 0.25
            if again:
                began = time.perf_counter()
                path = f"/api/chats/{chat_id}/requeue"
                request = self.post(path, None, RequestState, name="/api/chats/…/requeue")
                self.tally.add("went back to the queue")

    def wait_for_listener(self, request: RequestState, began: float) -> str | None:
        """Waits with the place live, for as long as it takes. The chat, or None if the request ended otherwise."""
        self.tally.add("asked")
        self.waits = True

        def outcome() -> RequestState | None:
            told = self.live.request
            return told if told is not None and told.id == request.id and told.state != "waiting" else None

        told = self.live.until(outcome)
        assert told is not None
        self.waits = False
        if told.state != "matched":
            self.tally.add(f"requests closed: {told.reason}")
            return None
        self.times.record("WAIT", "ask to matched", time.perf_counter() - began)
        self.tally.add("matched")
        return told.chat

    def linger(self, chat_id: str) -> None:
        """A moment before saying goodbye."""
        self.live.until(lambda: self.ended(chat_id), timeout=random.uniform(0.5, 2))

    def rate(self, chat_id: str) -> None:
        stars = [random.randint(3, 5) for _ in range(4)]
        form = RatingIn(helpfulness=stars[0], empathy=stars[1], professionalism=stars[2], responsiveness=stars[3])
        self.post(f"/api/chats/{chat_id}/rating", form, Chat, name="/api/chats/…/rating")
        self.tally.add("rated")

    def say_goodbye(self) -> None:
        super().say_goodbye()
        if self.waits:
            # A listener may have taken this person in the same moment, or the request may be over.
            allowed = ("not-found", "conflict")
            self.call("DELETE", "/api/requests/mine", into=RequestState, allowed=allowed)


class Listener(Talker):
    """Becomes a listener first; then watches the board, takes the next, and listens."""

    wait_time = between(0.5, 2)
    course_files: ClassVar[Path]

    def arrive(self) -> None:
        super().arrive()
        become_listener(self, self.course_files)
        self.call("PUT", "/api/me/status", StatusIn(status="online"), into=Me)
        self.connect()
        self.live.ask(frames.WatchBoard(ref=new_ref("watch")), "watch-board to ack")
        self.tally.add("listeners ready")

    @task
    def take_and_listen(self) -> None:
        self.live.until(lambda: self.live.board and self.live.board.requests)
        gevent.sleep(random.uniform(0.2, 1.0))
        chat_id = self.take()
        if chat_id is None:
            return
        self.tally.add("taken")
        self.talk(chat_id, random.randint(2, 5))
        if random.random() < 0.7:
            self.hear_out(chat_id)
        self.end(chat_id)

    def take(self) -> str | None:
        """The next in rank; now and then somebody from the list. None if others were quicker."""
        board = self.live.board
        if board and board.requests and random.random() < 0.2:
            wanted = random.choice(board.requests[:5])
            path, name = f"/api/queue/{wanted.id}/take", "/api/queue/…/take"
        else:
            path = name = "/api/queue/next"
        allowed = ("nobody-waiting", "already-taken")
        taken = self.call("POST", path, into=Taken, name=name, allowed=allowed)
        if isinstance(taken, Problem):
            self.tally.add(f"not taken: {taken.code}")
            return None
        return taken.chat

    def hear_out(self, chat_id: str) -> None:
        """Stays until the other ends it; goes when nothing more comes."""
        channel = self.live.channels.get(chat_id)
        while channel is not None and not self.ended(chat_id):
            if not self.live.until(lambda: channel.inbox or self.ended(chat_id), timeout=NOBODY_COMES_S):
                return
            self.read(chat_id)
