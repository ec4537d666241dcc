"""Staff work in the page: a room is made, changed, talked in, and retired for good."""

import pytest
from playwright.sync_api import expect

from journeys.crowd import Crowd
from journeys.someone import told

pytestmark = pytest.mark.browser


def test_staff_creates_and_retires_a_room_in_the_page(crowd: Crowd) -> None:
    admin = crowd.demo("admin")
    admin.heading("Staff")
    admin.heading("Waiting requests", 2)
    admin.shot("requests")
    admin.press("Rooms")
    admin.heading("Rooms", 2)
    admin.page.get_by_text("New room").click()
    form = admin.page.locator("details form")
    form.get_by_label("Title").fill("Rainy days")
    form.get_by_label("Address").fill("rainy-days")
    form.get_by_label("What it is for").fill("For when it pours, outside or inside.")
    admin.shot("new-room", whole=True)
    admin.press("Create the room")
    expect(admin.page.get_by_role("link", name="Rainy days")).to_be_visible()
    admin.shot("rooms", whole=True)

    # The same address again is refused with a reason, and nothing that was typed is lost.
    form.get_by_label("Title").fill("Rainy days, again")
    form.get_by_label("Address").fill("rainy-days")
    with admin.refused(409):
        admin.press("Create the room")
        admin.sees("There is a room of that name.")
    expect(form.get_by_label("Title")).to_have_value("Rainy days, again")

    admin.page.get_by_role("button", name=told("Edit Rainy days")).click()
    dialog = admin.page.get_by_role("dialog")
    dialog.get_by_label("Title").fill("Rainy nights")
    admin.shot("edit")
    dialog.get_by_role("button", name="Save").click()
    expect(admin.page.get_by_role("link", name="Rainy nights")).to_be_visible()

    admin.page.get_by_role("button", name=told("Moderators of Rainy nights")).click()
    dialog.get_by_label("Name").fill("@steadyOak")
    dialog.get_by_role("button", name="Add a moderator").click()
    expect(dialog.get_by_role("listitem").filter(has_text="@steadyOak")).to_be_visible()
    admin.shot("moderators")
    dialog.get_by_role("button", name="Close").click()

    guest = crowd.someone("guest", phone=True).pass_gate().go("/rooms")
    guest.follow("Rainy nights")
    guest.settled()
    guest.heading("Rainy nights")
    guest.press("Understood")
    guest.says("It pours.")

    admin.page.get_by_role("button", name=told("Retire Rainy nights")).click()
    admin.sees("Retire this room? Everyone in it is taken out, and it is closed for good.")
    admin.shot("retire")
    dialog.get_by_role("button", name="Retire", exact=True).click()
    expect(admin.page.get_by_role("link", name="Rainy nights")).to_have_count(0)
    guest.sees("You are no longer in this room.", "This room is closed for good.")
    expect(guest.composer).to_have_count(0)
    guest.shot("retired")
    guest.follow("All rooms")
    guest.sees("Night owls")
    guest.sees_no("Rainy nights")

    admin.press("Audit log")
    for act in ("room.create", "room.edit", "room.retire"):
        admin.sees(act)
    admin.press("Check the chain")
    admin.sees("entries is whole.")
    admin.shot("audit", whole=True)
    for section in ("Waiting requests", "Reports", "Bans", "People", "Roles", "Courses"):
        admin.press(section)
        admin.heading(section, 2)
        admin.shot(section.lower().replace(" ", "-"))


def test_nobody_else_sees_the_staffs_page(crowd: Crowd) -> None:
    member = crowd.someone("member").pass_gate().go("/account")
    expect(member.page.get_by_role("link", name="Staff")).to_have_count(0)
    with member.refused(403):
        member.go("/staff")
        member.heading("That did not work")
        member.shot("refused")


