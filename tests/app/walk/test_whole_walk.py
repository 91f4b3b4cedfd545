"""From an empty installation to an accepted lead, by real processes and as people see it in their browsers."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.app.faults.installation import ROOT
from tests.app.walk.conftest import Person
from tests.app.walk.site import Site

PASSWORD = "a kettle of fresh water"
STARTER = ROOT / "src" / "pyrometer" / "app" / "agreement" / "starter.yaml"
AGREED = "A good lead, as Dora and Bob see it"
PEOPLE = """Work email,Contact,Title,Headcount,Need,Budget,Influence
ada@byron.example,Ada Byron,Head of Operations,140,confirmed,planned,decides
grace@hopper.example,Grace Hopper,Student,3,possible,none,none
nobody,No Address,Clerk,9,none,none,none
"""


def test_from_an_empty_installation_to_an_accepted_lead(
    first_link: str, person: Callable[[], Person], firm: Site, tmp_path: Path
) -> None:
    dora, bob, charlie, visitor = person(), person(), person(), person()
    _settles_in(dora, first_link)
    _joins(bob, "Bob", _invites(dora, "bob@example.com", "Sales"))
    _joins(charlie, "Charlie", _invites(dora, "charlie@example.com", "Sales"))
    _makes_a_team(dora)
    _agree(dora, bob, tmp_path)
    firm.head = _snippet(dora, firm.address)
    _imports(dora, tmp_path)
    _is_shown_out(dora, charlie)

    bob.go("Inbox")
    bob.sees("Nobody to call right now")
    bob.page.evaluate("window.stillThis = true")
    _becomes_hot(visitor, firm)
    _sees_her_come(bob)
    lead, totals = _looks_why(bob)
    _finds_her_in_the_list(bob, totals)
    _calls_her(bob)
    _reads_what_happened(bob, lead)
    _sees_nothing(charlie, lead)

    dora.go("Capture", "Tracker")
    expect(dora.page.get_by_role("status")).to_contain_text("Last message seen")
    for each in (dora, bob, visitor):
        assert each.complaints == []
    # His open inbox, and later he himself, asked for what isn't his any more.
    assert {("401" in text) for text in charlie.complaints} == {True}


def _settles_in(dora: Person, link: str) -> None:
    """The first one follows the printed link, and is the administrator."""
    dora.page.goto(link)
    dora.sees("You are the first one here, and its administrator")
    dora.page.get_by_label("Email").fill("dora@example.com")
    _names(dora, "Dora")
    expect(dora.page.get_by_role("heading", name="Inbox")).to_be_visible()
    # The link has done its work, whoever else has seen it.
    other = dora.context.new_page()
    answer = other.goto(link)
    assert answer is not None
    assert answer.status == 410
    other.close()
    dora.click("Sign out")
    dora.page.get_by_label("Email").fill("dora@example.com")
    dora.page.get_by_label("Password").fill(PASSWORD)
    dora.click("Sign in")
    expect(dora.page.get_by_role("heading", name="Inbox")).to_be_visible()


def _names(somebody: Person, name: str) -> None:
    somebody.page.get_by_label("Your name").fill(name)
    somebody.page.get_by_label("Password", exact=True).fill(PASSWORD)
    somebody.page.get_by_label("The same again").fill(PASSWORD)
    somebody.click("Begin")


def _invites(dora: Person, email: str, role: str) -> str:
    """Invite somebody, as the empty inbox says; the link, as it is shown once."""
    dora.go("Inbox")
    dora.sees("Nobody takes leads yet")
    dora.on("Invite people")
    dora.page.get_by_label("Email").fill(email)
    dora.page.get_by_label(f"{role}:").check()
    dora.click("Invite")
    dora.sees(f"{email} is invited")
    dora.sees("No mail server is set up here, so send the link yourself")
    return dora.page.locator("code.secret").inner_text()


def _joins(somebody: Person, name: str, link: str) -> None:
    somebody.page.goto(link)
    somebody.sees(f"You will sign in as {name.lower()}@example.com.")
    _names(somebody, name)
    somebody.sees("You are in no team yet")


def _makes_a_team(dora: Person) -> None:
    """Bob is to get the leads; the clocks and hours are those that are offered."""
    dora.go("Settings", "Teams")
    dora.sees("No team yet")
    dora.on("New team")
    dora.page.get_by_label("Name").fill("New business")
    dora.click("Save")
    dora.sees("The team New business was saved.")
    dora.page.get_by_label("Who").select_option("Bob")
    dora.click("Save")
    dora.sees("Bob is in New business now.")


def _agree(dora: Person, bob: Person, folder: Path) -> None:
    """A definition: uploaded, looked at, proposed, signed by two, published."""
    file = folder / "definition.yaml"
    text = STARTER.read_text(encoding="utf-8")
    assert "name: Our good lead" in text
    file.write_text(text.replace("name: Our good lead", f"name: {AGREED}"), encoding="utf-8")
    dora.go("Agreement")
    dora.sees("Nothing is agreed yet")
    dora.on("Begin with the example")
    dora.page.get_by_label("or a file").set_input_files(file)
    dora.click("Check")
    dora.sees("No errors, and every example comes out as agreed")
    expect(dora.page.get_by_label("Definition")).to_have_value(file.read_text(encoding="utf-8"))
    dora.page.get_by_label("What changes, and why").fill("Our first one")
    dora.click("Keep as a draft")
    dora.sees("Kept as version 1, a draft.")
    dora.sees(AGREED)
    dora.click("Propose it")
    dora.click("Sign for marketing")
    dora.sees("The signature that is missing isn't yours to give.")
    bob.go("Agreement", f"Version 1: {AGREED}")
    bob.click("Sign for sales")
    bob.sees("Both teams signed version 1")
    bob.sees("A manager publishes it.")
    dora.page.reload()
    dora.on("Publish…")
    dora.sees("It is the first: every lead is read by it")
    dora.click("Publish it")
    dora.sees("Version 1 is live.")


def _snippet(dora: Person, address: str) -> str:
    """A write key for the firm's site; the line to copy, as the page shows it."""
    dora.go("Settings", "API keys")
    dora.sees("No key works here yet")
    dora.on("New write key")
    dora.page.get_by_label("Name").fill("Website")
    dora.page.get_by_label("Sites").fill(address)
    dora.click("Make the key")
    dora.sees("The key works now.")
    dora.go("Capture", "Tracker")
    dora.sees("No message seen yet.")
    return dora.page.locator("#snippet").inner_text()


