"""A question on the wire."""

from __future__ import annotations

import json
import re
from typing import Any
from uuid import UUID

from beijiang.kernel.canonical import canonical_json

from ...types import AGGREGATES, Aggregate, All, AskRequest, Order
from .condition import condition_from_dict, condition_to_dict, malformed, name, text

SQL_LIMIT = 64 * 1024
COLUMNS = 500
_FORM = ("dataset", "columns", "where", "group_by", "aggregates", "order_by", "limit")


def write_question(request: AskRequest) -> bytes:
    """This function will write the canonical JSON of a question, so that equal questions are equal bytes."""
    body: dict[str, Any] = {"purpose": request.purpose, "matter": request.matter}
    if request.id is not None:
        body["id"] = str(request.id)
    if request.as_file:
        body["as_file"] = request.as_file
    if request.sql:
        body["sql"] = request.sql
        return canonical_json(body)
    body["dataset"] = request.dataset
    if request.columns:
        body["columns"] = list(request.columns)
    if not isinstance(request.where, All):
        body["where"] = condition_to_dict(request.where)
    if request.group_by:
        body["group_by"] = list(request.group_by)
    if request.aggregates:
        body["aggregates"] = [{"function": a.function, "column": a.column, "name": a.name} for a in request.aggregates]
    if request.order_by:
        body["order_by"] = [{"name": o.name, "descending": o.descending} for o in request.order_by]
    if request.limit is not None:
        body["limit"] = request.limit
    return canonical_json(body)


def read_question(body: bytes | dict[str, Any]) -> AskRequest:
    """This function will read a question; Invalid says which part is wrong. Unknown members are refused."""
    data = _object(body) if isinstance(body, bytes) else body
    if not isinstance(data, dict) or set(data) - {"id", "as_file", "purpose", "matter", "sql", *_FORM}:
        raise malformed("提问应为 JSON 对象，且不含多余的内容。", "A question is a JSON object without members that do not belong there.")
    purpose, matter = text(data.get("purpose"), 64), text(data.get("matter") or "", 80)
    if not purpose:
        raise malformed("请写明用途。", "State the purpose.")
    number = _number(data.get("id"))
    as_file = data.get("as_file", "")
    if as_file not in ("", "csv", "xlsx"):
        raise malformed("文件格式只能是 csv 或 xlsx。", "A file is csv or xlsx.")
    if "sql" in data:
        if any(part in data for part in _FORM):
            raise malformed("sql 与表单项不能同时使用。", "sql and the parts of a form exclude each other.")
        sql = text(data["sql"], SQL_LIMIT)
        if not sql.strip():
            raise malformed("SQL 是空的。", "The SQL is empty.")
        return AskRequest(purpose=purpose, matter=matter, sql=sql, id=number, as_file=as_file)
    limit = data.get("limit")
    if limit is not None and (isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= 10_000_000):
        raise malformed("行数上限应为正整数。", "The limit is a positive whole number.")
    return AskRequest(
        purpose=purpose,
        matter=matter,
        dataset=name(data.get("dataset")),
        columns=_names(data.get("columns")),
        where=condition_from_dict(data["where"]) if "where" in data else All(),
        group_by=_names(data.get("group_by")),
        aggregates=tuple(_aggregate(item) for item in _list(data.get("aggregates"), 50)),
        order_by=tuple(_order(item) for item in _list(data.get("order_by"), 20)),
        limit=limit,
        id=number,
        as_file=as_file,
    )


def _number(value: Any) -> UUID | None:
    if value is None:
        return None
    # One way of writing it, so that one number cannot be asked under two spellings.
    if not isinstance(value, str) or not re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", value):
        raise malformed("提问编号应为小写的 UUID。", "The number of a question is a UUID in lower case.")
    return UUID(value)


def _object(body: bytes) -> Any:
    def no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        # A repeated member could be read one way by a filter and another way by us.
        if len({key for key, _ in pairs}) != len(pairs):
            raise malformed("JSON 中有重复的成员。", "The JSON repeats a member.")
        return dict(pairs)

    def constant(_: str) -> Any:
        raise malformed("数值必须是有限的。", "A number must be finite.")

    try:
        return json.loads(body.decode("utf-8"), object_pairs_hook=no_repeats, parse_constant=constant)
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise malformed("请求正文不是 UTF-8 的 JSON。", "The body is not JSON in UTF-8.") from None


def _list(value: Any, limit: int) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > limit:
        raise malformed(f"列表最多 {limit} 项。", f"A list has {limit} items at most.")
    return value


def _names(value: Any) -> tuple[str, ...]:
    names = tuple(name(item) for item in _list(value, COLUMNS))
    if len(set(names)) != len(names):
        raise malformed("列名重复。", "A column is named twice.")
    return names


def _aggregate(item: Any) -> Aggregate:
    if not isinstance(item, dict) or set(item) - {"function", "column", "name"} or item.get("function") not in AGGREGATES:
        raise malformed("不认识的汇总方式。", "Unknown aggregate.")
    column = item.get("column")
    if column is None and item["function"] != "count":
        raise malformed("只有计数可以不指定列。", "Only count needs no column.")
    return Aggregate(item["function"], None if column is None else name(column), name(item.get("name")))


def _order(item: Any) -> Order:
    if not isinstance(item, dict) or set(item) - {"name", "descending"} or not isinstance(item.get("descending", False), bool):
        raise malformed("排序写法不对。", "The order is not written rightly.")
    return Order(name(item.get("name")), item.get("descending", False))
