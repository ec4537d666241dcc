"""1-to-1: of 500 pairs 16 talk at once, with one message each under way, and 32.

Everybody has written once before it is measured: whoever writes on is not looked up for each message, by ours as by any server that checks rights.

Ours stores each and acks after the commit; then once more without the storage, which is what the peers do: the writer, its thread, its
transactions and its rows are left out (`bench.servers.cups.WithoutStorage`), and everything before them is done as ever.
"""

from collections.abc import Mapping

from bench.contest import Contest, Key, Sample
from bench.lines import Line
from bench.processes import Server, client
from bench.settings import Settings

PAIRS = 500
TALKING = 16
IN_FLIGHT = (1, 32)


def run(settings: Settings) -> list[Line]:
    pairs = settings.count(PAIRS * 2) // 2
    ours = ("--people", str(pairs * 2), "--chats")
    others = dict.fromkeys(("centrifuge", "websockets", "trio-websocket", "floor"), ())
    return [
        *_compare(settings, "stored", pairs, {"cups": ours, **others}),
        *_compare(settings, "without storage", pairs, {"cups": (*ours, "--unstored"), "centrifuge": (), "floor": ()}),
    ]


def _compare(settings: Settings, what: str, pairs: int, options: Mapping[str, tuple[str, ...]]) -> list[Line]:
    contest = Contest(settings, "pairs", options)

    def measure(_name: str, server: Server) -> Mapping[Key, Sample]:
        found = client(
            "pairs",
            server,
            pairs=pairs,
            talking=min(TALKING, pairs),
            in_flight=",".join(map(str, IN_FLIGHT)),
            seconds=settings.seconds,
            warm_up=settings.seconds / 2,
        )
        return {(what, sample["in_flight"]): sample for sample in found}

    contest.run(measure)
    return contest.absent() + contest.lines(
        lambda sample: sample["messages"] / sample["cpu_s"],
        "messages per server-CPU-second",
        more_is_better=True,
        keys=[(what, most) for most in IN_FLIGHT],
        more=("delivery_p50_ms", "delivery_p99_ms"),
    )
