"""What all programmes keep to."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from pyrometer.app.nurture.actions import terms as actions
from pyrometer.app.nurture.forms.terms import TermsForm
from pyrometer.app.nurture.keeping import terms as kept_terms
from pyrometer.app.nurture.views import finding
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.may import allowed


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("nurture.edit")
def settings(request: HttpRequest) -> HttpResponse:
    """Hours, holidays, caps, the zone where none is known, and costs."""
    terms = kept_terms()
    form = TermsForm(
        request.POST if request.method == "POST" else None, initial=TermsForm.of(terms), zone=terms.time_zone
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if finding.done(
            request,
            lambda now: actions.save_terms(actor=Actor.of(request.user), now=now, **given),
            _("Kept. What waits for its window is looked at by the new hours."),
        ):
            return redirect("nurture:settings")
    return render(request, "nurture/settings.html", {"form": form}, status=422 if form.is_bound else 200)
