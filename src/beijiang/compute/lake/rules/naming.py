"""From a header of a file to the name of a column: lower case, digits, underscores; Chinese by its pinyin."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST = 63
# Words that SQL keeps for itself: a column of that name would have to be quoted in every question.
_RESERVED = frozenset(
    [
        "all",
        "analyse",
        "analyze",
        "and",
        "any",
        "array",
        "as",
        "asc",
        "asymmetric",
        "both",
        "case",
        "cast",
        "check",
        "collate",
        "column",
        "constraint",
        "create",
        "default",
        "deferrable",
        "desc",
        "describe",
        "distinct",
        "do",
        "else",
        "end",
        "except",
        "false",
        "fetch",
        "for",
        "foreign",
        "from",
        "group",
        "having",
        "in",
        "initially",
        "intersect",
        "into",
        "lambda",
        "lateral",
        "leading",
        "limit",
        "not",
        "null",
        "offset",
        "on",
        "only",
        "or",
        "order",
        "pivot",
        "placing",
        "primary",
        "qualify",
        "references",
        "returning",
        "select",
        "show",
        "some",
        "summarize",
        "symmetric",
        "table",
        "then",
        "to",
        "trailing",
        "true",
        "union",
        "unique",
        "unpivot",
        "using",
        "variadic",
        "when",
        "where",
        "window",
        "with",
    ]
)


def column_name(header: str) -> str:
    """This function will make a column's name of a header."""
    from pypinyin import lazy_pinyin  # a quarter of a second that only whoever profiles a file needs to spend

    text = unicodedata.normalize("NFKC", header).strip()
    text = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", text)
    text = re.sub(r"[\u3400-\u9fff]+", lambda m: f"_{'_'.join(lazy_pinyin(m[0]))}_", text)
    text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "_", text).strip("_")[:LONGEST].strip("_") or "col"
    if not name[0].isalpha():
        name = f"c_{name}"[:LONGEST]
    return f"{name}_"[:LONGEST] if name in _RESERVED else name


def distinct_names(wanted: Iterable[str]) -> list[str]:
    """This function will make names differ by a number behind those that came before."""
    seen: set[str] = set()
    out: list[str] = []
    for name in wanted:
        free, number = name, 1
        while free in seen:
            number += 1
            free = f"{name[: LONGEST - len(str(number)) - 1]}_{number}"
        seen.add(free)
        out.append(free)
    return out


def dataset_name(file_name: str) -> str:
    """This function will suggest a dataset's name from a file's."""
    stem = re.sub(r"(\.(csv|tsv|txt|gz|xlsx|parquet|json|jsonl|geojson))+$", "", file_name.rsplit("/", 1)[-1], flags=re.IGNORECASE)
    return column_name(stem)
