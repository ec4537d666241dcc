"""From the front page to a listener and back: the main path, and what a bad connection does to it."""

import re

import pytest
from playwright.sync_api import expect

from journeys.crowd import Crowd
from journeys.someone import PHONE, Someone, told
from journeys.steps import answer_the_gate, ask, open_menu

pytestmark = pytest.mark.browser


def test_visitor_reaches_a_listener_and_they_talk(crowd: Crowd) -> None:
    listener = crowd.demo("listener")
    listener.heading("Listen")
    listener.sees("Nobody is waiting at present.")
    listener.shot("board-empty")

    visitor = crowd.someone("visitor", phone=True).go("/")
    visitor.heading("You don’t have to carry it alone.")
    visitor.sees("One listener is here now.")
    visitor.shot("front", whole=True)
    visitor.page.get_by_label("What brings you here?").select_option("Loneliness")
    visitor.press("Talk to a listener")
    visitor.shot("gate", whole=True)
    answer_the_gate(visitor)
    visitor.heading("Talk to a listener")
    expect(visitor.page.get_by_label("What is it about?")).to_have_value("loneliness")
    visitor.shot("ask", whole=True)
    ask(visitor)
    visitor.sees("You are next.", "You asked about: Loneliness", "We can’t say honestly how long it takes")
    visitor.shot("waiting")

    listener.sees("One person is waiting.", f"@{visitor.name}", "Loneliness")
    listener.shot("board")
    listener.press("Take the next person")
    listener.sees("They are here. A warm hello is a good beginning.", "This chat is about: Loneliness")
    visitor.sees("Your listener is here. Begin wherever you like; a few words are enough.")
    visitor.shot("matched")
    expect(visitor.page.get_by_role("heading", name=told("Chat with warmRiver"))).to_be_attached()

    visitor.composer.press_sequentially("It is so quiet")
    listener.sees(f"{visitor.name} is writing…")
    listener.shot("other-writes")
    visitor.composer.press("Enter")
    first = "It is so quiet"
    expect(listener.message(first)).to_be_visible()
    expect(visitor.message(first)).to_contain_text("read")
    listener.composer.press_sequentially("Quiet")
    visitor.sees("warmRiver is writing…")
    listener.composer.fill("Quiet can weigh a lot. How long has it been like this?")
    listener.composer.press("Enter")
    expect(visitor.message("Quiet can weigh a lot.")).to_be_visible()
    visitor.sees_no("warmRiver is writing…")
    expect(listener.message("Quiet can weigh a lot.")).to_contain_text("read")

    visitor.says("Since spring. My frend moved away.")
    mistyped = visitor.message("My frend moved away.")
    open_menu(mistyped)
    visitor.shot("own-message-menu")
    mistyped.get_by_role("button", name="Edit", exact=True).click()
    field = visitor.page.get_by_role("textbox", name="Editing your message")
    expect(field).to_be_focused()
    field.fill("Since spring. My friend moved away.")
    visitor.press("Save")
    for side in (visitor, listener):
        expect(side.message("My friend moved away.")).to_contain_text("edited")
        side.sees_no("My frend moved away.")

    visitor.says("I should not have said that.")
    unsaid = visitor.message("I should not have said that.")
    open_menu(unsaid)
    unsaid.get_by_role("button", name="Delete", exact=True).click()
    visitor.sees("Delete this message for both of you?", "It disappears for everyone here, at once.")
    visitor.shot("delete")
    visitor.page.get_by_role("dialog").get_by_role("button", name="Delete", exact=True).click()
    for side in (visitor, listener):
        side.sees("This message was taken back.")
        side.sees_no("I should not have said that.")
    visitor.shot("talking")
    listener.shot("talking")

    # A keyboard opens: what was said last stays in sight.
    visitor.page.set_viewport_size({"width": PHONE[0], "height": 480})
    expect(visitor.message("This message was taken back.").last).to_be_in_viewport(ratio=1)
    visitor.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})

    visitor.press("End the chat")
    visitor.sees("End this chat?", "You owe nobody a reason.")
    visitor.shot("end")
    visitor.page.get_by_role("dialog").get_by_role("button", name="End the chat").click()
    visitor.sees("You ended this chat.", "How was it?")
    visitor.shot("ended")
    listener.sees("The other person ended this chat.")
    expect(listener.composer).to_have_count(0)
    listener.sees_no("How was it?")
    listener.shot("ended")

    rate(visitor)
    visitor.follow("Talk to another listener")
    visitor.heading("Talk to a listener")
    visitor.sees("Earlier chats")
    visitor.page.get_by_role("link", name=told("Chat with warmRiver")).click()
    visitor.settled()
    visitor.sees("Since spring. My friend moved away.", "Thank you. That helps listeners learn.")
    visitor.sees_no("How was it?")

    listener.press("Back to the queue")
    listener.sees("Nobody is waiting at present.")


