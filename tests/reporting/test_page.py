"""A page in a real browser: drawn, quiet, by itself, readable by day and by night, on a desk and on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise
from typing import Any

import pytest

from pyrometer.reporting import report
from tests.reporting.learnings import HOSTILE, hostile, learned, refused
from tests.reporting.opened import Opened, Opener
from tests.reporting.results import backtest, cooled, profile, simulation

KINDS: dict[str, Callable[[], Any]] = {"learned": learned, "refused": refused, "hostile": hostile}
OTHERS: dict[str, Callable[..., Any]] = {
    "cooled": cooled,
    "profile": profile,
    "simulation": simulation,
    "backtest": backtest,
}


@lru_cache
def text(kind: str, word: str | None = None) -> str:
    """The page of a result; `word` is said wherever data could say one."""
    if kind in KINDS:
        return report(KINDS[kind](), source=HOSTILE[0] if kind == "hostile" else "leads.csv")
    return report(OTHERS[kind]() if word is None else OTHERS[kind](word), source=word or "leads.csv")


def contrast(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """How well one colour stands out from the other, as WCAG 2 reckons (1 to 21)."""

    def light(colour: tuple[int, ...]) -> float:
        parts = [each / 255 for each in colour]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    brighter, darker = sorted((light(one), light(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def sizes(opened: Opened) -> list[tuple[float, float, float]]:
    """Width and height of each drawn chart, and the height that was kept free for it."""
    return [
        tuple(each)
        for each in opened.page.eval_on_selector_all(
            ".chart",
            """charts => charts.map(chart => {
                const drawn = chart.querySelector("svg").getBoundingClientRect();
                return [drawn.width, drawn.height, parseFloat(getComputedStyle(chart).minHeight)];
            })""",
        )
    ]


@pytest.mark.parametrize(("on", "widest", "scheme"), [("desk", 912, "light"), ("phone", 328, "dark")])
def test_all_charts_are_drawn_where_room_was_kept_for_them(opened: Opener, on: str, widest: int, scheme: str) -> None:
    found = opened(text("learned"), on, scheme)  # type: ignore[arg-type]
    assert (found.asked, found.complaints) == ([], [])
    drawn = sizes(found)
    assert len(drawn) == 6
    for width, height, kept in drawn:
        assert widest - 2 <= width <= widest
        assert kept - 40 <= height <= kept, "the page would jump, or gape"
    assert found.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert found.page.locator(".mark-symbol path").count() > 10


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_the_paper(opened: Opener, scheme: str) -> None:
    found = opened(text("learned"), scheme=scheme)  # type: ignore[arg-type]
    paper = found.colour("body", "backgroundColor")
    assert (sum(paper) > 600) == (scheme == "light")
    for selector, what in {
        "h1": "color",
        "figcaption p": "color",
        "nav a": "color",
        "summary": "color",
        ".chart .role-axis-label text": "fill",
        ".chart .mark-text text": "fill",
    }.items():
        assert contrast(found.colour(selector, what), paper) >= 4.5, selector
    for path in found.page.locator(".chart .mark-symbol path[aria-roledescription]").all():
        fill = str(path.evaluate("element => getComputedStyle(element).fill"))
        assert contrast(tuple(int(each) for each in re.findall(r"\d+", fill)[:3]), paper) >= 3


def test_every_chart_says_what_it_shows_and_has_its_numbers(opened: Opener) -> None:
    found = opened(text("learned")).page
    levels = [int(str(each.evaluate("element => element.tagName"))[1]) for each in found.locator("h1, h2, h3").all()]
    assert levels[0] == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
    figures = found.locator("figure").all()
    assert len(figures) == 6
    for figure in figures:
        assert len(figure.locator(".chart[role=img]").get_attribute("aria-label") or "") > 20
        figure.locator("summary").click()
        assert figure.locator("tbody tr").count() >= 2
        assert figure.locator("table").is_visible()
    evidence = figures[0].locator("tbody tr").nth(1).inner_text().replace("\xa0", " ").split("\t")
    assert evidence == ["size", "10 and up", "+12", "400", "180", "45.0 %", "40.0 to 50.0 %"]


def test_pointing_at_a_row_tells_its_numbers(opened: Opener) -> None:
    page = opened(text("learned"))
    found = page.page
    page.point(found.locator("#f1 .hits_marks path").nth(2))
    tip = found.locator("#tip.shown").inner_text().replace("\xa0", " ")
    assert tip.splitlines()[0] == "10 and up"
    assert "180 of 400" in tip
    assert "45.0 % (40.0 to 50.0 %)" in tip
    found.keyboard.press("Escape")
    assert not found.locator("#tip").is_visible()


def test_a_keyboard_reaches_sections_and_numbers(opened: Opener) -> None:
    found = opened(text("learned")).page
    found.keyboard.press("Tab")
    assert found.evaluate("document.activeElement.textContent") == "Skip to the contents"
    found.keyboard.press("Enter")
    assert found.evaluate("document.activeElement.id") == "contents"
    found.locator("#f1 + details summary").focus()
    found.keyboard.press("Enter")
    assert found.locator("#f1 + details table").is_visible()


def test_a_phone_that_is_turned_gets_the_wide_charts(opened: Opener) -> None:
    found = opened(text("learned"), "phone").page
    assert found.locator("#f1 .role-axis-label text", has_text="10 and up").count() == 0
    found.set_viewport_size({"width": 900, "height": 360})
    found.locator("#f1 .role-axis-label text", has_text="10 and up").wait_for()
    assert found.locator("#f1 svg").count() == 1


def test_print_is_on_white_with_all_numbers_open(opened: Opener) -> None:
    found = opened(text("learned"), scheme="dark")
    found.page.emulate_media(media="print", color_scheme="dark")
    found.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert found.colour("body", "backgroundColor") == (255, 255, 255)
    assert contrast(found.colour(".chart .mark-text text", "fill"), (255, 255, 255)) >= 4.5
    assert found.page.locator("table").count() == found.page.locator("table:visible").count()
    assert not found.page.locator("nav").is_visible()


def test_limits_stand_before_every_number_of_the_contents(opened: Opener) -> None:
    found = opened(text("learned")).page
    first = found.locator("main > section").first
    assert first.locator("li").all_inner_texts() == [
        "Every column is as it stands in the export.",
        "size has drifted.",
    ]


def test_a_refusal_says_why_and_what_can_be_done(opened: Opener) -> None:
    found = opened(text("refused"))
    assert found.complaints == []
    shown = found.page.locator("body").inner_text()
    assert "Too little to learn from: 12 won and 30 lost, and 40 of each are needed." in shown
    assert "--trust" in shown
    assert "closing" in shown
    assert found.page.locator(".chart").count() == 0
    assert len(text("refused")) < 50_000, "without charts there is nothing to draw them with"


@pytest.mark.parametrize("on", ["desk", "phone"])
def test_texts_of_data_stay_texts(opened: Opener, on: str) -> None:
    found = opened(text("hostile"), on)  # type: ignore[arg-type]
    assert (found.asked, found.complaints) == ([], [])
    assert found.page.locator("img, iframe, a[href^=java], body script:not([type='application/json'])").count() == 2
    found.page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    shown = found.page.locator("body").inner_text()
    for said in HOSTILE[:4]:
        assert said in shown
    assert "javascript:document.body.id='owned'\\u202e\\x00\\u2028" in shown
    hits = found.page.locator("#f1 .hits_marks path").all()[-4:]
    names = set()
    for hit in hits:
        found.point(hit)
        names.update(found.page.locator("#tip.shown strong").all_inner_texts())
    assert any(HOSTILE[2] in name for name in names)
    assert any(HOSTILE[1] in name for name in names)
    assert found.page.evaluate("document.body.id") == ""
    assert found.complaints == []


@pytest.mark.parametrize(("kind", "on"), [(kind, "desk") for kind in OTHERS] + [("simulation", "phone")])
def test_texts_of_other_results_stay_texts(opened: Opener, kind: str, on: str) -> None:
    word = " ".join(HOSTILE)
    found = opened(text(kind, word), on)  # type: ignore[arg-type]
    assert (found.asked, found.complaints) == ([], [])
    assert found.page.locator("img, iframe, .failed").count() == 0
    assert found.page.locator("body script:not([type='application/json'])").count() == 2
    found.page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    shown = found.page.locator("main").inner_text()
    assert [said for said in HOSTILE[:4] if said not in shown] == []
    assert found.page.evaluate("document.body.id") == ""


@pytest.mark.parametrize(
    ("kind", "charts", "on"),
    [
        ("cooled", 7, "phone"),
        ("profile", 2, "desk"),
        ("simulation", 6, "phone"),
        ("backtest", 11, "desk"),
        ("backtest", 11, "phone"),
    ],
)
def test_pages_of_other_results_are_drawn(opened: Opener, kind: str, charts: int, on: str) -> None:
    found = opened(text(kind), on, "dark" if on == "phone" else "light")  # type: ignore[arg-type]
    assert (found.asked, found.complaints) == ([], [])
    drawn = sizes(found)
    assert len(drawn) == charts
    for width, height, kept in drawn:
        assert width >= (326 if on == "phone" else 910)
        assert kept - 40 <= height <= kept
    assert found.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert found.page.locator("main > section").first.get_attribute("id") == "limits"


def test_the_flow_is_as_broad_as_its_leads(opened: Opener) -> None:
    found = opened(text("simulation")).page
    broad = found.eval_on_selector_all(
        "#f1 .mark-area path",
        """paths => paths.map(path => {
            const numbers = path.getAttribute("d").match(/-?[0-9.]+/g).map(Number);
            return numbers[numbers.length - 1] - numbers[1];
        })""",
    )
    leads = [5, 10, 20, 30, 40, 95]
    assert sorted(broad) == pytest.approx([each * sum(broad) / sum(leads) for each in leads], rel=0.02)
    names = found.locator("#f1 .mark-text text").all_text_contents()
    assert {"hot25", "warm80", "cool95", "hot60", "warm35", "cool105"} <= {"".join(each.split()) for each in names}


def test_the_policy_of_the_page_lets_no_other_script_run(opened: Opener) -> None:
    smuggled = "<script>document.body.id = 'owned'</script><p onclick=\"document.body.id='owned'\">click</p>"
    found = opened(text("learned").replace("<footer>", f"{smuggled}<footer>"))
    found.page.get_by_text("click", exact=True).click()
    assert found.page.evaluate("document.body.id") == ""
    assert any("Content Security Policy" in each for each in found.complaints)
    assert len(sizes(found)) == 6


def test_without_scripts_the_numbers_are_there(opened: Opener) -> None:
    found = opened(text("learned"), scripts=False).page
    found.locator("#f1 + details summary").click()
    assert found.locator("#f1 + details table").is_visible()


def test_the_page_names_no_address_and_is_the_same_every_time() -> None:
    own = re.sub(r"<script>.*?</script>", "", text("learned"), flags=re.DOTALL)
    assert "://" not in own
    assert report(learned(), source="leads.csv") == text("learned")
