"""Forms of the auditors' pages: what to look for, what an export is for, what a spot check found."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms

from beijiang.kernel.clock import SHANGHAI
from beijiang.kernel.words import Words

from . import queries
from .types import FINDINGS, OUTCOMES, Filters

ALL = Words("全部", "All")
BASES = {
    "grant": Words("授权", "Grant"),
    "open_share": Words("信息共享开放", "Open share"),
    "emergency": Words("紧急查询", "Break-glass"),
    "own_record": Words("本人记录", "Own record"),
    "seat": Words("入驻合成作战中心", "Seat in the joint centre"),
}
TEXTS = ("person", "unit", "dataset", "purpose", "basis", "matter", "outcome", "grant", "column", "code", "room")


class FilterForm(forms.Form):
    """What to look for; days are those of Asia/Shanghai, both included."""

    person = forms.CharField(max_length=100, required=False)
    unit = forms.CharField(max_length=100, required=False)
    scope = forms.ChoiceField(required=False)
    dataset = forms.CharField(max_length=120, required=False)
    purpose = forms.CharField(max_length=80, required=False)
    basis = forms.ChoiceField(required=False)
    outcome = forms.ChoiceField(required=False)
    matter = forms.CharField(max_length=120, required=False)
    since = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))
    grant = forms.UUIDField(required=False)
    column = forms.CharField(max_length=120, required=False)
    code = forms.CharField(max_length=120, required=False)
    room = forms.CharField(max_length=40, required=False)

    labels = {
        "person": Words("人员", "Person"),
        "unit": Words("单位", "Unit"),
        "scope": Words("单位范围", "Which units"),
        "dataset": Words("数据集", "Dataset"),
        "purpose": Words("目的", "Purpose"),
        "basis": Words("依据", "Basis"),
        "matter": Words("事项编号", "Matter"),
        "outcome": Words("结果", "Outcome"),
        "since": Words("自", "From"),
        "until": Words("至", "To"),
        "grant": Words("授权编号", "Number of the grant"),
        "column": Words("列", "Column"),
        "code": Words("拒绝原因代码", "Code of refusal"),
        "room": Words("模块", "Room"),
    }
    hints = {"person": Words("姓名、用户名或编号", "name, username, number"), "unit": Words("名称或代码", "name or code")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, words in self.labels.items():
            self.fields[name].label = str(words)
        for name, words in self.hints.items():
            self.fields[name].widget.attrs["placeholder"] = str(words)
        self._choose("outcome", OUTCOMES)
        self._choose("basis", BASES)
        self._choose("scope", {"own": Words("仅本单位", "This unit alone")}, Words("含下级单位", "With all units under it"))
        for name in ("dataset", "purpose"):
            known = dict(queries.names(name))
            said = str(self.data.get(name, "")).strip()
            # An address may name what is not there any more, or by its words.
            if said and said not in known:
                known[said] = Words(said, said)
            self.fields[name].widget = forms.Select(choices=_choices(known, ALL))

    def _choose(self, name: str, known: dict[str, Words], none: Words = ALL) -> None:
        self.fields[name].choices = _choices(known, none)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """This method will refuse a span that ends before it begins."""
        cleaned = super().clean() or {}
        if cleaned.get("since") and cleaned.get("until") and cleaned["since"] > cleaned["until"]:
            self.add_error("until", str(Words("结束日期早于开始日期。", "The last day is before the first.")))
        return cleaned

    def filters(self, *, mine: bool = False, uses: bool = False) -> Filters:
        """This method will give the filters of a valid form."""
        said = {name: str(self.cleaned_data[name] or "").strip() for name in TEXTS}
        since, until = self.cleaned_data["since"], self.cleaned_data["until"]
        return Filters(
            **said,
            below=bool(said["unit"]) and self.cleaned_data["scope"] != "own",
            mine=mine,
            uses=uses,
            since=datetime.combine(since, time(), SHANGHAI) if since else None,
            until=datetime.combine(until + timedelta(days=1), time(), SHANGHAI) if until else None,
        )

    def chips(self) -> list[tuple[str, str, str]]:
        """This method will give (field, label, value in words) of each filter that is set."""
        out = []
        for name, words in self.labels.items():
            value = str(self.data.get(name, "")).strip()
            if value and name != "scope":
                found = {"outcome": OUTCOMES, "basis": BASES}.get(name, {}).get(value)
                known = found or (queries.name_of(name, value) if name in ("dataset", "purpose", "unit") else value)
                out.append((name, str(words), str(known)))
        return out


def _choices(known: dict[str, Words], none: Words) -> list[tuple[str, str]]:
    return [("", str(none)), *((code, str(words)) for code, words in known.items())]


class ExportForm(forms.Form):
    """What an export is for."""

    reason = forms.CharField(min_length=4, max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = str(Words("导出用途", "What it is for"))


class FindingForm(forms.Form):
    """What a spot check found."""

    finding = forms.ChoiceField(widget=forms.RadioSelect)
    note = forms.CharField(min_length=4, max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))

    words = {
        "justified": Words("有正当理由，结束", "Justified: done"),
        "asked": Words("询问本人", "Ask the person"),
        "flagged": Words("提请所在单位负责人核查", "Flag to the chief of the unit"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["finding"].label = str(Words("结论", "Finding"))
        self.fields["finding"].choices = [(code, str(self.words[code])) for code in FINDINGS]  # type: ignore[attr-defined]
        self.fields["note"].label = str(Words("说明（会给被询问的人看）", "Note (shown to whoever is asked)"))


class AnswerForm(forms.Form):
    """The answer of who was asked."""

    answer = forms.CharField(min_length=4, max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answer"].label = str(Words("答复", "Answer"))
