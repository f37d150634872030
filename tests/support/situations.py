"""A random policy on a day under a profile, with cases around that day; the seed says all of it."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from creditrules.diagnostics import PolicyError
from creditrules.engines.python import Prepared
from creditrules.policy.lower import lower
from creditrules.policy.model import Policy
from creditrules.policy.program import Program
from tests.support import session_seed
from tests.support.random_cases import random_case
from tests.support.random_policies import load_data, random_policy


@dataclass(frozen=True)
class Situation:
    """A policy as plain data and as it was read, and how it is used; `random` draws what comes next."""

    seed: int
    data: dict[str, Any]
    policy: Policy
    as_of: date
    profile: str
    params: Mapping[str, Any]
    program: Program
    prepared: Prepared
    random: random.Random = field(repr=False)

    def case(self) -> dict[str, Any]:
        """A case around the day, as plain data."""
        return random_case(self.random, self.as_of)[0]

    def __str__(self) -> str:
        return f"policy seed {self.seed}, {self.as_of}, profile {self.profile}, parameters {dict(self.params)}"


def situation(seed: int, *, has: bool = True, overriding: bool = True) -> Situation | None:
    """The situation of a seed; None where the policy is not in force on the day, or does not take the parameters.

    Without `has` no condition asks whether a fact is known; without `overriding` no parameter is given.
    """
    random_ = random.Random(seed)
    made = random_policy(random_, has=has)
    as_of = made.today + timedelta(days=random_.choice((-1, 0, 0, 1, 366)))
    profile = random_.choice(("lawful", "lawful", "printed"))
    params: dict[str, Any] = {}
    if random_.random() < 0.3:
        name = random_.choice(sorted(made.draws))
        value = made.draws[name]()
        params = {name: tuple(value) if isinstance(value, list) else value} if overriding else {}
    policy = load_data(made.data)
    try:
        program = lower(policy, as_of=as_of, profile=profile, params=params)
    except PolicyError:
        return None
    return Situation(seed, made.data, policy, as_of, profile, params, program, Prepared(program), random_)


def situations(label: str, *, has: bool = True, overriding: bool = True) -> Iterator[Situation]:
    """Situations without end, other ones for each label and each session."""
    seeds = random.Random(f"{session_seed()} {label}")
    while True:
        found = situation(seeds.randrange(2**32), has=has, overriding=overriding)
        if found is not None:
            yield found
