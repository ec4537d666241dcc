"""Screening with 10,000 rules: how long a message takes, and how much text a second, against Python's `re` with the same patterns in one expression."""

import random
import re
import time
from collections.abc import Callable, Sequence

from bench.lines import Line, compare
from bench.processes import progress
from bench.settings import Settings

RULES = 10_000
MESSAGES = 400
PEER_MESSAGES = 8
"""Python's `re` tries every alternative at every place: a few messages take it seconds."""
WORDS = 3_000
"""How many different words the messages and the made-up rules are of."""


def run(settings: Settings) -> list[Line]:
    from cups.screening import loading, report

    chance = random.Random(7)
    words = ["".join(chance.choices("abcdefghijklmnoprstuvw", k=chance.randint(2, 9))) for _ in range(WORDS)]
    shipped = loading.shipped_ready()
    model = shipped["en.grooming.age"]
    made = {}
    for number in range(RULES - len(shipped)):
        id = f"en.bench.r{number}"
        first, second = chance.choice(words), chance.choice(words)
        pattern = f"{first} {second} {chance.choice(words)}" if number % 10 else f"{first} ~2 {second}"
        made[id] = _named(model, id, pattern)
    progress("screening: compiling")
    core = loading.screening(shipped | made, loading.lexicon(), source={})
    real = [one.text for one in report.cases()]
    messages = [
        " ".join(chance.choices(words, k=chance.randint(3, 60))) if number % 2 else chance.choice(real)
        for number in range(settings.count(MESSAGES))
    ]
    phrases = [pattern for rule in made.values() for pattern in rule.patterns]
    whole = re.compile("|".join(rf"\b{re.escape(p)}\b".replace(r"\ \~2\ ", r" (?:\w+ ){0,2}") for p in phrases))
    ours_rate, ours_p99, their_rate, their_p99 = [], [], [], []
    for repeat in range(settings.runs):
        progress(f"screening: repeat {repeat + 1}")
        rate, p99 = _measure(lambda text: core.judge("p", text), messages)
        ours_rate.append(rate)
        ours_p99.append(p99)
        rate, p99 = _measure(lambda text: whole.search(text.lower()), messages[:PEER_MESSAGES])
        their_rate.append(rate)
        their_p99.append(p99)
    return [
        compare(
            "screening",
            "python-re",
            ours_rate,
            their_rate,
            "MB of text per second",
            more_is_better=True,
            what="throughput",
        ),
        compare(
            "screening", "python-re", ours_p99, their_p99, "ms, p99 of a message", more_is_better=False, what="latency"
        ),
    ]


def _named(model: object, id: str, pattern: str) -> object:
    import msgspec

    return msgspec.structs.replace(model, id=id, patterns=[pattern])


def _measure(judge: Callable[[str], object], messages: Sequence[str]) -> tuple[float, float]:
    """MB of UTF-8 a second, and the 99th of a hundred times in ms."""
    spent = []
    for text in messages:
        begin = time.perf_counter()
        judge(text)
        spent.append(time.perf_counter() - begin)
    size = sum(len(text.encode()) for text in messages)
    return size / sum(spent) / 1e6, sorted(spent)[min(len(spent) - 1, int(len(spent) * 0.99))] * 1e3
