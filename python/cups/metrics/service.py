"""What people come for: the queue, who is in danger, screening, letters; and the commits that all of it rests on."""

from collections.abc import Iterator

from prometheus_client.metrics_core import Metric

from cups import words
from cups.app import Cups
from cups.metrics.families import counter, counters, gauge, gauges, histogram, histograms, of_millis

_QUEUE_COUNTERS = {
    "opened": "Requests that entered, or came back",
    "taken": "Requests taken by a listener",
    "lost": "Takes that came second",
    "stale": "Offers that the table no longer had, without news of it",
    "gone": "Requests closed because their asker did not come back",
    "passes": "Comparisons of index and table",
    "repaired": "Requests that such a comparison put right",
}


def queue(cups: Cups) -> Iterator[Metric]:
    found, now = cups.figures.now(), cups.clock.now()
    yield gauges(
        "cups_queue_waiting",
        "Requests that wait, by age class and language",
        ["pool"],
        (([pool.pool], pool.waiting) for pool in found.pools),
    )
    yield gauges(
        "cups_queue_oldest_seconds",
        "How long the one who waits the longest in each pool has waited",
        ["pool"],
        (([pool], max(0, now - since) / 1000) for pool, since in sorted(cups.watched.oldest.items())),
    )
    yield histograms(
        "cups_queue_wait_seconds",
        "How long those waited who were taken, by severity (0: none named)",
        ["severity"],
        (([str(severity)], waits) for severity, waits in sorted(cups.requests.line.waits.items())),
    )
    check = found.check
    for name, help, value in (
        ("held", "Requests whose listener has not come into the chat yet", found.held),
        ("here", "Those who wait with a connection open", found.here),
        ("boards", "Listeners who look at the queue", found.boards),
        ("index_bytes", "Bytes of the index", found.index_bytes),
        ("check_timestamp_seconds", "When index and table were last compared", check.at / 1000),
        (
            "check_differences",
            "What differed then; anything but 0 is a mistake to report",
            check.missing + check.different + check.surplus,
        ),
    ):
        yield gauge(f"cups_queue_{name}", help, value)
    for name, help in _QUEUE_COUNTERS.items():
        yield counter(f"cups_queue_{name}", help, found.since_start[name])


def danger(cups: Cups) -> Iterator[Metric]:
    """Those for whom somebody of staff is called; `urgent`: contact details came with it."""
    seen, now = cups.watched, cups.clock.now()
    yield gauges(
        "cups_concerns_waiting",
        "Signs of danger that nobody has taken",
        ["urgent"],
        (([str(urgent).lower()], seen.concerns.get(urgent, (0, 0))[0]) for urgent in (False, True)),
    )
    yield gauges(
        "cups_concern_oldest_seconds",
        "How long the oldest of them has waited; 0 if there is none",
        ["urgent"],
        (
            ([str(urgent).lower()], max(0, now - seen.concerns[urgent][1]) / 1000 if urgent in seen.concerns else 0)
            for urgent in (False, True)
        ),
    )
    yield histograms(
        "cups_concern_first_human_seconds",
        "From a sign of danger until somebody of staff took it",
        [],
        [([], cups.screening_staff.first_human)],
    )
    yield counter(
        "cups_concern_calls_unheard", "Calls for somebody in danger that found no staff here", cups.live.calls_unheard
    )
    yield gauges(
        "cups_staff_accounts",
        "Accounts with a role of staff: all, and those whose role counts",
        ["state"],
        [(["held"], seen.staff[0]), (["counting"], seen.staff[1])],
    )


def screening(cups: Cups) -> Iterator[Metric]:
    tally = cups.screen.tally
    yield counters(
        "cups_screening_verdicts",
        "Messages judged, by the class that decided and what became of them",
        ["class", "action"],
        sorted(tally.verdicts.copy().items()),
    )
    yield counters(
        "cups_screening_shadow",
        "Hits of rules that only count, by class",
        ["class"],
        (([kind], count) for kind, count in sorted(tally.shadow.copy().items())),
    )
    yield histogram(
        "cups_screening_check_seconds", "What a check took", tally.BOUNDS_S, list(tally.times), tally.seconds
    )
    yield gauge("cups_screening_rules", "Rules in force", cups.screen.core.rules())
    yield counter("cups_screening_versions", "How often rules were put in force since the start", cups.screen.swaps)
    yield counter(
        "cups_screening_calls_again",
        "Times staff were called again because nobody took a concern",
        tally.called_again,
    )


def letters(cups: Cups) -> Iterator[Metric]:
    waiting, oldest = cups.watched.letters
    yield gauge("cups_mail_letters_waiting", "Letters that are not sent yet", waiting)
    overdue = max(0, cups.clock.now() - oldest) / 1000 if waiting else 0
    yield gauge("cups_mail_overdue_seconds", "How long the letter that was to be sent first is overdue", overdue)
    yield counters(
        "cups_mail_letters",
        "Tries to send a letter, by what came of them",
        ["outcome"],
        (([outcome], count) for outcome, count in sorted(cups.mail.outcomes.items())),
    )


def catalogue(_cups: Cups) -> Iterator[Metric]:
    yield counters(
        "cups_words_missing",
        "Messages that a language did not have",
        ["language"],
        (([language], count) for language, count in sorted(words.missing.copy().items())),
    )


def storage(cups: Cups) -> Iterator[Metric]:
    found = cups.db.statistics()
    plain = {name: value for name, value in found.items() if isinstance(value, int)}
    nested = {name: value for name, value in found.items() if isinstance(value, dict)}
    for name, of, help in (
        ("commits", "commits", "Commits"),
        ("failed_commits", "failed_commits", "Commits that failed: nothing of them was stored or told"),
        ("units", "units", "Units of work committed"),
        ("items", "items", "Items of batched work committed"),
        ("refused", "refused", "Units refused because too many waited"),
    ):
        yield counter(f"cups_storage_{name}", help, plain[of])
    yield gauge("cups_storage_pending", "Items that wait for the writer", plain["pending"])
    yield gauge("cups_storage_largest_batch", "Items in the largest commit so far", plain["largest_batch"])
    sizes = nested["batch_items"]
    bounds = [float(bound) for bound in sizes if bound != "+Inf"]
    yield histogram(
        "cups_storage_batch_items", "Items in each commit", bounds, [*sizes.values()], plain["batch_items_sum"]
    )
    for name, of, help in (
        ("commit", "commit_ms", "What each commit took"),
        ("wait", "wait_ms", "How long the first of each batch waited"),
    ):
        yield of_millis(f"cups_storage_{name}_seconds", help, nested[of], plain[f"{of}_sum"])
