"""What templates can do with values. Each is paid for by the letters it reads and writes; none makes much of little."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import wraps
from inspect import Parameter, signature
from typing import Any

from django.utils import dateformat, translation
from django.utils.formats import number_format
from liquid.exceptions import FilterArgumentError
from liquid.filter import with_context
from liquid.undefined import Undefined

MOST_LETTERS = 10_000
"""Of a value."""
MOST_ITEMS = 1_000
"""Of a list."""
LARGEST = 10**15
"""Of a number."""
_DATES = {
    "long": {"en": "j F Y", "de": "j. F Y", "sv": "j F Y", "ja": "Y年n月j日"},
    "short": {"en": "j M Y", "de": "d.m.Y", "sv": "Y-m-d", "ja": "Y/m/d"},
    "month": {"en": "F Y", "de": "F Y", "sv": "F Y", "ja": "Y年n月"},
}
_SIGNS = {"Y": "Y", "y": "y", "m": "m", "d": "d", "e": "j", "B": "F", "b": "M", "A": "l", "a": "D", "H": "H", "M": "i"}


class MissingError(Exception):
    """A value that isn't known of this lead; `name` is the variable."""

    def __init__(self, name: str) -> None:
        super().__init__(f'`{name}` isn\'t known of this lead; write `{{{{ {name} | default: "…" }}}}`')
        self.name = name


def missing(value: Undefined) -> MissingError:
    """What is said of a value that isn't there."""
    return MissingError((value.hint or value.name).removesuffix(" is undefined").strip("'"))


def letters(value: object) -> int:
    """What a value costs."""
    if isinstance(value, list | tuple):
        return sum(map(letters, value)) + len(value)
    return len(value) if isinstance(value, str) else 8


@dataclass(frozen=True)
class Filter:
    """A filter: how it is called, and what a page says of it."""

    call: Callable[..., Any]
    what: str
    least: int
    most: int
    """How many arguments it takes."""


FILTERS: dict[str, Filter] = {}


def _filter(what: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        parameters = list(signature(function).parameters.values())[1:]
        least = sum(each.default is Parameter.empty for each in parameters)
        name = function.__name__.strip("_")

        @with_context
        @wraps(function)
        def paid(left: object, *given: object, context: Any, **named: object) -> object:
            if named or not least <= len(given) <= len(parameters):
                raise FilterArgumentError(f"`{name}` takes {_many(least, len(parameters))}", token=None)
            values = [_known(each) for each in given]
            if name != "default":
                left = _known(left)
            context.pay(letters(left) + letters(values))
            done = function(left, *values)
            if isinstance(done, str) and len(done) > MOST_LETTERS:
                raise FilterArgumentError(f"`{name}` makes more than {MOST_LETTERS:,} letters", token=None)
            if isinstance(done, int | float) and abs(done) > LARGEST:
                raise FilterArgumentError(f"`{name}` makes a number beyond {LARGEST:.0e}", token=None)
            context.pay(letters(done))
            return done

        FILTERS[name] = Filter(paid, what, least, len(parameters))
        return function

    return register


def _many(least: int, most: int) -> str:
    if most == 0:
        return "nothing after it"
    some = str(least) if least == most else f"{least} to {most}"
    return f"{some} value{'' if some == '1' else 's'} after a colon"


def _known(value: object) -> object:
    if isinstance(value, Undefined):
        raise missing(value)
    if isinstance(value, range):
        raise FilterArgumentError("a range of numbers is for loops only", token=None)
    return value


def _text(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(_text, value))
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def _list(value: object) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _number(value: object) -> Decimal:
    try:
        number = Decimal(_text(value).strip() or "0") if len(_text(value)) <= 40 else Decimal("NaN")
    except ArithmeticError:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) > LARGEST:
        raise FilterArgumentError(f"{_text(value)[:40]!r} is no number", token=None)
    return number


def _plain(number: Decimal) -> int | float:
    return int(number) if number == number.to_integral_value() else float(number)


def _whole(value: object, most: int = MOST_LETTERS) -> int:
    return max(0, min(int(_number(value)), most))


@_filter("what stands there where a value isn't known, or is empty")
def default(left: object, other: object = "") -> object:
    """The other value, where there is none or it is nothing, false, or an empty text or list."""
    empty = left is None or left is False or isinstance(left, Undefined) or left == "" or left == []
    return other if empty else left


@_filter("capital letters")
def upcase(left: object) -> str:
    """The text in capital letters."""
    return _text(left).upper()


@_filter("small letters")
def downcase(left: object) -> str:
    """The text in small letters."""
    return _text(left).lower()


@_filter("a capital letter at the beginning")
def capitalize(left: object) -> str:
    """The text with a capital letter at its beginning; the rest stays as it is."""
    text = _text(left)
    return text[:1].upper() + text[1:]


@_filter("without blanks at both ends")
def strip(left: object) -> str:
    """The text without blanks at both ends."""
    return _text(left).strip()


@_filter("at most so many letters, with … in the place of the rest")
def truncate(left: object, length: object = 50, end: object = "…") -> str:
    """At most `length` letters of the text; where some are left out, `end` is counted among them."""
    text, most, ending = _text(left), _whole(length), _text(end)
    return text if len(text) <= most else text[: max(0, most - len(ending))] + ending


@_filter("at most so many words, with … in the place of the rest")
def truncatewords(left: object, count: object = 15, end: object = "…") -> str:
    """At most `count` words of the text, one at least, and `end` where some are left out."""
    words, most = _text(left).split(), max(1, _whole(count))
    return " ".join(words[:most]) + (_text(end) if len(words) > most else "")


