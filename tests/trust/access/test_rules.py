"""Pure rules: the compiler's closed list, SQL's NULL, areas, limits; and filter = deciding each row alone."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import cedarpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beijiang.trust.access.adapters.cedar import Engine, engine
from beijiang.trust.access.rules import (
    NODE_TYPES,
    RowColumns,
    UnsupportedResidual,
    ancestors,
    area_fault,
    area_filter,
    canonical_area,
    column_rules,
    compile_decision,
    grant_fault,
    grant_state,
    matches,
    resource_fault,
    truth,
)
from beijiang.trust.access.types import (
    ALL,
    NOTHING,
    And,
    Compare,
    Filter,
    In,
    IsNull,
    Not,
    Or,
    columns_of,
)

from .make import STOLEN, column, resource

COLUMNS = RowColumns("county", "unit")
CODES = ["150000", "150100", "150103", "150104", "150103001", "150103002", "150103001002", "150200", "150702", "110101"]
ROW_AREAS = st.one_of(
    st.none(), st.sampled_from([*CODES, "150103000", "1501", "15", "", "1501031", "x", "9"]), st.text("0159", max_size=12)
)
ROW_UNITS = st.one_of(st.none(), st.sampled_from(["150103001", "150702001", "", "x"]))
GRANT_AREAS = st.lists(st.sampled_from(CODES), unique=True, max_size=4)


def context(**changes: Any) -> dict[str, Any]:
    """The context of a question that a grant permits."""
    areas = changes.pop("areas", [])
    base: dict[str, Any] = {
        "basis": "grant",
        "now": 100,
        "kind": "person",
        "duties": ["officer"],
        "unit_path": ["150000", "150103"],
        "purpose": {"code": "p", "open": True, "needs_matter": True, "kinds": ["case"], "grades": [1, 2, 3], "row_cap": 100},
        "dataset": {"name": "d", "grade": 3, "personal": True, "any_purpose": True, "purposes": [], "open_share": False},
        "matter": {"ref": "m", "given": True, "known": True, "open": True, "kind": "case", "mine": True},
        "grant": {
            "origin": "applied",
            "holder": {"__entity": {"type": "Officer", "id": "me"}},
            "holder_unit": "",
            "dataset": "d",
            "purpose": "p",
            "matter": "m",
            "start": 0,
            "end": 200,
            "revoked": False,
        },
        "by_area": bool(areas),
        "areas": [{"__entity": {"type": "Area", "id": a}} for a in areas],
        "by_unit": False,
        "units": [],
        "sensitive_columns": False,
        "row_cap": 100,
    }
    for path, value in changes.items():
        target, *rest = path.split("__")
        if rest:
            base[target] = {**base[target], rest[0]: value}
        else:
            base[target] = value
    return base


def filtered(told: dict[str, Any], columns: RowColumns = COLUMNS, by: Engine | None = None) -> Filter:
    partial = (by or engine()).partial(principal="me", action="ask", context=told)
    return compile_decision(partial.decision, partial.residuals, partial.errors, columns)


# --- filter equals deciding each row alone -----------------------------------------------------------------------

BREAKS = st.sampled_from(
    [
        {},
        {},
        {},
        {"basis": "none"},
        {"kind": "service"},
        {"duties": ["auditor"]},
        {"purpose__open": False},
        {"purpose__grades": [1]},
        {"dataset__grade": 4},
        {"matter__given": False},
        {"matter__known": False},
        {"matter__open": False},
        {"matter__kind": "incident"},
        {"matter__mine": False},
        {"grant__revoked": True},
        {"grant__end": 100},
        {"grant__start": 101},
        {"grant__dataset": "other"},
        {"grant__purpose": "other"},
        {"grant__matter": "other"},
        {"grant__origin": "emergency", "grant__end": 99999},
        {"sensitive_columns": True},
        {"row_cap": 101},
        {"row_cap": 0},
        {"dataset__any_purpose": False},
        {"basis": "open_share"},
        {"basis": "open_share", "dataset__open_share": True},
    ]
)


@settings(max_examples=400, deadline=None)
@given(
    areas=GRANT_AREAS,
    by_unit=st.booleans(),
    units=st.lists(st.sampled_from(["150103001", "150702001"]), unique=True),
    breaks=BREAKS,
    rows=st.lists(st.tuples(ROW_AREAS, ROW_UNITS), min_size=1, max_size=8),
)
def test_the_filter_lets_through_exactly_the_rows_that_cedar_allows_alone(
    areas: list[str], by_unit: bool, units: list[str], breaks: dict[str, Any], rows: list[tuple[str | None, str | None]]
) -> None:
    told = context(areas=areas, by_unit=by_unit, units=units, **breaks)
    found = filtered(told)
    for area, unit in rows:
        alone = engine().row(principal="me", context=told, area=area, unit=unit)
        assert matches(found, {"county": area, "unit": unit}) == alone.allowed, (found, area, unit)


CONDITIONS = st.recursive(
    st.sampled_from(
        [
            "true",
            "false",
            "resource has area",
            "resource has unit",
            '(resource has unit && resource.unit == "150103001")',
            '(resource has unit && resource.unit != "x")',
            '(resource has unit && ["x", "150702001"].contains(resource.unit))',
            '(resource has area && resource.area in Area::"150100")',
            '(resource has area && resource.area in [Area::"150103", Area::"150702"])',
            "resource is Row",
            "resource is Thing",
            "context.by_unit",
        ]
    ),
    lambda inner: st.one_of(
        st.builds("({} && {})".format, inner, inner), st.builds("({} || {})".format, inner, inner), st.builds("!({})".format, inner)
    ),
    max_leaves=6,
)


@settings(max_examples=300, deadline=None)
@given(
    permits=st.lists(CONDITIONS, min_size=1, max_size=3),
    forbids=st.lists(CONDITIONS, max_size=2),
    by_unit=st.booleans(),
    rows=st.lists(st.tuples(ROW_AREAS, ROW_UNITS), min_size=1, max_size=6),
)
def test_any_policy_within_the_closed_list_compiles_to_the_same_decision(
    permits: list[str], forbids: list[str], by_unit: bool, rows: list[tuple[str | None, str | None]]
) -> None:
    text = "".join(
        f'@id("{effect}{n}") @zh("x") @en("x") {effect} (principal, action, resource) when {{ {body} }};\n'
        for effect, bodies in (("permit", permits), ("forbid", forbids))
        for n, body in enumerate(bodies)
    )
    policy = Engine(text)
    told = {"by_unit": by_unit}
    found = filtered(told, by=policy)
    for area, unit in rows:
        alone = policy.row(principal="me", context=told, area=area, unit=unit)
        assert matches(found, {"county": area, "unit": unit}) == alone.allowed, (text, found, area, unit)


# --- the closed list ---------------------------------------------------------------------------------------------


def test_the_list_of_node_types_is_pinned() -> None:
    assert {"Value", "Set", "unknown", ".", "&&", "||", "!", "is", "has", "==", "in", "contains"} == NODE_TYPES


UNKNOWN_ROW = {"unknown": [{"Value": "resource"}]}


def residual(body: Any, **changes: Any) -> dict[str, Any]:
    scope = {"op": "All"}
    return {
        "effect": "permit",
        "principal": scope,
        "action": scope,
        "resource": scope,
        "conditions": [{"kind": "when", "body": body}],
        **changes,
    }


def compiled(body: Any, **changes: Any) -> Filter:
    return compile_decision("NoDecision", {"policy0": residual(body, **changes)}, [], COLUMNS)


@pytest.mark.parametrize(
    "expression",
    [
        'resource.unit like "15*"',
        'resource.area == Area::"150103"',
        "resource.level < 3",
        'resource.tags.contains("x")',
        '["x"].containsAll([resource.unit])',
        '["x"].containsAny([resource.unit])',
        "if resource has unit then true else false",
        'resource in Area::"150103"',
        'resource == Row::"1"',
        "resource has other",
        "resource.unit == resource.unit",
        "(resource.n + 1) == 2",
        'resource is Row in Area::"1"',
        '{a: resource.unit} == {a: "x"}',
        "resource.unit",
        "resource has unit.deeper",
        'resource.hasTag("x")',
        "ip(resource.unit).isLoopback()",
        "resource.unit == 3",
        "resource.unit.isEmpty()",
        "resource.area in context.nowhere",
    ],
)
def test_what_is_not_on_the_list_is_refused(expression: str) -> None:
    policy = Engine(f'@id("a") @zh("x") @en("x") permit (principal, action, resource) when {{ {expression} }};')
    partial = policy.partial(principal="me", action="ask", context={})
    with pytest.raises(UnsupportedResidual):
        compile_decision(partial.decision, partial.residuals, partial.errors, COLUMNS)


@pytest.mark.parametrize(
    "body",
    [
        {"like": {}},
        {"<": {}},
        {"!=": {"left": {}, "right": {}}},
        {"Var": "principal"},
        {"Slot": "?resource"},
        {"decimal": []},
        {},
        [],
        "x",
        None,
        {"Value": "text"},
        {"Value": 1},
        {"Value": True, "&&": {}},
        {"has": {"left": {"unknown": [{"Value": "principal"}]}, "attr": "unit"}},
        {"unknown": [{"Value": "resource"}]},
        {"in": {"left": UNKNOWN_ROW, "right": {"Set": []}}},
        {"in": {"left": {".": {"left": UNKNOWN_ROW, "attr": "area"}}, "right": {"Value": "150103"}}},
        {
            "in": {
                "left": {".": {"left": UNKNOWN_ROW, "attr": "area"}},
                "right": {"Set": [{"Value": {"__entity": {"type": "Unit", "id": "x"}}}]},
            }
        },
    ],
)
def test_strange_shapes_are_refused(body: Any) -> None:
    with pytest.raises(UnsupportedResidual):
        compiled(body)


def test_strange_scopes_effects_decisions_errors_and_depths_are_refused() -> None:
    true = {"Value": True}
    for changes in ({"effect": "maybe"}, {"principal": {"op": "=="}}, {"conditions": [{"kind": "while", "body": true}]}):
        with pytest.raises(UnsupportedResidual):
            compiled(true, **changes)
    for decision, errors in (("Perhaps", []), ("Allow", ["an error"]), ("NoDecision", ["an error"])):
        with pytest.raises(UnsupportedResidual):
            compile_decision(decision, {}, errors, COLUMNS)
    deep: Any = true
    for _ in range(200):
        deep = {"!": {"arg": deep}}
    with pytest.raises(UnsupportedResidual):
        compiled(deep)
    assert compile_decision("NoDecision", {}, [], COLUMNS) == NOTHING


def test_a_refused_residual_tells_the_caller_nothing_of_the_policy() -> None:
    with pytest.raises(UnsupportedResidual) as caught:
        compiled({"like": {}})
    assert "like" not in json.dumps(caught.value.as_dict())


def test_a_missing_column_is_never_reached() -> None:
    assert filtered(context(areas=["150103"]), RowColumns(None, "unit")) == NOTHING
    with pytest.raises(UnsupportedResidual):
        compile_decision(
            "NoDecision",
            {"p": residual({"==": {"left": {".": {"left": UNKNOWN_ROW, "attr": "unit"}}, "right": {"Value": "x"}}})},
            [],
            RowColumns("county", None),
        )


def test_partial_evaluation_still_works_as_we_rely_on_it() -> None:
    """If an update of cedarpy changes the residual's form, this says so before anything else does."""
    partial = engine().partial(principal="me", action="ask", context=context(areas=["150103"]))
    assert partial.decision == "NoDecision" and partial.shaped == ("ask.outside_area",) and partial.errors == []
    assert cedarpy.__name__ == "cedarpy" and set(partial.residuals["policy2"]) == {
        "effect",
        "principal",
        "action",
        "resource",
        "conditions",
        "annotations",
    }


