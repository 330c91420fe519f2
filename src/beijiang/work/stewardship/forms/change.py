"""Changing what is told of a dataset."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from beijiang.kernel.words import Words

from .words import GRADES, unit_search

if TYPE_CHECKING:
    from beijiang.flow.exchange.types import Dataset


class ChangeForm(forms.Form):
    """Title, description, owner, grade, retention. What of it one may change, the door says."""

    title_zh = forms.CharField(max_length=200)
    title_en = forms.CharField(max_length=200)
    description_zh = forms.CharField(required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    description_en = forms.CharField(required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    owner_unit = forms.CharField(max_length=32)
    grade = forms.ChoiceField(widget=forms.RadioSelect)
    retention_days = forms.IntegerField(required=False, min_value=1, max_value=36_500)

    def __init__(self, data: Any = None, *, dataset: Dataset) -> None:
        self.dataset = dataset
        super().__init__(data, initial=self._now(dataset))
        labels = {
            "title_zh": Words("中文标题", "Title in Chinese"),
            "title_en": Words("英文标题", "Title in English"),
            "description_zh": Words("中文说明", "Description in Chinese"),
            "description_en": Words("英文说明", "Description in English"),
            "owner_unit": Words("数据所有单位", "Owner"),
            "grade": Words("级别", "Grade"),
            "retention_days": Words("保存天数", "Days it is kept"),
        }
        needed = str(Words("请填写。", "Please fill this in."))
        for name, words in labels.items():
            self.fields[name].label = str(words)
            self.fields[name].error_messages["required"] = needed
        self.fields["retention_days"].error_messages.update(
            dict.fromkeys(("invalid", "min_value", "max_value"), str(Words("1 到 36500 的整数。", "A whole number from 1 to 36500.")))
        )
        self.fields["owner_unit"].widget.attrs.update(unit_search())
        self.fields["grade"].choices = [(code, str(words)) for code, words in GRADES.items()]  # type: ignore[attr-defined]

    @staticmethod
    def _now(dataset: Dataset) -> dict[str, Any]:
        return {
            "title_zh": dataset.title.zh,
            "title_en": dataset.title.en,
            "description_zh": dataset.description.zh,
            "description_en": dataset.description.en,
            "owner_unit": dataset.owner_unit,
            "grade": dataset.grade,
            "retention_days": dataset.retention_days,
        }

    def changes(self) -> dict[str, Any]:
        """This function will give what differs from now, as `actions.set_dataset` takes it; empty when nothing does."""
        said, now = self.cleaned_data, self.dataset
        wanted = {
            "title": Words(said["title_zh"], said["title_en"]),
            "description": Words(said["description_zh"], said["description_en"]),
            "owner_unit": said["owner_unit"].strip(),
            "grade": said["grade"],
            "retention_days": said["retention_days"],
        }
        return {name: value for name, value in wanted.items() if value is not None and value != getattr(now, name)}
