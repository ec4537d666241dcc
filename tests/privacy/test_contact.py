"""Contact details are held in every text field that others can read (SPEC B7): each field of what clients send is named here, with what shows it or why not."""

import importlib
import pkgutil
import re
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Annotated, Any, get_args

import msgspec
import pytest
from msgspec import inspect as shapes

import cups.wire
from conftest import Cast
from cups.accounts import agreements
from cups.wire import frames
from cups.wire.base import PLAIN, Body
from harness.person import Person, new_ref

WORDS = "write to me at jo.miller82@mailbox.com"
NUMBER = "call02079460018"
HELD = {"held-contact", "name-not-allowed"}
OWN = "only its writer reads it"
SECRET = "a secret: it is hashed or compared, and shown to nobody"
NAME = "the name of somebody or something that is there already"
STAFF = "staff alone read it, and a report or a contest may have to name what broke the rule"


async def _refused(person: Person, method: str, path: str, body: dict[str, Any]) -> str:
    response = await person.call(method, path, body)
    return str(response.json().get("code", "")) if response.status_code >= 400 else ""


async def _chat(people: Cast) -> tuple[Person, Person, str]:
    guest, listener = await people.guest(), await people.demo("listener")
    asked = await guest.ask()
    chat = (await listener.post(f"/api/queue/{asked['id']}/take"))["chat"]
    return guest, listener, str(chat)


async def send(people: Cast) -> str:
    guest, listener, chat = await _chat(people)
    async with guest.live() as live:
        await live.subscribe(chat)
        answer = await live.say(chat, WORDS)
    await listener.post(f"/api/chats/{chat}/end", {})
    return str(answer.get("code"))


async def edit(people: Cast) -> str:
    guest = await people.guest()
    room = (await guest.get("/api/rooms/night-owls"))["id"]
    async with guest.live() as live:
        await live.subscribe(room)
        said = await live.say(room, "hello")
        answer = await live.answer(type="edit", channel=room, seq=said["seq"], text=WORDS)
    return str(answer.get("code"))


async def rating(people: Cast) -> str:
    guest, listener, chat = await _chat(people)
    await listener.post(f"/api/chats/{chat}/end", {})
    stars = dict.fromkeys(("helpfulness", "empathy", "professionalism", "responsiveness"), 5)
    return await _refused(guest, "POST", f"/api/chats/{chat}/rating", stars | {"comment": WORDS})


async def told_noni(people: Cast) -> str:
    guest = await people.guest()
    asked = await guest.ask()
    question = (await guest.get(f"/api/requests/{asked['id']}/noni"))["questions"][0]["id"]
    body = {"ref": new_ref(), "text": WORDS}
    return await _refused(guest, "PUT", f"/api/requests/{asked['id']}/noni/answers/{question}", body)


async def profile(people: Cast) -> str:
    return await _refused(await people.member(), "PATCH", "/api/me/profile", {"about": WORDS})


async def new_room(people: Cast) -> str:
    admin = await people.demo("admin")
    return await _refused(
        admin, "POST", "/api/staff/rooms", {"slug": "b7-room", "title": "Seven", "about": WORDS, "age": "adult"}
    )


async def new_room_title(people: Cast) -> str:
    admin = await people.demo("admin")
    return await _refused(
        admin, "POST", "/api/staff/rooms", {"slug": "b7-room", "title": "jo82@mailbox.com", "age": "adult"}
    )


async def room_edit(people: Cast) -> str:
    return await _refused(await people.demo("admin"), "PATCH", "/api/staff/rooms/night-owls", {"about": WORDS})


async def ban(people: Cast) -> str:
    body = {"name": (await people.guest()).name, "reason": WORDS}
    return await _refused(await people.demo("admin"), "POST", "/api/staff/bans", body)


async def take_out(people: Cast) -> str:
    member = await people.member()
    path = f"/api/staff/people/{member.name}/profile/about/remove"
    return await _refused(await people.demo("admin"), "POST", path, {"reason": WORDS})


async def _in_room(people: Cast, path: str, **body: Any) -> str:
    guest, moderator = await people.guest(), await people.demo("moderator")
    room = (await guest.get("/api/rooms/night-owls"))["id"]
    async with guest.live() as live:
        await live.subscribe(room)
        seq = (await live.say(room, "hello"))["seq"]
    path = path.format(seq=seq)
    about = {"name": guest.name} if "name" in body else {}
    return await _refused(moderator, "POST", f"/api/rooms/night-owls/{path}", body | about)


