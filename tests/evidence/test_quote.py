"""Names and values as SQL: whatever they hold, they come back as they were."""

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyrometer.evidence.quote import ident, literal, literals

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.sampled_from(
    ["'", "''", '"', "\\'", "--", "/*", "$1", "?", ";", "\0", "a\0b\0", "\n", "%s", "{}", "é", "日本"]
)
NAMES = TEXTS.filter(lambda text: text and "\0" not in text)


@given(text=TEXTS)
def test_a_literal_is_its_text(text: str) -> None:
    with duckdb.connect() as con:
        assert con.execute(f"SELECT {literal(text)}").fetchone() == (text,)


@given(texts=st.lists(TEXTS, min_size=1, max_size=5))
def test_literals_are_their_texts(texts: list[str]) -> None:
    with duckdb.connect() as con:
        assert con.execute(f"SELECT [{literals(texts)}]").fetchone() == (texts,)


@given(name=NAMES)
def test_an_identifier_is_its_name(name: str) -> None:
    with duckdb.connect() as con:
        con.execute(f"SELECT 1 AS {ident(name)}")
        assert con.description is not None
        assert con.description[0][0] == name


@pytest.mark.parametrize("name", ["", "a\0b"])
def test_what_no_column_can_be_called(name: str) -> None:
    with pytest.raises(ValueError, match="can't be the name"):
        ident(name)
