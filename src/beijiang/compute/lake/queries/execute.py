"""A governed statement in the worker: asked, split into what may leave and what only the log gets."""

from __future__ import annotations

import contextlib
import logging
import math
import secrets
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.conf import settings
from pyiceberg.exceptions import NoSuchTableError

from beijiang.kernel import clock
from beijiang.kernel.errors import Problem, Refused, TooLarge, Unavailable
from beijiang.kernel.words import Words
from beijiang.trust.audit.types import SubjectRef

from ..adapters import client, tables
from ..rules import gate, govern, outputs, slots, wire
from ..types import Answer, concerning

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import pyarrow as pa

    from beijiang.trust.access.types import Decision

    from ..types import AnswerColumn, Dataset, Running

log = logging.getLogger("beijiang.lake")

TIMEOUT_MS = 30_000
Group = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Files:
    """The files of all datasets of a question, as of one moment each."""

    by_dataset: Mapping[str, tuple[str, ...]]
    snapshots: Mapping[str, int | None]

    @property
    def all(self) -> list[str]:
        """Every file, dataset after dataset."""
        return [path for found in self.by_dataset.values() for path in found]

    @property
    def empty(self) -> tuple[str, ...]:
        """Datasets that have no file yet."""
        return tuple(name for name, found in self.by_dataset.items() if not found)


@dataclass(slots=True)
class Found:
    """What came back: the visible columns, persons by column, and how many values were gathered into each row."""

    table: pa.Table
    width: int
    truncated: bool
    elapsed_ms: float
    persons: dict[govern.Origin, set[str]] = field(default_factory=dict)
    gathered: list[int] = field(default_factory=list)
    alone: int = 0
    """Totals with a condition inside that were about one person, beside groups that are about several."""

    @property
    def types(self) -> list[pa.DataType]:
        """Types of the visible columns."""
        return [self.table.schema.field(place).type for place in range(self.width)]


def permitted(decision: Decision | None, dataset: str) -> None:
    """This function will refuse without a decision that permits, is still good, and is about this dataset."""
    if decision is None or not decision.permit or (decision.expires_at is not None and decision.expires_at <= clock.now()):
        raise Refused(
            "lake.not_permitted", detail=Words("没有有效的依据，没有返回数据。", "There is no valid basis; no data was returned.")
        )
    if decision.question.dataset and decision.question.dataset != dataset:
        raise Refused(
            "lake.other_dataset",
            detail=Words("这一依据是针对另一个数据集的，没有返回数据。", "This basis is for another dataset; no data was returned."),
        )


def files_of(names: Iterable[str]) -> Files:
    """This function will look up the current files of datasets; Unavailable when a table is missing."""
    files: dict[str, tuple[str, ...]] = {}
    snapshots: dict[str, int | None] = {}
    for name in names:
        try:
            snapshots[name], found = tables.current_files(name)
        except NoSuchTableError:
            raise Unavailable(
                "lake.no_table",
                detail=Words("数据集的数据表不在，请联系管理员。", "The dataset's table is missing; tell the administrator."),
            ) from None
        files[name] = tuple(found)
    return Files(files, snapshots)


class _Asking:
    """One question in the worker, in one piece or in several; the hashes of all pieces are salted alike, and never again so."""

    def __init__(self, files: Files, running: Running | None) -> None:
        self.files, self.running = files, running
        self.salt = secrets.token_hex(16)
        self.elapsed_ms = 0.0
        self.until = time.monotonic() + TIMEOUT_MS / 1000
        self.parts, start = {}, 0
        for name, found in files.by_dataset.items():
            self.parts[slots.files(name)] = wire.Part(start, start + len(found))
            start += len(found)

    def ask(self, sql: str, values: Sequence[Any]) -> pa.Table:
        """This function will check and run one statement."""
        try:
            gate.check(sql)
        except gate.GateError as error:
            # The gate knows something that the governor does not: nothing runs, and the log says which node it was.
            log.error("the gate refused a statement of ours: %s", error)  # noqa: TRY400 - no values stand in it
            raise client.failed() from None
        parameters = [self.parts[v] if slots.slot(v) == "files" else self.salt if slots.slot(v) else v for v in values]
        reply = client.ask(settings.ENV.lake_socket, sql, parameters, self.files.all, timeout_ms=self._left(), running=self.running)
        self.elapsed_ms += reply.elapsed_ms
        return reply.table

    def _left(self) -> int:
        """Milliseconds left of the whole question's time: its stages share it."""
        return max(1, int((self.until - time.monotonic()) * 1000))


def run(made: govern.Statement, files: Files, *, running: Running | None = None) -> Found:
    """This function will run a governed statement; grouped ones over one dataset in stages, which finds the same for less."""
    asking = _Asking(files, running)
    width = len(made.columns)
    table = asking.ask(made.sql, made.parameters) if made.staged is None else asking.ask(made.staged.sql, made.staged.parameters)
    found = Found(table.slice(0, made.limit), width, table.num_rows > made.limit, 0.0)
    if made.staged is None:
        values = {hidden: outputs.listed(found.table.column(place)) for place, hidden in enumerate(made.hidden, start=width)}
    else:
        values = _in_stages(made.staged, asking, _groups(found.table, width, made.staged.keys))
    _note(found, values)
    found.elapsed_ms = asking.elapsed_ms
    return found


