"""What the application asks of its database when it connects."""

from __future__ import annotations

import pytest
from django.db import connection


@pytest.mark.skipif(connection.vendor != "postgresql", reason="asked of PostgreSQL only: make test-postgresql")
@pytest.mark.django_db
def test_nothing_is_compiled() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW jit")
        assert cursor.fetchone() == ("off",)
