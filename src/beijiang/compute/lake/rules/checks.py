"""Check functions of data elements, as expressions over the trimmed text `v` that are true for a value that passes.

They are written in the engine's SQL so that millions of values are checked at once: when a file is profiled and when the
quality of a table is measured. None of them raises on any value.
"""

from __future__ import annotations

from dataclasses import dataclass

from beijiang.kernel.words import Words


@dataclass(frozen=True, slots=True)
class Check:
    """What a value must pass. `sure` ones are so particular that passing values alone tell what a column is."""

    sql: str
    words: Words
    sure: bool = False


def _weighed(weights: tuple[int, ...], digit: str) -> str:
    return " + ".join(f"{weight} * {digit.format(i=i)}" for i, weight in enumerate(weights, start=1))


_ID_SUM = _weighed((7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), "TRY_CAST(substr(v, {i}, 1) AS INTEGER)")
_ID_CARD = rf"""CASE WHEN regexp_full_match(v, '[1-9]\d{{16}}[\dXx]') AND try_strptime(substr(v, 7, 8), '%Y%m%d') IS NOT NULL
    THEN substr('10X98765432', 1 + ({_ID_SUM}) % 11, 1) = upper(substr(v, 18, 1)) ELSE FALSE END"""
_USCI_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCI_SUM = _weighed(
    (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28), f"(strpos('{_USCI_LETTERS}', substr(v, {{i}}, 1)) - 1)"
)
_USCI = f"""CASE WHEN regexp_full_match(v, '[{_USCI_LETTERS}]{{18}}')
    THEN substr('{_USCI_LETTERS}', 1 + (31 - ({_USCI_SUM}) % 31) % 31, 1) = substr(v, 18, 1) ELSE FALSE END"""
_PROVINCES = "1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12]|91"
_PLATE = (
    "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领][A-HJ-NP-ZO]"
    r"([A-HJ-NP-Z0-9]{5}|[A-HJ-NP-Z0-9]{4}[挂学警港澳领使]|[A-HJ-NP-Z][A-HJ-NP-Z0-9]\d{4}|\d{5}[A-HJ-NP-Z])"
)


def _match(pattern: str) -> str:
    return f"regexp_full_match(v, '{pattern}')"


CHECKS: dict[str, Check] = {
    "id_card": Check(
        _ID_CARD, Words("18 位公民身份号码及校验码（GB 11643）", "18-digit identity number with its check digit (GB 11643)"), True
    ),
    "plate": Check(_match(_PLATE), Words("机动车号牌号码的格式（GA 36）", "form of a vehicle plate (GA 36)"), True),
    "vin": Check(
        _match("[A-HJ-NPR-Z0-9]{17}"), Words("17 位车辆识别代号（GB 16735）", "17-character vehicle identification number (GB 16735)")
    ),
    "usci": Check(
        _USCI, Words("统一社会信用代码及校验码（GB 32100）", "unified social credit code with its check character (GB 32100)"), True
    ),
    "phone": Check(
        _match(r"(\+?86[- ]?)?1[3-9]\d{9}|(0\d{2,3}[- ]?)?[2-8]\d{6,7}(-\d{1,6})?"),
        Words("手机或固定电话号码的格式", "form of a mobile or fixed telephone number"),
    ),
    "passport": Check(_match("[A-Z]{1,2}[0-9]{7,8}"), Words("护照或通行证号码的格式", "form of a passport or travel permit number")),
    "area_code": Check(
        _match(rf"({_PROVINCES})\d{{4}}(\d{{3}}|\d{{6}})?"), Words("行政区划代码的格式（GB/T 2260）", "form of a division code (GB/T 2260)")
    ),
    "unit_code": Check(
        _match(rf"({_PROVINCES})\d{{4}}[0-9A-Z]{{2,6}}"),
        Words("公安机关机构代码的格式（GA/T 380）", "form of a police unit code (GA/T 380)"),
    ),
    "email": Check(_match(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}"), Words("电子邮箱的格式", "form of an e-mail address"), True),
    "case_number": Check(_match(r"[AJXM]\d{15,22}"), Words("案件编号的格式", "form of a case number")),
    "postcode": Check(_match(r"\d{6}"), Words("6 位邮政编码", "6-digit postal code")),
    "longitude": Check("coalesce(abs(TRY_CAST(v AS DOUBLE)) <= 180, FALSE)", Words("经度，-180 到 180", "a longitude, -180 to 180")),
    "latitude": Check("coalesce(abs(TRY_CAST(v AS DOUBLE)) <= 90, FALSE)", Words("纬度，-90 到 90", "a latitude, -90 to 90")),
}
