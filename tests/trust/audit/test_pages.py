"""The public files as a verifier reads them, and the auditors' pages."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from beijiang.kernel.ids import new_id
from beijiang.kernel.types import Actor
from beijiang.kernel.words import speaking
from beijiang.trust.audit import actions, queries, rules
from beijiang.trust.audit.models import Entry
from beijiang.trust.audit.views import pages

from . import make

pytestmark = pytest.mark.django_db


# -- public files


def test_the_checkpoint_is_public(web):
    assert web(None, "/log/checkpoint").status_code == 404
    make.sealed(3)
    answer = web(None, "/log/checkpoint")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert "max-age=1" in answer["Cache-Control"]
    assert "Set-Cookie" not in answer
    key = rules.parse_vkey(web(None, "/log/key").content.decode())
    assert rules.open_checkpoint(answer.content.decode(), key)[0].size == 3


def test_tiles_are_public_and_cached_for_ever(web):
    make.sealed(3)
    answer = web(None, "/log/tile/0/000.p/3")
    assert (answer.status_code, answer["Content-Type"], len(answer.content)) == (200, "application/octet-stream", 96)
    assert "immutable" in answer["Cache-Control"]
    assert len(rules.parse_bundle(web(None, "/log/tile/entries/000.p/3").content)) == 3


@pytest.mark.parametrize(
    "path",
    [
        "0/000",
        "0/000.p/4",
        "0/000.p/0",
        "0/000.p/256",
        "0/000.p/03",
        "1/000.p/1",
        "entries/000",
        "entries/000.p/4",
        "0/001.p/1",
        "0/0",
        "00/000.p/3",
        "64/000",
        "x/000",
        "0/x000/000.p/3",
        "0/..%2f000",
        "entries/000.p/3/",
        "0/x999/x999/x999/x999/x999/999",
    ],
)
def test_everything_else_is_not_found(web, path):
    make.sealed(3)
    answer = web(None, f"/log/tile/{path}")
    assert answer.status_code == 404
    assert answer["Cache-Control"] == "no-store"


def test_the_files_are_read_only(acting, client):
    for path in ("/log/checkpoint", "/log/key", "/log/tile/0/000.p/1"):
        assert client.post(path).status_code == 405
        assert client.delete(path).status_code == 405


def test_the_public_files_name_nobody(web):
    make.sealed(2, dataset="stolen_property")
    seen = web(None, "/log/tile/entries/000.p/2").content + web(None, "/log/checkpoint").content
    for word in ("张伟", "zhang.wei", "stolen_property", "150103"):
        assert word.encode() not in seen


@pytest.mark.django_db(transaction=True)
def test_an_independent_reader_checks_a_live_log(acting, live_server):
    """tlog-scales, another author's program, over HTTP."""
    tool = Path(sys.executable).with_name("tlog-tiles")
    if not tool.exists():
        pytest.skip("tlog-scales is not installed")
    for i in range(300):
        make.did(str(i))
    while actions.sequence(batch=130):
        pass

    def run(*args):
        return subprocess.run([tool, *args], capture_output=True, check=False, timeout=60, env={**os.environ, "PYTHONUTF8": "1"})

    log = f"{live_server.url}/log"
    for index in (0, 255, 256, 299):
        got = run("get-leaf", "-c", log, str(index))
        assert got.returncode == 0, got.stderr
        assert got.stdout == bytes(Entry.objects.get(index=index).leaf)
    proof = rules.read_proof(run("gen-proof", log, "299").stdout.decode())
    assert proof.hashes == tuple(bytes.fromhex(h) for h in queries.receipt(Entry.objects.get(index=299).id).hashes)
    rules.verify_proof(proof, bytes(Entry.objects.get(index=299).leaf), rules.parse_vkey(queries.vkey()))


# -- pages


def test_the_log_page(web):
    make.sealed(2, dataset="stolen_property", purpose="case")
    make.sealed(1, actor=make.OTHER, outcome="refused")
    answer = web(make.AUDITOR, "/audit/log/")
    text = answer.content.decode()
    assert answer.status_code == 200
    for word in ("张伟", "李娜", "回民区分局", "stolen_property", "已拒绝", "做了一件事"):
        assert word in text
    text = web(make.AUDITOR, "/audit/log/", outcome="refused").content.decode()
    assert "李娜" in text and "张伟" not in text


