"""`{% load tables %}`: the table that filters, sorts, pages and exports."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token, token_kwargs
from django.template.loader import get_template

register = template.Library()
OPTIONS = {"id", "caption", "page_size", "csv", "tools"}


class TableNode(template.Node):
    """Wraps server-rendered rows in the table component."""

    def __init__(self, options: dict[str, FilterExpression], rows: NodeList) -> None:
        self.options = options
        self.rows = rows

    def render(self, context: Any) -> str:
        """This function will write the table with its tools around it."""
        given = {name: value.resolve(context) for name, value in self.options.items()}
        defaults = {"id": "table", "caption": "", "page_size": 25, "csv": True, "tools": True}
        return get_template("ui/components/table.html").render({**defaults, **given, "rows": self.rows.render(context)})


@register.tag
def datatable(parser: Parser, token: Token) -> TableNode:
    """`{% datatable id="people" caption=words page_size=25 csv=True %}<thead>…</thead><tbody>…</tbody>{% enddatatable %}`.

    A cell's `data-value` is what it sorts and exports by; `class="num"` aligns numbers; a head with `data-sort="no"`
    does not sort. `csv` may be an address that exports what is not on the page; True exports what is.
    """
    bits = token.split_contents()[1:]
    options = token_kwargs(bits, parser)
    if bits or set(options) - OPTIONS:
        raise template.TemplateSyntaxError(f"datatable takes {', '.join(sorted(OPTIONS))}")
    rows = parser.parse(("enddatatable",))
    parser.delete_first_token()
    return TableNode(options, rows)
