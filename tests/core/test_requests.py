"""`RequestQueue` through Python. The order itself is proven against a model in `rust/requests/tests`."""

import pytest

from cups._core import RequestQueue

NOW = 1_700_000_000_000
EVERYTHING = {"pools": ["adult/en"], "refused_topics": [], "blocked": []}


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
        id, pool=pool, topic=topic, asker=asker or f"asker of {id}", severity=severity, first_at=first_at, fence=fence
    )


@pytest.fixture
def queue() -> RequestQueue:
    return RequestQueue()


def test_rank_is_severity_then_time_then_id(queue: RequestQueue) -> None:
    add(queue, "late", first_at=9)
    add(queue, "b", first_at=5)
    add(queue, "a", first_at=5)
    add(queue, "grave", first_at=10, severity=2)
    assert queue.ids() == ["grave", "a", "b", "late"]
    assert [queue.place(id) for id in queue.ids()] == [1, 2, 3, 4]
    assert queue.place("nobody") is None


def test_take_the_next_skips_what_this_listener_may_not_take(queue: RequestQueue) -> None:
    add(queue, "teen", pool="teen/en", first_at=1)
    add(queue, "grief", topic="grief", first_at=2)
    add(queue, "blocked", asker="ann", first_at=3)
    add(queue, "mine", first_at=4)
    twice = ("adult/en", "adult/en")
    claim = queue.claim_next(
        "me", pools=twice, refused_topics={"grief"}, blocked=iter(["ann"]), now=NOW, lease_ms=1_000
    )
    assert claim is not None
    assert (claim.id, claim.fence, claim.until) == ("mine", 1, NOW + 1_000)
    assert queue.claim_next("me", pools=[], refused_topics=[], blocked=[], now=NOW, lease_ms=1) is None
    assert queue.candidates(**EVERYTHING, limit=10) == ["grief", "blocked"]
    assert queue.candidates(**EVERYTHING, limit=1) == ["grief"]
    assert queue.candidates(**EVERYTHING, limit=0) == []


def test_a_lease_that_ends_gives_the_request_back_at_its_old_rank(queue: RequestQueue) -> None:
    add(queue, "first", first_at=1, fence=6)
    add(queue, "second", first_at=2)
    claim = queue.claim("first", "me", now=NOW, lease_ms=100)
    assert claim is not None
    assert claim.fence == 7
    assert queue.claim("first", "you", now=NOW, lease_ms=100) is None
    assert (queue.place("first"), queue.place("second")) == (None, 1)
    assert queue.expire(NOW + 99) == []
    assert queue.expire(NOW + 100) == ["first"]
    assert queue.ids() == ["first", "second"]
    assert not queue.renew("first", claim.fence, now=NOW, lease_ms=100)
    assert not queue.release("first", claim.fence)
    again = queue.claim("first", "you", now=NOW, lease_ms=100)
    assert again is not None
    assert again.fence == 8


def test_a_lease_is_renewed_and_released(queue: RequestQueue) -> None:
    add(queue, "a")
    claim = queue.claim("a", "me", now=NOW, lease_ms=100)
    assert claim is not None
    assert queue.renew("a", claim.fence, now=NOW + 50, lease_ms=100)
    assert queue.renew("a", claim.fence, now=NOW - 86_400_000, lease_ms=100), "a clock set back shortens nothing"
    assert queue.expire(NOW + 149) == []
    assert queue.release("a", claim.fence)
    assert queue.place("a") == 1


def test_counting(queue: RequestQueue) -> None:
    add(queue, "a", topic="x")
    add(queue, "b", topic="y")
    add(queue, "c", pool="teen/en")
    queue.claim("b", "me", now=NOW, lease_ms=1)
    assert (len(queue), "b" in queue, "z" in queue) == (3, True, False)
    assert (queue.waiting(), queue.waiting("adult/en"), queue.waiting("nowhere")) == (2, 1, 0)
    assert queue.statistics() == {"waiting": 2, "claimed": 1, "pools": 2, "buckets": 2}
    assert [queue.remove(id) for id in "abcz"] == [True, True, True, False]
    assert queue.statistics() == {"waiting": 0, "claimed": 0, "pools": 0, "buckets": 0}


def test_mistakes_are_told(queue: RequestQueue) -> None:
    add(queue, "a")
    with pytest.raises(ValueError, match="already"):
        add(queue, "a")
    with pytest.raises(ValueError, match="fence"):
        add(queue, "b", fence=-1)
    with pytest.raises(ValueError, match="lease_ms"):
        queue.claim("a", "me", now=NOW, lease_ms=0)
    with pytest.raises(ValueError, match="moment"):
        queue.expire(-1)
    with pytest.raises(TypeError):
        queue.candidates(pools="adult/en", refused_topics=[], blocked=[], limit=1)
    with pytest.raises(TypeError):
        queue.candidates(pools=[1], refused_topics=[], blocked=[], limit=1)  # type: ignore[list-item]
    assert queue.ids() == ["a"]
    claim = queue.claim("a", "me", now=NOW, lease_ms=1)
    with pytest.raises(AttributeError):
        claim.fence = 9  # type: ignore[union-attr]
