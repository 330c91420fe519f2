"""Wiring of the door."""

from __future__ import annotations

from beijiang.kernel.apps import Room


class ExchangeConfig(Room):
    """The door between the domains: the directory is the user domain's, what the provider counts is the data domain's."""

    default = True
    name = "beijiang.flow.exchange"
    label = "exchange"
    verbose_name = "交换门 Exchange"
    domain = "user"
    across = frozenset({"RowBudget", "TurnedAway"})
    jobs_domain = "data"
