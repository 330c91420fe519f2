"""Forms of sign-in, passwords, people and posts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

from allauth.account.forms import LoginForm
from django import forms

from beijiang.kernel import clock
from beijiang.kernel.words import Words

from .rules import PASSWORD_MAX_BYTES
from .types import Duty

REQUIRED = {"required": Words("请填写。", "Please fill this in.")}


def _at_most(size: int, words: Words) -> Callable[[str], None]:
    """A limit in bytes, said in the language of the request."""

    def check(value: str) -> None:
        if len(value.encode("utf-8", "surrogatepass")) > size:
            raise forms.ValidationError(str(words), code="max_length")

    return check


_LONG = Words(f"密码过长：最多 {PASSWORD_MAX_BYTES} 字节。", f"The password is too long: {PASSWORD_MAX_BYTES} bytes at most.")


def _password(label: Words, autocomplete: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        strip=False,
        error_messages=REQUIRED,
        validators=[_at_most(PASSWORD_MAX_BYTES, _LONG)],
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete, "maxlength": PASSWORD_MAX_BYTES}),
    )


class SignInForm(LoginForm):
    """Username and password; allauth's form with our words and limits."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = forms.CharField(
            label=Words("用户名", "Username"),
            error_messages=REQUIRED,
            validators=[_at_most(64, Words("用户名过长。", "The username is too long."))],
            widget=forms.TextInput(
                attrs={
                    "maxlength": 64,
                    "autocomplete": "username",
                    "autocapitalize": "none",
                    "autocorrect": "off",
                    "spellcheck": "false",
                    "autofocus": True,
                }
            ),
        )
        self.fields["password"] = _password(Words("密码", "Password"), "current-password")
        self.order_fields(["login", "password"])


class NewPasswordForm(forms.Form):
    """A new password, twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"] = _password(Words("新密码", "New password"), "new-password")
        self.fields["again"] = _password(Words("再次输入新密码", "New password again"), "new-password")

    def clean(self) -> dict[str, Any]:
        """The two must be the same."""
        cleaned = super().clean() or {}
        if cleaned.get("password") and cleaned.get("again") and cleaned["password"] != cleaned["again"]:
            self.add_error("again", str(Words("两次输入的密码不一致。", "The two passwords differ.")))
        return cleaned


class ChangePasswordForm(NewPasswordForm):
    """The old password, and a new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["old"] = _password(Words("当前密码", "Current password"), "current-password")
        self.order_fields(["old", "password", "again"])


def _duty_choices() -> list[tuple[str, Words]]:
    return [(d.value, d.words) for d in Duty]


class PostForm(forms.Form):
    """A post: unit, title, duties."""

    unit_code = forms.CharField(label=Words("单位代码", "Unit code"), max_length=32, error_messages=REQUIRED)
    title_zh = forms.CharField(label=Words("职务", "Title (Chinese)"), max_length=80, required=False)
    title_en = forms.CharField(label=Words("职务（英文）", "Title (English)"), max_length=120, required=False)
    duties = forms.MultipleChoiceField(
        label=Words("职责", "Duties"),
        choices=_duty_choices,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
        error_messages=REQUIRED,
    )

    @property
    def title(self) -> Words:
        """The title in both languages."""
        return Words(self.cleaned_data["title_zh"], self.cleaned_data["title_en"] or self.cleaned_data["title_zh"])


class PersonForm(PostForm):
    """A new person with their first post."""

    username = forms.CharField(
        label=Words("用户名", "Username"), max_length=64, error_messages=REQUIRED, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    name = forms.CharField(label=Words("姓名", "Name"), max_length=80, error_messages=REQUIRED)
    police_number = forms.CharField(label=Words("警号", "Police number"), max_length=16, required=False)
    field_order = ["name", "username", "police_number", "unit_code", "title_zh", "title_en", "duties"]


class SubstituteForm(forms.Form):
    """Who acts for the holder of a post; days are those of Asia/Shanghai, both included."""

    post = forms.ChoiceField(label=Words("岗位", "Post"), error_messages=REQUIRED)
    substitute = forms.ChoiceField(label=Words("代理人", "Substitute"), error_messages=REQUIRED)
    since = forms.DateField(label=Words("自", "From"), error_messages=REQUIRED, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(
        label=Words("至（含当日）", "To (included)"), error_messages=REQUIRED, widget=forms.DateInput(attrs={"type": "date"})
    )
    reason = forms.CharField(label=Words("理由", "Reason"), max_length=300, error_messages=REQUIRED)

    def __init__(self, *args: Any, posts: list[tuple[str, str]], people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        none = ("", str(Words("请选择", "Choose one")))
        wrong = str(Words("请从清单中选择。", "Choose one from the list."))
        for name, choices in (("post", posts), ("substitute", people)):
            self.fields[name].choices = [none, *choices]  # type: ignore[attr-defined]
            self.fields[name].error_messages |= {"invalid_choice": wrong}
        for name in ("since", "until"):
            self.fields[name].error_messages |= {"invalid": str(Words("请填写日期。", "Enter a date."))}

    def span(self) -> tuple[datetime, datetime]:
        """The first moment and the one after the last; today begins now."""
        start = datetime.combine(self.cleaned_data["since"], time(), clock.SHANGHAI)
        instant = clock.now()
        if start < instant and clock.local(instant).date() == self.cleaned_data["since"]:
            start = instant
        return start, datetime.combine(self.cleaned_data["until"] + timedelta(days=1), time(), clock.SHANGHAI)