def test_somebody_is_looked_up_and_given_a_role(crowd: Crowd) -> None:
    """By keyboard, on the smallest phone."""
    member = crowd.someone("member").pass_gate()
    name = member.name
    member.send("/api/sign-up", {"password": "several words in a row"})
    admin = crowd.someone("admin", phone=True)
    admin.page.set_viewport_size({"width": 360, "height": 740})
    admin.enter(crowd.site.links["admin"])
    admin.page.get_by_role("button", name="People", exact=True).focus()
    admin.page.keyboard.press("Enter")
    admin.heading("People", 2)
    field = admin.page.get_by_role("textbox", name="Name")
    field.focus()
    admin.page.keyboard.type(name[:-1])
    admin.shot("search", whole=True)
    admin.page.keyboard.press("Enter")
    opener = admin.page.get_by_role("button", name=told(f"Open the card of @{name}"), exact=True)
    opener.focus()
    admin.page.keyboard.press("Enter")
    dialog = admin.page.get_by_role("dialog")
    dialog.get_by_label("Why").fill("Asked to help in the rooms.")
    admin.shot("why")
    admin.page.keyboard.press("Enter")
    admin.heading(f"Card of @{name}", 3)
    admin.sees("no second factor")
    expect(admin.page.get_by_role("heading", name=told(f"Card of @{name}"))).to_be_focused()
    admin.shot("card", whole=True)
    card = admin.page.locator("section.notice")
    card.get_by_label("Role").select_option("moderator")
    card.get_by_role("button", name="Give the role").press("Enter")
    expect(card.get_by_role("listitem").filter(has_text="moderator")).to_be_visible()
    admin.shot("role", whole=True)
    wide = admin.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 360, f"the page is {wide} wide"
    admin.page.get_by_role("button", name="Audit log", exact=True).press("Enter")
    for act in ("people.search", "people.read", "role.grant"):
        admin.sees(act)
    admin.page.get_by_text("Only some entries").click()
    admin.page.get_by_label("Act").fill("people.read")
    admin.press("Show these")
    admin.sees_no("role.grant")
    admin.sees("people.read")
    admin.shot("log", whole=True)
    # Their role changed: they sign in again.
    member.go("/account")
    member.sees_no(f"@{name}")


def test_many_are_banned_at_once_and_it_is_undone(crowd: Crowd) -> None:
    people = [crowd.someone(f"guest-{n}").pass_gate() for n in range(3)]
    names = [one.name for one in people]
    admin = crowd.someone("admin", phone=True)
    admin.page.set_viewport_size({"width": 360, "height": 740})
    admin.enter(crowd.site.links["admin"])
    admin.press("Many at once")
    admin.heading("Many at once", 2)
    admin.page.get_by_label("Names").fill("\n".join([f"@{name}" for name in names] + ["openDoor", "nobodyHere"]))
    admin.page.get_by_label("Days").fill("3")
    admin.page.get_by_label("Reason").fill("A raid of one evening.")
    admin.shot("form", whole=True)
    admin.press("Show what would happen")
    admin.sees("This would change something for 3 people.", "cannot be done")
    for one in people:
        assert one.context.request.get(f"{one.base}/api/me").json()["person"] is not None
    admin.shot("preview", whole=True)
    admin.page.get_by_role("button", name="Carry it out").press("Enter")
    admin.sees("It is done.")
    admin.shot("done", whole=True)
    for one in people:
        assert one.context.request.get(f"{one.base}/api/me").json()["person"] is None
    admin.page.get_by_role("button", name="Undo it").press("Enter")
    admin.sees("It is undone.")
    expect(admin.page.get_by_text("undone", exact=True)).to_have_count(4)
    admin.shot("undone", whole=True)
    wide = admin.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 360, f"the page is {wide} wide"
    admin.press("Close")
    admin.page.get_by_role("button", name=told("Open: Ban, 5 people")).first.press("Enter")
    admin.sees(f"@{names[0]}")
    admin.press("Audit log")
    admin.sees("bulk.undone")