def test_opening_the_log_leaves_a_leaf(web):
    make.sealed(1)
    web(make.AUDITOR, "/audit/log/", person="张伟")
    actions.sequence()
    last = Entry.objects.order_by("-index").first()
    assert (last.type, last.actor_name) == ("audit.log.read.v1", "陈静")
    assert json.loads(last.event)["event"]["filters"] == {"person": "张伟"}


def test_the_log_in_english(web):
    make.sealed(1)
    from beijiang.ui.middleware import LANGUAGE_COOKIE

    client_cookies = {"HTTP_COOKIE": f"{LANGUAGE_COOKIE}=en"}
    from django.test import Client

    text = (
        Client().get("/audit/log/", headers={"Accept": "text/html", "X-Act-As": make.AUDITOR.username}, **client_cookies).content.decode()
    )
    assert "Audit log" in text and "Huimin bureau" in text and "Did a thing" in text


def test_empty_and_unmatched_logs_say_what_to_do(web):
    assert "日志里还没有记录" in web(make.AUDITOR, "/audit/log/").content.decode()
    assert "没有符合条件的记录" in web(make.AUDITOR, "/audit/log/", person="nobody").content.decode()


@pytest.mark.parametrize(
    "query", [{"since": "yesterday"}, {"since": "2026-02-01", "until": "2026-01-01"}, {"outcome": "maybe"}, {"person": "x" * 101}]
)
def test_a_filter_that_cannot_be(web, query):
    answer = web(make.AUDITOR, "/audit/log/", **query)
    assert answer.status_code == 422
    assert "筛选条件有误" in answer.content.decode()


def test_days_are_whole_days_of_shanghai(web):
    make.sealed(1)
    from beijiang.kernel import clock

    day = clock.local(clock.now()).date().isoformat()
    assert "张伟" in web(make.AUDITOR, "/audit/log/", since=day, until=day).content.decode()
    assert "张伟" not in web(make.AUDITOR, "/audit/log/", until="2020-01-01").content.decode()


def test_a_bad_cursor(web):
    assert web(make.AUDITOR, "/audit/log/", cursor="x").status_code == 422


def test_pages_of_the_log(web):
    ids = make.sealed(60)
    text = web(make.AUDITOR, "/audit/log/").content.decode()
    assert str(ids[-1]) in text and str(ids[0]) not in text
    assert "cursor=10" in text
    assert str(ids[0]) in web(make.AUDITOR, "/audit/log/", cursor="10").content.decode()


def test_who_may_not_read_the_log(web):
    ids = make.sealed(1)
    assert web(make.OFFICER, "/audit/log/").status_code == 403
    assert web(make.OTHER, f"/audit/entries/{ids[0]}/").status_code == 403
    assert web(make.OTHER, f"/audit/entries/{ids[0]}/event").status_code == 403
    for path in (
        "/audit/log/",
        "/audit/mine/",
        f"/audit/entries/{ids[0]}/",
        f"/audit/receipts/{ids[0]}/",
        f"/audit/entries/{ids[0]}/proof",
    ):
        answer = web(None, path)
        assert answer.status_code == 302 and answer["Location"].startswith("/accounts/login/")


def test_being_refused_the_log_is_in_the_log(web):
    web(make.OFFICER, "/audit/log/")
    actions.sequence()
    entry = Entry.objects.get()
    assert (entry.type, entry.outcome, entry.actor_username) == ("audit.use.refused.v1", "refused", "zhang.wei")


def test_everybody_sees_their_own(web):
    ids = make.sealed(1)
    make.sealed(1, actor=make.OTHER)
    text = web(make.OFFICER, "/audit/mine/").content.decode()
    assert str(ids[0]) in text and "李娜" not in text
    own = web(make.OFFICER, f"/audit/entries/{ids[0]}/")
    assert own.status_code == 200
    assert 'href="/audit/mine/"' in own.content.decode() and 'href="/audit/"' not in own.content.decode()


