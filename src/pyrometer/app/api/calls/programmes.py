"""Programmes: what they do and who is in them, drafts, publishing and pausing, leads put in and taken out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Path, Router
from ninja.responses import Status
from pydantic import BaseModel, Field

from pyrometer.app.api.calls.definitions import ProblemShape
from pyrometer.app.api.calls.leads import root_of
from pyrometer.app.api.cursors import Cursor, Limit, Page, page
from pyrometer.app.api.doors import door
from pyrometer.app.api.fields import Given, Id, Moment, Text
from pyrometer.app.api.once import once
from pyrometer.app.api.problems import Problem
from pyrometer.app.nurture import reaching
from pyrometer.app.nurture.actions import programmes as actions
from pyrometer.app.nurture.examining import LONGEST, normal
from pyrometer.app.nurture.models import Enrolment, Programme
from pyrometer.app.nurture.views import tallies
from pyrometer.app.nurture.views.examining import examine, name_of
from pyrometer.app.nurture.views.finding import state
from pyrometer.definition.source import read_text
from pyrometer.errors import UsageError

router = Router(tags=["nurture"])

Key = Annotated[str, Path(min_length=1, max_length=60, pattern=r"^[a-z0-9]+([-_][a-z0-9]+)*$")]
"""What a programme is called by."""


class ProgrammeText(Given):
    """A programme as YAML. `seen` is the `drafted_at` of the draft that it replaces: another is left alone (409)."""

    text: Annotated[Text, Field(min_length=1, max_length=LONGEST)]
    seen: Moment | None = None


class Sure(Given):
    """The number of leads that it may reach, where it would reach more than half of all."""

    sure: Annotated[int, Field(ge=0, le=2**53)] | None = None


class LeadToEnrol(Given):
    """The lead that is put in."""

    lead: Annotated[int, Field(ge=1, le=2**63 - 1)]


class Because(Given):
    """Why it is taken out."""

    because: Annotated[Text, Field(min_length=1, max_length=200)]


class ProgrammeShape(BaseModel):
    """A programme with its numbers: now; of the last 30 days; mails of the last seven."""

    key: str
    name: str
    state: str
    version: int | None
    draft_differs: bool
    drafted_at: datetime
    drafted_by: str
    paused_at: datetime | None
    inside: int
    held_back: int
    entered: int
    finished: int
    left: int
    mails: int


class ReleaseShape(BaseModel):
    """A version as it was published, with how many are inside."""

    number: int
    published_at: datetime
    published_by: str
    inside: int


class StepShape(BaseModel):
    """How many stand at a step of a version; the control group stands nowhere."""

    version: int
    step: str
    inside: int


class EndShape(BaseModel):
    """Why leads left, and how many."""

    why: str
    leads: int


class ProgrammeInFull(ProgrammeShape):
    """A programme with its draft, what is wrong with that, its versions, and who stands where."""

    draft: str
    problems: list[ProblemShape]
    versions: list[ReleaseShape]
    steps: list[StepShape]
    ends: list[EndShape]


class ReachShape(BaseModel):
    """What was published, and how many it would have reached then."""

    key: str
    version: int
    would_enter: int
    held_back: int
    of_all: int


class EnrolmentShape(BaseModel):
    """Somebody in a programme; `because` is why it ended, in words."""

    id: int
    lead: int
    programme: str
    version: int
    step: str
    standing: str
    held_back: bool
    by: str
    entered_at: datetime
    due_at: datetime | None
    waits_for: str
    ended_at: datetime | None
    why: str
    because: str


@router.get(
    "/programmes", response=Page[ProgrammeShape], auth=door("read", "nurture.read"), operation_id="list_programmes"
)
def list_programmes(request: HttpRequest, cursor: Cursor = None, limit: Limit = 50) -> Page[ProgrammeShape]:
    """All programmes, in the order in which they were made."""
    return page(Programme.objects.select_related("live"), _shapes, cursor=cursor, limit=limit)


@router.get(
    "/programmes/{key}", response=ProgrammeInFull, auth=door("read", "nurture.read"), operation_id="read_programme"
)
def read_programme(request: HttpRequest, key: Key) -> ProgrammeInFull:
    """One programme, with its draft and who stands where."""
    return _in_full(_found(key))


@router.put(
    "/programmes/{key}/draft",
    response={200: ProgrammeInFull, 201: ProgrammeInFull},
    auth=door("admin", "nurture.edit"),
    operation_id="draft_programme",
)
@once
def draft_programme(request: HttpRequest, key: Key, draft: ProgrammeText) -> Status:
    """Keep a text as the draft, whatever its problems; `problems` says them. 409 where somebody changed it since."""
    here = Programme.objects.filter(key=key).first()
    if here is None and _calls_itself(draft.text) != key:
        raise Problem(422, f"the text has to call itself `programme: {key}`, as the address does")
    if here is not None and draft.seen is not None and _shown(draft.seen) != _shown(here.drafted_at):
        raise Problem(409, f"{here.drafted_by or 'somebody'} changed it at {here.drafted_at.isoformat()}")
    # What was told apart here counts once it is locked, too.
    seen = here.drafted_at if here is not None and draft.seen is not None else None
    actions.save_draft(text=draft.text, key=key if here else "", actor=_actor(request), now=timezone.now(), seen=seen)
    return Status(200 if here else 201, _in_full(_found(key)))


@router.post(
    "/programmes/{key}/publish",
    response=ReachShape,
    auth=door("admin", "nurture.publish"),
    operation_id="publish_programme",
)
@once
def publish_programme(request: HttpRequest, key: Key, sure: Sure) -> ReachShape:
    """Have people enter by the draft. 409 while it is counted whom it would reach, and where `sure` isn't that number.

    Workers count it once it is asked for (`count_reach`).
    """
    here, now = _found(key), timezone.now()
    found = reaching.latest(here, here.draft, now)
    live = here.live is not None and here.live.text == here.draft
    if not live and (found is None or found.ended_at is None):
        raise Problem(409, "whom it would reach isn't counted yet: ask for it at …/reach, then publish")
    version = _conflicting(lambda: actions.publish(programme=here, actor=_actor(request), now=now, sure=sure.sure))
    assert found is not None  # or it wouldn't have been published
    return ReachShape(
        key=key,
        version=version.number,
        would_enter=found.would_enter,
        held_back=found.held_back,
        of_all=found.of_all,
    )


class CountShape(BaseModel):
    """How far the count is of whom the draft would reach; `done` where all were looked at."""

    done: bool
    looked_at: int
    of_all: int
    would_enter: int
    held_back: int
    reasons: dict[str, int]
    error: str


@router.post(
    "/programmes/{key}/reach", response=CountShape, auth=door("admin", "nurture.publish"), operation_id="count_reach"
)
@once
def count_reach(request: HttpRequest, key: Key) -> CountShape:
    """Have it counted whom the draft would reach, and say how far that is; ask again until it is done."""
    here, now = _found(key), timezone.now()
    examined = examine(here.draft)
    if not examined.sound:
        raise Problem(409, f"the draft has {len(examined.errors)} errors; mend them first")
    row = reaching.ask(here, here.draft, now)
    return CountShape(
        done=row.ended_at is not None,
        looked_at=row.looked_at,
        of_all=row.of_all,
        would_enter=row.would_enter,
        held_back=row.held_back,
        reasons=row.reasons,
        error=row.error,
    )


@router.post(
    "/programmes/{key}/pause",
    response=ProgrammeShape,
    auth=door("admin", "nurture.publish"),
    operation_id="pause_programme",
)
@once
def pause_programme(request: HttpRequest, key: Key) -> ProgrammeShape:
    """Stop it: nobody enters, nothing is done, no mail of it leaves. Done twice it is the same."""
    actions.pause(programme=_found(key), actor=_actor(request), now=timezone.now())
    return _shapes([_found(key)])[0]


@router.post(
    "/programmes/{key}/resume",
    response=ProgrammeShape,
    auth=door("admin", "nurture.publish"),
    operation_id="resume_programme",
)
@once
def resume_programme(request: HttpRequest, key: Key) -> ProgrammeShape:
    """Go on with what was paused."""
    actions.resume(programme=_found(key), actor=_actor(request), now=timezone.now())
    return _shapes([_found(key)])[0]


@router.post(
    "/programmes/{key}/enrolments",
    response={201: EnrolmentShape},
    auth=door("write", "nurture.edit"),
    operation_id="enrol_lead",
)
@once
def enrol_lead(request: HttpRequest, key: Key, given: LeadToEnrol) -> Status:
    """Put a lead in, whatever the condition says; it isn't compared with anybody. 409 where it would leave at once."""
    here, lead = _found(key), root_of(given.lead)
    row = _conflicting(lambda: actions.enrol(programme=here, lead=lead.pk, actor=_actor(request), now=timezone.now()))
    return Status(201, _enrolments([row])[0])


