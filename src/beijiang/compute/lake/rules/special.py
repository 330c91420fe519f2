"""RIGHTS 2: special categories that are no data elements here, found by what a column calls itself.

Words are matched on the column's name, title and aliases after folding case, width and punctuation. A list can
only find what it names: the data element registry (`special`) is the second net, the owner the third.
"""

from __future__ import annotations

import re
import unicodedata

# Chinese words match anywhere in the name, but not inside the harmless words listed beside them.
_CHINESE = {
    "民族": ("民族路", "民族街", "民族大街", "民族区"),
    "种族": (),
    "族别": (),
    "族裔": (),
    "宗教": (),
    "信仰": (),
    "教派": (),
    "政治面貌": (),
    "政治观点": (),
    "政治倾向": (),
    "党派": (),
    "党员": (),
    "健康状况": (),
    "健康信息": (),
    "健康码": (),
    "病史": (),
    "疾病": (),
    "病情": (),
    "诊断": ("诊断码故障", "车辆诊断", "设备诊断"),
    "病历": (),
    "残疾": (),
    "艾滋": (),
    "传染病": (),
    "精神状况": (),
    "用药": (),
    "血型": (),
    "妊娠": (),
    "怀孕": (),
    "病症": (),
    "性取向": (),
    "性生活": (),
    "性倾向": (),
    "性伴侣": (),
    "指纹": (),
    "虹膜": (),
    "人脸特征": (),
    "面部特征": (),
    "声纹": (),
    "步态": (),
    "基因": (),
    "人脸模板": (),
    "生物特征": (),
    "掌纹": (),
    "工会": ("工会大厦", "工会地址"),
}
# Latin words match whole words of the name (snake_case, camelCase, spaces): pinyin and English.
_LATIN = (
    "minzu",
    "zongjiao",
    "xinyang",
    "zhengzhimianmao",
    "zhengzhi mianmao",
    "dangpai",
    "dangyuan",
    "jiankangzhuangkuang",
    "jiankang zhuangkuang",
    "jiankang",
    "bingshi",
    "jibing",
    "bingli",
    "zhenduan",
    "canji",
    "xingquxiang",
    "zhiwen",
    "hongmo",
    "shengwen",
    "jiyin",
    "buitai",
    "xuexing",
    "zuyi",
    "ethnicity",
    "ethnic",
    "ethnic group",
    "nationality group",
    "race",
    "racial",
    "religion",
    "religious",
    "faith",
    "creed",
    "belief",
    "political",
    "politics",
    "political opinion",
    "party membership",
    "trade union",
    "union membership",
    "health",
    "illness",
    "disease",
    "diagnosis",
    "medical",
    "medication",
    "disability",
    "disabled",
    "hiv",
    "blood type",
    "blood group",
    "pregnancy",
    "pregnant",
    "mental",
    "sexual",
    "sexuality",
    "sexual orientation",
    "sex life",
    "fingerprint",
    "iris",
    "faceprint",
    "face template",
    "face embedding",
    "voiceprint",
    "dna",
    "genetic",
    "gait",
    "biometric",
    "biometrics",
)
_LATIN_WORDS = re.compile(r"(?:^| )(?:" + "|".join(sorted(map(re.escape, _LATIN), key=len, reverse=True)) + r")s?(?:$| )")
_SQUEEZED = frozenset(word.replace(" ", "") for word in _LATIN if len(word) > 4)
# A pinyin abbreviation is special only when it is the whole name (MZ, ZZMM are the usual columns of population files).
_WHOLE = frozenset({"mz", "zzmm", "zjxy", "mzdm", "zzmmdm", "zjxydm", "jkzk", "jkzkdm"})


def special(*names: str) -> str | None:
    """This function will give the word by which one of `names` is a special category, or None."""
    for name in names:
        found = _special(name)
        if found:
            return found
    return None


def _special(name: str) -> str | None:
    text = unicodedata.normalize("NFKC", name).strip()
    squeezed_zh = re.sub(r"[\s_\-·.()（）]+", "", text)
    for word, harmless in _CHINESE.items():
        rest = squeezed_zh
        for good in harmless:
            rest = rest.replace(good, "")
        if word in rest:
            return word
    spaced = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", text)
    spaced = re.sub(r"[^0-9a-z]+", " ", spaced.lower()).strip()
    squeezed = spaced.replace(" ", "")
    if squeezed in _WHOLE or squeezed in _SQUEEZED:
        return squeezed
    # Twice spaced, so that two listed words in a row are both seen.
    match = _LATIN_WORDS.search(spaced)
    return match.group(0).strip() if match else None
