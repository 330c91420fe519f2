"""Forms of inquiry."""

from .ask import AskForm
from .find import FindForm
from .sql import SqlForm

__all__ = ["AskForm", "FindForm", "SqlForm"]