def test_a_therapist_applies_and_opens_their_page(crowd: Crowd) -> None:
    """Without scripts on the therapist's side; in the staff's section on the other."""
    ann = crowd.someone("therapist", phone=True, scripts=False, dark=True).pass_gate()
    ann.send("/api/sign-up", {"password": "several words in a row", "name": "annOak"})
    ann.go("/account").follow("Background check, or a therapist’s licence")
    ann.heading("Checks and licences")
    ann.page.get_by_label("Your name as on the licence").fill("Ann Oak")
    ann.page.get_by_label("Licence number").fill("PT-12345")
    ann.page.get_by_label("Country").fill("de")
    ann.page.get_by_label("Valid until").fill("2031-01-31")
    ann.shot("application", whole=True)
    ann.press("Apply with this licence")
    ann.sees("waits for staff")

    admin = crowd.someone("admin", phone=True)
    admin.page.set_viewport_size({"width": 360, "height": 740})
    admin.enter(crowd.site.links["admin"])
    admin.press("Licences")
    admin.heading("Licences", 2)
    admin.shot("licences", whole=True)
    admin.page.get_by_role("button", name=told("Decide about @annOak")).press("Enter")
    dialog = admin.page.get_by_role("dialog")
    dialog.get_by_label("Valid until").fill("2029-01-31")
    dialog.get_by_label("What this rests on").fill("Looked up in the public register.")
    admin.shot("decision")
    dialog.get_by_role("button", name="Write it down").press("Enter")
    expect(dialog).to_have_count(0)
    admin.page.get_by_label("Show", exact=True).select_option("passed")
    admin.sees("@annOak", "verified")
    wide = admin.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 360, f"the page is {wide} wide"

    ann.go("/account/applications")
    ann.sees("verified")
    ann.press("Open my page")
    ann.page.get_by_label("Name").fill("annOak")
    ann.page.get_by_label("Password").fill("several words in a row")
    ann.page.get_by_role("main").get_by_role("button", name="Sign in").click()
    ann.go("/account/applications")
    ann.page.get_by_label("What you say about yourself and your work").fill(
        "I work with grief. Write to ann@oak.example."
    )
    ann.press("Save")
    ann.heading("Ann Oak")
    ann.shot("page", whole=True)
    reader = crowd.someone("reader", phone=True).go("/@annOak")
    reader.follow("Licence and page as a therapist")
    reader.heading("Ann Oak")
    reader.sees("ann@oak.example")


def test_a_word_that_no_name_may_hold_is_added_and_taken_out(crowd: Crowd) -> None:
    """On the smallest phone, in the dark, by keyboard where it matters."""
    admin = crowd.someone("keeper", phone=True, dark=True)
    admin.page.set_viewport_size({"width": 360, "height": 740})
    admin.enter(crowd.site.links["admin"])
    admin.press("Words in names")
    admin.heading("Words in names", 2)
    admin.shot("list", whole=True)
    field = admin.page.get_by_role("textbox", name="Word")
    field.fill("Marmot")
    field.press("Enter")
    dialog = admin.page.get_by_role("dialog")
    expect(dialog.get_by_text("They keep their names.")).to_be_visible()
    admin.shot("added", whole=True)
    dialog.get_by_role("button", name="Add it").press("Enter")
    admin.sees("“marmot” is in the list.")

    guest = crowd.someone("guest").pass_gate().go("/sign-up")
    guest.page.get_by_label("Name", exact=False).first.fill("myMarm0t")
    guest.page.get_by_label("Password").fill("several words in a row")
    with guest.refused(422):
        guest.press("Keep this account")
        guest.sees("This name can’t be used here.")
    admin.page.get_by_role("button", name=told("Take out “marmot”")).click()
    admin.sees("“marmot” is out of the list.")
    wide = admin.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 360, f"the page is {wide} wide"
    guest.page.get_by_label("Name", exact=False).first.fill("myMarm0t")
    guest.page.get_by_label("Password").fill("several words in a row")
    guest.press("Keep this account")
    assert guest.name == "myMarm0t"
    admin.press("Audit log")
    for act in ("name-word.add", "name-word.remove"):
        admin.sees(act)
