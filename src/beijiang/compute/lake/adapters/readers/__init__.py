"""Files of departments as streams of batches. Nothing is trusted, everything bounded."""

from ..encodings import refuse
from .delimited import detect_delimiter
from .opening import open_source
from .packed import tidy
from .source import ACCEPTED, MAX_BYTES, REASONS_COLUMN, ROW_COLUMN, TEXT_COLUMN, Source, row_number
from .workbook import guard_zip

__all__ = [
    "ACCEPTED",
    "MAX_BYTES",
    "REASONS_COLUMN",
    "ROW_COLUMN",
    "TEXT_COLUMN",
    "Source",
    "detect_delimiter",
    "guard_zip",
    "open_source",
    "refuse",
    "row_number",
    "tidy",
]
