"""Fields that several forms share: columns of datasets, areas, days. They work without JavaScript."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from beijiang.kernel.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterable

REQUIRED = Words("请填写。", "Please fill this in.")


class Codes(forms.MultipleChoiceField):
    """Some codes of a list that the action checks: the form only carries them."""

    def validate(self, value: Any) -> None:
        """The action says which code is wrong, in words."""
        if self.required and not value:
            raise forms.ValidationError(str(REQUIRED), code="required")


def columns_of(values: Iterable[str], datasets: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """This function will sort `dataset.column` to their datasets; a bare column goes to the one dataset there is."""
    found: dict[str, list[str]] = {name: [] for name in datasets}
    only = next(iter(found)) if len(found) == 1 else ""
    for value in values:
        dataset, dot, column = value.partition(".")
        if dot and dataset in found:
            found[dataset].append(column)
        elif not dot and only:
            found[only].append(value)
    return {name: tuple(dict.fromkeys(columns)) for name, columns in found.items()}


def label_all(form: forms.Form, labels: dict[str, Words]) -> None:
    """This function will name fields and their faults in the page's language."""
    for name, words in labels.items():
        form.fields[name].label = str(words)
        form.fields[name].error_messages |= {
            "required": str(REQUIRED),
            "invalid": str(Words("填写有误。", "This cannot be read.")),
            "invalid_choice": str(Words("请从清单中选择。", "Choose one from the list.")),
        }


def put_faults(form: forms.Form, faults: Iterable[dict[str, Any]]) -> None:
    """This function will show an action's faults at the form's fields."""
    for fault in faults:
        name = fault["field"] if fault["field"] in form.fields else None
        form.add_error(name, str(fault["message"]))
