"""A Parquet file that is written as rows come; nothing is held but one group of rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, BinaryIO, Self

import pyarrow as pa
import pyarrow.parquet as pq

_ROWS = 50_000

_PROVENANCE = {
    "job": pa.string(),
    "level": pa.int32(),
    "labeling_job": pa.string(),
    "origin": pa.string(),
    "edited": pa.bool_(),
    "workers": pa.list_(pa.string()),
    "checks": pa.list_(pa.string()),
    "created_at": pa.timestamp("us", tz="UTC"),
}
SCHEMAS: Mapping[str, pa.Schema] = {
    "objects": pa.schema(
        {
            "object": pa.int64(),
            "source": pa.string(),
            "is_text": pa.bool_(),
            "attribute": pa.string(),
            "first_job": pa.string(),
            "modality": pa.string(),
            "type": pa.string(),
            "unlabeled": pa.string(),
            "judges": pa.string(),
            "content": pa.string(),
            **_PROVENANCE,
        }
    ),
    "frames": pa.schema(
        {
            "object": pa.int64(),
            "frame": pa.int32(),
            "source": pa.string(),
            "name": pa.string(),
            "number": pa.int64(),
            "sensor": pa.string(),
            "uri": pa.string(),
            "width": pa.int32(),
            "height": pa.int32(),
            "depth": pa.int32(),
            "attributes": pa.string(),
            "unlabeled": pa.string(),
        }
    ),
    "annotations": pa.schema(
        {
            "object": pa.int64(),
            "frame": pa.int32(),
            "attribute": pa.string(),
            "kind": pa.string(),
            "label": pa.string(),
            "class_id": pa.int64(),
            "object_id": pa.string(),
            "object_name": pa.string(),
            "attributes": pa.string(),
            "confidence": pa.float64(),
            **dict.fromkeys(("left", "top", "width", "height", "x", "y"), pa.float64()),
            "vertices": pa.list_(pa.struct({"x": pa.float64(), "y": pa.float64()})),
            **dict.fromkeys(("center_x", "center_y", "center_z"), pa.float64()),
            **dict.fromkeys(("cuboid_length", "cuboid_width", "cuboid_height"), pa.float64()),
            **dict.fromkeys(("roll", "pitch", "yaw"), pa.float64()),
            "start": pa.int64(),
            "end": pa.int64(),
            "comments": pa.list_(pa.string()),
            **dict.fromkeys(("uri", "color", "colors"), pa.string()),
            **_PROVENANCE,
        }
    ),
}


class Table:
    """Rows of one of the `SCHEMAS`."""

    def __init__(self, schema: pa.Schema, writer: pq.ParquetWriter) -> None:
        self._schema = schema
        self._writer = writer
        self._columns: dict[str, list[Any]] = {name: [] for name in schema.names}
        self._rows = 0

    @classmethod
    @contextmanager
    def opened(cls, name: str, file: BinaryIO) -> Iterator[Self]:
        """A table whose end is written when the context is left."""
        schema = SCHEMAS[name]
        with pq.ParquetWriter(file, schema, compression="zstd") as writer:
            table = cls(schema, writer)
            yield table
            table._write()

    def add(self, row: Mapping[str, Any]) -> None:
        """A row; columns that it does not name are null."""
        for name, column in self._columns.items():
            column.append(row.get(name))
        self._rows += 1
        if self._rows == _ROWS:
            self._write()

    def _write(self) -> None:
        arrays = [
            _array(column, field.type)
            for column, field in zip(self._columns.values(), self._schema, strict=True)
        ]
        self._writer.write_batch(pa.record_batch(arrays, schema=self._schema))
        for column in self._columns.values():
            column.clear()
        self._rows = 0


def _array(column: list[Any], kind: pa.DataType) -> pa.Array:
    try:
        return pa.array(column, type=kind)
    except UnicodeEncodeError:
        # Half a character, as JSON can have it. Tables have none.
        return pa.array([_whole(value) for value in column], type=kind)


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode(errors="replace").decode()
    return [_whole(item) for item in value] if isinstance(value, tuple) else value
