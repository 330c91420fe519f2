"""Rows per basis and day: counted once, never over, whoever asks at once (RIGHTS 7)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection, connections, transaction

from beijiang.flow.exchange.actions import budget
from beijiang.flow.exchange.models import RowBudget
from beijiang.kernel import clock
from beijiang.kernel.errors import Refused
from beijiang.trust.access.types import Decision

pytestmark = pytest.mark.django_db(databases=["default", "reader"])


def basis(*keys: str, most: int = 100, personal: bool = True) -> Decision:
    return Decision(True, (), "grant", row_cap=50, basis_keys=keys, budget_rows=most, personal=personal)


def use(decision: object, rows: int) -> bool:
    """One use sealed in its transaction; False when it was refused."""
    try:
        with transaction.atomic():
            budget.spend(decision, rows)  # type: ignore[arg-type]
    except Refused as refused:
        return refused.code != "exchange.budget_spent"
    return True


def test_the_table_is_of_the_data_domain_only() -> None:
    assert "exchange_rowbudget" in connection.introspection.table_names()
    assert "exchange_rowbudget" not in connections["reader"].introspection.table_names()
    assert "exchange_directoryentry" not in connection.introspection.table_names()


def test_answers_of_one_day_add_up_to_the_bound_and_no_further() -> None:
    one = basis("grant:a")
    assert budget.left(one) == 100
    assert use(one, 60) and budget.left(one) == 40
    assert not use(one, 41) and budget.left(one) == 40  # a refused use spends nothing
    assert use(one, 40) and budget.left(one) == 0
    assert not use(one, 1) and use(one, 0)
    assert budget.left(basis("grant:b")) == 100


def test_one_answer_over_a_whole_day_s_rows_is_refused() -> None:
    assert not use(basis("grant:a"), 101) and RowBudget.objects.count() == 0


def test_the_next_day_begins_at_midnight_in_shanghai() -> None:
    one = basis("grant:a")
    with clock.frozen(datetime(2026, 11, 25, 15, 59, 59, tzinfo=UTC)):
        assert use(one, 100) and not use(one, 1)
        reason = budget.spent_reason()
        assert "2026-11-26 00:00" in reason.next.zh and "2026-11-26 00:00" in reason.next.en and "合计" in reason.next.zh
    with clock.frozen(datetime(2026, 11, 25, 16, 0, 0, tzinfo=UTC)):
        assert budget.left(one) == 100 and use(one, 1)


def test_what_is_not_about_persons_is_not_counted() -> None:
    free = basis("grant:a", personal=False)
    assert budget.left(free) == budget.NO_BOUND and use(free, 10**6) and RowBudget.objects.count() == 0


def test_a_personal_answer_without_a_basis_is_a_fault_and_not_free() -> None:
    for call in (lambda: budget.left(basis()), lambda: use(basis(), 1)):
        with pytest.raises(ValueError):
            call()


def test_joined_grants_spend_from_each() -> None:
    assert use(basis("grant:a", "grant:b"), 30)
    assert budget.left(basis("grant:a")) == budget.left(basis("grant:b")) == 70
    assert use(basis("grant:b"), 60)
    assert budget.left(basis("grant:a", "grant:b")) == 10
    assert not use(basis("grant:a", "grant:b"), 11)
    assert budget.left(basis("grant:a")) == 70  # the first was not spent either


def test_a_join_of_datasets_counts_its_rows_once() -> None:
    both = (basis("grant:x"), basis("grant:x"), basis("grant:x", personal=False))
    assert use(both, 30) and budget.left(both) == 70
    assert budget.left((basis("grant:y", personal=False),)) == budget.NO_BOUND


@pytest.mark.django_db(databases=["default", "reader"], transaction=True)
def test_spending_needs_the_transaction_that_seals() -> None:
    with pytest.raises(RuntimeError):
        budget.spend(basis("grant:a"), 1)


def test_a_use_that_is_not_sealed_spends_nothing() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        budget.spend(basis("grant:a"), 10)
        raise ZeroDivisionError
    assert budget.left(basis("grant:a")) == 100


def test_the_refusal_says_what_happened_and_what_next() -> None:
    refused = budget.spent()
    assert refused.status == 403 and refused.detail and "用完" in refused.detail.zh and "used up" in refused.detail.en
    assert "恢复" in refused.extra["next"].zh and "renews" in refused.extra["next"].en


def test_old_days_are_forgotten_and_the_week_is_kept() -> None:
    today = clock.local(clock.now()).date()
    for ago in (0, 7, 8, 400):
        RowBudget.objects.create(basis=f"grant:{ago}", day=today - timedelta(days=ago), rows=1)
    assert budget.forget_budgets() == 2
    assert set(RowBudget.objects.values_list("basis", flat=True)) == {"grant:0", "grant:7"}


def test_the_job_runs_in_the_data_domain() -> None:
    from procrastinate.contrib.django import app

    assert "exchange.forget_budgets" in app.tasks
    assert app.tasks["exchange.forget_budgets"](timestamp=0) is None


@pytest.mark.django_db(databases=["default", "reader"], transaction=True)
def test_two_hundred_questions_at_once_never_go_over() -> None:
    """Each takes 7 rows of 300 under two bases in either order: 42 fit, whoever comes first, and nobody deadlocks."""
    first, second = f"grant:{uuid4()}", f"grant:{uuid4()}"
    orders = (basis(first, second, most=300), basis(second, first, most=300))

    def ask(number: int) -> bool:
        try:
            return use(orders[number % 2], 7)
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        answered = sum(pool.map(ask, range(200)))
    assert answered == 42
    assert list(RowBudget.objects.filter(basis__in=(first, second)).values_list("rows", flat=True)) == [294, 294]
