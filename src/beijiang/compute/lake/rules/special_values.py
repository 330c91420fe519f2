"""RIGHTS 2 by content: a column whose values are ethnic groups, religions, political status, blood types or illnesses.

It looks at the different values of a column with how often each was seen, as a profile collects them. One such word in a
remark does not make a column special; a column that is made of them is, whatever it calls itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from beijiang.kernel.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_GROUPS = [
    "汉",
    "满",
    "蒙古",
    "回",
    "藏",
    "维吾尔",
    "苗",
    "彝",
    "壮",
    "布依",
    "朝鲜",
    "侗",
    "瑶",
    "白",
    "土家",
    "哈尼",
    "哈萨克",
    "傣",
    "黎",
    "傈僳",
    "佤",
    "畲",
    "高山",
    "拉祜",
    "水",
    "东乡",
    "纳西",
    "景颇",
    "柯尔克孜",
    "土",
    "达斡尔",
    "仫佬",
    "羌",
    "布朗",
    "撒拉",
    "毛南",
    "仡佬",
    "锡伯",
    "阿昌",
    "普米",
    "塔吉克",
    "怒",
    "乌孜别克",
    "俄罗斯",
    "鄂温克",
    "德昂",
    "保安",
    "裕固",
    "京",
    "塔塔尔",
    "独龙",
    "鄂伦春",
    "赫哲",
    "门巴",
    "珞巴",
    "基诺",
]
_ETHNIC = frozenset(
    {f"{g}族" for g in _GROUPS}
    | {"穿青人", "其他民族", "外国血统中国籍人士", "han", "mongol", "mongolian", "hui", "manchu", "uyghur", "tibetan"}
)
_ETHNIC_BARE = frozenset(_GROUPS)
_ETHNIC_LARGE = frozenset({"汉", "满", "蒙古", "回", "藏", "维吾尔"})
_RELIGION = frozenset(
    [
        "佛教",
        "道教",
        "伊斯兰教",
        "基督教",
        "天主教",
        "东正教",
        "萨满教",
        "藏传佛教",
        "喇嘛教",
        "犹太教",
        "印度教",
        "无宗教信仰",
        "无宗教",
        "buddhist",
        "buddhism",
        "taoism",
        "islam",
        "muslim",
        "christian",
        "christianity",
        "catholic",
        "protestant",
        "orthodox",
        "jewish",
        "hindu",
        "atheist",
    ]
)
_POLITICAL = frozenset(
    [
        "中共党员",
        "中共预备党员",
        "共青团员",
        "预备党员",
        "党员",
        "团员",
        "民主党派",
        "民革党员",
        "民盟盟员",
        "民建会员",
        "民进会员",
        "农工党党员",
        "致公党党员",
        "九三学社社员",
        "台盟盟员",
        "无党派人士",
        "无党派民主人士",
        "群众",
    ]
)
_POLITICAL_SURE = _POLITICAL - {"群众", "团员"}
_BLOOD = re.compile(r"(A|B|O|AB)型?(血)?(RH)?[+\-阴阳]?(性)?", re.IGNORECASE)
_BLOOD_SURE = re.compile(r".*(型|\+|-|阳|阴|RH).*", re.IGNORECASE)
_HEALTH = frozenset(["健康", "良好", "一般", "较弱", "健康或良好", "一般或较弱", "有慢性病", "有生理缺陷", "残疾", "healthy", "disabled"])
_HEALTH_SURE = frozenset(["较弱", "健康或良好", "一般或较弱", "有慢性病", "有生理缺陷", "残疾", "disabled"])
_ILLNESS = re.compile(
    "高血压|糖尿病|冠心病|心脏病|脑梗|艾滋|HIV|乙肝|肝炎|肺结核|结核病|癌|肿瘤|白血病|精神分裂|抑郁症|双相障碍|癫痫|哮喘|尿毒症|梅毒|性病|孕妇|怀孕"
    "|diabetes|hypertension|hepatitis|cancer|tuberculosis|epilepsy|schizophrenia|depression|pregnan",
    re.IGNORECASE,
)
_ORIENTATION = frozenset(["同性恋", "双性恋", "异性恋", "homosexual", "bisexual", "heterosexual"])
MOST = 0.9
MANY = 0.3
"""Of free text so much may not speak of illness."""


def special_values(values: Mapping[str, int]) -> Words | None:
    """This function will say, in words, as what special category the values of a column show themselves; None if they do not."""
    total = sum(values.values())
    if total == 0:
        return None
    folded: dict[str, int] = {}
    for value, count in values.items():
        key = value.strip().casefold()
        folded[key] = folded.get(key, 0) + count

    def share(words: frozenset[str]) -> float:
        return sum(n for v, n in folded.items() if v in words) / total

    for found, words in (
        (share(_ETHNIC) >= MOST or _bare_groups(folded, share), Words("民族", "ethnic groups")),
        (share(_RELIGION) >= MOST, Words("宗教信仰", "religions")),
        (share(_POLITICAL) >= MOST and bool(_POLITICAL_SURE & set(folded)), Words("政治面貌", "political status")),
        (share(_ORIENTATION) >= MOST, Words("性取向", "sexual orientation")),
        (share(_HEALTH) >= MOST and bool(_HEALTH_SURE & set(folded)), Words("健康状况", "state of health")),
        (_blood(values, total), Words("血型", "blood types")),
        (sum(n for v, n in values.items() if _ILLNESS.search(v)) / total >= MANY, Words("疾病或健康状况", "illness or health")),
    ):
        if found:
            return words
    return None


def _bare_groups(folded: dict[str, int], share: Callable[[frozenset[str]], float]) -> bool:
    """Names of groups without 族: only where two of the large ones stand together, for 白, 水 or 京 alone mean many things."""
    return len(_ETHNIC_LARGE & set(folded)) >= 2 and share(_ETHNIC_BARE) >= MOST


def _blood(values: Mapping[str, int], total: int) -> bool:
    hits = {v.strip().upper(): n for v, n in values.items() if _BLOOD.fullmatch(v.strip())}
    if sum(hits.values()) / total < MOST:
        return False
    plain = {re.sub(r"[^ABO]", "", v) for v in hits}
    # Marks A and B are grades as often as blood; with O and AB, or 型 or a rhesus sign, they are blood.
    return ({"O", "AB"} <= plain and len(hits) >= 3) or (
        len(plain & {"A", "B", "O", "AB"}) >= 2 and all(_BLOOD_SURE.match(v) for v in hits)
    )


def refused_words(column: str, found: Words | str, *, by_values: bool) -> Words:
    """This function will say why a column cannot come in."""
    words = Words.of(found)
    seen = Words("从值看", "by its values") if by_values else Words("从列名看", "by its name")
    return Words(
        f"{seen.zh}属于特殊类别个人信息（{words.zh}），不得入库（权利清单第 2 条），只能舍弃这一列。",
        f"{seen.en} “{column[:60]}” is a special category of personal data ({words.en}) and may not come in (RIGHTS 2); it can only be dropped.",
    )
