"""A question while the worker has it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID


@dataclass(frozen=True, slots=True)
class Running:
    """How a question may be watched and ended while the worker has it.

    `id` names it and `owner` who alone may follow and stop it; without an id nobody can. `still` is asked about every
    second: once it says no, the worker is stopped and Refused("lake.revoked_midway") is raised.
    """

    id: UUID | None = None
    still: Callable[[], bool] | None = None
    owner: UUID | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a question stands: `waiting` for its turn or `running`; `share` (0 to 1) is None when nobody knows."""

    state: str
    share: float | None
    elapsed_ms: float
