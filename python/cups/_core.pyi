"""The Rust core as Python sees it. `tests/core/test_stubs.py` holds this file true against the built module.

Every structure here is synchronous, single-threaded by contract (used from the Trio loop's thread only) and
is told the time: `now` is always milliseconds since the epoch, UTC, as an integer; a negative one is a ValueError. The
`Reactor` alone counts in seconds of a clock that never goes back.
Windows are half-open: what lasts `n` ms from `t` is over at `t + n`. Strings come from any iterable but a string.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Literal

__version__: str

class RequestQueue:
    """The rank of everyone who waits. The `request` table is the truth; this index can be rebuilt from it.

    Rank: `first_at - severity * head_start_ms` (earlier first), then `id`. A request belongs to one *pool*
    (who may serve it: age class and language, spelled by the caller as one string) and has one topic.
    States in the index: waiting, or claimed by one owner under a lease with a fencing token.
    Ids of requests and people are those of `cups.ids`; what is no id is a ValueError where something is to be entered, and
    unknown everywhere else. Pools and topics are few: their names are kept for good.
    """

    def __init__(self, *, head_start_ms: int) -> None: ...
    def add(
        self,
        id: str,
        *,
        pool: str,
        topic: str,
        asker: str,
        severity: int,
        first_at: int,
        fence: int = 0,
        shown: bytes | None = None,
    ) -> None:
        """Enters a waiting request, O(log n). `fence` is the last token given for it; `shown` is handed back as it is. Raises
        ValueError if the id is present, waiting or claimed."""
    def remove(self, id: str) -> bool:
        """Takes a request out, whatever its state. False if it was not there."""
    def listener(self, *, pools: Iterable[str], refused_topics: Iterable[str], blocked: Iterable[str]) -> Listener:
        """Somebody who wants to listen: the pools they may serve, the topics they do not take, the askers they may not talk to."""
    def candidates(self, listener: Listener, limit: int) -> list[str]:
        """The waiting requests one listener may take, best rank first, at most `limit`. Touches only eligible buckets."""
    def listing(self, listener: Listener, limit: int) -> list[Entry]:
        """The same, with all that is known of each."""
    def claim_next(self, owner: str, listener: Listener, *, now: int, lease_ms: int) -> Claim | None:
        """Claims the first in rank that this owner may talk to, or None when nobody eligible waits."""
    def claim(self, id: str, owner: str, *, now: int, lease_ms: int) -> Claim | None:
        """Claims this very request; None if it is not waiting (gone, or another was quicker)."""
    def renew(self, id: str, fence: int, *, now: int, lease_ms: int) -> bool:
        """Extends a lease, never shortens it; False for a stale fence: the owner must stop acting on it. A lease that has
        ended can be renewed until `expire` has given the request back."""
    def release(self, id: str, fence: int) -> bool:
        """Gives a claimed request back at its old rank; False for a stale fence."""
    def expire(self, now: int) -> list[str]:
        """Returns requests whose lease ended to the waiting, at their old rank; their ids, oldest lease first."""
    def place(self, id: str) -> int | None:
        """1 for the first in its pool, whatever the topic; O(log n). None when not waiting."""
    def get(self, id: str) -> Entry | None:
        """All that is known of one request, waiting or claimed."""
    def of(self, asker: str) -> str | None:
        """The request of this person, waiting or claimed: the one that was added last."""
    def askers(self) -> list[str]:
        """Everyone whose request is here, in no order."""
    def waiting(self, pool: str | None = None) -> int:
        """How many wait, in one pool or in all."""
    def waiting_for(self, listener: Listener) -> int:
        """How many this listener may take; walks over nobody."""
    def version(self, listener: Listener) -> int:
        """Grows whenever something changes that this listener could see."""
    def suits(self, listener: Listener, id: str) -> bool:
        """Whether this listener may take this request, as far as pools, topics and blocks go."""
    def occupied(self) -> list[tuple[str, int, int]]:
        """The pools in which somebody waits: name, how many, `first_at` of the first in rank."""
    def __len__(self) -> int:
        """How many it knows, waiting or claimed; so does `in`."""
    def __contains__(self, id: str) -> bool: ...
    def ids(self) -> list[str]:
        """All waiting ids in rank order: for tests."""
    def statistics(self) -> dict[str, int]:
        """waiting, claimed, pools, buckets, bytes (allocated for all of it)."""
    def begin_pass(self) -> None:
        """Begins a comparison with the table; what enters from now on counts as compared."""
    def compare(
        self, id: str, *, pool: str, topic: str, asker: str, severity: int, first_at: int
    ) -> Literal["same", "missing", "different"]:
        """Compares a waiting row of the table with the index."""
    def unseen(self) -> list[str]:
        """What this comparison has not met: the table does not have it. O(n)."""

Entry = tuple[str, str, str, str, int, int, int, bytes]
"""id, pool, topic, asker, severity, first_at, fence, shown."""

class Listener:
    """Somebody who wants to listen, as one queue knows them: see `RequestQueue.listener`. Good for that queue alone."""

    def without(self, askers: Iterable[str]) -> Listener:
        """The same person, who may not talk to these askers either."""

class Claim:
    """A lease on one request. `fence` grows by one with every claim of that request, over its whole life."""

    id: str
    fence: int
    until: int

class Fanout:
    """Who is subscribed to what, and what waits to be written to each connection.

    A connection is a non-negative integer chosen by the caller. A *group* is any string (`room:…`, `chat:…`,
    `person:…`, `board`). A frame is stored once however many outboxes hold it.
    Classes, shed from the end when an outbox is over half its cap: 0 control, 1 claim/warning/retraction,
    2 message, 3 receipt/reaction, 4 presence, 5 typing. Frames of classes 3 to 5 with a `key` replace an older frame
    with the same key in the same outbox, and go to its end: what is drained is always in the order of queueing.
    A class is shed as a whole, until half of both caps is enough; 0 to 2 never are.
    """

    def __init__(self, *, max_bytes: int = 1048576, max_frames: int = 4096) -> None: ...
    def connect(self, conn: int) -> None:
        """Raises ValueError for a negative number or one that is connected."""
    def disconnect(self, conn: int) -> list[str]:
        """Forgets the connection; the groups it was in, sorted. Empty for an unknown one."""
    def join(self, conn: int, group: str) -> bool:
        """False if it was in already. Raises KeyError for an unknown connection."""
    def leave(self, conn: int, group: str) -> bool:
        """False if it was not in. What was queued before is still written."""
    def members(self, group: str) -> list[int]:
        """Ascending."""
    def groups(self, conn: int) -> list[str]:
        """Sorted."""
    def count(self, group: str) -> int: ...
    def send(self, conn: int, frame: bytes, cls: int, key: str | None = None) -> bool:
        """Queues one frame for one connection; True if its outbox was empty before (its writer must be woken). Unknown connection: False."""
    def publish(
        self, group: str, frame: bytes, cls: int, key: str | None = None, tag: str | None = None, skip: int = -1
    ) -> list[int]:
        """Queues one shared frame for all members but `skip`; the connections whose writers must be woken.
        `tag` names the frame for `retract` (`<channel>/<seq>`); several frames may share one. The woken are in no
        particular order."""
    def retract(self, tag: str) -> int:
        """Frames with this tag that still wait in any outbox will never be written; how many outboxes held one.
        Their bytes are let go at once. Frames published later under the same tag are not affected."""
    def withdraw(self, conn: int, prefix: str) -> int:
        """Frames whose tag begins so, and that wait for this one connection, will never be written to it; how many."""
    def drain(self, conn: int, max_bytes: int = 65536) -> list[bytes]:
        """Takes the next frames to write, in order, at least one if any wait; empty when idle."""
    def overflowed(self) -> list[int]:
        """Connections that went over a cap since the last call and are still connected: to be closed with "resume from here". Their outbox is dropped, later sends to them are ignored."""
    def depth(self, conn: int) -> tuple[int, int]:
        """(frames, bytes) waiting."""
    def statistics(self) -> dict[str, int]:
        """connections, groups, memberships, frames_queued, bytes_queued (a shared frame counts in each outbox), and since
        the start: shed, conflated, retracted."""

class MessageLog:
    """The last messages of a channel as the frames that told of them, until somebody wants to read them. From any thread."""

    def __init__(self, tail: int, keep: int) -> None:
        """Of a channel whose last event so far has the number `tail`; no more than `keep` are held."""
    tail: int
    """The number of the last event."""
    def moved(self, tail: int) -> None:
        """An event with this number is kept elsewhere."""
    def take(self) -> tuple[list[tuple[str, bytes]], int]:
        """Gives the frames away (JSON, the oldest first), each with its author, and the number of the last message that there was no room for, or 0."""
    def __len__(self) -> int: ...

class SaidBatch:
    """What several connections said within one tick, in each one's order. Made by `Reactor.tick`."""

    at: int
    """When it was said; set by `Lane.admit`."""
    def __len__(self) -> int: ...
    def refs(self) -> list[tuple[int, str]]:
        """(connection, ref) of each."""
    def sent(self, first: int, last: int) -> list[str]:
        """Channel, author and ref of each of these, one behind the other."""
    def rows(self, first: int, last: int) -> list[Any]:
        """Channel, seq, rev, author, ref, text, time and None (it answers nothing) of each of these that was said, one behind the other."""
    def item(self, at: int) -> tuple[int, str, str, str, str, str]:
        """(connection, kind, channel, author, ref, text) of one. Raises IndexError."""
    def told(self, at: int) -> tuple[str, bytes]:
        """The channel of one that was said, and the frame that tells of it, as JSON. Raises IndexError."""
    def limits(self, first: int, last: int) -> list[tuple[tuple[str, str], ...]]:
        """By which limits, as rule and key, each of these was counted that were said."""
    def spoken(self, first: int, last: int) -> list[tuple[str, bool, bool]]:
        """For each channel of these: whether a listener has spoken, and whether somebody else has since."""

