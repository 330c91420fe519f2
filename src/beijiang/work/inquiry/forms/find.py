"""Finding a dataset."""

from __future__ import annotations

from typing import Any

from django import forms

from beijiang.kernel.words import Words

GRADES = {
    "open": Words("公开", "Open"),
    "internal": Words("内部", "Internal"),
    "sensitive": Words("敏感", "Sensitive"),
    "core": Words("核心", "Core"),
}


class FindForm(forms.Form):
    """Words, owner, grade, and whether one may ask it."""

    q = forms.CharField(required=False, max_length=100, strip=True)
    owner = forms.ChoiceField(required=False)
    grade = forms.ChoiceField(required=False)
    mine = forms.BooleanField(required=False)

    def __init__(self, data: Any = None, *, owners: dict[str, Words], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        everything = ("", str(Words("全部", "All")))
        self.fields["q"].label = str(Words("名称、拼音或内容", "Name, pinyin or content"))
        self.fields["owner"].label = str(Words("数据所有单位", "Owner"))
        self.fields["grade"].label = str(Words("级别", "Grade"))
        self.fields["mine"].label = str(Words("只看我能提问的", "Only what I may ask"))
        self.fields["owner"].choices = [everything, *((code, str(name)) for code, name in owners.items())]  # type: ignore[attr-defined]
        self.fields["grade"].choices = [everything, *((code, str(name)) for code, name in GRADES.items())]  # type: ignore[attr-defined]
