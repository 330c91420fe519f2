"""Writes of permissions: apply, amend, decide, withdraw, and what time does by itself."""

from .apply import amend, apply
from .decide import decide
from .end import forget_applications, lapse, sweep, withdraw

__all__ = ["amend", "apply", "decide", "forget_applications", "lapse", "sweep", "withdraw"]
