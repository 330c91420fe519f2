"""The filter of the log."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms

from beijiang.kernel.clock import SHANGHAI
from beijiang.kernel.words import Words

from .types import OUTCOMES, Filters


class FilterForm(forms.Form):
    """What to look for; days are those of Asia/Shanghai, both included."""

    person = forms.CharField(max_length=100, required=False)
    unit = forms.CharField(max_length=100, required=False)
    dataset = forms.CharField(max_length=120, required=False)
    purpose = forms.CharField(max_length=80, required=False)
    matter = forms.CharField(max_length=120, required=False)
    outcome = forms.ChoiceField(required=False)
    since = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))

    labels = {
        "person": Words("人员", "Person"),
        "unit": Words("单位", "Unit"),
        "dataset": Words("数据集", "Dataset"),
        "purpose": Words("目的", "Purpose"),
        "matter": Words("事项编号", "Matter"),
        "outcome": Words("结果", "Outcome"),
        "since": Words("自", "From"),
        "until": Words("至", "To"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, words in self.labels.items():
            self.fields[name].label = str(words)
        self.fields["outcome"].choices = [("", str(Words("全部", "All"))), *((code, str(words)) for code, words in OUTCOMES.items())]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """This method will refuse a span that ends before it begins."""
        cleaned = super().clean() or {}
        if cleaned.get("since") and cleaned.get("until") and cleaned["since"] > cleaned["until"]:
            self.add_error("until", str(Words("结束日期早于开始日期。", "The last day is before the first.")))
        return cleaned

    def filters(self, *, mine: bool = False) -> Filters:
        """This method will give the filters of a valid form."""
        said = {name: self.cleaned_data[name].strip() for name in ("person", "unit", "dataset", "purpose", "matter", "outcome")}
        since, until = self.cleaned_data["since"], self.cleaned_data["until"]
        return Filters(
            **said,
            mine=mine,
            since=datetime.combine(since, time(), SHANGHAI) if since else None,
            until=datetime.combine(until + timedelta(days=1), time(), SHANGHAI) if until else None,
        )
