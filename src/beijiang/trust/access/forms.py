"""Forms of access. Labels are Words and speak the language of the page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django import forms

from beijiang.kernel.words import Words

from . import queries
from .actions.break_glass import REASON_MIN
from .types import GrantInfo

_REQUIRED = {"required": Words("请填写此项。", "Please fill this in.")}
_CHOOSE = Words("请从清单中选择。", "Choose one from the list.")


def _between(low: int, high: int) -> Callable[[str], None]:
    """Django's own messages are formatted with %, which Words does not know."""

    def check(value: str) -> None:
        if not low <= len(value) <= high:
            words = Words(
                f"请填写 {low} 到 {high} 个字，现有 {len(value)} 个。", f"Write {low} to {high} characters; there are {len(value)}."
            )
            raise forms.ValidationError(str(words), code="length")

    return check


def _text(label: Words, low: int, high: int, rows: int) -> forms.CharField:
    attributes = {"rows": rows, "maxlength": high}
    return forms.CharField(label=label, error_messages=_REQUIRED, validators=[_between(low, high)], widget=forms.Textarea(attrs=attributes))


class _Choice(forms.TypedChoiceField):
    def validate(self, value: Any) -> None:
        """Say in the page's language what a choice must be."""
        if value and not self.valid_value(value):
            raise forms.ValidationError(str(_CHOOSE), code="invalid_choice")
        super().validate(value)


def _choice(label: Words, choices: Any = (), **more: Any) -> forms.TypedChoiceField:
    return _Choice(label=label, choices=choices, error_messages=_REQUIRED, **more)


class ReasonForm(forms.Form):
    """Why a grant ends."""

    reason = _text(Words("理由", "Reason"), 2, 500, 2)


class OwnedForm(forms.Form):
    """Narrows the owner's list of live grants."""

    q = forms.CharField(
        label=Words("持有人、单位、事项、理由", "Holder, unit, matter, reason"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    dataset = _choice(Words("数据集", "Dataset"), required=False)
    purpose = _choice(Words("使用目的", "Purpose"), required=False)

    def __init__(self, *args: Any, grants: Iterable[GrantInfo], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = ("", Words("全部", "All"))
        found = list(grants)
        fields: Any = self.fields
        fields["dataset"].choices = [every, *sorted({(g.dataset, g.dataset_title) for g in found}, key=lambda c: c[0])]
        fields["purpose"].choices = [every, *sorted({(g.purpose, g.purpose_title) for g in found}, key=lambda c: c[0])]

    def fits(self, grant: GrantInfo) -> bool:
        """This function will say whether a grant is among those looked for; what cannot be read narrows nothing."""
        if not self.is_valid():
            return True
        wanted = self.cleaned_data
        typed = wanted["q"].strip().lower()
        said = f"{grant.holder_name} {grant.holder_unit} {grant.matter} {grant.dataset} {grant.dataset_title.zh} {grant.dataset_title.en} {grant.reason}"
        return typed in said.lower() and all(not wanted[n] or getattr(grant, n) == wanted[n] for n in ("dataset", "purpose"))


class BreakGlassForm(forms.Form):
    """An emergency in the officer's words."""

    dataset = _choice(Words("数据集", "Dataset"))
    purpose = _choice(Words("使用目的", "Purpose"))
    matter = forms.CharField(
        label=Words("事项编号", "Matter"), required=False, validators=[_between(0, 60)], widget=forms.TextInput(attrs={"maxlength": 60})
    )
    hours = _choice(Words("持续时间", "How long"), [(n, Words(f"{n} 小时", f"{n} h")) for n in (1, 2, 3, 4)], coerce=int, initial=1)
    reason = _text(Words("紧急情形", "The emergency"), REASON_MIN, 1000, 4)
    understood = forms.BooleanField(
        label=Words(
            "我知道本次查询会立即通报督察和数据所有单位，并将逐条复核。",
            "I know that supervisors and the data's owner are told at once, and that this will be reviewed.",
        ),
        error_messages={"required": Words("请确认您已了解。", "Please confirm that you know.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        none = ("", Words("请选择", "Choose"))
        datasets: Any = self.fields["dataset"]
        purposes: Any = self.fields["purpose"]
        datasets.choices = [none, *((r.resource.name, r.resource.title) for r in queries.resources_known())]
        purposes.choices = [none, *((p.code, p.title) for p in queries.purposes())]


class ReviewForm(forms.Form):
    """What the reviewer found."""

    outcome = _choice(
        Words("结论", "Finding"),
        [
            ("justified", Words("正当", "Justified")),
            ("unjustified", Words("不正当（仍有效的立即终止）", "Unjustified (ends at once if still live)")),
        ],
        widget=forms.RadioSelect,
    )
    note = _text(Words("复核意见", "Note"), 4, 1000, 3)
