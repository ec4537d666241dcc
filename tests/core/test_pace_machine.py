"""`Pace` from Python against a slow, obvious model: a list of everything that was allowed."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from cups._core import Pace

START = 1_800_000_000_000
NAMES = ("guest-message", "room-message", "request")
KEYS = ("ann", "bob", "room-1")
names, keys = st.sampled_from(NAMES), st.sampled_from(KEYS)


class Limits(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.pace, self.now = Pace(), START
        self.rules: dict[str, tuple[int, int]] = {}
        self.allowed: list[tuple[str, str, int]] = []

    @initialize(figures=st.lists(st.tuples(st.integers(1, 4), st.integers(1, 40)), min_size=3, max_size=3))
    def start(self, figures: list[tuple[int, int]]) -> None:
        self.rules = dict(zip(NAMES, figures, strict=True))
        for name, (burst, period) in self.rules.items():
            self.pace.set_rule(name, burst=burst, period_ms=period)

    def fits(self, name: str, key: str, at: int, more: int = 1) -> bool:
        """From every allowed event on: what came since, and what is asked now, within the burst and the time between."""
        burst, period = self.rules[name]
        past = [event for event in self.allowed if event[:2] == (name, key)]
        return more <= burst and all(
            (len(past) - first + more) * period <= burst * period + at - past[first][2] for first in range(len(past))
        )

    def when(self, name: str, key: str, more: int = 1) -> int:
        return next(at for at in range(self.now, self.now + 100_000) if self.fits(name, key, at, more))

    @rule(name=names, key=keys)
    def check(self, name: str, key: str) -> None:
        moment = self.when(name, key)
        # A new string with the same letters is the same key.
        got = self.pace.check("".join(name), "".join(list(key)), self.now)
        assert got == (0 if moment == self.now else moment)
        if moment == self.now:
            self.allowed.append((name, key, self.now))

    @rule(pairs=st.lists(st.tuples(names, keys), max_size=3, unique=True), as_list=st.booleans())
    def check_all(self, pairs: list[tuple[str, str]], as_list: bool) -> None:
        latest = max((self.when(*pair) for pair in pairs), default=self.now)
        got = self.pace.check_all(pairs if as_list else tuple(pairs), self.now)
        assert got == (0 if latest == self.now else latest)
        if latest == self.now:
            self.allowed += [(*pair, self.now) for pair in pairs]

    @rule(by=st.integers(0, 120))
    def wait(self, by: int) -> None:
        self.now += by

    @rule(most=st.integers(0, 200))
    def sweep_some(self, most: int) -> None:
        before = len(self.pace)
        assert self.pace.sweep_some(self.now, most) == before - len(self.pace)

    @rule(name=names)
    def set_the_same_again(self, name: str) -> None:
        burst, period = self.rules[name]
        self.pace.set_rule(name, burst=burst, period_ms=period)

    @invariant()
    def asking_changes_nothing(self) -> None:
        for name in self.rules:
            for key in KEYS:
                moment = self.when(name, key)
                assert self.pace.peek(name, key, self.now) == (0 if moment == self.now else moment)


TestLimits = Limits.TestCase
TestLimits.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
