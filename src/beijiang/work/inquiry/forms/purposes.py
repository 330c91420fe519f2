"""Purpose and matter: the two fields that stand before every question."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from beijiang.kernel.words import Words
from beijiang.trust.access import queries as access

if TYPE_CHECKING:
    from beijiang.kernel.types import Actor
    from beijiang.trust.access.types import MatterInfo, Purpose


def purpose_label(purpose: Purpose) -> str:
    """This function will write a purpose with its article."""
    return f"{purpose.title} · {purpose.law}"


class PurposeForm(forms.Form):
    """Base of the forms that ask: closed list of purposes, the matter by its reference."""

    purpose = forms.ChoiceField()
    matter = forms.CharField(required=False, max_length=80, strip=True)
    id = forms.UUIDField(required=False)
    """The number of this question, made with the page: sent twice, it is asked once."""

    def __init__(self, data: Any = None, *, actor: Actor, grade: str = "", **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.actor = actor
        self.purposes = access.open_purposes(grade)
        self.matters: tuple[MatterInfo, ...] = access.matters_for(actor)
        purpose = self.fields["purpose"]
        purpose.label = str(Words("使用目的", "Purpose"))
        purpose.error_messages = {
            "required": str(Words("请选择使用目的。", "Choose the purpose.")),
            "invalid_choice": str(Words("请从清单中选择使用目的。", "Choose a purpose from the list.")),
        }
        purpose.choices = [("", str(Words("请选择", "Choose one"))), *((p.code, purpose_label(p)) for p in self.purposes)]  # type: ignore[attr-defined]
        matter = self.fields["matter"]
        matter.label = str(Words("事项编号", "Matter"))
        matter.widget.attrs |= {"list": "matters", "autocomplete": "off"}

    def clean(self) -> dict[str, Any]:
        """This function will want a matter where the purpose does."""
        data = super().clean() or {}
        chosen = next((p for p in self.purposes if p.code == data.get("purpose")), None)
        if chosen and chosen.needs_matter and not data.get("matter"):
            self.add_error(
                "matter",
                str(Words("这个目的须写明案件、警情等事项的编号。", "This purpose needs the reference of a case, incident or the like.")),
            )
        return data
