"""Forms of inquiry."""

from .ask import AskForm
from .find import FindForm
from .mine import MineForm
from .sql import SqlForm

__all__ = ["AskForm", "FindForm", "MineForm", "SqlForm"]