class Refs:
    """The numbers of messages by channel, author and ref. Used from any thread."""

    def __init__(self, sent: Sequence[tuple[str, str, str, int]]) -> None: ...
    def get(self, channel: str, author: str, ref: str) -> int | None: ...
    def put(self, channel: str, author: str, ref: str, seq: int) -> None: ...
    def clear(self) -> None: ...
    def __len__(self) -> int: ...

class Lane:
    """The short way of what people say in channels: from the reactor to the writer and back, without an object of Python's for each message.

    It takes, of whoever sits in a channel and speaks JSON, `send` frames that surely fit their definition; all else of a connection goes the
    long way, and so does, within the same tick, what follows it. Whoever stands may write until they fall: the writer says both. Everything
    that needs a closer look (a hit of screening, a limit, a ref that was sent before, a person who is not known to stand) is left to the caller.
    Used from the loop's thread and the writer's.

    Frames are given as pieces: bytes, and between them the names of fields: `seq`, `at`, `text`, `ref`.
    """

    def __init__(
        self, pace: Pace, screening: Screening, *, rule: str, max_ref: int, max_text: int, ack: Sequence[bytes | str]
    ) -> None:
        """`rule`: the limit that frames count for. In `ack`, `text` stands for the channel."""
    def sit(self, conn: int, frames: str, kind: str, channel: str, author: str, group: str, log: MessageLog) -> None:
        """A connection has entered a channel. `frames`: what its frames are counted by; `group`: who hears what is said there."""
    def rise(self, conn: int, channel: str) -> None:
        """It has left it."""
    def gone(self, conn: int) -> None:
        """It is gone, or goes the long way for good."""
    def hold(self, conn: int) -> None:
        """What it says goes the long way until `free`."""
    def free(self, conn: int) -> None: ...
    def admit(self, batch: SaidBatch, now: int) -> list[tuple[int, str, int]]:
        """Counts each as a frame. Takes out those above the limit: (connection, ref, until when)."""
    def asks(self, channel: str, author: str) -> bool:
        """Whether somebody sits here who is not known to stand."""
    def stand(
        self,
        channel: str,
        author: str,
        *,
        text: Sequence[bytes | str],
        packed: Sequence[bytes | str],
        limits: tuple[tuple[str, str], ...],
        start: int,
        until: int,
        listener: bool,
        others: Sequence[str],
    ) -> None:
        """Whoever sits here may write from `start` to before `until`. `text`, `packed`: how it is told, as JSON and MessagePack. `others`:
        the accounts, besides the author's and the channel, whose rights this rests on."""
    def fall(self, id: str) -> None:
        """Nobody stands any more who rests on this account or channel."""
    def fall_all(self) -> None: ...
    def run(
        self,
        batch: SaidBatch,
        start: int,
        tails: dict[str, int],
        refs: Refs,
    ) -> tuple[int, float]:
        """Numbers what may be said, from `start` up to the first that needs a closer look: its place, and the seconds that screening took.

        Moves `tails`, enters `refs`.
        """
    def watch(self, author: str) -> None:
        """What this author says is told by the caller: somebody does not hear them."""
    def unwatch(self, author: str) -> None: ...
    def tell(
        self, reactor: Reactor, batch: SaidBatch, first: int, last: int, text: bool, packed: bool
    ) -> tuple[int, list[int]]:
        """Acks what was said and tells its channel, in the formats that are spoken, up to the first whose author is watched: the place of that one, or
        `last`. And which before it are left to be told: their author has left."""
    def __len__(self) -> int:
        """How many connections sit somewhere."""

