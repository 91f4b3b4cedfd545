"""What holds for all of the API: who may call, what errors look like, repeats, and how often."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver

from pyrometer.app.api.models import Answered
from pyrometer.app.api.once import prune
from pyrometer.app.delivery.models import Webhook
from pyrometer.app.evidence.models import Lead
from pyrometer.app.people import keys
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.models import AuditEntry, User
from pyrometer.app.temperature.models import Reading

from .conftest import NOW, Program, ada, program

pytestmark = pytest.mark.django_db


def problem(answer: HttpResponse, status: int) -> dict[str, Any]:
    """What a call that failed says."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    found = json.loads(answer.content)
    assert found["status"] == status
    assert found["type"] == "about:blank"
    assert found["title"]
    assert found["detail"]
    return found


def operations() -> list[tuple[str, str, str]]:
    """Method, address and scope of every operation."""
    from pyrometer.app.api.urls import api

    found = []
    for router in api._get_bound_routers():
        for path, view in router.path_operations.items():
            for operation in view.operations:
                address = f"{router.prefix}/{path}".replace("//", "/").strip("/")
                for name in ("lead", "number", "webhook", "delivery", "enrolment"):
                    address = address.replace("{" + name + "}", "1")
                (key, _) = operation.auth_callbacks
                found += [(method.lower(), address, key.scope) for method in operation.methods]
    assert len(found) > 20
    return found


def test_nobody_comes_in_without_a_key(crm: Program) -> None:
    for method, address, _ in operations():
        for headers in ({}, {"Authorization": "Bearer nonsense"}, {"Authorization": f"Basic {crm.token}"}):
            answer = Client().generic(method.upper(), f"/api/v1/{address}", headers=headers)
            problem(answer, 401)
            assert answer["WWW-Authenticate"].startswith("Bearer")


def test_each_scope_opens_its_doors_and_no_others(db: None) -> None:
    by_scope = {scope: program(scope) for scope in ("read", "write", "admin")}
    for method, address, needed in operations():
        for scope, caller in by_scope.items():
            answer = caller.call(method, address)
            if scope in (needed, "admin"):
                assert answer.status_code not in (401, 403), (method, address, scope)
            else:
                assert needed in problem(answer, 403)["detail"]


def test_a_write_key_and_a_revoked_key_open_nothing(crm: Program, dora: User) -> None:
    public = keys.create(actor=Actor.of(dora), kind="write", name="site", now=NOW)
    for token in (public.token, "", " ", "sk_", "sk_\x00", "é", crm.token + "x"):
        problem(Program(token, public.key).get("leads"), 401)
    keys.revoke(actor=Actor.of(dora), key=crm.key, now=NOW)
    problem(crm.get("leads"), 401)


def test_a_session_may_what_its_role_may(
    alice: User, bob: User, dora: User, charlie: User, client_of: Callable[[User], Client]
) -> None:
    assert client_of(alice).get("/api/v1/leads").status_code == 200
    problem(client_of(bob).get("/api/v1/webhooks"), 403)
    problem(client_of(alice).delete("/api/v1/leads/1"), 403)
    assert client_of(dora).get("/api/v1/webhooks").status_code == 200
    for method, address, _ in operations():
        problem(client_of(charlie).generic(method.upper(), f"/api/v1/{address}"), 401)


def test_who_may_export_no_lists_pages_through_none(
    crm: Program, alice: User, bob: User, carol: User, client_of: Callable[[User], Client]
) -> None:
    lead = crm.post("leads", ada()).json()["id"]
    lists = ("leads", "leads?q=ada", "readings", "transitions", "assignments", "verdicts", "outcomes")
    for address in lists:
        problem(client_of(bob).get(f"/api/v1/{address}"), 403)
        for other in (alice, carol):
            assert client_of(other).get(f"/api/v1/{address}").status_code == 200
        assert crm.get(address).status_code == 200
    assert client_of(bob).get(f"/api/v1/leads/{lead}").json()["email"] == "ada@acme.example"


def test_a_link_writes_nothing(crm: Program, bob: User) -> None:
    """A page elsewhere may have a browser fetch any address, with its session."""
    lead = crm.post("leads", ada()).json()["id"]
    client = Client(enforce_csrf_checks=True)
    client.force_login(bob, backend="django.contrib.auth.backends.ModelBackend")
    before = AuditEntry.objects.count()
    for answer, status in ((client.get, 405), (client.post, 403)):
        problem(answer(f"/api/v1/leads/{lead}/export", content_type="application/json"), status)
    assert AuditEntry.objects.count() == before


