"""Finding runs."""

from __future__ import annotations

from typing import Any

from django import forms

from beijiang.kernel.words import Words

from ..types import RUN_WORDS


class RunsForm(forms.Form):
    """Of which dataset, in which state, and whether one's own only."""

    dataset = forms.ChoiceField(required=False)
    state = forms.ChoiceField(required=False)
    mine = forms.BooleanField(required=False)

    def __init__(self, data: Any = None, *, datasets: dict[str, Words], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        everything = ("", str(Words("全部", "All")))
        self.fields["dataset"].label = str(Words("数据集", "Dataset"))
        self.fields["state"].label = str(Words("状态", "State"))
        self.fields["mine"].label = str(Words("只看我送入的", "Only what I brought"))
        self.fields["dataset"].choices = [everything, *((name, str(title)) for name, title in datasets.items())]  # type: ignore[attr-defined]
        self.fields["state"].choices = [everything, *((name, str(words)) for name, words in RUN_WORDS.items())]  # type: ignore[attr-defined]