# --- SQL's three-valued logic ------------------------------------------------------------------------------------

NULL = {"a": None}
A_IS_1 = Compare("a", "=", 1)


@pytest.mark.parametrize(
    ("part", "row", "expected"),
    [
        (A_IS_1, NULL, None),
        (Compare("a", "!=", 1), NULL, None),
        (Not(A_IS_1), NULL, None),
        (In("a", (1,)), NULL, None),
        (Not(In("a", (1,))), NULL, None),
        (In("a", ()), NULL, False),
        (Not(In("a", ())), NULL, True),
        (IsNull("a"), NULL, True),
        (And((A_IS_1, NOTHING)), NULL, False),
        (And((A_IS_1, ALL)), NULL, None),
        (Or((A_IS_1, ALL)), NULL, True),
        (Or((A_IS_1, NOTHING)), NULL, None),
        (And(()), NULL, True),
        (Or(()), NULL, False),
        (A_IS_1, {"a": 1}, True),
        (Compare("a", "<", 2), {"a": 1}, True),
        (Compare("a", "<=", 1), {"a": 1}, True),
        (Compare("a", ">", 1), {"a": 1}, False),
        (Compare("a", ">=", 1), {"a": 1}, True),
        (Compare("a", "!=", 1), {"a": 2}, True),
    ],
)
def test_null_is_unknown_as_in_sql(part: Filter, row: dict[str, Any], expected: bool | None) -> None:
    assert truth(part, row) is expected and matches(part, row) is (expected is True)


