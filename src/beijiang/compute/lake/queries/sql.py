"""Questions in SQL: read, and run under the decisions on every dataset they need."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from django.conf import settings
from pyiceberg.exceptions import NoSuchTableError

from beijiang.kernel import clock
from beijiang.kernel.errors import NotFound, Refused, TooLarge, Unavailable
from beijiang.kernel.words import Words
from beijiang.trust.audit.types import SubjectRef

from ..adapters import client, tables
from ..rules import gate, govern, outputs, slots, wire
from ..types import Answer, AnswerColumn, Parsed
from .catalogue import dataset

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beijiang.trust.access.types import Decision

    from ..types import Dataset, Running

TIMEOUT_MS = 30_000
EMPTY = Words("", "")


def parse_sql(sql: str) -> Parsed:
    """This function will read one query over datasets of the catalogue and name what it needs; no rows are touched.

    Raises Invalid ("lake.sql_refused", "lake.sql_unreadable", "lake.sql_empty", "lake.sql_mistake") naming the construct and
    what is possible, TooLarge ("lake.sql_too_long", "lake.sql_too_deep") over the limits. A dataset that does not exist is
    named like any other: the decision on it says no.
    """
    found = govern.survey(sql, _declared)
    return Parsed(sql, found.datasets, found.conditions)


def _declared(name: str) -> Dataset | None:
    try:
        return dataset(name)
    except NotFound:
        return None


def answer_sql(parsed: Parsed, decisions: Mapping[str, Decision], *, running: Running | None = None) -> Answer:
    """This function will run a question in SQL under one decision for each of its datasets.

    Each dataset is seen as its decision says: filtered on stored values, masked, its other columns not there at all. At most the
    smallest `row_cap` rows; values gathered into lists and joined texts count as rows, too. Raises Refused (no valid basis for one
    of the datasets, withheld columns), Invalid (a mistake, or a calculation that a visible row does not allow), NotFound
    (dataset), TooLarge, Unavailable; with `running` Conflict ("lake.cancelled") and Refused ("lake.revoked_midway").
    """
    about = {name: dataset(name) for name in parsed.datasets}
    for name in about:
        decision = decisions.get(name)
        if decision is None or not decision.permit or (decision.expires_at is not None and decision.expires_at <= clock.now()):
            raise Refused(
                "lake.not_permitted", detail=Words("没有有效的依据，没有返回数据。", "There is no valid basis; no data was returned.")
            )
        if decision.question.dataset and decision.question.dataset != name:
            raise Refused(
                "lake.other_dataset",
                detail=Words("这一依据是针对另一个数据集的，没有返回数据。", "This basis is for another dataset; no data was returned."),
            )
    files, snapshots = _files(about)
    cap = min(decisions[name].row_cap for name in about)
    made = govern.govern(parsed.sql, about, decisions, limit=cap, empty=[name for name, found in files.items() if not found])
    gate.check(made.sql)
    reply = client.ask(
        settings.ENV.lake_socket,
        made.sql,
        _parameters(made.parameters, files),
        [path for found in files.values() for path in found],
        timeout_ms=TIMEOUT_MS,
        running=running,
    )
    return _answer(made, about, decisions, reply, cap, snapshots)


def _files(about: Mapping[str, Dataset]) -> tuple[dict[str, tuple[str, ...]], dict[str, int | None]]:
    files: dict[str, tuple[str, ...]] = {}
    snapshots: dict[str, int | None] = {}
    for name in about:
        try:
            snapshots[name], found = tables.current_files(name)
        except NoSuchTableError:
            raise Unavailable(
                "lake.no_table",
                detail=Words("数据集的数据表不在，请联系管理员。", "The dataset's table is missing; tell the administrator."),
            ) from None
        files[name] = tuple(found)
    return files, snapshots


def _parameters(values: tuple[Any, ...], files: Mapping[str, tuple[str, ...]]) -> list[Any]:
    # The salt is made for this question and forgotten: a hash can be matched within one answer only.
    salt = secrets.token_hex(16)
    parts, start = {}, 0
    for name, found in files.items():
        parts[slots.files(name)] = wire.Part(start, start + len(found))
        start += len(found)
    return [parts[v] if slots.slot(v) == "files" else salt if slots.slot(v) else v for v in values]


def _answer(
    made: govern.Statement,
    about: Mapping[str, Dataset],
    decisions: Mapping[str, Decision],
    reply: client.Reply,
    cap: int,
    snapshots: Mapping[str, int | None],
) -> Answer:
    shown = reply.table.slice(0, made.limit)
    width = len(made.columns)
    rows = outputs.rows(shown, width)
    counted = _counted(made, shown, cap)
    return Answer(
        columns=tuple(_column(out, shown.schema.field(place).type, about, decisions) for place, out in enumerate(made.columns)),
        rows=rows,
        truncated=reply.table.num_rows > made.limit,
        elapsed_ms=reply.elapsed_ms,
        subjects=_subjects(made, about, shown),
        snapshot_id=next(iter(snapshots.values())) if len(snapshots) == 1 else None,
        counted=counted,
    )


def _counted(made: govern.Statement, shown: Any, cap: int) -> int:
    """Rows, or the values gathered into them: whichever is more. TooLarge over the cap."""
    gathered = [0] * shown.num_rows
    for place, hidden in enumerate(made.hidden, start=len(made.columns)):
        if hidden.counts:
            gathered = [g + int(v or 0) for g, v in zip(gathered, shown.column(place).to_pylist(), strict=True)]
    counted = sum(max(1, g) for g in gathered)
    if counted > cap and any(gathered):
        raise TooLarge(
            "lake.too_many_values",
            Words("拼接的值过多", "Too many values in lists"),
            Words(
                f"列表或拼接的文本共含 {counted:,} 个值，超过行数上限 {cap:,}。没有返回数据。",
                f"Lists and joined texts hold {counted:,} values together, more than the row cap of {cap:,}. No data was returned.",
            ),
        )
    return counted


def _column(out: govern.Out, kind: Any, about: Mapping[str, Dataset], decisions: Mapping[str, Decision]) -> AnswerColumn:
    plain = out.line.plain
    if plain is None:
        return AnswerColumn(out.name, Words(out.name, out.name), outputs.type_of(kind))
    spec = next(c for c in about[plain.dataset].columns if c.name == plain.column)
    return AnswerColumn(out.name, spec.title, outputs.type_of(kind), decisions[plain.dataset].mask_of(plain.column) or "none")


def _subjects(made: govern.Statement, about: Mapping[str, Dataset], shown: Any) -> tuple[SubjectRef, ...]:
    """Whose rows these are, and who was asked about."""
    kinds = {(name, c.name): c.subject for name, d in about.items() for c in d.columns}
    found = {
        SubjectRef(str(kinds[hidden.tag.dataset, hidden.tag.column]), value, hidden.tag.column)
        for place, hidden in enumerate(made.hidden, start=len(made.columns))
        if not hidden.counts
        for value in shown.column(place).unique().to_pylist()
        if value not in (None, "", govern.MANY)
    }
    found |= {SubjectRef(str(kinds[o.dataset, o.column]), value, o.column) for o, value in made.asked if value}
    return tuple(sorted(found, key=lambda s: (s.column, s.value)))