async def warn(people: Cast) -> str:
    return await _in_room(people, "warnings", ref=new_ref(), name="", rule="kindness", words=WORDS)


async def sanction(people: Cast) -> str:
    return await _in_room(
        people, "sanctions", ref=new_ref(), name="", act="mute", length="short", rule="kindness", words=WORDS
    )


async def remove(people: Cast) -> str:
    return await _in_room(people, "messages/{seq}/removal", rule="kindness", note=WORDS)


async def closure(people: Cast) -> str:
    moderator = await people.demo("moderator")
    return await _refused(moderator, "PUT", "/api/rooms/night-owls/closure", {"length": "short", "words": WORDS})


async def contest_answer(people: Cast) -> str:
    body = {"outcome": "upheld", "answer": WORDS}
    return await _refused(await people.demo("admin"), "POST", f"/api/staff/contests/{'0' * 26}/decision", body)


async def many(people: Cast) -> str:
    body = {"act": "ban", "names": [(await people.guest()).name], "reason": WORDS}
    return await _refused(await people.demo("admin"), "POST", "/api/staff/bulk", body)


async def vetting_words(people: Cast) -> str:
    body = {"outcome": "refused", "basis": "seen", "words": WORDS}
    return await _refused(await people.demo("admin"), "POST", f"/api/staff/vetting/{'0' * 26}/result", body)


async def own_name(people: Cast) -> str:
    return await _refused(
        await people.guest(), "POST", "/api/sign-up", {"password": "a long enough one", "name": NUMBER}
    )


async def listening_name(people: Cast) -> str:
    body = {"name": NUMBER, "agreement": agreements.current("listener").version}
    return await _refused(await people.member(), "POST", "/api/listener", body)


SITE = (
    "the site's own words, which have to say where it can be reached; published by staff, with a permission of its own"
)
Shown = Callable[[Cast], Awaitable[str]]
FIELDS: dict[str, Shown | str] = {
    "frames.Send.text": send,
    "frames.Edit.text": edit,
    "chats.RatingIn.comment": rating,
    "bots.BotAnswerIn.text": told_noni,
    "bots.BotAnswerIn.choice": "one of the script's own choices",
    "profiles.ProfileIn.about": profile,
    "profiles.TakeOutIn.reason": take_out,
    "rooms.RoomIn.about": new_room,
    "rooms.RoomIn.title": new_room_title,
    "rooms.RoomEdit.about": room_edit,
    "rooms.RoomEdit.title": room_edit,
    "rooms.WarnIn.words": warn,
    "rooms.SanctionIn.words": sanction,
    "rooms.RemoveIn.note": remove,
    "rooms.ClosureIn.words": closure,
    "staff.BanIn.reason": ban,
    "bulk.BulkIn.reason": many,
    "vetting.VettingResultIn.words": vetting_words,
    "vetting.VettingResultIn.basis": STAFF,
    "vetting.LicenceIn.real_name": "therapists are exempt (B7)",
    "vetting.LicenceIn.number": "therapists are exempt (B7)",
    "vetting.TherapistIn.about": "therapists are exempt (B7); nothing else is",
    "people.SignUpIn.email": OWN,
    "signin.EmailIn.email": OWN,
    "consent.AskParentIn.email": "a letter goes there, and nobody reads it here",
    "signin.RecoverLetterIn.to": SECRET,
    "signin.EmailConfirmIn.token": SECRET,
    "signin.RecoverByLinkIn.token": SECRET,
    "signin.RecoverByLinkIn.password": SECRET,
    "consent.WithdrawIn.token": SECRET,
    "consent.AnswerIn.token": SECRET,
    "people.AcceptIn.agreements": NAME,
    "people.GateIn.country": NAME,
    "people.SignUpIn.name": own_name,
    "people.BecomeListenerIn.name": listening_name,
    "directory.LookIn.reason": STAFF,
    "bulk.BulkIn.names": NAME,
    "staff.BanIn.name": NAME,
    "staff.ModeratorIn.name": NAME,
    "rooms.SanctionIn.name": NAME,
    "rooms.WarnIn.name": NAME,
    "standing.ContestDecisionIn.answer": contest_answer,
    "standing.ContestIn.text": STAFF,
    "chats.EndIn.report": STAFF,
    "profiles.ProfileReportIn.text": STAFF,
    "staff.AgeIn.reason": STAFF,
    "staff.ClearanceIn.check": STAFF,
    "screening.ScreeningRuleIn.patterns": STAFF,
    "screening.ScreeningRuleIn.unless": STAFF,
    "screening.ScreeningRuleIn.note": STAFF,
    "screening.ScreeningTryIn.text": STAFF,
    "screening.ScreeningTryIn.earlier": STAFF,
    "people.TimeZoneIn.zone": "a name of the system's list, seen by its owner alone",
    "notes.NoteIn.text": OWN,
    "notes.NoteChange.text": OWN,
    "passkeys.PasskeyIn.name": OWN,
    "notes.NoteIn.name": NAME,
    "people.SignInIn.name": NAME,
    "people.BlockIn.name": NAME,
    "requests.PersonalIn.listener": NAME,
    "signin.RecoverIn.name": NAME,
    "people.BecomeListenerIn.agreement": NAME,
    "people.GateIn.agreements": NAME,
    "frames.Subscribe.since": NAME,
    "agreements.AgreementDraftIn.title": SITE,
    "agreements.AgreementDraftIn.summary": SITE,
    "agreements.AgreementDraftIn.text": SITE,
    "agreements.AgreementIn.title": SITE,
    "agreements.AgreementIn.summary": SITE,
    "agreements.AgreementIn.text": SITE,
    "agreements.AgreementIn.version": NAME,
    "courses.ImportIn.files": "the site's own courses, imported by staff as they are",
    "people.SignUpIn.password": SECRET,
    "people.SignInIn.password": SECRET,
    "signin.RecoverIn.code": SECRET,
    "signin.RecoverIn.password": SECRET,
    "signin.ConfirmIn.password": SECRET,
    "signin.ConfirmIn.code": SECRET,
    "signin.CodeIn.code": SECRET,
    "signin.PasswordIn.current": SECRET,
    "signin.PasswordIn.password": SECRET,
}