def _in_stages(staged: govern.Staged, asking: _Asking, groups: list[Group]) -> dict[govern.Hidden, list[Any]]:
    """The hidden values of groups, in their order; MANY where a sample showed several persons."""
    if not groups:
        return {}
    sample = asking.ask(*staged.sample())
    seen = dict(zip(_groups(sample, 0, staged.keys), _tails(sample, staged.keys), strict=True))
    known = {hidden: {group: values[place] for group, values in seen.items()} for place, hidden in enumerate(staged.hidden, start=1)}
    if sum(count for count, *_ in seen.values()) >= staged.size:  # else the sample was all there is
        left = {hidden: [g for g in groups if known[hidden].get(g) != govern.MANY] for hidden in staged.hidden}
        wanted = [hidden for hidden, pending in left.items() if pending]
        pending = list(dict.fromkeys(g for hidden in wanted for g in left[hidden]))
        exact = asking.ask(*staged.exact(wanted, pending if staged.bindable(pending) else None)) if pending else None
        for group, values in zip(_groups(exact, 0, staged.keys), _tails(exact, staged.keys), strict=True) if exact else ():
            for hidden, value in zip(wanted, values[1:], strict=True):
                known[hidden][group] = value
    return {hidden: [known[hidden].get(group) for group in groups] for hidden in staged.hidden}


def _note(found: Found, values: Mapping[govern.Hidden, list[Any]]) -> None:
    """Sorts hidden values: persons, and what counts as more rows than are seen."""
    found.gathered = [0] * found.table.num_rows
    whole = {hidden.tag: column for hidden, column in values.items() if not hidden.some and not hidden.parts and not hidden.counts}
    alone: dict[int, set[int]] = {}
    for hidden, column in values.items():
        for row, value in enumerate(column):
            if hidden.counts:
                found.gathered[row] += int(value or 0)
                continue
            for tag, names in zip(hidden.parts, value or (), strict=False) if hidden.parts else ((hidden.tag, value),):
                known = {one for one in (names or "").split(govern.BETWEEN) if one not in ("", govern.MANY)}
                if known:
                    found.persons.setdefault(tag, set()).update(known)
                    if hidden.some and whole.get(tag, column)[row] == govern.MANY:
                        alone.setdefault(hidden.some, set()).add(row)
    found.alone = sum(len(rows) for rows in alone.values())


def _groups(table: pa.Table, start: int, width: int) -> list[Group]:
    """The keys of each row; one group without keys for a total."""
    if not width:
        return [()] * table.num_rows
    columns = [[_key(v) for v in outputs.listed(table.column(place))] for place in range(start, start + width)]
    return list(zip(*columns, strict=True))


def _tails(table: pa.Table, start: int) -> list[tuple[Any, ...]]:
    return list(zip(*(outputs.listed(table.column(place)) for place in range(start, table.num_columns)), strict=True))


def _key(value: Any) -> Any:
    """A value that is found again among those of another statement: what is not a number equals nothing, not itself either."""
    if isinstance(value, float) and math.isnan(value):
        return "NaN"
    return tuple(_key(v) for v in value) if isinstance(value, list) else value


def answer(
    found: Found, columns: tuple[AnswerColumn, ...], made: govern.Statement, files: Files, about: Mapping[str, Dataset], *, cap: int
) -> Answer:
    """This function will make the answer: rows that may leave, and who they are about or who was asked about."""
    # One row may hold several persons' data (lead, self-joins, subqueries in SELECT, totals under conditions): it counts as so many.
    persons = max((len(named) for named in found.persons.values()), default=0)
    counted = max(sum(max(made.wide, n) for n in found.gathered) + found.alone, persons)
    if counted > cap and (persons > cap or any(n > made.wide for n in found.gathered)):
        raise TooLarge(
            "lake.too_many_values",
            Words("一行汇集的值过多", "Rows hold too many values"),
            Words(
                f"结果的各行（列表、拼接的文本、带条件的汇总等）共含 {counted:,} 条记录的值，超过行数上限 {cap:,}。没有返回数据。",
                f"The rows of the answer (lists, joined texts, totals under conditions …) hold values of {counted:,} records together, more "
                f"than the row cap of {cap:,}. No data was returned.",
            ),
        )
    snapshots = list(files.snapshots.values())
    return Answer(
        columns=columns,
        rows=outputs.rows(found.table, found.width),
        truncated=found.truncated,
        elapsed_ms=found.elapsed_ms,
        subjects=_subjects(found, made, about),
        snapshot_id=snapshots[0] if len(snapshots) == 1 else None,
        counted=counted,
    )


@contextlib.contextmanager
def telling(made: govern.Statement, about: Mapping[str, Dataset]) -> Iterator[None]:
    """This function will note on any error within whom the question is about: that it failed may tell of rows, so it is logged."""
    try:
        yield
    except Problem as problem:
        raise concerning(problem, asked_about(made, about)) from None


def asked_about(made: govern.Statement, about: Mapping[str, Dataset]) -> tuple[SubjectRef, ...]:
    """This function will name the persons whom a question asks about by writing them out, found or not."""
    kinds = {govern.Origin(name, c.name): c.subject for name, d in about.items() for c in d.columns}
    return tuple(sorted({SubjectRef(str(kinds[t]), v, t.column) for t, v in made.asked if v}, key=lambda s: (s.column, s.value)))


def _subjects(found: Found, made: govern.Statement, about: Mapping[str, Dataset]) -> tuple[SubjectRef, ...]:
    kinds = {govern.Origin(name, c.name): c.subject for name, d in about.items() for c in d.columns}
    refs = {SubjectRef(str(kinds[tag]), value, tag.column) for tag, values in found.persons.items() for value in values}
    return tuple(sorted(refs.union(asked_about(made, about)), key=lambda s: (s.column, s.value)))
