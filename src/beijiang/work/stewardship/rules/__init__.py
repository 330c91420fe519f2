"""Pure rules of stewardship."""

from .chunks import Known, Next, judge_chunk, read_digest
from .mapping import NEW, NOT_TAKEN, choices, first_facts, mapped
from .names import check_size, clean_name, file_mark

__all__ = [
    "NEW",
    "NOT_TAKEN",
    "Known",
    "Next",
    "check_size",
    "choices",
    "clean_name",
    "file_mark",
    "first_facts",
    "judge_chunk",
    "mapped",
    "read_digest",
]
