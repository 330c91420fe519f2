"""The schema in which pyiceberg keeps its two tables; config.roles lets the data domain create them there."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("lake", "0001_initial")]
    operations = [
        migrations.RunSQL("CREATE SCHEMA IF NOT EXISTS iceberg", migrations.RunSQL.noop, hints={"model_name": "Dataset"}),
    ]
