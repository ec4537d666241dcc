"""1-to-1: 500 pairs talk, one message under way, and 32. Ours stores each and acks after the commit; the peers store nothing."""

from collections.abc import Mapping

from bench.contest import Contest, Key, Sample
from bench.lines import Line
from bench.processes import Server, client
from bench.settings import Settings

PAIRS = 500
IN_FLIGHT = (1, 32)


def run(settings: Settings) -> list[Line]:
    pairs = settings.count(PAIRS * 2) // 2
    return compare_pairs(
        settings,
        "pairs",
        pairs,
        {
            "cups": ("--people", str(pairs * 2), "--chats"),
            "centrifuge": (),
            "websockets": (),
            "trio-websocket": (),
            "floor": (),
        },
    )


def compare_pairs(settings: Settings, case: str, pairs: int, options: Mapping[str, tuple[str, ...]]) -> list[Line]:
    """The first server of `options` is ours."""
    contest = Contest(settings, case, options, ours=next(iter(options)))

    def measure(_name: str, server: Server) -> Mapping[Key, Sample]:
        found = client(
            "pairs",
            server,
            pairs=pairs,
            in_flight=",".join(map(str, IN_FLIGHT)),
            seconds=settings.seconds,
            warm_up=settings.seconds / 4,
        )
        return {("", sample["in_flight"]): sample for sample in found}

    contest.run(measure)
    return contest.absent() + contest.lines(
        lambda sample: sample["messages"] / sample["cpu_s"],
        "messages per server-CPU-second",
        more_is_better=True,
        keys=[("", most) for most in IN_FLIGHT],
        more=("delivery_p50_ms", "delivery_p99_ms"),
    )
