"""Finding a dataset."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from beijiang.kernel.words import Words

if TYPE_CHECKING:
    from ..types import Facets


class FindForm(forms.Form):
    """Words, owner, grade, freshness, personal data or not, and whether one may ask it."""

    q = forms.CharField(required=False, max_length=100, strip=True)
    owner = forms.ChoiceField(required=False)
    grade = forms.ChoiceField(required=False)
    fresh = forms.ChoiceField(required=False)
    personal = forms.ChoiceField(required=False)
    mine = forms.BooleanField(required=False)

    def __init__(self, data: Any = None, *, facets: Facets, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        everything = ("", str(Words("全部", "All")))
        self.fields["q"].label = str(
            Words("名称、列、数据元；汉字、拼音、首字母或英文", "Title, column or element; Chinese, pinyin, initials or English")
        )
        self.fields["owner"].label = str(Words("数据所有单位", "Owner"))
        self.fields["grade"].label = str(Words("级别", "Grade"))
        self.fields["fresh"].label = str(Words("更新", "Updated"))
        self.fields["personal"].label = str(Words("个人信息", "Personal data"))
        self.fields["mine"].label = str(Words(f"只看我能提问的（{facets.may}）", f"Only what I may ask ({facets.may})"))
        for name in ("owner", "grade", "fresh"):
            counted = {"owner": facets.owners, "grade": facets.grades, "fresh": facets.fresh}[name]
            choices = [(code, str(Words(f"{words.zh}（{count}）", f"{words.en} ({count})"))) for code, words, count in counted]
            self.fields[name].choices = [everything, *choices]  # type: ignore[attr-defined]
        with_, without = (
            Words(f"含（{facets.personal}）", f"yes ({facets.personal})"),
            Words(f"不含（{facets.impersonal}）", f"no ({facets.impersonal})"),
        )
        self.fields["personal"].choices = [everything, ("yes", str(with_)), ("no", str(without))]  # type: ignore[attr-defined]
