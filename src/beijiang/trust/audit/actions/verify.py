"""Verifying the whole log, as an action that leaves a leaf."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction

from beijiang.kernel import guard
from beijiang.kernel.types import Actor
from beijiang.kernel.words import Words

from .. import queries
from ..events import LogVerified
from ..grants import VERIFY
from ..types import VerifyReport
from .record import record


def verify(actor: Actor, *, say: Callable[[Words], None] | None = None) -> VerifyReport:
    """This function will re-derive the whole log (see `queries.verify_log`) and record that and what was found."""
    guard.require(actor, VERIFY)
    report = queries.verify_log(say)
    with transaction.atomic():
        record(actor, LogVerified(size=report.size, root=report.root, findings=len(report.findings) + report.more))
    return report
