"""A governed statement in the worker: asked, split into what may leave and what only the log gets."""

from __future__ import annotations

import math
import secrets
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.conf import settings
from pyiceberg.exceptions import NoSuchTableError

from beijiang.kernel import clock
from beijiang.kernel.errors import Refused, TooLarge, Unavailable
from beijiang.kernel.words import Words
from beijiang.trust.audit.types import SubjectRef

from ..adapters import client, tables
from ..rules import gate, govern, outputs, slots, wire
from ..types import Answer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pyarrow as pa

    from beijiang.trust.access.types import Decision

    from ..types import AnswerColumn, Dataset, Running

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
        gate.check(sql)
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
    if made.staged is not None:
        table = asking.ask(made.staged.sql, made.staged.parameters)
        shown = table.slice(0, made.limit)
        found = Found(shown, width, table.num_rows > made.limit, 0.0)
        _persons_in_stages(made.staged, asking, found)
    else:
        table = asking.ask(made.sql, made.parameters)
        shown = table.slice(0, made.limit)
        found = Found(shown, width, table.num_rows > made.limit, 0.0)
        for place, hidden in enumerate(made.hidden, start=width):
            if hidden.counts:
                counts = [int(v or 0) for v in shown.column(place).to_pylist()]
                found.gathered = [a + b for a, b in zip(found.gathered or [0] * len(counts), counts, strict=True)]
            elif hidden.parts:
                for values in shown.column(place).to_pylist():
                    for part, value in zip(hidden.parts, values or (), strict=False):
                        _note(found, part, [value])
            else:
                _note(found, hidden.tag, shown.column(place).unique().to_pylist())
    found.elapsed_ms = asking.elapsed_ms
    return found


def _persons_in_stages(staged: govern.Staged, asking: _Asking, found: Found) -> None:
    groups = _groups(found.table, found.width, staged.keys)
    if not groups:
        return
    sample = asking.ask(*staged.sample())
    seen = dict(zip(_groups(sample, 0, staged.keys), _tails(sample, staged.keys), strict=True))
    if sum(count for count, *_ in seen.values()) < staged.size:
        for group in groups:  # the sample was all there is
            for hidden, value in zip(staged.hidden, seen[group][1:] if group in seen else (), strict=False):
                _note(found, hidden.tag, [value])
        return
    left = {
        hidden: [g for g in groups if g not in seen or seen[g][place] != govern.MANY] for place, hidden in enumerate(staged.hidden, start=1)
    }
    wanted = [hidden for hidden, pending in left.items() if pending]
    if not wanted:
        return
    pending = list(dict.fromkeys(g for hidden in wanted for g in left[hidden]))
    exact = asking.ask(*staged.exact(wanted, pending if staged.bindable(pending) else None))
    asked = set(pending)
    for group, values in zip(_groups(exact, 0, staged.keys), _tails(exact, staged.keys), strict=True):
        if group in asked:
            for hidden, value in zip(wanted, values[1:], strict=True):
                _note(found, hidden.tag, [value])


def _groups(table: pa.Table, start: int, width: int) -> list[Group]:
    """The keys of each row; one group without keys for a total."""
    if not width:
        return [()] * table.num_rows
    columns = [[_key(v) for v in outputs.listed(table.column(place))] for place in range(start, start + width)]
    return list(zip(*columns, strict=True))


def _tails(table: pa.Table, start: int) -> list[tuple[Any, ...]]:
    return list(zip(*(outputs.listed(table.column(place)) for place in range(start, table.num_columns)), strict=True))


def _key(value: Any) -> Any:
    if isinstance(value, float) and math.isnan(value):
        return "NaN"
    return tuple(value) if isinstance(value, list) else value


def _note(found: Found, origin: govern.Origin, values: Iterable[Any]) -> None:
    persons = found.persons.setdefault(origin, set())
    persons.update(value for value in values if value not in (None, "", govern.MANY))


def answer(
    found: Found, columns: tuple[AnswerColumn, ...], made: govern.Statement, files: Files, about: Mapping[str, Dataset], *, cap: int
) -> Answer:
    """This function will make the answer: rows that may leave, and who they are about or who was asked about."""
    counted = max(0, sum(max(1, n) for n in found.gathered) if found.gathered else found.table.num_rows)
    if counted > cap and any(n > 1 for n in found.gathered):
        raise TooLarge(
            "lake.too_many_values",
            Words("拼接的值过多", "Too many values in lists"),
            Words(
                f"列表或拼接的文本共含 {counted:,} 个值，超过行数上限 {cap:,}。没有返回数据。",
                f"Lists and joined texts hold {counted:,} values together, more than the row cap of {cap:,}. No data was returned.",
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


def _subjects(found: Found, made: govern.Statement, about: Mapping[str, Dataset]) -> tuple[SubjectRef, ...]:
    kinds = {govern.Origin(name, c.name): c.subject for name, d in about.items() for c in d.columns}
    refs = {SubjectRef(str(kinds[tag]), value, tag.column) for tag, values in found.persons.items() for value in values}
    refs |= {SubjectRef(str(kinds[tag]), value, tag.column) for tag, value in made.asked if value}
    return tuple(sorted(refs, key=lambda s: (s.column, s.value)))