def test_a_session_writes_only_with_its_csrf_token(bob: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(bob, backend="django.contrib.auth.backends.ModelBackend")
    sent = {"data": json.dumps(ada()), "content_type": "application/json"}
    problem(client.post("/api/v1/leads", **sent), 403)
    assert not Lead.objects.exists()
    client.cookies["csrftoken"] = token = "a" * 32
    assert client.post("/api/v1/leads", **sent, headers={"X-CSRFToken": token}).status_code == 201


def test_a_wrong_key_is_not_passed_over_for_a_session(bob: User, client_of: Callable[[User], Client]) -> None:
    problem(client_of(bob).get("/api/v1/leads", headers={"Authorization": "Bearer wrong"}), 401)


@pytest.mark.parametrize("address", ["nothing", "leads/1/2/3", "leads/", "leads/999", "webhooks/999"])
def test_404(crm: Program, address: str) -> None:
    problem(crm.get(address), 404)


def test_405_says_what_can_be_done(crm: Program) -> None:
    answer = crm.call("put", "leads", {})
    problem(answer, 405)
    assert answer["Allow"] == "GET, POST"


def test_413(crm: Program, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    problem(crm.post("leads", ada(traits={"text": "x" * 200})), 413)


def test_415(crm: Program) -> None:
    answer = crm.client.post("/api/v1/leads", {"a": "b"}, headers={"Authorization": f"Bearer {crm.token}"})
    problem(answer, 415)


@pytest.mark.parametrize(
    "body",
    [
        "{",
        b"\xff",
        '{"a": NaN}',
        '{"a": Infinity}',
        '{"a": 1e999}',
        '{"a": 1, "a": 2}',
        "[" * 100_000,
    ],
)
def test_400_for_what_is_no_json(crm: Program, body: str | bytes) -> None:
    assert problem(crm.post("leads", body), 400)["detail"].startswith("the body ")


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ('{"a": "\\u0000"}', "NUL"),
        ('{"\\u0000": 1}', "NUL"),
        ('{"a": "\\ud800"}', "half of a character"),
        ('{"a": 99999999999999999999}', "64 bits"),
        ("[" * 30 + "]" * 30, "too deep"),
    ],
)
def test_422_for_what_no_database_can_keep(crm: Program, body: str, why: str) -> None:
    assert why in problem(crm.post("leads", body), 422)["detail"]


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ("", "body"),
        ([], "body"),
        ({}, "body.handles"),
        ({"handles": []}, "body.handles"),
        (ada(traits=[]), "body.traits"),
        (ada(unknown=1), "body.unknown"),
        (ada(channel=7), "body.channel"),
        (ada(occurred_at=7), "body.occurred_at"),
        (ada(occurred_at="yesterday"), "body.occurred_at"),
        (ada(occurred_at="9999-12-31T23:59:59-12:00"), "body.occurred_at"),
        ({"handles": [{"kind": "pigeon", "value": "x"}]}, "body.handles.0.kind"),
        ({"handles": [{"kind": "email", "value": "no address"}]}, "body"),
        (ada(traits={"x" * 121: 1}), "body.traits"),
    ],
)
def test_422_says_where(crm: Program, body: object, where: str) -> None:
    errors = problem(crm.post("leads", body), 422)["errors"]
    assert errors[0]["where"].startswith(where)
    assert not Lead.objects.exists()


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=201", "limit=x", "cursor=!", "cursor=AAAA", "temperature=cold", "handle=x", "q=%00", "stage=x"],
)
def test_422_for_a_query(crm: Program, query: str) -> None:
    errors = problem(crm.get(f"leads?{query}"), 422)["errors"]
    assert errors[0]["where"].startswith("query.")


def test_an_id_that_no_lead_can_have(crm: Program) -> None:
    problem(crm.get("leads/0"), 422)
    problem(crm.get("leads/abc"), 422)
    problem(crm.get(f"leads/{2**63}"), 422)


def test_500_and_503_are_problems_too(crm: Program, caplog: pytest.LogCaptureFixture) -> None:
    lead = crm.post("leads", ada()).json()["id"]
    # As no reading can be: the error that follows quotes it.
    Reading.objects.create(
        lead_id=lead,
        temperature="cool",
        scores="secret words",
        stage_since=NOW,
        as_of=NOW,
        last_seen_at=NOW,
        fingerprint="f",
    )
    assert "secret" not in problem(crm.get(f"leads/{lead}/reading"), 500)["detail"]
    assert "secret words" in caplog.text

    def gone(execute: Any, sql: str, *rest: Any) -> Any:
        if "evidence_lead" in sql:
            raise OperationalError("database is locked")
        return execute(sql, *rest)

    with connection.execute_wrapper(gone):
        answer = crm.get(f"leads/{lead}")
    problem(answer, 503)
    assert answer["Retry-After"] == "5"


