"""What every client library is made to say in these tests, and what has to be known of the lead afterwards."""

from __future__ import annotations

from tests.app.capture.wire.conftest import Evidence


def told_it_all(evidence: Evidence, name: str, *, screen: bool = True) -> None:
    """Nothing is lost, doubled or refused, and all of it belongs to one lead."""
    assert evidence.letters == []
    assert evidence.waiting == 0
    assert evidence.names == sorted(
        ["page_viewed", "asset_downloaded", "demo_requested", *(["screen_viewed"] if screen else [])]
    )
    assert len(evidence.roots) == 1
    assert ["user", f"{name}-17"] in evidence.handles
    assert ["user", f"{name}-before"] in evidence.handles
    assert ["email", f"{name}@acme.example"] in evidence.handles
    assert "anonymous" in {kind for kind, _ in evidence.handles}
    page = evidence.properties("page_viewed")
    assert (page["topic"], page["name"], page["category"]) == ("prices", "Prices", "offer")
    asset = evidence.properties("asset_downloaded")
    assert (asset["kind"], asset["pages"], asset["price"], asset["nested_a"]) == ("case study", 12, 0.5, 1)
    assert evidence.at("demo_requested").startswith("2026-05-01T12:00:00.25")
    assert evidence.properties("demo_requested")["campaign_source"] == "news"
    assert evidence.traits["job_title"] == "Head of care"
    assert evidence.traits["channel"] == "email"
    assert evidence.traits["company"] == "Acme"
    assert evidence.traits["company_employees"] == 120
    assert [bot for *_, bot in evidence.events if bot] == []
