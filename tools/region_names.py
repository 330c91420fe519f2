"""English names of the divisions: known exonyms first, otherwise pinyin with the kind of division in English."""

from __future__ import annotations

from pypinyin import Style, lazy_pinyin

CITIES = {
    "150000": "Inner Mongolia Autonomous Region",
    "150100": "Hohhot",
    "150200": "Baotou",
    "150300": "Wuhai",
    "150400": "Chifeng",
    "150500": "Tongliao",
    "150600": "Ordos",
    "150700": "Hulunbuir",
    "150800": "Bayannur",
    "150900": "Ulanqab",
    "152200": "Hinggan League",
    "152500": "Xilingol League",
    "152900": "Alxa League",
}

# Established romanisations of Mongolian and other names, where pinyin would be misread; longest match wins.
EXONYMS = {
    "达尔罕茂明安": "Darhan Muminggan",
    "莫力达瓦达斡尔族": "Morin Dawa Daur",
    "阿鲁科尔沁": "Ar Horqin",
    "东乌珠穆沁": "East Ujimqin",
    "西乌珠穆沁": "West Ujimqin",
    "新巴尔虎": "New Barag",
    "陈巴尔虎": "Old Barag",
    "克什克腾": "Hexigten",
    "伊金霍洛": "Ejin Horo",
    "扎赉诺尔": "Jalai Nur",
    "白云鄂博": "Bayan Obo",
    "霍林郭勒": "Holingol",
    "锡林浩特": "Xilinhot",
    "二连浩特": "Erenhot",
    "乌兰浩特": "Ulanhot",
    "呼和浩特": "Hohhot",
    "鄂尔多斯": "Ordos",
    "呼伦贝尔": "Hulunbuir",
    "巴彦淖尔": "Bayannur",
    "乌兰察布": "Ulanqab",
    "锡林郭勒": "Xilingol",
    "额尔古纳": "Ergun",
    "科尔沁": "Horqin",
    "土默特": "Tumed",
    "乌拉特": "Urad",
    "察哈尔": "Qahar",
    "苏尼特": "Sonid",
    "阿巴嘎": "Abag",
    "翁牛特": "Ongniud",
    "喀喇沁": "Harqin",
    "扎鲁特": "Jarud",
    "达拉特": "Dalad",
    "准格尔": "Jungar",
    "鄂托克": "Otog",
    "额济纳": "Ejin",
    "阿拉善": "Alxa",
    "海拉尔": "Hailar",
    "鄂伦春": "Oroqen",
    "鄂温克族": "Ewenki",
    "正镶白": "Xulun Hobot Qagan",
    "太仆寺": "Taibus",
    "四子王": "Dorbod",
    "扎赉特": "Jalaid",
    "阿尔山": "Arxan",
    "康巴什": "Kangbashi",
    "内蒙古": "Inner Mongolia",
    "和林格尔": "Horinger",
    "托克托": "Togtoh",
    "昆都仑": "Kundulun",
    "乌拉盖": "Ulagai",
    "商都": "Shangdu",
    "包头": "Baotou",
    "巴林": "Bairin",
    "奈曼": "Naiman",
    "库伦": "Hure",
    "杭锦": "Hanggin",
    "乌审": "Uxin",
    "阿荣": "Arun",
    "敖汉": "Aohan",
    "镶黄": "Hobot Xar",
    "正蓝": "Xulun Hoh",
}

# Suffix in Chinese → kind in English, longest first.
KINDS = (
    ("自治旗", "Autonomous Banner"),
    ("左翼前旗", "Left Front Banner"),
    ("左翼中旗", "Left Middle Banner"),
    ("左翼后旗", "Left Rear Banner"),
    ("右翼前旗", "Right Front Banner"),
    ("右翼中旗", "Right Middle Banner"),
    ("右翼后旗", "Right Rear Banner"),
    ("联合旗", "United Banner"),
    ("经济技术开发区", "Economic and Technological Development Zone"),
    ("高新技术产业开发区", "High-Tech Industrial Development Zone"),
    ("高新技术产业园区", "High-Tech Industrial Park"),
    ("经济开发区", "Economic Development Zone"),
    ("管理区管委会", "Management Area"),
    ("管理区", "Management Area"),
    ("工业园区", "Industrial Park"),
    ("物流园区", "Logistics Park"),
    ("产业园区", "Industrial Park"),
    ("街道办事处", "Subdistrict"),
    ("人民政府", ""),
    ("矿区", "Mining District"),
    ("左旗", "Left Banner"),
    ("右旗", "Right Banner"),
    ("前旗", "Front Banner"),
    ("中旗", "Middle Banner"),
    ("后旗", "Rear Banner"),
    ("工业园", "Industrial Park"),
    ("产业园", "Industrial Park"),
    ("开发区", "Development Zone"),
    ("民族乡", "Ethnic Township"),
    ("街道", "Subdistrict"),
    ("苏木", "Sum"),
    ("农场", "Farm"),
    ("牧场", "Ranch"),
    ("林场", "Forest Farm"),
    ("旗", "Banner"),
    ("县", "County"),
    ("区", "District"),
    ("市", "City"),
    ("盟", "League"),
    ("镇", "Town"),
    ("乡", "Township"),
)


def pinyin(text: str) -> str:
    """This function will write Chinese text in pinyin as one capitalised word, without tones."""
    if "（" in text:
        before, _, after = text.partition("（")
        return f"{pinyin(before)} ({pinyin(after.rstrip('）'))})"
    word = "".join(lazy_pinyin(text, style=Style.NORMAL))
    return word[:1].upper() + word[1:]


def _romanise(text: str) -> str:
    for zh in sorted(EXONYMS, key=len, reverse=True):
        if zh in text:
            before, _, after = text.partition(zh)
            return " ".join(part for part in (_romanise(before), EXONYMS[zh], _romanise(after)) if part)
    return pinyin(text)


def english(code: str, name: str) -> str:
    """This function will give the English name of the division `code` called `name` in Chinese."""
    if code in CITIES:
        return CITIES[code]
    for zh, en in KINDS:
        if name.endswith(zh) and len(name) > len(zh):
            return f"{_romanise(name[: -len(zh)])} {en}".strip()
    return _romanise(name)