FILTERS = st.recursive(
    st.one_of(
        st.just(ALL),
        st.just(NOTHING),
        st.builds(IsNull, st.sampled_from("ab")),
        st.builds(Compare, st.sampled_from("ab"), st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), st.integers(0, 3)),
        st.builds(In, st.sampled_from("ab"), st.lists(st.integers(0, 3), max_size=3).map(tuple)),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(tuple).map(And), st.lists(inner, max_size=3).map(tuple).map(Or), st.builds(Not, inner)
    ),
    max_leaves=8,
)


def to_sql(part: Filter) -> str:
    """A second, plain writing of the semantics, run by a real engine."""
    match part:
        case And(parts):
            return "(" + " AND ".join(map(to_sql, parts)) + ")" if parts else "true"
        case Or(parts):
            return "(" + " OR ".join(map(to_sql, parts)) + ")" if parts else "false"
        case Not(inner):
            return f"(NOT {to_sql(inner)})"
        case Compare(name, op, literal):
            return f"({name} {op} {literal})"
        case In(name, literals):
            return f"({name} IN ({','.join(map(str, literals))}))" if literals else "false"
        case IsNull(name):
            return f"({name} IS NULL)"
    return "true" if part == ALL else "false"


@settings(max_examples=150, deadline=None)
@given(part=FILTERS, a=st.one_of(st.none(), st.integers(0, 3)), b=st.one_of(st.none(), st.integers(0, 3)))
def test_python_and_duckdb_agree_on_every_filter(part: Filter, a: int | None, b: int | None) -> None:
    import duckdb

    row = {"a": a, "b": b}
    literals = ", ".join(f"{'NULL' if v is None else v}::INT AS {k}" for k, v in row.items())
    result = duckdb.sql(f"SELECT {to_sql(part)} FROM (SELECT {literals})").fetchone()
    assert result is not None and truth(part, row) is result[0]


