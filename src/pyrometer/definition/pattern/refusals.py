"""What a pattern can't hold, why, and what to write instead."""

from __future__ import annotations

from dataclasses import dataclass


class PatternError(ValueError):
    """A pattern that doesn't mean the same on every engine, or nothing at all.

    `position` counts characters from 0 to where the trouble starts.
    """

    def __init__(self, what: str, why: str, fix: str, position: int) -> None:
        self.what = what
        self.why = why
        self.fix = fix
        self.position = position
        super().__init__(f"{what} at character {position + 1} ({why}); {fix}")


@dataclass(frozen=True)
class Refusal:
    """One thing that patterns can't hold; `{}` in its texts is what was written."""

    what: str
    why: str
    fix: str

    def at(self, position: int, written: str = "") -> PatternError:
        """The error for it, at a position."""
        what, why, fix = (text.replace("{}", written) for text in (self.what, self.why, self.fix))
        return PatternError(what, why, fix, position)


EMPTY = Refusal("empty pattern", "it would match every text", "write what to look for, or use `known: true`")
TOO_LONG = Refusal(
    "pattern of more than 500 characters",
    "engines differ in how much they take",
    "use `in` for a list of values, or several conditions under `any`",
)
UNWRITABLE = Refusal("character {}", "not every engine's texts can hold it", "leave it out")
TOO_DEEP = Refusal("more than 30 groups inside each other", "engines differ in how deep they go", "use fewer groups")
TOO_LARGE = Refusal(
    "pattern too large",
    "with its repeats written out it has more than 5,000 parts",
    "use smaller repeats, or `*` and `+`",
)

EMPTY_OPTION = Refusal(
    "empty alternative",
    "it matches every text, whatever the other alternatives say",
    "leave out a `|`, or make the group optional with `?`",
)
EMPTY_GROUP = Refusal(
    "empty group", "there is nothing in it to look for", r"leave it out, or write `\(\)` for brackets"
)
UNOPENED = Refusal("`{}` without its opening bracket", "brackets have to be balanced", r"write `\{}` for the character")
UNCLOSED = Refusal(
    "`{}` without its closing bracket", "brackets have to be balanced", r"close it, or write `\{}` for the character"
)
UNKNOWN_GROUP = Refusal(
    "`{}`", "it isn't a group that every engine knows", r"write `(…)` or `(?:…)`, and `\(` for a bracket"
)
NAMED_GROUP = Refusal(
    "named group `{}`", "nothing reads what a group found, and engines spell names differently", "write `(…)`"
)
LOOK_AROUND = Refusal(
    "look-around `{}`", "RE2 has none", "write the text around it out, or add a condition under `all` or `not`"
)
ATOMIC = Refusal("atomic group `{}`", "RE2 and PostgreSQL have none", "write `(?:…)`")
COMMENT = Refusal("comment `{}`", "not every engine knows it", "write it behind a `#` outside of the pattern")
CONDITIONAL = Refusal("conditional group `{}`", "RE2 and Java have none", "write both cases as alternatives, `…|…`")
IGNORING_CASE = Refusal("flag `{}`", "case is ignored already", "leave it out")
FLAGS = Refusal(
    "flags `{}`",
    "engines differ in what flags mean",
    r"leave them out; case is ignored already, and `(?:.|\n)` is any character",
)
GROUPS = {
    "(?=": LOOK_AROUND, "(?!": LOOK_AROUND, "(?<=": LOOK_AROUND, "(?<!": LOOK_AROUND,
    "(?>": ATOMIC, "(?#": COMMENT, "(?(": CONDITIONAL,
    "(?P=": Refusal("back-reference `{}`", "RE2 has none", "write the repeated text out"),
    "(?P<": NAMED_GROUP, "(?<": NAMED_GROUP, "(?'": NAMED_GROUP,
}  # fmt: skip

