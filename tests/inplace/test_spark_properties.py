"""What must hold of every definition and all evidence, held by Spark, too.

Planning a wide query takes Spark a second, a hundred times what it takes the others: it is tried on fewer examples.
"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests import test_properties as properties
from tests.engines import spark
from tests.strategies import Case
from tests.test_properties import CASES, examples


@examples(40)
@given(case=CASES)
def test_spark_and_oracle_agree(case: Case) -> None:
    properties.test_engine_and_oracle_agree.hypothesis.inner_test(spark, case)


@examples(5)
@given(case=CASES, data=st.data())
def test_any_partition_of_the_leads_gives_the_same_rows(case: Case, data: st.DataObject) -> None:
    properties.test_any_partition_of_the_leads_gives_the_same_rows.hypothesis.inner_test(spark, case, data)


@examples(5)
@given(case=CASES, data=st.data())
def test_the_order_of_rows_changes_nothing(case: Case, data: st.DataObject) -> None:
    properties.test_the_order_of_rows_changes_nothing.hypothesis.inner_test(spark, case, data)


@examples(5)
@given(case=CASES, data=st.data())
def test_repeated_messages_change_nothing(case: Case, data: st.DataObject) -> None:
    properties.test_repeated_messages_change_nothing.hypothesis.inner_test(spark, case, data)


@examples(5)
@given(case=CASES)
def test_what_is_not_known_yet_changes_nothing(case: Case) -> None:
    properties.test_what_is_not_known_yet_changes_nothing.hypothesis.inner_test(spark, case)