def test_a_repeat_with_its_key_does_nothing_again(crm: Program) -> None:
    first = crm.post("leads", ada(traits={"a": 1}), Idempotency_Key="one")
    crm.post("leads", ada(traits={"a": 2}))
    again = crm.post("leads", ada(traits={"a": 1}), Idempotency_Key="one")
    assert (again.status_code, again.content) == (first.status_code, first.content) == (201, first.content)
    assert again["Idempotent-Replayed"] == "true"
    assert crm.get(f"leads/{first.json()['id']}").json()["traits"]["a"]["value"] == 2


def test_a_key_with_another_body_or_address_is_refused(crm: Program) -> None:
    crm.post("leads", ada(), Idempotency_Key="one")
    problem(crm.post("leads", ada(traits={"a": 1}), Idempotency_Key="one"), 422)
    problem(crm.post("webhooks", {"url": "https://a.example/"}, Idempotency_Key="one"), 422)


def test_callers_do_not_share_keys(crm: Program) -> None:
    crm.post("leads", ada(traits={"a": 1}), Idempotency_Key="one")
    assert program("write").post("leads", ada(traits={"a": 2}), Idempotency_Key="one").status_code == 200


def test_what_failed_can_be_tried_again_with_its_key(crm: Program) -> None:
    bad = {"handles": [{"kind": "email", "value": "no address"}]}
    problem(crm.post("leads", bad, Idempotency_Key="one"), 422)
    assert not Answered.objects.exists()
    assert crm.post("leads", ada(), Idempotency_Key="one").status_code == 201


@pytest.mark.parametrize("key", ["", "a b", "é", "x" * 121])
def test_a_key_that_is_none(crm: Program, key: str) -> None:
    problem(crm.post("leads", ada(), Idempotency_Key=key), 422)


def test_a_repeat_needs_a_key_that_stands(crm: Program, dora: User) -> None:
    crm.post("leads", ada(), Idempotency_Key="one")
    keys.revoke(actor=Actor.of(dora), key=crm.key, now=NOW)
    problem(crm.post("leads", ada(), Idempotency_Key="one"), 401)


def test_a_secret_in_an_answer_is_kept_sealed(crm: Program, settings: Any) -> None:
    settings.WEBHOOK_NETWORKS = ["127.0.0.0/8"]
    made = crm.post("webhooks", {"url": "http://127.0.0.1/"}, Idempotency_Key="one")
    renewed = crm.post(f"webhooks/{made.json()['id']}/secret", Idempotency_Key="two")
    for answer in (made, renewed):
        secret = answer.json()["secret"]
        assert secret.startswith("whsec_")
        assert secret not in str(Answered.objects.values())
    # Whoever lost the answer on the way gets it again; nobody is told another one.
    assert crm.post("webhooks", {"url": "http://127.0.0.1/"}, Idempotency_Key="one").content == made.content
    settings.SECRET_KEY = "another"
    again = crm.post("webhooks", {"url": "http://127.0.0.1/"}, Idempotency_Key="one")
    assert "renew" in problem(again, 409)["detail"]
    assert Webhook.objects.count() == 1


def test_old_keys_are_forgotten(crm: Program) -> None:
    crm.post("leads", ada(), Idempotency_Key="one")
    assert prune(NOW) == 0
    Answered.objects.update(at=NOW.replace(year=2025))
    assert prune(NOW) == 1


def test_too_many_calls_wait(crm: Program, settings: Any) -> None:
    settings.API_RATE = 3
    other = program("read")
    assert [crm.get("leads").status_code for _ in range(3)] == [200] * 3
    answer = crm.get("leads")
    problem(answer, 429)
    assert 1 <= int(answer["Retry-After"]) <= 20
    assert other.get("leads").status_code == 200


def test_every_view_of_the_api_is_guarded(db: None) -> None:
    (own,) = [each for each in get_resolver().url_patterns if str(each.pattern) == "api/v1/"]
    assert all(pattern.callback.anybody and pattern.callback.csrf_exempt for pattern in own.url_patterns)


def test_the_document_stands_open_and_describes_errors(client: Client) -> None:
    document = client.get("/api/v1/openapi.json").json()
    assert document["openapi"].startswith("3.")
    for operations in document["paths"].values():
        for operation in operations.values():
            assert "application/problem+json" in operation["responses"]["422"]["content"]
            assert operation["security"]
            assert operation["description"]
