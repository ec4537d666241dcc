"""Acts of staff that give power over others ask for the password again; those that protect do not."""

from pathlib import Path
from typing import Any

import trio

from harness.person import Person
from harness.server import ServerProcess

PASSWORD = "several words in a row"


async def test_power_over_others_asks_for_the_password_again(tmp_path: Path) -> None:
    own = ServerProcess(tmp_path, demo=False, admin_password=PASSWORD, confirm_within_s=2, staff_second_factor=False)
    made = own.command("admin", "create", "theKeeper")
    assert made.returncode == 0, made.stderr
    own.start()
    try:
        admin, member = Person(own.base), await (await Person(own.base).pass_gate()).sign_up()
        await admin.sign_in("theKeeper", PASSWORD)
        role = f"/api/staff/people/{member.name}/roles/moderator"
        await admin.call("PUT", role, {}, expect=204)
        await trio.sleep(2.1)
        held: list[tuple[str, str, Any]] = [
            ("PUT", role, {}),
            ("DELETE", role, None),
            ("PUT", f"/api/staff/people/{member.name}/age", {"age": "teen", "reason": "said so"}),
            (
                "PUT",
                f"/api/staff/people/{member.name}/clearance",
                {"until": 1_900_000_000_000, "check": "papers seen"},
            ),
        ]
        for method, path, body in held:
            refused = await admin.call(method, path, body)
            assert (refused.status_code, refused.json()["code"]) == (403, "confirm-first"), path
        for limit in ("second-factor", "sign-in-account", "recover-all", "confirm", "changes"):
            for method, body in (("PUT", {"burst": 1000, "period_ms": 1000}), ("DELETE", None)):
                refused = await admin.call(method, f"/api/staff/limits/{limit}", body)
                assert (refused.status_code, refused.json()["code"]) == (403, "confirm-first"), limit
        await admin.call("PUT", "/api/staff/limits/report", {"burst": 9, "period_ms": 60_000}, expect=200)
        await admin.post("/api/staff/bans", {"name": member.name, "reason": "Threats."}, 201)
        await admin.post("/api/confirm", {"password": PASSWORD}, 204)
        await admin.call("DELETE", role, expect=204)
        await admin.call("PUT", "/api/staff/limits/confirm", {"burst": 4, "period_ms": 120_000}, expect=200)
        acts = [entry["act"] for entry in (await admin.get("/api/staff/audit"))["entries"]]
        acts = [act for act in acts if act != "own.sign-in"]
        assert acts == ["role.grant", "limit.set", "person.ban", "role.revoke", "limit.set"]
        await admin.aclose()
        await member.aclose()
    finally:
        own.close()
