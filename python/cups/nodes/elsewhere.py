"""What is known of the people at the other processes: who is connected there, and in which rooms. Used on the loop's thread."""

from collections.abc import Callable, Iterable

from cups.nodes.hints import Connected, Entered


class Elsewhere:
    def __init__(self) -> None:
        self._at: dict[str, dict[str, bool]] = {}
        """By process: the accounts that are connected there, and whether as a listener."""
        self._rooms: dict[str, dict[tuple[str, str], Entered]] = {}
        self.came: Callable[[str, bool], None] = lambda account, listener: None
        """Told of everybody who is connected to some other process now and was not before."""
        self.left: Callable[[str], None] = lambda account: None
        self.entered: Callable[[Entered], None] = lambda entered: None
        """Told for each process by itself: somebody may be in a room by two of them."""
        self.exited: Callable[[str, str], None] = lambda channel, account: None

    def connected(self, account: str) -> bool:
        return any(account in there for there in self._at.values())

    def senders(self) -> set[str]:
        return self._at.keys() | self._rooms.keys()

    def connect(self, sender: str, account: str, listener: bool) -> None:
        before = self.connected(account)
        there = self._at.setdefault(sender, {})
        known = account in there and (there[account] or not listener)
        there[account] = listener or there.get(account, False)
        if not before or not known:
            self.came(account, there[account])

    def disconnect(self, sender: str, account: str) -> None:
        if self._at.get(sender, {}).pop(account, None) is not None and not self.connected(account):
            self.left(account)

    def enter(self, sender: str, entered: Entered) -> None:
        there = self._rooms.setdefault(sender, {})
        key = (entered.channel, entered.account)
        if key not in there:
            there[key] = entered
            self.entered(entered)

    def exit(self, sender: str, channel: str, account: str) -> None:
        if self._rooms.get(sender, {}).pop((channel, account), None) is not None:
            self.exited(channel, account)

    def replace(self, sender: str, connected: Iterable[Connected], entered: Iterable[Entered]) -> None:
        """All that is true there now: what else was known of that process is over."""
        people = {one.account: one.listener for one in connected}
        rooms = {(one.channel, one.account): one for one in entered}
        for account in [a for a in self._at.get(sender, {}) if a not in people]:
            self.disconnect(sender, account)
        for key in [k for k in self._rooms.get(sender, {}) if k not in rooms]:
            self.exit(sender, *key)
        for account, listener in people.items():
            self.connect(sender, account, listener)
        for one in rooms.values():
            self.enter(sender, one)

    def gone(self, sender: str) -> None:
        """That process has ended, and all its connections with it."""
        self.replace(sender, (), ())
        self._at.pop(sender, None)
        self._rooms.pop(sender, None)