def _imports(dora: Person, folder: Path) -> None:
    """A list whose columns have other names than the definition; the mapping says what they are."""
    file = folder / "fair.csv"
    file.write_text(PEOPLE, encoding="utf-8")
    dora.go("Capture", "Imports")
    dora.sees("Nothing imported yet")
    dora.page.get_by_label("File").set_input_files(file)
    dora.click("Upload and look")
    expect(dora.page.get_by_label("Work email: Is")).to_have_value("email")
    expect(dora.page.get_by_label("Contact: Is")).to_have_value("name")
    expect(dora.page.get_by_label("Title: Called")).to_have_value("job_title")
    expect(dora.page.get_by_label("Headcount: Read as")).to_have_value("number")
    dora.page.get_by_label("Headcount: Called").fill("employees")
    dora.page.get_by_label("What brought these leads").fill("fair")
    dora.click("Try it")
    dora.sees("What would happen")
    assert _counts(dora.page) == {"New leads": "2", "Rejected": "1"}
    dora.click("Import")
    expect(dora.page.locator(".outcome .done")).to_be_visible()
    assert _counts(dora.page) == {"New leads": "2", "Rejected": "1"}
    dora.go("Leads")
    row = dora.page.get_by_role("row", name="Ada Byron")
    expect(row).to_be_visible()
    expect(row).to_contain_text("Head of Operations")
    expect(dora.page.get_by_role("row", name="Grace Hopper")).to_be_visible()


def _counts(page: Page) -> dict[str, str]:
    names, numbers = page.locator(".outcome dt").all_inner_texts(), page.locator(".outcome dd").all_inner_texts()
    return {name: number for name, number in zip(names, numbers, strict=True) if number != "0"}


def _is_shown_out(dora: Person, charlie: Person) -> None:
    """Charlie leaves the firm, with his inbox open."""
    charlie.go("Inbox")
    charlie.sees("You are in no team yet")
    dora.go("Settings", "People")
    dora.on("Charlie", "Deactivate")
    dora.click("Deactivate")
    dora.sees("Charlie is signed out everywhere")


def _becomes_hot(visitor: Person, firm: Site) -> None:
    """Somebody whom nobody knows reads about prices, says yes, says who she is, and asks for a demo."""
    visitor.page.goto(f"{firm.address}/prices")
    visitor.page.wait_for_function("window.pyrometer && pyrometer.on")
    assert visitor.context.cookies() == []
    visitor.click("Yes, you may")
    visitor.sees("Thank you.")
    visitor.page.get_by_label("Your email").fill("ada@byron.example")
    visitor.click("Send me the letter")
    visitor.page.wait_for_url("**/thanks*")
    visitor.page.wait_for_function("window.pyrometer && pyrometer.on")
    assert [cookie["name"] for cookie in visitor.context.cookies()] == ["pyrometer_id"]
    with visitor.page.expect_response("**/beacon/v1/batch*") as answer:
        visitor.click("Show me a demo")
    assert answer.value.json() == {"success": True}


def _sees_her_come(bob: Person) -> None:
    """She appears in the open inbox, which wasn't loaded again."""
    call = bob.page.locator("[data-call]")
    expect(call).to_have_count(1)
    expect(call).to_contain_text("Ada Byron")
    expect(call).to_contain_text("hot")
    expect(call).to_contain_text("Asked for a demo")
    expect(call).to_contain_text("Head of Operations")
    expect(call).to_contain_text("no attempt yet")
    expect(bob.page.locator("#heard")).to_contain_text("1 lead to call")
    assert bob.page.evaluate("window.stillThis")


