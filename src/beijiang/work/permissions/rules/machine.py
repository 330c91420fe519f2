"""Where an application may go from where it stands.

chief → owners → granted; from both to refused or back (asked back), from back to chief or owners; withdrawn and lapsed
from wherever it waits. What is granted lies within what the chief passed, and that within what was asked.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from ..types import OPEN, Case, Item, Terms
from .terms import wider

LAPSE_AFTER = timedelta(days=14)
"""Nobody decided, or nobody answered, for so long: the application lapses."""
OVERDUE_AFTER = timedelta(days=3)
"""From then on a queue shows it as overdue."""


class Illegal(Exception):
    """The move does not fit the state."""

    def __init__(self, state: str, move: str) -> None:
        super().__init__(f"{move} from {state}")
        self.state, self.move = state, move


class TooWide(Exception):
    """A decision gives more than it may: `field` is columns, areas, days or dataset."""

    def __init__(self, dataset: str, field: str) -> None:
        super().__init__(f"{dataset}.{field}")
        self.dataset, self.field = dataset, field


def _must(case: Case, move: str, *states: str) -> None:
    if case.state not in states:
        raise Illegal(case.state, move)


def _bounded(item: Item, terms: Terms, outer: Terms) -> Terms:
    if not terms.columns or terms.days < 1:
        raise TooWide(item.dataset, "columns" if not terms.columns else "days")
    field = wider(terms, outer)
    if field:
        raise TooWide(item.dataset, field)
    return terms


def passed(case: Case, terms: Mapping[str, Terms]) -> Case:
    """This function will pass a case on to the owners, on these terms for each of its datasets."""
    _must(case, "pass", "chief")
    if set(terms) != {i.dataset for i in case.items}:
        raise TooWide(next(iter({*terms} ^ {i.dataset for i in case.items})), "dataset")
    items = tuple(replace(i, passed=_bounded(i, terms[i.dataset], i.asked), granted=None) for i in case.items)
    return replace(case, state="owners", items=items)


def open_items(case: Case) -> tuple[Item, ...]:
    """This function will give the datasets that still wait for their owner."""
    return tuple(i for i in case.items if i.granted is None) if case.state == "owners" else ()


def approved(case: Case, terms: Mapping[str, Terms]) -> Case:
    """This function will approve some of the waiting datasets; the last one makes the case granted."""
    _must(case, "approve", "owners")
    waiting = {i.dataset for i in open_items(case)}
    if not terms or not set(terms) <= waiting:
        raise TooWide(next(iter({*terms} - waiting), ""), "dataset")
    items = tuple(replace(i, granted=_bounded(i, terms[i.dataset], i.passed or i.asked)) if i.dataset in terms else i for i in case.items)
    return replace(case, state="granted" if all(i.granted for i in items) else "owners", items=items)


def voided(case: Case, datasets: Collection[str]) -> Case:
    """This function will take approvals back that no longer hold: their dataset has another owner or other columns now."""
    _must(case, "void", "owners")
    return replace(case, items=tuple(replace(i, granted=None) if i.dataset in datasets else i for i in case.items))


def refused(case: Case) -> Case:
    """This function will refuse a case as a whole: its datasets were wanted together."""
    _must(case, "refuse", "chief", "owners")
    return replace(case, state="refused")


def returned(case: Case) -> Case:
    """This function will give a case back to its applicant with a question."""
    _must(case, "return", "chief", "owners")
    return replace(case, state="back", back_from=case.state)  # type: ignore[arg-type]


def amended(case: Case, asked: Mapping[str, Terms], *, same_basis: bool) -> Case:
    """This function will send a case again. It returns to the owners only if it stays within what the chief passed and
    keeps purpose and matter (`same_basis`), and an owner asked back; approvals that still fit then stand."""
    _must(case, "amend", "back")
    if set(asked) != {i.dataset for i in case.items}:
        raise TooWide(next(iter({*asked} ^ {i.dataset for i in case.items})), "dataset")
    within = all(i.passed is not None and wider(asked[i.dataset], i.passed) is None for i in case.items)
    items = []
    for item in case.items:
        new = asked[item.dataset]
        if case.back_from == "owners" and same_basis and within:
            kept = item.granted if item.granted is not None and wider(item.granted, new) is None else None
            items.append(replace(item, asked=new, passed=new, granted=kept))
        else:
            items.append(Item(item.dataset, new))
    state = "owners" if case.back_from == "owners" and same_basis and within else "chief"
    return Case(state, case.edition + 1, tuple(items))  # type: ignore[arg-type]


def withdrawn(case: Case) -> Case:
    """This function will let the applicant take an open case back."""
    _must(case, "withdraw", *OPEN)
    return replace(case, state="withdrawn")


def lapsed(case: Case) -> Case:
    """This function will end an open case that time or a change overtook."""
    _must(case, "lapse", *OPEN)
    return replace(case, state="lapsed")


def overdue(*, since: datetime, now: datetime) -> bool:
    """This function will say whether somebody has waited too long."""
    return now - since >= OVERDUE_AFTER
