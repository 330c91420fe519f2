"""The wire form of a question, for those who take it from elsewhere (the API)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..rules import read_question

if TYPE_CHECKING:
    from ..types import AskRequest


def request_from(data: dict[str, Any]) -> AskRequest:
    """This function will read a question from its JSON object; Invalid (`exchange.bad_question`) says what is wrong."""
    return read_question(data)
