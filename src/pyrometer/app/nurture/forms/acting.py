"""The forms of steps that do something: send, ask, offer, tell somebody, note a trait."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pyrometer.app.nurture.forms.questions import add_asking, add_texts, asking_of, read_asking, read_texts, texts_of
from pyrometer.app.nurture.forms.step import StepForm, choice_field, make_first, text_field
from pyrometer.app.nurture.forms.values import add_duration, as_mapping, as_text, read_span, spelled_span
from pyrometer.errors import UsageError


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
