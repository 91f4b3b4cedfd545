"""The script as it is served."""

from __future__ import annotations

import gzip

from django.test import Client

from pyrometer.app.capture.tracker.script import SOURCE, served

MOST = 3 * 1024


def test_it_takes_no_more_than_three_kilobytes() -> None:
    assert len(served().packed) <= MOST


def test_it_is_served_packed_and_plain_and_not_again() -> None:
    plain = Client().get("/t.js")
    assert plain.status_code == 200
    assert plain.headers["Content-Type"].startswith("text/javascript")
    assert b"//" not in plain.content.replace(b"://", b"")
    packed = Client().get("/t.js", headers={"accept-encoding": "br, gzip"})
    assert gzip.decompress(packed.content) == plain.content
    again = Client().get("/t.js", headers={"if-none-match": plain.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_any_site_may_load_it() -> None:
    headers = Client().get("/t.js").headers
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_its_source_is_for_reading() -> None:
    assert SOURCE.read_text("utf-8").startswith("// Pyrometer's tracker.")
