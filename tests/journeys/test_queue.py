"""Waiting and the listener's board, live on both sides: places, the range, who goes first, topics that a listener leaves out."""

import pytest
import trio
from playwright.sync_api import expect

from harness.person import Person
from journeys.crowd import Crowd
from journeys.someone import told
from journeys.steps import answer_the_gate, ask

pytestmark = pytest.mark.browser
HEARD = 6


async def _some_are_heard(base: str, link: str) -> None:
    """So that there is a pace to tell."""
    listener = await Person(base).enter(link)
    async with listener.live() as live:
        for _ in range(HEARD):
            guest = await Person(base).pass_gate()
            await guest.ask()
            chat = (await listener.post("/api/queue/next"))["chat"]
            await live.subscribe(chat)
            await guest.post(f"/api/chats/{chat}/end", {})
            await guest.aclose()
    await listener.aclose()


def test_place_range_and_board_move_by_themselves(crowd: Crowd) -> None:
    trio.run(_some_are_heard, crowd.site.base, crowd.site.links["listener"])
    listener = crowd.demo("listener")
    listener.sees("Nobody is waiting at present.")

    lonely = crowd.someone("lonely", phone=True).go("/gate?next=/talk%3Ftopic=loneliness")
    answer_the_gate(lonely)
    ask(lonely)
    lonely.sees("You are next.", "At the pace at which people in your language were heard lately", "minutes")
    lonely.sees("While you wait", "Sit with others in a room")
    lonely.shot("range")
    listener.sees("One person is waiting.", f"@{lonely.name}")

    urgent = crowd.someone("urgent").go("/gate?next=/talk")
    answer_the_gate(urgent, danger="Yes, I am")
    urgent.go("/talk")
    ask(urgent)
    urgent.sees("You are next.")
    lonely.sees("You are number 2.")
    listener.sees("2 people are waiting.", "may be in danger")
    lines = listener.page.locator(".entries li")
    expect(lines.nth(0)).to_contain_text(told(urgent.name))
    expect(lines.nth(1)).to_contain_text(told(lonely.name))
    listener.shot("board-two")

    listener.page.get_by_text("Topics you do not take").first.click()
    topics = listener.page.locator("details", has_text="Topics you do not take")
    topics.get_by_label("Loneliness", exact=True).check()
    topics.get_by_role("button", name="Set").click()
    listener.sees("Saved. The queue leaves these topics out for you.", "One person is waiting.")
    expect(lines).to_have_count(1)
    listener.shot("topics")

    urgent.press("Leave the queue")
    listener.sees("Nobody is waiting at present.")
    lonely.sees("You are next.")
    topics.get_by_label("Loneliness", exact=True).uncheck()
    topics.get_by_role("button", name="Set").click()
    expect(lines.nth(0)).to_contain_text(told(lonely.name))
    lonely.press("Leave the queue")
    listener.sees("Nobody is waiting at present.")


def test_who_waits_may_read_elsewhere_and_is_called_back(crowd: Crowd) -> None:
    listener = crowd.demo("listener")
    asker = crowd.someone("reader", phone=True).go("/gate?next=/talk")
    answer_the_gate(asker)
    ask(asker)
    asker.sees("You are next.")

    # In the same tab: the page with the queue is gone, and the place is kept all the same.
    for path in ("/help", "/learn"):
        asker.go(path)
        asker.sees("You are next in the queue.", "Your place is kept while this page is open.")
        asker.shot("elsewhere")
    asker.go("/rooms").follow("The kitchen table")
    asker.settled()
    asker.sees("You are next in the queue.")

    listener.press("Take the next person")
    asker.sees("A listener is here for you: warmRiver.")
    asker.shot("called-back")
    asker.follow("Go to the chat")
    asker.settled()
    asker.says("I was reading along in a room.")
    expect(listener.message("I was reading along in a room.")).to_be_visible()

    asker.go("/help")
    asker.sees("A listener is here for you: warmRiver.")
    listener.press("End the chat")
    listener.page.get_by_role("dialog").get_by_role("button", name="End the chat").click()
    asker.sees_no("A listener is here for you")
