"""A policy made ready once for each way to ask, since several tests ask one after the other."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from creditrules.decision import Decision
from creditrules.engines.python import Prepared
from creditrules.policy.lower import lower
from creditrules.policy.model import Policy
from creditrules.records.case import BaseCase

_READY: dict[str, tuple[Policy, Prepared]] = {}
MOST = 200
"""How many are kept: random policies come without end, and none of them comes again."""


def prepared(policy: Policy, *, as_of: date, profile: str | None, params: Mapping[str, Any] | None) -> Prepared:
    """What `policy.prepare` gives. Raises PolicyError."""
    key = repr((id(policy), as_of, profile, sorted((params or {}).items())))
    if key not in _READY or _READY[key][0] is not policy:
        while len(_READY) >= MOST:
            del _READY[next(iter(_READY))]
        _READY[key] = policy, Prepared(lower(policy, as_of=as_of, profile=profile, params=params))
    return _READY[key][1]


def decide(
    policy: Policy, case: BaseCase, *, as_of: date, profile: str | None, params: Mapping[str, Any] | None
) -> Decision:
    """What the python engine decides."""
    return prepared(policy, as_of=as_of, profile=profile, params=params).decide(case)
