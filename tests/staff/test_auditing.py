"""Ways in of staff are in the audit log; of nobody else is kept when they came."""

from staff.test_directory import PASSWORD, Office, office

__all__ = ["office"]


async def test_each_way_in_of_staff_is_in_the_log_and_nobody_elses(office: Office) -> None:
    before = [one["subject"] for one in await office.acts("own.sign-in")]
    assert sorted(before) == ["theKeeper", "theManager"]
    member = await office.member("riverStone")
    await member.sign_in("riverStone", PASSWORD)
    await office.manager.call(
        "POST", "/api/sign-in", {"name": "theManager", "password": "not the right one"}, expect=401
    )
    assert len(await office.acts("own.sign-in")) == 2
    await office.manager.sign_in("theManager", PASSWORD)
    (newest, *_) = await office.acts("own.sign-in")
    assert (newest["actor"], newest["details"]) == ("theManager", {})
    assert len(await office.acts("own.sign-in")) == 3
