"""Pure rules of inquiry: from what was typed to a question, from an answer to a file."""

from .conditions import OPERATORS, condition_of, where_of
from .export import csv_text, file_name
from .law import law_words
from .shape import shape_of, stored_conditions
from .values import typed_value

__all__ = ["OPERATORS", "condition_of", "csv_text", "file_name", "law_words", "shape_of", "stored_conditions", "typed_value", "where_of"]
