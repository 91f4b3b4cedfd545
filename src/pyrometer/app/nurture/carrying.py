"""Carries decisions out, of many enrolments at once: what is written down, posted, and changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from pyrometer import nurture
from pyrometer.app.delivery import outbox
from pyrometer.app.delivery.outbox import Posting
from pyrometer.app.handoff.carrying import Occasion
from pyrometer.app.handoff.together import carry_out_together
from pyrometer.app.nurture import notices, noting
from pyrometer.app.nurture.models import Act, Asked, Enrolment, Offered, Programme
from pyrometer.app.people.audit import Actor
from pyrometer.app.temperature.models import Reading, Stage
from pyrometer.lifecycle import WITH_SALES, ChangeStage
from pyrometer.lifecycle import Recycle as Aside

COMPOSED = "nurture"
"""Who makes the mails of programmes when their turn comes."""
FINISHED, LEFT = nurture.Standing.FINISHED.value, nurture.Standing.LEFT.value
_KINDS = {nurture.Send: Act.Kind.SENT, nurture.Ask: Act.Kind.ASKED, nurture.Offer: Act.Kind.OFFERED}


@dataclass
class Work:
    """What some decisions want done, collected, so that it takes a few statements for all."""

    now: datetime
    forms: Mapping[str, str] = field(default_factory=dict)
    """The contents that ask by a form, and which."""
    acts: list[Act] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    offered: list[Offered] = field(default_factory=list)
    posted: list[Posting] = field(default_factory=list)
    told: list[tuple[Enrolment, int, nurture.Notify]] = field(default_factory=list)
    aside: list[tuple[int, str, str, date | None]] = field(default_factory=list)
    """Roots that are put aside, by which programme, why, and until when; None: let go."""

    def add(self, row: Enrolment, programme: Programme, root: int, email: str, decision: nurture.Decision) -> None:
        """Note what a decision about an enrolment wants; the enrolment gets its new place, and isn't saved."""
        for number, intent in enumerate(decision.intents):
            match intent:
                case nurture.Send() | nurture.Ask():
                    self._mail(row, programme, root, email, intent)
                case nurture.Offer():
                    self._offer(row, intent)
                case nurture.Notify():
                    self._act(row, Act.Kind.TOLD, intent.step, intent.to, {"say": dict(intent.say)}, intent.act)
                    self.told.append((row, root, intent))
                case nurture.SetTrait():
                    self._act(row, Act.Kind.SET, intent.step, intent.trait, {"value": intent.value})
                    self.posted.append(noting.posting(row, programme, intent, number, self.now))
                case nurture.Skip():
                    self._act(row, Act.Kind.SKIPPED, intent.step, intent.because)
                case nurture.Wait():
                    row.waits_for = intent.for_
                case _:
                    self._end(row, programme, root, intent)
        if decision.place is not None:
            stand(row, decision.place)

    def _act(
        self, row: Enrolment, kind: str, step: str, what: str, detail: Mapping[str, Any] | None = None, number: int = 0
    ) -> None:
        self.acts.append(
            Act(
                enrolment=row,
                lead_id=row.lead_id,
                kind=kind,
                number=number,
                step=step,
                what=what[:200],
                detail=detail or {},
                at=self.now,
            )
        )

    def _mail(
        self, row: Enrolment, programme: Programme, root: int, email: str, intent: nurture.Send | nurture.Ask
    ) -> None:
        content = intent.content if isinstance(intent, nurture.Send) else ""
        if intent.asking is not None:
            self.asked.append(_asked(row, intent, content, self.now))
        elif content in self.forms:
            form = self.forms[content]
            self.asked.append(
                Asked(lead_id=row.lead_id, enrolment=row, act=intent.act, content=content, form=form, at=self.now)
            )
        what = content or (intent.asking.criterion or "" if intent.asking is not None else "")
        self._act(row, _KINDS[type(intent)], intent.step, what, number=intent.act)
        about = {"programme": programme.key, "enrolment": row.pk, "act": intent.act, "step": intent.step[:200]}
        payload = {
            "to": email,
            "lead": root,
            "compose": COMPOSED,
            "content": content,
            "asks": intent.asking is not None,
            "about": {**about, "content": content} if content else about,
        }
        if intent.purpose != nurture.SERVICE:
            payload["marketing"] = {"purpose": intent.purpose}
        self.posted.append(
            Posting(channel="email", once=once(row.pk, intent.act), payload=payload, group=programme.group)
        )

    def _offer(self, row: Enrolment, intent: nurture.Offer) -> None:
        what = intent.content or intent.coupon or ""
        self._act(row, Act.Kind.OFFERED, intent.step, what, {"slot": intent.slot or ""}, intent.act)
        self.offered.append(
            Offered(
                lead_id=row.lead_id,
                enrolment=row,
                act=intent.act,
                content=intent.content or "",
                slot=intent.slot or "",
                coupon=intent.coupon or "",
                at=self.now,
                until=intent.until,
            )
        )

    def _end(self, row: Enrolment, programme: Programme, root: int, ending: nurture.Ending) -> None:
        match ending:
            case nurture.Finish():
                close(row, FINISHED, "finished", "came to its end", self.now)
            case nurture.Leave(because, why):
                close(row, LEFT, why, because, self.now)
            case nurture.Recycle(because, on):
                close(row, LEFT, "recycled", because, self.now)
                self.aside.append((root, programme.key, because, on))
            case nurture.LetGo(because):
                close(row, LEFT, "let_go", because, self.now)
                self.aside.append((root, programme.key, because, None))
        self._act(row, Act.Kind.ENDED, row.step, f"{row.why}: {row.because}")

    def carry_out(self, readings: Mapping[int, Reading]) -> None:
        """Do it all, in the caller's transaction, which has locked the enrolments and the readings of `aside`."""
        Act.objects.bulk_create(self.acts)
        Asked.objects.bulk_create(self.asked)
        Offered.objects.bulk_create(self.offered)
        outbox.post_many(self.posted, self.now)
        for row, root, intent in self.told:
            notices.tell(row, root, intent, self.now)
        self._put_aside(readings)

    def _put_aside(self, readings: Mapping[int, Reading]) -> None:
        decided = []
        for root, key, because, until in self.aside:
            reading = readings.get(root)
            if reading is None or reading.stage in (*WITH_SALES, Stage.CUSTOMER):
                continue
            intents: Sequence[Any] = (ChangeStage(Stage.LET_GO, because),)
            if until is not None:
                intents = (ChangeStage(Stage.RECYCLED, because), Aside(until, promised=False))
            decided.append((reading, intents, Occasion(Actor(f"programme {key}"), "programme")))
        carry_out_together(decided, self.now)


