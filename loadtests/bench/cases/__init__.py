"""A file for each case: who takes part, what is measured, in which unit."""

TITLES = {
    "room": "A room of 1,000: one says something and all hear it, one message at a time and in bursts of 16.",
    "mixed": "A busy room of 300 at a steady rate: 20 messages, 100 typing and receipts, 10 comings and goings a second. "
    "Peers that know no such thing publish it.",
    "pairs": "500 pairs talk 1-to-1. Ours stores each message and acks it after the commit; the peers store nothing.",
    "handshakes": "Connecting, arriving and closing over and over, 16 at a time. Ours signs in by cookie or ticket and enters a room.",
    "idle": "10,000 connections that say nothing, signed in and in one room.",
    "idle50k": "The same with 50,000, over as many servers as the system's limit of open files for one process asks for; each text is said at all of them at once.",
    "storm": "5,000 clients in 50 rooms are cut at once, miss two messages, and all come back at once from where they were.",
    "stalled": "A room of 1,000 with 20 messages of 3.5 KB a second, where 5 % stop reading.",
    "overload": "Rooms of 10 whose load grows until the server no longer keeps up, and then multiples of what it could do.",
    "nodes": "One site of several gateways on one PostgreSQL and one Redis, against one gateway alone: of each pair the two are at different gateways, "
    "and a room's people are spread over all. Then four nodes that take from one queue as fast as they can. All share two cores.",
    "pace": "One limit over 100,000 people: checks for a second of CPU, and memory for each key. Ours in the process that asks, theirs in Redis as a Lua script; what asking costs their client is not counted.",
    "queue": "Taking the first of 200,000 who wait, with owner, lease and fencing token, beside a script in Redis that does the same; "
    "then a queue of 1,000,000 with 10,000 listeners, each with languages, refused topics and blocks of their own.",
    "screening": "Screening with 10,000 rules, on messages of our cases and made-up ones, against Python's `re` with the same patterns as one expression.",
}
"""Every case in the order of the report, and what it is about."""
ON_REQUEST = frozenset({"idle50k"})
"""Cases that a run of everything leaves out."""
