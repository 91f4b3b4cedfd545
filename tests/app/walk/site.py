"""A firm's own site on loopback, with a cookie banner, a newsletter form and a button that asks for a demo."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler

from tests.servers.web import Quiet, serving

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Rota prices</title>
<link rel="icon" href="data:,"><meta name="pyrometer:topic" content="pricing">{head}</head>
<body><h1>What Rota costs</h1>
<p id="banner">May we remember what you read? <button id="yes">Yes, you may</button></p>
<form id="newsletter" action="/thanks" data-pyrometer><label>Your email <input type="email" name="email"></label>
<button>Send me the letter</button></form>
<p><button id="demo">Show me a demo</button></p>
<script>
document.getElementById("yes").onclick = () => {{
  pyrometer("consent", true);
  document.getElementById("banner").textContent = "Thank you.";
}};
document.getElementById("demo").onclick = (event) => {{
  pyrometer("track", "demo_requested", {{}});
  event.target.textContent = "We will call you";
}};
</script></body></html>"""


class Site:
    """What the firm put into the head of its pages, and where they are."""

    def __init__(self) -> None:
        self.head = ""
        self.address = ""


@contextmanager
def site() -> Iterator[Site]:
    """Run it."""
    firm = Site()

    class Handler(Quiet, BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = PAGE.format(head=firm.head).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with serving(Handler) as port:
        firm.address = f"http://127.0.0.1:{port}"
        yield firm
