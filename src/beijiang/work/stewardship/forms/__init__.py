"""Forms of stewardship, and the words that its scripts show."""

from .change import ChangeForm
from .find import RunsForm
from .mapping import FactsForm, read_columns, read_facts

__all__ = ["ChangeForm", "FactsForm", "RunsForm", "read_columns", "read_facts"]
