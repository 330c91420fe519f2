"""What is typed on a draft's page. Nothing is refused here: whatever comes is kept, and the rules say what is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from beijiang.kernel.words import Words

from .words import GRADES, unit_search

if TYPE_CHECKING:
    from django.http import QueryDict

    from beijiang.flow.exchange.types import Draft, DraftColumn

    from ..types import Choice, Fault

PAGE = 40
"""Columns on one page: a form has at most 2,000 fields."""
_TEXTS = {"name": 63, "title_zh": 200, "title_en": 200, "type": 20, "element": 64, "subject": 20, "mask": 20, "into": 63}


class FactsForm(forms.Form):
    """Facts of a new dataset."""

    name = forms.CharField(required=False, max_length=63)
    title_zh = forms.CharField(required=False, max_length=200)
    title_en = forms.CharField(required=False, max_length=200)
    description_zh = forms.CharField(required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    description_en = forms.CharField(required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    owner_unit = forms.CharField(required=False, max_length=120)
    grade = forms.ChoiceField(required=False, widget=forms.RadioSelect)
    personal = forms.BooleanField(required=False)
    retention_days = forms.CharField(required=False, max_length=6)
    area_column = forms.ChoiceField(required=False)
    unit_column = forms.ChoiceField(required=False)

    def __init__(self, typed: dict[str, Any], *, kept: list[Choice], faults: tuple[Fault, ...] = ()) -> None:
        # Always bound: what is shown is what was typed, right or wrong.
        super().__init__({name: value for name, value in typed.items() if value not in (None, False)}, auto_id="f_%s")
        labels = {
            "name": Words("名称（字母，发布后不能改）", "Name (letters; fixed once published)"),
            "title_zh": Words("中文标题", "Title in Chinese"),
            "title_en": Words("英文标题", "Title in English"),
            "description_zh": Words("中文说明", "Description in Chinese"),
            "description_en": Words("英文说明", "Description in English"),
            "owner_unit": Words("数据所有单位", "Owner"),
            "grade": Words("级别", "Grade"),
            "personal": Words("含个人信息", "Holds personal data"),
            "retention_days": Words("保存天数", "Days it is kept"),
            "area_column": Words("区划列（授权按它划定范围）", "Area column (grants are bounded by it)"),
            "unit_column": Words("单位列", "Unit column"),
        }
        for name, words in labels.items():
            self.fields[name].label = str(words)
        self.fields["owner_unit"].widget.attrs.update(unit_search())
        self.fields["retention_days"].widget.attrs["inputmode"] = "numeric"
        self.fields["grade"].choices = [(code, str(words)) for code, words in GRADES.items()]  # type: ignore[attr-defined]
        none = ("", str(Words("没有", "None")))
        columns = [none, *((c.header, f"{c.title_zh or c.header} · {c.name}") for c in kept)]
        for role in ("area_column", "unit_column"):
            self.fields[role].choices = columns  # type: ignore[attr-defined]
        self.is_valid()
        # What a select or a box cannot hold is no fault of the person's: the rules speak below.
        self.errors.clear()
        for fault in faults:
            if fault.place is None and fault.field in self.fields:
                self.add_error(fault.field, str(fault.words))


def read_facts(post: QueryDict) -> dict[str, Any]:
    """This function will read the facts of the dataset as typed, cut to what can be kept."""
    limits = {"description_zh": 2000, "description_en": 2000, "title_zh": 200, "title_en": 200, "owner_unit": 120}
    names = [name for name in FactsForm.base_fields if name != "personal"]
    facts: dict[str, Any] = {name: post.get(name, "").replace("\x00", "").strip()[: limits.get(name, 1000)] for name in names}
    facts["personal"] = post.get("personal") == "on"
    facts["target"] = "append" if post.get("target") == "append" else "new"
    facts["append_to"] = post.get("append_to", "").replace("\x00", "")[:63]
    return facts


def read_columns(post: QueryDict, draft: Draft) -> dict[str, dict[str, Any]]:
    """This function will read what was typed of the columns that stood on the page, by header. Columns that it does not name stay as they were."""
    return {column.header: _column(post, place) for place, column in enumerate(draft.columns) if _there(post, place, column)}


def _there(post: QueryDict, place: int, column: DraftColumn) -> bool:
    # The page says by header which column a number meant when it was made: another file's page changes nothing here.
    return post.get(f"c{place}_header") == column.header


def _column(post: QueryDict, place: int) -> dict[str, Any]:
    typed: dict[str, Any] = {"keep": post.get(f"c{place}_keep") == "on"}
    for name, most in _TEXTS.items():
        value = post.get(f"c{place}_{name}")
        if value is not None:
            typed[name] = value.replace("\x00", "").strip()[:most]
    return typed
