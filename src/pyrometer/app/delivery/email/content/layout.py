"""The page that a body stands on: plain, for wide and narrow, light and dark, read and read out."""

from __future__ import annotations

from functools import cache
from html import escape

from css_inline import CSSInliner

CSS = """
body { margin: 0; padding: 0; background-color: #f4f4f2; color: #1c2024;
  font-family: system-ui, -apple-system, 'Segoe UI', Roboto, 'Hiragino Sans', 'Noto Sans JP', sans-serif;
  font-size: 16px; line-height: 1.55; }
.before { display: none; font-size: 1px; line-height: 1px; max-height: 0; max-width: 0; overflow: hidden; }
.page { padding: 24px 12px; background-color: #f4f4f2; }
.card { max-width: 560px; margin: 0 auto; padding: 28px; background-color: #ffffff; border: 1px solid #dedfdb;
  border-radius: 8px; }
.foot { max-width: 560px; margin: 16px auto 0; font-size: 13px; color: #555c63; text-align: center; }
.foot a { color: #555c63; }
h1 { margin: 0 0 16px; font-size: 24px; line-height: 1.25; }
h2 { margin: 24px 0 12px; font-size: 20px; line-height: 1.3; }
h3, h4, h5, h6 { margin: 20px 0 8px; font-size: 17px; line-height: 1.35; }
p, ul, ol, pre { margin: 0 0 16px; }
ul, ol { padding-left: 24px; }
li { margin: 0 0 6px; }
blockquote { margin: 0 0 16px; padding-left: 14px; border-left: 3px solid #c9cbc6; }
pre { white-space: pre-wrap; font-family: ui-monospace, Menlo, Consolas, monospace; font-size: 14px; }
hr { border: 0; border-top: 1px solid #dedfdb; margin: 24px 0; }
img { max-width: 100%; border: 0; }
table.data { border-collapse: collapse; margin: 0 0 16px; }
table.data th, table.data td { padding: 6px 10px; border: 1px solid #dedfdb; text-align: left; }
a { color: #1d4e89; }
a.button { display: inline-block; padding: 11px 20px; border-radius: 6px; background-color: #1d4e89; color: #ffffff;
  font-weight: 600; text-decoration: none; }
@media (max-width: 600px) {
  .page { padding: 0 !important; }
  .card { padding: 20px !important; border-width: 0 !important; border-radius: 0 !important; }
  .foot { padding: 0 20px 20px !important; }
}
@media (prefers-color-scheme: dark) {
  body, .page { background-color: #14181c !important; color: #e6e8ea !important; }
  .card { background-color: #1d2329 !important; border-color: #39424b !important; }
  .foot, .foot a { color: #aab2ba !important; }
  a { color: #9cc4f0 !important; }
  a.button { background-color: #9cc4f0 !important; color: #10151a !important; }
  blockquote { border-color: #55606b !important; }
  hr, table.data th, table.data td { border-color: #39424b !important; }
}
"""
"""Contrast is 4.5 to 1 at least, by day and by night. The rules that stand in no @media are written to the tags, since
some programs know no others."""

WORDS = {
    "en": {"unsubscribe": "Unsubscribe", "preferences": "Choose what you get"},
    "de": {"unsubscribe": "Abbestellen", "preferences": "Auswählen, was Sie bekommen"},
    "sv": {"unsubscribe": "Avsluta utskicken", "preferences": "Välj vad du får"},
    "ja": {"unsubscribe": "配信を停止する", "preferences": "受け取る内容を選ぶ"},
}
"""The words of the foot."""

FILLING = "&#847; &zwnj; &nbsp;" * 40
"""Keeps the beginning of the body out of the line below the subject."""


@cache
def _inliner() -> CSSInliner:
    return CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


def page(
    *, body: str, language: str, subject: str, preheader: str, foot: tuple[tuple[str, str], ...], pixel: str
) -> str:
    """The whole mail. `body` is HTML; `foot` are words with their addresses; `pixel` an address, or empty."""
    before = f'<div class="before">{escape(preheader)}{FILLING}</div>' if preheader else ""
    ends = " · ".join(f'<a href="{escape(url)}">{escape(word)}</a>' for word, url in foot)
    below = f'<div class="foot">{ends}</div>' if ends else ""
    seen = f'<img src="{escape(pixel)}" width="1" height="1" alt="">' if pixel else ""
    code = escape(language)
    whole = (
        f'<!doctype html><html lang="{code}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">'
        f"<title>{escape(subject)}</title><style>{CSS}</style></head><body>{before}"
        f'<div class="page" role="article" aria-roledescription="email" aria-label="{escape(subject)}" lang="{code}">'
        f'<div class="card">{body}</div>{below}</div>{seen}</body></html>'
    )
    return _inliner().inline(whole)
