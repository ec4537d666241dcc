"""A cookie that is no session is counted by its address: otherwise whoever makes up another one for each request has no limit at all."""

import secrets
from pathlib import Path

from harness.person import Person
from harness.server import ServerProcess


async def test_made_up_cookies_share_their_addresss_limit(tmp_path: Path) -> None:
    server = ServerProcess(
        tmp_path, pace_address_changes_burst=8, pace_address_changes_period_ms=60_000, pace_changes_burst=50
    ).start()
    try:
        known, nobody = await Person(server.base).pass_gate(), Person(server.base)
        await known.get("/api/me")
        answers = []
        for _ in range(9):
            nobody.http.cookies.set("cups", secrets.token_urlsafe(32))
            answers.append((await nobody.call("POST", "/api/blocks", {"name": "nobodyHere7"})).status_code)
        assert answers[:3] == [401] * 3 and answers[-1] == 429
        assert (await known.call("POST", "/api/blocks", {"name": "nobodyHere7"})).status_code == 404, "has its own"
        await known.aclose()
        await nobody.aclose()
    finally:
        server.close()
