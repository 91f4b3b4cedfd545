"""The form of what isn't a step: the name, who enters, who is held back, how important it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pyrometer.app.nurture.rewriting import parsed, spelled
from pyrometer.app.people.forms import Form
from pyrometer.definition import Definition
from pyrometer.definition.problems import Path
from pyrometer.errors import UsageError
from pyrometer.lifecycle import Stage

TEMPERATURES = [("cool", gettext_lazy("cool")), ("warm", gettext_lazy("warm")), ("hot", gettext_lazy("hot"))]
_DAYS = re.compile(r"([0-9]{1,4})\s*d")
_SHARE = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,2})?)\s*%")


class HeadForm(Form):
    """Names by language; who enters by picking, where what stands in the text can be picked, else as text."""

    priority = forms.IntegerField(
        label=gettext_lazy("Priority"),
        min_value=0,
        max_value=1000,
        help_text=gettext_lazy("Which programme has the first choice of a lead: the higher. 50 where nothing is said."),
    )
    held_back = forms.DecimalField(
        label=gettext_lazy("Held back, in percent"),
        min_value=0,
        max_value=90,
        decimal_places=2,
        help_text=gettext_lazy("Enter and get nothing, so that it can be said what the programme is worth."),
    )
    again = forms.IntegerField(
        label=gettext_lazy("May enter again after, in days"),
        required=False,
        min_value=1,
        max_value=3650,
        help_text=gettext_lazy("Empty: never."),
    )

    def __init__(self, *args: Any, tree: Mapping[str, Any], definition: Definition | None, **kwargs: Any) -> None:
        self.tree = tree
        enter = tree.get("enter")
        self.enter: Mapping[str, Any] = enter if isinstance(enter, Mapping) else {}
        self.picks = _picked(self.enter.get("when"))
        kwargs["initial"] = self._initial()
        super().__init__(*args, **kwargs)
        self.languages = _languages(tree)
        for language in self.languages:
            self.fields[f"name_{language}"] = forms.CharField(
                label=gettext_lazy("Name") if len(self.languages) == 1 else _("Name (%(l)s)") % {"l": language},
                max_length=120,
                required=language == self.languages[0],
            )
        if self.picks is None:
            self.fields["when"] = forms.CharField(
                label=gettext_lazy("Who enters, as text"),
                max_length=20_000,
                widget=forms.Textarea(attrs={"class": "code small-code", "rows": 8, "spellcheck": "false"}),
                help_text=gettext_lazy("It is more than can be picked; write `temperature: warm` to pick again."),
            )
        else:
            self._pickers(definition)

    def _pickers(self, definition: Definition | None) -> None:
        assert self.picks is not None
        boxes = forms.CheckboxSelectMultiple
        self.fields["temperature"] = forms.MultipleChoiceField(
            label=gettext_lazy("Temperature"), choices=TEMPERATURES, widget=boxes, required=False
        )
        stages = [(stage.value, stage.value.replace("_", " ")) for stage in Stage]
        self.fields["stage"] = forms.MultipleChoiceField(
            label=gettext_lazy("Stage"), choices=stages, widget=boxes, required=False
        )
        criteria = list(definition.criteria) if definition is not None else []
        named = list(dict.fromkeys([*criteria, *self.picks["missing"]]))
        if named:
            self.fields["missing"] = forms.MultipleChoiceField(
                label=gettext_lazy("One of these is missing"),
                choices=[(name, name) for name in named],
                widget=boxes,
                required=False,
            )
        events = list(definition.events) if definition is not None else []
        for field, label in (("did", _("Did")), ("silent", _("Didn't do"))):
            now = self.picks[field]
            names = list(dict.fromkeys([*events, *([now] if now else [])]))
            self.fields[field] = forms.ChoiceField(
                label=label, choices=[("", "—"), *((name, name) for name in names)], required=False
            )
            self.fields[f"{field}_within"] = forms.IntegerField(
                label=_("within so many days"), min_value=1, max_value=3650, required=False
            )

    def _initial(self) -> dict[str, Any]:
        name = self.tree.get("name")
        names = {"en": name} if isinstance(name, str) else name if isinstance(name, Mapping) else {}
        share = str(self.enter.get("held_back") or "10%")
        percent = match[1] if (match := _SHARE.fullmatch(share)) else None
        if percent is None:
            try:
                percent = str(round(float(share) * 100, 2))
            except ValueError:
                percent = "10"
        again = _DAYS.fullmatch(str(self.enter.get("again") or ""))
        return {
            **{f"name_{language}": text for language, text in names.items()},
            "priority": self.enter.get("priority") or 50,
            "held_back": percent,
            "again": int(again[1]) if again else None,
            **(self.picks or {"when": spelled(self.enter.get("when")).strip() if self.enter.get("when") else ""}),
        }

    @property
    def names(self) -> list[forms.BoundField]:
        """The fields of the name."""
        return [self[f"name_{language}"] for language in self.languages]

    @property
    def entering(self) -> list[forms.BoundField]:
        """The fields that say who enters."""
        wanted = ("when", "temperature", "stage", "missing", "did", "did_within", "silent", "silent_within")
        return [self[name] for name in wanted if name in self.fields]

    def values(self) -> dict[Path, Any]:
        """What is to stand where. Raises UsageError."""
        given = self.cleaned_data
        found: dict[Path, Any] = {}
        if isinstance(self.tree.get("name"), str) and self.languages == ("en",):
            found["name",] = given["name_en"]
        else:
            found |= {("name", language): given[f"name_{language}"] or None for language in self.languages}
        percent = given["held_back"].normalize()
        shown = {
            "priority": given["priority"],
            "held_back": f"{percent:f}%",
            "again": f"{given['again']}d" if given["again"] else None,
        }
        before = self._initial()
        for name, value in shown.items():
            # What wasn't touched stays as it was written.
            if name in self.enter and str(before[name]) == str(self.cleaned_data[name]):
                continue
            if name in self.enter or value not in (50, "10%", None):
                found["enter", name] = value
        when = self._when()
        if when != self.enter.get("when"):
            found["enter", "when"] = when
        return found

    def _when(self) -> Any:
        given = self.cleaned_data
        if self.picks is None:
            found = parsed(given["when"])
            if not isinstance(found, dict):
                raise UsageError(_("Say who enters, such as `temperature: warm`."))
            return found
        if all(_same(given.get(name), value) for name, value in self.picks.items()):
            return self.enter.get("when")
        parts: list[dict[str, Any]] = []
        for name in ("temperature", "stage"):
            if chosen := given[name]:
                parts.append({name: chosen[0] if len(chosen) == 1 else list(chosen)})
        if missing := given.get("missing"):
            leaves = [{"missing": name} for name in missing]
            parts.append(leaves[0] if len(leaves) == 1 else {"any": leaves})
        for field in ("did", "silent"):
            if name := given.get(field):
                days = given.get(f"{field}_within")
                leaf = {"event": name} | ({"within": f"{days}d"} if days else {})
                parts.append({"not": leaf} if field == "silent" else leaf)
        if not parts:
            raise UsageError(_("Pick who enters: somebody has to."))
        return parts[0] if len(parts) == 1 else {"all": parts}


def _same(given: object, before: object) -> bool:
    if isinstance(before, list):
        return sorted(given or []) == sorted(before)  # type: ignore[call-overload]
    return (given or "") == (before or "")


def _languages(tree: Mapping[str, Any]) -> tuple[str, ...]:
    name, said = tree.get("name"), tree.get("languages")
    found = [said] if isinstance(said, str) else [each for each in said or () if isinstance(each, str)]
    names = list(name) if isinstance(name, Mapping) else []
    return tuple(dict.fromkeys([*found, *names])) or ("en",)


def _picked(when: object) -> dict[str, Any] | None:
    """A condition as what can be picked; None where it is more than that."""
    found: dict[str, Any] = {
        "temperature": [], "stage": [], "missing": [], "did": "", "did_within": None, "silent": "",
        "silent_within": None,
    }  # fmt: skip
    if when is None:
        return found
    if not isinstance(when, Mapping):
        return None
    parts = when["all"] if set(when) == {"all"} else [when]
    if not isinstance(parts, list):
        return None
    return found if all(isinstance(part, Mapping) and _picks(part, found) for part in parts) else None


def _picks(part: Mapping[str, Any], found: dict[str, Any]) -> bool:
    keys = set(part)
    if keys in ({"temperature"}, {"stage"}):
        (name,) = keys
        value = part[name]
        values = [value] if isinstance(value, str) else list(value) if isinstance(value, list) else None
        if values is None or found[name]:
            return False
        found[name] = values
        return True
    if keys == {"missing"} and not found["missing"]:
        found["missing"] = [part["missing"]]
        return True
    if keys == {"any"} and not found["missing"]:
        leaves = part["any"]
        if not isinstance(leaves, list) or any(
            not isinstance(leaf, Mapping) or set(leaf) != {"missing"} for leaf in leaves
        ):
            return False
        found["missing"] = [leaf["missing"] for leaf in leaves]
        return True
    field = "did"
    if keys == {"not"} and isinstance(part["not"], Mapping):
        field, part = "silent", part["not"]
    if "event" in part and set(part) <= {"event", "within"} and not found[field]:
        days = _DAYS.fullmatch(str(part["within"])) if "within" in part else None
        if "within" in part and days is None:
            return False
        found[field], found[f"{field}_within"] = part["event"], int(days[1]) if days else None
        return True
    return False
