"""The article of a purpose, as it is written in each language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beijiang.kernel.words import Words

if TYPE_CHECKING:
    from beijiang.trust.access.types import Purpose


def law_words(purpose: Purpose) -> Words:
    """This function will cite the article; in English as its summary does, before the colon."""
    zh = f"《{purpose.statute}》{purpose.article}"
    cited, colon, _ = purpose.summary.en.partition(":")
    return Words(zh, cited.strip() if colon else zh)
