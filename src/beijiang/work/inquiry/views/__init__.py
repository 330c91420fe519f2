"""Pages of inquiry."""

from .ask import ask, preview
from .directory import dataset, directory
from .questions import questions, receipt, receipt_card
from .sql import sql

__all__ = ["ask", "dataset", "directory", "preview", "questions", "receipt", "receipt_card", "sql"]
