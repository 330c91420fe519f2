"""The whole way of a question in SQL: which datasets it reads (survey), and the governed statement (govern)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from beijiang.kernel.errors import Refused, TooLarge
from beijiang.kernel.words import Words

from . import stages
from .levels import compile_query
from .model import Hidden, Origin, Out, Question
from .read import MAX_DEPTH, read
from .tables import Declared, Governed, names_in
from .words import refuse, too_deep, too_long

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from beijiang.trust.access.types import Decision

    from ...types import Dataset


MAX_OUTPUTS = 500
"""Columns of an answer: as many as a dataset may have."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What a question names: columns by dataset (none: all that one may see), and columns by which rows are chosen."""

    datasets: dict[str, tuple[str, ...]]
    conditions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """Governed SQL with its parameters. Of its outputs the first `len(columns)` may leave; `hidden` are for digests and counting."""

    sql: str
    parameters: tuple[Any, ...]
    columns: tuple[Out, ...]
    hidden: tuple[Hidden, ...]
    limit: int
    asked: tuple[tuple[Origin, str], ...]
    """Constants compared with unmasked columns that name persons."""
    wide: int = 1
    """How many stored rows of one dataset a row of the answer may hand over; it counts as so many."""
    staged: stages.Staged | None = None
    """A cheaper way to the hidden outputs, where there is one."""


def survey(sql: str, lookup: Callable[[str], Dataset | None]) -> Survey:
    """This function will read a question and tell which datasets and columns it names; Invalid or TooLarge when it cannot run."""
    tree = read(sql)
    question = Question(Declared(lookup), survey=True)
    _compiled(question, tree)
    if not question.used:
        raise refuse("SELECT without a dataset 没有数据集", Words("请在 FROM 中写一个数据集。", "Name a dataset in FROM."))
    datasets = {name: () if name in question.starred else tuple(columns) for name, columns in sorted(question.used.items())}
    return Survey(datasets, tuple(f"{o.dataset}.{o.column}" for o in question.conditions))


def govern(
    sql: str, about: Mapping[str, Dataset], decisions: Mapping[str, Decision], *, limit: int, empty: Collection[str] = ()
) -> Statement:
    """This function will write the governed statement of a question; at most `limit` stored rows leave by it (and one more, to tell).

    `empty` names datasets that have no file yet. Raises Refused for columns that may not be read, Invalid for a question that
    makes no sense.
    """
    return govern_tree(read(sql), Governed(about, decisions, empty), limit=limit)


def govern_tree(tree: exp.Query, tables: Governed, *, limit: int) -> Statement:
    """This function will do the same for a question that is a tree already, with values bound in `tables.marks`."""
    names, every = names_in(tree)
    question = Question(tables, survey=False, names=names, every=every, marks=tables.marks)
    tables.question = question
    made = _compiled(question, tree)
    if len(made.columns) > MAX_OUTPUTS:
        raise too_long(f"输出超过 {MAX_OUTPUTS} 列。", f"There are more than {MAX_OUTPUTS} output columns.")
    if not made.columns:
        raise Refused(
            "lake.no_columns", detail=Words("现有依据不包含任何列，没有返回数据。", "Your basis covers no column; no data was returned.")
        )
    wide = max(made.wide.values(), default=1)
    if limit and not limit // wide:
        raise _too_wide(wide)
    own = made.node.args.get("limit")
    limit = max(0, min(limit // wide, int(own.expression.this)) if own is not None else limit // wide)
    _settle(made.node, len(made.columns))
    made.node.set("limit", exp.Limit(expression=exp.Literal.number(limit + 1)))
    text, parameters = tables.marks.finish(made.node)
    staged = stages.of(question, made, tables.marks)
    return Statement(text, parameters, tuple(made.columns), tuple(made.hidden), limit, tuple(question.asked), wide, staged)


def _too_wide(wide: int) -> TooLarge:
    return TooLarge(
        "lake.too_many_values",
        Words("一行包含的记录过多", "One row holds too many records"),
        Words(
            f"结果的每一行来自 {wide} 条记录，超过还可以提供的行数。没有返回数据。请减少自联接、子查询或取值列。",
            f"Each row of the answer is made of {wide} records, more than may still leave. No data was returned. Use fewer self-joins, "
            "subqueries or columns that take values of other rows.",
        ),
    )


def _settle(node: exp.Expr, width: int) -> None:
    """Groups and sets come in the order of a hash table, which hidden rows had a part in: sorted, they tell nothing of it.

    It also settles which of them stand within the limit. Plain rows come as they are stored.
    """
    if node.args.get("order") is not None:
        return
    grouped = isinstance(node, exp.Select) and any(node.args.get(k) for k in ("group", "distinct"))
    if grouped or (isinstance(node, exp.SetOperation) and not (type(node) is exp.Union and not node.args.get("distinct"))):
        keys = [exp.Ordered(this=exp.Literal.number(place), nulls_first=False) for place in range(1, width + 1)]
        node.set("order", exp.Order(expressions=keys))


def _compiled(question: Question, tree: exp.Query) -> Any:
    try:
        return compile_query(question, tree, {}, None)
    except RecursionError:
        raise too_deep(MAX_DEPTH) from None
