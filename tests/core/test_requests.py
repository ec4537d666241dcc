"""`RequestQueue` through Python. The order itself is proven against a model in `rust/requests/tests`."""

from collections.abc import Iterable

import pytest

from cups._core import Claim, Listener, RequestQueue

NOW = 1_700_000_000_000
HEAD_START = 100


def ident(word: str) -> str:
    """An id that says what it is: letters that the alphabet lacks become digits."""
    return word.translate(str.maketrans("ilou", "1107")).rjust(26, "0")


def word(id: str | None) -> str | None:
    return None if id is None else id.lstrip("0")


def add(
    queue: RequestQueue,
    id: str,
    *,
    pool: str = "adult/en",
    topic: str = "",
    asker: str = "",
    severity: int = 0,
    first_at: int = 0,
    fence: int = 0,
) -> None:
    queue.add(
        ident(id),
        pool=pool,
        topic=topic,
        asker=ident(asker or f"x{id}"),
        severity=severity,
        first_at=first_at,
        fence=fence,
        shown=id.encode(),
    )


def claim(queue: RequestQueue, id: str, owner: str = "me", lease_ms: int = 100) -> Claim | None:
    return queue.claim(ident(id), ident(owner), now=NOW, lease_ms=lease_ms)


def waiting(queue: RequestQueue) -> list[str | None]:
    return [word(id) for id in queue.ids()]


def anyone(queue: RequestQueue, *blocked: str, pools: Iterable[str] = ("adult/en",)) -> Listener:
    return queue.listener(pools=pools, refused_topics=[], blocked=[ident(one) for one in blocked])


@pytest.fixture
def queue() -> RequestQueue:
    return RequestQueue(head_start_ms=HEAD_START)


def test_severity_is_a_head_start_then_time_decides_then_the_id(queue: RequestQueue) -> None:
    add(queue, "bate", first_at=9)
    add(queue, "b", first_at=5)
    add(queue, "a", first_at=5)
    add(queue, "grave", first_at=10, severity=2)
    add(queue, "much-ater".replace("-", ""), first_at=6 + HEAD_START, severity=1)
    assert waiting(queue) == ["grave", "a", "b", "m7chater", "bate"]
    assert [queue.place(id) for id in queue.ids()] == [1, 2, 3, 4, 5]
    assert queue.place(ident("nobody")) is None


def test_take_the_next_skips_what_this_listener_may_not_take(queue: RequestQueue) -> None:
    add(queue, "teen", pool="teen/en", first_at=1)
    add(queue, "grief", topic="grief", first_at=2)
    add(queue, "barred", asker="ann", first_at=3)
    add(queue, "mine", first_at=4)
    twice = ("adult/en", "adult/en")
    me = queue.listener(pools=twice, refused_topics={"grief"}, blocked=iter([ident("ann")]))
    got = queue.claim_next(ident("me"), me, now=NOW, lease_ms=1_000)
    assert got is not None
    assert (word(got.id), got.fence, got.until) == ("m1ne", 1, NOW + 1_000)
    nobody = queue.listener(pools=[], refused_topics=[], blocked=[])
    assert queue.claim_next(ident("me"), nobody, now=NOW, lease_ms=1) is None
    all_of_them = anyone(queue)
    assert [word(id) for id in queue.candidates(all_of_them, 10)] == ["gr1ef", "barred"]
    assert [word(id) for id in queue.candidates(all_of_them, 1)] == ["gr1ef"]
    assert queue.candidates(all_of_them, 0) == []
    assert [word(id) for id in queue.candidates(all_of_them.without([ident("ann")]), 10)] == ["gr1ef"]


def test_a_listing_says_all_that_is_known(queue: RequestQueue) -> None:
    add(queue, "one", topic="grief", asker="ann", severity=1, first_at=7, fence=3)
    me = anyone(queue)
    assert queue.listing(me, 9) == [
        (ident("one"), "adult/en", "grief", ident("ann"), 1, 7, 3, b"one"),
    ]
    assert queue.get(ident("one")) == queue.listing(me, 1)[0]
    assert queue.get("no id at all") is None
    assert (queue.of(ident("ann")), queue.of(ident("bea")), queue.askers()) == (ident("one"), None, [ident("ann")])
    assert queue.suits(me, ident("one"))
    assert not queue.suits(anyone(queue, "ann"), ident("one"))
    assert not queue.suits(anyone(queue, pools=["teen/en"]), ident("one"))
    assert not queue.suits(me, ident("two"))


def test_what_a_listener_could_see_has_a_version(queue: RequestQueue) -> None:
    adults, teens = anyone(queue), anyone(queue, pools=["teen/en"])
    before = queue.version(adults), queue.version(teens)
    add(queue, "one")
    assert queue.version(adults) > before[0]
    assert queue.version(teens) == before[1]
    assert (queue.waiting_for(adults), queue.waiting_for(teens)) == (1, 0)


