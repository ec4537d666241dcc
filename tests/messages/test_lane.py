"""The native lane of messages says what the long way would: the same frames, numbers, refusals and order; what needs a closer look it leaves."""

import itertools
import json
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cups._core import MessageLog, Pace, Reactor, Refs, SaidBatch, Screening
from cups.gateway.reactor import Event
from cups.messages import lane as lanes
from cups.messages.saying import Entitled, Standing
from cups.screening import loading
from cups.wire import frames
from cups.wire.base import MAX_TEXT
from cups.wire.chats import Message
from cups.wire.people import Person
from harness import wire
from harness.world import World

CHANNEL, AUTHOR, OTHER = "c" * 26, "a" * 26, "o" * 26
PERSON = Person(name="calmRiver7", kind="listener")
NOW, MINUTE = 1_800_000_000_000, 60_000


@pytest.fixture(scope="module")
def screening() -> Screening:
    return loading.screening(loading.shipped_ready(), loading.lexicon([]), source=loading.sources())


_count = itertools.count()
"""Refs are never used twice: the window of screening goes on from test to test."""


class Desk:
    """A lane with somebody who sits in a channel and stands, behind a real socket."""

    def __init__(self, screening: Screening, *, burst: int = 1000) -> None:
        pace = Pace()
        pace.set_rule("frames", burst=burst, period_ms=1000)
        pace.set_rule("words", burst=burst, period_ms=1000)
        self.lane = lanes.make_lane(pace, screening)
        self.world = World("native")
        assert isinstance(self.world.reactor, Reactor)
        self.reactor = self.world.reactor
        self.reactor.use_lane(self.lane)
        self.peer, self.packed = self.world.adopt(), self.world.adopt(1)
        self.log = MessageLog(0, 50)
        self.tails, self.refs = {CHANNEL: 0}, Refs([])
        self.sit()
        self.stand()

    def sit(self) -> None:
        self.lane.sit(self.peer.conn, "frames-of", "chat", CHANNEL, AUTHOR, "group", self.log)
        for peer in (self.peer, self.packed):
            self.reactor.join(peer.conn, "group")

    def stand(self, *, until: int | None = None, apart_ms: int = 0) -> None:
        entitled = Entitled(limits=(("words", AUTHOR),), other=OTHER, until=until, apart_ms=apart_ms)
        lanes.stand(self.lane, CHANNEL, AUTHOR, Standing(entitled, PERSON, (0, 0, 0), NOW), MINUTE)

    def came(self, *payloads: str, now: int = NOW) -> tuple[SaidBatch | None, list[str]]:
        """What comes of these messages within one tick: the batch, and what went the long way."""
        self.peer.send(*map(wire.text, payloads))
        batch, long = None, []
        for at, (kind, _, data) in enumerate(self.world.wait_told()):
            if kind is Event.SAID:
                assert at == 0
                batch = data
                self.refused = self.lane.admit(batch, now)
            else:
                long.append(data.decode())
        return batch, long

    def run(self, batch: SaidBatch, start: int = 0) -> int:
        return self.lane.run(batch, start, self.tails, self.refs)[0]

    def says(self, *texts: str, now: int = NOW) -> int:
        """How many of these may be said without a closer look."""
        batch, long = self.came(*(said(text, f"ref-{next(_count)}") for text in texts), now=now)
        assert batch is not None and not long
        return self.run(batch)


@pytest.fixture
def desk(screening: Screening) -> Iterator[Desk]:
    desk = Desk(screening)
    yield desk
    desk.world.end()


def said(text: str, ref: str = "r1", **more: Any) -> str:
    return json.dumps({"type": "send", "ref": ref, "channel": CHANNEL, "text": text, **more})


def test_it_stops_before_what_not_everybody_is_to_hear(desk: Desk) -> None:
    batch, _ = desk.came(said("one"), said("two", "r2"), said("three", "r3"))
    assert batch is not None and desk.run(batch) == 3
    assert desk.lane.tell(desk.reactor, batch, 0, 1, True, True) == (1, [])
    desk.lane.watch(AUTHOR)
    assert desk.lane.tell(desk.reactor, batch, 1, 3, True, True) == (1, [])
    assert desk.log.tail == 1, "neither told nor acked: that is left to the caller"
    assert len(desk.world.frames(desk.peer)) == 2
    desk.lane.unwatch(AUTHOR)
    desk.lane.unwatch(AUTHOR)
    assert desk.lane.tell(desk.reactor, batch, 2, 3, True, True) == (3, [])
    assert len(desk.world.frames(desk.peer)) == 2


