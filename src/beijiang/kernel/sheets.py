"""Text that leaves as CSV and will be opened by a spreadsheet."""

from __future__ import annotations

import re

_FORMULA = re.compile(r"[=+\-@\t\r]")
_NUMBER = re.compile(r"-?[\d.,\s]*\d%?")


def cell(text: str) -> str:
    """This function will put an apostrophe before what a spreadsheet would run as a formula; a plain number stays a number.

    OWASP, CSV Injection: cells that begin with = + - @ tab or carriage return.
    """
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text
