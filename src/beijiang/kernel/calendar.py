"""Working days by the official calendar of holidays and 调休 (State Council notices, by `chinesecalendar`)."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar

from .errors import Unavailable
from .words import Words


def is_working_day(day: date) -> bool:
    """This function will say whether `day` is a working day.

    Raises Unavailable for a year whose calendar is not published: guessing a deadline would be
    worse than stopping (ARCHITECTURE § 6, fail closed).
    """
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError as error:
        raise Unavailable(
            "kernel.calendar_unknown",
            Words(f"{day.year} 年的工作日历尚未公布", f"The working calendar of {day.year} is not published"),
            Words(
                "无法计算工作日。请管理员更新节假日日历后重试，数据未改动。",
                "Working days cannot be counted. Have the holiday calendar updated and try again; nothing was changed.",
            ),
        ) from error


def add_working_days(day: date, count: int) -> date:
    """This function will give the date `count` working days after `day`; the starting day is not counted."""
    if count < 0:
        raise ValueError("count of working days must not be negative")
    while count:
        day += timedelta(days=1)
        if is_working_day(day):
            count -= 1
    return day
