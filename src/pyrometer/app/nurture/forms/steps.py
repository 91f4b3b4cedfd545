"""The forms of steps: one for each kind, between what stands in the text and what people fill in.

What a form doesn't show of a step (an id, a label in another language) stays as it was written.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pyrometer.app.nurture.rewriting import parsed, spelled
from pyrometer.app.people.forms import Form
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
UNITS = [("h", gettext_lazy("hours")), ("d", gettext_lazy("days")), ("w", gettext_lazy("weeks"))]
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


@dataclass(frozen=True)
class Known:
    """What can be chosen: contents by kind, criteria, frameworks, traits, teams, ids, and the programme's languages."""

    mails: Sequence[str] = ()
    slots: Sequence[str] = ()
    criteria: Sequence[str] = ()
    frameworks: Sequence[str] = ()
    traits: Sequence[str] = ()
    teams: Sequence[str] = ()
    ids: Sequence[str] = ()
    languages: Sequence[str] = ("en",)


def _choice(label: Any, names: Sequence[str], now: object, *, required: bool = True, empty: Any = None) -> forms.Field:
    """One of some names; what stands in the text already is kept, whether or not there is such a thing."""
    choices: list[tuple[str, Any]] = [("", empty if empty is not None else gettext_lazy("Choose …"))]
    choices += [(name, name) for name in dict.fromkeys([*names, *([now] if isinstance(now, str) and now else [])])]
    return forms.ChoiceField(label=label, choices=choices, required=required)


def _text(label: Any, *, required: bool = True, help_text: Any = "", rows: int = 0, most: int = 500) -> forms.CharField:
    widget = forms.Textarea(attrs={"class": "short", "rows": rows}) if rows else None
    return forms.CharField(label=label, required=required, help_text=help_text, widget=widget, max_length=most)


class StepForm(Form):
    """What all kinds have: an id."""

    kind = ""

    def __init__(self, *args: Any, step: Mapping[str, Any], known: Known, **kwargs: Any) -> None:
        self.step, self.known = step, known
        kwargs.setdefault("initial", self.read(step))
        super().__init__(*args, **kwargs)
        self.shape()
        self.fields["id"] = _text(
            gettext_lazy("Id"),
            required=False,
            most=120,
            help_text=gettext_lazy("By it people who stand here are found again when the programme changes."),
        )
        self.initial.setdefault("id", _said(step.get("id")))

    def shape(self) -> None:
        """Add the fields of the kind."""

    def read(self, step: Mapping[str, Any]) -> dict[str, Any]:
        """What the fields show of a step."""
        return {}

    def written(self) -> dict[str, Any]:
        """The step as the form says it. Raises UsageError."""
        found = copy.deepcopy(dict(self.step))
        given = self.cleaned_data
        if given.get("id"):
            found = {"id": given["id"], **{name: value for name, value in found.items() if name != "id"}}
        else:
            found.pop("id", None)
        self.write(found, given)
        return found

    def write(self, step: dict[str, Any], given: Mapping[str, Any]) -> None:
        """Put what was filled in into a step. Raises UsageError."""


class SendForm(StepForm):
    """A content, and a question in it."""

    kind = "send"

    def shape(self) -> None:
        """See the base."""
        self.fields["send"] = _choice(gettext_lazy("Content"), self.known.mails, self.initial.get("send"))
        _ask_about(self, required=False)

    def read(self, step: Mapping[str, Any]) -> dict[str, Any]:
        """See the base."""
        return {"send": _said(step.get("send")), **_asked(step.get("asking"))}

    def write(self, step: dict[str, Any], given: Mapping[str, Any]) -> None:
        """See the base."""
        step["send"] = given["send"]
        asking = _asking(given, step.get("asking"))
        if asking is None:
            step.pop("asking", None)
        else:
            step["asking"] = asking


class AskForm(StepForm):
    """A survey of one question."""

    kind = "ask"

    def shape(self) -> None:
        """See the base."""
        _ask_about(self, required=True)

    def read(self, step: Mapping[str, Any]) -> dict[str, Any]:
        """See the base."""
        return _asked(step.get("ask"))

    def write(self, step: dict[str, Any], given: Mapping[str, Any]) -> None:
        """See the base."""
        asked = _asking(given, step.get("ask"))
        if asked is None:
            raise UsageError(_("Say what is asked."))
        step["ask"] = asked


