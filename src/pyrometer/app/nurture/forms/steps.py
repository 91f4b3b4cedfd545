"""The forms of steps: one for each kind, between what stands in the text and what people fill in.

What a form doesn't show of a step (an id, a label in another language) stays as it was written.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pyrometer.app.nurture.forms.questions import add_asking, add_texts, asking_of, read_asking, read_texts, texts_of
from pyrometer.app.nurture.forms.step import StepForm, choice_field, make_first, text_field
from pyrometer.app.nurture.forms.values import add_duration, as_mapping, as_text, days_away, read_span, spelled_span
from pyrometer.app.nurture.rewriting import parsed, spelled
from pyrometer.errors import UsageError

KINDS = {
    "send": gettext_lazy("Send a content"),
    "wait": gettext_lazy("Wait"),
    "ask": gettext_lazy("Ask one question"),
    "offer": gettext_lazy("Offer something"),
    "notify": gettext_lazy("Tell somebody"),
    "set": gettext_lazy("Note a trait"),
    "leave": gettext_lazy("End it here"),
    "go": gettext_lazy("Go on at another step"),
    "branch": gettext_lazy("Branch"),
}
WEEK = [
    ("mon", gettext_lazy("Monday")),
    ("tue", gettext_lazy("Tuesday")),
    ("wed", gettext_lazy("Wednesday")),
    ("thu", gettext_lazy("Thursday")),
    ("fri", gettext_lazy("Friday")),
    ("sat", gettext_lazy("Saturday")),
    ("sun", gettext_lazy("Sunday")),
]
BRANCH = "branch:\n  - when: {temperature: warm}\n    then:\n      - wait: 1d\nelse:\n  - wait: 1w\n"


class SendForm(StepForm):
    """A content, and a question in it."""

    kind = "send"

    def shape(self) -> None:
        """See the base."""
        without = make_first(_("There is no content to send yet."), "nurture:new-content")
        self.fields["send"] = choice_field(
            gettext_lazy("Content"), self.known.mails, self.initial.get("send"), without=without
        )
        add_asking(self, required=False)

    def read(self, step: Mapping[str, Any]) -> dict[str, Any]:
        """See the base."""
        return {"send": as_text(step.get("send")), **read_asking(step.get("asking"))}

    def write(self, step: dict[str, Any], given: Mapping[str, Any]) -> None:
        """See the base."""
        step["send"] = given["send"]
        asking = asking_of(given, step.get("asking"))
        if asking is None:
            step.pop("asking", None)
        else:
            step["asking"] = asking


class AskForm(StepForm):
    """A survey of one question."""

    kind = "ask"

    def shape(self) -> None:
        """See the base."""
        add_asking(self, required=True)

    def read(self, step: Mapping[str, Any]) -> dict[str, Any]:
        """See the base."""
        return read_asking(step.get("ask"))

    def write(self, step: dict[str, Any], given: Mapping[str, Any]) -> None:
        """See the base."""
        asked = asking_of(given, step.get("ask"))
        if asked is None:
            raise UsageError(_("Say what is asked."))
        step["ask"] = asked


class OfferForm(StepForm):
    """A content in a slot, or a coupon."""

    kind = "offer"

    def shape(self) -> None:
        """See the base."""
        known = self.known
        for name, label, names, without in (
            ("content", _("Content"), known.slots,
             make_first(_("There is no content for slots yet."), "nurture:new-content", "?kind=slot")),
            ("slot", _("Slot of the site"), known.places,
             make_first(_("There is no slot yet."), "nurture:new-slot")),
            ("coupon", _("or a coupon of the list"), known.coupons,
             make_first(_("There is no list of coupons yet."), "nurture:new-coupons")),
        ):  # fmt: skip
            now = self.initial.get(name)
            self.fields[name] = choice_field(label, names, now, required=False, empty="—", without=without)
        add_duration(self, "for", gettext_lazy("For so long"), required=False)

    def read(self, step: Mapping[str, Any]) -> dict[str, Any]:
        """See the base."""
        offer = as_mapping(step.get("offer"))
        names = {name: as_text(offer.get(name)) for name in ("content", "slot", "coupon")}
        return {**names, **read_span(offer.get("for"), "for")}

    def write(self, step: dict[str, Any], given: Mapping[str, Any]) -> None:
        """See the base."""
        offer = {name: given[name] for name in ("content", "slot", "coupon") if given[name]}
        if not offer:
            raise UsageError(_("Say what is offered: a content in a slot, or a coupon."))
        step["offer"] = offer | spelled_span(given, "for")


class WaitForm(StepForm):
    """For a duration, a day of the week, a date of the lead, or something to happen."""

    kind = "wait"
    WAYS = (
        ("for", gettext_lazy("for so long")),
        ("day", gettext_lazy("until a day of the week or a time of day")),
        ("date", gettext_lazy("until a date of the lead")),
        ("until", gettext_lazy("until something holds")),
    )

    def shape(self) -> None:
        """See the base."""
        self.fields["way"] = forms.ChoiceField(
            label=gettext_lazy("How"), choices=self.WAYS, widget=forms.RadioSelect, initial="for"
        )
        add_duration(self, "for", gettext_lazy("For so long"), required=False)
        self.fields["day"] = forms.MultipleChoiceField(
            label=gettext_lazy("Days"), choices=WEEK, widget=forms.CheckboxSelectMultiple, required=False
        )
        self.fields["at"] = text_field(
            gettext_lazy("At"), required=False, most=5, help_text=gettext_lazy("Such as 09:30, on the lead's clock.")
        )
        dates = [*self.known.traits, "recycle_on"]
        self.fields["date"] = choice_field(
            gettext_lazy("Date"), dates, self.initial.get("date"), required=False, empty="—"
        )
        self.fields["days"] = forms.IntegerField(
            label=gettext_lazy("Days away from it"),
            required=False,
            min_value=-3650,
            max_value=3650,
            help_text=gettext_lazy("−3 is three days before it, 3 three days after."),
        )
        self.fields["until"] = text_field(
            gettext_lazy("Condition"),
            required=False,
            rows=3,
            most=5000,
            help_text=gettext_lazy("As in the text: event: email_clicked, within: 7d"),
        )
        add_duration(self, "at_most", gettext_lazy("At most"), required=False)

    def read(self, step: Mapping[str, Any]) -> dict[str, Any]:
        """See the base."""
        wait = step.get("wait")
        wait = {"for": wait} if isinstance(wait, str) else as_mapping(wait)
        way = next((name for name, _label in self.WAYS if name in wait), "day" if "at" in wait else "for")
        day = wait.get("day")
        found = {
            "way": way,
            "day": [day] if isinstance(day, str) else list(day or ()),
            "at": as_text(wait.get("at")),
            "date": as_text(wait.get("date")),
            "days": days_away(wait),
            "until": spelled(wait["until"]).strip() if "until" in wait else "",
        }
        return {**found, **read_span(wait.get("for"), "for"), **read_span(wait.get("at_most"), "at_most")}

    def write(self, step: dict[str, Any], given: Mapping[str, Any]) -> None:
        """See the base."""
        way = given["way"]
        wait: Any = {}
        if way == "for":
            span = spelled_span(given, "for")
            if not span:
                raise UsageError(_("Say how long it waits."))
            wait = span["for"]
        elif way == "day":
            wait = ({"day": list(given["day"])} if given["day"] else {}) | ({"at": given["at"]} if given["at"] else {})
        elif way == "date":
            wait = {"date": given["date"]} if given["date"] else {}
            days = given["days"] or 0
            if days:
                wait["before" if days < 0 else "after"] = f"{abs(days)}d"
            wait |= spelled_span(given, "at_most")
        else:
            condition = parsed(given["until"]) if given["until"].strip() else None
            wait = ({"until": condition} if condition is not None else {}) | spelled_span(given, "at_most")
        if not wait:
            raise UsageError(_("Say what it waits for."))
        if way in ("for", "day") and (step.get("then") or step.get("else")):
            raise UsageError(_("This wait has two ways out; take out their steps first, or change it as text."))
        step["wait"] = wait


class NotifyForm(StepForm):
    """Who is told, and what."""

    kind = "notify"

    def shape(self) -> None:
        """See the base."""
        self.fields["to"] = choice_field(gettext_lazy("Who"), ["rep", *self.known.teams], self.initial.get("to"))
        add_texts(self, "say", gettext_lazy("What"), required=True)

    def read(self, step: Mapping[str, Any]) -> dict[str, Any]:
        """See the base."""
        notice = as_mapping(step.get("notify"))
        return {"to": as_text(notice.get("to")), **read_texts(notice.get("say"), "say")}

    def write(self, step: dict[str, Any], given: Mapping[str, Any]) -> None:
        """See the base."""
        before = as_mapping(step.get("notify")).get("say")
        step["notify"] = {"to": given["to"], "say": texts_of(given, "say", before)}


class SetForm(StepForm):
    """A trait and its value."""

    kind = "set"

    def shape(self) -> None:
        """See the base."""
        self.fields["trait"] = choice_field(gettext_lazy("Trait"), self.known.traits, self.initial.get("trait"))
        self.fields["value"] = text_field(gettext_lazy("Value"), most=200)

    def read(self, step: Mapping[str, Any]) -> dict[str, Any]:
        """See the base."""
        trait, value = next(iter(as_mapping(step.get("set")).items()), ("", ""))
        return {"trait": trait, "value": as_text(value)}

    def write(self, step: dict[str, Any], given: Mapping[str, Any]) -> None:
        """See the base."""
        others = list(as_mapping(step.get("set")).items())[1:]
        step["set"] = {given["trait"]: given["value"], **dict(others)}


class LeaveForm(StepForm):
    """Why it ends, and what then."""

    kind = "leave"

    def shape(self) -> None:
        """See the base."""
        self.fields["because"] = text_field(gettext_lazy("Because"), most=120)
        self.fields["then"] = forms.ChoiceField(
            label=gettext_lazy("And then"),
            required=False,
            choices=[
                ("", gettext_lazy("nothing more")),
                ("recycle", gettext_lazy("it is looked at again after some days")),
                ("let_go", gettext_lazy("nobody writes to it any more")),
            ],
        )
        self.fields["after"] = forms.IntegerField(
            label=gettext_lazy("Days until it is looked at again"), required=False, min_value=1, max_value=3650
        )

    def read(self, step: Mapping[str, Any]) -> dict[str, Any]:
        """See the base."""
        leave = step.get("leave")
        leave = {"because": leave} if isinstance(leave, str) else as_mapping(leave)
        after = as_text(leave.get("after"))
        days = after.removesuffix("d").strip()
        return {
            "because": as_text(leave.get("because")),
            "then": as_text(leave.get("then")),
            "after": int(days) if days.isdecimal() and len(days) < 6 else None,
        }

    def write(self, step: dict[str, Any], given: Mapping[str, Any]) -> None:
        """See the base."""
        then, after = given["then"], given["after"]
        if then == "recycle" and after is None:
            raise UsageError(_("Say after how many days it is looked at again."))
        if not then:
            step["leave"] = given["because"]
        else:
            days = {"after": f"{after}d"} if then == "recycle" else {}
            step["leave"] = {"because": given["because"], "then": then} | days


class GoForm(StepForm):
    """Where it goes on."""

    kind = "go"

    def shape(self) -> None:
        """See the base."""
        self.fields["go"] = choice_field(gettext_lazy("Step"), self.known.ids, self.initial.get("go"))

    def read(self, step: Mapping[str, Any]) -> dict[str, Any]:
        """See the base."""
        return {"go": as_text(step.get("go"))}

    def write(self, step: dict[str, Any], given: Mapping[str, Any]) -> None:
        """See the base."""
        step["go"] = given["go"]


class WrittenForm(StepForm):
    """The step as text: for branches, and for all that the other forms don't ask for."""

    kind = "branch"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["id"]

    def shape(self) -> None:
        """See the base."""
        self.fields["text"] = forms.CharField(
            label=gettext_lazy("The step as text"),
            max_length=20_000,
            strip=False,
            widget=forms.Textarea(attrs={"class": "code small-code", "rows": 12, "spellcheck": "false", "wrap": "off"}),
            help_text=gettext_lazy("With all that stands inside it. Comments inside it go when it is kept."),
        )

    def read(self, step: Mapping[str, Any]) -> dict[str, Any]:
        """See the base."""
        return {"text": spelled(dict(step)) if step else BRANCH}

    def written(self) -> dict[str, Any]:
        """See the base."""
        found = parsed(self.cleaned_data["text"])
        if not isinstance(found, dict):
            raise UsageError(_("A step begins with what it does, such as `send: hello`."))
        return found


FORMS: dict[str, type[StepForm]] = {
    form.kind: form
    for form in (
        SendForm, WaitForm, AskForm, OfferForm, NotifyForm, SetForm, LeaveForm, GoForm, WrittenForm,
    )
}  # fmt: skip
