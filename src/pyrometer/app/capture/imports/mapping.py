"""What the columns of a file mean: a guess by their names and contents, which a person settles."""

from __future__ import annotations

import re
from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

HANDLES = ("email", "phone", "social", "user", "anonymous")
TARGETS = (*HANDLES, "name", "first_name", "last_name", "time", "event", "id", "trait", "property", "")
"""What a column may be; `trait` and `property` have a name of their own, an empty one is left out."""
TYPES = ("text", "number", "date", "boolean")

_WORDS: dict[str, str] = {
    word: target
    for target, words in {
        "email": "email,e-mail,mail,email address,e-mail address,work email,e-mail-adresse,"
        "epost,e-post,mejl,e-postadress,メール,メールアドレス,eメール",
        "phone": "phone,phone number,mobile,mobile phone,tel,telephone,telefon,telefonnummer,handy,mobil,mobilnummer,"
        "電話,電話番号,携帯",
        "social": "linkedin,linkedin url,linkedin profile,twitter,xing,social,profile url",
        "user": "user id,userid,customer id,customer number,kundennummer,kundnummer,顧客番号",
        "anonymous": "anonymous id,anonymousid,visitor id",
        "name": "name,full name,contact,contact name,vollständiger name,namn,氏名,名前,お名前",
        "first_name": "first name,firstname,given name,vorname,förnamn,名",
        "last_name": "last name,lastname,surname,family name,nachname,efternamn,姓",
        "time": "time,date,timestamp,created,created at,created date,occurred at,date added,datum,zeit,erstellt,"
        "erstellt am,tid,skapad,日付,日時,登録日",
        "event": "event,event name,activity,action,ereignis,aktivität,händelse,aktivitet,イベント",
        "id": "message id,messageid,event id,eventid",
    }.items()
    for word in words.split(",")
}
_TRAITS = {
    "company": "company,company name,organization,organisation,account,firma,unternehmen,företag,会社,会社名",
    "job_title": "job title,title,position,role,funktion,berufsbezeichnung,titel,befattning,役職",
    "industry": "industry,sector,branche,bransch,業種",
    "employees": "employees,company size,number of employees,mitarbeiter,anställda,従業員数",
    "country": "country,land,国",
    "language": "language,sprache,språk,言語",
}
_TRAIT_OF = {word: trait for trait, words in _TRAITS.items() for word in words.split(",")}

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
NUMBER = re.compile(r"[+-]?(0|[1-9]\d*|[1-9]\d{0,2}([,. '’]\d{3})+)([.,]\d+)?")
DATE = re.compile(r"(\d{4}[-/]\d{1,2}[-/]\d{1,2}|\d{1,2}[./-]\d{1,2}[./-](\d{4}|\d{2}))([T ].*)?")
YES = frozenset("yes true y ja wahr j sant はい 1 x ✓".split())
NO = frozenset("no false n nein falsch nej falskt いいえ 0".split())


@dataclass(frozen=True)
class Column:
    """One column: what it is, under which name, and of which type its values are."""

    name: str
    to: str
    called: str = ""
    type: str = "text"


@dataclass(frozen=True)
class Mapping:
    """All that has to be known to read a row. Stored as JSON with the import."""

    columns: tuple[Column, ...] = ()
    encoding: str = "utf-8"
    separator: str = ""
    event: str = ""
    """What happened, where no column says it."""
    region: str = ""
    """The country of phone numbers that name none."""
    zone: str = "UTC"
    """The time zone of times that name none."""
    day_first: bool = True
    """Whether 3/4/2026 is a day in April."""
    channel: str = ""
    """What brought these leads."""
    guessed: tuple[str, ...] = field(default=(), compare=False)

    def stored(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)

    @classmethod
    def of(cls, stored: AnyMapping[str, Any]) -> Mapping:
        """From JSON."""
        known = dict(stored)
        columns = tuple(Column(**column) for column in known.pop("columns", ()))
        guessed = tuple(known.pop("guessed", ()))
        return cls(columns=columns, guessed=guessed, **known)

    def problem(self, kind: str) -> str:
        """What a row can't do without, in words for people; empty where nothing is missing."""
        found = [column.to for column in self.columns]
        if not any(handle in found for handle in HANDLES):
            return "No column says who it is: choose an email, phone, social or id column."
        if kind == "events" and "event" not in found and not self.event:
            return "Nothing says what happened: choose the column with the event, or name it for all rows."
        if kind == "events" and "time" not in found:
            return "No column says when it happened: choose the one with the time."
        for once in ("time", "event", "id", "email"):
            if found.count(once) > 1:
                return f"Two columns are taken for the {once}; one can be."
        unnamed = [column.name for column in self.columns if column.to in ("trait", "property") and not column.called]
        if unnamed:
            return f"The column “{unnamed[0]}” has no name to be kept under."
        return ""


def guess(mapping: Mapping, names: Sequence[str], samples: Sequence[AnyMapping[str, Any]], kind: str) -> Mapping:
    """A mapping with what the columns seem to be; the rest becomes traits or properties."""
    rest = "property" if kind == "events" else "trait"
    columns: list[Column] = []
    taken: set[str] = set()
    day_first = True
    for name in names:
        values = [str(row.get(name, "")).strip() for row in samples]
        values = [value for value in values if value]
        column = _column(name, values, rest)
        if column.to in taken and column.to not in ("trait", "property", "phone", "social", ""):
            column = Column(name, rest, called(name), _type(values))
        if column.to == "event" and kind != "events":
            column = Column(name, rest, called(name))
        if column.to == "time" or column.type == "date":
            day_first = day_first and not _month_first(values)
        taken.add(column.to)
        columns.append(column)
    return replace(mapping, columns=tuple(columns), day_first=day_first)


def called(name: str) -> str:
    """The name under which a column is kept: `Job title` is `job_title`."""
    return re.sub(r"\W+", "_", name.strip().lower()).strip("_")[:120]


def _column(name: str, values: Sequence[str], rest: str) -> Column:
    word = re.sub(r"[\s_]+", " ", name.strip().lower())
    if target := _WORDS.get(word):
        return Column(name, target)
    if values and all(EMAIL.fullmatch(value) for value in values):
        return Column(name, "email")
    if not values:
        return Column(name, "" if name.startswith("column ") else rest, called(name))
    return Column(name, rest, _TRAIT_OF.get(word) or called(name), _type(values))


def _type(values: Sequence[str]) -> str:
    """The type that all values have; a text where in doubt, since a text loses nothing (postal codes, say)."""
    if not values:
        return "text"
    if all(NUMBER.fullmatch(value) for value in values):
        return "number"
    if all(DATE.fullmatch(value) for value in values):
        return "date"
    if all(value.lower() in YES | NO for value in values):
        return "boolean"
    return "text"


def _month_first(values: Sequence[str]) -> bool:
    """Whether a second part over 12 shows that the month stands first."""
    parts = (re.match(r"(\d{1,2})[/.-](\d{1,2})[/.-]\d", value) for value in values)
    return any(found and int(found[2]) > 12 for found in parts)
