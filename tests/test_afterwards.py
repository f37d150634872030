"""What is due once the outcome is known, and what a policy may not say of it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from creditrules.diagnostics import PolicyError
from creditrules.policy.afterwards import AFTERWARDS
from creditrules.policy.lower import lower
from creditrules.policy.vocabulary import TAKEN
from tests.support.random_policies import load_data, title

SMALL: dict[str, Any] = {
    "language": 1, "policy": "small", "version": "1", "use": "construction", "title": title("small"), "in_force": {"from": date(2020, 1, 1)},
    "carries_burden": ["law"], "profiles": {"lawful": {"title": title("lawful"), "cap_by_basis": True}}, "default_profile": "lawful",
}  # fmt: skip
DUE = {"id": "F", "title": title("f"), "choice": "ours", "mode": "shall", "then": {"measure": "advise"}}
CHECK = {"id": "K", "title": title("k"), "choice": "ours", "must": {**title("m"), "is": "decision.proposal"}}


def clock(days: str) -> dict[str, Any]:
    return {"clock": {"from": "as_of", "days": days, "unit": '"calendar_days"'}}


def codes(parts: dict[str, Any]) -> set[str]:
    with pytest.raises(PolicyError) as error:
        load_data({**SMALL, **parts})
    return {d.code for d in error.value.diagnostics}


def parameter(**more: Any) -> dict[str, Any]:
    return {"parameters": {"p": {"title": title("p"), "choice": "ours", **more}}}


@pytest.mark.parametrize(
    "values",
    [
        {"value": -1}, {"by": "matter", "default": 1, "values": {"qualification": -1}},
        {"changes": [{"from": date(2020, 1, 1), "value": 1}, {"from": date(2021, 1, 1), "value": -1}]},
        {"value": "a", "choose": {"a": "1", "b": "-1"}},
    ],
)  # fmt: skip
def test_a_period_is_not_negative_by_whatever_a_parameter_may_hold(values: dict[str, Any]) -> None:
    assert codes({**parameter(**values), "follow_ups": [DUE | clock("param.p")]}) == {"CR-P026"}


def test_a_caller_cannot_make_a_period_negative() -> None:
    policy = load_data({**SMALL, **parameter(value=1), "follow_ups": [DUE | clock("param.p")]})
    with pytest.raises(PolicyError) as error:
        lower(policy, as_of=date(2021, 6, 5), params={"p": -1})
    assert {d.code for d in error.value.diagnostics} == {"CR-P026"}


@pytest.mark.parametrize("section", ["follow_ups", "checks"])
def test_what_is_too_much_once_its_definitions_are_written_out_does_not_load(section: str) -> None:
    """Each definition is within the bound; the condition uses the greatest of them several times."""
    doubling = {
        f"d{n}": {"label": title("d"), "of": [], "choice": "ours", "is": f"d{n - 1}() && d{n - 1}()" if n else "true"}
        for n in range(11)
    }
    test = {"when": {"a": {**title("a"), "is": " && ".join(["d10()"] * 4)}}}
    one = (DUE if section == "follow_ups" else CHECK) | test
    assert codes({"definitions": doubling, section: [one]}) == {"CR-P028"}


def test_the_names_that_are_taken_are_those_that_conditions_may_name() -> None:
    assert set(TAKEN) == set(AFTERWARDS)
