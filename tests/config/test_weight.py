"""The user domain's processes load nothing of the lake: each would pay two hundred megabytes and a second and a half."""

import json
import os
import subprocess
import sys

import pytest

HEAVY = ["pyarrow", "pyiceberg", "duckdb", "numpy", "sqlglot", "python_calamine", "pypinyin"]
LOADS = f"""
import json, sys, django
django.setup()
from django.urls import get_resolver
get_resolver().url_patterns
import beijiang.config.processes.jobs, beijiang.config.processes.relay, beijiang.config.processes.errands
print(json.dumps([name for name in {HEAVY} if name in sys.modules]))
"""


def loaded(domain):
    done = subprocess.run(
        [sys.executable, "-c", LOADS], env={**os.environ, "BEIJIANG_DOMAIN": domain}, capture_output=True, text=True, timeout=60, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def test_the_user_domain_loads_no_library_of_the_lake():
    assert loaded("user") == []


@pytest.mark.data_domain
def test_the_data_domain_has_them_before_the_first_question():
    assert {"pyarrow", "duckdb", "pyiceberg"} & set(loaded("data"))
