"""Names that people could have, drawn at random; whoever bears one in life is not meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SURNAMES = tuple(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
GIVEN = tuple(
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建国文辉玉兰志红春梅晓东海燕立新永胜宏云飞雪松振江林瑞祥佳琪子涵宇轩欣怡浩然思远嘉宁博雅俊豪婷慧鹏程凯旋润泽晨曦安琪"
)


def people_names(rng: np.random.Generator, count: int) -> NDArray[np.str_]:
    """This function will draw `count` names: a surname and one or, in most cases, two characters."""
    surnames, given = np.array(SURNAMES), np.array(GIVEN)
    weight = 1 / np.arange(3, len(surnames) + 3)
    first = rng.choice(surnames, count, p=weight / weight.sum())
    second, third = rng.choice(given, count), rng.choice(given, count)
    third = np.where(rng.random(count) < 0.22, "", third)
    return np.char.add(np.char.add(first, second), third)
