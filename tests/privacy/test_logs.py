"""What the server writes to its logs holds no text, no names and no tokens, whatever goes well or wrong."""

import json
from pathlib import Path
from typing import Any

import trio

from harness.person import Person
from harness.server import ServerProcess

MARK = "plantedForTheLog"


async def test_nothing_that_people_send_is_in_a_log(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path, pace_guest_message_burst=3).start()
    words = iter(f"{MARK}{number}" for number in range(1000))
    try:
        guest = await Person(server.base).pass_gate()
        room = (await guest.get("/api/rooms/night-owls"))["id"]
        async with guest.live() as live:
            await live.subscribe(room)
            said = await live.say(room, next(words))
            await live.answer(type="edit", channel=room, seq=said["seq"], text=next(words))
            await live.send(type=next(words), ref="x")
            await live.socket.send_message(json.dumps({"type": "send", "text": next(words)}) + "{" + next(words))
            for _ in range(6):
                await live.say(room, f"{next(words)} call me on 555 019 2834, I want to die")
        member = await (await Person(server.base).pass_gate()).sign_up(password=next(words))
        await member.post("/api/sign-in", {"name": next(words), "password": next(words)}, 401)
        await member.post("/api/recover", {"name": member.name, "code": next(words), "password": next(words)}, 401)
        await member.post("/api/notes", {"name": guest.name, "text": next(words)}, 201)
        await member.call("PATCH", "/api/me/profile", {"about": next(words)})
        await member.call("POST", f"/api/{next(words)}?q={next(words)}", {next(words): next(words)})
        await member.http.get(
            f"/@{next(words)}?{next(words)}", headers={"user-agent": next(words), "cookie": next(words)}
        )
        asked = await guest.ask()
        questions: list[Any] = (await guest.get(f"/api/requests/{asked['id']}/noni"))["questions"]
        await guest.call(
            "PUT", f"/api/requests/{asked['id']}/noni/answers/{questions[0]['id']}", {"ref": "r1", "text": next(words)}
        )
        listener = await Person(server.base).enter(server.links["listener"])
        chat = (await listener.post(f"/api/queue/{asked['id']}/take"))["chat"]
        await guest.post(f"/api/chats/{chat}/end", {"report": next(words)})
        await member.post("/api/me/copies", {"linked": False}, 202)
        await member.post("/api/me/erase", {"posts": "go", "sure": True}, 202)
        await trio.sleep(1.5)
        tokens = [person.http.cookies[name] for person in (guest, listener) for name in ("cups", "cups-csrf")]
        server.kill9()
        server.start()
        server.stop()
        logged = server.log.read_text("utf-8")
        assert len(logged) > 200, "the logs are written at all"
        found = [word for word in (MARK, guest.name, member.name, *tokens, *member.codes) if word in logged]
        assert found == []
    finally:
        server.close()