def test_the_entry_page(web):
    ids = make.sealed(3, dataset="stolen_property", purpose="case")
    answer = web(make.AUDITOR, f"/audit/entries/{ids[1]}/")
    text = answer.content.decode()
    assert answer.status_code == 200
    for word in ("张伟", "stolen_property", "audit/proof.js", "proof-data", queries.vkey().split("+")[0]):
        assert word in text
    assert "<dd>民警</dd>" in text, "duties stand in words, not as codes"
    assert "style=" not in text.split('id="content"')[1].split("</main>")[0]
    actions.sequence()
    assert Entry.objects.order_by("-index").first().type == "audit.entry.read.v1"
    assert web(make.AUDITOR, f"/audit/entries/{new_id()}/").status_code == 404


def test_lists_read_as_each_language_writes_them():
    sentences = [{"zh": "事项未登记。", "en": "Not registered."}, {"zh": "没有授权。", "en": "No grant."}]
    with speaking("en"):
        assert pages._value(sentences) == "Not registered. No grant."
        assert pages._value(["a", "b"]) == "a, b"
    with speaking("zh-hans"):
        assert pages._value(sentences) == "事项未登记。没有授权。"
        assert pages._value(["a", "b"]) == "a、b"
    assert pages._value([]) == ""


def test_hostile_words_are_only_words(web):
    ids = make.sealed(1, purpose="</script><script>alert(1)</script>")
    text = web(make.AUDITOR, f"/audit/entries/{ids[0]}/").content.decode()
    assert "<script>alert" not in text


def test_the_page_of_a_tampered_entry_still_opens(web):
    ids = make.sealed(1)
    Entry.objects.update(event="{")
    answer = web(make.AUDITOR, f"/audit/entries/{ids[0]}/")
    assert answer.status_code == 200
    assert "不是可读的文本" in answer.content.decode()


def test_a_forgotten_entry(web):
    ids = make.sealed(1)
    actions.forget(Actor.system("retention"), entry_ids=ids, reason="期满")
    text = web(make.AUDITOR, f"/audit/entries/{ids[0]}/").content.decode()
    assert "已按保存期限删除" in text and "张伟" not in text
    assert web(make.AUDITOR, f"/audit/entries/{ids[0]}/event").status_code == 404
    assert "内容已按期删除" in web(make.AUDITOR, "/audit/log/").content.decode()


def test_downloads(web):
    ids = make.sealed(2)
    event = web(make.AUDITOR, f"/audit/entries/{ids[0]}/event")
    entry = Entry.objects.get(id=ids[0])
    assert event.content.decode() == entry.event
    assert "attachment" in event["Content-Disposition"] and event["Cache-Control"] == "no-store"
    proof = web(make.OTHER, f"/audit/entries/{ids[0]}/proof").content.decode()
    leaf = rules.leaf_bytes(entry.type, entry.time, bytes(entry.salt), event.content)
    rules.verify_proof(rules.read_proof(proof), leaf, rules.parse_vkey(queries.vkey()))


def test_receipts(web):
    id_ = make.did("x")
    assert "等待入日志" in web(make.OTHER, f"/audit/receipts/{id_}/").content.decode()
    assert web(make.OTHER, f"/audit/entries/{id_}/proof").status_code == 404
    actions.sequence()
    text = web(make.OTHER, f"/audit/receipts/{id_}/").content.decode()
    assert "已入日志" in text and "张伟" not in text
    assert web(make.OTHER, "/audit/receipts/00000000-0000-4000-8000-000000000000/").status_code == 404


# -- what the browser computes

HARNESS = """
const fs = require("fs");
const input = JSON.parse(fs.readFileSync(0, "utf8"));
globalThis.crypto ??= require("crypto").webcrypto;
const steps = {};
const place = (name) => steps[name] ??= { dataset: {}, classList: { add() {} } };
const box = { dataset: {}, querySelector: (q) => place(q.match(/data-step="(\\w+)"/)?.[1] ?? "verdict") };
globalThis.document = {
  getElementById: (id) => (id === "proof" ? box : { textContent: JSON.stringify(input.data) }),
  querySelector: () => ({ textContent: input.shown }),
};
eval(fs.readFileSync(input.script, "utf8"));
const wait = () => box.dataset.verdict
  ? console.log(JSON.stringify({ ...Object.fromEntries(Object.entries(steps).map(([k, v]) => [k, v.dataset.result])), verdict: box.dataset.verdict }))
  : setTimeout(wait, 5);
wait();
"""


