"""Each grant belongs to a bundle; those there are stand alone."""

from typing import Any, ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the column, fills it from the id, and closes it."""

    dependencies: ClassVar[list[tuple[str, str]]] = [("access", "0001_initial")]

    operations: ClassVar[list[Any]] = [
        migrations.AddField(model_name="grant", name="bundle", field=models.UUIDField(null=True)),
        migrations.RunSQL(
            "UPDATE access_grant SET bundle = id", migrations.RunSQL.noop, hints={"model_name": "grant"}
        ),
        migrations.AlterField(model_name="grant", name="bundle", field=models.UUIDField()),
        migrations.AddIndex(model_name="grant", index=models.Index(fields=["bundle"], name="grant_bundle")),
    ]
