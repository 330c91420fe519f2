"""The judge of governed SQL: one text, asked in several worlds that differ only in what is hidden; every reply must be the same.

The worlds are real Iceberg tables read by the real worker under real Decisions. One module shares them (`lake_of_worlds`).
"""

from __future__ import annotations

import contextlib
import datetime as dt
import math
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from unittest import mock

import pyarrow as pa

from beijiang.compute.lake import actions, queries
from beijiang.compute.lake.adapters import tables
from beijiang.compute.lake.types import Answer
from beijiang.kernel.errors import Problem
from beijiang.kernel.words import Words
from beijiang.trust.access.types import Decision

from . import make, worlds

SALT = "5a17" * 8
"""Hashes of all worlds are salted alike, so that replies can be compared; that real salts are new each time is a test of its own."""
_made: dict[str, dict[str, list[str]]] = {}


@dataclass(frozen=True)
class Reply:
    """What a person would see: columns and rows, or the problem."""

    columns: tuple[tuple[str, str], ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()
    truncated: bool = False
    problem: str = ""
    words: str = ""
    subjects: frozenset[tuple[str, str]] = field(default=frozenset(), compare=False)

    @property
    def text(self) -> str:
        """All that is shown, as one text."""
        return f"{self.columns} {self.rows} {self.problem} {self.words}"


def build() -> None:
    """Define the datasets (in the open transaction) and, once a process, write one Iceberg table per dataset and world."""
    for name, columns in worlds.COLUMNS.items():
        if name not in _made:
            make.forget(name)
        actions.define_dataset(
            make.STEWARD,
            name=name,
            title=Words(name, name),
            columns=columns,
            owner_unit="150000XZ",
            grade="internal" if name == "areas" else "sensitive",
            personal=name != "areas",
            area_column="area" if name in ("crimes", "vehicles") else None,
            retention_days=3650,
        )
        if name not in _made:
            _made[name] = {world: _write(name, world) for world in worlds.WORLDS}


def enlarge() -> None:
    """Write the large world too."""
    for name in worlds.COLUMNS:
        _made[name][worlds.LARGE] = _write(name, worlds.LARGE, file_rows=100_000)


def _write(name: str, world: str, *, file_rows: int = 2_000_000) -> list[str]:
    columns, table = worlds.COLUMNS[name], f"{name}_{world}"
    make.forget(table)
    tables.create(table, columns)
    writer = tables.Writer(table, columns, f"{table}-oracle", file_rows=file_rows)
    wanted = tables.arrow_schema(columns)
    found = worlds.rows(name, world)
    for start in range(0, len(found), 150_000):
        part = found[start : start + 150_000]
        writer.write(pa.RecordBatch.from_arrays([pa.array([r[f.name] for r in part], f.type) for f in wanted], schema=wanted))
    tables.commit(table, writer.finish(), f"{table}-oracle")
    return list(tables.current_files(table)[1])


@contextlib.contextmanager
def world(name: str) -> Iterator[None]:
    """Within, the datasets hold the rows of that world, and the salt is known."""
    real = tables.current_files

    def files(dataset: str, *args: Any, **kwargs: Any) -> tuple[int | None, Any]:
        snapshot, found = real(dataset, *args, **kwargs)
        return snapshot, type(found)(_made[dataset][name])

    with mock.patch.object(tables, "current_files", files), mock.patch.object(secrets, "token_hex", lambda n=16: SALT[: 2 * n]):
        yield


def ask(sql: str, where: str, decided: Mapping[str, Decision] | None = None) -> Reply:
    """The reply of one world."""
    known = worlds.decisions() if decided is None else decided
    try:
        with world(where):
            parsed = queries.parse_sql(sql)
            unknown = sorted(set(parsed.datasets) - set(known))
            if unknown:
                return Reply(problem="access.dataset_unknown", words=str(unknown))
            return shown(queries.answer_sql(parsed, {n: d for n, d in known.items() if n in parsed.datasets}))
    except Problem as problem:
        told = {k: v for k, v in problem.as_dict().items() if k != "receipt"}
        return Reply(problem=problem.code, words=str(told))


def shown(found: Answer) -> Reply:
    """An answer as its reader sees it."""
    return Reply(
        tuple((c.name, c.type) for c in found.columns),
        tuple(tuple(plain(v) for v in row) for row in found.rows),
        found.truncated,
        subjects=frozenset((s.kind, s.value) for s in found.subjects),
    )


def plain(value: Any) -> Any:
    """A value that can be compared: NaN is itself, maps and lists are what they hold."""
    if isinstance(value, float):
        return "NaN" if math.isnan(value) else value
    if isinstance(value, list | tuple):
        return tuple(plain(v) for v in value)
    if isinstance(value, dict):
        return tuple(sorted((str(k), plain(v)) for k, v in value.items()))
    return value.astimezone(dt.UTC) if isinstance(value, dt.datetime) and value.tzinfo else value


def judge(sql: str, decided: Mapping[str, Decision] | None = None, *, where: tuple[str, ...] = worlds.WORLDS) -> Reply:
    """Ask in each world; AssertionError where a reply tells of something hidden. Gives the reply that all gave."""
    first, *others = replies = [ask(sql, name, decided) for name in where]
    for reply in replies:
        tells(sql, reply)
    for name, reply in zip(where[1:], others, strict=True):
        assert steady(reply) == steady(first), f"world {name} leaves digests of others: {steady(reply) ^ steady(first)}"
        same = reply == first or (not _ORDERED.search(sql) and sorted_(reply) == sorted_(first))
        assert same, f"world {name} replies otherwise:\n{first.text[:1500]}\n---\n{reply.text[:1500]}"
    return first


_ORDERED = re.compile(r"\border\s+by\b|\blimit\b|\boffset\b", re.IGNORECASE)


def sorted_(reply: Reply) -> Reply:
    """A reply without the order of its rows: without ORDER BY two threads give them as they come, the same world twice otherwise too."""
    return replace(reply, rows=tuple(sorted(reply.rows, key=str)))


_ENGINE = re.compile(
    r"\b(Conversion|Binder|Catalog|Parser|Invalid Input|Out of Range|Internal|IO|Invalid|Not implemented|Permission|Constraint) Error|Traceback|duckdb|"
    r"\.parquet|/tables/|read_parquet|sqlglot|LINE \d|#ok|#s\d",
    re.IGNORECASE,
)


def tells(sql: str, reply: Reply) -> None:
    """AssertionError for a reply that holds a mark of what is hidden, or the engine's own words."""
    found = [mark for mark in worlds.MARKS if mark in reply.text and mark not in sql]
    assert not found, f"shows {found}: {reply.text[:1500]}"
    if reply.problem:
        own = _ENGINE.search(reply.words)
        assert own is None or own.group().lower() in sql.lower(), f"the engine speaks: {reply.words[:500]}"
    strangers = {value for _, value in reply.subjects if value in hidden_persons()}
    assert not strangers, f"leaves digests of persons who were not seen: {sorted(strangers)[:3]}"


def steady(reply: Reply) -> set[str]:
    """Of the persons whose digests a reply leaves, those who are named alike in all worlds."""
    hidden_persons()
    return {value for _, value in reply.subjects if value in _alike}


def hidden_persons() -> frozenset[str]:
    """Values that name persons in hidden rows only."""
    if not _hidden:
        for name, columns in worlds.COLUMNS.items():
            for column in (c.name for c in columns if c.subject):
                for where in worlds.WORLDS:
                    all_, seen = worlds.rows(name, where), worlds.visible(name, where)
                    _hidden.update(str(r[column]) for r in all_ if r[column] is not None)
                    _seen.update(str(r[column]) for r in seen if r[column] is not None)
                    if column in ("suspect_id", "owner_id", "guest_id", "plate"):
                        _alike.update(str(r[column]) for r in seen if r[column] is not None)
    return frozenset(_hidden - _seen)


_hidden: set[str] = set()
_seen: set[str] = set()
_alike: set[str] = set()


@dataclass(frozen=True)
class Text:
    """One text of a corpus."""

    name: str
    kind: str
    why: str
    sql: str
    refused: bool = False


def corpus(folder: Path) -> list[Text]:
    """The texts of a folder: files `<class>.sql`, each text under a line `--! name[!]: why`; with `!` it must be refused."""
    found: list[Text] = []
    for path in sorted(folder.glob("*.sql")):
        for part in re.split(r"^--! ", path.read_bytes().decode(), flags=re.MULTILINE)[1:]:
            head, sql = part.split("\n", 1)
            name, why = head.split(": ", 1)
            found.append(Text(name.rstrip("!"), path.stem, why.strip(), sql.strip("\n"), name.endswith("!")))
    names = [t.name for t in found]
    assert len(set(names)) == len(names), sorted({n for n in names if names.count(n) > 1})
    return found
