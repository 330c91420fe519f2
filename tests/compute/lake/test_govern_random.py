"""Random questions: each gives what the same text gives on a copy that holds only what one may see, and digests of no hidden person."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from beijiang.kernel import guard
from beijiang.kernel.errors import Invalid

from . import govern_world as world

if TYPE_CHECKING:
    import random
    import subprocess
    from collections.abc import Iterator

    import duckdb

pytestmark = pytest.mark.django_db
BASES = {
    world.STOLEN: {
        "item_no": "text",
        "kind": "text",
        "owner_id": "person",
        "value": "number",
        "pieces": "number",
        "stolen_on": "date",
        "found": "truth",
    },
    world.CARS: {"plate": "person", "holder_id": "person", "brand": "text", "seats": "number", "price": "number", "since": "date"},
}


@pytest.fixture(scope="module")
def copied(django_db_setup: None, django_db_blocker: Any, worker: subprocess.Popen[bytes]) -> Iterator[duckdb.DuckDBPyConnection]:
    from django.db import transaction

    before = guard._decider
    guard.install(lambda actor, permission, resource: None)
    with django_db_blocker.unblock(), transaction.atomic():
        world.build()
        yield world.copy()
        transaction.set_rollback(True)
    guard.install(before)


@dataclass
class Maker:
    """Writes queries by chance. Tables are (alias, columns by type); `ctes` are names that may be read."""

    chance: random.Random
    ctes: dict[str, dict[str, str]] = field(default_factory=dict)
    count: int = 0

    def name(self, stem: str) -> str:
        self.count += 1
        return f"{stem}{self.count}"

    def table(self, depth: int) -> tuple[str, str, dict[str, str]]:
        alias = self.name("x")
        if depth > 0 and self.chance.random() < 0.35:
            sql, columns = self.query(depth - 1)
            return f"({sql}) AS {alias}", alias, columns
        known = {**BASES, **self.ctes}
        name = self.chance.choice(list(known))
        return f"{name} AS {alias}", alias, known[name]

    def column(self, scope: list[tuple[str, dict[str, str]]], *kinds: str) -> str | None:
        found = [f"{alias}.{name}" for alias, columns in scope for name, kind in columns.items() if not kinds or kind in kinds]
        return self.chance.choice(found) if found else None

    def value(self, scope: list[tuple[str, dict[str, str]]], depth: int) -> tuple[str, str]:
        """An expression and its type."""
        pick = self.chance.random()
        number, text, date = self.column(scope, "number"), self.column(scope, "text"), self.column(scope, "date")
        person, truth = self.column(scope, "person"), self.column(scope, "truth")
        if pick < 0.15 and number:
            return f"({number} + {self.chance.randint(-3, 9)})", "number"
        if pick < 0.25 and text:
            return self.chance.choice([f"upper({text})", f"coalesce({text}, '无')", f"left({text}, 1)", f"{text} || '-'"]), "text"
        if pick < 0.32 and date:
            return self.chance.choice([f"year({date})", f"month({date})", f"date_diff('day', {date}, DATE '2026-06-01')"]), "number"
        if pick < 0.4:
            return f"CASE WHEN {self.truth(scope, 0)} THEN 1 ELSE 0 END", "number"
        if pick < 0.45 and person:
            return f"right({person}, 4)", "person"
        if pick < 0.5 and depth > 0:
            sql, alias, columns = self.table(0)
            inner = self.column([(alias, columns)], "number")
            if inner:
                return f"(SELECT max({inner}) FROM {sql} WHERE {self.truth([(alias, columns), *scope], 0)})", "number"
        for column, kind in ((text, "text"), (number, "number"), (date, "date"), (person, "person"), (truth, "truth")):
            if column and self.chance.random() < 0.5:
                return column, kind
        return str(self.chance.randint(0, 5)), "number"

    def truth(self, scope: list[tuple[str, dict[str, str]]], depth: int) -> str:
        """A condition."""
        pick = self.chance.random()
        number, text, date = self.column(scope, "number"), self.column(scope, "text"), self.column(scope, "date")
        person, truth = self.column(scope, "person"), self.column(scope, "truth")
        if pick < 0.15:
            return f"({self.truth(scope, depth)} {self.chance.choice(['AND', 'OR'])} {self.truth(scope, depth)})"
        if pick < 0.2:
            return f"NOT ({self.truth(scope, depth)})"
        if pick < 0.3 and depth > 0:
            sql, alias, columns = self.table(depth - 1)
            other = self.column([(alias, columns)], "number")
            if number and other:
                form = self.chance.choice(
                    [
                        "{n} IN (SELECT {o} FROM {t})",
                        "EXISTS (SELECT 1 FROM {t} WHERE {o} = {n})",
                        "{n} > ALL (SELECT {o} FROM {t} WHERE {o} < 3)",
                    ]
                )
                return form.format(n=number, o=other, t=sql)
        choices = []
        if number:
            choices += [
                f"{number} {self.chance.choice(['=', '<>', '<', '>='])} {self.chance.randint(0, 6)}",
                f"{number} IS NULL",
                f"{number} BETWEEN 1 AND 4",
            ]
        if text:
            choices += [
                f"{text} LIKE '%{self.chance.choice('手车12')}%'",
                f"{text} IN ('手机', '丰田', '3')",
                f"{text} IS DISTINCT FROM '手机'",
            ]
        if date:
            choices += [f"{date} >= DATE '2026-02-01'", f"{date} < '2025-01-01'"]
        if person:
            choices += [f"{person} LIKE '%{self.chance.randint(0, 6)}'", f"{person} = '蒙A0000{self.chance.randint(0, 9)}'"]
        if truth:
            choices += [truth, f"{truth} IS NOT TRUE"]
        return self.chance.choice(choices) if choices else "1 = 1"

    def query(self, depth: int) -> tuple[str, dict[str, str]]:
        """A query without WITH, and its outputs."""
        if depth > 0 and self.chance.random() < 0.15:
            return self.sets(depth)
        sql, alias, columns = self.table(depth)
        scope = [(alias, columns)]
        for _ in range(self.chance.choice([0, 0, 1, 1, 2])):
            more, name, others = self.table(depth - 1)
            one, two = self.column(scope, "number"), self.column([(name, others)], "number")
            if not one or not two:
                break
            kind = self.chance.choice(["JOIN", "LEFT JOIN", "JOIN", "FULL JOIN", "RIGHT JOIN"])
            sql = f"{sql} {kind} {more} ON {one} = {two}"
            scope.append((name, others))
        where = f" WHERE {self.truth(scope, depth)}" if self.chance.random() < 0.7 else ""
        if self.chance.random() < 0.45:
            return self.groups(sql, scope, where, depth)
        outputs = [self.value(scope, depth) for _ in range(self.chance.randint(1, 3))]
        if self.chance.random() < 0.2 and (number := self.column(scope, "number")):
            outputs.append((f"sum({number}) OVER (PARTITION BY {outputs[0][0]})", "number"))
        named = {self.name("c"): kind for _, kind in outputs}
        listed = ", ".join(f"{value} AS {name}" for (value, _), name in zip(outputs, named, strict=True))
        distinct = "DISTINCT " if self.chance.random() < 0.2 else ""
        return f"SELECT {distinct}{listed} FROM {sql}{where}", named

    def groups(self, sql: str, scope: list[tuple[str, dict[str, str]]], where: str, depth: int) -> tuple[str, dict[str, str]]:
        keys = [self.value(scope, 0) for _ in range(self.chance.choice([0, 1, 1, 2]))]
        number, any_ = self.column(scope, "number"), self.column(scope)
        calls = [("count(*)", "number"), (f"count(DISTINCT {any_})", "number")]
        if number:
            calls += [
                (f"sum({number})", "number"),
                (f"max({number}) FILTER (WHERE {self.truth(scope, 0)})", "number"),
                (f"round(avg({number}), 4)", "number"),
            ]
        picked = self.chance.sample(calls, k=self.chance.randint(1, len(calls)))
        outputs = [*keys, *picked]
        named = {self.name("c"): kind for _, kind in outputs}
        listed = ", ".join(f"{value} AS {name}" for (value, _), name in zip(outputs, named, strict=True))
        places = ", ".join(str(i + 1) for i in range(len(keys)))
        group = ""
        if keys:
            form = self.chance.choice(["GROUP BY {p}", "GROUP BY {p}", "GROUP BY ALL"])
            group = " " + form.format(p=places)
            if self.chance.random() < 0.3:
                group += " HAVING count(*) > 1"
        return f"SELECT {listed} FROM {sql}{where}{group}", named

    def sets(self, depth: int) -> tuple[str, dict[str, str]]:
        left, one = self.query(depth - 1)
        right, two = self.query(depth - 1)
        texts = []
        for sql, columns in ((left, one), (right, two)):
            names = [f"CAST({n} AS TEXT)" for n in columns][:1] or ["'x'"]
            texts.append(f"SELECT {names[0]} AS s FROM ({sql}) AS {self.name('x')}")
        kind = self.chance.choice(["UNION", "UNION ALL", "INTERSECT", "EXCEPT", "EXCEPT ALL", "INTERSECT ALL"])
        persons = "person" if "person" in (next(iter(one.values())), next(iter(two.values()))) else "text"
        return f"{texts[0]} {kind} {texts[1]}", {"s": persons}

    def whole(self) -> str:
        """A question, perhaps with WITH."""
        steps = []
        for _ in range(self.chance.choice([0, 0, 1, 2])):
            sql, columns = self.query(1)
            name = self.name("w")
            steps.append(f"{name} AS ({sql})")
            self.ctes[name] = columns
        sql, _ = self.query(2)
        return f"WITH {', '.join(steps)} {sql}" if steps else sql


@pytest.mark.timeout(400)
@settings(
    max_examples=80, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(chance=st.randoms(use_true_random=True))
def test_a_random_question_gives_what_it_gives_on_the_copy(copied: duckdb.DuckDBPyConnection, chance: random.Random) -> None:
    sql = Maker(chance).whole()
    try:
        found = world.ask(sql, row_cap=100_000)
    except Invalid as refused:
        if refused.code != "lake.sql_refused" or refused.detail is None or "计数" not in refused.detail.zh:
            raise AssertionError(f"{refused.code}\n{sql}") from None
        return
    try:
        world.same(found, sql, copied)
    except AssertionError as error:
        raise AssertionError(f"{error}\n{sql}") from None
    assert not any("SECRET" in s.value or s.value.startswith("150702") for s in found.subjects), sql
