"""Rows of personal data per basis and day (RIGHTS 7): a cap on each answer alone would let one page through a dataset."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.db import connections, router, transaction

from beijiang.kernel import clock
from beijiang.kernel.errors import Refused
from beijiang.kernel.words import Words
from beijiang.trust.access.types import Decision, Reason

from ..models import RowBudget

NO_BOUND = 2**31 - 1
"""What is left where nothing is counted: data without persons."""
KEPT_DAYS = 7

_SPEND = """
INSERT INTO exchange_rowbudget AS known (basis, day, rows) VALUES (%(basis)s, %(day)s, %(rows)s)
ON CONFLICT (basis, day) DO UPDATE SET rows = known.rows + EXCLUDED.rows WHERE known.rows + EXCLUDED.rows <= %(most)s
"""


def left(decision: Decision | Iterable[Decision]) -> int:
    """This function will say how many rows may still leave today under a decision, or under all of a join.

    The least over every basis that has a part in it; `NO_BOUND` for data that is not personal. Days are of
    Asia/Shanghai. Nothing is held back for the caller: `spend` decides. Source: RIGHTS 7, law/purposes.toml.
    """
    most = _bounds(decision)
    spent = dict(RowBudget.objects.filter(basis__in=most, day=_today()).values_list("basis", "rows"))
    return min((max(0, bound - spent.get(basis, 0)) for basis, bound in most.items()), default=NO_BOUND)


def spend(decision: Decision | Iterable[Decision], rows: int) -> None:
    """This function will count rows that are about to leave, once for each basis, whatever number of datasets it joins.

    Must run in the transaction that seals the use: if that is rolled back, nothing was spent. Raises Refused
    (`exchange.budget_spent`) when any basis would go over, also when others spend at the same moment.
    """
    most = _bounds(decision)
    if rows <= 0 or not most:
        return
    connection = connections[router.db_for_write(RowBudget) or "default"]
    if not connection.in_atomic_block:
        raise RuntimeError("budget.spend must run in the transaction that seals the use")
    day = _today()
    with connection.cursor() as cursor:
        for basis in sorted(most):  # always in one order, so that two joins never wait for each other
            if rows <= most[basis]:
                cursor.execute(_SPEND, {"basis": basis, "day": day, "rows": rows, "most": most[basis]})
            if rows > most[basis] or cursor.rowcount != 1:
                raise spent()


def spent() -> Refused:
    """This function will give the refusal of a question whose basis has no rows left today."""
    reason = spent_reason()
    return Refused(reason.code, Words("今天的行数已经用完", "Today's rows are used up"), reason.words, next=reason.next)


def spent_reason() -> Reason:
    """This function will say that the day's rows are used up, when they renew, and what one can do."""
    renews = datetime.combine(_today() + timedelta(days=1), time.min, clock.SHANGHAI)
    return Reason(
        "exchange.budget_spent",
        Words(
            "该依据今天可以提供的个人信息行数已经用完，没有提供数据（权利清单第 7 条）。",
            "The rows of personal data that may leave under this basis today are used up; nothing was given (RIGHTS 7).",
        ),
        Words(
            f"{renews:%Y-%m-%d %H:%M}（北京时间）起恢复。请缩小查询范围，或者改查合计；确需更多的，请与数据所有单位商量。",
            f"It renews at {renews:%Y-%m-%d %H:%M} Beijing time. Narrow the question, or ask for totals; if more is needed, speak with "
            "the data's owner.",
        ),
    )


@transaction.atomic
def forget_budgets() -> int:
    """This function will delete the counts of days more than a week past and return how many."""
    return RowBudget.objects.filter(day__lt=_today() - timedelta(days=KEPT_DAYS)).delete()[0]


def _bounds(decision: Decision | Iterable[Decision]) -> dict[str, int]:
    """Rows a day of each basis that personal data would leave under."""
    bounds: dict[str, int] = {}
    for each in (decision,) if isinstance(decision, Decision) else decision:
        if not each.personal:
            continue
        if not each.basis_keys:
            raise ValueError("personal data leaves only under a basis that is named")
        for key in each.basis_keys:
            bounds[key] = min(each.budget_rows, bounds.get(key, each.budget_rows))
    return bounds


def _today() -> date:
    return clock.local(clock.now()).date()
