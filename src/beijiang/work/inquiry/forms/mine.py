"""Narrowing the list of one's questions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from beijiang.kernel.words import Words

from ..types import OUTCOMES

if TYPE_CHECKING:
    from collections.abc import Iterable


class MineForm(forms.Form):
    """Dataset, outcome, by form or SQL, from which day."""

    dataset = forms.ChoiceField(required=False)
    outcome = forms.ChoiceField(required=False)
    way = forms.ChoiceField(required=False)
    since = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, data: Any = None, *, datasets: Iterable[tuple[str, Words]], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        everything = ("", str(Words("全部", "All")))
        for name, label in (
            ("dataset", Words("数据集", "Dataset")),
            ("outcome", Words("结果", "Outcome")),
            ("way", Words("方式", "Way")),
            ("since", Words("起始日期", "From")),
        ):
            self.fields[name].label = str(label)
            self.fields[name].error_messages["invalid"] = str(Words("请填写有效的日期。", "Enter a valid date."))
        self.fields["dataset"].choices = [everything, *((name, str(title)) for name, title in datasets)]  # type: ignore[attr-defined]
        self.fields["outcome"].choices = [everything, *((code, str(words)) for code, words in OUTCOMES.items())]  # type: ignore[attr-defined]
        ways = [("form", str(Words("表单", "Form"))), ("sql", "SQL")]
        self.fields["way"].choices = [everything, *ways]  # type: ignore[attr-defined]

    def wanted(self) -> dict[str, Any]:
        """This function will give a valid form's choices as queries.questions takes them."""
        data = self.cleaned_data
        return {
            "dataset": data["dataset"],
            "outcome": data["outcome"],
            "since": data["since"],
            "by_sql": {"sql": True, "form": False}.get(data["way"]),
        }
