"""Who in a room does not hear whom: whoever has blocked somebody is not reached by what that one says.

What is told to a room is encoded once for everybody; the few from whom it is kept are left out, and get an event of the same number without words. A
room where nobody keeps anybody away is not in here at all.
"""

from collections.abc import Callable, Collection, Mapping, Sequence

from cups.gateway.hub import Connection
from cups.reach import NOBODY, heard

EVERYBODY_HEARS: Sequence[Connection] = ()


class Shields:
    def __init__(self, watch: Callable[[str], None], unwatch: Callable[[str], None]) -> None:
        """`watch` is told of each author whom somebody here does not hear, `unwatch` when that is over."""
        self._watch, self._unwatch = watch, unwatch
        self._rooms: dict[str, dict[int, Connection]] = {}
        self._authors: dict[str, int] = {}
        """In how many subscriptions each is kept away."""

    def put(self, connection: Connection, channel: str, withheld: Mapping[str, int]) -> bool:
        """From now on these are kept from this connection in this room, and nobody else. False if that is as it was."""
        subscription = connection.channels[channel]
        before = subscription.withheld
        if before == withheld:
            return False
        subscription.withheld = withheld
        here = self._rooms.setdefault(channel, {})
        if withheld:
            here[connection.id] = connection
        else:
            here.pop(connection.id, None)
        if not here:
            del self._rooms[channel]
        self._count(withheld.keys() - before.keys(), before.keys() - withheld.keys())
        return True

    def _count(self, more: Collection[str], fewer: Collection[str]) -> None:
        for author in more:
            count = self._authors[author] = self._authors.get(author, 0) + 1
            if count == 1:
                self._watch(author)
        for author in fewer:
            self._authors[author] -= 1
            if not self._authors[author]:
                del self._authors[author]
                self._unwatch(author)

    def lift(self, connection: Connection, channel: str) -> None:
        """It leaves the room."""
        self.put(connection, channel, NOBODY)

    def deaf(self, channel: str, author: str, at: int) -> Sequence[Connection]:
        """Those in a room whom what this author said at `at` does not reach."""
        here = self._rooms.get(channel)
        if here is None:
            return EVERYBODY_HEARS
        return [one for one in here.values() if not heard(author, at, one.channels[channel].withheld)]

    def apart(self, channel: str) -> list[tuple[Connection, list[str]]]:
        """Those in a room who do not see everybody there, and the accounts that they do not see."""
        here = self._rooms.get(channel, {})
        return [(one, unseen(one.channels[channel].withheld)) for one in here.values()]


def unseen(withheld: Mapping[str, int]) -> list[str]:
    """Of whom not even that they are there is told: the accounts that were blocked by their name. That somebody else goes from the list in the same moment
    would tell whose other account they are."""
    return [author for author, since in withheld.items() if not since]
