"""Whether the numbers that auditors see are those of the entries."""

from __future__ import annotations

from datetime import date

from django.db import connection

KEY = "room, use, actor_id, actor_username, actor_name, unit, unit_zh, unit_en, unit_path, datasets, purpose, basis, outcome, codes"  # as models.Tally


def wrong_days() -> list[date]:
    """This function will count all entries again and give the days (Asia/Shanghai) whose tallies say something else."""
    counted = f"""SELECT (time AT TIME ZONE 'Asia/Shanghai')::date AS day, {KEY}, count(*), sum(coalesce(row_count, 0))
        FROM audit_entry WHERE event IS NOT NULL GROUP BY day, {KEY}"""  # noqa: S608 - names of our own
    told = f"SELECT day, {KEY}, many, rows FROM audit_tally WHERE many <> 0 OR rows <> 0"  # noqa: S608
    with connection.cursor() as cursor:
        # One statement, hence one moment: entries and their tallies commit together.
        apart = "(TABLE counted EXCEPT TABLE told) UNION ALL (TABLE told EXCEPT TABLE counted)"
        cursor.execute(f"WITH counted AS ({counted}), told AS ({told}) SELECT DISTINCT day FROM ({apart}) AS off ORDER BY day")  # noqa: S608
        return [row[0] for row in cursor.fetchall()]
