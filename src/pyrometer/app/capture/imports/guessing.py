"""Guesses what the columns of a file mean: by what the definition asks for, by their names, by their contents."""

from __future__ import annotations

import re
from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pyrometer.app.capture.imports.mapping import NO, YES, Column, Mapping, agreed
from pyrometer.app.capture.imports.wanted import Wants, called, meant

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


def guess(
    mapping: Mapping, names: Sequence[str], samples: Sequence[AnyMapping[str, Any]], kind: str, wants: Wants
) -> Mapping:
    """A mapping with what the columns seem to be; the rest becomes traits or properties.

    What the definition asks for is found by its names and read as its types, whatever the values look like.
    """
    rest = "property" if kind == "events" else "trait"
    columns: list[Column] = []
    taken: set[str] = set()
    given: set[tuple[str, str]] = set()
    day_first = True
    for name in names:
        values = [str(row.get(name, "")).strip() for row in samples]
        values = [value for value in values if value]
        column = _wanted(name, values, rest, wants, given) or _column(name, values, rest)
        if column.to in taken and column.to not in ("trait", "property", "phone", "social", ""):
            column = Column(name, rest, called(name), _type(values))
        if column.to == "event" and kind != "events":
            column = Column(name, rest, called(name))
        if column.to == "time" or column.type == "date":
            day_first = day_first and not _month_first(values)
        taken.add(column.to)
        given.add((column.to, column.called))
        columns.append(column)
    return agreed(replace(mapping, columns=tuple(columns), day_first=day_first), wants)


def _wanted(name: str, values: Sequence[str], rest: str, wants: Wants, given: set[tuple[str, str]]) -> Column | None:
    """The column as the definition asks for it; a way to be reached stays what it is."""
    word = _word(name)
    if word in _WORDS or (values and all(EMAIL.fullmatch(value) for value in values)):
        return None
    alike = {called(each) for each in _TRAITS.get(_TRAIT_OF.get(word, ""), "").split(",") if each}
    if word in _TRAIT_OF:
        alike.add(_TRAIT_OF[word])
    for to in dict.fromkeys((rest, "trait")):
        found = meant(name, wants.of(to), alike)
        if found is not None and (to, found.name) not in given:
            return Column(name, to, found.name, found.read_as)
    return None


def _column(name: str, values: Sequence[str], rest: str) -> Column:
    word = _word(name)
    if target := _WORDS.get(word):
        return Column(name, target)
    if values and all(EMAIL.fullmatch(value) for value in values):
        return Column(name, "email")
    if not values:
        return Column(name, "" if name.startswith("column ") else rest, called(name))
    return Column(name, rest, _TRAIT_OF.get(word) or called(name), _type(values))


def _word(name: str) -> str:
    return re.sub(r"[\s_]+", " ", name.strip().lower())


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