class OfferForm(StepForm):
    """A content in a slot, or a coupon."""

    kind = "offer"

    def shape(self) -> None:
        """See the base."""
        self.fields["content"] = _choice(
            gettext_lazy("Content"), self.known.slots, self.initial.get("content"), required=False, empty="—"
        )
        self.fields["slot"] = _text(gettext_lazy("Slot of the site"), required=False, most=60)
        self.fields["coupon"] = _text(gettext_lazy("or a coupon"), required=False, most=60)
        _duration(self, "for", gettext_lazy("For so long"), required=False)

    def read(self, step: Mapping[str, Any]) -> dict[str, Any]:
        """See the base."""
        offer = _mapping(step.get("offer"))
        names = {name: _said(offer.get(name)) for name in ("content", "slot", "coupon")}
        return {**names, **_span(offer.get("for"), "for")}

    def write(self, step: dict[str, Any], given: Mapping[str, Any]) -> None:
        """See the base."""
        offer = {name: given[name] for name in ("content", "slot", "coupon") if given[name]}
        step["offer"] = offer | _spelled(given, "for")


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
        _duration(self, "for", gettext_lazy("For so long"), required=False)
        self.fields["day"] = forms.MultipleChoiceField(
            label=gettext_lazy("Days"), choices=WEEK, widget=forms.CheckboxSelectMultiple, required=False
        )
        self.fields["at"] = _text(
            gettext_lazy("At"), required=False, most=5, help_text=gettext_lazy("Such as 09:30, on the lead's clock.")
        )
        dates = [*self.known.traits, "recycle_on"]
        self.fields["date"] = _choice(gettext_lazy("Date"), dates, self.initial.get("date"), required=False, empty="—")
        self.fields["days"] = forms.IntegerField(
            label=gettext_lazy("Days away from it"),
            required=False,
            min_value=-3650,
            max_value=3650,
            help_text=gettext_lazy("−3 is three days before it, 3 three days after."),
        )
        self.fields["until"] = _text(
            gettext_lazy("Condition"),
            required=False,
            rows=3,
            most=5000,
            help_text=gettext_lazy("As in the text: event: email_clicked, within: 7d"),
        )
        _duration(self, "at_most", gettext_lazy("At most"), required=False)

    def read(self, step: Mapping[str, Any]) -> dict[str, Any]:
        """See the base."""
        wait = step.get("wait")
        wait = {"for": wait} if isinstance(wait, str) else _mapping(wait)
        way = next((name for name, _label in self.WAYS if name in wait), "day" if "at" in wait else "for")
        day = wait.get("day")
        found = {
            "way": way,
            "day": [day] if isinstance(day, str) else list(day or ()),
            "at": _said(wait.get("at")),
            "date": _said(wait.get("date")),
            "days": _away(wait),
            "until": spelled(wait["until"]).strip() if "until" in wait else "",
        }
        return {**found, **_span(wait.get("for"), "for"), **_span(wait.get("at_most"), "at_most")}

    def write(self, step: dict[str, Any], given: Mapping[str, Any]) -> None:
        """See the base."""
        way = given["way"]
        wait: Any = {}
        if way == "for":
            span = _spelled(given, "for")
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
            wait |= _spelled(given, "at_most")
        else:
            condition = parsed(given["until"]) if given["until"].strip() else None
            wait = ({"until": condition} if condition is not None else {}) | _spelled(given, "at_most")
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
        self.fields["to"] = _choice(gettext_lazy("Who"), ["rep", *self.known.teams], self.initial.get("to"))
        _in_languages(self, "say", gettext_lazy("What"), required=True)

    def read(self, step: Mapping[str, Any]) -> dict[str, Any]:
        """See the base."""
        notice = _mapping(step.get("notify"))
        return {"to": _said(notice.get("to")), **_spread(notice.get("say"), "say")}

    def write(self, step: dict[str, Any], given: Mapping[str, Any]) -> None:
        """See the base."""
        before = _mapping(step.get("notify")).get("say")
        step["notify"] = {"to": given["to"], "say": _gathered(given, "say", before)}


class SetForm(StepForm):
    """A trait and its value."""

    kind = "set"

    def shape(self) -> None:
        """See the base."""
        self.fields["trait"] = _choice(gettext_lazy("Trait"), self.known.traits, self.initial.get("trait"))
        self.fields["value"] = _text(gettext_lazy("Value"), most=200)

    def read(self, step: Mapping[str, Any]) -> dict[str, Any]:
        """See the base."""
        trait, value = next(iter(_mapping(step.get("set")).items()), ("", ""))
        return {"trait": trait, "value": _said(value)}

    def write(self, step: dict[str, Any], given: Mapping[str, Any]) -> None:
        """See the base."""
        others = list(_mapping(step.get("set")).items())[1:]
        step["set"] = {given["trait"]: given["value"], **dict(others)}


