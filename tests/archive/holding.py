"""Looking for a text in every byte of a folder, and in everything that its Parquet files hold packed."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as parquet


def holders(folder: Path, text: str) -> list[str]:
    """The files below a folder that hold a text: as bytes, in a name, in a value, in a statistic or as metadata."""
    return [str(path.relative_to(folder)) for path in sorted(folder.rglob("*")) if _holds(path, text)]


def _holds(path: Path, text: str) -> bool:
    if text in path.name:
        return True
    if not path.is_file():
        return False
    if text.encode() in path.read_bytes():
        return True
    if path.suffix != ".parquet":
        return False
    with parquet.ParquetFile(path) as file:
        if text in str(file.metadata.metadata) or text in str(file.schema_arrow):
            return True
        for group in range(file.num_row_groups):
            columns = [file.metadata.row_group(group).column(number) for number in range(file.metadata.num_columns)]
            if any(text in str(column.statistics) for column in columns):
                return True
        return any(text in str(value) for column in file.read().columns for value in column.to_pylist())