def rate(visitor: Someone) -> None:
    """Four lines of stars: one left out is asked for, and then it is never asked again."""
    lines = {
        "Did it help?": 5,
        "Did you feel understood?": 5,
        "Were they respectful and careful?": 4,
        "Did they answer in good time?": 5,
    }
    rating = visitor.page.get_by_role("form", name="How was it?")
    rating.get_by_role("button", name="Send", exact=True).click()
    visitor.sees("Please choose stars in each of the four lines, or leave it with “Not now”.")
    for line, count in lines.items():
        row = rating.get_by_role("group", name=line)
        row.locator("label").nth(count - 1).click()
        expect(row.get_by_role("radio", name=told(f"{count} stars of 5"))).to_be_checked()
    rating.get_by_label(re.compile("Anything you want to add?")).fill("I felt heard.")
    visitor.shot("rating", whole=True)
    rating.get_by_role("button", name="Send", exact=True).click()
    visitor.sees("Thank you. That helps listeners learn.")


def test_reload_and_lost_connection_keep_the_place(crowd: Crowd) -> None:
    first = crowd.someone("first").pass_gate().go("/talk")
    ask(first)
    second = crowd.someone("second", phone=True).pass_gate().go("/talk")
    ask(second)
    second.sees("You are number 2.")
    asked = second.context.request.get(f"{crowd.site.base}/api/requests/mine").json()

    second.page.reload()
    second.settled()
    second.sees("You are number 2.")

    with second.bearing("ERR_INTERNET_DISCONNECTED"):
        second.context.set_offline(True)
        # A server that is gone cuts every connection, which a browser that only plays offline does not.
        with first.bearing("WebSocket connection", "ERR_CONNECTION_REFUSED"), second.bearing("WebSocket connection"):
            crowd.site.kill9()
            second.sees("The connection is lost. Trying again")
            second.shot("connection-lost")
            crowd.site.start()
            first.sees("You are next.")
            second.context.set_offline(False)
            expect(second.page.get_by_text("Connected again.")).to_be_attached()
            expect(first.page.get_by_text("Connected again.")).to_be_attached()
    second.sees("You are number 2.")
    again = second.context.request.get(f"{crowd.site.base}/api/requests/mine").json()
    assert (again["id"], again["since"], again["place"]) == (asked["id"], asked["since"], 2)

    first.press("Leave the queue")
    first.sees("You have left the queue. You can ask again whenever you like.")
    second.sees("You are next.")
    second.press("Leave the queue")
    second.sees("You have left the queue.")
    second.shot("cancelled")
    second.follow("Ask again")
    second.heading("Talk to a listener")


def test_a_message_written_without_a_connection_outlives_a_reload(crowd: Crowd) -> None:
    listener = crowd.demo("listener")
    asker = crowd.someone("asker").go("/gate?next=/talk")
    answer_the_gate(asker)
    ask(asker)
    listener.press("Take the next person")
    asker.says("Hello.")
    cut = True
    asker.page.route_web_socket(
        "**/live", lambda socket: socket.close(code=1011) if cut else socket.connect_to_server()
    )
    with asker.bearing("WebSocket"):
        asker.page.reload()
        asker.settled()
        asker.sees("The connection is lost.")
    asker.composer.fill("This must not be lost.")
    asker.composer.press("Enter")
    asker.sees("Sending…")
    asker.shot("sending")
    cut = False
    asker.page.reload()
    asker.settled()
    expect(listener.message("This must not be lost.")).to_have_count(1)
    expect(asker.message("This must not be lost.")).to_contain_text("read")
    expect(asker.page.get_by_text("Sending…")).to_have_count(0)