def test_it_is_told_as_its_definition_writes_it(desk: Desk) -> None:
    text = 'all "is" said: \\ é 😀 \n\t/'
    batch, long = desk.came(said(text), said("again", "r2"))
    assert batch is not None and not long
    assert batch.refs() == [(desk.peer.conn, "r1"), (desk.peer.conn, "r2")]
    assert batch.item(0) == (desk.peer.conn, "chat", CHANNEL, AUTHOR, "r1", text)
    assert desk.run(batch) == 2
    assert desk.tails == {CHANNEL: 2} and len(desk.refs) == 2
    assert [desk.refs.get(CHANNEL, AUTHOR, ref) for ref in ("r1", "r2", "r3")] == [1, 2, None]
    assert batch.sent(0, 9) == [CHANNEL, AUTHOR, "r1", CHANNEL, AUTHOR, "r2"]
    first, second = (CHANNEL, 1, 1, AUTHOR, "r1", text, NOW, None), (CHANNEL, 2, 2, AUTHOR, "r2", "again", NOW, None)
    assert batch.rows(0, 1) == [*first] and batch.rows(0, 2) == [*first, *second]
    assert batch.spoken(0, 2) == [(CHANNEL, True, False)]
    assert desk.lane.tell(desk.reactor, batch, 0, 2, True, True) == (2, [])
    acks = [frames.Ack(ref=f"r{seq}", channel=CHANNEL, seq=seq, at=NOW) for seq in (1, 2)]
    told = [
        frames.Said(channel=CHANNEL, message=Message(seq=seq, rev=seq, author=PERSON, text=words, at=NOW))
        for seq, words in ((1, text), (2, "again"))
    ]
    to_author = [payload for _, payload in desk.world.frames(desk.peer)]
    assert sorted(to_author) == sorted(map(msgspec.json.encode, [*acks, *told]))
    assert to_author.index(msgspec.json.encode(acks[0])) < to_author.index(msgspec.json.encode(told[0]))
    assert [payload for _, payload in desk.world.frames(desk.packed)] == [*map(msgspec.msgpack.encode, told)]
    assert desk.log.take() == ([(AUTHOR, msgspec.json.encode(one)) for one in told], 0)
    assert batch.told(1) == (CHANNEL, msgspec.json.encode(told[1]))


text_of_any = st.text(st.characters(codec="utf-8"), min_size=0, max_size=40)
_definition = msgspec.json.Decoder(frames.ClientFrame)


@given(
    text=text_of_any | st.integers(MAX_TEXT - 1, MAX_TEXT + 1).map(lambda n: "é" * n),
    ref=st.text("ab-_9 é\n", min_size=0, max_size=4) | st.sampled_from(["x" * 64, "x" * 65]),
    plain=st.booleans(),
    cut=st.none() | st.integers(0, 200),
    put=st.sampled_from(["", "", "", " ", ",", "}", '"', "\\", "\\u00e9", "\\ud800", "\t", "x", '"a":1,']),
)
@settings(max_examples=400, deadline=None)
def test_what_it_takes_is_what_its_definition_reads(
    screening: Screening, text: str, ref: str, plain: bool, cut: int | None, put: str
) -> None:
    """Also where something was put in, or cut off: it takes nothing that the definition would refuse or read otherwise."""
    whole = json.dumps({"type": "send", "ref": ref, "channel": CHANNEL, "text": text}, ensure_ascii=plain)
    payload = whole if cut is None else whole[:cut] + put + whole[cut:]
    desk = Desk(screening)
    try:
        batch, long = desk.came(payload)
        try:
            frame = _definition.decode(payload)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            frame = None
        if batch is None:
            assert long == [payload]
            # Whole and in order, it is not left out without need.
            assert cut is not None or frame is None or ref.endswith("\n")
        else:
            _, _, channel, _, found_ref, found = batch.item(0)
            assert frame == frames.Send(ref=found_ref, channel=channel, text=found)
    finally:
        desk.world.end()


def test_what_follows_something_else_goes_behind_it(desk: Desk) -> None:
    ping = '{"type":"ping","ref":"p"}'
    batch, long = desk.came(said("before"), ping, said("after", "r2"))
    assert batch is not None and batch.refs() == [(desk.peer.conn, "r1")]
    assert long == [ping, said("after", "r2")]
    # The next tick is free again; unless its person is busy with something slow.
    assert desk.came(said("then", "r3"))[1] == []
    desk.lane.hold(desk.peer.conn)
    assert desk.came(said("held", "r4")) == (None, [said("held", "r4")])
    desk.lane.free(desk.peer.conn)
    assert desk.came(said("free", "r5"))[1] == []


@pytest.mark.parametrize(
    "payload", [said("an answer", reply_to=1), said("elsewhere").replace(CHANNEL, "d" * 26), said("")], ids=str
)
def test_what_is_not_plain_goes_the_long_way(desk: Desk, payload: str) -> None:
    assert desk.came(payload) == (None, [payload])


def test_who_has_left_or_is_gone_goes_the_long_way(desk: Desk) -> None:
    desk.lane.rise(desk.peer.conn, CHANNEL)
    assert desk.came(said("left")) == (None, [said("left")])
    desk.sit()
    assert desk.came(said("back"))[0] is not None
    assert not desk.says("not known to stand")
    desk.lane.gone(desk.peer.conn)
    assert desk.came(said("gone")) == (None, [said("gone")])
    assert len(desk.lane) == 0


