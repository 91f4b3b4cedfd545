"""What is found in a content before it is sent to anybody: where it is, why it is wrong, what to do."""

from __future__ import annotations

import pytest

from pyrometer.app.delivery.email.content.examining import CLIPPED, LARGEST_IMAGE, Ground, examine
from pyrometer.app.delivery.email.content.reading import read
from pyrometer.app.delivery.email.content.variables import Known, sample, variables

from .written import ORIGIN, content, text

KNOWN = Known({"employees": "120", "Lead Source": "web"}, ("demo",))
WORDS = "There is enough to read here, even where no picture is ever loaded or shown. "
"""Enough for a mail with a picture."""


def problems(body: str, subject: str = "Hello", ground: Ground | None = None, **fields: str) -> list[str]:
    """The problems as `level line:column what`, without the note on the foot."""
    found = examine(content(body, subject, **fields), ground or Ground(KNOWN, ("email", "profiling"), ORIGIN))
    return [f"{each.level} {each.line}:{each.column} {each.what}; {each.fix}" for each in found if each.level != "note"]


def test_a_good_content_has_no_problem() -> None:
    assert (
        problems("Hello {{ lead.name | default: 'you' }}, [look](https://acme.example/) at {{ links.forms.demo }}")
        == []
    )


def test_the_way_out_is_noted_where_it_stands_in_the_foot() -> None:
    (note,) = examine(content("Hello"))
    assert (note.level, note.line) == ("note", 6)
    assert examine(content("[Stop]({{ links.unsubscribe }})")) == ()
    assert examine(content("Hello", purpose="service")) == ()


# Lines count from the front matter; the body begins on the sixth.
@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("mail", "a lead of which it isn't known doesn't get the mail"),
        ("slot", "a visitor for whom there is none sees the slot's next choice"),
    ],
)
def test_what_follows_from_a_missing_coupon_is_told_by_kind(kind: str, why: str) -> None:
    subject = "subject: Hello\n" if kind == "mail" else ""
    text = f"---\nname: x\nkind: {kind}\npurpose: email\n{subject}---\nYour code: {{{{ coupon }}}}"
    (warning,) = [each for each in examine(read(text), Ground(KNOWN, ("email",), ORIGIN)) if each.level == "warning"]
    assert warning.what == "`coupon` may be missing"
    assert warning.why == why


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("{{ lead.nam }}", "error 6:4 unknown variable `lead.nam`; did you mean `lead.name`?"),
        ("x\n\n{{ name }}", "error 8:4 unknown variable `name`; did you mean `lead.name`?"),
        ("{{ lead.traits.employes }}", "did you mean `lead.traits.employees`?"),
        ("{{ lead.traits['Lead Sorce'] }}", "did you mean `lead.traits['Lead Source']`?"),
        ("{{ links.forms.dmo }}", "did you mean `links.forms.demo`?"),
        ("{{ now }}", "error 6:4 unknown variable `now`"),
        ("{{ lead.traits[question] }}", "a name in brackets is written out"),
        ("{% if lead.nam %}x{% endif %}", "error 6:7 unknown variable `lead.nam`"),
        ("{% for x in lead.interests %}x{% endfor %}", "unknown variable `lead.interests`"),
        ("{{ coupon | default: lead.nam }}", "error 6:22 unknown variable `lead.nam`"),
        ("{% for x in (1..2) %}{{ x }}{% endfor %}{{ x }}", "error 6:44 unknown variable `x`"),
        ("{{ lead }}", "error 6:4 `lead` is several things"),
        ("{{ question | upcas | default: 'x' }}", "error 6:15 unknown filter `upcas`; did you mean `upcase`?"),
        ("{{ question | escape }}", "unknown filter `escape`; leave it out"),
        ("{{ question | truncate: 1, 2, 3 }}", "error 6:15 `truncate` takes 0 to 2 values, and has 3"),
        ("{% fro x %}", "error 6:1 unknown tag `fro`; did you mean `for`?"),
        ("x {{ lead.name", "error 6:3 `{{ lead.name…` has no end; write `}}` after it"),
        ("{{ question }}", "warning 6:4 `question` may be missing"),
        ("{{ question | upcase }}", "warning 6:4 `question` may be missing"),
        (
            "{% assign q = question %}{% if q %}{{ q }}{% endif %}{{ lead.traits.x }}",
            "unknown variable `lead.traits.x`",
        ),
        ("a\n[x](http://acme.example/)", "error 7:5 the link `http://acme.example/` isn't https; write https://…"),
        ("[x](/docs)", "error 6:5 the link `/docs` has no host"),
        ("[x]({{ lead.name | default: 'y' }})", "error 6:5 the link begins with a value"),
        (f"{WORDS}\n\n![](https://acme.example/x.png)", "error 8:5 an image without alt text"),
        ("![A picture](https://acme.example/x.png) Hi", "error 6:1 nearly nothing but images"),
        ("{{ 1 | divided_by: 0 }}", "error 6:8 nothing can be divided by 0"),
        ("{% for i in (1..2000) %}x{% endfor %}", "error 6:4 a loop goes round 1,000 times at most"),
        ("{% if coupon == 'x' %}y{% endif %}", "error 6:1 there is no text in `en`"),
    ],
)
def test_what_is_wrong_in_a_body_is_told_with_its_place_and_what_to_do(body: str, said: str) -> None:
    found = problems(body)
    assert any(said in each for each in found), found


