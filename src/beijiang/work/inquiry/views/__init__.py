"""Pages of inquiry."""

from .ask import ask, preview
from .directory import dataset, directory
from .questions import questions, receipt, receipt_card
from .running import progress, running, stop
from .sql import sql, sql_names

__all__ = [
    "ask",
    "dataset",
    "directory",
    "preview",
    "progress",
    "questions",
    "receipt",
    "receipt_card",
    "running",
    "sql",
    "sql_names",
    "stop",
]
