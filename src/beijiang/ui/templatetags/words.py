"""`{% load words %}`: text in both languages, written where it stands."""

from django import template
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString

from beijiang.kernel.words import Words

register = template.Library()


@register.simple_tag
def t(zh: str, en: str, **values: object) -> str:
    """Return the text of the current language; `{name}` in it is filled from keyword arguments, escaped.

    `{% t "还剩 {n} 天" "{n} days left" n=days %}`; with `as x` the text goes into a variable.
    """
    # Text in a template counts as safe; escaped all the same, so that `&` and `<` in words stay words.
    text = escape(str(Words(zh, en)))
    if not values:
        return text
    return format_html(text, **{key: str(value) for key, value in values.items()})


@register.filter
def in_words(pair: object) -> SafeString:
    """Return a Words value, or a (zh, en) pair, in the current language."""
    if isinstance(pair, tuple) and len(pair) == 2:
        return conditional_escape(str(Words(*pair)))
    return conditional_escape(str(pair))
