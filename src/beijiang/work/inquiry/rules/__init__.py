"""Pure rules of inquiry: from what was typed to a question, from an answer to a file."""

from .conditions import OPERATORS, condition_of, where_of
from .csvfile import csv_text
from .grades import EXPLAINED, FRESH, GRADES, is_fresh
from .shape import shape_of, stored_conditions
from .values import typed_value
from .watermark import FILES, file_name, watermark
from .xlsxfile import xlsx_bytes

__all__ = [
    "EXPLAINED",
    "FILES",
    "FRESH",
    "GRADES",
    "OPERATORS",
    "condition_of",
    "csv_text",
    "file_name",
    "is_fresh",
    "shape_of",
    "stored_conditions",
    "typed_value",
    "watermark",
    "where_of",
    "xlsx_bytes",
]
