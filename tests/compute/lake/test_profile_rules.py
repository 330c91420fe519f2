"""Types, elements, refusals and names that a profile suggests: rules alone, and counts by the real engine."""

from __future__ import annotations

import random
from dataclasses import replace

import pyarrow as pa
import pytest

from beijiang.compute.lake.adapters import casting
from beijiang.compute.lake.adapters.profiling import Profiler
from beijiang.compute.lake.rules.checks import CHECKS
from beijiang.compute.lake.rules.describe import describe
from beijiang.compute.lake.rules.elements import BY_CODE, COLUMN_NAMES, STANDARD
from beijiang.compute.lake.rules.guess import fits, guess
from beijiang.compute.lake.rules.infer import infer
from beijiang.compute.lake.rules.loosen import loosened
from beijiang.compute.lake.rules.naming import column_name, dataset_name, distinct_names
from beijiang.compute.lake.rules.quality import freshness, overall, validity
from beijiang.compute.lake.rules.special import special
from beijiang.compute.lake.rules.special_values import special_values
from beijiang.compute.lake.types import COLUMN_TYPES, ColumnSpec
from beijiang.kernel import clock
from beijiang.kernel.words import Words
from beijiang.trust.access.types import MASKS

from . import make


def profiled(header: str, values: list[str | None], repeat: int = 1) -> dict[str, object]:
    """One column of a file, as a steward gets it."""
    profiler = Profiler(1)
    try:
        profiler.feed(pa.RecordBatch.from_arrays([pa.array(values * repeat, pa.string())], ["c0"]))
        profiler.finish()
        return describe([header], profiler.evidence(), STANDARD)[0]
    finally:
        profiler.close()


@pytest.mark.parametrize(
    ("header", "values", "type_", "said"),
    [
        ("件数", ["1", "2", "3"], "integer", "整数"),
        ("件数", ["1", "x", "3"], "text", "66.7%"),
        ("价值", ["1.50", "2.25", "-3"], "decimal", "最多 2 位"),
        ("经度", ["111.65222", "110.5", "109.123456789"], "number", "浮点" if False else "数字"),
        ("系数", ["1e5", "2.5E-3"], "number", "数字"),
        ("门牌", ["007", "012", "100"], "text", "以 0 开头"),
        ("流水", ["1234567890123456", "9876543210987654"], "text", "16 位"),
        ("案件编号", ["101", "102"], "text", "编号"),
        ("是否追回", ["是", "否", "是"], "boolean", "是/否"),
        ("开关", ["0", "1"], "integer", "整数"),
        ("是否有效", ["0", "1"], "boolean", "是/否"),
        ("日期", ["2026年3月1日", "2026年12月31日"], "date", "日期"),
        ("日期", ["20260301", "20261231"], "date", "8 位"),
        ("数字", ["20260301", "20261231"], "integer", "整数"),
        ("日期", ["2026-03-01", "2026/3/2", "2026.03.03"], "date", "日期"),
        ("日期", ["46082", "46083"], "date", "Excel"),
        ("件数", ["46082", "46083"], "integer", "整数"),
        ("日期", ["2026-03-01 00:00:00", "2026-03-02 00:00"], "date", "日期"),
        ("录入时间", ["2026-03-01 08:30", "2026年3月2日 9:05:01"], "timestamp", "日期时间"),
        ("录入时间", ["20260301083000", "20260302093000"], "timestamp", "日期时间"),
        ("t", ["2012-03-01T00:05:00Z", "2012-03-01T00:10:00+08:00"], "timestamp", "日期时间"),
        ("日期", ["2026-02-31", "2026-03-01"], "text", "50.0%"),
        ("日期", ["01/02/2026", "03/04/2026"], "text", "文本"),
        ("备注", ["a", "b"], "text", "文本"),
        ("空", [None, "", " "], "text", "没有值"),
    ],
)
def test_types_with_their_reason(header: str, values: list[str | None], type_: str, said: str) -> None:
    found = profiled(header, values)
    assert found["type"] == type_, found
    assert said in found["reason"]["zh"] and found["reason"]["en"]  # type: ignore[index]


def test_a_share_of_misfits_is_told_and_what_is_not_nearly_all_stays_text() -> None:
    found = profiled("件数", ["5"] * 199 + ["五"])
    assert found["type"] == "integer" and found["share"] == 0.995 and "搁置" in found["reason"]["zh"]  # type: ignore[index]
    assert profiled("件数", ["5"] * 95 + ["五"] * 5)["type"] == "text", "five in a hundred would be lost"


