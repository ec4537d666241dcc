"""What changed between two states of a listener's board, so that a change costs its own size and not the board's.

`apply(before, difference(before, after)) == after`, for any two boards; the page does the same in web/src/live/queue.ts.
"""

from cups.wire.requests import Board, BoardEntry, BoardPlace


def difference(before: Board, after: Board) -> tuple[list[str], list[BoardPlace]]:
    """The ids that leave the list, and the entries that come with the place each has in the new one, rising.

    Entries that stay keep their order, since ranks do not change; one whose rank or words changed leaves and comes.
    """
    old = {entry.id: entry for entry in before.requests}
    fresh = {entry.id: entry for entry in after.requests}
    gone = {entry.id for entry in before.requests if fresh.get(entry.id) != entry}
    kept = [entry.id for entry in before.requests if entry.id not in gone]
    stays = [entry.id for entry in after.requests if old.get(entry.id) == entry]
    if kept != stays:
        # Not the ranks of one queue: the safe way is to begin anew.
        gone, stays = set(old), []
    staying = set(stays)
    came = [BoardPlace(at=at, entry=entry) for at, entry in enumerate(after.requests) if entry.id not in staying]
    return [entry.id for entry in before.requests if entry.id in gone], came


def apply(before: Board, waiting: int, gone: list[str], came: list[BoardPlace]) -> Board:
    """What a client does with a difference: takes out what left, then puts in what came, at its place, in order."""
    left = set(gone)
    entries: list[BoardEntry] = [entry for entry in before.requests if entry.id not in left]
    for one in came:
        entries.insert(one.at, one.entry)
    return Board(waiting=waiting, requests=entries)
