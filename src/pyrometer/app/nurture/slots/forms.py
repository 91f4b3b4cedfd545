"""The form of a coupon list."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pyrometer.app.nurture.models import CouponCode, CouponList
from pyrometer.app.nurture.slots.actions import MOST_CODES
from pyrometer.app.people.forms import Form

_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
LONGEST_CODE = 60
FIRST_YEAR, LAST_YEAR = 2000, 2999


class CouponsForm(Form):
    """A list of codes: its name, the codes, and how many are given, when, and to whom."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=60,
        help_text=gettext_lazy("As slots and programmes call it: small letters, digits, hyphens."),
    )
    codes = forms.CharField(
        label=gettext_lazy("Codes"),
        max_length=MOST_CODES * (LONGEST_CODE + 2),
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "autocapitalize": "none"}),
        help_text=gettext_lazy(
            "One code that everybody gets, or many of which each is given once: one a line, or parted by blanks."
        ),
    )
    limit = forms.IntegerField(
        label=gettext_lazy("How many are given"),
        required=False,
        min_value=1,
        max_value=1_000_000_000,
        help_text=gettext_lazy("Empty: as many as there are; of one code without end."),
    )
    per_lead = forms.IntegerField(
        label=gettext_lazy("Of these to the same lead"), min_value=1, max_value=100, initial=1
    )
    valid_from = forms.DateField(label=gettext_lazy("From"), required=False, widget=_DAY)
    valid_until = forms.DateField(
        label=gettext_lazy("To"),
        required=False,
        widget=_DAY,
        help_text=gettext_lazy("That day still counts, in your own time zone."),
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("For the team: what it is worth, and who honours it."),
    )

    def clean_codes(self) -> list[str]:
        """Each once, in their order."""
        found = list(dict.fromkeys(self.cleaned_data["codes"].split()))
        if len(found) > MOST_CODES:
            raise ValidationError(_("At most %(most)d codes."), params={"most": MOST_CODES})
        long = next((code for code in found if len(code) > LONGEST_CODE), None)
        if long is not None:
            message = _("“%(code)s…” is too long for a code: %(most)d letters at most.")
            raise ValidationError(message, params={"code": long[:30], "most": LONGEST_CODE})
        unprintable = next((code for code in found if not code.isprintable()), None)
        if unprintable is not None:
            raise ValidationError(_("A code holds letters that nobody can read."))
        return found

    def clean(self) -> dict[str, Any]:
        """Days that calendars in all zones have."""
        given = super().clean() or self.cleaned_data
        for name in ("valid_from", "valid_until"):
            day = given.get(name)
            if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
                self.add_error(name, _("A day from %(first)d to %(last)d.") % {"first": FIRST_YEAR, "last": LAST_YEAR})
        return given

    def kept(self, zone: str) -> dict[str, Any]:
        """What `save_coupons` takes; days begin and end in a time zone."""
        given = self.cleaned_data
        codes: list[str] = given["codes"]
        return {
            "name": given["name"].strip(),
            "codes": codes if len(codes) > 1 else [],
            "shared": codes[0] if len(codes) == 1 else "",
            "limit": given["limit"],
            "per_lead": given["per_lead"],
            "valid_from": _begins(given["valid_from"], zone),
            "valid_until": _begins(given["valid_until"], zone, days=1),
            "note": given["note"],
        }


def _begins(day: date | None, zone: str, days: int = 0) -> datetime | None:
    if day is None:
        return None
    return datetime.combine(day + timedelta(days=days), time(), ZoneInfo(zone))


def written(source: CouponList, zone: str) -> dict[str, Any]:
    """A list as its form has it. Codes that were given stand in it, too."""
    codes = [source.shared] if source.shared else CouponCode.objects.filter(list=source).order_by("number")
    until = source.valid_until
    return {
        "name": source.name,
        "codes": "\n".join(code if isinstance(code, str) else code.code for code in codes),
        "limit": source.limit,
        "per_lead": source.per_lead,
        "valid_from": None if source.valid_from is None else source.valid_from.astimezone(ZoneInfo(zone)).date(),
        "valid_until": None if until is None else (until.astimezone(ZoneInfo(zone)) - timedelta(days=1)).date(),
        "note": source.note,
    }
