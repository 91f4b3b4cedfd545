"""The oracle: a second, naive reading of a definition, one lead at a time, in plain Python.

It shares no line with the product. It is written to be obviously right rather than fast, and every engine must agree
with it exactly: on random definitions and evidence (`test_properties.py`) and on the reference (`test_oracle.py`)."""

import json
import math
import operator
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, localcontext
from fractions import Fraction

TRUTHS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
ORDER = {"at_least": operator.ge, "above": operator.gt, "at_most": operator.le, "below": operator.lt}
BUILT_IN = {  # name: (how many must be met, letters; letter=criterion where they differ)
    "bant": (3, "budget authority=influence need timeframe=timeline"),
    "five_areas": (5, "need fit budget influence timeline"),
    "champ": (3, "challenge=need authority=influence money=budget prioritization=timeline"),
    "anum": (3, "authority=influence need urgency=timeline money=budget"),
    "faint": (4, "funds=budget authority=influence interest need time=timeline"),
    "gpct": (3, "goals plans challenges=need timeline"),
    "meddic": (5, "metrics economic_buyer=influence decision_criteria decision_process identify_pain=need champion"),
}


def units(points):  # a point is 10,000 integer units
    return int(Decimal(str(points)) * 10_000)


def days(duration):
    return int(duration[:-1]) * {"d": 1, "w": 7}[duration[-1]]


def parse(kind, raw):
    """A cell as a value of its type; None when it is blank or does not parse."""
    text = "" if raw is None else str(raw).strip()
    if kind == "text":
        return str(raw) if text else None
    if kind == "boolean":
        return TRUTHS.get(text.lower())
    if kind == "integer":
        whole = re.fullmatch(r"([+-]?[0-9]+)(\.0*)?", text)
        return int(whole[1]) if whole and -(2**63) <= int(whole[1]) < 2**63 else None
    if kind == "number":
        number = re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", text)
        return float(text) if number and math.isfinite(float(text)) else None
    when = moment(text) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ].*)?", text) else None
    return when and when.date()


def moment(raw):
    """A cell as an instant in UTC: ISO 8601 (without a zone: UTC) or epoch seconds or milliseconds; None otherwise."""
    try:
        if re.fullmatch(r"\s*-?[0-9]+\s*", str(raw)):
            unit = "seconds" if abs(int(raw)) < 10**11 else "milliseconds"
            return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(**{unit: int(raw)})
        when = raw if isinstance(raw, datetime) else datetime.fromisoformat(str(raw).strip())
        return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def some(answers, wanted):
    """Whether at least that many hold, in three-valued logic; `any` wants 1, `all` wants every one."""
    true, unknown = answers.count(True), answers.count(None)
    return True if true >= wanted else None if true + unknown >= wanted else False


def weight(full, cooling, within, age):
    """The units an event of this age is worth: exact, then rounded once, half to even."""
    if within is not None and age >= days(within):
        return 0
    if not cooling or cooling == "none":
        return full
    a = max(0, age - days(cooling.get("hold", "0d")))
    if "linear" in cooling:
        return round(full * max(Fraction(0), 1 - Fraction(a, days(cooling["linear"]))))
    if "steps" in cooling:
        steps = sorted((days(start), percentage) for start, percentage in cooling["steps"].items())
        return round(full * [Fraction(str(percentage)) for start, percentage in steps if start <= a][-1] / 100)
    halvings, rest = divmod(a, days(cooling["half_life"]))
    with localcontext(prec=80):
        part = Fraction(Decimal(2) ** (Decimal(-rest) / days(cooling["half_life"]))) if rest else 1
    return round(Fraction(full) * part / 2**halvings)


def listed(wanted):
    return wanted if isinstance(wanted, list) else [wanted]