class Reactor:
    """WebSocket connections on one epoll descriptor: whole messages in, shared outboxes out. One thread uses it.

    It owns the sockets: non-blocking, without delay, closed with the process and with the reactor. The caller waits until
    `fileno()` is readable (an epoll descriptor within another), calls `tick`, acts on its events, calls `flush`, and calls
    `tick` about every 100 ms for the timers. `now` is seconds, never going back; only how long a flush took is measured.

    A connection is known by a number that is never used again; newer ones have higher numbers. It is unknown until its
    HTTP head is complete. Groups and classes are those of `Fanout`, and so are the rules of the outboxes: nothing but
    `flush`, and a `tick` that finds a full socket writable again, writes. A frame that has been written in part stays,
    whatever happens to the rest.

    Fast path: whole, masked, unfragmented frames. Pings are answered here. Fragmented messages are handed on as they came,
    and the connection is then held until `resume`. Close frames, and whatever no client may send, are handed on too, and
    so is all that follows, up to `max_frame_bytes` or the end of that frame, until the caller closes, within
    `frame_timeout_s`. Messages over `max_frame_bytes` or `max_fragments` are closed with 1009, too many pings and pongs
    with 1008.
    """

    def __init__(
        self,
        *,
        max_head_bytes: int = 16384,
        max_frame_bytes: int = 65536,
        max_fragments: int = 64,
        max_connections: int = 20000,
        max_connections_per_address: int = 512,
        exempt_addresses: Sequence[str] = (),
        control_frames_burst: int = 60,
        control_frames_per_s: int = 10,
        head_timeout_s: float = 5.0,
        frame_timeout_s: float = 20.0,
        heartbeat_s: float = 25.0,
        pong_timeout_s: float = 20.0,
        send_timeout_s: float = 10.0,
        close_timeout_s: float = 3.0,
        outbox_bytes: int = 1048576,
        outbox_frames: int = 4096,
        lazy_ms: float = 8.0,
        lazy_us_each: float = 0.0,
        lazy_most_ms: float = 100.0,
        coalesce_ms: float = 5.0,
        flush_connections: int = 256,
        ring: bool = True,
        busy_answer: bytes = b"",
        head_answer: bytes = b"",
    ) -> None:
        """ValueError for what makes no sense. `max_connections` counts those that have not sent their head, too;
        `exempt_addresses`, of which each may be a network as 10.0.0.0/8, are free of the limit per address alone. With `ring`, many are written with one system call where
        the system has io_uring and allows it. `busy_answer` is written to whom a limit turns away, `head_answer` to whom
        sends a head over `max_head_bytes`; then they have a second to read it, 256 at a time."""
    pending: bool
    """Something waits for the next tick that the descriptor does not show: bytes already read, or an end to be told."""
    def fileno(self) -> int:
        """The epoll descriptor; it stays the reactor's."""
    def listen(self, fd: int) -> None:
        """Accepts from a copy of this bound, listening socket."""
    def stop_listening(self) -> None: ...
    def tick(self, now: float) -> list[tuple[int, int, bytes | int]]:
        """What has happened, in order: (kind, conn, data).

        0 head: all that was read, up to and past the empty line; nothing is read until `upgrade`, `release` or `abort`.
        1 text, UTF-8. 2 binary. 3 diverted: raw bytes. 4 diverted, with which the fragmented message is complete.
        5 ended, with the reason: 0 end of stream, 1 reset, 2 heartbeat unanswered, 3 nothing could be written for
        `send_timeout_s`, 4 a frame incomplete for `frame_timeout_s`, 5 `close`, or the peer's close was answered, 6 `abort` or a retraction, 7 too big,
        8 too many control frames. Exactly once, and last, for each connection that had a head or was adopted, and was
        not released. 6 overflowed: the outbox is empty and takes nothing more; the caller closes.
        At most 64 messages of a connection and 256 in all; the rest waits for the next tick."""
    def use_lane(self, lane: Lane) -> None:
        """From now on what is said by who sits there comes as (7, 0, `SaidBatch`), before all else of a tick."""
    def flush(self, now: float) -> float | None:
        """Writes to at most `flush_connections`. Seconds after which to call again: 0.0 if more is left, None if nothing
        waits for a flush. When more has come during a walk over all that waited, which took more than half a millisecond,
        nothing is written for as long as that took, at most `coalesce_ms`. Other threads run while it writes to more than eight."""
    def adopt(self, fd: int, format: int, data: bytes, now: float) -> int:
        """Takes over an upgraded socket, and the bytes read behind its handshake; its number. `format` is 0 for text,
        1 for packed."""
    def upgrade(self, conn: int, answer: bytes, format: int) -> None:
        """Queues `answer` as it is; from now on it is a WebSocket, bytes behind the head included. KeyError unless
        its head waits for an answer."""
    def release(self, conn: int) -> int:
        """Gives the descriptor of a connection whose head waits away, non-blocking. KeyError as above."""
    def peer(self, conn: int) -> str:
        """The IP address, v4 even where it came mapped into v6; empty for a socket without. KeyError."""
    def write(self, conn: int, data: bytes) -> bool:
        """Queues bytes as they are, class 0. False for a connection that is unknown, closing or overflowed."""
    def send(self, conn: int, payload: bytes, cls: int, key: str | None = None, tag: str | None = None) -> bool:
        """Queues a message, text or binary as the format says. False as above, and before the upgrade."""
    def pause(self, conn: int) -> None:
        """Nothing is read until `resume`: the system's buffers make the peer wait. Its silence does not count."""
    def resume(self, conn: int) -> None:
        """Undoes `pause`, and goes on behind a diverted message."""
    def close(self, conn: int, code: int, reason: str, discard: bool = False) -> None:
        """A close frame behind what waits, or instead of it; then the peer has `close_timeout_s` to answer. No events but
        the end. The first call counts. Codes 0 and 1005 send a frame without a code; a reason is cut to 123 bytes. A
        connection that has not been upgraded gets the end of the stream instead, behind what waits."""
    def abort(self, conn: int) -> None:
        """Closes the socket at once, with a reset; the next tick tells the end."""
    def join(self, conn: int, group: str) -> bool:
        """False if it was in already. KeyError for an unknown connection, also before its upgrade."""
    def leave(self, conn: int, group: str) -> bool:
        """False if it was not in. What was queued before is still written."""
    def members(self, group: str) -> list[int]:
        """Ascending."""
    def groups(self, conn: int) -> list[str]:
        """Sorted."""
    def count(self, group: str) -> int: ...
    def publish(
        self,
        group: str,
        text: bytes | None,
        packed: bytes | None,
        cls: int,
        key: str | None = None,
        tag: str | None = None,
        skip: Sequence[int] = (),
    ) -> int:
        """Queues one shared message for all members but those in `skip`: `text` for those of format 0, `packed` for those of
        format 1; whose payload is None gets nothing. For how many it was queued."""
    def retract(self, tag: str) -> int:
        """Takes what waits under this tag out of all outboxes; how many held one. Whoever has received the beginning of
        such a frame is cut off, so that nobody gets the rest."""
    def withdraw(self, conn: int, prefix: str) -> int:
        """Takes what waits for this one connection under tags that begin so out of its outbox, and cuts it off if it has received the beginning of
        such a frame; how many frames."""
    def depth(self, conn: int) -> tuple[int, int]:
        """(frames, bytes) waiting, the rest of a frame written in part included."""
    def statistics(self) -> dict[str, int]:
        """Now: connections (upgraded), connecting, parting (ended, but for the end of the peer's stream), text_connections,
        packed_connections, groups, memberships, frames_queued, bytes_queued. Since the start: accepted, refused, heads_dropped, frames_in, bytes_in, frames_out, bytes_out, writes,
        partial_writes, blocked_writes, shed, conflated, retracted, diverted, overflowed, heartbeats, timed_out, too_big,
        floods, flushes, flush_micros, ticks."""

