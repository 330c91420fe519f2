"""What a room tells the house: its domain, and what of it the other side may read."""

from __future__ import annotations

from typing import ClassVar, Literal

from django.apps import AppConfig


class Room(AppConfig):
    """Base of every room's AppConfig (ARCHITECTURE § 4)."""

    default = False
    default_auto_field = "django.db.models.BigAutoField"
    domain: ClassVar[Literal["user", "data"]] = "user"
    both: ClassVar[frozenset[str]] = frozenset()
    """Names of models whose tables are in both databases."""
    across: ClassVar[frozenset[str]] = frozenset()
    """Names of models whose tables are in the other domain's database only."""
    jobs_domain: ClassVar[Literal["", "user", "data"]] = ""
    """Where the room's jobs run; empty: in its own domain."""
    door_views: ClassVar[dict[str, tuple[str, ...]]] = {}
    """Tables of bj_user and the columns that the data domain may read, by views of the same name."""
    relay_tables: ClassVar[tuple[str, ...]] = ()
    """Tables that the relay may write."""
    relay_sweeps: ClassVar[tuple[str, ...]] = ()
    """Of those, append-only ones from which the relay (and nobody else) may delete."""
    append_only: ClassVar[dict[str, tuple[str, ...]]] = {}
    """Tables in which the app role may insert but not delete, and the columns that it may update."""


class KernelConfig(Room):
    """The kernel's own tables."""

    default = True
    name = "beijiang.kernel"
    label = "kernel"
    verbose_name = "内核 Kernel"
    both = frozenset({"Outbox", "Inbox", "DeadLetter"})
    relay_tables = ("kernel_outbox",)
