"""The Rust core as Python sees it. `tests/core/test_stubs.py` holds this file true against the built module.

Every structure here is synchronous, single-threaded by contract (used from the Trio loop's thread only) and
is told the time: `now` is always milliseconds since the epoch, UTC, as an integer; a negative one is a ValueError.
Windows are half-open: what lasts `n` ms from `t` is over at `t + n`. Strings come from any iterable but a string.
"""

from collections.abc import Iterable, Sequence

__version__: str

class RequestQueue:
    """The rank of everyone who waits. The `request` table is the truth; this index can be rebuilt from it.

    Rank: severity (higher first), then `first_at` (earlier first), then `id`. A request belongs to one *pool*
    (who may serve it: age class and language, spelled by the caller as one string) and has one topic.
    States in the index: waiting, or claimed by one owner under a lease with a fencing token.
    """

    def __init__(self) -> None: ...
    def add(self, id: str, *, pool: str, topic: str, asker: str, severity: int, first_at: int, fence: int = 0) -> None:
        """Enters a waiting request, O(log n). `fence` is the last token given for it. Raises ValueError if the id is present, waiting or claimed."""
    def remove(self, id: str) -> bool:
        """Takes a request out, whatever its state. False if it was not there."""
    def candidates(
        self, *, pools: Sequence[str], refused_topics: Iterable[str], blocked: Iterable[str], limit: int
    ) -> list[str]:
        """The waiting requests one listener may take, best rank first, at most `limit`. Touches only eligible buckets."""
    def claim_next(
        self,
        owner: str,
        *,
        pools: Sequence[str],
        refused_topics: Iterable[str],
        blocked: Iterable[str],
        now: int,
        lease_ms: int,
    ) -> Claim | None:
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
    def waiting(self, pool: str | None = None) -> int:
        """How many wait, in one pool or in all."""
    def __len__(self) -> int:
        """How many it knows, waiting or claimed; so does `in`."""
    def __contains__(self, id: str) -> bool: ...
    def ids(self) -> list[str]:
        """All waiting ids in rank order: for tests and for the checker that compares index and table."""
    def statistics(self) -> dict[str, int]:
        """waiting, claimed, pools, buckets."""

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
    def drain(self, conn: int, max_bytes: int = 65536) -> list[bytes]:
        """Takes the next frames to write, in order, at least one if any wait; empty when idle."""
    def overflowed(self) -> list[int]:
        """Connections that went over a cap since the last call and are still connected: to be closed with "resume from here". Their outbox is dropped, later sends to them are ignored."""
    def depth(self, conn: int) -> tuple[int, int]:
        """(frames, bytes) waiting."""
    def statistics(self) -> dict[str, int]:
        """connections, groups, memberships, frames_queued, bytes_queued (a shared frame counts in each outbox), and since
        the start: shed, conflated, retracted."""

class Pace:
    """GCRA limits. A rule is `burst` events at once and then one per `period_ms`. Idle keys hold no memory after `sweep`.

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
        """Forgets keys that are back at rest; how many."""
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
