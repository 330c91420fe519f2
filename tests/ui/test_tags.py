"""What the template tags write, in both languages and with hostile values."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory

from beijiang.kernel import clock
from beijiang.kernel.words import EN, Words, speaking

HOSTILE = '"><script>alert(1)</script>'


def render(source: str, **values: Any) -> str:
    return Template("{% load words ui tables %}" + source).render(Context({"request": RequestFactory().get("/?a=1"), **values}))


def test_t_speaks_the_current_language_and_escapes_what_it_is_given() -> None:
    source = '{% t "还剩 {n} 天" "{n} days left" n=n %}'
    assert render(source, n=3) == "还剩 3 天"
    with speaking(EN):
        assert render(source, n=3) == "3 days left"
    assert "<script>" not in render(source, n=HOSTILE)


def test_t_into_a_variable_is_escaped_once() -> None:
    assert render('{% t "甲 & 乙" "a" as x %}{{ x }}') == "甲 &amp; 乙"


@pytest.mark.parametrize(
    "source",
    [
        "{% empty v v '/x' v %}",
        "{% partial v %}",
        "{% failure v v v %}",
        "{% notice v v %}",
        "{% copy v v %}",
        "{% icon v v v %}",
        "{% steps list 1 %}",
        "{% facts pairs %}",
        '{% datatable id="x" caption=v %}<thead></thead>{% enddatatable %}',
        '{% include "ui/components/basis.html" with purpose=v matter=v basis=v %}',
    ],
)
def test_components_escape_what_they_are_given(source: str) -> None:
    out = render(source, v=HOSTILE, list=[HOSTILE], pairs=[(HOSTILE, HOSTILE)])
    assert "<script>" not in out
    assert not re.search(r"""\son\w+=|\sstyle=""", out)


def test_times_are_shown_in_shanghai() -> None:
    moment = datetime(2026, 11, 24, 16, 5, 9, tzinfo=UTC)
    assert ">2026-11-25 00:05<" in render("{% time m %}", m=moment)
    assert ">2026-11-25 00:05:09<" in render('{% time m "second" %}', m=moment)
    assert "2026年11月25日 00:05" in render('{% time m "long" %}', m=moment)
    with speaking(EN):
        assert "25 November 2026, 00:05" in render('{% time m "long" %}', m=moment)
    assert ">2026-11-24<" in render("{% time m %}", m=date(2026, 11, 24))
    assert "–" in render("{% time m %}", m=None)


def test_masks_are_said_in_words_and_no_mask_says_nothing() -> None:
    assert "仅后四位" in render('{% masked "last4" %}')
    assert render('{% masked "none" %}').strip() == ""


class Ask(forms.Form):
    matter = forms.CharField(label="事项", help_text="案件编号")
    kind = forms.ChoiceField(label="方式", choices=[("a", "甲"), ("b", "乙")], widget=forms.RadioSelect)


def test_errors_are_tied_to_their_fields() -> None:
    form = Ask({})
    out = render("{% form_errors form %}{% field form.matter %}{% field form.kind %}", form=form)
    assert 'aria-describedby="id_matter-hint id_matter-errors"' in out
    assert 'aria-invalid="true"' in out
    assert 'href="#id_matter"' in out
    assert '<fieldset aria-describedby="id_kind-errors">' in out
    assert out.count('type="radio"') == 2
    assert "is-invalid" not in render("{% field form.matter %}", form=Ask())


def test_pager_keeps_the_filters_of_the_address() -> None:
    assert 'href="?a=1&amp;cursor=n%26"' in render("{% pager cursor %}", cursor="n&")
    assert render("{% pager cursor %}", cursor=None).strip() == ""


def test_a_receipt_shows_its_place_once_sealed() -> None:
    base = {"id": "0199", "event": Words("查询", "Asked"), "index": 4, "size": 9, "leaf_hash": "ab12"}
    sealed = render("{% receipt r %}", r=SimpleNamespace(state="sealed", **base))
    assert "第 4 条，共 9 条" in sealed
    assert "ab12" in sealed
    assert "ab12" not in render("{% receipt r %}", r=SimpleNamespace(state="pending", **base))


def test_tables_refuse_options_that_they_do_not_have() -> None:
    with pytest.raises(TemplateSyntaxError):
        Template("{% load tables %}{% datatable colour=1 %}{% enddatatable %}")


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [
        (5, "刚刚", "just now"),
        (61, "1 分钟前", "1 min ago"),
        (3 * 3600 + 5, "3 小时前", "3 h ago"),
        (2 * 86_400, "2 天前", "2 d ago"),
        (40 * 86_400, "2026-01-02", "2026-01-02"),
    ],
)
def test_how_long_ago(seconds: int, zh: str, en: str) -> None:
    moment = datetime(2026, 1, 2, 3, 0, tzinfo=UTC)
    template = Template("{% load ui %}{% ago at %}")
    with clock.frozen(moment + timedelta(seconds=seconds)):
        assert f">{zh}</time>" in template.render(Context({"at": moment}))
        with speaking(EN):
            assert f">{en}</time>" in template.render(Context({"at": moment}))
        assert "–" in template.render(Context({"at": None}))


@pytest.mark.parametrize(("value", "shown"), [(None, "–"), (0.0, "0%"), (0.5, "50%"), (0.9874, "98.7%"), (0.99996, "99.9%"), (1.0, "100%")])
def test_shares_are_never_rounded_up_to_all(value: float | None, shown: str) -> None:
    assert Template("{% load ui %}{% share v %}").render(Context({"v": value})) == shown
