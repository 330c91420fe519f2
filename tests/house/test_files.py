"""The house as ARCHITECTURE § 2 draws it: names of files, their length, what they hold."""

from __future__ import annotations

import ast
import statistics
from pathlib import Path

import pytest

SRC = Path(__file__).resolve().parents[2] / "src" / "beijiang"
ROOMS = [p.parent for floor in ("trust", "compute", "flow", "work") for p in (SRC / floor).glob("*/__init__.py")]
ALLOWED = {
    *("apps", "urls", "views", "api", "forms", "feeds", "handlers", "jobs", "actions", "queries", "models", "adapters"),
    *("events", "grants", "rules", "types", "migrations", "templates", "static", "templatetags", "__init__", "__pycache__"),
}
PYTHON = [p for p in SRC.rglob("*.py") if "migrations" not in p.parts]


def test_rooms_hold_only_the_files_of_the_house() -> None:
    strange = [str(f) for room in ROOMS for f in room.iterdir() if f.stem not in ALLOWED]
    assert not strange


@pytest.mark.parametrize("room", ROOMS, ids=lambda p: p.name)
def test_a_room_says_what_it_is_for_and_nothing_else_in_its_init(room: Path) -> None:
    tree = ast.parse((room / "__init__.py").read_text())
    assert ast.get_docstring(tree), f"{room.name} has no docstring"
    assert len(tree.body) == 1, f"{room.name}/__init__.py holds more than its docstring"


def test_no_file_is_over_400_lines_and_most_are_short() -> None:
    lengths = {p: len(p.read_text().splitlines()) for p in PYTHON}
    assert not [f"{p}: {n}" for p, n in lengths.items() if n > 400]
    assert statistics.median(n for n in lengths.values() if n > 1) <= 110


def test_public_functions_are_documented() -> None:
    bare = []
    for path in PYTHON:
        for node in ast.parse(path.read_text()).body:
            named = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_")
            if named and ast.get_docstring(node) is None:
                bare.append(f"{path.relative_to(SRC)}:{node.lineno} {node.name}")
    assert not bare, "\n".join(bare)


def test_no_tables_in_a_room_that_has_none_and_no_todo_left() -> None:
    left = [f"{p}:{i}" for p in PYTHON for i, line in enumerate(p.read_text().splitlines(), 1) if "TODO" in line or "FIXME" in line]
    assert not left


ABOUT = {"event", "question", "questions", "request", "refused", "select", "resource", "rows", "problem"}

FACES = [p for room in ROOMS for name in ("actions", "queries") for p in [room / f"{name}.py", *(room / name).glob("*.py")] if p.exists()]


@pytest.mark.parametrize("path", FACES, ids=lambda p: str(p.relative_to(SRC)))
def test_face_functions_take_keywords_after_the_actor(path: Path) -> None:
    crooked = []
    for node in ast.parse(path.read_text()).body:
        if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
            continue
        names = [a.arg for a in node.args.posonlyargs + node.args.args]
        # The one value that the function is about may follow the actor: record(actor, event), decide(actor, question).
        if names and names[0] == "actor" and names[1:] and (len(names) > 2 or names[1] not in ABOUT):
            crooked.append(f"{node.name}({', '.join(names)})")
    assert not crooked


def _calls(node: ast.AST) -> set[str]:
    return {ast.unparse(n.func) for n in ast.walk(node) if isinstance(n, ast.Call)}


ACTIONS = [p for room in ROOMS for p in [room / "actions.py", *(room / "actions").glob("*.py")] if p.exists()]


@pytest.mark.parametrize("path", ACTIONS, ids=lambda p: str(p.relative_to(SRC)))
def test_every_action_of_an_actor_requires_and_records(path: Path) -> None:
    """Directly or by a function of the same file; what is exempt says why in EXEMPT."""
    tree = ast.parse(path.read_text())
    functions = {n.name: n for n in tree.body if isinstance(n, ast.FunctionDef)}

    def reach(name: str, seen: frozenset[str] = frozenset()) -> set[str]:
        calls = _calls(functions[name])
        for called in calls & (functions.keys() - seen - {name}):
            calls |= reach(called, seen | {name})
        return calls

    for name, node in functions.items():
        first = node.args.args[0].arg if node.args.args else ""
        if name.startswith("_") or first != "actor" or f"{path.relative_to(SRC)}:{name}" in EXEMPT:
            continue
        calls = reach(name)
        assert any("require" in c for c in calls), f"{name} asks no permission"
        assert any(c.endswith(("record", "record_many", "recorded")) for c in calls), f"{name} leaves no leaf"


EXEMPT: dict[str, str] = {
    "trust/audit/actions/record.py:record": "it is the recording itself",
    "trust/audit/actions/record.py:record_refusal": "it is the recording itself",
    "trust/audit/actions/read.py:open_entry": "the query before it required; this leaves the leaf of reading",
    "trust/audit/actions/read.py:read_groups": "the query before it required; this leaves the leaf of reading",
    "trust/audit/actions/read.py:read_log": "the query before it required; this leaves the leaf of reading",
    "trust/identity/actions/tokens.py:issue_user_token": "five minutes, for one use whose leaf the door writes",
    "flow/exchange/actions/ask.py:ask": "the provider writes the leaf before a row leaves (No receipt, no rows)",
    "flow/exchange/actions/bad_rows.py:bad_rows": "the leaf is the provider's, in the data domain",
    "flow/exchange/actions/files.py:send_file": "the lake writes the leaf when the file has come in whole",
    "flow/exchange/actions/files.py:take_file": "the lake writes the leaf when the file has come in whole",
    "flow/exchange/actions/files.py:deliver": "its callers asked; the lake writes the leaf when the file has come in whole",
    **{
        f"flow/exchange/actions/care.py:{name}": "the lake writes the leaf behind the door"
        for name in ("send_draft", "drop_draft", "publish_draft", "cancel_run", "resume_run", "set_dataset", "export_bad_rows")
    },
    "compute/lake/actions/describe.py:set_dataset": "define_dataset asks and records",
    "flow/exchange/actions/records.py:take_records": "the lake writes the batch's one leaf",
    **{
        f"work/stewardship/actions/care.py:{name}": "the lake writes the leaf behind the door"
        for name in ("publish_draft", "drop_draft", "cancel_run", "resume_run", "set_dataset", "bad_rows_file")
    },
    "work/stewardship/actions/chunks.py:append_chunk": "pieces of one deed: beginning, end and giving up leave leaves",
    "work/stewardship/actions/plans.py:save_plan": "what is typed is no deed until it is published",
    "flow/exchange/actions/running.py:stop": "the question's own leaf says that it was stopped",
    "flow/exchange/actions/running.py:stop_running": "the question's own leaf says that it was stopped",
    "work/inquiry/actions/stop.py:stop": "the question's own leaf says that it was stopped",
    "work/inquiry/actions/ask.py:ask": "the provider writes the leaf before a row leaves (No receipt, no rows)",
}