class Pace:
    """GCRA limits. A rule is `burst` events at once and then one per `period_ms`. Keys at rest hold no memory after a sweep;
    one under way holds 19 to 39 bytes, whatever its length (it is kept as a keyed 64-bit hash).

    A clock that steps back by up to a minute is waited out; after a longer jump a key counts as exhausted, no worse.
    """

    def __init__(self) -> None: ...
    def set_rule(self, name: str, *, burst: int, period_ms: int) -> None:
        """Adds or replaces a rule; keys in flight keep their history. burst >= 1, period_ms >= 1, else ValueError."""
    def check(self, rule: str, key: str, now: int, cost: int = 1) -> int:
        """0: allowed and counted. Otherwise refused, not counted: the moment (ms) when it will be allowed, always after
        `now`. KeyError for an unknown rule, ValueError for a cost below 1 or above the burst."""
    def check_all(self, checks: Sequence[tuple[str, str]], now: int) -> int:
        """All or nothing over several (rule, key): 0, or the latest moment among the refusals, and then none is counted.
        A pair that is named twice costs two."""
    def peek(self, rule: str, key: str, now: int) -> int:
        """As `check`, counting nothing."""
    def sweep(self, now: int) -> int:
        """Forgets keys that are back at rest; how many. O(keys)."""
    def sweep_some(self, now: int, most: int) -> int:
        """A step of a sweep, over at most about `most` slots, that goes on where the last one ended; how many keys were forgotten."""
    def rule(self, name: str) -> tuple[int, int] | None:
        """burst and period_ms; None for an unknown rule."""
    def __len__(self) -> int: ...

