"""The pages of coupons: lists of codes, and who got which."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pyrometer.app.nurture.models import CouponGiven, CouponList
from pyrometer.app.nurture.slots import actions, coupons
from pyrometer.app.nurture.slots.forms import CouponsForm, written
from pyrometer.app.nurture.slots.queries import gifts
from pyrometer.app.people.audit import Actor, record
from pyrometer.app.people.may import allowed
from pyrometer.app.spreadsheets import sent, table
from pyrometer.errors import UsageError

PAGE = 50
COLUMNS = ("code", "given at", "for", "lead", "name", "email")


@allowed("nurture.read")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All lists, with how many were given and are left."""
    page = Paginator(CouponList.objects.order_by("name"), PAGE).get_page(request.GET.get("page"))
    now = timezone.now()
    rows = [(each, coupons.left(each), coupons.closed(each, now)) for each in page]
    return render(request, "nurture/coupons/index.html", {"page": page, "rows": rows})


@allowed("nurture.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """A new list."""
    return _edit(request, None)


@allowed("nurture.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """A list, and who got a code of it last."""
    return _edit(request, get_object_or_404(CouponList, pk=pk))


def _edit(request: HttpRequest, source: CouponList | None) -> HttpResponse:
    zone = request.user.time_zone
    form = CouponsForm(
        request.POST if request.method == "POST" else None, initial=written(source, zone) if source else None
    )
    if request.method == "POST" and form.is_valid():
        try:
            saved = actions.save_coupons(
                source=source, actor=Actor.of(request.user), now=timezone.now(), **form.kept(zone)
            )
        except UsageError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The codes of %(name)s are kept.") % {"name": saved.name})
            return redirect("nurture:coupon-list", saved.pk)
    last = (
        CouponGiven.objects.filter(list=source).select_related("lead__root") if source else CouponGiven.objects.none()
    )
    context = {
        "form": form,
        "source": source,
        "left": coupons.left(source) if source else None,
        "last": list(last.order_by("-at", "-pk")[:20]),
        "used": actions.named_by(source.name) if source else [],
    }
    return render(request, "nurture/coupons/edit.html", context, status=422 if form.errors else 200)


@allowed("leads.export")
@require_safe
def given(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """Who got which code, as a file for spreadsheets."""
    source, now = get_object_or_404(CouponList, pk=pk), timezone.now()
    subject = f"coupons:{source.name}"
    record(actor=Actor.of(request.user), action="coupons.exported", subject=subject, at=now)
    return sent(table(COLUMNS, gifts(source)), f"coupons-{source.name}-{now:%Y-%m-%d}")


@allowed("nurture.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget a list, once somebody has confirmed that."""
    source = get_object_or_404(CouponList, pk=pk)
    if request.method == "POST":
        try:
            actions.delete_coupons(source=source, actor=Actor.of(request.user), now=timezone.now())
        except UsageError as error:
            messages.error(request, str(error))
            return redirect("nurture:coupon-list", source.pk)
        messages.success(request, _("The list is gone, and who got which of its codes."))
        return redirect("nurture:coupons")
    used = actions.named_by(source.name)
    return render(request, "nurture/coupons/delete.html", {"source": source, "used": used})
