"""How passwords are kept: by argon2id with OWASP's figures, and never more of them hashed at once than the machine can bear."""

import sys

import trio

from conftest import Cast
from cups.accounts.passwords import Passwords
from harness.store import sql


async def test_a_password_is_stored_by_argon2id_as_owasp_has_it(people: Cast) -> None:
    member = await people.member()
    ((stored,),) = sql(people.server.data / "data", "select password_hash from account where name = ?", member.name)
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def _hashing() -> list[str]:
    """Threads that are at argon2 in this moment, whoever has started them."""
    frames = sys._current_frames().values()
    return [frame.f_code.co_name for frame in frames if "argon2" in frame.f_code.co_filename]


async def test_no_flood_of_sign_ins_hashes_more_than_so_many_at_once() -> None:
    passwords, most, done = Passwords(2), 0, 0

    async def one() -> None:
        nonlocal done
        assert not await passwords.verify(None, "some password or other")
        done += 1

    async with trio.open_nursery() as nursery:
        for _ in range(12):
            nursery.start_soon(one)
        while done < 12:
            most = max(most, len(_hashing()))
            await trio.sleep(0.001)
    assert most == 2