class WarningLadder:
    """Warnings per person, in one room and across rooms (SPEC E6). Rebuilt from the `warning` table at start.

    Defaults: fade 24 h; one incident = warnings for the same person and room within 30 s of the incident's first; one moderator may
    warn one person once in 60 s; 2nd counted warning: mute, 3rd: removal from the room, 5th: ban from rooms
    (the 4th repeats the removal).
    """

    def __init__(
        self,
        *,
        fade_ms: int = 86400000,
        incident_ms: int = 30000,
        moderator_ms: int = 60000,
        mute_at: int = 2,
        remove_at: int = 3,
        ban_at: int = 5,
    ) -> None: ...
    def warn(self, person: str, room: str, moderator: str, now: int) -> WarningOutcome:
        """A warning that is not refused counts against its moderator's own limit, counted or not."""
    def restore(self, person: str, room: str, moderator: str, at: int, counted: bool) -> None:
        """Replays one stored warning, oldest first."""
    def standing(self, person: str, now: int) -> int:
        """Counted warnings that have not faded, over all rooms."""
    def standing_in(self, person: str, room: str, now: int) -> int: ...
    def step(self, count: int) -> str:
        """What follows from so many counted warnings: notice, mute, remove or ban."""
    def sweep(self, now: int) -> int:
        """Forgets persons about whom nothing matters any more, and what has faded about others; how many persons."""
    def __len__(self) -> int:
        """How many persons are remembered."""