@_filter("one text in the place of another")
def replace(left: object, old: object, new: object = "") -> str:
    """The text with `new` wherever `old` stood. Raises FilterArgumentError where `old` is empty or it gets long."""
    text, wanted, put = _text(left), _text(old), _text(new)
    if not wanted:
        raise FilterArgumentError("`replace` needs to know what to replace", token=None)
    if len(text) + text.count(wanted) * len(put) > 2 * MOST_LETTERS:
        raise FilterArgumentError(f"`replace` makes more than {MOST_LETTERS:,} letters", token=None)
    return text.replace(wanted, put)


@_filter("without a text")
def remove(left: object, old: object) -> str:
    """The text without `old`, wherever it stood."""
    return replace(left, old, "")


@_filter("with a text after it")
def append(left: object, other: object) -> str:
    """The text, and the other behind it."""
    return _text(left) + _text(other)


@_filter("with a text before it")
def prepend(left: object, other: object) -> str:
    """The other text, and this one behind it."""
    return _text(other) + _text(left)


@_filter("a list: what stands between the separators")
def split(left: object, separator: object) -> list[str]:
    """What stands between the separators, as a list; of more than MOST_ITEMS the last holds the rest."""
    if not _text(separator):
        raise FilterArgumentError('`split` needs to know where to part: `split: ","`', token=None)
    return _text(left).split(_text(separator), MOST_ITEMS - 1)


@_filter("a list as one text")
def join(left: object, separator: object = ", ") -> str:
    """The items of a list as one text. Raises FilterArgumentError where it gets too long."""
    items, between = [_text(each) for each in _list(left)], _text(separator)
    if sum(map(len, items)) + len(items) * len(between) > 2 * MOST_LETTERS:
        raise FilterArgumentError(f"`join` makes more than {MOST_LETTERS:,} letters", token=None)
    return between.join(items)


@_filter("the first of a list")
def first(left: object) -> object:
    """The first item of a list; an empty text where it has none."""
    return next(iter(_list(left)), "")


@_filter("the last of a list")
def last(left: object) -> object:
    """The last item of a list; an empty text where it has none."""
    return next(reversed(_list(left)), "")


@_filter("how many letters a text has, or how many items a list")
def size(left: object) -> int:
    """How many items a list has, or how many letters a text."""
    return len(left) if isinstance(left, list | tuple) else len(_text(left))


@_filter("more")
def plus(left: object, other: object) -> int | float:
    """The sum. Raises FilterArgumentError, as all that reckon do, where a value is no number."""
    return _plain(_number(left) + _number(other))


@_filter("less")
def minus(left: object, other: object) -> int | float:
    """The difference."""
    return _plain(_number(left) - _number(other))


@_filter("so many times as much")
def times(left: object, other: object) -> int | float:
    """The product."""
    return _plain(_number(left) * _number(other))


@_filter("divided, with decimals")
def divided_by(left: object, other: object) -> int | float:
    """The quotient, with decimals. Raises FilterArgumentError where it would be divided by 0."""
    by = _number(other)
    if not by:
        raise FilterArgumentError("nothing can be divided by 0", token=None)
    return _plain(_number(left) / by)


@_filter("rounded to so many decimals, half up")
def round_(left: object, digits: object = 0) -> int | float:
    """The number rounded half up, to at most six decimals."""
    step = Decimal(1).scaleb(-_whole(digits, 6))
    return _plain(_number(left).quantize(step, ROUND_HALF_UP))


@_filter("a number as the language writes it: 1,234.5 or 1.234,5")
def number(left: object, digits: object = None) -> str:
    """The number as the language in force writes it, with the decimals that it has or so many `digits`."""
    value = _number(left)
    places = None if digits is None else _whole(digits, 6)
    if places is not None:
        value = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return str(number_format(value, decimal_pos=places, use_l10n=True, force_grouping=True))


@_filter("a date as the language writes it: `short`, `long`, `month`, or signs as in `%d.%m.%Y`")
def date_(left: object, form: object = "long") -> str:
    """The day in the language in force. Raises FilterArgumentError for what is no date, or a form that isn't known."""
    day, asked = _date(left), _text(form)
    if asked in _DATES:
        forms = _DATES[asked]
        return str(dateformat.format(day, forms.get(translation.get_language() or "en", forms["en"])))
    if "%" not in asked or len(asked) > 100:
        raise FilterArgumentError(f"`date` knows {', '.join(_DATES)}, and signs as in `%d.%m.%Y`", token=None)
    return re.sub(r"%(.?)", lambda found: _sign(day, found[1]), asked)


def _sign(day: date, sign: str) -> str:
    if sign == "%":
        return "%"
    if sign not in _SIGNS:
        raise FilterArgumentError(f"`date` has no sign `%{sign}`; there are %{', %'.join(_SIGNS)}", token=None)
    return str(dateformat.format(day, _SIGNS[sign]))


def _date(value: object) -> date:
    if isinstance(value, date):
        return value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)  # noqa: DTZ001
    try:
        return datetime.fromisoformat(_text(value).strip()[:40])
    except ValueError:
        raise FilterArgumentError(f"{_text(value)[:40]!r} is no date", token=None) from None


def speaking(language: str) -> Any:
    """Dates and numbers as a language writes them, inside of this."""
    return translation.override(language)
