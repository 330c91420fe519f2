"""The wire form of questions and answers: JSON, read strictly."""

from .condition import condition_from_dict, condition_to_dict, literal_to_json
from .question import read_question, write_question
from .reply import read_reply, write_reply

__all__ = [
    "condition_from_dict",
    "condition_to_dict",
    "literal_to_json",
    "read_question",
    "read_reply",
    "write_question",
    "write_reply",
]