class Reading:
    """One lead as of one moment; everything is computed when asked for; conditions are True, False or None."""

    def __init__(self, definition, profile, events, as_of, previous, trait_log):
        parts = ["profile", "events", "flags", "scores", "criteria", "frameworks", "temperature"]
        self.of = {part: definition.get(part) or {} for part in parts}
        self.as_of, self.previous = as_of.astimezone(UTC), previous
        self.today = self.as_of.toordinal()
        self.traits = {name: self.trait(name, trait, profile, trait_log) for name, trait in self.of["profile"].items()}
        self.events = self.known_events(events)

    def times(self, row):
        """(when it happened, when it was known), or None if that row does not exist yet."""
        occurred = moment(row.get("occurred_at"))
        known = occurred and max(occurred, moment(row.get("received_at")) or occurred)
        return (occurred, known) if occurred and known <= self.as_of else None

    def trait(self, name, trait, profile, log):
        """(value or None, days since it was answered or None)."""
        raw, age = profile.get(trait.get("column", name)), None
        entries = [(times, entry["value"]) for entry in log if entry["trait"] == name and (times := self.times(entry))]
        if entries:
            (occurred, _), raw = max(entries, key=lambda entry: (entry[0], str(entry[1] or "")))
            age = self.today - occurred.toordinal()
        spelled_unknown = str(raw) in [str(spelling) for spelling in listed(trait.get("unknown", []))]
        return None if spelled_unknown else parse(trait["type"], raw), age

    def known_events(self, rows):
        """(name, age, properties) of the declared events that exist by now, each message once: as first known."""
        declared, events, found = self.of["events"], {}, []
        kinds = {name: kind for e in declared.values() for name, kind in ((e or {}).get("properties") or {}).items()}
        for row in [row for row in rows if row["event"] in declared and self.times(row)]:
            (occurred, known), cells = self.times(row), {**row, **json.loads(row.get("properties") or "{}")}
            values = {name: parse(kind, cells.get(name)) for name, kind in kinds.items()}
            order = (known, occurred, row["event"], [(value is not None, value) for value in values.values()])
            found.append((order, parse("text", row.get("message_id")) or len(found), (row["event"], occurred, values)))
        for _, message, (event, occurred, values) in sorted(found, key=lambda entry: entry[0]):
            events.setdefault(message, (event, self.today - occurred.toordinal(), values))  # a lead's own message
        return list(events.values())

    def matching(self, asked):
        """(age, properties) of the events that a rule or condition asks for."""
        every = asked["event"] == "any"  # but what somebody didn't do
        meant = {event[0] for event in self.events} - {"survey_ignored"} if every else listed(asked["event"])
        found = [event[1:] for event in self.events if event[0] in meant]
        for name, wanted in (asked.get("where") or {}).items():
            tests = wanted if isinstance(wanted, dict) else {"in": wanted}
            found = [(age, values) for age, values in found if self.holds(values[name], tests)]
        return found

    def holds(self, value, tests):
        return some([self.compare(value, test, wanted) for test, wanted in tests.items()], len(tests))

    def compare(self, value, test, wanted):
        if test == "known" or value is None:
            return (value is not None) == wanted if test == "known" else None
        if test in ("within_last", "older_than", "within_next", "beyond"):
            age, limit = self.today - value.toordinal(), days(wanted)
            answers = {"within_last": 0 <= age < limit, "older_than": age >= limit}
            return (answers | {"within_next": 0 <= -age <= limit, "beyond": -age > limit})[test]
        if test == "matches":
            return re.search(re.sub(r"(?<!\\)\$", r"\\Z", wanted), value, re.IGNORECASE) is not None
        if test == "contains":  # lowered letter by letter: no rule that looks at a letter's neighbours
            return "".join(map(str.lower, wanted)) in "".join(map(str.lower, value))
        wanted = [date.fromisoformat(str(w)) if isinstance(value, date) else w for w in listed(wanted)]
        return ORDER[test](value, wanted[0]) if test in ORDER else (value in wanted) == (test in ("in", "is"))

    def answer(self, condition, stale_after=None):
        c = {key: value for key, value in condition.items() if key != "label"}
        parts = [self.answer(part, stale_after) for key in ("all", "any", "of") for part in c.get(key, [])]
        if parts:
            return some(parts, c.get("some", len(parts) if "all" in c else 1))
        if "not" in c:
            return {True: False, False: True, None: None}[self.answer(c["not"], stale_after)]
        if "trait" in c:
            value, age = self.traits[c.pop("trait")]
            stale = stale_after is not None and age is not None and age >= days(stale_after)
            return self.holds(None if stale else value, c)
        if "event" in c:
            ages = [age for age, _ in self.matching(c)]
            if "last" in c:
                return bool(ages) and self.holds(self.as_of.date() - timedelta(days=min(ages)), c["last"])
            count = len([age for age in ages if "within" not in c or age < days(c["within"])])
            return c.get("at_least", 0 if "at_most" in c else 1) <= count <= c.get("at_most", count)
        if "score" in c:
            total = self.score(c.pop("score"))[0]
            return self.holds(total, {test: units(wanted) for test, wanted in c.items()})
        if "grade" in c:  # grades compare by their bounds
            grade, bounds = self.grade(c["grade"]), dict(self.bounds(c.pop("grade")))
            return self.holds(bounds[grade], {test: [bounds[str(w)] for w in listed(g)] for test, g in c.items()})
        if "criterion" in c:
            return self.criterion(c["criterion"]) == c.get("is", "met")
        if "framework" in c:
            framework = self.framework(c["framework"])
            return framework["ready"] if "is" in c else framework["met"] >= c["met_at_least"]
        return self.answer(self.of["flags"][c["flag"]])

    def criterion(self, name):
        if name not in self.of["criteria"]:
            value = self.traits.get(name, (None, None))[0]
            return value if value in ("met", "unmet") else "unknown"
        criterion = self.of["criteria"][name]
        met = self.answer(criterion["met"], criterion.get("stale_after"))
        unmet = self.answer(criterion.get("unmet", {"not": criterion["met"]}), criterion.get("stale_after"))
        return "met" if met else "unmet" if unmet else "unknown"

    def letters(self, name):
        letters = (self.of["frameworks"][name] or {}).get("letters") or BUILT_IN[name][1].split()
        return letters if isinstance(letters, dict) else {one.split("=")[0]: one.split("=")[-1] for one in letters}

    def framework(self, name):
        letters, ready = self.letters(name), (self.of["frameworks"][name] or {}).get("ready") or {}
        states = [self.criterion(criterion) for criterion in letters.values()]
        enough = states.count("met") >= (ready["some"] if "some" in ready else BUILT_IN[name][0])
        required = [self.criterion(letters.get(one, one)) == "met" for one in ready.get("required", [])]
        return {s: states.count(s) for s in ("met", "unmet", "unknown")} | {"ready": enough and all(required)}

    def score(self, name):
        """(total, lines), in units; a line is (rule, points, hits, last_at, cut)."""
        score, lines, inside = self.of["scores"][name], [], {}
        for rule in score["rules"]:
            lines.append((rule["name"], *self.rule(rule, score.get("cooling"))))
            inside[rule.get("group")] = inside.get(rule.get("group"), 0) + lines[-1][1]
        for group, limit in (score.get("groups") or {}).items():
            excess = max(0, inside.get(group, 0) - units(limit["cap"]))
            lines += [(f"group {group}", -excess, None, None, 0)] if excess else []
        total = sum(line[1] for line in lines)
        low, high = map(units, score.get("range", [0, 100]))
        bounded = min(max(total, low), high)
        return bounded, lines + ([("range", bounded - total, None, None, 0)] if bounded != total else [])

    def rule(self, rule, default_cooling):
        if "event" in rule:
            return self.event_rule(rule, rule.get("cooling", default_cooling))
        if "when" in rule:
            points = rule["points"] if self.answer(rule["when"]) is True else 0
        elif (value := self.traits[rule["trait"]][0]) is None:
            points = rule.get("unknown", 0)
        elif "points_for" in rule:
            points = rule["points_for"].get(value, rule.get("otherwise", 0))
        else:
            held = (b for b in rule["bands"] if b.get("from", value) <= value and not value >= b.get("below", math.inf))
            points = next((band["points"] for band in held), 0)
        return units(points), None, None, 0

    def event_rule(self, rule, cooling):
        full, found = units(rule["points"]), self.matching(rule)
        counted = [(age, self.quantity(rule.get("per"), values)) for age, values in found]
        if rule.get("count") == "daily":
            counted = [(day, max(quantity for age, quantity in counted if age == day)) for day in dict(counted)]
        if "distinct" in rule:
            values = {values[rule["distinct"]] for _, values in found} - {None}
            counted = [(min(age for age, values in found if values[rule["distinct"]] == value), 1) for value in values]
        worth = [(age, weight(full, cooling, rule.get("within"), age) * quantity) for age, quantity in counted]
        worth = [(age, value) for age, value in worth if value != 0]
        freshest = self.as_of - timedelta(days=min(age for age, _ in worth)) if worth else None
        if rule.get("count") == "latest" and worth:
            worth = [max(worth, key=lambda event: abs(event[1]))]
        raw = sum(value for _, value in worth)
        cap = units(rule["cap"]) if "cap" in rule else abs(raw)
        points = max(-cap, min(raw, cap))
        return points, len(worth), freshest and freshest.date().isoformat(), raw - points

    def quantity(self, per, values):
        if per is None:
            return 1
        value, most = max(values[per["property"]] or 0, 0), per.get("up_to", 1_000_000)
        whole = isinstance(value, int) and isinstance(per["every"], int)
        return min(value // per["every"], most) if whole else math.floor(min(float(value) / float(per["every"]), most))

    def bounds(self, score):
        bounds = [(str(grade), units(bound)) for grade, bound in self.of["scores"][score]["grades"].items()]
        return sorted(bounds, key=lambda entry: -entry[1])

    def grade(self, score):
        bounds = self.bounds(score)
        return next((grade for grade, bound in bounds if self.score(score)[0] >= bound), bounds[-1][0])

    def is_at(self, temperature, kept_from):
        gate = self.of["temperature"].get(temperature, {})
        ways = [gate[way] for way in ("when", "stay") if way in gate and (way == "when" or self.previous in kept_from)]
        return any(self.answer(way) for way in ways)

    def missing(self, item):
        answer, own = self.answer(item), "criterion" in item and item.get("is", "met") == "met"
        status = "unknown" if answer is None else "unmet"
        return None if answer else self.criterion(item["criterion"]) if own else status


def read(definition, profile, events, as_of, previous=None, trait_log=()):
    """One lead's reading: the fields of the JSONL object that are computed; of `missing`, the statuses only."""
    lead = Reading(definition, profile, events, as_of, previous, trait_log)
    scores, frameworks = lead.of["scores"], lead.of["frameworks"]
    named = [criterion for name in frameworks for criterion in lead.letters(name).values()]
    at = "hot" if lead.is_at("hot", ["hot"]) else "warm" if lead.is_at("warm", ["hot", "warm"]) else "cool"
    warmer = [t for t in ("warm", "hot")[("cool", "warm", "hot").index(at) :] if t in lead.of["temperature"]]
    gate = lead.of["temperature"][warmer[0]]["when"] if warmer else {"all": []}
    return {
        "temperature": at,
        "scores": {name: lead.score(name)[0] / 10_000 for name in scores},
        "grades": {name: lead.grade(name) for name, score in scores.items() if score.get("grades")},
        "criteria": {name: lead.criterion(name) for name in [*lead.of["criteria"], *named]},
        "frameworks": {name: lead.framework(name) for name in frameworks},
        "flags": {name: lead.answer(condition) for name, condition in lead.of["flags"].items()},
        "missing": [status for item in gate.get("all", [gate]) if (status := lead.missing(item))],
        "contributions": [
            {"score": name, "rule": rule, "points": points / 10_000, "hits": hits, "last_at": last, "cut": cut / 10_000}
            for name in scores
            for rule, points, hits, last, cut in lead.score(name)[1]
        ],
    }
