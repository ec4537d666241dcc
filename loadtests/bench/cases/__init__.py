"""A file for each case: who takes part, what is measured, in which unit."""

TITLES = {
    "room": "A room of 1,000: one says something and all hear it, one message at a time and in bursts of 16.",
    "pairs": "500 pairs talk 1-to-1. Ours stores each message and acks it after the commit; the peers store nothing.",
}
"""Every case in the order of the report, and what it is about."""
ON_REQUEST: frozenset[str] = frozenset()
"""Cases that a run of everything leaves out."""
