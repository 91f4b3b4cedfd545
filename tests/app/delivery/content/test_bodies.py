"""A body as HTML and as text: what Markdown and HTML become, and what is left out."""

from __future__ import annotations

import pytest

from pyrometer.app.delivery.email.content.contents import Content, Piece
from pyrometer.app.delivery.email.content.facts import Facts
from pyrometer.app.delivery.email.content.rendering import UnrenderableError, render_slot

from .written import FACTS, ORIGIN, content, mail


def slot(body: str, form: str = "markdown", facts: Facts = FACTS) -> tuple[str, str]:
    """HTML and text of a body, without the page around it."""
    return render_slot(content(body, "", kind="slot", format=form), facts, origin=ORIGIN)


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("# One\n\nTwo *three* **four** `five`", "One\n===\n\nTwo three four five\n"),
        ("## 価格\n\nx", "価格\n----\n\nx\n"),
        ("- a\n- b\n  - c\n  - d\n- e", "- a\n- b\n  - c\n  - d\n- e\n"),
        ("3. a\n4. b", "3. a\n4. b\n"),
        ("- a\n\n  more\n\n- b", "- a\n\n  more\n- b\n"),
        ("> a\n>\n> b", "> a\n>\n> b\n"),
        ("a  \nb", "a\nb\n"),
        ("a\n\n---\n\nb", "a\n\n--------------------\n\nb\n"),
        ("```\nx  y\n  z\n```", "x  y\n  z\n"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "a | b\n1 | 2\n"),
        ("[Acme](https://acme.example/x)", "Acme [1]\n\n[1] https://acme.example/x\n"),
        (
            "[a](https://a.example/) [b](https://b.example/) [c](https://a.example/)",
            "a [1] b [2] c [1]\n\n[1] https://a.example/\n[2] https://b.example/\n",
        ),
        ("<https://acme.example/x>", "https://acme.example/x\n"),
        ("[write](mailto:a@acme.example)", "write (a@acme.example)\n"),
        ("[a@acme.example](mailto:a@acme.example)", "a@acme.example\n"),
        ("![A chart](https://acme.example/c.png)", "[A chart]\n"),
        ("a &amp; b < c", "a & b < c\n"),
    ],
)
def test_the_text_part_is_written_as_people_write(markdown: str, text: str) -> None:
    assert slot(markdown)[1] == text


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("<h1>One</h1><p>Two<br>three</p>", "One\n===\n\nTwo\nthree\n"),
        ("<div>a<div>b</div>c</div>", "a\n\nb\n\nc\n"),
        ("<ul><li>a<li>b</ul>", "- a\n- b\n"),
        ("<table role='presentation'><tr><td><p>a</p><p>b</p></td><td>c</td></tr></table>", "a\n\nb\n\nc\n"),
        ("<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>", "a | b\n1 | 2\n"),
        ("<p>a  \n b</p>", "a b\n"),
        (
            '<a href="https://a.example/"><img src="https://a.example/x.png" alt="Go"></a>',
            "[Go] [1]\n\n[1] https://a.example/\n",
        ),
        ('x<img src="https://a.example/x.png" alt="">y', "xy\n"),
    ],
)
def test_html_becomes_text_as_well(written: str, text: str) -> None:
    assert slot(written, "html")[1] == text


@pytest.mark.parametrize(
    ("written", "html"),
    [
        ("<p>a</p><script>alert(1)</script>", "<p>a</p>"),
        ("<p onclick='x()'>a</p>", "<p>a</p>"),
        ("<style>p{}</style><p>a</p><!-- x -->", "<p>a</p>"),
        ("<p style='color:red;position:fixed;background:url(https://x.example/)'>a</p>", '<p style="color:red">a</p>'),
        ("<p><form action=x><input name=y></form>a</p>", "a"),
        ("<iframe src='https://x.example'></iframe>a", "a"),
        ("<svg><a href='https://x.example'>b</a></svg>a", "a"),
        ("<b>a", "<b>a</b>"),
        ("a</b></div>b", "ab"),
    ],
)
def test_of_html_only_what_mails_need_is_left(written: str, html: str) -> None:
    assert html in slot(written, "html")[0]
    for gone in ("script", "onclick", "position", "url(", "form", "iframe", "svg", "<style", "<!--"):
        assert gone not in slot(written, "html")[0]


def test_html_in_markdown_is_text() -> None:
    html, text = slot("<b>x</b> <script>y</script>")
    assert "&lt;b&gt;x&lt;/b&gt;" in html
    assert text == "<b>x</b> <script>y</script>\n"


def test_a_link_is_a_button_where_it_is_called_one() -> None:
    html = mail('[Book](https://acme.example/ "button")').html
    assert 'class="button"' in html
    assert 'title="button"' not in html


def test_a_value_can_be_a_part_of_an_address_and_is_encoded_there() -> None:
    facts = Facts(lead={"name": "A&b=c/../?d#e f\"'><"}, links={"unsubscribe": f"{ORIGIN}/u/"})
    html, _ = slot("[x](https://acme.example/a?n={{ lead.name }}&m=1)", facts=facts)
    assert 'href="https://acme.example/a?n=A%26b%3Dc%2F..%2F%3Fd%23e%20f%22%27%3E%3C&amp;m=1"' in html


@pytest.mark.parametrize(
    "target",
    [
        "{{ lead.name }}",
        "https://{{ lead.name }}/",
        "https://{{ lead.name }}",
        "https://x.example{{ lead.name }}/",
        "x{{ lead.name }}",
    ],
)
def test_a_value_of_a_lead_never_decides_where_a_link_leads(target: str) -> None:
    facts = Facts(lead={"name": "https://evil.example/"})
    for body in (f"[x]({target})", f"![x]({target})"):
        with pytest.raises(UnrenderableError, match="begins with a value"):
            slot(body, facts=facts)


def test_our_own_links_can_be_whole_targets_and_go_on() -> None:
    html, _ = slot("[x]({{ links.forms.demo }}) [y]({{ links.forms.demo }}&lang={{ lead.first_name }})")
    assert f'href="{ORIGIN}/f/demo?k=secret"' in html
    assert f'href="{ORIGIN}/f/demo?k=secret&amp;lang=Ada"' in html


@pytest.mark.parametrize(
    "body",
    [
        "[x](http://acme.example/)",
        "[x](/path)",
        "[x](//acme.example/)",
        "[x](ftp://acme.example/)",
        "[x](https://user@acme.example/)",
        "[x](#top)",
        "[](https://acme.example/)",
        "![](https://acme.example/x.png)",
        "![x](http://acme.example/x.png)",
        "![x](data:image/png;base64,AA)",
    ],
)
def test_a_mail_with_a_bad_link_or_image_is_not_made(body: str) -> None:
    with pytest.raises(UnrenderableError):
        slot(body)


def test_deep_html_is_laid_flat_and_much_of_it_refused() -> None:
    html, text = slot("<div>" * 500 + "x" + "</div>" * 500 + "<p>y</p>", "html")
    assert text == "x\n\ny\n"
    assert html.count("<div>") < 100
    with pytest.raises(UnrenderableError, match="tags"):
        render_slot(
            Content("x", kind="slot", format="html", bodies={"en": Piece("<div>" * 5001)}), FACTS, origin=ORIGIN
        )
