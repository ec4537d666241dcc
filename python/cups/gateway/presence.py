"""Who is in a room: counted by person, not by device, and told in batches. In a big room only the number is told.

Whoever has two linked accounts stays in the list for a while after going, for a different while each time: else everybody in a room would see the
one go as the other comes (SPEC A4).
"""

from collections import Counter
from collections.abc import Callable, Collection

import msgspec

from cups.clock import Clock
from cups.gateway.hub import Class, Connection, Hub
from cups.wire.frames import Presence as PresenceFrame
from cups.wire.people import Person

Apart = Callable[[str], list[tuple[Connection, list[str]]]]


class _Here(msgspec.Struct):
    person: Person
    devices: int


class Presence:
    def __init__(
        self,
        hub: Hub,
        big_room: int,
        clock: Clock,
        linger_ms: Callable[[], int] = lambda: 0,
        apart: Apart = lambda _channel: [],
    ) -> None:
        """`apart`: those in a room who do not see everybody there, and whom they do not see."""
        self._hub, self._big, self._clock, self._linger_ms, self._apart = hub, big_room, clock, linger_ms, apart
        self._going: dict[tuple[str, str], int] = {}
        """Who has gone and is still in the list: until when."""
        self._here: dict[str, dict[str, _Here]] = {}
        self._own: Counter[tuple[str, str]] = Counter()
        """Devices by this process."""
        self.on_own: Callable[[str, str, Person | None], None] = lambda channel, account, person: None
        """Told of everybody who is in a room by this process, and (None) no more: for the other processes."""
        self._came: dict[str, dict[str, Person]] = {}
        self._left: dict[str, dict[str, str]] = {}

    def enter(self, channel: str, account: str, person: Person, *, elsewhere: bool = False) -> None:
        """`elsewhere`: by another process, which counts as one device."""
        if not elsewhere:
            self._own[channel, account] += 1
            if self._own[channel, account] == 1:
                self.on_own(channel, account, person)
        here = self._here.setdefault(channel, {})
        if account in here:
            here[account].devices += 1
            self._going.pop((channel, account), None)
            return
        here[account] = _Here(person, 1)
        if self._left.get(channel, {}).pop(account, None) is None:
            self._came.setdefault(channel, {})[account] = person

    def leave(self, channel: str, account: str, *, linked: bool = False, elsewhere: bool = False) -> None:
        """`linked`: has another account, and so is not seen to go at once."""
        if not elsewhere:
            self._own[channel, account] -= 1
        here = self._here.get(channel, {})
        found = here.get(account)
        if found is None:
            return
        found.devices -= 1
        if found.devices:
            self._not_here(channel, account)
            return
        if linked and (linger := self._linger_ms()):
            self._going[channel, account] = self._clock.now() + linger
        else:
            self._out(channel, account)

    def _not_here(self, channel: str, account: str) -> None:
        """No device of theirs is here by this process any more, and nobody is to believe so."""
        if not self._own[channel, account]:
            del self._own[channel, account]
            self.on_own(channel, account, None)

    def _out(self, channel: str, account: str) -> None:
        self._not_here(channel, account)
        here = self._here[channel]
        found = here.pop(account)
        if not here:
            del self._here[channel]
        if self._came.get(channel, {}).pop(account, None) is None:
            self._left.setdefault(channel, {})[account] = found.person.name

    def is_here(self, channel: str, account: str) -> bool:
        return account in self._here.get(channel, {})

    def count(self, channel: str) -> int:
        return len(self._here.get(channel, {}))

    def people(self, channel: str) -> list[Person]:
        """Everyone here, by name: not in the order in which they came. Nobody in a big room."""
        here = self._here.get(channel, {})
        if len(here) >= self._big:
            return []
        return sorted((entry.person for entry in here.values()), key=lambda person: person.name.casefold())

    def seen(self, channel: str, unseen: Collection[str]) -> tuple[list[Person], int]:
        """As `people` and `count`, for somebody who does not see these accounts."""
        people, here = self.people(channel), self._here.get(channel, {})
        hidden = {here[account].person.name for account in unseen if account in here}
        if not hidden:
            return people, len(here)
        return [person for person in people if person.name not in hidden], len(here) - len(hidden)

    def tell(self) -> None:
        """Tells each room what changed since the last time."""
        now = self._clock.now()
        for gone in [who for who, until in self._going.items() if until <= now]:
            del self._going[gone]
            self._out(*gone)
        for channel in self._came.keys() | self._left.keys():
            came, left = self._came.get(channel, {}), self._left.get(channel, {})
            if not came and not left:
                continue
            count = self.count(channel)
            big = count >= self._big
            frame = PresenceFrame(
                channel=channel,
                count=count,
                came=[] if big else list(came.values()),
                left=[] if big else list(left.values()),
            )
            # Only the bare number may replace an older one: who came and went has to be heard in full.
            key, tag = f"presence:{channel}" if big else None, f"{channel}/presence"
            apart = self._apart(channel)
            self._hub.publish(
                f"room:{channel}", frame, Class.PRESENCE, key=key, tag=tag, skip=[one for one, _ in apart]
            )
            for connection, unseen in apart:
                own = PresenceFrame(
                    channel=channel,
                    count=self.seen(channel, unseen)[1],
                    came=[] if big else [person for account, person in came.items() if account not in unseen],
                    left=[] if big else [name for account, name in left.items() if account not in unseen],
                )
                self._hub.send(connection, own, Class.PRESENCE, key=key)
        self._came.clear()
        self._left.clear()
