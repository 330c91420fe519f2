"""How a value is masked on its way out, as SQL expressions. All masks are total: they cannot raise on any value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

if TYPE_CHECKING:
    from collections.abc import Callable

SHORT = 8
"""A text shorter than this shows no character under first4 and last4: four of five characters would be no mask."""
HIDDEN = "****"
REDACTED = "***"

TEMPORAL = ("date", "timestamp")


def sql_type(type_: str, digits: int = 2) -> exp.DataType:
    """This function will give the engine's type of a declared column type."""
    names = {
        "text": "TEXT",
        "integer": "BIGINT",
        "number": "DOUBLE",
        "boolean": "BOOLEAN",
        "date": "DATE",
        "timestamp": "TIMESTAMPTZ",
        "decimal": f"DECIMAL(18,{int(digits)})",
    }
    return exp.DataType.build(names[type_], dialect="duckdb")


def masked_type(type_: str, mask: str) -> str:
    """This function will give the declared type that a column has after its mask."""
    if mask in ("none", "null"):
        return type_
    if mask == "year" and type_ in TEMPORAL:
        return "integer"
    return "text"


def masked(column: exp.Expr, *, type_: str, digits: int, mask: str, salt: Callable[[], exp.Expr]) -> exp.Expr:
    """This function will wrap `column` in its mask. `salt` gives the parameter of the question's own secret, for hashes.

    redact is the same text for every row, NULL too, so that it does not tell which rows have a value.
    An unknown mask raises ValueError: nothing leaves by accident.
    """
    if mask == "none":
        return column
    if mask == "null":
        return exp.cast(exp.null(), sql_type(type_, digits))
    if mask == "redact":
        return exp.Literal.string(REDACTED)
    text = exp.cast(column.copy(), "TEXT")
    if mask == "first4":
        return _if_long(
            text, exp.DPipe(this=exp.Left(this=text.copy(), expression=exp.Literal.number(4)), expression=exp.Literal.string(HIDDEN))
        )
    if mask == "last4":
        return _if_long(
            text, exp.DPipe(this=exp.Literal.string(HIDDEN), expression=exp.Right(this=text.copy(), expression=exp.Literal.number(4)))
        )
    if mask == "year":
        if type_ in TEMPORAL:
            return exp.cast(exp.Year(this=column), "BIGINT")
        return exp.Left(this=text, expression=exp.Literal.number(4)) if type_ == "text" else exp.cast(exp.null(), "TEXT")
    if mask == "hash":
        salted = exp.DPipe(this=salt(), expression=text)
        return exp.Left(this=exp.Anonymous(this="sha256", expressions=[salted]), expression=exp.Literal.number(16))
    raise ValueError(f"unknown mask {mask!r}")


def _if_long(text: exp.Expr, shown: exp.Expr) -> exp.Expr:
    """NULL stays NULL; a short text is hidden whole."""
    long = exp.GTE(this=exp.Length(this=text.copy()), expression=exp.Literal.number(SHORT))
    short = exp.LT(this=exp.Length(this=text.copy()), expression=exp.Literal.number(SHORT))
    return exp.Case(ifs=[exp.If(this=long, true=shown), exp.If(this=short, true=exp.Literal.string(HIDDEN))])