def once(enrolment: int, act: int) -> str:
    """The key of a mail in the outbox: the same act never goes out twice."""
    return f"nurture:{enrolment}:{act}"


def place_of(row: Enrolment, programme: nurture.Programme) -> nurture.Place:
    """Where somebody stands, as the core has it."""
    sent = tuple((name, datetime.fromisoformat(at)) for name, at in row.sent.items())
    due_at = row.due_at or row.since
    return nurture.Place(programme.version, row.step, row.since, row.entered_at, due_at, row.acts, sent)


def stand(row: Enrolment, place: nurture.Place) -> None:
    """Put somebody at a place. Not saved."""
    row.step, row.since, row.due_at, row.acts = place.step, place.since, place.due_at, place.acts
    row.sent = {name: at.isoformat() for name, at in place.sent}


def close(row: Enrolment, standing: str, why: str, because: str, now: datetime) -> None:
    """End an enrolment. Not saved."""
    row.ended_at, row.due_at, row.waits_for = now, None, ""
    row.standing, row.why, row.because = standing, why, because[:200]


def _asked(row: Enrolment, intent: nurture.Send | nurture.Ask, content: str, now: datetime) -> Asked:
    asking = intent.asking
    assert asking is not None
    return Asked(
        lead_id=row.lead_id,
        enrolment=row,
        act=intent.act,
        criterion=asking.criterion or "",
        question=dict(asking.question or {}),
        trait=asking.trait or "",
        content=content,
        at=now,
    )
