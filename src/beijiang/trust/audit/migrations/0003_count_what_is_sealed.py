"""Entries sealed before there were these columns: filled from their events, and counted."""

import json
from itertools import islice

from django.db import migrations

SQL = """UPDATE audit_entry SET use = %s, unit_path = %s, datasets = %s, grants = %s, columns = %s, codes = %s, row_count = %s
WHERE id = %s"""
NAMES = ("use", "unit_path", "datasets", "grants", "columns", "codes", "row_count")


def fill(apps, schema_editor):
    from beijiang.trust.audit import rules
    from beijiang.trust.audit.actions import tally

    entries = apps.get_model("audit", "Entry").objects.using(schema_editor.connection.alias)
    rows = entries.filter(event__isnull=False).order_by("index").iterator(chunk_size=1000)
    while batch := list(islice(rows, 1000)):
        for entry in batch:
            try:
                found = rules.columns(entry.type, json.loads(entry.event))
            except ValueError:
                continue  # an event that is no JSON any more is verify's to name
            for name in NAMES:
                setattr(entry, name, found[name])
        with schema_editor.connection.cursor() as cursor:
            cursor.executemany(SQL, [[*(getattr(e, name) for name in NAMES), e.id] for e in batch])
        tally.count(schema_editor.connection.alias, batch)


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_oversight")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop, hints={"model_name": "Entry"})]
