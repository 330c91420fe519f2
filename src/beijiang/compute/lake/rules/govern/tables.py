"""The datasets of a question: as the catalogue declares them (a survey), or as the decisions let them be seen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlglot import exp

from beijiang.kernel.errors import Refused
from beijiang.kernel.words import Words

from ..guard import Guard
from ..slots import Marks
from .model import Hidden, Line, Origin, Out, Source

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from beijiang.trust.access.types import Decision

    from ...types import Dataset
    from .model import Question


@dataclass(slots=True)
class Declared:
    """Datasets as declared: to find out which columns a question names."""

    lookup: Callable[[str], Dataset | None]

    def open(self, name: str) -> Source:
        """This function will give a dataset with all its columns, or one that may have any when there is none of that name."""
        about = self.lookup(name)
        columns = [_out(name, c.name) for c in about.columns] if about is not None else []
        return Source("", columns, dataset=name, open=about is None)


def _out(dataset: str, column: str, *, person: bool = False, same: bool = False) -> Out:
    origin = Origin(dataset, column)
    return Out(
        column,
        Line(
            reads=frozenset({origin}),
            persons=frozenset({origin} if person else ()),
            same=origin if same else None,
            plain=origin,
        ),
    )


@dataclass(slots=True)
class Governed:
    """Datasets under their decisions: each opening is a guarded SELECT of its own, with its own hidden columns."""

    about: Mapping[str, Dataset]
    decisions: Mapping[str, Decision]
    empty: Collection[str] = ()
    marks: Marks = field(default_factory=Marks)
    question: Question | None = None

    def open(self, name: str) -> Source:
        """This function will give a dataset as its decision lets it be seen; Refused without one."""
        question = self.question
        if question is None or name not in self.about or name not in self.decisions:
            raise Refused(
                "lake.not_permitted", detail=Words("没有有效的依据，没有返回数据。", "There is no valid basis; no data was returned.")
            )
        guard = Guard(self.about[name], self.decisions[name], self.marks, empty=name in self.empty)
        readable = [n for n in guard.readable if question.every or n in question.names]
        columns = []
        for column in readable:
            mask, subject = guard.mask(column), bool(guard.spec(column).subject)
            columns.append(_out(name, column, person=subject and mask not in ("null", "redact"), same=subject and mask == "none"))
        hidden = [Hidden(question.fresh("h"), Origin(name, column)) for column in guard.subjects]
        governed = guard.governed(readable, [(h.tag.column, h.name) for h in hidden])
        return Source("", columns, hidden, guard=guard, governed=governed, dataset=name)


def names_in(tree: exp.Expr) -> tuple[frozenset[str], bool]:
    """This function will list the names in a statement, and say whether something in it may mean columns it does not name."""
    names: set[str] = set()
    every = False
    for node in tree.walk():
        kind = type(node)
        if kind is exp.Identifier:
            names.add(str(node.this).lower())
        elif kind is exp.Star:
            every = every or type(node.parent) is not exp.Count
        elif kind is exp.TableAlias:
            every = every or (bool(node.args.get("columns")) and type(node.parent) is exp.Table)
        elif kind is exp.Join:
            every = every or str(node.args.get("method") or "").upper() == "NATURAL"
        elif kind is exp.Pivot:
            every = True
    return frozenset(names), every