def test_a_lease_that_ends_gives_the_request_back_at_its_old_rank(queue: RequestQueue) -> None:
    add(queue, "first", first_at=1, fence=6)
    add(queue, "second", first_at=2)
    first, second = queue.ids()
    got = claim(queue, "first")
    assert got is not None
    assert got.fence == 7
    assert claim(queue, "first", "you") is None
    assert (queue.place(first), queue.place(second)) == (None, 1)
    assert queue.expire(NOW + 99) == []
    assert queue.expire(NOW + 100) == [first]
    assert queue.ids() == [first, second]
    assert not queue.renew(first, got.fence, now=NOW, lease_ms=100)
    assert not queue.release(first, got.fence)
    again = claim(queue, "first", "you")
    assert again is not None
    assert again.fence == 8


def test_a_lease_is_renewed_and_released(queue: RequestQueue) -> None:
    add(queue, "a")
    got = claim(queue, "a")
    assert got is not None
    assert queue.renew(got.id, got.fence, now=NOW + 50, lease_ms=100)
    assert queue.renew(got.id, got.fence, now=NOW - 86_400_000, lease_ms=100), "a clock set back shortens nothing"
    assert queue.expire(NOW + 149) == []
    assert queue.release(got.id, got.fence)
    assert queue.place(got.id) == 1


def test_counting(queue: RequestQueue) -> None:
    add(queue, "a", topic="x", first_at=3)
    add(queue, "b", topic="y", first_at=4)
    add(queue, "c", pool="teen/en", first_at=5)
    claim(queue, "b")
    assert (len(queue), ident("b") in queue, ident("z") in queue) == (3, True, False)
    assert (queue.waiting(), queue.waiting("adult/en"), queue.waiting("nowhere")) == (2, 1, 0)
    found = queue.statistics()
    assert found.pop("bytes") > 0
    assert found == {"waiting": 2, "claimed": 1, "pools": 2, "buckets": 2}
    assert queue.occupied() == [("adult/en", 1, 3), ("teen/en", 1, 5)]
    assert [queue.remove(ident(id)) for id in "abcz"] == [True, True, True, False]
    found = queue.statistics()
    del found["bytes"]
    assert found == {"waiting": 0, "claimed": 0, "pools": 0, "buckets": 0}


def test_a_request_takes_few_bytes() -> None:
    queue = RequestQueue(head_start_ms=0)
    for number in range(10_000):
        add(queue, f"{number:05}", asker=f"{number:05}", topic=f"t{number % 30}", first_at=number)
    assert queue.statistics()["bytes"] < 10_000 * 320


def test_a_comparison_with_the_table(queue: RequestQueue) -> None:
    add(queue, "same")
    add(queue, "gone")
    queue.begin_pass()
    row = {"pool": "adult/en", "topic": "", "asker": ident("xsame")}
    assert queue.compare(ident("same"), severity=0, first_at=0, **row) == "same"
    assert queue.compare(ident("same"), severity=1, first_at=0, **row) == "different"
    assert queue.compare(ident("new"), severity=0, first_at=0, **row) == "missing"
    assert [word(id) for id in queue.unseen()] == ["g0ne"]


def test_mistakes_are_told(queue: RequestQueue) -> None:
    add(queue, "a")
    with pytest.raises(ValueError, match="already"):
        add(queue, "a")
    with pytest.raises(ValueError, match="fence"):
        add(queue, "b", fence=-1)
    with pytest.raises(ValueError, match="fencing token"):
        add(queue, "b", fence=1 << 31)
    with pytest.raises(ValueError, match="an id"):
        queue.add("no id", pool="p", topic="t", asker=ident("a"), severity=0, first_at=0)
    with pytest.raises(ValueError, match="an id"):
        queue.listener(pools=[], refused_topics=[], blocked=["no id"])
    with pytest.raises(ValueError, match="head_start_ms"):
        RequestQueue(head_start_ms=-1)
    with pytest.raises(ValueError, match="lease_ms"):
        claim(queue, "a", lease_ms=0)
    with pytest.raises(ValueError, match="moment"):
        queue.expire(-1)
    with pytest.raises(TypeError):
        queue.listener(pools="adult/en", refused_topics=[], blocked=[])
    with pytest.raises(TypeError):
        queue.listener(pools=[1], refused_topics=[], blocked=[])  # type: ignore[list-item]
    assert queue.ids() == [ident("a")]
    got = claim(queue, "a")
    with pytest.raises(AttributeError):
        got.fence = 9  # type: ignore[union-attr]
