"""Which notice of its end a grant's holder has had."""

from typing import Any, ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the column."""

    dependencies: ClassVar[list[tuple[str, str]]] = [("access", "0002_grant_bundle")]

    operations: ClassVar[list[Any]] = [
        migrations.AddField(model_name="grant", name="reminded", field=models.SmallIntegerField(null=True)),
    ]
