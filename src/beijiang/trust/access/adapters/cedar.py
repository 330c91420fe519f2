"""Cedar: policies/*.cedar parsed once per process, asked many times."""

from __future__ import annotations

import functools
import json
import re
from dataclasses import dataclass, field, replace
from typing import Any

import cedarpy

from beijiang.kernel import resources
from beijiang.kernel.words import Words

from ..rules import Reads, ancestors, reads
from ..types import CheckResult


@dataclass(frozen=True, slots=True)
class Partial:
    """What Cedar could say without knowing the row."""

    decision: str
    residuals: dict[str, Any]
    errors: list[str]
    decided: tuple[str, ...]
    """@id of the policies that hold whatever the row."""
    shaped: tuple[str, ...]
    """@id of the policies that depend on the row: they make the filter."""
    compiled: dict[Any, Any] = field(default_factory=dict, compare=False)
    """What was made of these residuals before, by what it was made with; shared by all that are alike."""

    @property
    def policy_ids(self) -> tuple[str, ...]:
        """All that had a say."""
        return (*self.decided, *self.shaped)


_BASE = "base"


@dataclass(frozen=True, slots=True)
class _Sets:
    """The policies of one action: those that never look at the resource, and those that do.

    The first are decided outright, with any resource, which is exact since they do not read it. Only
    the others are evaluated partially: that keeps the residual small, and the decision quick.
    """

    blind: cedarpy.PolicySet
    seeing: cedarpy.PolicySet
    seeing_permitted: cedarpy.PolicySet
    """The same with a permit for all beside them, standing for a permit already found among the blind."""
    whole: cedarpy.PolicySet
    blind_reads: Reads
    seeing_reads: Reads


_KEPT = 5000
"""Residuals kept: one for each combination of areas and units by which grants are bound."""


class Engine:
    """One parsed policy set and the plain-language line of each policy."""

    def __init__(self, text: str) -> None:
        policies = json.loads(cedarpy.policies_to_json_str(text))["staticPolicies"]
        self._no_entities = cedarpy.Entities.from_json_str("[]")
        self._seen: dict[tuple[str, bool, str, str], Partial] = {}
        self._sets = {action: _split(policies, action) for action in ("ask", "perform")}
        self.lines = _lines(text)
        if len(self.lines) != len(policies):
            raise ValueError("every policy needs its own @id, @zh and @en")

    def partial(self, *, principal: str, action: str, context: dict[str, Any]) -> Partial:
        """This function will decide with the row unknown.

        Cedar is told only what its policies read. What those that look at the row leave over follows from what
        they are told alone, so it is kept and not evaluated again.
        """
        sets = self._sets[action]
        told = json.dumps(sets.blind_reads.of(context))
        blind = cedarpy.is_authorized(
            {"principal": _uid("Officer", principal), "action": _uid("Action", action), "resource": _uid("Row", "any"), "context": told},
            sets.blind,
            self._no_entities,
        )
        decided, errors = blind.diagnostics, blind.diagnostics.errors
        names = decided.id_annotations_by_reason
        reasons = tuple(sorted(names.get(p, p) for p in decided.reasons))
        if errors or (reasons and not blind.allowed):
            return Partial("Deny", {}, list(errors), reasons, ())
        rest = self._rest(sets, action, principal if sets.seeing_reads.principal else "", blind.allowed, sets.seeing_reads.of(context))
        return replace(rest, decided=(*reasons, *rest.decided))

    def _rest(self, sets: _Sets, action: str, principal: str, permitted: bool, context: dict[str, Any]) -> Partial:
        told = json.dumps(context)
        key = (action, permitted, principal, told)
        known = self._seen.get(key)
        if known is not None:
            return known
        result = cedarpy.is_authorized_partial(
            # The partial form takes surface syntax only; json.dumps quotes as Cedar does.
            {"principal": f"Officer::{json.dumps(principal)}", "action": f"Action::{json.dumps(action)}", "context": told},
            sets.seeing_permitted if permitted else sets.seeing,
            self._no_entities,
        )
        found = result.diagnostics
        names = found.id_annotations_by_reason
        rest = Partial(
            result.decision.value,
            result.residuals,
            list(found.errors),
            tuple(sorted(names.get(p, p) for p in found.reasons if p != _BASE)),
            tuple(sorted(names.get(p, p) for p in found.nontrivial_residuals if p != _BASE)),
        )
        if len(self._seen) >= _KEPT:
            self._seen.clear()
        self._seen[key] = rest
        return rest

    def row(self, *, principal: str, context: dict[str, Any], area: str | None, unit: str | None) -> CheckResult:
        """This function will decide one row alone, fully: the oracle that filters are held against."""
        attributes: dict[str, Any] = {}
        entities: list[dict[str, Any]] = []
        if area is not None:
            attributes["area"] = {"__entity": _uid("Area", area)}
            entities = _area_entities(area)
        if unit is not None:
            attributes["unit"] = unit
        entities.append({"uid": _uid("Row", "row"), "attrs": attributes, "parents": []})
        return self._full(_uid("Row", "row"), principal, "ask", context, cedarpy.Entities.from_json_str(json.dumps(entities)))

    def perform(self, *, principal: str, context: dict[str, Any], kind: str) -> CheckResult:
        """This function will decide a permission of a room."""
        return self._full(_uid("Thing", kind), principal, "perform", context, self._no_entities)

    def _full(self, resource: dict[str, str], principal: str, action: str, context: dict[str, Any], entities: Any) -> CheckResult:
        result = cedarpy.is_authorized(
            {"principal": _uid("Officer", principal), "action": _uid("Action", action), "resource": resource, "context": context},
            self._sets[action].whole,
            entities,
        )
        diagnostics = result.diagnostics
        names = diagnostics.id_annotations_by_reason
        # A policy that cannot be evaluated is skipped by Cedar; a forbid that is skipped would open, so refuse.
        allowed = result.allowed and not diagnostics.errors
        return CheckResult(allowed, tuple(dict.fromkeys(names.get(p, p) for p in diagnostics.reasons)))


