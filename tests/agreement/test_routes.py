"""The outcome of a case does not depend on the way by which one comes to it."""

from __future__ import annotations

import random
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

import creditrules as cr
from creditrules.records.case import Case
from tests.agreement.joining import ROUTES
from tests.agreement.routes import Asked, Batch, Route, alone
from tests.support import depth, session_seed
from tests.support.random_policies import policy_text
from tests.support.shipped import shipped, shipped_cases
from tests.support.situations import situations

POLICIES, CASES = depth(4, 120), depth(4, 8)
TAKEN: Counter[str] = Counter()
"""How many outcomes each route gave, so that none of them is compared with nothing."""


def called(route: Route) -> str:
    return route.name


@cache
def of_the_shipped_policy() -> Batch:
    """Cases of its files: a sample, at full depth all of them."""
    random_ = random.Random(f"{session_seed()} routes shipped")
    chosen = random_.sample(shipped_cases(), depth(10, len(shipped_cases())))
    return Batch(
        shipped(), "dalian-construction", [Asked(c.case, c.as_of, c.profile, c.params) for c in chosen], random_
    )


@cache
def of_random_policies(folder: Path) -> list[Batch]:
    """Random policies, each in a folder of its own, from which it is loaded."""
    found = []
    for number, (one, _) in enumerate(zip(situations("routes"), range(POLICIES), strict=False)):
        # In a folder no calendar can be of some years alone.
        data = one.data | ({"calendar": "cn"} if "calendar" in one.data else {})
        place = folder / str(number)
        place.mkdir()
        (place / "policy.yaml").write_text(policy_text(data), "utf-8")
        cases = [Case.from_dict(one.case()) for _ in range(CASES)]
        asked = [Asked(case, one.as_of, one.profile, one.params) for case in cases]
        found.append(Batch(cr.load(place), place, asked, random.Random(one.seed)))
    return found


@pytest.fixture(scope="module")
def batches(tmp_path_factory: pytest.TempPathFactory) -> list[Batch]:
    return [of_the_shipped_policy(), *of_random_policies(tmp_path_factory.mktemp("policies"))]


@pytest.mark.timeout(depth(120, 900))
@pytest.mark.parametrize("route", ROUTES, ids=called)
def test_every_route_gives_the_outcome_of_the_case_asked_alone(route: Route, batches: list[Batch]) -> None:
    for batch in batches:
        found = route.outcomes(batch)
        assert len(found) == len(batch.asked)
        for one, told, expected in zip(batch.asked, found, alone(batch), strict=True):
            if told is not None:
                assert told == expected, f"{route.name}: {batch.source}, {one.as_of}, {one.profile}, {one.params}"
                TAKEN[route.name] += 1


def test_every_route_took_cases_and_they_have_outcomes_of_many_kinds(batches: list[Batch]) -> None:
    """Stands after the routes, because it counts what they did."""
    outcomes = Counter(batch.prepared[one.key].decide(one.case).outcome for batch in batches for one in batch.asked)
    assert len(outcomes) >= 4, outcomes
    if set(TAKEN) and len(TAKEN) < len(ROUTES):
        pytest.skip("not all the routes were taken in this run")
    assert all(TAKEN[route.name] >= 10 for route in ROUTES), TAKEN


def test_an_outcome_that_depends_on_the_way_is_seen(batches: list[Batch]) -> None:
    """A route that forgets the parameters, or the profile, is no route."""
    forgetful = Route(
        "forgets the profile",
        lambda batch: [cr.decide(batch.policy, one.case, as_of=one.as_of).to_json() for one in batch.asked],
    )
    batch = batches[0]
    assert any(told != expected for told, expected in zip(forgetful.outcomes(batch), alone(batch), strict=True))