@given(part=FILTERS)
def test_the_columns_of_a_filter_are_known(part: Filter) -> None:
    assert columns_of(part) <= {"a", "b"}


def test_a_column_that_the_row_lacks_is_an_error_and_no_match() -> None:
    with pytest.raises(KeyError):
        matches(Not(IsNull("gone")), {"a": 1})


def test_literals_are_never_null() -> None:
    with pytest.raises(ValueError):
        Compare("a", "=", None)  # type: ignore[arg-type]
    with pytest.raises(ValueError):
        Compare("a", "like", "x")  # type: ignore[arg-type]
    with pytest.raises(ValueError):
        In("a", (None,))  # type: ignore[arg-type]


# --- areas -------------------------------------------------------------------------------------------------------


def test_areas_contain_by_their_code() -> None:
    assert ancestors("150103001002") == ("150000", "150100", "150103", "150103001", "150103001002")
    assert canonical_area("150103000") == "150103" and canonical_area("150000000000") == "150000"
    assert canonical_area("150103") == "150103" and canonical_area("150103001") == "150103001"
    inside = area_filter("a", ("150100",))
    assert matches(inside, {"a": "150103"}) and matches(inside, {"a": "150103001"}) and not matches(inside, {"a": "150200"})
    assert not matches(inside, {"a": None}) and area_filter("a", ()) == NOTHING


@given(row=st.text("0123456789", max_size=12), code=st.sampled_from(CODES))
def test_range_and_ancestors_agree(row: str, code: str) -> None:
    assert matches(area_filter("a", (code,)), {"a": row}) == (code == row or code in ancestors(row))


@pytest.mark.parametrize("bad", ["", "15", "1501031", "abcdef", "000000", "150103 ", "1501030010020", "１５０１０３"])
def test_bad_area_codes_are_named(bad: str) -> None:
    assert area_fault(bad) is not None