def browser(data, shown=None):
    """Run the page's script on the page's data in node."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    script = Path(rules.__file__).parent.parent / "static/audit/proof.js"
    done = subprocess.run(
        [node, "-e", HARNESS],
        input=json.dumps({"data": data, "script": str(script), "shown": data["text"] if shown is None else shown}),
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def page_data(answer):
    text = answer.content.decode()
    return json.loads(text.split('<script id="proof-data" type="application/json">')[1].split("</script>")[0])


@pytest.mark.parametrize("index", [0, 4, 255, 256, 259])
def test_the_browser_finds_an_untouched_entry_sound(web, index):
    ids = make.sealed(260)
    found = browser(page_data(web(make.AUDITOR, f"/audit/entries/{ids[index]}/")))
    assert found == {"verdict": "ok", "leaf": "ok", "root": "ok", "signature": "ok", "grown": "ok"}


def test_the_browser_notices_every_change(web):
    ids = make.sealed(7)
    good = page_data(web(make.AUDITOR, f"/audit/entries/{ids[3]}/"))
    assert browser(good)["verdict"] == "ok"
    flipped = "0" if good["hashes"][0][0] != "0" else "1"
    digest = good["leaf"].split("\n")[3]
    wrong = "0" * 64 if digest[0] != "0" else "1" * 64
    for change, step in (
        ({"text": good["text"].replace("张伟", "张三")}, "leaf"),
        ({"salt": "00" * 32}, "leaf"),
        ({"leaf": good["leaf"].replace(digest, wrong)}, "root"),
        ({"hashes": [flipped + good["hashes"][0][1:], *good["hashes"][1:]]}, "root"),
        ({"hashes": good["hashes"][1:]}, "root"),
        ({"index": 4}, "root"),
        ({"index": 99}, "root"),
        ({"checkpoint": good["checkpoint"].replace("\n7\n", "\n8\n")}, "signature"),
        ({"grown": None}, "grown"),
        ({"grown": {**good["grown"], "hashes": ["00" * 32]}}, "grown"),
        ({"grown": {**good["grown"], "checkpoint": good["checkpoint"].replace("\n7\n", "\n6\n")}}, "grown"),
        ({"vkey": rules.new_signer("beijiang.local/log").verifier.vkey}, "signature"),
        ({"checkpoint": "nonsense"}, "signature"),
    ):
        found = browser({**good, **change})
        assert (found["verdict"], found[step]) == ("bad", "bad"), change
    assert browser(good, shown="another text")["leaf"] == "bad"


@pytest.mark.parametrize(("index", "more"), [(0, 1), (3, 1), (4, 60), (7, 253), (7, 300)])
def test_the_browser_finds_that_the_log_has_only_grown(web, index, more):
    ids = make.sealed(8)
    make.sealed(more)
    data = page_data(web(make.AUDITOR, f"/audit/entries/{ids[index]}/"))
    assert "\n8\n" in data["grown"]["checkpoint"] and data["grown"]["hashes"]
    assert browser(data)["grown"] == "ok"
    flipped = "0" if data["grown"]["hashes"][-1][0] != "0" else "1"
    broken = [*data["grown"]["hashes"][:-1], flipped + data["grown"]["hashes"][-1][1:]]
    for grown in ({**data["grown"], "hashes": broken}, {**data["grown"], "hashes": data["grown"]["hashes"][1:]}):
        assert browser({**data, "grown": grown})["grown"] == "bad"


def test_the_browser_on_a_forgotten_entry(web):
    ids = make.sealed(3)
    actions.forget(Actor.system("retention"), entry_ids=ids[:1], reason="期满")
    found = browser(page_data(web(make.AUDITOR, f"/audit/entries/{ids[0]}/")))
    assert found == {"verdict": "part", "leaf": "unknown", "root": "ok", "signature": "ok", "grown": "ok"}
