"""A short run of `make faults`: whatever is killed, stopped or put to sleep, nothing acked is lost or told twice, and nobody is taken twice."""

from collections.abc import Callable
from pathlib import Path

import pytest

from harness.sitefaults import BROKEN, Ground, run


@pytest.mark.slow
async def test_no_promise_is_broken_under_faults(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    ground = Ground(tmp_path)
    try:
        ground.site.start()
        found = await run(ground, 8, seed=20261130)
    finally:
        ground.close()
    print("\nfaults:", found)
    record_property("faults", str(found))
    assert {name: found[name] for name in BROKEN} == dict.fromkeys(BROKEN, 0), found["first_problems"]
    assert found["faults"] == 8 and found["acked"] > 200 and found["taken"] > 0, found
    assert found["longest_recovery_s"] < 30, found
