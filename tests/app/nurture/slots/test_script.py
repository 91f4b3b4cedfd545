"""The script of slots as it is served."""

from __future__ import annotations

import gzip

from django.test import Client

from pyrometer.app.capture.tracker.script import served
from pyrometer.app.nurture.slots.public import SCRIPT

MOST = 3 * 1024


def test_it_takes_no_more_than_three_kilobytes() -> None:
    assert len(served(SCRIPT).packed) <= MOST


def test_it_is_served_packed_and_plain_and_not_again_to_any_site() -> None:
    plain = Client().get("/content.js")
    assert plain.status_code == 200
    assert plain.headers["Content-Type"].startswith("text/javascript")
    assert plain.headers["Access-Control-Allow-Origin"] == "*"
    packed = Client().get("/content.js", headers={"accept-encoding": "br, gzip"})
    assert gzip.decompress(packed.content) == plain.content
    again = Client().get("/content.js", headers={"if-none-match": plain.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_it_needs_no_eval_and_nothing_inline() -> None:
    source = SCRIPT.read_text("utf-8")
    for word in ("eval", "Function(", "document.write", ".style", 'setAttribute("style', "onclick"):
        assert word not in source
