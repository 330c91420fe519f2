"""Why a permission is given back."""

from __future__ import annotations

from typing import Any

from django import forms

from beijiang.kernel.words import Words

from .common import label_all


class GiveBackForm(forms.Form):
    """A reason; one that is often true is filled in."""

    reason = forms.CharField(min_length=2, max_length=500)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label_all(self, {"reason": Words("理由", "Reason")})