def test_what_is_inferred_is_what_the_caster_takes() -> None:
    """Every share that a steward is told comes from the expression that ingestion uses."""
    assert {t for t in COLUMN_TYPES if t not in ("text", "decimal")} == set(casting._CASTS) - {"text"}


def test_counts_hold_over_many_batches() -> None:
    profiler, chance = Profiler(2), random.Random(5)
    for part in range(6):
        rows = 3000
        numbers = [str(part * rows + n) for n in range(rows)]
        mixed = [chance.choice(["是", "否"]) for _ in range(rows)]
        if part == 5:
            numbers[-1], mixed[0] = "007x", "也许"
        profiler.feed(pa.RecordBatch.from_arrays([pa.array(numbers), pa.array(mixed)], ["c0", "c1"]))
    profiler.finish()
    first, second = (c.counts for c in profiler.columns)
    profiler.close()
    assert first.values == 18_000 and first.fits["integer"] == 17_999 and abs(first.distinct - 18_000) < 1500
    assert second.fits["boolean"] == 17_999 and second.distinct == 3
    assert infer("n", first).type == "integer" and infer("b", second).type == "boolean"


@pytest.mark.parametrize("seed", range(12))
def test_a_glance_sees_what_careful_counts_see(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Columns that change their ways in the middle of a file get the same type, whether glanced at or counted value by value."""
    from beijiang.compute.lake.adapters import profiling

    chance = random.Random(seed)
    makers = [
        lambda: str(chance.randrange(10_000)),
        lambda: f"{chance.randrange(1000)}.{chance.randrange(100):02d}",
        lambda: f"{chance.random():.9f}",
        lambda: chance.choice(["0", "1"]),
        lambda: chance.choice(["是", "否"]),
        lambda: f"2026-0{chance.randrange(1, 10)}-1{chance.randrange(10)}",
        lambda: f"2026-03-1{chance.randrange(10)} 0{chance.randrange(10)}:30:00",
        lambda: f"2026-03-1{chance.randrange(10)} 00:00:00",
        lambda: f"{chance.randrange(19_900_101, 19_991_231)}",
        lambda: f"0{chance.randrange(100)}",
        lambda: str(chance.randrange(10**16, 10**17)),
        lambda: chance.choice(["甲", "乙", "x" * chance.randrange(1, 30)]),
        lambda: f"4{chance.randrange(1000, 9999)}",
        lambda: f"{chance.randrange(9)}e{chance.randrange(9)}",
    ]
    plan = [(chance.choice(makers), chance.choice(makers), chance.choice([0, 0, 1, 3])) for _ in range(12)]
    batches = []
    for part in range(4):
        columns = [
            [(late if part >= turn > 0 else early)() if chance.random() > 0.05 else None for _ in range(2500)] for early, late, turn in plan
        ]
        batches.append(pa.RecordBatch.from_arrays([pa.array(c, pa.string()) for c in columns], [f"c{i}" for i in range(12)]))

    def look() -> list[object]:
        profiler = Profiler(12)
        for batch in batches:
            profiler.feed(batch)
        profiler.finish()
        profiler.close()
        return [
            (infer("列", c.counts).type, c.counts.values, c.counts.nulls, c.counts.distinct, c.counts.longest) for c in profiler.columns
        ]

    monkeypatch.setattr(profiling, "EARLY", 0)
    quick = look()
    monkeypatch.setattr(profiling, "glance", lambda *_: False)
    assert quick == look()


def id_card(number: int) -> str:
    """A number with the right check digit."""
    body = f"15010319900101{number:03d}"
    total = sum(int(d) * w for d, w in zip(body, (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    return body + "10X98765432"[total % 11]


def usci(body: str) -> str:
    """A unified social credit code with the right check character, of sixteen characters and one."""
    letters, body = "0123456789ABCDEFGHJKLMNPQRTUWXY", body + "8"
    return body + letters[-sum(letters.index(c) * pow(3, i, 31) for i, c in enumerate(body)) % 31]


GOOD = {
    "id_card": [id_card(n) for n in range(50)] + ["11010519491231002X", "11010519491231002x", "440524188001010014"],
    "plate": ["蒙A12345", "京AD12345", "蒙A1234警", "粤Z1234港", "蒙B12345D", "沪AF12345"],
    "vin": ["LSVAL41Z882104202"],
    "usci": ["91350100M000100Y43", usci("1115000001154600")],
    "phone": ["13800138000", "+86 13800138000", "0471-6651234", "6651234"],
    "passport": ["E12345678", "EA1234567", "G12345678"],
    "area_code": ["150103", "150103001", "150103001000", "710000"],
    "unit_code": ["15010300", "150000XZ", "150103580000"],
    "email": ["a.b@c.com.cn"],
    "case_number": ["A1501032026110001", "J1501030000002026110001"],
    "longitude": ["111.5", "-180"],
    "latitude": ["-90", "40.8"],
    "postcode": ["010000"],
}
BAD = {
    "id_card": ["150103199001010000", "15010319900231001X", "110105194912310021", "123", "１５０１０３", "", "15010319900101００１x"],
    "plate": ["蒙I1234", "A12345", "蒙A123", "蒙a12345", "蒙A1234I"],
    "vin": ["LSVAL41Z88210420", "LSVAI41Z882104202"],
    "usci": ["91350100M000100Y44", "9135"],
    "phone": ["12800138000", "999", "138001380001"],
    "area_code": ["000000", "160000", "1501"],
    "longitude": ["181", "x"],
    "latitude": ["91"],
}


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_checks_pass_and_fail_as_the_standards_say_and_never_raise(name: str) -> None:
    db = casting.engine()
    values = GOOD[name] + BAD.get(name, []) + ["'", "%", "\\", "\ufffd", "9" * 40, "a" * 300]
    db.register("t", pa.table({"v": values}))
    got = [row[0] for row in db.execute(f"SELECT {CHECKS[name].sql} FROM t").fetchall()]
    db.close()
    good = len(GOOD[name])
    assert all(got[:good]), [v for v, ok in zip(GOOD[name], got, strict=False) if not ok]
    assert not any(got[good:]), [v for v, ok in zip(values[good:], got[good:], strict=True) if ok]


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("公民身份号码", "GMSFHM"),
        ("身份证号", "GMSFHM"),
        ("失主证件号码", "GMSFHM"),
        ("SFZH", "GMSFHM"),
        ("shenfenzhenghao", "GMSFHM"),
        ("id_number", "GMSFHM"),
        ("姓名", "XM"),
        ("XM", "XM"),
        ("嫌疑人姓名", "XM"),
        ("手机号码", "LXDH"),
        ("车牌号", "HPHM"),
        ("hphm", "HPHM"),
        ("旗县区代码", "XZQH"),
        ("统一社会信用代码", "TYSHXYDM"),
        ("案件编号", "AJBH"),
        ("lon", "JD"),
        ("longtitude", "JD"),
    ],
)
def test_elements_by_header_in_chinese_pinyin_english_abbreviation_and_with_a_slip(header: str, code: str) -> None:
    found = guess(header, BY_CODE[code].type, {}, STANDARD)
    assert found is not None and found.code == code and found.score >= 0.5, found
    assert found.reason.zh and found.reason.en and found.reason.zh != found.reason.en


def test_values_decide_where_the_header_says_nothing_or_lies() -> None:
    found = guess("col7", "text", {"id_card": 0.98}, STANDARD)
    assert found is not None and found.code == "GMSFHM" and "GB 11643" in found.reason.en
    lied = guess("身份证号", "text", {"id_card": 0.02}, STANDARD)
    honest = guess("身份证号", "text", {"id_card": 0.99}, STANDARD)
    assert honest is not None and honest.score > 0.95 and (lied is None or lied.score < honest.score)
    assert guess("col7", "text", {"phone": 0.97, "postcode": 1.0}, STANDARD) is None, "what chance passes proves nothing"
    assert guess("zzz", "text", {}, STANDARD) is None


def test_ids_are_masked_whatever_the_column_is_called() -> None:
    found = profiled("备用字段", [id_card(n) for n in range(40)])
    assert (found["subject"], found["mask"], found["type"]) == ("id_card", "last4", "text")


def test_names_are_seen_by_their_values() -> None:
    names = ["王小明", "李娜", "张伟", "欧阳修", "赵敏", "孙磊", "陈静", "王强", "刘洋"]
    found = profiled("经办", names)
    assert found["element"]["code"] == "XM" and (found["subject"], found["mask"]) == ("name", "redact")  # type: ignore[index]
    assert profiled("地名", ["城关镇", "回民区", "新城区", "东河区", "青山区", "海勃湾区"])["subject"] is None


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("c1", ["汉族", "蒙古族", "回族"]),
        ("c1", ["汉", "蒙古", "汉", "满"]),
        ("c1", ["佛教", "无宗教信仰", "伊斯兰教"]),
        ("c1", ["群众", "中共党员", "共青团员"]),
        ("c1", ["A型", "B型", "O型"]),
        ("c1", ["A", "O", "AB", "B"]),
        ("c1", ["健康或良好", "有慢性病", "残疾"]),
        ("c1", ["高血压", "无", "糖尿病二级"]),
        ("c1", ["异性恋", "同性恋"]),
        ("民族", ["1", "3"]),
        ("MZDM", ["01", "02"]),
        ("health_status", ["x"]),
    ],
)
def test_special_categories_by_name_and_by_values(header: str, values: list[str]) -> None:
    found = profiled(header, values, repeat=3)
    assert found["refused"] and "RIGHTS 2" in found["refused"]["en"] and "权利清单第 2 条" in found["refused"]["zh"]  # type: ignore[index]


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("颜色", ["白", "红", "黑", "蓝"]),
        ("简称", ["京", "蒙", "沪"]),
        ("等级", ["A", "B", "C"]),
        ("等级", ["A", "B"]),
        ("身份", ["群众", "民警"]),
        ("姓", ["白", "水", "王", "李"]),
        ("地址", ["民族路1号", "民族大街2号"]),
        ("备注", ["手机被盗", "失主患高血压，已送医", "钱包遗失", "车辆被盗"]),
        ("状况", ["良好", "一般"]),
    ],
)
def test_harmless_columns_are_left_alone(header: str, values: list[str]) -> None:
    assert special(header) is None and special_values(dict.fromkeys(values, 5)) is None


def test_names_of_columns() -> None:
    assert column_name("物品编号") == "wu_pin_bian_hao" and column_name("ItemNo") == "item_no" and column_name("773869") == "c_773869"
    assert column_name("order") == "order_" and column_name("！！") == "col" and column_name("价值（元）") == "jia_zhi_yuan"
    assert len(column_name("很" * 100)) <= 63 and column_name("Café ñ") == "cafe_n"
    assert distinct_names(["a", "a", "b", "a"]) == ["a", "a_2", "b", "a_3"]
    assert dataset_name("被盗物品 2026-03.csv.gz") == "bei_dao_wu_pin_2026_03"


def test_the_standard_elements_are_sound() -> None:
    for e in STANDARD:
        assert e.type in COLUMN_TYPES and e.mask in MASKS and (not e.check or e.check in CHECKS), e.code
        assert special(e.name.zh, e.name.en, *e.aliases) is None, e.code
        assert column_name(COLUMN_NAMES[e.code]) == COLUMN_NAMES[e.code]
    assert len({e.code for e in STANDARD}) == len(STANDARD) == len(set(COLUMN_NAMES.values()))
    assert fits(BY_CODE["GMSFHM"], "") == 1.0 and fits(BY_CODE["GMSFHM"], "车牌") == 0.0


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"grade": "internal"}, "lowering"),
        ({"grade": "core"}, ""),
        ({"personal": False}, "personal"),
        ({"retention_days": 9999}, "longer"),
        ({"retention_days": None}, "longer"),
        ({"retention_days": 30}, ""),
        ({"area_column": None}, "areas"),
        ({"title": Words("新", "new")}, ""),
    ],
)
def test_what_loosens_a_dataset(change: dict[str, object], says: str) -> None:
    from beijiang.compute.lake.types import Dataset
    from beijiang.kernel.ids import new_id

    before = Dataset(
        new_id(), "d", Words("", ""), Words("", ""), "150000XZ", "sensitive", True, "area", None, 365, "defined", 0, None, 1, make.COLUMNS
    )
    found = loosened(before, replace(before, **change))  # type: ignore[arg-type]
    assert bool(found) == bool(says) and all(says in w.en for w in found)


@pytest.mark.parametrize(("mask", "loosens"), [("none", True), ("first4", True), ("last4", False), ("redact", False), ("null", False)])
def test_a_weaker_mask_loosens(mask: str, loosens: bool) -> None:
    from beijiang.compute.lake.types import Dataset
    from beijiang.kernel.ids import new_id

    def about(m: str) -> Dataset:
        column = ColumnSpec("id", Words("", ""), subject="id_card", default_mask=m)
        return Dataset(new_id(), "d", Words("", ""), Words("", ""), "u", "open", True, None, None, 1, "defined", 0, None, 1, (column,))

    assert bool(loosened(about("last4"), about(mask))) == loosens


def test_figures_of_quality() -> None:
    now = clock.now()
    assert validity(90, 10, 100, 50) == pytest.approx(0.45) and validity(0, 0, 0, 0) == 1.0
    assert freshness(None, now) is None and freshness(now, now) == 1.0
    assert overall({}) is None and overall({"completeness": 1.0, "validity": 0.5}) == pytest.approx((0.25 + 0.175) / 0.6)
