"""A question by form: columns, conditions, totals, order, limit. It works without JavaScript."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from beijiang.flow.exchange.types import AGGREGATES, Aggregate, AskRequest, Order
from beijiang.kernel.errors import Invalid
from beijiang.kernel.words import Words

from ..rules import where_of
from ..types import Condition
from .purposes import PurposeForm

if TYPE_CHECKING:
    from beijiang.flow.exchange.types import DirectoryEntry

ROWS = 20
FUNCTIONS = {
    "count": Words("计数", "Count"),
    "count_distinct": Words("不重复计数", "Count distinct"),
    "sum": Words("合计", "Sum"),
    "avg": Words("平均", "Average"),
    "min": Words("最小", "Smallest"),
    "max": Words("最大", "Largest"),
}
FIRST_TOTAL = "#1"


class AskForm(PurposeForm):
    """One dataset's question. Conditions and totals are rows of equally named fields, in order."""

    columns = forms.MultipleChoiceField(required=False)
    joined = forms.ChoiceField(required=False)
    group_by = forms.MultipleChoiceField(required=False)
    order = forms.ChoiceField(required=False)
    descending = forms.BooleanField(required=False)
    limit = forms.IntegerField(required=False, min_value=1, max_value=1_000_000)

    def __init__(
        self,
        data: Any = None,
        *,
        entry: DirectoryEntry,
        lines: list[Condition] | None = None,
        totals: list[tuple[str, str]] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, grade=entry.grade, **kwargs)
        self.entry = entry
        self.by_name = {c.name: c for c in entry.columns}
        choices = [(c.name, str(c.title)) for c in entry.columns]
        not_known = str(Words("所选的列不在清单内。", "A column is not on the list."))
        for name in ("columns", "group_by"):
            self.fields[name].choices = choices  # type: ignore[attr-defined]
            self.fields[name].error_messages = {"invalid_choice": not_known, "invalid_list": not_known}
        self.fields["columns"].label = str(Words("要看的列", "Columns to show"))
        self.fields["group_by"].label = str(Words("按列分组", "Group by"))
        self.fields["joined"].choices = [("all", str(Words("同时满足", "All of them"))), ("any", str(Words("满足任意一条", "Any of them")))]  # type: ignore[attr-defined]
        self.fields["order"].label = str(Words("排序", "Sort by"))
        self.fields["order"].choices = [  # type: ignore[attr-defined]
            ("", str(Words("不排序", "Unsorted"))),
            *choices,
            (FIRST_TOTAL, str(Words("第一项汇总", "The first total"))),
        ]
        self.fields["descending"].label = str(Words("从大到小", "Largest first"))
        self.fields["limit"].label = str(Words("最多行数", "Rows at most"))
        self.lines = _lines(data) if data is not None else list(lines or [])
        self.totals = _totals(data) if data is not None else list(totals or [])

    def shown_lines(self, more: int = 1) -> list[Condition]:
        """This function will give the conditions to show, with `more` empty ones to fill in."""
        return [*self.lines, *([Condition("", "=", "")] * more)][:ROWS]

    def shown_totals(self) -> list[tuple[str, str]]:
        """This function will give the totals to show, with an empty one to fill in."""
        return [*self.totals, ("", "")][:5]

    def clean(self) -> dict[str, Any]:
        """This function will read conditions and totals beside the plain fields."""
        data = super().clean()
        used = [line for line in self.lines if line.column]
        if len(used) < len(self.lines):
            self.add_error(None, str(Words("有条件没有选列。", "A condition names no column.")))
        if len(used) > ROWS:
            self.add_error(None, str(Words(f"条件最多 {ROWS} 条。", f"At most {ROWS} conditions.")))
        try:
            data["where"] = where_of(used[:ROWS], self.by_name, any_of=data.get("joined") == "any")
            data["totals"] = tuple(self._total(function, column) for function, column in self.totals if function)
        except Invalid as problem:
            self.add_error(None, str(problem.detail))
        if data.get("group_by") and not data.get("totals"):
            self.add_error("group_by", str(Words("分组时请至少选一项汇总。", "With groups, choose at least one total.")))
        if data.get("order") == FIRST_TOTAL and not data.get("totals"):
            self.add_error("order", str(Words("没有汇总可供排序。", "There is no total to sort by.")))
        return data

    def _total(self, function: str, column: str) -> Aggregate:
        if function not in AGGREGATES or (column and column not in self.by_name) or (not column and function != "count"):
            raise Invalid(
                "inquiry.bad_total",
                detail=Words("汇总须选方式和列；只有计数可以不选列。", "A total needs a way and a column; only count needs no column."),
            )
        return Aggregate(function, column or None, f"{function}_{column}" if column else function)

    def question(self) -> AskRequest:
        """This function will give the question of a valid form."""
        data = self.cleaned_data
        totals: tuple[Aggregate, ...] = data["totals"]
        group = tuple(data["group_by"])
        order: tuple[Order, ...] = ()
        if data["order"]:
            order = (Order(totals[0].name if data["order"] == FIRST_TOTAL else data["order"], data["descending"]),)
        return AskRequest(
            purpose=data["purpose"],
            matter=data["matter"],
            dataset=self.entry.name,
            columns=group if totals else tuple(data["columns"]),
            where=data["where"],
            group_by=group,
            aggregates=totals,
            order_by=order,
            limit=data["limit"],
        )

    def asked_columns(self) -> tuple[str, ...]:
        """This function will name the columns to show, to group by and to total."""
        named = [*_all(self.data, "columns"), *_all(self.data, "group_by"), *(column for _, column in self.totals)]
        return tuple(dict.fromkeys(name for name in named if name in self.by_name))

    def hidden(self) -> list[tuple[str, str]]:
        """This function will give the form as sent, for the buttons beside an answer that ask again or change it."""
        names = (
            "purpose",
            "matter",
            "columns",
            "joined",
            "group_by",
            "order",
            "descending",
            "limit",
            "c_column",
            "c_op",
            "c_value",
            "t_function",
            "t_column",
        )
        return [(name, value) for name in names for value in _all(self.data, name)]


def _all(data: Any, name: str) -> list[str]:
    return list(data.getlist(name)) if hasattr(data, "getlist") else []


def _lines(data: Any) -> list[Condition]:
    columns, ops, values = (_all(data, name) for name in ("c_column", "c_op", "c_value"))
    # The three lists belong together by place; a request that tears them apart has no conditions that can be read.
    if not len(columns) == len(ops) == len(values):
        return [Condition("?", "?", "")]
    return [Condition(c, o, v[:1000]) for c, o, v in zip(columns, ops, values, strict=True) if c or v][: ROWS + 1]


def _totals(data: Any) -> list[tuple[str, str]]:
    functions, columns = _all(data, "t_function"), _all(data, "t_column")
    if len(functions) != len(columns):
        return [("?", "")]
    return [(f, c) for f, c in zip(functions, columns, strict=True) if f][:5]
