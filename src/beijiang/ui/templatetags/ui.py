"""`{% load ui %}`: icons, times, states and the other components of a page. Usage of each is in its docstring."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django import forms, template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from beijiang.kernel import clock, places
from beijiang.kernel.words import Words
from beijiang.ui import assetmap

register = template.Library()


@register.simple_tag
def asset(name: str) -> str:
    """`{% asset "app.css" %}`: the address of a built file."""
    return assetmap.url(name)


@register.simple_tag
def icon(name: str, label: str = "", cls: str = "") -> SafeString:
    """`{% icon "search" %}`: a Tabler outline icon; decoration unless `label` names it for those who cannot see it."""
    named = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="icon {}" data-icon="{}" viewBox="0 0 24 24" width="24" height="24" fill="none" '
        'stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" '
        'focusable="false" {}>{}</svg>',
        cls,
        name,
        named,
        mark_safe(assetmap.icon_paths(name)),  # noqa: S308 - our own build output
    )


@register.simple_tag
def time(value: datetime | date | None, style: str = "short") -> SafeString:
    """`{% time dt %}`: a moment in Asia/Shanghai; style short (2026-11-24 21:53), long, second or date."""
    if value is None:
        return mark_safe('<span class="text-secondary">–</span>')
    if isinstance(value, datetime):
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        chinese = f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"
        text = {
            "short": f"{local:%Y-%m-%d %H:%M}",
            "second": f"{local:%Y-%m-%d %H:%M:%S}",
            "date": f"{local:%Y-%m-%d}",
            "long": str(Words(chinese, f"{local.day} {local:%B %Y, %H:%M}")),
        }[style]
        return format_html(
            '<time datetime="{}" title="{}" class="text-nowrap">{}</time>',
            value.isoformat(),
            f"{local:%Y-%m-%d %H:%M:%S %z}",
            text,
        )
    return format_html('<time datetime="{}" class="text-nowrap">{}</time>', value.isoformat(), value.isoformat())


@register.simple_tag
def ago(value: datetime | None) -> SafeString:
    """`{% ago dt %}`: how long ago a moment was, in words, with the moment itself on hover; a date beyond a month."""
    if value is None:
        return mark_safe('<span class="text-secondary">–</span>')
    seconds = max(0, int((clock.now() - value).total_seconds()))
    for size, zh, en in ((86_400, "天", "d"), (3_600, "小时", "h"), (60, "分钟", "min")):
        if seconds >= size:
            text = (
                f"{clock.local(value):%Y-%m-%d}"
                if seconds > 31 * 86_400
                else str(Words(f"{seconds // size} {zh}前", f"{seconds // size} {en} ago"))
            )
            break
    else:
        text = str(Words("刚刚", "just now"))
    return format_html('<time datetime="{}" title="{}">{}</time>', value.isoformat(), f"{clock.local(value):%Y-%m-%d %H:%M:%S %z}", text)


@register.simple_tag
def share(value: float | None) -> str:
    """`{% share 0.973 %}`: a part of the whole in percent; never rounded up to 100 %. A dash for nothing."""
    if value is None:
        return "–"
    return f"{min(99.9, round(value * 100, 1)) if value < 1 else 100:g}%"


@register.simple_tag
def number(value: int | float | None) -> str:
    """`{% number n %}`: digits grouped by thousands; a dash for nothing."""
    return "–" if value is None else f"{value:,}"


@register.filter
def place(code: str) -> Words:
    """`{{ code|place }}`: the name of a division with that of its city; the code where it has no known name."""
    return places.full_name(code)


# --- the five states -------------------------------------------------------------------------------------------


@register.inclusion_tag("ui/components/empty.html")
def empty(title: object, text: object = "", action_url: str = "", action_text: object = "", icon: str = "inbox") -> dict[str, Any]:
    """`{% empty title text action_url action_text icon="inbox" %}`: nothing here yet, and what to do about it."""
    return {"title": title, "text": text, "action_url": action_url, "action_text": action_text, "icon": icon}


@register.inclusion_tag("ui/components/skeleton.html")
def skeleton(lines: int = 3) -> dict[str, Any]:
    """`{% skeleton lines=5 %}`: shown while something loads."""
    return {"lines": range(lines)}


@register.inclusion_tag("ui/components/notice.html")
def partial(text: object, title: object = "") -> dict[str, Any]:
    """`{% partial text %}`: some of the page could not be had; says what is missing."""
    return {
        "kind": "warning",
        "icon": "alert-triangle",
        "title": title or Words("内容不完整", "Part of this is missing"),
        "text": text,
    }


@register.inclusion_tag("ui/components/notice.html")
def failure(text: object, title: object = "", code: str = "") -> dict[str, Any]:
    """`{% failure text title code %}`: an error inside a page: what happened, what was kept, what next."""
    return {
        "kind": "danger",
        "icon": "alert-circle",
        "title": title or Words("没有完成", "This did not work"),
        "text": text,
        "code": code,
    }


@register.inclusion_tag("ui/components/notice.html")
def notice(text: object, title: object = "", kind: str = "info") -> dict[str, Any]:
    """`{% notice text title kind="info" %}`: kind info, success, warning or danger."""
    icons = {"info": "info-circle", "success": "circle-check", "warning": "alert-triangle", "danger": "alert-circle"}
    return {"kind": kind, "icon": icons[kind], "title": title, "text": text}


# --- small parts -----------------------------------------------------------------------------------------------


@register.inclusion_tag("ui/components/facts.html")
def facts(pairs: Iterable[tuple[object, object]]) -> dict[str, Any]:
    """`{% facts pairs %}`: a description list of (term, value) pairs; `<dl class="bj-facts">` where values need markup."""
    return {"pairs": pairs}


@register.inclusion_tag("ui/components/masked.html")
def masked(kind: str = "redact") -> dict[str, Any]:
    """`{% masked rule.mask %}`: marks a column whose values are hidden in part, and says how; nothing for "none"."""
    said = {
        "null": Words("不显示", "withheld"),
        "redact": Words("已遮盖", "redacted"),
        "first4": Words("仅前四位", "first 4 only"),
        "last4": Words("仅后四位", "last 4 only"),
        "year": Words("仅年份", "year only"),
        "hash": Words("已加密摘要", "digest only"),
    }
    return {"said": said.get(kind, Words("已遮盖", "redacted")) if kind != "none" else None}


@register.inclusion_tag("ui/components/copy.html")
def copy(text: object, label: object = "") -> dict[str, Any]:
    """`{% copy text %}`: a value in fixed width with a button that copies it."""
    return {"text": text, "label": label or Words("复制", "Copy")}


@register.inclusion_tag("ui/components/countdown.html")
def countdown(until: datetime) -> dict[str, Any]:
    """`{% countdown dt %}`: a clock counting down to a moment, then saying that it has passed."""
    return {"until": until}


@register.inclusion_tag("ui/components/steps.html")
def steps(items: list[object], current: int = 1) -> dict[str, Any]:
    """`{% steps items current=2 %}`: where one is in a task of several pages; `current` counts from 1."""
    return {"items": [(n, item, n == current, n < current) for n, item in enumerate(items, start=1)]}


@register.inclusion_tag("ui/components/pager.html", takes_context=True)
def pager(context: Any, next_cursor: str | None, previous_cursor: str | None = None) -> dict[str, Any]:
    """`{% pager page.next_cursor %}`: links to further pages by cursor, keeping the other parameters of the address."""

    def link(cursor: str | None) -> str:
        if not cursor:
            return ""
        query = context["request"].GET.copy()
        query["cursor"] = cursor
        return "?" + str(query.urlencode())

    return {"next": link(next_cursor), "previous": link(previous_cursor), "first": bool(context["request"].GET.get("cursor"))}


@register.inclusion_tag("ui/components/receipt.html")
def receipt(value: Any, url: str = "") -> dict[str, Any]:
    """`{% receipt receipt url %}`: the proof card of audit.queries.receipt(entry_id)."""
    return {"receipt": value, "url": url}


@register.inclusion_tag("ui/components/field.html")
def field(bound: forms.BoundField, hint: object = "") -> dict[str, Any]:
    """`{% field form.name hint %}`: label, hint, control and errors, linked for screen readers."""
    described = [f"{bound.auto_id}-hint"] if (hint or bound.help_text) else []
    if bound.errors:
        described.append(f"{bound.auto_id}-errors")
    widget = bound.field.widget
    check = isinstance(widget, forms.CheckboxInput)
    group = isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple))
    base = "form-check-input" if check or group else ("form-select" if isinstance(widget, forms.Select) else "form-control")
    attrs: dict[str, str | bool] = {
        "class": " ".join(filter(None, (base, widget.attrs.get("class"), "is-invalid" if bound.errors else "")))
    }
    if group:
        # Each choice is written by the template; the fieldset carries hint and errors for all of them.
        widget.attrs.update(attrs)
    else:
        if described:
            attrs["aria-describedby"] = " ".join(described)
        if bound.errors:
            attrs["aria-invalid"] = "true"
    return {
        "field": bound,
        "control": "" if group else bound.as_widget(attrs=attrs),
        "hint": hint or bound.help_text,
        "check": check,
        "group": group,
        "described": " ".join(described),
    }


@register.inclusion_tag("ui/components/form_errors.html")
def form_errors(form: forms.BaseForm) -> dict[str, Any]:
    """`{% form_errors form %}`: what is wrong, at the top of the form, each linked to its field; gets the focus."""
    return {"form": form}


@register.simple_tag
def unique_id(prefix: str = "id") -> str:
    """`{% unique_id "tip" as x %}`: an id that is used nowhere else on the page."""
    return f"{prefix}-{uuid4().hex[:8]}"