def _looks_why(bob: Person) -> tuple[str, dict[str, Decimal]]:
    """He opens her by key; what is shown adds up. Gives the address of her page, and the totals there."""
    bob.page.keyboard.press("j")
    bob.page.keyboard.press("o")
    expect(bob.page.get_by_role("heading", name="Ada Byron", level=1)).to_be_visible()
    expect(bob.page.locator(".person .temperature")).to_have_text("hot")
    totals = {}
    for table in bob.page.locator("table.sum").all():
        lines = [_points(text) for text in table.locator("tbody td.number").all_inner_texts()]
        total = _points(table.locator("tfoot td.number").inner_text())
        assert lines
        assert sum(lines) == total
        totals[table.locator("caption .name").inner_text()] = total
    assert totals.keys() == {"Fit", "Interest"}
    assert totals["Fit"] == 90
    assert totals["Interest"] >= 50
    interest = bob.page.locator("table.sum", has_text="Interest").get_by_role("rowheader")
    expect(interest.filter(has_text="Asked for a demo")).to_be_visible()
    expect(interest.filter(has_text="Filled in a form")).to_be_visible()
    expect(interest.filter(has_text="Read about prices")).to_be_visible()
    return bob.page.url, totals


def _finds_her_in_the_list(bob: Person, totals: dict[str, Decimal]) -> None:
    """The scores that the list shows are those sums, whole; and he sees the rooms of sales, not those of others."""
    bob.go("Leads")
    row = bob.page.get_by_role("row", name="Ada Byron")
    for score, total in totals.items():
        expect(row.locator(f"[data-name={score}]")).to_have_text(re.compile(rf"^{total:.0f}( [A-D])?$"))
    expect(row).to_contain_text("handed over")
    expect(row).to_contain_text("Bob")
    expect(bob.page.get_by_role("row", name="Grace Hopper")).to_contain_text("cool")
    rooms = bob.page.get_by_role("navigation", name="Rooms").get_by_role("link")
    expect(rooms).to_have_text(["Inbox", "Leads", "Agreement", "Nurture"])


def _points(text: str) -> Decimal:
    return Decimal(text.strip().replace("\N{MINUS SIGN}", "-").replace("\N{PUNCTUATION SPACE}", ""))


def _calls_her(bob: Person) -> None:
    """An attempt and the verdict, without touching the mouse."""
    bob.go("Inbox")
    press = bob.page.keyboard.press
    _has_keys(bob)
    press("a")
    expect(bob.page.get_by_role("heading", name="Attempt to reach Ada Byron")).to_be_visible()
    press("Enter")
    bob.sees("Reached Ada Byron: noted.")
    expect(bob.page.locator("[data-call]")).to_contain_text("1 attempt")
    _has_keys(bob)
    press("j")
    press("v")
    expect(bob.page.get_by_role("heading", name="Verdict on Ada Byron")).to_be_visible()
    press("Space")
    press("Enter")
    bob.sees("Verdict noted for Ada Byron.")
    bob.sees("Accepted, yours to close")
    expect(bob.page.locator("[data-call]")).to_have_count(0)


def _has_keys(bob: Person) -> None:
    """The page says so once its keys work."""
    expect(bob.page.get_by_role("button", name="Keys ?")).to_be_visible()


def _reads_what_happened(bob: Person, lead: str) -> None:
    """Her page tells the whole story."""
    bob.on("Ada Byron")
    assert bob.page.url == lead
    expect(bob.page.locator(".facts .tag")).to_have_text("accepted")
    story = bob.page.locator("section[aria-labelledby=timeline]")
    for part in (
        "Demo requested",
        "Form submitted",
        "Page viewed",
        "Handed to Bob",
        "Reached by email, Bob",  # her number is not known
        "Verdict: Accepted",
        "Now accepted was handed over",
    ):
        expect(story).to_contain_text(part, use_inner_text=True)
    # Nobody takes her for a machine.
    expect(story.locator("li.void")).to_have_count(0)
    expect(bob.page.get_by_role("img", name="The temperature over time")).to_be_visible()


def _sees_nothing(charlie: Person, lead: str) -> None:
    """Neither where he was, nor anywhere else."""
    expect(charlie.page.get_by_role("heading", name="Sign in")).to_be_visible()
    for address in (lead, f"{lead}timeline/", f"{charlie.origin}/leads/?q=ada", f"{charlie.origin}/inbox/"):
        charlie.page.goto(address)
        expect(charlie.page.get_by_role("heading", name="Sign in")).to_be_visible()
        assert "Ada" not in charlie.page.content().replace("ada", "")
    charlie.page.get_by_label("Email").fill("charlie@example.com")
    charlie.page.get_by_label("Password").fill(PASSWORD)
    charlie.click("Sign in")
    charlie.sees("or this account is closed")
    answer = charlie.context.request.get(f"{charlie.origin}/api/v1/leads")
    assert answer.status in (401, 403)
    assert "Byron" not in answer.text()
