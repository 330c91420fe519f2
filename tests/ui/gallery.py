"""A page with every component on it, for the browser tests; addresses of the product beside it."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

from django import forms
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template import RequestContext, Template
from django.urls import include, path

from beijiang.kernel import clock
from beijiang.kernel.ids import new_id
from beijiang.kernel.types import Actor
from beijiang.kernel.words import Words

PAGE = """{% extends "ui/base.html" %}{% load ui words tables %}
{% block title %}{% t "组件" "Components" %}{% endblock %}{% block heading %}{% t "组件" "Components" %}{% endblock %}
{% block basis %}{% include "ui/components/basis.html" with purpose="侦查案件" matter="A1" basis="授权" until=soon %}{% endblock %}
{% block content %}{% steps names 2 %}{% form_errors form %}
<form method="post" action="/gallery/" data-confirm="真的删除吗？">{% csrf_token %}{% field form.matter %}{% field form.sure %}{% field form.kind %}
  <button class="btn btn-primary" id="send">{% t "提交" "Send" %}</button></form>
{% receipt receipt "/x" %}{% partial "甲" %}{% failure "乙" code="a.b" %}{% notice "丙" %}{% notice "丁" kind="success" %}{% skeleton 3 %}
{% empty "无" "先做这个" "/" "去做" %}{% countdown soon %} {% countdown past %}
<button hx-get="/gallery/part/" hx-target="#part" class="btn" id="load">{% t "载入" "Load" %}</button><div id="part"></div>
<div class="bj-chart" data-chart="option" role="img" aria-label="图"></div>{{ chart|json_script:"option" }}
<div class="card">{% datatable id="demo" caption="示例表" page_size=10 %}<thead><tr><th>编号</th><th>名称</th><th>身份证 {% masked "last4" %}</th></tr></thead>
<tbody>{% for n, name in rows %}<tr><td class="num">{{ n }}</td><td>{{ name }}</td><td>***1234</td></tr>{% endfor %}</tbody>{% enddatatable %}</div>
{% endblock %}{% block scripts %}<script src="{% asset "chart.js" %}" defer></script>{% endblock %}"""


class Ask(forms.Form):
    """A form with each kind of control."""

    matter = forms.CharField(label="事项", help_text="案件编号")
    sure = forms.BooleanField(label="我确认")
    kind = forms.ChoiceField(label="方式", choices=[("a", "甲"), ("b", "乙")], widget=forms.RadioSelect)


def gallery(request: HttpRequest) -> HttpResponse:
    """Every component, the form with its errors."""
    request.actor = Actor(user_id=new_id(), username="zhang.wei", name="张伟", duties=frozenset({"officer"}))  # type: ignore[attr-defined]
    if request.method == "POST":
        return HttpResponse("sent", content_type="text/plain")
    get_token(request)
    now = clock.now()
    return HttpResponse(
        Template(PAGE).render(
            RequestContext(
                request,
                {
                    "form": Ask({}),
                    "names": ["目的", "数据", "核对"],
                    "soon": now + timedelta(minutes=10),
                    "past": now - timedelta(hours=3),
                    "receipt": SimpleNamespace(
                        id=new_id(), state="sealed", index=4, size=9, leaf_hash="ab" * 32, event=Words("查询", "Asked")
                    ),
                    "rows": [(n, name) for n, name in zip(range(1, 36), ["乌海", "赤峰", "=1+1", "包头", "-5"] * 7, strict=True)],
                    "chart": {
                        "xAxis": {"type": "category", "data": ["一", "二"]},
                        "yAxis": {"type": "value"},
                        "series": [{"type": "bar", "data": [2, 9]}],
                    },
                },
            )
        )
    )


def part(request: HttpRequest) -> HttpResponse:
    """A piece of a page, as htmx fetches it, with a script in it that must not run."""
    return HttpResponse("<p id=came>来了</p><script>document.title = 'run'</script>")


urlpatterns = [path("gallery/", gallery), path("gallery/part/", part), path("", include("beijiang.config.urls_user"))]
