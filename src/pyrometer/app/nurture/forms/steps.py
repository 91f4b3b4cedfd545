"""The forms of steps: one for each kind, between what stands in the text and what people fill in.

What a form doesn't show of a step (an id, a label in another language) stays as it was written.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from pyrometer.app.nurture.forms.acting import AskForm, NotifyForm, OfferForm, SendForm, SetForm
from pyrometer.app.nurture.forms.step import StepForm
from pyrometer.app.nurture.forms.turning import GoForm, LeaveForm, WrittenForm
from pyrometer.app.nurture.forms.waiting import WaitForm

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
FORMS: dict[str, type[StepForm]] = {
    form.kind: form
    for form in (
        SendForm, WaitForm, AskForm, OfferForm, NotifyForm, SetForm, LeaveForm, GoForm, WrittenForm,
    )
}  # fmt: skip