def _takes_words(shape: shapes.Type) -> bool:
    match shape:
        case shapes.StrType(pattern=pattern):
            return pattern in (None, PLAIN)
        case shapes.Metadata(type=inner):
            return _takes_words(inner)
        case shapes.UnionType(types=types):
            return any(map(_takes_words, types))
        case shapes.ListType(item_type=item) | shapes.VarTupleType(item_type=item) | shapes.SetType(item_type=item):
            return _takes_words(item)
        case shapes.StructType(fields=fields):
            return any(_takes_words(field.type) for field in fields)
    return False


def fields() -> Iterator[str]:
    """Every field of what clients send in which words fit, by module and struct."""
    document = (Path(__file__).parents[2] / "docs" / "openapi.json").read_text("utf-8")
    taken = {
        ref.rpartition("/")[2] for ref in re.findall(r'"requestBody": \{.*?"\$ref": "([^"]+)"', document, re.DOTALL)
    }
    assert len(taken) > 30
    for module in pkgutil.iter_modules(cups.wire.__path__):
        for name, struct in vars(importlib.import_module(f"cups.wire.{module.name}")).items():
            here = (
                isinstance(struct, type)
                and issubclass(struct, msgspec.Struct)
                and struct.__module__.endswith(module.name)
            )
            if here and (name.endswith("In") or name in taken or struct in get_args(frames.ClientFrame)):
                shape = shapes.type_info(struct)
                assert isinstance(shape, shapes.StructType)
                yield from (f"{module.name}.{name}.{field.name}" for field in shape.fields if _takes_words(field.type))


def test_every_text_field_is_named_here() -> None:
    """A new field fails: add it, with what shows that contact details are held in it, or why nobody else reads it."""
    assert sorted(set(fields())) == sorted(FIELDS)


def test_what_takes_words_is_found() -> None:
    class Made(Body):
        words: Annotated[str, msgspec.Meta(description="Words.")] | None
        many: list[str]
        number: int

    shape = shapes.type_info(Made)
    assert isinstance(shape, shapes.StructType)
    assert [field.name for field in shape.fields if _takes_words(field.type)] == ["words", "many"]


@pytest.mark.parametrize("field", [field for field, shown in FIELDS.items() if not isinstance(shown, str)])
async def test_contact_details_are_held(people: Cast, field: str) -> None:
    shown = FIELDS[field]
    assert not isinstance(shown, str)
    assert await shown(people) in HELD
