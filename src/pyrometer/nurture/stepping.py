"""The one decision: what is to be done next with somebody in a programme."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TypeVar

from pyrometer.nurture.exits import leaving
from pyrometer.nurture.facts import SERVICE, Facts, Place, Policy
from pyrometer.nurture.flow import Flow, Node
from pyrometer.nurture.intents import (
    Ask,
    Asking,
    Decision,
    Finish,
    Intent,
    Leave,
    LetGo,
    Notify,
    Offer,
    Pause,
    Recycle,
    Send,
    SetTrait,
    Skip,
    Wait,
)
from pyrometer.nurture.programme import Programme
from pyrometer.nurture.questions import Needs
from pyrometer.nurture.steps import (
    AskStep,
    LeaveStep,
    NotifyStep,
    OfferStep,
    Question,
    SendStep,
    SetStep,
    Waiting,
    WaitStep,
)
from pyrometer.nurture.truth import UnansweredError
from pyrometer.nurture.windows import earliest, later, midnight, next_day, next_time

STANDARD = Policy()
SETTLING = timedelta(minutes=1)
"""What a trait that was set is given to be read, before anything is decided by it."""

T = TypeVar("T")

_FINISH = Decision((Finish(),), None)


def needs(programme: Programme, place: Place) -> Needs:
    """What the facts have to hold to decide the next step; the same for everybody at the step."""
    return programme.flow.needs(place.step)


def next_step(programme: Programme, place: Place, facts: Facts, now: datetime, policy: Policy = STANDARD) -> Decision:
    """What is to be done now, up to the next wait or the end. Deciding too early changes nothing.

    Exits come first, and again after every mail. Where it doesn't end, the place that it leads to is due later than
    `now`: nothing goes round and round. Raises ValueError for a place of another version and for a policy without a
    window ahead, UnansweredError where the facts lack what `needs` names.

    >>> from datetime import UTC
    >>> from pyrometer.nurture import begin, load
    >>> mail = load('''format: 1
    ... programme: one-mail
    ... name: One mail
    ... purpose: email
    ... enter: {when: {temperature: cool}}
    ... steps: [{send: hello}, {wait: 1w}]
    ... ''')
    >>> monday = datetime(2026, 6, 1, 9, tzinfo=UTC)
    >>> facts = Facts(temperature="cool", consent={"email": True})
    >>> decision = next_step(mail, begin(mail, monday), facts, monday)
    >>> [type(intent).__name__ for intent in decision.intents], decision.due_at.isoformat()
    (['Send', 'Wait'], '2026-06-08T09:00:00+00:00')
    """
    if place.version != programme.version:
        raise ValueError("this place belongs to another version of the programme; step it by that one, or use `moved`")
    flow = programme.flow
    if place.step not in flow.nodes:
        raise ValueError(f"the programme has no step `{place.step}`")
    return _Run(flow, place, facts, now, policy).decide()


class _Run:
    """One decision in the making."""

    __slots__ = ("acts", "facts", "flow", "intents", "mails", "now", "place", "policy", "sent", "since")

    def __init__(self, flow: Flow, place: Place, facts: Facts, now: datetime, policy: Policy) -> None:
        self.flow, self.place, self.facts, self.now, self.policy = flow, place, facts, now, policy
        self.intents: list[Intent] = []
        self.acts = place.acts
        self.since = place.since
        self.sent = dict(place.sent)
        self.mails = facts.mails

    def decide(self) -> Decision:
        nodes, seen = self.flow.nodes, set()
        name: str | None = self.place.step
        left = self.leaving()
        while left is None:
            if name is None:
                self.intents.append(Finish())
                return Decision(tuple(self.intents), None) if len(self.intents) > 1 else _FINISH
            if name in seen:
                # Only what `check` refuses comes here: steps that lead to each other and never wait.
                return self.rest(name, next_day(self.now), "time")
            seen.add(name)
            acted = self.acts
            found = self.carry_out(nodes[name])
            if isinstance(found, Decision):
                return found
            name = found
            self.since = self.now
            if self.acts != acted:
                left = self.leaving()
        self.intents.append(left)
        return Decision(tuple(self.intents), None)

    def leaving(self) -> Leave | None:
        return leaving(self.flow, self.facts, self.sent, self.place.entered_at, self.now)

    def carry_out(self, node: Node) -> str | Decision | None:
        """The id of what follows, or the decision where it rests or ends here."""
        step = node.step
        if isinstance(step, WaitStep):
            return self.wait(node, step.wait)
        if isinstance(step, SendStep | AskStep):
            return self.mail(node, step)
        if node.kind == "branch":
            for truth, target in node.cases:
                if truth(self.facts, self.sent, self.now):
                    return target
            return node.other
        if isinstance(step, LeaveStep):
            return self.leave(step)
        if isinstance(step, OfferStep):
            self.offer(node, step)
        elif isinstance(step, NotifyStep):
            self.intents.append(Notify(node.id, step.notify.to, step.notify.say, self.act()))
        elif isinstance(step, SetStep):
            self.intents += [SetTrait(node.id, trait, value) for trait, value in step.set.items()]
            self.since = self.now
            return self.rest(node.next, self.now + SETTLING, "facts")
        return node.next

    def act(self) -> int:
        self.acts += 1
        return self.acts

    def rest(self, name: str | None, until: datetime, for_: Pause) -> Decision:
        """Wait at a step; where nothing follows, it is finished."""
        if name is None:
            self.intents.append(Finish())
            return Decision(tuple(self.intents), None)
        self.intents.append(Wait(name, until, for_))
        before = self.place
        sent = before.sent if len(self.sent) == 0 or self.acts == before.acts else tuple(self.sent.items())
        place = Place(before.version, name, self.since, before.entered_at, until, self.acts, sent)
        return Decision(tuple(self.intents), place)

    def mail(self, node: Node, step: SendStep | AskStep) -> str | Decision | None:
        asked = step.ask if isinstance(step, AskStep) else step.asking
        asking = None if asked is None else self.asking(node, asked)
        because = self.unsendable(node, nothing_to_ask=isinstance(step, AskStep) and asking is None)
        if because:
            self.intents.append(Skip(node.id, because))
            return node.next
        moment, for_ = self.mail_time()
        if moment > self.now:
            return self.rest(node.id, moment, for_)
        purpose = node.purpose or ""
        if isinstance(step, SendStep):
            self.intents.append(Send(node.id, step.send, purpose, asking, self.act()))
            self.sent[step.send] = self.now
        elif asking is not None:
            self.intents.append(Ask(node.id, asking, purpose, self.act()))
        self.mails = (*self.mails, self.now)
        return node.next

    def mail_time(self) -> tuple[datetime, Pause]:
        """When the next mail may go out, and what it would be waited for."""
        wanted = self.facts.mail_from
        if wanted is None or wanted <= self.now:
            return earliest(self.now, self.mails, self.policy, self.facts.zone)
        return earliest(wanted, self.mails, self.policy, self.facts.zone)[0], "wish"

    def unsendable(self, node: Node, *, nothing_to_ask: bool) -> str:
        """Why a mail isn't sent; empty where it may be."""
        if node.purpose is None:
            return "it says for what purpose nowhere"
        if node.purpose != SERVICE and self.facts.consent.get(node.purpose) is not True:
            return f"no consent for `{node.purpose}`"
        return "what it asks is known" if nothing_to_ask else ""

    def asking(self, node: Node, asked: Question) -> Asking | None:
        """What is asked; None where it is known already."""
        if asked.question is not None:
            return Asking(question=asked.question, trait=asked.trait)
        if asked.framework is not None:
            criterion = _known(self.facts.asks_next, asked.framework, "next question of the framework")
            return None if criterion is None else Asking(criterion)
        met = _known(self.facts.answers, node.met or "", "answer with the key")
        return None if met else Asking(asked.criterion)

    def offer(self, node: Node, step: OfferStep) -> None:
        offer = step.offer
        until = None if offer.for_ is None else later(self.now, offer.for_, self.facts.zone)
        self.intents.append(Offer(node.id, offer.content, offer.slot, offer.coupon, until, self.act()))

    def leave(self, step: LeaveStep) -> Decision:
        leave = step.leave
        if leave.then == "let_go":
            self.intents.append(LetGo(leave.because))
        elif leave.then == "recycle":
            today = self.now.astimezone(self.facts.zone).date()
            self.intents.append(Recycle(leave.because, today + timedelta(days=leave.after or 0)))
        else:
            self.intents.append(Leave(leave.because, "step"))
        return Decision(tuple(self.intents), None)

    def wait(self, node: Node, wait: Waiting) -> str | Decision | None:
        """Where to go on if what was waited for came or the limit did, else the rest."""
        until = self.comes(node, wait)
        if until is not None and until <= self.now:
            return node.next
        if not wait.open:
            return self.rest(node.id, until or self.now, "time")
        limit = None if wait.at_most is None else later(self.since, wait.at_most, self.facts.zone)
        if limit is not None and limit <= self.now:
            return node.other
        looks = [moment for moment in (until, limit, next_day(self.now)) if moment is not None]
        return self.rest(node.id, min(looks), "condition" if wait.date is None else "date")

    def comes(self, node: Node, wait: Waiting) -> datetime | None:
        """When what is waited for comes: now or before, if it is there; None where that isn't known."""
        if wait.for_ is not None:
            return later(self.since, wait.for_, self.facts.zone)
        if wait.date is not None:
            return self.day_of(wait)
        if node.until is not None:
            return self.now if node.until(self.facts, self.sent, self.now) else None
        return next_time(self.since, wait.day, wait.at, self.facts.zone)

    def day_of(self, wait: Waiting) -> datetime | None:
        """When the day that is waited for begins; None where it isn't known."""
        day = _known(self.facts.dates, wait.date or "", "date")
        if day is None:
            return None
        return midnight(day + timedelta(days=(wait.after or 0) - (wait.before or 0)), self.facts.zone)


def _known(held: Mapping[str, T], key: str, what: str) -> T:
    try:
        return held[key]
    except KeyError:
        raise UnansweredError(f"the facts hold no {what} {key}; see `needs`") from None
