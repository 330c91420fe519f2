"""Pages as a browser meets them, in both languages, with and without JavaScript."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from beijiang.kernel.errors import Conflict, Invalid, NotFound, Refused, Unavailable
from beijiang.kernel.words import Words
from beijiang.trust.identity.types import PersonRow
from beijiang.work.stewardship import actions, queries
from beijiang.work.stewardship.models import Plan, Upload
from tests.work.inquiry.make import browser

from .make import COLUMNS, CSV, CareDoor, column, draft, run, steward
from .test_actions import begin, piece

if TYPE_CHECKING:
    from beijiang.kernel.types import Actor
    from tests.trust.access.make import House

pytestmark = pytest.mark.django_db
HOME = "/stewardship/"
LISTS = (HOME, f"{HOME}ways/", f"{HOME}runs/", f"{HOME}datasets/", f"{HOME}datasets/stolen_property/", f"{HOME}elements/", f"{HOME}units/")
FACTS = {
    "target": "new",
    "name": "people",
    "title_zh": "人员",
    "title_en": "People",
    "description_zh": "说明",
    "description_en": "About",
    "owner_unit": "150000XZ",
    "grade": "sensitive",
    "personal": "on",
    "retention_days": "365",
    "area_column": "区划",
    "unit_column": "",
}


def text(response: Any) -> str:
    return response.content.decode()


def main(response: Any) -> str:
    page = text(response)
    return page[page.index("<main") :]


def posted(**changes: Any) -> dict[str, Any]:
    """The form of the usual draft as the page sends it."""
    form: dict[str, Any] = dict(FACTS)
    for place, found in enumerate(COLUMNS):
        form[f"c{place}_header"] = found.header
        if found.refused is None:
            form |= {
                f"c{place}_keep": "on",
                f"c{place}_name": found.name,
                f"c{place}_title_zh": found.header,
                f"c{place}_title_en": found.name,
                f"c{place}_type": found.type,
                f"c{place}_element": found.element.code if found.element else "",
                f"c{place}_subject": found.subject or "",
                f"c{place}_mask": found.suggested_mask,
            }
    return form | changes


@pytest.fixture
def about(door: CareDoor) -> Any:
    """A draft that is ready."""
    made = draft()
    door.drafts[made.id] = made
    return made


@pytest.mark.parametrize("path", [*LISTS, f"{HOME}drafts/{UUID(int=1)}/", f"{HOME}runs/{UUID(int=1)}/"])
def test_nobody_sees_a_page_without_signing_in_or_without_the_duty(house: House, path: str) -> None:
    answer = Client().get(path, headers={"accept": "text/html"})
    assert answer.status_code == 302
    assert browser(house.zhang).get(path).status_code == 403


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_in_both_languages_without_inline_scripts_or_styles(sun: Actor, door: CareDoor, about: Any, language: str) -> None:
    client = browser(sun, language)
    door.runs |= {
        r.id: r
        for r in (run(), run(state="reading", progress=0.4), run(state="failed", error=Words("坏", "bad"), resumable=True, reasons=()))
    }
    bad = draft(state="failed", error=Words("编码无法识别。", "The encoding is not known."), columns=(), file_name="bad.csv")
    busy = draft(state="profiling", progress=0.3, columns=(), file_name="busy.csv")
    door.drafts |= {bad.id: bad, busy.id: busy}
    piece(sun, begin(sun), 0)
    pages = [*LISTS, *(f"{HOME}runs/{n}/" for n in door.runs), f"{HOME}runs/{next(iter(door.runs))}/bad-rows/"]
    pages += [f"{HOME}drafts/{d.id}/" for d in (about, bad, busy)]
    seen = {path: text(client.get(path)) for path in pages}
    seen["checked"] = text(client.post(f"{HOME}drafts/{about.id}/", posted(action="check", name="")))
    seen["appending"] = text(client.post(f"{HOME}drafts/{about.id}/", posted(action="save", target="append", append_to="stolen_property")))
    own = r"张三|李四|甲|乙|孙磊|姓名|身份证号|民族|价值|区划|坏|说明|人员|登记的被盗物品|被盗物品|赵敏|内蒙古|刑侦总队|交管总队|失主|物品"
    for path, page in seen.items():
        assert not re.search(r"\sstyle=|<script>|\son\w+=|javascript:", page), path
        assert "None" not in re.sub(r"<[^>]+>", "", page).replace(">None<", "").replace("None\n", ""), path
        if language == "en" and "<main" in page:
            body = re.sub(r"<[^>]+>|&#\d+;", "", page[page.index("<main") : page.index("</main>")])
            body = re.sub(r'<script id="upload-words".*?</script>', "", body, flags=re.S)
            left = re.findall(r"[^\n]*[\u4e00-\u9fff][^\n]*", re.sub(own, "", body))
            assert not left, (path, left[:3])


def test_the_first_page_says_what_to_do(client: Client, door: CareDoor) -> None:
    page = main(client.get(HOME))
    for said in ("还没有入库任务", "没有待核对的草稿", "开启投放文件夹", "2 GiB", "48 小时"):
        assert said in page
    assert 'data-api="/api/v1/stewardship/uploads"' in page
    assert '"signed_out"' in page


def test_a_door_that_is_away_leaves_the_page_standing(client: Client, door: CareDoor, sun: Actor) -> None:
    piece(sun, begin(sun), 0)
    door.trouble["GET"] = Unavailable(
        "exchange.door_away", Words("数据门暂时连接不上", "The door cannot be reached"), Words("请稍后再试。", "Later.")
    )
    answer = client.get(HOME)
    assert answer.status_code == 200
    assert "数据门暂时连接不上" in main(answer)
    assert "a.csv" in main(answer)
    assert client.get(f"{HOME}runs/").status_code == 200
    assert client.get(f"{HOME}elements/").status_code == 200
    assert client.get(f"{HOME}datasets/stolen_property/").status_code == 503


def test_what_is_on_its_way_asks_for_itself_while_it_moves(client: Client, door: CareDoor, sun: Actor) -> None:
    assert 'hx-trigger="refresh"' in text(client.get(f"{HOME}ways/"))
    upload = piece(sun, begin(sun), 0)
    page = text(client.get(f"{HOME}ways/"))
    assert "请再次选择这个文件" in page
    assert str(upload.id) in page
    busy = draft(state="profiling", progress=0.5)
    door.drafts[busy.id] = busy
    assert 'hx-trigger="every 2s, refresh"' in text(client.get(f"{HOME}ways/"))


def test_without_scripts_a_form_brings_files(client: Client, door: CareDoor, sun: Actor) -> None:
    files = [SimpleUploadedFile("a.csv", CSV), SimpleUploadedFile("空.csv", b"")]
    page = main(client.post(f"{HOME}upload/", {"files": files}, follow=True))
    assert "已收到 a.csv" in page
    assert "空.csv" in page and "文件是空的" in page
    assert actions.carry_on(__import__("tests.flow.exchange.make", fromlist=["SYSTEM"]).SYSTEM) == 1
    assert door.files == [CSV]
    assert "没有选择文件" in main(client.post(f"{HOME}upload/", follow=True))


def test_uploads_are_given_up_and_sent_on_by_buttons(client: Client, door: CareDoor, sun: Actor) -> None:
    upload = piece(sun, begin(sun), 0)
    page = main(client.post(f"{HOME}uploads/{upload.id}/", {"action": "abandon"}, follow=True))
    assert "已放弃 a.csv" in page
    page = main(client.post(f"{HOME}uploads/{upload.id}/", {"action": "go_on"}, follow=True))
    assert "没有在等待继续" in page
    assert "没有这个上传" in main(client.post(f"{HOME}uploads/{UUID(int=4)}/", {"action": "abandon"}, follow=True))


def test_the_drop_folder_is_opened_by_its_person(client: Client, door: CareDoor, sun: Actor) -> None:
    assert "投放文件夹已开启" in main(client.post(f"{HOME}drop-folder/", {"action": "open"}, follow=True))
    assert queries.drop_folder(sun).opened_at
    assert "关闭投放文件夹" in main(client.get(HOME))
    client.post(f"{HOME}drop-folder/", {"action": "close"})
    assert queries.drop_folder(sun).opened_at is None


# -- a draft -----------------------------------------------------------------------------------------------------------


def test_a_draft_shows_what_was_recognised_and_why(client: Client, about: Any) -> None:
    page = main(client.get(f"{HOME}drafts/{about.id}/"))
    for said in (
        "people.csv",
        "UTF-8",
        "一半的值是小数",
        "50% 的值符合",
        "公民身份号码",
        "80%",
        "九成的值通过校验",
        "特殊类别个人信息（权利清单第 2 条）",
        "前几行",
        "15010319900101001X",
    ):
        assert said in page, said
    assert 'name="c2_keep"' not in page, "a refused column cannot be kept"
    assert re.search(r'name="c0_keep"[^>]*checked', page)
    assert re.search(r'id="c1_element"[^>]*value="GMSFHM"', page)
    assert re.search(r'<option value="last4" selected>', page)
    assert re.search(r'name="name"[^>]*value="people"|value="people"[^>]*name="name"', page)
    assert re.search(r'<option value="区划" selected>', page)


def test_publishing_starts_a_run(client: Client, door: CareDoor, about: Any) -> None:
    answer = client.post(f"{HOME}drafts/{about.id}/", posted(action="publish"))
    assert answer.status_code == 302, re.findall(r"<li>.*?</li>", main(answer))
    (number,) = door.runs
    assert answer["Location"] == f"{HOME}runs/{number}/"
    spec = door.published[0]
    assert (spec.name, spec.owner_unit, spec.retention_days, spec.area_column, spec.append) == (
        "people",
        "150000XZ",
        365,
        "area_code",
        False,
    )
    assert [c.drop for c in spec.columns] == [False, False, True, False, False]
    assert client.get(f"{HOME}drafts/{about.id}/")["Location"] == f"{HOME}runs/{number}/", "a used draft leads to its run"


def test_the_owner_may_be_typed_by_name(client: Client, door: CareDoor, about: Any) -> None:
    client.post(f"{HOME}drafts/{about.id}/", posted(action="publish", owner_unit="刑侦总队"))
    assert door.published[0].owner_unit == "150000XZ"
    found = text(client.get(f"{HOME}units/", {"owner_unit": "xingzhen"}))
    assert 'value="150000XZ"' in found
    assert "150103" in text(client.get(f"{HOME}units/", {"owner_unit": "huimin"}))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": "人员"}, "只用小写字母"),
        ({"title_en": ""}, "请填写中文和英文标题"),
        ({"owner_unit": "不存在的单位"}, "没有这个单位"),
        ({"owner_unit": ""}, "请选择数据所有单位"),
        ({"grade": ""}, "请选择级别"),
        ({"retention_days": "很久"}, "保存天数为"),
        ({"personal": ""}, "这就是个人信息"),
        ({"c0_name": "id_number"}, "用了两次"),
        ({"c3_type": "nothing"}, "请选择类型"),
        ({"c1_element": "XXXX"}, "没有登记这个数据元"),
        ({"c2_keep": "on"}, "特殊类别"),
        ({"c0_title_en": " "}, "请填写中文和英文标题"),
    ],
)
def test_errors_keep_everything_that_was_typed(client: Client, door: CareDoor, about: Any, change: dict[str, str], said: str) -> None:
    form = posted(action="publish", description_zh="独特的说明文字", c3_title_zh="独特的标题") | change
    answer = client.post(f"{HOME}drafts/{about.id}/", form)
    page = main(answer)
    assert answer.status_code == 422
    assert said in page
    assert "独特的说明文字" in page
    assert "独特的标题" in page
    assert door.published == []
    later = main(client.get(f"{HOME}drafts/{about.id}/"))
    assert "独特的说明文字" in later, "it is there when one comes back"
    assert "独特的标题" in later


def test_checking_publishes_nothing(client: Client, door: CareDoor, about: Any) -> None:
    page = main(client.post(f"{HOME}drafts/{about.id}/", posted(action="check")))
    assert "可以入库" in page
    assert "不入库的列（1）：民族" in page
    assert door.published == []


def test_appending_maps_to_the_columns_that_are_there(client: Client, door: CareDoor, about: Any) -> None:
    page = main(client.post(f"{HOME}drafts/{about.id}/", posted(action="save", target="append", append_to="stolen_property")))
    assert re.search(r'id="c0_into".*?<option value="owner_name" selected>', page, re.S)
    assert "将为空的列" in page and "<code>item</code>" in page
    assert re.search(r'type="hidden" name="title_zh" value="人员"', page), "what was typed for a new dataset is carried along"
    form = posted(
        action="publish", target="append", append_to="stolen_property", c0_into="owner_name", c1_into="", c3_into="+", c4_into="county"
    )
    answer = client.post(f"{HOME}drafts/{about.id}/", form)
    assert answer.status_code == 302, re.findall(r"<li>.*?</li>", main(answer))
    spec = door.published[0]
    assert (spec.name, spec.append) == ("stolen_property", True)
    assert [(c.header, c.column.name if c.column else None) for c in spec.columns] == [
        ("姓名", "owner_name"),
        ("身份证号", None),
        ("民族", None),
        ("价值", "value"),
        ("区划", "county"),
    ]


def test_appending_to_nothing_or_twice_into_one_is_said(client: Client, door: CareDoor, about: Any) -> None:
    for to in ("", "nothing", "../x"):
        answer = client.post(f"{HOME}drafts/{about.id}/", posted(action="publish", target="append", append_to=to))
        assert answer.status_code == 422
        assert "请选择要追加到的数据集" in main(answer)
    form = posted(action="publish", target="append", append_to="stolen_property", c0_into="county", c4_into="county")
    assert "有两列都要写入 county" in main(client.post(f"{HOME}drafts/{about.id}/", form))


@pytest.mark.parametrize(
    ("problem", "status"),
    [
        (Conflict("lake.name_taken", Words("名称已被使用", "The name is taken")), 409),
        (Invalid("lake.bad_definition"), 422),
        (Unavailable("exchange.door_away"), 503),
        (Refused("lake.special_category", Words("特殊类别信息不得入湖", "Special")), 403),
    ],
)
def test_what_the_door_says_stands_on_the_page_with_all_that_was_typed(
    client: Client, door: CareDoor, about: Any, problem: Any, status: int
) -> None:
    door.trouble["publish"] = problem
    answer = client.post(f"{HOME}drafts/{about.id}/", posted(action="publish", description_zh="独特的说明文字"))
    assert answer.status_code == status
    assert problem.code in main(answer)
    assert "独特的说明文字" in main(answer)
    assert Plan.objects.count() == 1


def test_many_columns_stand_on_pages_and_none_is_lost(client: Client, door: CareDoor) -> None:
    wide = draft(columns=tuple(column(f"列{n}", f"c{n}") for n in range(400)), sample=())
    door.drafts[wide.id] = wide
    path = f"{HOME}drafts/{wide.id}/"
    page = main(client.get(path))
    assert "361–400" in page
    assert page.count('id="column-') == 40
    form = FACTS | {
        "area_column": "",
        "c3_header": "列3",
        "c3_keep": "on",
        "c3_name": "third",
        "c3_title_zh": "三",
        "c3_title_en": "Three",
        "page": "0",
        "go": "9",
    }
    page = main(client.post(path, form))
    assert 'id="column-399"' in page and 'id="column-3"' not in page
    assert queries is not None
    form = FACTS | {"area_column": "", "c399_header": "列399", "c399_keep": "on", "c399_name": "BAD", "action": "publish", "page": "9"}
    answer = client.post(path, form)
    assert answer.status_code == 422
    assert 'id="column-399"' in main(answer), "the page with the fault is shown"
    form |= {"c399_name": "last"}
    assert client.post(path, form).status_code == 302
    spec = door.published[0]
    assert (spec.columns[3].column.name, spec.columns[399].column.name, len(spec.columns)) == ("third", "last", 400)  # type: ignore[union-attr]


def test_another_files_page_changes_nothing(client: Client, door: CareDoor, about: Any) -> None:
    client.post(f"{HOME}drafts/{about.id}/", {"action": "save", "c0_header": "别的列", "c0_name": "evil"})
    assert Plan.objects.get().columns == {}


def test_values_are_escaped(client: Client, door: CareDoor) -> None:
    evil = '"><script>alert(1)</script>'
    made = draft(file_name=evil, columns=(column(evil, "a", examples=(evil,)),), sample=({evil: evil},))
    door.drafts[made.id] = made
    page = text(client.get(f"{HOME}drafts/{made.id}/"))
    assert "<script>alert" not in page
    door.runs[made.id] = run(id=made.id, file_name=evil)
    assert "<script>alert" not in text(client.get(f"{HOME}runs/{made.id}/"))


def test_waiting_failed_and_dropped_drafts(client: Client, door: CareDoor) -> None:
    busy = draft(state="profiling", progress=0.4)
    door.drafts[busy.id] = busy
    page = main(client.get(f"{HOME}drafts/{busy.id}/"))
    assert "40%" in page and 'hx-trigger="every 1s"' in page
    assert "HX-Refresh" not in client.get(f"{HOME}drafts/{busy.id}/state/")
    door.drafts[busy.id] = draft(id=busy.id)
    assert client.get(f"{HOME}drafts/{busy.id}/state/")["HX-Refresh"] == "true"
    assert "已放弃 people.csv" in main(client.post(f"{HOME}drafts/{busy.id}/", {"action": "drop"}, follow=True))
    assert client.get(f"{HOME}drafts/{UUID(int=3)}/").status_code == 404
    door.trouble["drop"] = Conflict("lake.draft_used", Words("草稿已入库", "It is used"))
    other = draft(state="failed", error=Words("坏了", "broken"))
    door.drafts[other.id] = other
    assert "坏了" in main(client.get(f"{HOME}drafts/{other.id}/"))
    assert "草稿已入库" in main(client.post(f"{HOME}drafts/{other.id}/", {"action": "drop"}, follow=True))


# -- runs --------------------------------------------------------------------------------------------------------------


def test_a_run_tells_reasons_notes_and_how_far(client: Client, door: CareDoor) -> None:
    done = run()
    door.runs[done.id] = done
    page = main(client.get(f"{HOME}runs/{done.id}/"))
    for said in ("98", "2.0%", "校验位不对", "列“民族”已丢弃", "下载 CSV", "孙磊", "在目录中查看"):
        assert said in page, said
    assert "hx-trigger" not in page
    busy = run(state="reading", progress=0.4, finished_at=None)
    door.runs[busy.id] = busy
    page = main(client.get(f"{HOME}runs/{busy.id}/"))
    assert 'hx-trigger="every 1s"' in page and "取消任务" in page
    part = client.get(f"{HOME}runs/{busy.id}/state/")
    assert "HX-Refresh" not in part and "<html" not in text(part)
    door.runs[busy.id] = run(id=busy.id)
    assert client.get(f"{HOME}runs/{busy.id}/state/")["HX-Refresh"] == "true"
    assert client.get(f"{HOME}runs/{UUID(int=3)}/").status_code == 404


def test_runs_are_cancelled_and_taken_up_again(client: Client, door: CareDoor) -> None:
    busy = run(state="reading", finished_at=None)
    door.runs[busy.id] = busy
    page = main(client.post(f"{HOME}runs/{busy.id}/", {"action": "cancel"}, follow=True))
    assert "没有数据写入" in page and "重新开始" in page
    assert "已重新开始" in main(client.post(f"{HOME}runs/{busy.id}/", {"action": "resume"}, follow=True))
    door.trouble["cancel"] = Conflict("lake.run_over", detail=Words("这个入库任务已经结束。", "It is over."))
    assert "这个入库任务已经结束" in main(client.post(f"{HOME}runs/{busy.id}/", {"action": "cancel"}, follow=True))


def test_runs_are_listed_and_filtered(client: Client, door: CareDoor) -> None:
    done = run()
    door.runs[done.id] = done
    assert "people.csv" in main(client.get(f"{HOME}runs/", {"dataset": "stolen_property"}))
    client.get(f"{HOME}runs/", {"state": "failed", "mine": "on"})
    assert "state=failed" in door.targets[-1] and "mine=1" in door.targets[-1]
    assert client.get(f"{HOME}runs/", {"state": "nonsense"}).status_code == 200
    door.runs.clear()
    assert "没有符合的任务" in main(client.get(f"{HOME}runs/", {"dataset": "lost_property"}))


def test_bad_rows_open_with_a_receipt_and_leave_as_a_file(client: Client, door: CareDoor) -> None:
    done = run()
    door.runs[done.id] = done
    page = main(client.get(f"{HOME}runs/{done.id}/bad-rows/"))
    assert "校验位不对" in page and "李四" in page and "/inquiry/receipts/" in page
    assert client.get(f"{HOME}runs/{done.id}/bad-rows/", {"offset": "x"}).status_code == 200
    answer = client.get(f"{HOME}runs/{done.id}/bad-rows.csv")
    assert answer["Content-Disposition"].startswith('attachment; filename="bad-rows-stolen_property-')
    assert answer["Cache-Control"] == "no-store"
    assert b"".join(answer.streaming_content) == door.export
    door.trouble["export"] = Refused("lake.refused", Words("不能查看", "Not permitted"))
    assert client.get(f"{HOME}runs/{done.id}/bad-rows.csv").status_code == 403
    door.trouble["rows"] = Refused("lake.refused", Words("不能查看", "Not permitted"))
    assert client.get(f"{HOME}runs/{done.id}/bad-rows/").status_code == 403


# -- datasets and elements ---------------------------------------------------------------------------------------------


def test_an_owner_cares_for_the_datasets_of_their_unit(house: House, door: CareDoor) -> None:
    assert "被盗物品" in main(browser(house.zhao).get(f"{HOME}datasets/"))
    assert "还没有数据集" in main(browser(house.qian).get(f"{HOME}datasets/"))


def test_quality_is_told_in_numbers_column_by_column(client: Client, door: CareDoor) -> None:
    page = main(client.get(f"{HOME}datasets/stolen_property/"))
    for said in ("93%", "完整性", "98%", "有效性", "90%", "3 个值不符", "六位区划代码", "无校验", "99%"):
        assert said in page, said
    assert client.get(f"{HOME}datasets/nothing/").status_code == 404
    door.trouble["quality"] = NotFound("lake.unmeasured")
    assert "还没有测量" in main(client.get(f"{HOME}datasets/stolen_property/"))


def facts(**changes: Any) -> dict[str, Any]:
    return {
        "title_zh": "被盗物品",
        "title_en": "Stolen property",
        "description_zh": "登记的被盗物品。",
        "description_en": "Things reported stolen.",
        "owner_unit": "150000XZ",
        "grade": "sensitive",
        "retention_days": "3650",
    } | changes


def test_facts_of_a_dataset_are_changed(client: Client, door: CareDoor) -> None:
    path = f"{HOME}datasets/stolen_property/"
    assert "没有改动" in main(client.post(path, facts(), follow=True))
    assert "已保存" in main(client.post(path, facts(grade="core", retention_days="30"), follow=True))
    assert door.changed == [{"grade": "core", "retention_days": 30}]
    for bad, said in (
        ({"title_zh": ""}, "请填写"),
        ({"retention_days": "x"}, "1 到 36500"),
        ({"owner_unit": "999"}, "没有这个单位"),
        ({"grade": "x"}, ""),
    ):
        answer = client.post(path, facts(description_zh="独特的说明") | bad)
        assert answer.status_code == 422
        assert said in main(answer) and "独特的说明" in main(answer)
    door.trouble["POST datasets"] = Refused("lake.not_owner", Words("须由数据所有人办理", "For the owner"))
    answer = client.post(path, facts(grade="internal", description_zh="独特的说明"))
    assert answer.status_code == 403
    assert "须由数据所有人办理" in main(answer) and "独特的说明" in main(answer)


def test_elements_are_found(client: Client, door: CareDoor) -> None:
    assert "GMSFHM" in main(client.get(f"{HOME}elements/"))
    assert "GMSFHM" not in main(client.get(f"{HOME}elements/", {"q": "姓名"}))
    assert "没有符合的数据元" in main(client.get(f"{HOME}elements/", {"q": "zzz"}))


def test_forms_need_their_token(client: Client, door: CareDoor, about: Any) -> None:
    strict = Client(enforce_csrf_checks=True, headers={"accept": "text/html"})
    strict.cookies = client.cookies
    assert strict.post(f"{HOME}drafts/{about.id}/", posted(action="publish")).status_code == 403
    assert strict.post(f"{HOME}upload/", {"files": SimpleUploadedFile("a.csv", CSV)}).status_code == 403
    assert door.published == [] and Upload.objects.count() == 0


def test_the_side_bar_shows_the_room_to_those_who_bring_data(house: House, client: Client, door: CareDoor) -> None:
    assert 'href="/stewardship/"' in text(client.get("/"))
    assert 'href="/stewardship/"' not in text(browser(house.zhang).get("/"))
    kexin = steward(PersonRow("ke.xin", "柯信", "150000", ("kexin",)))
    assert 'href="/stewardship/"' in text(browser(kexin).get("/"))
