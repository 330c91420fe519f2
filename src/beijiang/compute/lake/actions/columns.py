"""A file's columns fitted to a dataset's, with what is told of those that stay out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beijiang.kernel.errors import Invalid
from beijiang.kernel.words import Words

from .. import models
from ..adapters.casting import Column, as_text
from ..rules.definition import mapped_columns, match_columns, special_refused
from ..rules.special_values import special_values

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa

    from ..types import Dataset

LOOKS, MANY, SOME = 4, 1_000, 200


def fitted(
    about: Dataset, names: Sequence[str], mapping: Mapping[str, str | None] | None = None
) -> tuple[list[Column], tuple[Words, ...], tuple[str, ...]]:
    """This function will say for each declared column where its values come from; notes for people; special names dropped.

    With a steward's `mapping` (header → column, or None for what they left out) it holds, else columns are found by their names.
    Raises Invalid when nothing matches, or when the column by which rows are let through is missing.
    """
    found, unknown, dropped = match_columns(names, about.columns) if mapping is None else mapped_columns(names, about.columns, mapping)
    if not found:
        expected = "、".join(f"{c.name}（{c.title.zh}）" for c in about.columns[:12])
        raise Invalid(
            "lake.no_columns_match",
            Words("列对不上", "The columns do not match"),
            Words(
                f"文件的列与数据集 {about.name} 一个都对不上。需要：{expected}。没有写入任何数据。",
                f"None of the file's columns belongs to dataset {about.name}. It needs: {', '.join(c.name for c in about.columns[:12])}. Nothing was written.",
            ),
        )
    role = about.area_column or about.unit_column
    if role is not None and role not in found:
        raise Invalid(
            "lake.column_missing",
            Words("缺少必需的列", "A required column is missing"),
            Words(
                f"缺少列 {role}：授权按它决定谁能看到哪一行。没有写入任何数据。",
                f"Column {role} is missing: it decides who may see which row. Nothing was written.",
            ),
        )
    notes = [
        Words(
            f"列“{name[:60]}”属于特殊类别个人信息（{word}），已丢弃，没有入库。",
            f"Column “{name[:60]}” is a special category of personal data ({word}) and was dropped.",
        )
        for name, word in dropped
    ]
    left_out = [n for n in names if mapping is not None and n in mapping and mapping[n] is None and n not in dict(dropped)]
    if left_out:
        listed = "、".join(n[:40] for n in left_out[:20])
        notes.append(Words(f"按送入人的决定舍弃了这些列：{listed}。", f"Left out as decided by who brought the file: {listed}."))
    if unknown:
        listed = "、".join(n[:40] for n in unknown[:20])
        notes.append(
            Words(f"数据集没有这些列，未入库：{listed}。", f"The dataset does not have these columns; they were left out: {listed}.")
        )
    absent = [c.name for c in about.columns if c.name not in found]
    if absent:
        notes.append(
            Words(
                f"文件里没有这些列，按空值入库：{'、'.join(absent)}。",
                f"The file does not have these columns; they are empty: {', '.join(absent)}.",
            )
        )
    codes = {e.code: tuple(e.code_set) for e in models.Element.objects.filter(code__in={c.element for c in about.columns if c.element})}
    columns = [Column(c, f"c{found[c.name]}" if c.name in found else None, codes.get(c.element, ())) for c in about.columns]
    return columns, tuple(notes), tuple(name for name, _ in dropped)


class Watch:
    """Looks at the values of the first batches for special categories (RIGHTS 2) under names that do not say so."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._texts = [c for c in columns if c.source is not None and c.spec.type == "text"]
        self._values: dict[str, dict[str, int]] = {c.spec.name: {} for c in self._texts}
        self._looks = 0

    def at(self, batch: pa.RecordBatch) -> None:
        """This function will look at a batch; raises Refused ("lake.special_category") naming the column."""
        self._looks += 1
        if self._looks > LOOKS:
            return
        for column in self._texts:
            found = as_text(batch.column(column.source)).value_counts()
            seen = self._values[column.spec.name]
            # Categories have few values; of a column with many, some are enough to see what they are.
            for pair in found.slice(0, MANY if len(found) <= MANY else SOME).to_pylist():
                if pair["values"]:
                    seen[pair["values"]] = seen.get(pair["values"], 0) + pair["counts"]
            words = special_values(seen)
            if words is not None:
                raise special_refused(column.spec.name, words, by_values=True)
