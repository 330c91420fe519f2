"""Append records: small batches from systems at the door."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from django.db import transaction

from beijiang.kernel import guard, inbox
from beijiang.kernel.errors import Invalid, TooLarge
from beijiang.kernel.ids import new_id
from beijiang.kernel.words import Words
from beijiang.trust.audit import actions as audit

from .. import events, grants, queries
from ..adapters import quarantine, tables
from ..adapters.casting import Caster, raw_row
from ..types import Appended
from .columns import fitted
from .datasets import tell
from .disk import disk_problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from beijiang.kernel.types import Actor

MAX_ROWS = 100_000


@transaction.atomic
def append(actor: Actor, *, dataset: str, rows: Sequence[Mapping[str, Any]] | pa.Table, key: str | None = None) -> Appended:
    """This function will append up to 100,000 rows as one snapshot; with `key` once, however often it is tried.

    Rows that do not fit their columns are set aside with reasons (`rows_bad`); columns of special categories are dropped
    (RIGHTS 2), and unknown ones; `notes` tells. Raises NotFound, Invalid ("lake.no_columns_match"), TooLarge, Unavailable (disk full).
    """
    about = queries.dataset(dataset)
    guard.require(actor, grants.APPEND, guard.Resource("dataset", dataset, {"owner_unit": about.owner_unit}))
    batch, names = _batch(rows)
    if batch.num_rows > MAX_ROWS:
        raise TooLarge(
            "lake.too_many_rows",
            detail=Words(
                f"一次最多 {MAX_ROWS:,} 行，没有写入。请分批，或用文件入库。",
                f"At most {MAX_ROWS:,} rows at a time; nothing was written. Send smaller batches, or a file.",
            ),
        )
    if batch.num_rows == 0:
        raise Invalid("lake.no_rows", detail=Words("没有数据行。", "There are no rows."))
    columns, notes, _ = fitted(about, names)
    if key is not None:
        if not inbox.once("lake.append", hashlib.sha256(f"{dataset}:{key}".encode()).hexdigest()):
            return _repeated(dataset, key, notes)
        tables.sweep(dataset, key)
    key = key or str(new_id())
    writer = tables.Writer(dataset, about.columns, f"{key}-{new_id().hex[-8:]}", sort_by=about.area_column)
    aside = quarantine.Quarantine(str(new_id()))
    caster = Caster(columns, writer.schema)
    try:
        cast = caster.cast(batch)
        for position, reasons in cast.bad:
            aside.add(position + 1, reasons, raw_row(batch, position, columns))
        if cast.good.num_rows:
            writer.write(cast.good)
        files = writer.finish()
        bad_file = aside.finish()
        snapshot_id, added = tables.commit(dataset, files, key)
    except OSError as error:
        writer.discard()
        aside.discard()
        raise disk_problem(error) from error
    finally:
        caster.close()
    if files and not added:
        # An earlier try committed its files and then died before this transaction's end: they stand, these go, the leaf is written now.
        writer.discard()
    tell(dataset, actor=actor, rows_bad=len(cast.bad), fresh=True)
    entry = audit.record(
        actor,
        events.RowsAppended(dataset=dataset, rows=cast.good.num_rows, rows_bad=len(cast.bad), key=key, snapshot=str(snapshot_id or "")),
    )
    return Appended(
        dataset=dataset,
        rows=cast.good.num_rows,
        rows_bad=len(cast.bad),
        snapshot_id=snapshot_id,
        entry_id=entry,
        notes=notes,
        bad_file=bad_file,
    )


def _repeated(dataset: str, key: str, notes: tuple[Words, ...]) -> Appended:
    done = tables.committed(tables.load(dataset), key)
    added = int(done.summary.additional_properties.get("added-records", 0)) if done is not None and done.summary else 0
    return Appended(
        dataset=dataset, rows=added, rows_bad=0, snapshot_id=int(done.snapshot_id) if done is not None else None, repeated=True, notes=notes
    )


def _batch(rows: Sequence[Mapping[str, Any]] | pa.Table) -> tuple[pa.RecordBatch, list[str]]:
    if isinstance(rows, pa.Table):
        names = rows.column_names
        arrays = [rows.column(i).combine_chunks() for i in range(rows.num_columns)]
    else:
        names = list(dict.fromkeys(name for row in rows for name in row))
        arrays = [_array([row.get(name) for row in rows]) for name in names]
    return pa.RecordBatch.from_arrays(arrays, [f"c{i}" for i in range(len(arrays))]), [str(n) for n in names]


def _array(values: list[Any]) -> pa.Array:
    try:
        return pa.array(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        # Mixed kinds in one column: as text, and the declared type decides.
        return pa.array(
            [
                None
                if v is None
                else v
                if isinstance(v, str)
                else json.dumps(v, ensure_ascii=False)
                if isinstance(v, dict | list)
                else str(v)
                for v in values
            ],
            pa.string(),
        )
