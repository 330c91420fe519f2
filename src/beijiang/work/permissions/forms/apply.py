"""An application by form: datasets, purpose, matter, columns, areas, days, reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from beijiang.kernel.words import Words
from beijiang.trust.access import queries as access

from .. import rules
from ..types import Draft, Terms
from .common import Codes, columns_of, label_all

if TYPE_CHECKING:
    from beijiang.kernel.types import Actor
    from beijiang.trust.access.types import DatasetResource, MatterInfo, Purpose

LABELS = {
    "dataset": Words("数据集", "Datasets"),
    "purpose": Words("使用目的", "Purpose"),
    "matter": Words("事项", "Matter"),
    "columns": Words("列", "Columns"),
    "areas": Words("区域", "Areas"),
    "days": Words("期限（天）", "Days"),
    "reason": Words("理由", "Reason"),
}


class ApplyForm(forms.Form):
    """What one applies for. Which columns and areas there are is the action's to check; the form carries what was ticked."""

    dataset = Codes(required=False)
    purpose = forms.ChoiceField(required=False)
    matter = forms.ChoiceField(required=False)
    columns = Codes(required=False)
    areas = Codes(required=False)
    days = forms.IntegerField(required=False, min_value=1, max_value=3650)
    reason = forms.CharField(required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4, "maxlength": rules.REASON_MAX}))
    request_key = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, actor: Actor, resources: dict[str, DatasetResource], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.actor, self.resources = actor, resources
        label_all(self, LABELS)
        self.fields["purpose"].error_messages["invalid_choice"] = str(
            Words("请从清单中选择使用目的。", "Choose the purpose from the list.")
        )
        self.purposes = access.open_purposes()
        self.matters: tuple[MatterInfo, ...] = access.matters_for(actor)
        none = ("", str(Words("请选择", "Choose one")))
        self.fields["purpose"].choices = [none, *((p.code, f"{p.title} · {p.law}") for p in self.purposes)]  # type: ignore[attr-defined]
        self.fields["matter"].choices = [none, *self._matters()]  # type: ignore[attr-defined]
        self.fields["matter"].error_messages["invalid_choice"] = str(
            Words("请从您经办的事项中选择。", "Choose one of the matters that you work on.")
        )

    def _matters(self) -> list[tuple[str, str]]:
        known = [(m.ref, f"{m.ref} · {m.title}") for m in self.matters]
        # A reference that came with the address but is not one's own stays visible, so that the fault is told and not hidden.
        named = str(self.initial.get("matter", "") or "")
        if named and named not in {ref for ref, _ in known}:
            known.append((named, named))
        return known

    @property
    def chosen(self) -> tuple[str, ...]:
        """The datasets named, in order, those that exist or not."""
        values = self["dataset"].value() or []
        return tuple(dict.fromkeys(str(v) for v in values))

    @property
    def purpose_now(self) -> Purpose | None:
        """The purpose chosen so far."""
        return next((p for p in self.purposes if p.code == self["purpose"].value()), None)

    def draft(self) -> Draft:
        """The application as filled in so far; days 0 where none were written."""
        by_dataset = columns_of([str(v) for v in self["columns"].value() or []], self.chosen)
        areas = tuple(dict.fromkeys(str(v) for v in self["areas"].value() or []))
        days = self._days()
        terms = {
            name: Terms(by_dataset[name], areas if (r := self.resources.get(name)) and r.area_column else (), days) for name in self.chosen
        }
        return Draft(
            purpose=str(self["purpose"].value() or ""),
            matter=str(self["matter"].value() or ""),
            reason=str(self["reason"].value() or ""),
            terms=terms,
        )

    def _days(self) -> int:
        try:
            return max(0, min(int(str(self["days"].value() or 0)), 100_000))
        except ValueError:
            return 0

    def clean(self) -> dict[str, Any]:
        """This function will want days as a number; all else is checked by the action."""
        data = super().clean() or {}
        if not self.errors.get("days") and data.get("days") is None:
            self.add_error("days", str(Words("请填写天数。", "Enter the number of days.")))
        return data


class AmendForm(ApplyForm):
    """The same, with an answer to what was asked."""

    answer = forms.CharField(required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3, "maxlength": rules.NOTE_MAX}))
    seen = forms.IntegerField(min_value=1, max_value=10_000, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label_all(self, {"answer": Words("您的答复", "Your answer")})
