"""SQL of a person into a Select."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..rules import parse

if TYPE_CHECKING:
    from ..types import Select


def parse_sql(sql: str) -> Select:
    """This function will read one SELECT over one dataset; touches no data.

    Raises Invalid ("lake.sql_refused", "lake.sql_unreadable", "lake.sql_empty") naming the construct and what is
    possible, TooLarge ("lake.sql_too_long", "lake.sql_too_deep") over the limits.
    """
    return parse.parse(sql)
