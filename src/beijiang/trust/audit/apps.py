"""Wiring of audit."""

from __future__ import annotations

from beijiang.kernel.apps import Room
from beijiang.kernel.words import Words
from beijiang.ui import nav


class AuditConfig(Room):
    """The room of the one log."""

    default = True
    name = "beijiang.trust.audit"
    label = "audit"
    verbose_name = "审计 Audit"
    domain = "user"
    both = frozenset({"Intake"})
    relay_tables = ("audit_intake", "audit_entry", "audit_subject", "audit_tile", "audit_checkpoint", "audit_tally", "audit_drained")
    # Of checkpoints one a day is kept after a month; tallies that came to nothing go.
    relay_sweeps = ("audit_checkpoint", "audit_tally")
    # Forgetting empties an entry's content and the columns taken from it; nothing else may ever change.
    append_only = {
        "audit_intake": (),
        "audit_entry": (
            "event",
            "salt",
            "actor_id",
            "actor_username",
            "actor_name",
            "unit",
            "unit_zh",
            "unit_en",
            "purpose",
            "basis",
            "dataset",
            "matter",
            "use",
            "unit_path",
            "datasets",
            "grants",
            "columns",
            "codes",
            "row_count",
        ),
        "audit_tile": (),
        "audit_checkpoint": (),
        "audit_tally": ("many", "rows"),
        "audit_drained": (),
    }

    def ready(self) -> None:
        """This function will put the log into the side bar of those who may read it."""
        nav.add("trust", Words("审计", "Audit"), "audit:uses", "shield-check", "audit.read", keys="g l")
