"""Whether values are names of persons: most are two to four Chinese characters that begin with a family name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆"
    "郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁"
    "时舒耿牟卜路詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫来嵺苟"
    "全褚廉简娄盖符奚木穆党燕郎邸冀谈姬屠连郜晏栾郁商蒙计喻揭窦迟宇敖糜鄢冷卓花仇艾蓝都巩稽井练仲乐虞卞封竺冼原官衣楚佟栗匡宗应台巫鞠僧桑荆谌银扬明沙薄伏岑习"
)
_DOUBLE = ("欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "长孙", "宇文", "司徒", "夏侯")
_NAME = re.compile(r"[\u3400-\u9fff]{2,4}(·[\u3400-\u9fff]{1,10})*")
_NO_NAME = re.compile(r"(省|市|区|县|旗|镇|乡|村|路|街|局|所|队|厂|店|站|处|科|部|院|校|公司|中心|派出所|车|型|色|类|级|证|款|机|金|银)$")
MOST = 0.85
FEW = 5


def look_like_names(values: Mapping[str, int]) -> bool:
    """This function will say whether the values of a column are, for the most part, names of persons."""
    if len(values) < FEW:
        return False
    total = sum(values.values())
    hits = sum(n for value, n in values.items() if _is_name(value.strip()))
    return hits / max(1, total) >= MOST


def _is_name(value: str) -> bool:
    if not _NAME.fullmatch(value) or _NO_NAME.search(value):
        return "·" in value and bool(_NAME.fullmatch(value))
    return value[0] in _SURNAMES or value.startswith(_DOUBLE)
