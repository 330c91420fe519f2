"""The rows of a day by basis, in bj_data."""

from typing import Any, ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the table."""

    dependencies: ClassVar[list[tuple[str, str]]] = [("exchange", "0001_initial")]

    operations: ClassVar[list[Any]] = [
        migrations.CreateModel(
            name="RowBudget",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("basis", models.CharField(max_length=120)),
                ("day", models.DateField()),
                ("rows", models.IntegerField()),
            ],
            options={
                "indexes": [models.Index(fields=["day"], name="rowbudget_day")],
                "constraints": [models.UniqueConstraint(fields=("basis", "day"), name="rowbudget_once")],
            },
        ),
    ]
