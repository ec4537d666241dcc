"""Every kind of page, each as somebody has it in front of them: for checks that hold everywhere."""

from collections.abc import Iterator

from journeys.crowd import Crowd
from journeys.someone import Someone, told
from journeys.steps import ask, into_the_kitchen, mark, open_menu, set_status

PUBLIC = [
    "/",
    "/gate",
    "/help",
    "/help/GB",
    "/learn",
    "/learn/listener",
    "/learn/listener/1",
    "/guidelines",
    "/sign-in",
    "/recover",
    "/no-such-page",
]
MEMBERS = ["/talk", "/rooms", "/sign-up", "/account", "/standing", "/become-a-listener", "/agreements/member"]

KEEPERS = ["/account", "/account/password", "/account/recovery-codes", "/account/second-factor", "/confirm"]


def places(crowd: Crowd) -> Iterator[tuple[str, Someone]]:
    """The name of each place, and the person who is there now."""
    visitor = crowd.someone("visitor")
    with visitor.refused(404):
        for path in PUBLIC:
            yield path, visitor.go(path)
    member = crowd.someone("member").pass_gate()
    for path in MEMBERS:
        yield path, member.go(path)
    keeper = crowd.someone("keeper").pass_gate()
    keeper.send("/api/sign-up", {"password": "several words in a row"})
    for path in KEEPERS:
        yield path, keeper.go(path)
    member.send("/api/blocks", {"name": keeper.name})
    yield "/account/blocks", member.go("/account/blocks")
    keeper.go("/account/recovery-codes").press("Make new recovery codes")
    keeper.sees("They are shown this once.")
    yield "recovery codes", keeper
    keeper.go("/account/second-factor").press("Set up a second factor")
    keeper.heading("Set up a second factor")
    yield "setting up a second factor", keeper
    yield from _in_a_course(member)
    yield from _asking(crowd, member)
    yield from _talking(crowd, member)
    room = into_the_kitchen(crowd.demo("moderator"))
    open_menu(room.message("Long day."))
    yield "a room", room
    room.message("Long day.").get_by_role("button", name="Block").click()
    room.sees("Block this person?")
    yield "blocking", room
    room.press("Cancel")
    open_menu(room.message("Long day."))
    room.message("Long day.").get_by_role("button", name="Warn", exact=True).click()
    yield "a dialog", room
    room.press("Cancel")
    open_menu(room.message("Long day."))
    room.message("Long day.").get_by_role("button", name="Pin", exact=True).click()
    room.sees("One pinned message")
    open_menu(room.message("Long day."))
    room.message("Long day.").get_by_role("button", name="Mute, remove or ban").click()
    yield "a decision", room
    room.press("Cancel")
    room.press("This room")
    room.page.get_by_label("How fast may it go?").select_option("light")
    room.press("Set the pace")
    room.sees("The room goes slowly now.")
    yield "a room's desk", room
    room.press("Close")
    yield "a slow room with a pin", room
    room.page.locator(".pins").get_by_role("button", name="Unpin").click()
    room.press("This room")
    room.page.get_by_label("How fast may it go?").select_option("off")
    room.press("Set the pace")
    room.sees("The room goes on as people like.")
    room.press("Close")
    admin = crowd.demo("admin")
    for section in (
        "Waiting requests",
        "Rooms",
        "Contested",
        "Bans",
        "Decided in rooms",
        "Roles",
        "Ages",
        "Limits",
        "Courses",
        "Audit log",
    ):
        admin.press(section)
        admin.heading(section, 2)
        yield f"staff, {section}", admin


def _in_a_course(member: Someone) -> Iterator[tuple[str, Someone]]:
    member.go("/learn/listener/1").press("Take the quiz")
    member.heading("Quiz: What a listener is")
    yield "a quiz", member
    mark(member, wrong=2)
    member.press("See how it went")
    member.sees("4 of 6 right")
    yield "a score", member


def _leaving(listener: Someone, member: Someone) -> Iterator[tuple[str, Someone]]:
    set_status(listener, "Busy")
    yield "listeners by more choices", member.go("/listeners?status=any&over_35=yes&name=w")
    yield "every listener", member.go("/listeners?status=any")
    member.go("/@warmRiver/message").page.get_by_label("Your message").fill("Good evening.")
    yield "leaving a message", member
    member.press("Leave the message")
    member.sees("Your message waits for them now.")
    yield "messages left", member
    yield "messages left for me", listener.go("/listen/messages")
    member.press("Take it back for warmRiver")
    set_status(listener.go("/listen"), "Online")


def _asking(crowd: Crowd, member: Someone) -> Iterator[tuple[str, Someone]]:
    listener = crowd.demo("listener")
    yield from _leaving(listener, member)
    member.go("/listeners").sees("@warmRiver", "free to talk")
    yield "/listeners", member
    member.press("Chat now with warmRiver")
    member.settled()
    member.sees("Waiting for warmRiver")
    yield "ringing", member
    listener.sees("asks for you")
    yield "asked personally", listener
    listener.press("Not now")
    member.sees("warmRiver can’t talk right now")
    yield "not now", member
    yield "after not now", listener
    member.go("/talk").sees("warmRiver can’t talk right now")
    yield "not now, and the form", member


def _talking(crowd: Crowd, member: Someone) -> Iterator[tuple[str, Someone]]:
    ask(member.go("/talk"))
    yield "waiting", member
    member.page.get_by_role("button", name=told("Talk to Noni meanwhile")).click()
    member.page.get_by_label("In your own words").fill("I do not know where to begin.")
    yield "talking with Noni", member
    member.page.get_by_role("button", name=told("Tell Noni")).click()
    for question in (
        "How long has it been going on?",
        "How does it feel right now?",
        "What do you hope for from the talk?",
    ):
        member.page.get_by_role("form", name=question).get_by_role("button", name="Skip this question").click()
    member.sees("Thank you. That is all I wanted to ask.")
    yield "all that Noni asks", member
    listener = crowd.demo("listener")
    listener.sees("One person is waiting.")
    yield "the board", listener
    listener.press("Take the next person")
    member.sees("Your listener is here.")
    listener.says("Hello. What would feel good to talk about?")
    member.says("I do not know where to begin.")
    yield "a chat, the member's side", member
    yield "a chat, the listener's side", listener
    member.press("End the chat")
    yield "ending a chat", member
    member.page.get_by_role("dialog").get_by_role("button", name="End the chat").click()
    member.sees("How was it?")
    yield "an ended chat", member
