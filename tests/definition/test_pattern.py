"""Patterns: what they are normalised to, what is refused and why, and that engines agree on what is left."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import FrozenInstanceError
from typing import Any, cast

import duckdb
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from pyrometer.definition.pattern import Pattern, PatternError, Spelling, check_pattern, refusals
from pyrometer.definition.pattern.characters import same_letter

# Python's own ignoring of case takes ı and İ for i, and its `$` looks past a last line feed.
PYTHON = Spelling(end=r"\Z", any_case=True)


@pytest.fixture(scope="module")
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def in_python(pattern: Pattern, text: str) -> bool:
    # ASCII is for `\b` alone: classes are written out and case is in the spelling.
    return re.search(pattern.render(PYTHON), text, re.ASCII) is not None


def in_duckdb(engine: duckdb.DuckDBPyConnection, pattern: Pattern, texts: list[str]) -> list[bool]:
    rows = engine.execute(
        "select regexp_matches(text, $pattern, 'i') from unnest($texts) as _(text)",
        {"pattern": pattern.normalised, "texts": texts},
    ).fetchall()
    return [found for (found,) in rows]


@pytest.mark.parametrize(
    ("source", "normalised"),
    [
        ("chief|vp|head|director", "chief|vp|head|director"),
        ("^(IT|EDV)$", "^(?:IT|EDV)$"),
        ("(?:((a)))b", "ab"),
        ("(a|b)|c", "a|b|c"),
        ("(ab)+(?:c)*d?", "(?:ab)+c*d?"),
        ("a+?b*?c??d{2,3}?", "a+b*c?d{2,3}"),
        ("a{3}b{2,}c{1,4}d{0,1}e{0,}f{1,}g{2,2}", "a{3}b{2,}c{1,4}d?e*f+g{2}"),
        ("(a+)?", "(?:a+)?"),
        (r"\d\D", "[0-9][^0-9]"),
        (r"\w\W", "[0-9A-Z_a-z][^0-9A-Z_a-z]"),
        (r"\s\S", r"[\t\n\f\r ][^\t\n\f\r ]"),
        (r"[\w.+-]+@", r"[+\-.0-9A-Z_a-z]+@"),
        (r"[^\W_]", "[0-9A-Za-zſ\u212a]"),
        (r"[\s\S]", r".|\n"),
        (r"x[\d\D]y", r"x(?:.|\n)y"),
        (r"[^\D]", "[0-9]"),
        (r"[\Wab]", "[^0-9C-Z_c-zſ\u212a]"),
        ("[cba]", "[a-c]"),
        ("[a-cb-e]", "[a-e]"),
        ("[-a]", r"[\-a]"),
        ("[a-]", r"[\-a]"),
        ("[a^]", r"[\^a]"),
        (r"[\]\[\\]", r"[\[-\]]"),
        (r"[.*$(|&]", "[$&(*.|]"),
        (r"\bvp\b", r"\bvp\b"),
        (r"\t\n\r\f", r"\t\n\r\f"),
        (r"\.\*\\\/\_\ \。", r"\.\*\\/_ 。"),
        (r"a\{2\}", r"a\{2\}"),
        ("部長|取締役", "部長|取締役"),
        ("😀+", "😀+"),
        (r"a\]", r"a\]"),
    ],
)
def test_normalised(source: str, normalised: str) -> None:
    pattern = check_pattern(source)
    assert pattern.source == source
    assert pattern.normalised == normalised
    assert check_pattern(normalised).normalised == normalised


REFUSED = [
    ("", 0, "empty pattern", "known: true"),
    ("a" * 501, 500, "more than 500 characters", "`in`"),
    ("a\0b", 1, "U+0000", "leave it out"),
    ("a\ud800", 1, "U+D800", "leave it out"),
    ("(" * 31 + "a" + ")" * 31, 30, "groups inside each other", "fewer"),
    (r"(?:\d[aeiouäö]{9}){99}", 0, "too large", "smaller repeats"),
    ("(?:(?:a?b?c?){30}){33}", 0, "too large", "smaller repeats"),
    ("a|", 2, "empty alternative", "`|`"),
    ("|a", 0, "empty alternative", "`|`"),
    ("a||b", 2, "empty alternative", "`|`"),
    ("(|a)", 1, "empty alternative", "`?`"),
    ("a()", 1, "empty group", r"`\(\)`"),
    ("(?:)", 0, "empty group", "leave it out"),
    ("a)", 1, "`)` without its opening", r"`\)`"),
    ("a]", 1, "`]` without its opening", r"`\]`"),
    ("a}", 1, "`}` without its opening", r"`\}`"),
    ("b(a", 1, "`(` without its closing", r"`\(`"),
    ("b(", 1, "`(` without its closing", r"`\(`"),
    ("b[a", 1, "`[` without its closing", r"`\[`"),
    ("[", 0, "`[` without its closing", r"`\[`"),
    ("[a-", 0, "`[` without its closing", r"`\[`"),
    ("b(?=a)", 1, "look-around `(?=`", "`all` or `not`"),
    ("(?!a)", 0, "look-around `(?!`", "`all` or `not`"),
    ("(?<=a)b", 0, "look-around `(?<=`", "`all` or `not`"),
    ("(?<!a)b", 0, "look-around `(?<!`", "`all` or `not`"),
    ("(?>a)", 0, "atomic group", "`(?:…)`"),
    ("(?#a)", 0, "comment", "`#`"),
    ("(?(1)a|b)", 0, "conditional", "alternatives"),
    ("(?P<x>a)", 0, "named group `(?P<`", "`(…)`"),
    ("(?<x>a)", 0, "named group `(?<`", "`(…)`"),
    ("(?'x'a)", 0, "named group", "`(…)`"),
    ("(a)(?P=x)", 3, "back-reference `(?P=`", "write the repeated text out"),
    ("(?i)a", 0, "flag `(?i)`", "leave it out"),
    ("a(?i:b)", 1, "flag `(?i:`", "leave it out"),
    ("(?ms)a", 0, "flags `(?ms)`", r"`(?:.|\n)`"),
    ("(?-i)a", 0, "flags `(?-i)`", "leave them out"),
    ("(?|a)", 0, "`(?|`", "`(…)`"),
    ("(?", 0, "`(?`", "`(…)`"),
    ("*a", 0, "`*` with nothing to repeat", r"`\*`"),
    ("a|+", 2, "`+` with nothing to repeat", r"`\+`"),
    ("(?a)", 0, "flags `(?a)`", "leave them out"),
    ("(+a)", 1, "`+` with nothing to repeat", r"`\+`"),
    ("{2}", 0, "`{` with nothing to repeat", r"`\{`"),
    ("^*a", 1, "`*` with nothing to repeat", r"`\*`"),
    ("a$?", 2, "`?` with nothing to repeat", r"`\?`"),
    (r"(\b)+a", 4, "`+` with nothing to repeat", r"`\+`"),
    ("a**", 2, "`*` after another repeat", "`(?:a+)?`"),
    ("a+*", 2, "`*` after another repeat", "`(?:a+)?`"),
    ("a{2}{3}", 4, "`{` after another repeat", "`(?:a+)?`"),
    ("a*??", 3, "`?` after another repeat", "`(?:a+)?`"),
    ("a*+", 1, "possessive repeat `*+`", "leave out the last `+`"),
    ("a{2,3}+", 1, "possessive repeat `{2,3}+`", "leave out the last `+`"),
    ("a{", 1, "`{` that is no repeat", r"`\{`"),
    ("a{b}", 1, "`{` that is no repeat", r"`\{`"),
    ("{a}", 0, "`{` that is no repeat", r"`\{`"),
    ("a{,}", 1, "`{` that is no repeat", r"`\{`"),
    ("a{1,2,3}", 1, "`{` that is no repeat", r"`\{`"),
    ("a{²}", 1, "`{` that is no repeat", r"`\{`"),
    ("a{,3}", 1, "without its least number", "`{0,…}`"),
    ("a{5,2}", 1, "repeat `{5,2}`", "swap"),
    ("a{256}", 1, "repeat `{256}`", "at most 255"),
    ("a{1,1000}", 1, "repeat `{1,1000}`", "at most 255"),
    ("a{1000,}", 1, "repeat `{1000,}`", "at most 255"),
    ("(?:a{40}){26}", 9, "repeat `{26}` of a repeat", "smaller numbers"),
    ("(?:(?:a{10,}b){10,11}){10}", 22, "repeat `{10}` of a repeat", "smaller numbers"),
    ("a[]b]", 1, "`[]`", r"`\]`"),
    ("[^]", 0, "`[^]`", r"`\]`"),
    (r"[^\s\S]", 0, r"class `[^\s\S]`", "write the characters"),
    ("[b-a]", 1, "range `b-a`", "swap"),
    (r"[a-\d]", 1, r"range `a-\d`", r"`\-`"),
    (r"[\w-.]", 1, r"range `\w-.`", r"`\-`"),
    ("[a-c-e]", 4, "`-` in the middle", r"`\-`"),
    ("[+--]", 3, "`-` in the middle", r"`\-`"),
    ("[a--b]", 3, "`-` in the middle", r"`\-`"),
    ("[[:alpha:]]", 1, "`[:`", "write the characters out"),
    ("[a[b]]", 2, "`[` inside a class", r"`\[`"),
    ("[a&&b]", 2, "`&&`", "write `&` once"),
    (r"[\b]", 1, r"`\b` inside a class", "move it out"),
    (r"\bÄrztin", 0, r"`\b` beside `Ä`", r"leave the `\b` out"),
    (r"(?:chef|ägare)\b|\b(?:chef|ägare)", 17, r"`\b` beside `ä`", r"leave the `\b` out"),
    (r"chef[eé]?\b", 9, r"`\b` beside `é`", r"leave the `\b` out"),
    (r"\b部長", 0, r"`\b` beside `部`", r"leave the `\b` out"),
    ("a\\", 1, "backslash at the end", r"`\\`"),
    ("[a\\", 2, "backslash at the end", r"`\\`"),
    (r"\Aa", 0, r"`\A`", "`^`"),
    (r"a\Z", 1, r"`\Z`", "`$`"),
    (r"a\z", 1, r"`\z`", "`$`"),
    (r"\Ga", 0, r"`\G`", "`^`"),
    (r"\Qa.b\E", 0, r"quoting `\Q`", "before each special character"),
    (r"\p{Lu}", 0, r"character property `\p`", "as a class"),
    (r"[\PL]", 1, r"character property `\P`", "as a class"),
    (r"a\Bb", 1, r"`\B`", r"`\w`"),
    (r"\x41", 0, r"character code `\x`", "write the character itself"),
    (r"[\u00e9]", 1, r"character code `\u`", "write the character itself"),
    (r"\cA", 0, r"character code `\c`", "write the character itself"),
    (r"(a)\1", 3, r"`\1`", "write the repeated text out"),
    (r"\012", 0, r"`\0`", "the character itself"),
    (r"(a)\k<x>", 3, r"back-reference `\k`", "write the repeated text out"),
    (r"\h", 0, r"`\h`", r"without `\`"),
    (r"\ä", 0, r"`\ä`", r"without `\`"),
]


@pytest.mark.parametrize(("source", "position", "what", "fix"), REFUSED)
def test_refused(source: str, position: int, what: str, fix: str) -> None:
    with pytest.raises(PatternError) as caught:
        check_pattern(source)
    error = caught.value
    assert what in error.what
    assert fix in error.fix
    assert error.position == position
    assert str(error) == f"{error.what} at character {position + 1} ({error.why}); {error.fix}"
    assert "{}" not in str(error)


def test_every_refusal_is_tested() -> None:
    reasons = set()
    for source, *_ in REFUSED:
        with pytest.raises(PatternError) as caught:
            check_pattern(source)
        reasons.add(caught.value.why)
    assert {value.why for value in vars(refusals).values() if isinstance(value, refusals.Refusal)} <= reasons


@pytest.mark.parametrize(
    "source",
    [
        "(" * 100_000,
        "(?:" * 100_000,
        "a{1000}{1000}",
        "((((((((((a{99}){99}){99}){99}){99}){99}){99}){99}){99}){99})",
        "a" + "{" * 499,
        "[" * 499,
        "[" + "a-" * 249,
        "\\" * 499,
        "(a|" * 160,
        "(a*)*" * 99 + "(",
        "a{" + "9" * 490 + "}",
    ],
    ids=lambda source: source[:12],
)
def test_hostile_patterns_are_refused(source: str) -> None:
    with pytest.raises(PatternError):
        check_pattern(source)


def test_a_pattern_cannot_change_and_is_known_by_its_source() -> None:
    pattern = check_pattern("a|b")
    with pytest.raises(FrozenInstanceError):
        cast(Any, pattern).source = "c"
    assert pattern == check_pattern("a|b")
    assert len({pattern, check_pattern("a|b"), check_pattern("a|c")}) == 2


def test_an_engine_spells_what_it_has_to() -> None:
    spelling = Spelling(any_character="[^\n]", start=r"\A", end=r"\z", boundary=r"\y", any_case=True)
    assert check_pattern(r"^.\bK[^s]\+ü2$").render(spelling) == "\\A[^\n]\\y[Kk\u212a][^Ssſ]\\+[Üü]2\\z"
    assert check_pattern("[a-c]x").render(spelling) == "[A-Ca-c][Xx]"


@pytest.mark.parametrize(
    ("source", "text", "expected"),
    [
        ("vp|chief", "The Chief of Staff", True),
        ("^chief", "The Chief of Staff", False),
        ("a.b", "a\nb", False),
        ("a.b", "a\rb", True),
        ("a[^x]b", "a\nb", True),
        ("a$", "a\n", False),
        ("^b", "a\nb", False),
        (r"\bvp\b", "SVP, Sales", False),
        (r"\bvp\b", "Sales/VP", True),
        (r"\bvp\b", "vp_sales", False),
        (r"\d", "٣", False),
        (r"\w", "é", False),
        (r"\W", "é", True),
        (r"\s", "\u00a0", False),
        (r"\s", "\v", False),
        ("É", "é", True),
        ("ß", "ẞ", True),
        ("ß", "ss", False),
        ("ς", "Σ", True),
        ("s", "ſ", True),
        ("k", "\u212a", True),
        ("[a-z]", "\u212a", True),
        ("[^k]", "\u212a", False),
        (r"\w", "ſ", True),
        (r"\W", "ſ", False),
        (r"[\W_]", "ſ", False),
        (r"[\Wk]", "\u212a", True),
        ("i", "ı", False),
        ("i", "İ", False),
        ("ı", "I", False),
        ("é", "e\u0301", False),
        ("(a{0}b)+", "b", True),
        (r"[&\&]", "&", True),
        ("[~~||]", "|", True),
    ],
)
def test_one_meaning(engine: duckdb.DuckDBPyConnection, source: str, text: str, expected: bool) -> None:
    pattern = check_pattern(source)
    assert in_python(pattern, text) is expected
    assert in_duckdb(engine, pattern, [text]) == [expected]


def test_the_same_letters_as_duckdb(engine: duckdb.DuckDBPyConnection) -> None:
    letters = "".join(map(chr, [*same_letter(), *map(ord, "ıİŉﬅﬆ-_")]))
    found = engine.execute(
        "select letter, list_sort(regexp_extract_all($letters, letter, 0, 'i')) from unnest($list) as _(letter)",
        {"letters": letters, "list": list(letters)},
    ).fetchall()
    expected = {letter: list(map(chr, same_letter().get(ord(letter), (ord(letter),)))) for letter in letters}
    assert dict(found) == expected


ALPHABET = "abkKsSſ\u212aiıİßẞéÉåσς部µ09_ -.,&^]$\n\t\r\x0b😀"


def escaped(char: str) -> str:
    return f"\\{char}" if char in r"-.&^]$" else char


class_parts = st.one_of(
    st.sampled_from(ALPHABET).map(escaped),
    st.sampled_from([r"\d", r"\w", r"\s", r"\D", r"\W", r"\S"]),
    st.tuples(st.sampled_from(ALPHABET), st.sampled_from(ALPHABET)).map(
        lambda ends: f"{escaped(min(ends))}-{escaped(max(ends))}"
    ),
)
atoms = st.one_of(
    st.sampled_from(ALPHABET).map(escaped),
    st.sampled_from([".", r"\d", r"\w", r"\s", r"\D", r"\W", r"\S", "^", "$", r"\b"]),
    st.builds(
        lambda negated, parts: f"[{negated}{''.join(parts)}]",
        st.sampled_from(["", "^"]),
        st.lists(class_parts, min_size=1, max_size=4),
    ),
)
quantifiers = st.sampled_from(["*", "+", "?", "{2}", "{0,2}", "{1,}", "{0}", "*?", "+?", "??", "{1,3}?"])


def larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.lists(inner, min_size=2, max_size=4).map("".join),
        st.lists(inner, min_size=2, max_size=3).map(lambda options: f"(?:{'|'.join(options)})"),
        inner.map(lambda item: f"({item})"),
        st.tuples(inner, quantifiers).map(lambda pair: f"(?:{pair[0]}){pair[1]}"),
    )


sources = st.recursive(atoms, larger, max_leaves=8)
texts = st.text(ALPHABET, max_size=8)


def read(source: str) -> Pattern | None:
    try:
        return check_pattern(source)
    except PatternError:
        return None


@settings(max_examples=300)
@given(sources, st.lists(texts, min_size=1, max_size=8))
def test_python_and_duckdb_agree(engine: duckdb.DuckDBPyConnection, source: str, texts: list[str]) -> None:
    pattern = read(source)
    assume(pattern is not None)
    assert pattern is not None
    assert in_duckdb(engine, pattern, texts) == [in_python(pattern, text) for text in texts]


@settings(max_examples=500)
@given(st.text(r"ab1ä.,^$|*+?()[]{}\:-=!<>PbdwsWBAzQpnt&i", max_size=12))
@example(r"[\W\d]")
@example("[^a]{255}")
def test_what_is_accepted_compiles_everywhere(engine: duckdb.DuckDBPyConnection, source: str) -> None:
    pattern = read(source)
    assume(pattern is not None)
    assert pattern is not None
    re.compile(pattern.render(PYTHON), re.ASCII)
    in_duckdb(engine, pattern, ["a"])
    assert check_pattern(pattern.normalised).normalised == pattern.normalised


@pytest.mark.parametrize(
    "source",
    [
        r"\W{255}" * 4,
        r"[^a]{255}" * 19,
        ".{255}" * 19,
        "(?:[aäö部😀]{99}){10}",
        "(?:a?b?){250}",
        "(" * 30 + "a" + ")" * 30,
    ],
    ids=lambda source: source[:12],
)
def test_the_largest_patterns_compile(engine: duckdb.DuckDBPyConnection, source: str) -> None:
    pattern = check_pattern(source)
    re.compile(pattern.render(PYTHON), re.ASCII)
    assert in_duckdb(engine, pattern, [""]) == [in_python(pattern, "")]
