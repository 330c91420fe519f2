"""Questions in SQL: read, and run under the decisions on every dataset they need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from beijiang.kernel.errors import NotFound
from beijiang.kernel.words import Words

from ..rules import govern, outputs
from ..types import Answer, AnswerColumn, Parsed
from . import execute
from .catalogue import dataset

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beijiang.trust.access.types import Decision

    from ..types import Dataset, Running


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
        execute.permitted(decisions.get(name), name)
    files = execute.files_of(about)
    cap = min(decisions[name].row_cap for name in about)
    made = govern.govern(parsed.sql, about, decisions, limit=cap, empty=files.empty)
    with execute.telling(made, about):
        found = execute.run(made, files, running=running)
        columns = tuple(_column(out, kind, about, decisions) for out, kind in zip(made.columns, found.types, strict=True))
        return execute.answer(found, columns, made, files, about, cap=cap)


def _column(out: govern.Out, kind: Any, about: Mapping[str, Dataset], decisions: Mapping[str, Decision]) -> AnswerColumn:
    plain = out.line.plain
    if plain is None:
        return AnswerColumn(out.name, Words(out.name, out.name), outputs.type_of(kind))
    spec = next(c for c in about[plain.dataset].columns if c.name == plain.column)
    return AnswerColumn(out.name, spec.title, outputs.type_of(kind), decisions[plain.dataset].mask_of(plain.column) or "none")
