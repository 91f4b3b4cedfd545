"""A small site on loopback with slots in its pages, and Pyrometer's scripts from another origin."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlsplit

from tests.servers.web import Quiet, serving

PAGE = """<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>Kettles</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
{scripts}</head><body><main><h1>Kettles</h1><p><a id="own" href="/own">our own link</a></p>
<div id="hero" data-pyrometer-slot="hero"><p>What everybody sees</p></div>
{more}</main></body></html>"""
TRACKER = '<script async src="{wire}/t.js" data-key="wk_slots"{consent}></script>'
CONTENT = '<script async src="{wire}/content.js" data-key="wk_slots"></script>'
FAR = '<div id="gap"></div><link rel="stylesheet" href="/site.css">'
POPUP = '<div data-pyrometer-slot="welcome" data-pyrometer-popup="{seconds}"></div>'


@contextmanager
def site(wire: str) -> Iterator[str]:
    """Run it; gives its address. `?order=late` loads the tracker last, `?consent=needed` asks first."""

    class Handler(Quiet, BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            asked = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
            if parts.path == "/site.css":
                self.answer(b"#gap { height: 4000px }", "text/css")
                return
            there = asked.get("wire", wire)
            consent = "" if asked.get("consent") == "needed" else ' data-consent="not-needed"'
            scripts = [TRACKER.format(wire=there, consent=consent), CONTENT.format(wire=there)]
            if "alone" in asked:
                del scripts[0]
            if "late" in asked:
                # In order, and the tracker last.
                scripts = [each.replace(" async", "") for each in reversed(scripts)]
            more = FAR if "far" in asked else ""
            text = PAGE.format(language=asked.get("language", "en"), scripts="".join(scripts), more=more)
            if "far" in asked:
                text = text.replace('<div id="hero"', f'{FAR}<div id="hero"').replace(f"{FAR}</main>", "</main>")
            if "popup" in asked:
                text = text.replace("</main>", POPUP.format(seconds=asked["popup"]) + "</main>")
            self.answer(text.encode(), "text/html; charset=utf-8", wire=there)

        def answer(self, body: bytes, kind: str, wire: str = "") -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            # As strict as a site can be that loads our scripts.
            policy = f"default-src 'none'; script-src {wire}; connect-src {wire}; style-src 'self'; img-src 'self'"
            self.send_header("Content-Security-Policy", policy if wire else "default-src 'none'")
            self.end_headers()
            self.wfile.write(body)

    with serving(Handler) as port:
        yield f"http://127.0.0.1:{port}"
