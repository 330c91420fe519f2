"""A question in SQL."""

from __future__ import annotations

from typing import Any

from django import forms

from beijiang.flow.exchange.types import AskRequest
from beijiang.kernel.words import Words

from .purposes import PurposeForm


class SqlForm(PurposeForm):
    """Purpose, matter, and one SELECT."""

    sql = forms.CharField(max_length=60_000, widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "class": "font-monospace"}))

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["sql"].label = "SQL"
        self.fields["sql"].error_messages = {
            "required": str(Words("请写一条 SELECT。", "Write one SELECT.")),
            "max_length": str(Words("SQL 过长。", "The SQL is too long.")),
        }

    def question(self) -> AskRequest:
        """This function will give the question of a valid form."""
        data = self.cleaned_data
        return AskRequest(purpose=data["purpose"], matter=data["matter"], sql=data["sql"])
