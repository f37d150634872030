"""The naive interpreter as an engine: what it finds, in the parts in which engines are compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from creditrules.engines.telling import json_value
from creditrules.policy.constants import constant
from creditrules.policy.model import Policy
from creditrules.policy.program import Program
from creditrules.records.case import BaseCase
from creditrules.testing.agreement import Engine, ordered, plain
from tests.naive import following
from tests.naive.following import Due
from tests.naive.interpreter import Identity, Result, run_policy, run_program
from tests.support.preparing import prepared

_NAMES = ("rule", "record", "person", "link", "measure", "capped_from")


def told(result: Result, due: Iterable[Due]) -> dict[str, Any]:
    """What it found. The facts of a rule that binds a second record are not told: which of them was read is not settled."""
    return {
        "outcome": result.outcome,
        "measures": sorted(result.measures),
        "established": [_named(i) | _facts(result, i) for i in sorted(result.established)],
        "undetermined": [_named(i) | {"missing": sorted(result.missing_of[i])} for i in sorted(result.undetermined)],
        "procedures": ordered({"measure": m, "arguments": _values(a), "status": s} for m, a, s in result.procedures),
        "could_become": sorted(result.could_become),
        "missing": list(result.missing),
        "follow_ups": ordered(map(_due, due)),
    }


def _named(identity: Identity) -> dict[str, Any]:
    return dict(zip(_NAMES, identity, strict=True))


def _facts(result: Result, identity: Identity) -> dict[str, Any]:
    found = result.facts_of.get(identity)
    # The link of an own record has no address under which it could be missing, and nothing that it could tell.
    return {} if found is None else {"facts": ordered([c, a, _value(v)] for c, a, v in found if not a.startswith("/"))}


def _due(due: Due) -> dict[str, Any]:
    clock = None if due.clock is None else {k.rstrip("_"): _value(v) for k, v in asdict(due.clock).items()}
    return {
        "id": due.id, "status": due.status, "mode": due.mode, "measure": due.measure, "arguments": _values(due.arguments),
        "record": due.record, "person": due.link[0], "link": due.link[1], "after": sorted(due.after), "clock": clock,
        "missing": sorted(due.missing),
    }  # fmt: skip


def _values(arguments: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    return {name: _value(value) for name, value in arguments}


def _value(value: Any) -> Any:
    return plain(json_value(tuple(value) if isinstance(value, list) else value))


def of_program(program: Program, case: BaseCase) -> dict[str, Any]:
    """What follows from a program."""
    return told(run_program(program, case), following.of_program(program, case))


def _lowered(
    policy: Policy, case: BaseCase, *, as_of: date, profile: str | None, params: Mapping[str, Any] | None
) -> dict[str, Any]:
    return of_program(prepared(policy, as_of=as_of, profile=profile, params=params).program, case)


def _as_written(
    policy: Policy, case: BaseCase, *, as_of: date, profile: str | None, params: Mapping[str, Any] | None
) -> dict[str, Any]:
    asked: dict[str, Any] = {
        "as_of": as_of, "profile": profile, "params": {name: constant(value) for name, value in (params or {}).items()},
    }  # fmt: skip
    return told(run_policy(policy, case, **asked), following.of_policy(policy, case, **asked))


OF_PROGRAM = Engine("naive, of the program", _lowered)
"""It reads what lowering made of the policy."""
OF_POLICY = Engine("naive, of the policy", _as_written)
"""It reads the policy itself."""
