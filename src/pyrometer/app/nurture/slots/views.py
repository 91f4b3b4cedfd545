"""The pages of slots: what is shown where, how often it was, and the line for the site."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pyrometer.app.capture.queries import write_keys
from pyrometer.app.nurture.models import CouponList, Slot
from pyrometer.app.nurture.slots import actions
from pyrometer.app.nurture.slots.checking import check
from pyrometer.app.nurture.slots.choices import STAGES, TEMPERATURES
from pyrometer.app.nurture.slots.drafting import Draft, kept, only_moves, sent
from pyrometer.app.nurture.slots.previewing import table
from pyrometer.app.nurture.slots.queries import ground_of, slots_with_told, told
from pyrometer.app.nurture.slots.rendering import Contents, contents
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.may import allowed, may
from pyrometer.errors import UsageError


@allowed("nurture.read")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All slots, with how often what was shown and clicked."""
    return render(request, "nurture/slots/index.html", {"slots": slots_with_told()})


@allowed("nurture.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """A new slot."""
    return _edit(request, None)


@allowed("nurture.read")
@require_safe
def slot(request: HttpRequest, pk: int) -> HttpResponse:
    """A slot: its choices, who sees what, and the line for the site."""
    return _edit(request, get_object_or_404(Slot, pk=pk))


@allowed("nurture.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The same page once it was sent, for who may change it."""
    return _edit(request, get_object_or_404(Slot, pk=pk))


@allowed("nurture.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget a slot, once somebody has confirmed that."""
    slot = get_object_or_404(Slot, pk=pk)
    used = actions.programmes_offering(slot=slot.name)
    if request.method == "POST":
        try:
            actions.delete_slot(slot=slot, actor=Actor.of(request.user), now=timezone.now())
        except UsageError as error:
            messages.error(request, str(error))
            return redirect("nurture:slot", slot.pk)
        messages.success(request, _("The slot is gone; pages show what stands in them."))
        return redirect("nurture:slots")
    return render(request, "nurture/slots/delete.html", {"slot": slot, "used": used, "told": told(slot)})


def _edit(request: HttpRequest, slot: Slot | None) -> HttpResponse:
    there = contents()
    if request.method != "POST":
        return _shown(request, slot, kept(slot), there)
    draft = sent(request.POST)
    if only_moves(request.POST):
        return _shown(request, slot, draft, there)
    if not draft.wrong:
        try:
            saved = actions.save_slot(
                slot=slot,
                name=draft.name,
                about=draft.about,
                active=draft.active,
                most_seen=draft.most,
                choices=draft.choices,
                ground=ground_of(there),
                actor=Actor.of(request.user),
                now=timezone.now(),
            )
        except actions.SlotError:
            draft.wrong["choices"] = _("Not kept yet: look at the marked choices.")
        except UsageError as error:
            draft.wrong["name"] = str(error)
        else:
            messages.success(request, _("The slot is kept. Visitors see it within a minute."))
            return redirect("nurture:slot", saved.pk)
    return _shown(request, slot, draft, there, status=422)


def _shown(request: HttpRequest, slot: Slot | None, draft: Draft, there: Contents, status: int = 200) -> HttpResponse:
    pitches = {name: each.pitch for name, each in there.known.items() if each.kind == "slot"}
    problems = check(draft.choices, ground_of(there))
    # An empty choice that was only just added isn't told off before it is sent.
    told_off = [(place, each) for place, each in problems if status != 200 or draft.choices[place].content]
    rows = [
        {
            "place": place,
            "number": place + 1,
            "choice": choice,
            "known": choice.content in there.slots,
            "problems": [each for at, each in told_off if at == place],
            "first": place == 0,
            "last": place == len(draft.choices) - 1,
        }
        for place, choice in enumerate(draft.choices)
    ]
    context: dict[str, Any] = {
        "slot": slot,
        "draft": draft,
        "rows": rows,
        "slots": [(name, there.known[name].pitch) for name in there.slots],
        "coupons": list(CouponList.objects.values_list("name", flat=True)),
        "temperatures": TEMPERATURES,
        "stages": STAGES,
        "table": table(draft.choices, pitches),
        "told": told(slot) if slot is not None else [],
        "keys": write_keys(),
        "origin": settings.ORIGIN,
        "may_edit": may(request.user, "nurture.edit"),
    }
    return render(request, "nurture/slots/edit.html", context, status=status)
