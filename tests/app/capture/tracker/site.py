"""A small site on loopback, and the wire beside it, which keeps what it is sent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from queue import Queue
from typing import Any
from urllib.parse import parse_qs, urlsplit

from pyrometer.app.capture.tracker.script import served
from tests.servers.web import Quiet, serving

BODY = """<title>{title}</title>{head}<script async src="{wire}/t.js" data-key="wk_site" {attributes}></script>
<h1>{title}</h1><div style="height:4000px">long</div>
<a id="next" href="/next">next</a>
<a id="file" href="/files/Price%20list.PDF?token=secret">prices</a>
<a id="out" href="http://other.localhost:9/there?email=ada@example.org">out</a>
<form id="plain" action="/thanks"><input name="email" value="ada@example.org"><button>go</button></form>
<form id="told" action="/thanks" data-pyrometer><input name="email" value="ada@example.org">
<input name="mail2" data-trait="work_email" value="ada@work.example">
<input type="password" name="password" value="hush">
<input name="card" autocomplete="cc-number" value="4111"><input type="hidden" name="csrf" value="t">
<input type="checkbox" name="off" value="yes">
<input type="checkbox" name="on" value="yes" checked><button>go</button></form>"""


class Wire:
    """What the tracker talks to: its script, and a list of what came."""

    def __init__(self) -> None:
        self.bodies: Queue[dict[str, Any]] = Queue()
        self.answers: list[int] = []
        self.keys: set[str] = set()
        self.address = ""

    def messages(self, count: int, *, seconds: float = 10) -> list[dict[str, Any]]:
        """The next messages, as soon as there are so many."""
        found: list[dict[str, Any]] = []
        while len(found) < count:
            found += self.bodies.get(timeout=seconds)["batch"]
        return found

    def nothing(self) -> bool:
        """Whether nothing came."""
        return self.bodies.empty()


@contextmanager
def site() -> Iterator[tuple[str, Wire]]:
    """Run both; gives the site's address and the wire."""
    wire = Wire()

    class Handler(Quiet, BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            asked = parse_qs(parts.query)
            if parts.path == "/t.js":
                self.answer(served().plain, "text/javascript")
            else:
                text = BODY.format(
                    title=parts.path.strip("/") or "home",
                    wire=wire.address,
                    attributes=" ".join(asked.get("attributes", [])),
                    head="".join(asked.get("head", [])),
                )
                self.answer(text.encode(), "text/html; charset=utf-8")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            code = wire.answers.pop(0) if wire.answers else 200
            parts = urlsplit(self.path)
            assert parts.path == "/beacon/v1/batch"
            wire.keys.add(parse_qs(parts.query)["writeKey"][0])
            if code == 200:
                wire.bodies.put(json.loads(body))
            self.answer(b'{"success": true}', "application/json", code)

        def answer(self, body: bytes, kind: str, code: int = 200) -> None:
            self.send_response(code)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Access-Control-Allow-Origin", "*")
            self.end_headers()
            self.wfile.write(body)

    with serving(Handler) as here, serving(Handler) as there:
        wire.address = f"http://127.0.0.1:{there}"
        yield f"http://127.0.0.1:{here}", wire