@pytest.mark.parametrize(
    "body",
    [
        "{{ question | default: 'x' }}",
        "{% if question %}{{ question }}{% endif %}",
        "{% if rep.name and rep.email %}{{ rep.name }} {{ rep.email }}{% endif %}",
        "{% unless question %}x{% else %}{{ question }}{% endunless %}",
        "{% assign q = question | default: 'x' %}{{ q }}",
        "{% for x in lead.traits.employees %}{{ x }} {{ forloop.index }}{% endfor %}",
        "{{ links.unsubscribe }} {{ links.forms.demo }} {{ lead.traits['Lead Source'] | default: 'x' }}",
        "{{ lead.traits.employees.size | default: 0 }}",
        "{% comment %}{{ lead.nam }}{% endcomment %}{% raw %}{{ lead.nam }}{% endraw %}x",
    ],
)
def test_what_is_provided_for_is_no_problem(body: str) -> None:
    assert problems(body) == []


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        ("{{ lead.nam }}", "error 4:13 unknown variable `lead.nam`"),
        ("{% if coupon == 'x' %}y{% endif %}", "error 4:10 the subject is empty"),
        ("x" * 71, "warning 4:10 the subject has 71 letters"),
        ("x" * 151, "error 4:10 the subject has 151 letters"),
        ("Hi {{ lead.name }}", "warning 4:16 `lead.name` may be missing"),
    ],
)
def test_what_is_wrong_in_a_subject(subject: str, said: str) -> None:
    # The quotes of YAML take a column, and its quotes are doubled.
    found = examine(
        read(f'---\nname: hello\npurpose: email\nsubject: "{subject}"\n---\nHello'), Ground(KNOWN, ("email",), ORIGIN)
    )
    told = [f"{each.level} {each.line}:{each.column} {each.what}" for each in found]
    assert any(each.startswith(said.replace(":10", ":11").replace(":13", ":14").replace(":16", ":17")) for each in told)


def test_a_line_break_in_a_subject_is_an_error() -> None:
    (found, *_) = examine(read("---\nname: x\npurpose: email\nsubject: |\n  Hello\n  there\n---\nHi"))
    assert (found.level, found.line, found.what) == ("error", 5, "the subject has a line break")


def test_a_preheader_is_looked_at_too() -> None:
    assert "unknown variable `lead.nam`" in problems("Hello", preheader="'{{ lead.nam }}'")[0]


def test_a_purpose_that_there_isnt_and_a_pitch_that_isnt_asked_for() -> None:
    assert "error 3:1 there is no purpose `emial`; did you mean `email`?" in problems("Hello", purpose="emial")
    assert "error 4:1 `service` with a sales pitch; lower it" in problems("Hello", purpose="service", pitch="sales")


def test_a_survey_asks_by_a_form() -> None:
    assert "a survey without a form" in problems("Hello", kind="survey")[0]
    assert problems("[Answer]({{ links.forms.demo }})", kind="survey") == []


def test_an_image_of_ours_is_too_large_and_others_arent_known() -> None:
    sizes = {f"{ORIGIN}/i/big.png": LARGEST_IMAGE + 1, f"{ORIGIN}/i/small.png": LARGEST_IMAGE}
    ground = Ground(KNOWN, origin=ORIGIN, size=sizes.get)
    body = WORDS + " ".join(f"![A chart]({url})" for url in (*sizes, "https://acme.example/x.png"))
    (found,) = problems(body, ground=ground)
    assert found.startswith(f"error 6:{len(WORDS) + 12} the image `big.png` has 0.5 MB; make it smaller")


def test_a_mail_that_is_cut_off_is_an_error() -> None:
    paragraph = "Much is written here, and more than anybody reads.\n\n"
    (found,) = problems(paragraph * (CLIPPED // len(paragraph) - 100))
    assert "KB; shorten it" in found
    assert problems(paragraph * 100) == []


def test_each_language_is_looked_at() -> None:
    whole = (
        text("Hello", "").replace("pitch: low", "subject: {en: Hi, de: Moin}") + "\n--- de ---\nHallo {{ lead.nam }}"
    )
    (found,) = [each for each in examine(read(whole)) if each.level == "error"]
    assert (found.line, found.what) == (8, "unknown variable `lead.nam`")


def test_where_nobody_knows_the_traits_any_may_be_named() -> None:
    found = problems("{{ lead.traits.anything | plus: 1 }} {{ lead.nam }}", ground=Ground())
    assert [each for each in found if "error" in each] == [
        "error 6:41 unknown variable `lead.nam`; did you mean `lead.name`?"
    ]


def test_the_help_has_every_variable_and_an_example_that_works() -> None:
    listed = variables(KNOWN)
    assert len({each.name for each in listed}) == len(listed)
    everything = "\n\n".join(f"{{{{ {each.name} | default: 'x' }}}}" for each in listed)
    assert problems(everything, ground=Ground(KNOWN)) == []
    for each in listed:
        here = sample(KNOWN)
        for part in each.path:
            here = here[part]
        assert here == each.example
        assert str(each.what)
