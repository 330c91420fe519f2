"""`{% load words %}`: text in both languages, written where it stands."""

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from beijiang.kernel.words import Words

register = template.Library()


@register.simple_tag
def t(zh: str, en: str, **values: object) -> str:
    """Return the text of the current language; `{name}` in it is filled from keyword arguments, escaped.

    `{% t "还剩 {n} 天" "{n} days left" n=days %}`; with `as x` the text goes into a variable.
    """
    text = str(Words(zh, en))
    if not values:
        return conditional_escape(text)
    return format_html(text, **{key: str(value) for key, value in values.items()})


@register.filter
def in_words(pair: object) -> SafeString:
    """Return a Words value, or a (zh, en) pair, in the current language."""
    if isinstance(pair, tuple) and len(pair) == 2:
        return conditional_escape(str(Words(*pair)))
    return conditional_escape(str(pair))