@router.post(
    "/enrolments/{enrolment}/removal",
    response=EnrolmentShape,
    auth=door("write", "nurture.edit"),
    operation_id="remove_enrolment",
)
@once
def remove_enrolment(request: HttpRequest, enrolment: Id, given: Because) -> EnrolmentShape:
    """Take somebody out of a programme; mails that wait to leave don't. 409 where it is out already."""
    row = Enrolment.objects.filter(pk=enrolment).first()
    if row is None:
        raise Problem(404, f"there is no enrolment {enrolment}")
    if not given.because.strip():
        raise Problem(422, "say why", errors=[("body.because", "say why")])
    _conflicting(
        lambda: actions.remove(enrolment=row, because=given.because, actor=_actor(request), now=timezone.now())
    )
    row = Enrolment.objects.select_related("programme", "version", "lead").get(pk=enrolment)
    return _enrolments([row])[0]


@router.get(
    "/leads/{lead}/enrolments",
    response=Page[EnrolmentShape],
    auth=door("read", "nurture.read"),
    operation_id="list_enrolments",
)
def list_enrolments(request: HttpRequest, lead: Id, cursor: Cursor = None, limit: Limit = 50) -> Page[EnrolmentShape]:
    """The programmes that a lead is or was in, the newest first."""
    rows = Enrolment.objects.filter(lead__root=root_of(lead)).select_related("programme", "version", "lead")
    return page(rows, _enrolments, cursor=cursor, limit=limit, newest=True)


