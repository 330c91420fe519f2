"""A decision by form: what stays of the columns, areas and days, and words for who applied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from beijiang.kernel.words import Words

from .. import rules
from ..types import Terms
from .common import Codes, columns_of, label_all

if TYPE_CHECKING:
    from ..types import ApplicationInfo


class DecideForm(forms.Form):
    """One decision over the datasets that the viewer decides on. The button pressed is the verdict."""

    verdict = forms.ChoiceField(choices=[("approve", ""), ("return", ""), ("refuse", "")])
    stage = forms.ChoiceField(choices=[("chief", ""), ("owners", "")], widget=forms.HiddenInput)
    seen = forms.IntegerField(min_value=1, max_value=10_000, widget=forms.HiddenInput)
    columns = Codes(required=False)
    areas = Codes(required=False)
    days = forms.IntegerField(required=False, min_value=1, max_value=3650)
    note = forms.CharField(required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3, "maxlength": rules.NOTE_MAX}))
    request_key = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, application: ApplicationInfo, **kwargs: Any) -> None:
        self.items = [i for i in application.items if i.dataset in application.mine]
        first = self.items[0].now if self.items else Terms((), (), 1)
        start = {
            "stage": application.stage,
            "seen": application.edition,
            "columns": [f"{i.dataset}.{c}" for i in self.items for c in i.now.columns],
            "areas": list(dict.fromkeys(a for i in self.items for a in i.now.areas)),
            "days": first.days,
        }
        super().__init__(data, initial=start | kwargs.pop("initial", {}), **kwargs)
        label_all(
            self,
            {
                "columns": Words("列", "Columns"),
                "areas": Words("区域", "Areas"),
                "days": Words("期限（天）", "Days"),
                "note": Words("意见", "Remarks"),
                "verdict": Words("决定", "Decision"),
            },
        )

    def terms(self) -> dict[str, Terms]:
        """What the decider leaves of each dataset."""
        by_dataset = columns_of(self.cleaned_data["columns"], [i.dataset for i in self.items])
        areas, days = tuple(dict.fromkeys(self.cleaned_data["areas"])), self.cleaned_data["days"]
        return {
            i.dataset: Terms(by_dataset[i.dataset], areas if i.now.areas else (), days if days is not None else i.now.days)
            for i in self.items
        }
