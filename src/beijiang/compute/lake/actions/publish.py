"""From a draft to rows: the dataset is defined, or found to fit, and the run is queued, all or nothing."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from django.db import transaction
from procrastinate.contrib.django import app as jobs

from beijiang.kernel import guard
from beijiang.kernel.errors import Conflict, Invalid
from beijiang.kernel.words import Words
from beijiang.trust.audit import actions as audit

from .. import events, grants, models, queries
from ..adapters import locks, spool
from ..queries.drafts import find_own
from ..queries.runs import as_run
from ..rules.definition import special_refused
from ..types import RUN_OPEN
from .datasets import define_dataset
from .ingest import QUEUE, TASK, freeze, staged

if TYPE_CHECKING:
    from uuid import UUID

    from beijiang.kernel.types import Actor

    from ..types import ColumnSpec, DatasetSpec, Run

NAME_LOCK = 10


@transaction.atomic
def publish_draft(actor: Actor, *, draft_id: UUID, spec: DatasetSpec) -> Run:
    """This function will define the dataset that `spec` describes, or fit the draft to one that is there, and queue its ingestion.

    Every column of the file must be named: taken or dropped. Raises Refused (a special category, RIGHTS 2; not one's draft),
    Conflict (the name is taken, the draft is used, columns of another type), Invalid (what cannot be defined so).
    """
    found = find_own(actor, draft_id=draft_id, lock=True)
    if found.state == "used" and found.run is not None and found.run.dataset.name == spec.name:
        return as_run(found.run, repeated=True)  # the button was pressed twice
    if found.state != "ready" or not spool.draft_file(found.pk).exists():
        raise Conflict(
            "lake.draft_not_ready",
            detail=Words(
                "这份文件还没有识别完、不能使用或已经用过，没有改动。",
                "This file is not looked through yet, cannot be used, or was used already; nothing was changed.",
            ),
        )
    mapping, taken = _taken(found, spec)
    # Two stewards may want the same name at once: the second waits here, and then finds the name taken.
    locks.hold(f"lake:{spec.name}", NAME_LOCK)
    if spec.append:
        _fit(actor, spec, taken)
    else:
        _define(actor, found, spec, taken)
    about = queries.dataset(spec.name)
    guard.require(actor, grants.INGEST, guard.Resource("dataset", spec.name, {"owner_unit": about.owner_unit}))
    return _queue(actor, found, spec.name, mapping)


def _taken(found: models.Draft, spec: DatasetSpec) -> tuple[dict[str, str | None], list[ColumnSpec]]:
    """Header → column or None, and the columns that are taken. Nothing is taken or left out in silence."""
    refused = {c["header"]: Words.of(c["refused"]) for c in found.columns if c["refused"]}
    headers = [c["header"] for c in found.columns]
    named = [c.header for c in spec.columns]
    missing, strange = [h for h in headers if h not in named], [h for h in named if h not in headers]
    if missing or strange or len(set(named)) != len(named):
        listed = "、".join(h[:40] for h in (missing or strange or named)[:10])
        raise Invalid(
            "lake.columns_unnamed",
            Words("列没有逐一说明", "Not every column is accounted for"),
            Words(
                f"文件的每一列都要说明是采用还是舍弃，且只说明一次：{listed}。没有保存。",
                f"Say of each column of the file, once, whether it is taken or dropped: {listed}. Nothing was saved.",
            ),
        )
    mapping: dict[str, str | None] = {}
    taken: list[ColumnSpec] = []
    for item in spec.columns:
        if item.drop or item.column is None:
            mapping[item.header] = None
            continue
        if item.header in refused:
            raise special_refused(item.header, Words("见识别结果", "see the profile"))
        mapping[item.header] = item.column.name
        taken.append(item.column)
    if not taken:
        raise Invalid("lake.no_columns", detail=Words("至少要采用一列。没有保存。", "Take at least one column. Nothing was saved."))
    names = [c.name for c in taken]
    doubled = sorted({n for n in names if names.count(n) > 1})
    if doubled:
        raise Invalid(
            "lake.bad_definition",
            detail=Words(
                f"两列用了同一个列名：{'、'.join(doubled)}。没有保存。",
                f"Two columns have the same name: {', '.join(doubled)}. Nothing was saved.",
            ),
        )
    return mapping, taken


def _define(actor: Actor, found: models.Draft, spec: DatasetSpec, taken: list[ColumnSpec]) -> None:
    existing = models.Dataset.objects.filter(name=spec.name).first()
    own = models.IngestRun.objects.filter(dataset=existing, draft=found.pk).exists()
    # A dataset that this very draft made, and whose rows never came in, is made anew: its steward corrects it.
    if existing is not None and not (existing.state == "defined" and own):
        raise Conflict(
            "lake.name_taken",
            Words("这个数据集名已有", "This name is taken"),
            Words(
                f"已有名为 {spec.name} 的数据集。请换一个名称，或者选择“并入已有数据集”。没有保存。",
                f"There is a dataset called {spec.name}. Choose another name, or bring the file into that dataset. Nothing was saved.",
            ),
            fields={"name": Words("已有这个名称", "taken")},
        )
    subjects = [c.title for c in taken if c.subject]
    if subjects and not spec.personal:
        raise Invalid(
            "lake.personal",
            detail=Words(
                f"列“{subjects[0].zh}”指向个人，数据集应登记为含个人信息。没有保存。",
                f"Column “{subjects[0].en}” names persons, so the dataset holds personal data. Nothing was saved.",
            ),
            fields={"personal": Words("含个人信息", "holds personal data")},
        )
    define_dataset(
        actor,
        name=spec.name,
        title=spec.title,
        description=spec.description,
        columns=[_with_header(c, spec) for c in taken],
        owner_unit=spec.owner_unit,
        grade=spec.grade,
        personal=spec.personal,
        area_column=spec.area_column,
        unit_column=spec.unit_column,
        retention_days=spec.retention_days,
    )


def _with_header(column: ColumnSpec, spec: DatasetSpec) -> ColumnSpec:
    """The header becomes an alias, so that next month's file of the same form finds its columns by itself."""
    header = next(c.header for c in spec.columns if c.column is column)
    if header in (column.name, column.title.zh, column.title.en, *column.aliases):
        return column
    return replace(column, aliases=(*column.aliases, header))


def _fit(actor: Actor, spec: DatasetSpec, taken: list[ColumnSpec]) -> None:
    """Raises NotFound for an unknown dataset, Conflict naming the first column of another type; adds what it does not have."""
    about = queries.dataset(spec.name)
    known = {c.name: c for c in about.columns}
    for column in taken:
        had = known.get(column.name)
        if had is not None and (had.type != column.type or (had.type == "decimal" and had.digits != column.digits)):
            raise Conflict(
                "lake.column_type",
                Words("列的类型不一致", "A column is of another type"),
                Words(
                    f"数据集 {spec.name} 的列 {column.name} 是 {had.type}，这份文件却作为 {column.type} 送入。已有数据的列不能改类型。没有保存。",
                    f"Column {column.name} of dataset {spec.name} is {had.type}; this file brings it as {column.type}. A column with rows keeps its type. Nothing was saved.",
                ),
            )
    role = about.area_column or about.unit_column
    if role is not None and role not in {c.name for c in taken}:
        raise Invalid(
            "lake.column_missing",
            Words("缺少必需的列", "A required column is missing"),
            Words(
                f"缺少列 {role}：授权按它决定谁能看到哪一行。没有保存。",
                f"Column {role} is missing: it decides who may see which row. Nothing was saved.",
            ),
        )
    added = [_with_header(c, spec) for c in taken if c.name not in known]
    if added:
        define_dataset(
            actor,
            name=about.name,
            title=about.title,
            description=about.description,
            columns=[*about.columns, *added],
            owner_unit=about.owner_unit,
            grade=about.grade,
            personal=about.personal or any(c.subject for c in added),
            area_column=about.area_column,
            unit_column=about.unit_column,
            retention_days=about.retention_days,
        )


def _queue(actor: Actor, draft: models.Draft, dataset: str, mapping: dict[str, str | None]) -> Run:
    row = models.Dataset.objects.get(name=dataset)
    values = {"file_name": draft.file_name, "size": draft.size, "starter": freeze(actor), "mapping": mapping, "draft": draft.pk}
    run, created = models.IngestRun.objects.select_for_update(of=("self",)).get_or_create(dataset=row, sha256=draft.sha256, defaults=values)
    repeated = not created and run.state in ("done", *RUN_OPEN)
    if not repeated:
        if not created:
            reset(run, **values)
        lay(draft.pk, draft.sha256, dataset)
        audit.record(
            actor,
            events.IngestStarted(
                run=run.pk, dataset=dataset, file_name=draft.file_name, sha256=draft.sha256, size=draft.size, draft=draft.pk
            ),
        )
        jobs.configure_task(TASK, queue=QUEUE, allow_unknown=True).defer(run_id=str(run.pk))
    models.Draft.objects.filter(pk=draft.pk).update(state="used", run=run)
    if repeated and run.state == "done":
        transaction.on_commit(lambda: spool.forget_draft(draft.pk))
    run.refresh_from_db()
    return as_run(run, repeated=repeated)


def reset(run: models.IngestRun, **values: object) -> None:
    """This function will put a run that is over back to its beginning."""
    fresh: dict[str, object] = {
        "state": "queued",
        "error": None,
        "notes": [],
        "reasons": [],
        "rows_ok": 0,
        "rows_bad": 0,
        "progress": 0,
        "started_at": None,
        "finished_at": None,
    }
    models.IngestRun.objects.filter(pk=run.pk).update(**(fresh | values))


def lay(draft_id: UUID, sha256: str, dataset: str) -> bool:
    """This function will lay a draft's file where runs find theirs, without copying it. False when it is gone."""
    source, target = spool.draft_file(draft_id), staged(sha256, dataset)
    if not source.exists():
        return False
    target.unlink(missing_ok=True)
    os.link(source, target)
    return True
