"""Programmes: what they do and how many are in them, drafts, publishing and pausing."""

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
from pyrometer.app.api.cursors import Cursor, Limit, Page, page
from pyrometer.app.api.doors import actor_of, door
from pyrometer.app.api.fields import Given, Moment, Text
from pyrometer.app.api.once import once
from pyrometer.app.api.problems import Problem
from pyrometer.app.nurture import reaching
from pyrometer.app.nurture.actions import programmes as actions
from pyrometer.app.nurture.examining import LONGEST, normal
from pyrometer.app.nurture.models import Programme
from pyrometer.app.nurture.views import tallies
from pyrometer.app.nurture.views.finding import state
from pyrometer.app.nurture.views.reviewing import name_of, review
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
    return _in_full(found_programme(key))


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
    actions.save_draft(text=draft.text, key=key if here else "", actor=actor_of(request), now=timezone.now(), seen=seen)
    return Status(200 if here else 201, _in_full(found_programme(key)))


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
    here, now = found_programme(key), timezone.now()
    found = reaching.latest(here, here.draft, now)
    live = here.live is not None and here.live.text == here.draft
    if not live and (found is None or found.ended_at is None):
        raise Problem(409, "whom it would reach isn't counted yet: ask for it at …/reach, then publish")
    version = conflicting(lambda: actions.publish(programme=here, actor=actor_of(request), now=now, sure=sure.sure))
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
    here, now = found_programme(key), timezone.now()
    examined = review(here.draft)
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
    actions.pause(programme=found_programme(key), actor=actor_of(request), now=timezone.now())
    return _shapes([found_programme(key)])[0]


@router.post(
    "/programmes/{key}/resume",
    response=ProgrammeShape,
    auth=door("admin", "nurture.publish"),
    operation_id="resume_programme",
)
@once
def resume_programme(request: HttpRequest, key: Key) -> ProgrammeShape:
    """Go on with what was paused."""
    actions.resume(programme=found_programme(key), actor=actor_of(request), now=timezone.now())
    return _shapes([found_programme(key)])[0]


def found_programme(key: str) -> Programme:
    """The programme of a key. Raises Problem (404) where there is none."""
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


def conflicting(act: Callable[[], Any]) -> Any:
    """What an action returns. Raises Problem (409) where it is refused: it can't be done as things stand."""
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
        for each in review(row.draft).problems
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