def _split(policies: dict[str, Any], action: str) -> _Sets:
    scopes = ({"op": "All"}, {"op": "==", "entity": _uid("Action", action)})
    mine = {k: p for k, p in policies.items() if p["action"] in scopes}
    seeing = {k: p for k, p in mine.items() if p["resource"] != {"op": "All"} or _reads_resource(p["conditions"])}
    blind = {k: p for k, p in mine.items() if k not in seeing}
    everything = {"op": "All"}
    base = {"effect": "permit", "principal": everything, "action": everything, "resource": everything, "conditions": []}
    return _Sets(_set(blind), _set(seeing), _set({**seeing, _BASE: base}), _set(mine), reads(blind), reads(seeing))


def _reads_resource(node: Any) -> bool:
    if isinstance(node, dict):
        return node.get("Var") == "resource" or any(map(_reads_resource, node.values()))
    return isinstance(node, list) and any(map(_reads_resource, node))


def _set(policies: dict[str, Any]) -> cedarpy.PolicySet:
    return cedarpy.PolicySet.from_json_str(json.dumps({"staticPolicies": policies, "templates": {}, "templateLinks": []}))


def _uid(kind: str, id_: str) -> dict[str, str]:
    return {"type": kind, "id": id_}


def _area_entities(area: str) -> list[dict[str, Any]]:
    above = [a for a in ancestors(area) if a != area]
    own = {"uid": _uid("Area", area), "attrs": {}, "parents": [_uid("Area", a) for a in above]}
    return [own, *({"uid": _uid("Area", a), "attrs": {}, "parents": []} for a in above)]


_ANNOTATED = re.compile(r'@id\("([^"]+)"\)\s*@zh\("([^"]+)"\)\s*@en\("([^"]+)"\)')


def _lines(text: str) -> dict[str, Words]:
    return {id_: Words(zh, en) for id_, zh, en in _ANNOTATED.findall(text)}


def policy_texts() -> dict[str, str]:
    """This function will read the shipped policy files by name, in order."""
    folder = resources.path("policies")
    return {file.name: file.read_text("utf-8") for file in sorted(folder.glob("*.cedar"))}


@functools.cache
def engine() -> Engine:
    """This function will give this process's engine; policies are read at the first call and never again."""
    return Engine("\n".join(policy_texts().values()))