# --- columns, limits ---------------------------------------------------------------------------------------------


def test_sensitive_columns_never_leave() -> None:
    assert "nation" not in {r.name for r in column_rules(STOLEN, ())}
    assert column_rules(STOLEN, ("nation", "no_such")) == () and column_rules(STOLEN, ("item",), {"item": "hash"})[0].mask == "hash"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"columns": ("gone",)}, "columns"),
        ({"masks": {"gone": "none"}}, "columns"),
        ({"columns": ("nation",)}, "columns"),
        ({"masks": {"item": "blur"}}, "masks"),
        ({"resource": resource(grade="core")}, "purpose"),
        ({"resource": resource(allowed_purposes=("property_return",))}, "purpose"),
        ({"matter": ""}, "matter"),
        ({"areas": ("15",)}, "areas"),
        ({"areas": tuple(f"{150000 + n}" for n in range(201))}, "areas"),
        ({"areas": ("150103",), "resource": resource(area_column=None)}, "areas"),
        ({"own_unit_only": True, "resource": resource(unit_column=None)}, "own_unit_only"),
        ({"row_cap": 0}, "row_cap"),
        ({"row_cap": 2001}, "row_cap"),
        ({"days": 0}, "end"),
        ({"days": 181}, "end"),
        ({"days": 1, "origin": "emergency"}, "end"),
        ({"reason": "短"}, "reason"),
        ({"reason": "长" * 1001}, "reason"),
        ({"reason": "        　"}, "reason"),
    ],
)
def test_faulty_terms_name_their_field(changes: dict[str, Any], field: str) -> None:
    from beijiang.trust.access import queries

    start = datetime(2026, 11, 24, tzinfo=UTC)
    terms: dict[str, Any] = {
        "resource": STOLEN,
        "purpose": queries.purpose("case_investigation"),
        "origin": "applied",
        "matter": "m",
        "columns": (),
        "masks": {},
        "areas": (),
        "own_unit_only": False,
        "row_cap": 100,
        "reason": "核对被盗物品的去向",
        **changes,
    }
    end = start + timedelta(days=terms.pop("days", 180))
    fault = grant_fault(**terms, start=start, end=end)
    assert fault is not None and fault[0] == field and fault[1].zh and fault[1].en


def test_terms_at_the_limit_stand() -> None:
    from beijiang.trust.access import queries

    start = datetime(2026, 11, 24, tzinfo=UTC)
    usual: dict[str, Any] = {
        "resource": STOLEN,
        "purpose": queries.purpose("case_investigation"),
        "matter": "m",
        "columns": (),
        "masks": {},
        "areas": (),
        "own_unit_only": False,
        "row_cap": 2000,
        "start": start,
        "reason": "核对被盗物品去向",
    }
    assert grant_fault(**usual, origin="applied", end=start + timedelta(days=180)) is None
    assert grant_fault(**usual, origin="emergency", end=start + timedelta(hours=4)) is None
    assert grant_fault(**usual, origin="emergency", end=start + timedelta(hours=4, seconds=1)) is not None


def test_where_a_grant_stands() -> None:
    start = datetime(2026, 11, 1, tzinfo=UTC)
    end = start + timedelta(days=30)
    stand = lambda now, revoked=None: grant_state(now=now, start=start, end=end, revoked_at=revoked)  # noqa: E731
    assert stand(start - timedelta(1))[0] == "coming" and stand(start) == ("live", 30)
    assert stand(end - timedelta(days=7)) == ("expiring", 7) and stand(end - timedelta(hours=1)) == ("expiring", 0)
    assert stand(end)[0] == "expired" and stand(start, start)[0] == "revoked"


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Bad Name"},
        {"name": "1x"},
        {"columns": ()},
        {"columns": (column("a", "甲", "A"), column("a", "乙", "B"))},
        {"grade": "secret"},
        {"area_column": "gone"},
        {"unit_column": "gone"},
        {"owner_unit": ""},
        {"columns": (column("a", "甲", "A", default_mask="blur"),), "area_column": None, "unit_column": None},
        {"columns": (column("DROP TABLE", "甲", "A"),), "area_column": None, "unit_column": None},
    ],
)
def test_faulty_descriptions_are_told(changes: dict[str, Any]) -> None:
    assert resource_fault(STOLEN) is None and resource_fault(resource(**changes)) is not None