NOTHING_TO_REPEAT = Refusal(
    "`{}` with nothing to repeat",
    "it has to follow a character, a class or a group",
    r"write `\{}` for the character, or leave it out",
)
REPEATED_TWICE = Refusal(
    "`{}` after another repeat",
    "engines disagree on what repeating a repeat means",
    "leave one out, or put a group around the first: `(?:a+)?`",
)
POSSESSIVE = Refusal(
    "possessive repeat `{}`", "RE2 and PostgreSQL have none", r"leave out the last `+`, or write `\+` for the character"
)
OPEN_BRACE = Refusal(
    "`{` that is no repeat",
    "engines disagree on whether it is a character",
    r"write `\{` for the character, or a repeat such as `{2,5}`",
)
NO_LEAST = Refusal("repeat `{}` without its least number", "engines disagree on what it means", "write `{0,…}`")
REVERSED_REPEAT = Refusal("repeat `{}`", "its least number is above its greatest", "swap the numbers")
REPEATED_OFTEN = Refusal("repeat `{}`", "PostgreSQL counts to 255", "use at most 255, or `*` and `+`")
REPEATED_INSIDE = Refusal("repeat `{}` of a repeat", "together they are more than RE2's 1,000", "use smaller numbers")

EMPTY_CLASS = Refusal(
    "`{}` that doesn't hold anything",
    "engines disagree on where such a class ends",
    r"write `\]` for a bracket inside of it",
)
ALL_OR_NOTHING = Refusal("class `{}`", "no character is in it", "write the characters that you look for")
REVERSED_RANGE = Refusal("range `{}`", "its first character comes after its last", "swap them")
CLASS_IN_RANGE = Refusal(
    "range `{}`", "a set of characters can't be the end of a range", r"write `\-` for the character `-`"
)
LOOSE_HYPHEN = Refusal(
    "`-` in the middle of a class", "engines disagree on whether it is a range", r"write `\-` for the character"
)
POSIX_CLASS = Refusal(
    "`{}`", "not every engine knows classes by name", r"write the characters out, or use `\w`, `\d`, `\s`"
)
NESTED_CLASS = Refusal(
    "`[` inside a class", "Java would read it as a class of its own", r"write `\[` for the character"
)
CLASS_OPERATION = Refusal(
    "`&&` inside a class", "Java would read it as what two classes share", "write `&` once for the character"
)
BACKSPACE = Refusal(
    r"`\b` inside a class", "it would be a backspace there, not the edge of a word", "move it out of the class"
)
FOREIGN_EDGE = Refusal(
    r"`\b` beside `{}`",
    r"RE2's `\b` knows words of English letters only and would see no edge here",
    r"leave the `\b` out, or write `(?:^|[ ,;/])` or `(?:$|[ ,;/])` instead",
)

DANGLING = Refusal(
    "backslash at the end", "it has to stand before the character that it escapes", r"write `\\` for a backslash"
)
ANCHOR = Refusal("`{}`", "engines disagree on it", "use `^` for the start of the text and `$` for its end")
QUOTING = Refusal("quoting `{}`", "RE2 and Java only have it", r"put `\` before each special character")
PROPERTY = Refusal(
    "character property `{}`", "engines know different ones", "write the characters as a class: `[a-zäöüß]`"
)
NOT_A_BOUNDARY = Refusal(r"`\B`", "engines disagree on it", r"write which characters may stand there, such as `\w`")
CODE = Refusal("character code `{}`", "engines spell codes differently", "write the character itself")
NUMBER = Refusal(
    "`{}`",
    "RE2 has no back-references, and engines disagree on which numbers are character codes",
    "write the repeated text out, or the character itself",
)
UNKNOWN_ESCAPE = Refusal(
    "`{}`",
    "it isn't an escape that every engine knows",
    r"write the character without `\`; known are \d \w \s \D \W \S \b \t \n \r \f",
)
ESCAPES = {
    **dict.fromkeys("AzZG", ANCHOR),
    **dict.fromkeys("QE", QUOTING),
    **dict.fromkeys("pP", PROPERTY),
    **dict.fromkeys("xuUoc", CODE),
    **dict.fromkeys("0123456789", NUMBER),
    **dict.fromkeys("kg", Refusal("back-reference `{}`", "RE2 has none", "write the repeated text out")),
    "B": NOT_A_BOUNDARY,
}
