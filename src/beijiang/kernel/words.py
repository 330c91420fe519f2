"""Text in both languages, written where it stands (docs/decisions/0002)."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

ZH, EN = "zh-hans", "en"
LANGUAGES = (ZH, EN)

_language: ContextVar[str] = ContextVar("language", default=ZH)


@dataclass(frozen=True, slots=True)
class Words:
    """One text in 简体中文 and English; `str()` gives the one of the current language."""

    zh: str
    en: str

    def __str__(self) -> str:
        return self.en if _language.get() == EN else self.zh

    def format(self, **values: Any) -> Words:
        """This function will fill `{name}` places in both languages; a Words value is put in by language."""
        return Words(
            self.zh.format(**{k: v.zh if isinstance(v, Words) else v for k, v in values.items()}),
            self.en.format(**{k: v.en if isinstance(v, Words) else v for k, v in values.items()}),
        )

    def as_dict(self) -> dict[str, str]:
        """This function will give `{"zh": …, "en": …}`, the form in which words are stored and sent."""
        return {"zh": self.zh, "en": self.en}

    @classmethod
    def of(cls, value: dict[str, str] | Words | str) -> Words:
        """This function will read words from their stored form; a plain string stands for both languages."""
        if isinstance(value, Words):
            return value
        if isinstance(value, str):
            return cls(value, value)
        return cls(value.get("zh", ""), value.get("en", ""))


def current_language() -> str:
    """This function will give the language in which words are printed now: `zh-hans` or `en`."""
    return _language.get()


def set_language(language: str) -> None:
    """This function will set the language of this context; anything but English counts as Chinese."""
    _language.set(EN if language.lower().startswith("en") else ZH)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Within this block words are printed in `language`."""
    token = _language.set(EN if language.lower().startswith("en") else ZH)
    try:
        yield
    finally:
        _language.reset(token)
