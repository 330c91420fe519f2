"""A question in SQL."""

from __future__ import annotations

from typing import Any

from django import forms

from beijiang.flow.exchange.types import AskRequest
from beijiang.kernel.words import Words

from .purposes import PurposeForm


class SqlForm(PurposeForm):
    """Purpose, matter, and one SELECT."""

    sql = forms.CharField(
        max_length=60_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false", "class": "font-monospace", "data-sql": ""}),
    )

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["sql"].label = "SQL"
        self.fields["sql"].error_messages = {
            "required": str(Words("请写一条 SELECT。", "Write one SELECT.")),
            "max_length": str(Words("SQL 过长：最多 60000 个字符。", "The SQL is too long: 60,000 characters at most.")),
        }

    def clean_sql(self) -> str:
        """This function will want something written; what stands where is left alone, so that places in errors fit."""
        text = str(self.cleaned_data["sql"]).replace("\r\n", "\n")
        if not text.strip():
            raise forms.ValidationError(self.fields["sql"].error_messages["required"], code="required")
        return text

    def question(self) -> AskRequest:
        """This function will give the question of a valid form."""
        data = self.cleaned_data
        return AskRequest(purpose=data["purpose"], matter=data["matter"], sql=data["sql"])

    def asked_columns(self) -> tuple[str, ...]:
        """This function will name the columns that the form asks for; SQL is not read here, so none."""
        return ()

    def hidden(self) -> list[tuple[str, str]]:
        """This function will give the form as sent, for the buttons beside an answer."""
        return [(name, str(self.data.get(name, ""))) for name in ("purpose", "matter", "sql")]