def _found(key: str) -> Programme:
    found = Programme.objects.filter(key=key).select_related("live").first()
    if found is None:
        raise Problem(404, f"there is no programme `{key}`")
    return found


def _calls_itself(text: str) -> object:
    tree = read_text(normal(text)).tree
    return tree.get("programme") if isinstance(tree, dict) else None


def _shown(moment: datetime) -> str:
    """A time as lists show it: callers send back what they were told."""
    return moment.isoformat(timespec="milliseconds")


def _actor(request: HttpRequest) -> Any:
    return request.auth.actor  # type: ignore[attr-defined]


def _conflicting(act: Callable[[], Any]) -> Any:
    """Do something that can't be done as things stand, where it is refused."""
    try:
        return act()
    except UsageError as error:
        raise Problem(409, str(error)) from None


def _shapes(rows: Sequence[Programme]) -> list[ProgrammeShape]:
    numbers = tallies.tallies(timezone.now())
    published = set(
        Programme.objects.filter(pk__in=[row.pk for row in rows], versions__isnull=False).values_list("pk", flat=True)
    )
    return [_shape(row, numbers.get(row.pk, tallies.Tally()), row.pk in published) for row in rows]


def _shape(row: Programme, tally: tallies.Tally, published: bool) -> ProgrammeShape:
    return ProgrammeShape(
        key=row.key,
        name=name_of(row.draft if row.live is None else row.live.text, "en") or row.key,
        state=state(row, published=published),
        version=None if row.live is None else row.live.number,
        draft_differs=row.live is not None and row.live.text != row.draft,
        drafted_at=row.drafted_at,
        drafted_by=row.drafted_by,
        paused_at=row.paused_at,
        **vars(tally),
    )


def _in_full(row: Programme) -> ProgrammeInFull:
    versions = tallies.published(row)
    numbers = {version.pk: version.number for version in versions}
    standing = tallies.standing(row, timezone.now())
    problems = [
        ProblemShape(level=each.level, line=each.line, what=each.what, why=each.why, fix=each.fix)
        for each in examine(row.draft).problems
    ]
    return ProgrammeInFull(
        **dict(_shapes([row])[0]),
        draft=row.draft,
        problems=problems,
        versions=[
            ReleaseShape(
                number=each.number,
                published_at=each.published_at,
                published_by=each.published_by,
                inside=each.n,
            )
            for each in versions
        ],
        steps=[
            StepShape(version=numbers[version], step=step, inside=here.inside)
            for version, steps in standing.steps.items()
            for step, here in sorted(steps.items())
            if version in numbers
        ],
        ends=[EndShape(why=said or str(why), leads=n) for why, said, n in tallies.ends(row).left],
    )


def _enrolments(rows: Sequence[Enrolment]) -> list[EnrolmentShape]:
    return [
        EnrolmentShape(
            id=row.pk,
            lead=row.lead.root_id or row.lead_id,
            programme=row.programme.key,
            version=row.version.number,
            step=row.step,
            standing=row.standing,
            held_back=row.held_back,
            by=row.by,
            entered_at=row.entered_at,
            due_at=row.due_at,
            waits_for=row.waits_for,
            ended_at=row.ended_at,
            why=row.why,
            because=row.because,
        )
        for row in rows
    ]
