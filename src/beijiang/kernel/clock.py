"""The one place that reads the time, so that tests can shift it."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Iterator

SHANGHAI = ZoneInfo("Asia/Shanghai")

_shift: ContextVar[timedelta] = ContextVar("clock_shift", default=timedelta(0))
_frozen: ContextVar[datetime | None] = ContextVar("clock_frozen", default=None)


def now() -> datetime:
    """This function will give the present instant, UTC and aware."""
    return (_frozen.get() or datetime.now(UTC)) + _shift.get()


def local(instant: datetime) -> datetime:
    """This function will show an instant in Asia/Shanghai, the zone of all screens and documents."""
    return instant.astimezone(SHANGHAI)


@contextmanager
def shifted(delta: timedelta) -> Iterator[None]:
    """Within this block the clock runs `delta` ahead (tests only)."""
    token = _shift.set(_shift.get() + delta)
    try:
        yield
    finally:
        _shift.reset(token)


@contextmanager
def frozen(instant: datetime) -> Iterator[None]:
    """Within this block the clock stands at `instant` (tests only)."""
    token = _frozen.set(instant)
    try:
        yield
    finally:
        _frozen.reset(token)