@pytest.mark.parametrize("id", [CHANNEL, AUTHOR, OTHER])
def test_who_falls_says_nothing_more_not_even_what_is_under_way(desk: Desk, id: str) -> None:
    batch, _ = desk.came(said("under way"))
    assert batch is not None
    desk.lane.fall(id)
    assert desk.run(batch) == 0
    assert desk.lane.asks(CHANNEL, AUTHOR)
    desk.stand()
    assert not desk.lane.asks(CHANNEL, AUTHOR)
    assert desk.run(batch) == 1


def test_all_may_fall(desk: Desk) -> None:
    desk.lane.fall("x" * 26)
    assert desk.says("nobody rests on that") == 1
    desk.lane.fall_all()
    assert desk.says("but now") == 0


def test_nobody_stands_for_ever_or_before(desk: Desk) -> None:
    assert desk.says("one", now=NOW - 1) == 0
    assert desk.says("two", now=NOW + MINUTE - 1) == 1
    assert desk.says("three", now=NOW + MINUTE) == 0
    desk.lane.fall_all()
    desk.stand(until=NOW + 5)
    assert desk.says("four", now=NOW + 4) == 1
    assert desk.says("five", now=NOW + 5) == 0


def test_in_a_slow_room_nobody_stands(desk: Desk) -> None:
    desk.lane.fall_all()
    desk.stand(apart_ms=1000)
    assert desk.says("slowly") == 0


@pytest.mark.parametrize(
    "text", ["write me at someone@example.org", "i want to kill myself", "you should kill yourself"]
)
def test_what_screening_finds_is_looked_at_more_closely(desk: Desk, text: str) -> None:
    assert desk.says("a plain word", text, "another plain word") == 1
    assert len(desk.refs) == 1
    # And not counted: whoever looks at it does.
    assert desk.says("again a plain word") == 1


def test_a_sentence_in_pieces_is_seen(desk: Desk) -> None:
    assert desk.says("so " * 200, "i want to kill", "myself") == 2


def test_a_ref_that_was_sent_before_is_looked_at_more_closely(desk: Desk) -> None:
    batch, _ = desk.came(said("one"), said("the same"))
    assert batch is not None and desk.run(batch) == 1


def test_limits_count_as_on_the_long_way(screening: Screening) -> None:
    desk = Desk(screening, burst=2)
    batch, _ = desk.came(said("one"), said("two", "r2"), said("three", "r3"))
    assert batch is not None
    assert desk.refused == [(desk.peer.conn, "r3", NOW + 1000)] and len(batch) == 2
    assert desk.run(batch) == 2
    batch, _ = desk.came(said("four", "r4"), now=NOW + 1000)
    assert batch is not None and not desk.refused
    desk.stand()
    # The limit of words is full as of then, too.
    batch, _ = desk.came(said("five", "r5"), now=NOW + 1000)
    assert batch is not None and len(batch) == 0
    desk.world.end()


def test_what_is_known_is_told_to_nobody_again(desk: Desk) -> None:
    batch, _ = desk.came(said("one"))
    assert batch is not None and desk.run(batch) == 1
    desk.log.moved(1)
    assert desk.lane.tell(desk.reactor, batch, 0, 1, True, True) == (1, [])
    assert [payload for _, payload in desk.world.frames(desk.peer)] == [
        msgspec.json.encode(frames.Ack(ref="r1", channel=CHANNEL, seq=1, at=NOW))
    ]
    assert desk.world.frames(desk.packed) == []


def test_what_is_said_by_who_has_left_is_left_to_be_told(desk: Desk) -> None:
    """Nobody may be there now, or somebody may be reading the channel anew."""
    batch, _ = desk.came(said("one"))
    assert batch is not None and desk.run(batch) == 1
    desk.lane.rise(desk.peer.conn, CHANNEL)
    assert desk.lane.tell(desk.reactor, batch, 0, 1, True, True) == (1, [0])
    assert len(desk.world.frames(desk.peer)) == 1  # the ack
    assert msgspec.json.decode(batch.told(0)[1], type=frames.Said).message.text == "one"


def test_what_is_told_can_be_taken_back(desk: Desk) -> None:
    batch, _ = desk.came(said("one"))
    assert batch is not None and desk.run(batch) == 1
    desk.lane.tell(desk.reactor, batch, 0, 1, True, True)
    assert desk.reactor.retract(f"{CHANNEL}/1") == 2
    assert desk.world.frames(desk.packed) == []


def test_a_log_gives_what_it_kept_and_says_what_it_did_not() -> None:
    log = MessageLog(3, 2)
    assert (log.tail, len(log), log.take()) == (3, 0, ([], 0))
    with pytest.raises(ValueError):
        MessageLog(-1, 2)