class LeaveForm(StepForm):
    """Why it ends, and what then."""

    kind = "leave"

    def shape(self) -> None:
        """See the base."""
        self.fields["because"] = _text(gettext_lazy("Because"), most=120)
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
        leave = {"because": leave} if isinstance(leave, str) else _mapping(leave)
        after = _said(leave.get("after"))
        days = after.removesuffix("d").strip()
        return {
            "because": _said(leave.get("because")),
            "then": _said(leave.get("then")),
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
        self.fields["go"] = _choice(gettext_lazy("Step"), self.known.ids, self.initial.get("go"))

    def read(self, step: Mapping[str, Any]) -> dict[str, Any]:
        """See the base."""
        return {"go": _said(step.get("go"))}

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


def _said(value: object) -> str:
    return value if isinstance(value, str) else ""


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _duration(form: StepForm, name: str, label: Any, *, required: bool) -> None:
    form.fields[f"{name}_n"] = forms.IntegerField(label=label, required=required, min_value=1, max_value=9999)
    form.fields[f"{name}_unit"] = forms.ChoiceField(label=gettext_lazy("Unit"), choices=UNITS, required=False)


def _span(value: object, name: str) -> dict[str, Any]:
    text = _said(value).replace(" ", "")
    number, unit = text[:-1], text[-1:]
    if number.isdecimal() and len(number) < 6 and unit in ("h", "d", "w"):
        return {f"{name}_n": int(number), f"{name}_unit": unit}
    return {f"{name}_unit": "d"}


def _spelled(given: Mapping[str, Any], name: str) -> dict[str, str]:
    number = given.get(f"{name}_n")
    return {name: f"{number}{given.get(f'{name}_unit') or 'd'}"} if number else {}


def _away(wait: Mapping[str, Any]) -> int | None:
    for name, sign in (("before", -1), ("after", 1)):
        days = _said(wait.get(name)).removesuffix("d").strip()
        if days.isdecimal() and len(days) < 6:
            return sign * int(days)
    return None


def _ask_about(form: StepForm, *, required: bool) -> None:
    known = form.known
    choices: list[tuple[str, Any]] = [("", gettext_lazy("Choose …") if required else gettext_lazy("nothing"))]
    choices += [(f"criterion:{name}", name) for name in known.criteria]
    choices += [(f"framework:{name}", _("what %(name)s asks next") % {"name": name}) for name in known.frameworks]
    choices.append(("own", gettext_lazy("a question of your own")))
    now = form.initial.get("asks")
    if now and now not in dict(choices):
        choices.append((now, now.partition(":")[2]))
    form.fields["asks"] = forms.ChoiceField(label=gettext_lazy("Asks about"), choices=choices, required=required)
    _in_languages(form, "question", gettext_lazy("Your question"), required=False)
    form.fields["trait"] = _choice(
        gettext_lazy("Its answer goes into"), known.traits, form.initial.get("trait"), required=False, empty="—"
    )


def _asked(asked: object) -> dict[str, Any]:
    if isinstance(asked, str):
        return {"asks": f"criterion:{asked}"}
    asked = _mapping(asked)
    for name in ("criterion", "framework"):
        if name in asked:
            return {"asks": f"{name}:{_said(asked[name])}"}
    if "question" in asked:
        return {"asks": "own", "trait": _said(asked.get("trait")), **_spread(asked["question"], "question")}
    return {}


def _asking(given: Mapping[str, Any], before: object) -> Any:
    asks = given["asks"]
    if not asks:
        return None
    kind, _colon, name = asks.partition(":")
    if kind == "criterion":
        return name
    if kind == "framework":
        return {"framework": name}
    question = _gathered(given, "question", _mapping(before).get("question"))
    if not question:
        raise UsageError(_("Write your question."))
    return {"question": question} | ({"trait": given["trait"]} if given["trait"] else {})


def _in_languages(form: StepForm, name: str, label: Any, *, required: bool) -> None:
    for place, language in enumerate(form.known.languages):
        title = label if len(form.known.languages) == 1 else f"{label} ({language})"
        form.fields[f"{name}_{language}"] = _text(title, required=required and place == 0, rows=2)


def _spread(texts: object, name: str) -> dict[str, str]:
    if isinstance(texts, str):
        return {f"{name}_en": texts}
    return {f"{name}_{language}": _said(text) for language, text in _mapping(texts).items()}


def _gathered(given: Mapping[str, Any], name: str, before: object) -> dict[str, str]:
    """The texts by language; those in languages that the form doesn't show stay."""
    shown = {key.removeprefix(f"{name}_"): text for key, text in given.items() if key.startswith(f"{name}_")}
    kept = {language: text for language, text in _mapping(before).items() if language not in shown}
    return {**kept, **{language: text for language, text in shown.items() if text}}
