"""What is removed from a SQLite database is overwritten in its file, whatever the library does by itself."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from pyrometer.app.database import database

TEXT = "Zwiebelfisch"


def there(folder: Path) -> int:
    """How often the text stands in the database or its log."""
    return sum(file.read_bytes().count(TEXT.encode()) for file in folder.iterdir())


def test_text_that_was_removed_is_nowhere_once_the_log_is_written_back(tmp_path: Path) -> None:
    settings = database(None, tmp_path)
    with closing(sqlite3.connect(settings["NAME"], isolation_level=None)) as connection:
        # Debian's library overwrites by itself, others don't.
        connection.execute("PRAGMA secure_delete=OFF")
        connection.executescript(settings["OPTIONS"]["init_command"])
        connection.execute("CREATE TABLE said (id INTEGER PRIMARY KEY, text TEXT)")
        # Short ones that share a page, and long ones with pages of their own, which are free afterwards.
        texts = [f"{TEXT} {number} " * (1 if number % 2 else 900) for number in range(40)]
        connection.executemany("INSERT INTO said (text) VALUES (?)", [(text,) for text in [*texts, "kept"]])
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        assert there(tmp_path) > 15_000
        connection.execute("DELETE FROM said WHERE text LIKE ?", [f"{TEXT}%"])
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        assert there(tmp_path) == 0
        assert connection.execute("SELECT text FROM said").fetchall() == [("kept",)]