class WarningOutcome:
    """`refused_until` > 0: this moderator must wait, nothing was recorded; the rest says how the person stands. Else `counted` says whether it was a new incident;
    `step` is 'notice', 'mute', 'remove' or 'ban' (what follows from the count now; for an uncounted warning the step
    of its incident), `count` the standing over all rooms, `room_count` in this room."""

    refused_until: int
    counted: bool
    count: int
    room_count: int
    step: str

class Screening:
    """What to do about a text: rules compiled, and what was said lately by those who are writing now. Usable from any thread.

    A rule is any object with the attributes `id`, `kind` (the class), `action` (`pass`, `help`, `hold`, `block`), `share` (of 1000 people; 0: it only
    counts), `conversation`, `patterns`, `unless` and `only` (pairs of place and pattern), `unquoted`, `allow`, `digits`, `needs`. The
    lexicon has `numbers`, `aliases`, `forgiven`, `known`, `breaks`, `allowed_numbers`, `allowed_sites`. rust/screening says what each means.
    A rule that cannot be used is ValueError(id, why); nothing has changed then.
    """

    def __init__(
        self,
        rules: Sequence[Any],
        lexicon: Any,
        *,
        window_messages: int = 6,
        window_bytes: int = 600,
        window_ms: int = 600000,
        window_keys: int = 20000,
    ) -> None: ...
    def swap(self, rules: Sequence[Any], lexicon: Any) -> list[tuple[str, int, int]]:
        """Puts other rules in force, for the next text that is judged; the last counts of those before. Compiles without holding the interpreter's lock."""
    def judge(self, person: str, text: str) -> ScreeningVerdict:
        """One text by itself. Linear in the text."""
    def check(self, key: str, person: str, name: str, text: str, now: int, changed: bool = False) -> ScreeningVerdict:
        """What `person` is about to say, with what was said under this key before. `name` tells this message from the others.
        One that is `changed` is judged in its place, with what was said after it too."""
    def recheck(self, key: str, person: str, name: str, text: str, now: int, changed: bool = False) -> ScreeningVerdict:
        """The same for a text that stands for one that was checked: its hits are not counted again."""
    def plain(self, key: str, name: str, text: str, now: int) -> bool:
        """Whether nothing is hit in a new message, as `check` would find, but sooner; `said` may follow. False tells nothing: it is to be checked."""
    def check_in_full(
        self, key: str, person: str, name: str, text: str, now: int, changed: bool = False
    ) -> ScreeningVerdict:
        """As `recheck`, and never the quick way that most texts take: what tests hold that against."""
    def said(self, key: str, name: str, text: str, now: int, changed: bool = False) -> None:
        """Remembers what was said; the same name replaces, in its place."""
    def sweep(self, now: int) -> int:
        """Forgets who has been silent for longer than is remembered; how many."""
    def __len__(self) -> int:
        """How many keys are remembered."""
    def rules(self) -> int: ...
    def words(self, text: str) -> str:
        """The words as rules see them."""
    def surface(self, text: str) -> str: ...
    def take_counts(self) -> list[tuple[str, int, int]]:
        """Hits since the last call, of the rules that had any: id, how many, how many of them acted."""

class ScreeningVerdict:
    """`action` is `pass`, `help`, `hold` or `block`, and `decisive` where it comes from. With a `concern` help is shown and a person called, whatever the action."""

    action: str
    decisive: ScreeningHit | None
    concern: ScreeningHit | None
    hits: list[ScreeningHit]

class ScreeningHit:
    """A rule that was hit, and where: characters of the text, the end after the last. `acts` is False for a rule that only counts (for this person)."""

    rule: str
    kind: str
    start: int
    end: int
    acts: bool
