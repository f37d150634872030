"""Every engine and the naive interpreter agree on everything that both say, over random policies and over the shipped one."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from datetime import date
from itertools import product
from typing import Any

import pytest

from creditrules.audit.compliance import Checks
from creditrules.decision import Decision, FollowUp
from creditrules.diagnostics import PolicyError
from creditrules.engines.python import Prepared
from creditrules.policy.constants import constant
from creditrules.policy.lower import lower
from creditrules.policy.model import Policy
from creditrules.records.case import Case
from creditrules.testing.agreement import Engine, differences
from tests.agreement.joining import ENGINES, ORACLES
from tests.naive import interpreter
from tests.naive.engine import OF_POLICY, OF_PROGRAM
from tests.support import depth, exercised, session_seed
from tests.support.preparing import prepared
from tests.support.random_cases import blanked, perturbed
from tests.support.random_policies import load_data, policy_text, title
from tests.support.reducing import reduced
from tests.support.shipped import shipped, shipped_cases, shipped_on
from tests.support.situations import Situation, situations

CHUNKS = depth(4, 40)
PAIRS = {OF_PROGRAM.name: depth(160, 20_000) // CHUNKS, OF_POLICY.name: depth(80, 5_000) // CHUNKS}
GENERAL = ("C04", "C10", "C13", "C14", "C17", "C21")
"""The checks that hold under every policy; no decision fails any of them."""
exercised.WANTED.update({oracle.name: PAIRS[oracle.name] * CHUNKS for oracle in ORACLES})
CASES = 6
"""How many cases each random policy decides."""


def called(engine: Engine) -> str:
    return engine.name


def disagreements(
    engine: Engine, oracle: Engine, policy: Policy, case: Case, *,
    as_of: date, profile: str, params: Mapping[str, Any], counted: str = "",
) -> list[str]:  # fmt: skip
    """What an engine says otherwise than an oracle, and what of a whole decision does not hold together."""
    try:
        said, other = (e.decide(policy, case, as_of=as_of, profile=profile, params=params) for e in (engine, oracle))
    except Exception as error:  # noqa: BLE001 - what raises is a disagreement, and is reduced like the others
        return [f"raises: {error!r}"]
    found = [d.en for d in differences(said, other, names=(engine.name, oracle.name))]
    if not isinstance(said, Decision):
        return found
    if counted:
        exercised.note(counted, policy, said, params)
    checks = Checks(prepared(policy, as_of=as_of, profile=profile, params=params).program)
    broken = [v for v in checks.violations(said, case) if v.check in GENERAL]
    found += [f"check {v.check}: of {v.rule} about {v.record}" for v in broken]
    scope = {a for p in said.could_become if p.measure == "not_applicable" for a in p.missing}
    listed = {m.address for m in said.missing if not m.rules}
    if not listed <= scope or not scope <= listed | {m.address for m in said.missing if m.rules}:
        found.append(f"missing of scope rules: {listed} of {scope}")
    return found


def of_data(engine: Engine, oracle: Engine, found: Situation, data: Any, case: Any) -> list[str]:
    """The same for plain data, on which neither reading nor lowering need succeed."""
    try:
        policy = load_data(data)
        prepared(policy, as_of=found.as_of, profile=found.profile, params=found.params)
        read = Case.from_dict(case)
    except Exception:  # noqa: BLE001 - reduced data may be no policy or no case any more
        return []
    return disagreements(engine, oracle, policy, read, as_of=found.as_of, profile=found.profile, params=found.params)


def reproducer(
    engine: Engine, oracle: Engine, *, found: Situation, number: int, case: dict[str, Any], differing: list[str]
) -> str:
    """Everything to see the difference again: the seed, and the smallest policy and case that still show it."""
    about = differing[0].partition(":")[0].partition(" of ")[0]
    small, given = reduced(
        [found.data, case],
        lambda x: len(x) == 2 and any(d.startswith(about) for d in of_data(engine, oracle, found, x[0], x[1])),
    )
    left = of_data(engine, oracle, found, small, given) or differing
    return "\n".join(
        (f"{found}, case {number}, {engine.name} against {oracle.name}", *differing, "reduced:", *left, policy_text(small),
         json.dumps(given, ensure_ascii=False))
    )  # fmt: skip


def otherwise_given(policy: Policy, prepared: Prepared, profile: str, params: Mapping[str, Any]) -> list[str]:
    """The rules and exceptions of a program whose measures after the cap are not those that the interpreter gives.

    Most of them no case reaches.
    """
    found: list[str] = []
    as_of, constants = prepared.program.as_of, {name: constant(value) for name, value in params.items()}
    standing = {rule.id: rule for rule in policy.rules if rule.stands(as_of)}
    matters = [*policy.vocabulary.matters, ""]
    readings = [interpreter._Reading(policy, as_of, policy.profiles[profile], constants, matter) for matter in matters]
    for rule in prepared.program.rules:
        mine = {rule.id: rule.gives} | {f"{rule.id}, {e.id}": e.instead for e in rule.exceptions}
        for theirs in (interpreter._rule(reading, standing[rule.id], ()) for reading in readings):
            other = {rule.id: theirs.gives} | {f"{rule.id}, {e.id}": e.instead for e in theirs.exceptions}
            found += mine.keys() ^ other.keys()
            for name in mine.keys() & other.keys():
                # A program lists the matters for which the rule is.
                found += [f"{name}: {key}" for key, given in other[name].items() if mine[name].get(key, given) != given]
    return found


@pytest.mark.timeout(depth(120, 600))
@pytest.mark.parametrize("chunk", range(CHUNKS))
@pytest.mark.parametrize("oracle", ORACLES, ids=called)
@pytest.mark.parametrize("engine", ENGINES, ids=called)
def test_the_engine_says_what_the_interpreter_says(engine: Engine, oracle: Engine, chunk: int) -> None:
    done = 0
    for found in situations(f"agreement {oracle.name} {chunk}"):
        assert not otherwise_given(found.policy, found.prepared, found.profile, found.params), found
        for number in range(CASES):
            case = found.case()
            differing = disagreements(
                engine, oracle, found.policy, Case.from_dict(case),
                as_of=found.as_of, profile=found.profile, params=found.params, counted=counted(engine, oracle.name),
            )  # fmt: skip
            if differing:
                told = reproducer(engine, oracle, found=found, number=number, case=case, differing=differing)
                pytest.fail(told, pytrace=False)
            done += 1
        if done >= PAIRS[oracle.name]:
            break


def counted(engine: Engine, name: str) -> str:
    """The name under which a pair is counted: only those of the first engine, lest the others make its figures larger."""
    return name if engine is ENGINES[0] else ""


# The shipped policy


@pytest.mark.timeout(depth(120, 600))
@pytest.mark.parametrize("chunk", range(depth(1, 4)))
@pytest.mark.parametrize("engine", ENGINES, ids=called)
def test_they_agree_on_the_shipped_policy_and_what_its_cases_could_have_been(engine: Engine, chunk: int) -> None:
    policy, cases = shipped(), shipped_cases()
    random_ = random.Random(f"{session_seed()} shipped {chunk}")
    for one in random_.sample(cases, depth(12, len(cases))):
        data = one.case.model_dump(mode="json")
        altered = perturbed(random_, data, feeds=policy.feeds, as_of=one.as_of)
        for given in (data, altered, blanked(random_, data, share=0.2), blanked(random_, altered, share=0.1)):
            differing = disagreements(
                engine, OF_POLICY, policy, Case.from_dict(given),
                as_of=one.as_of, profile=one.profile, params=one.params, counted=counted(engine, "shipped policy"),
            )  # fmt: skip
            assert not differing, f"{one.name}, {one.profile}\n{json.dumps(given, ensure_ascii=False)}"


@pytest.mark.parametrize("profile", ["lawful", "literal"])
@pytest.mark.parametrize("day", [date(2020, 6, 5), date(2021, 6, 5), date(2026, 4, 2)])
def test_they_cap_the_measures_of_the_shipped_policy_alike(day: date, profile: str) -> None:
    assert not otherwise_given(shipped(), shipped_on(day, profile), profile, {})


# What they once disagreed about

DAY = date(2024, 3, 1)
ME = {"uscc": "91999999MA00000A9R"}
ENTRY = {"id": "E", "subject": ME, "source": "f", "fetched_at": "2024-02-01"}
GIVEN = {
    "subject": ME,
    "application": {"id": "A", "matter": "qualification", "received_on": "2024-01-01"},
    "entries": [ENTRY],
}
TRUE = {"a": {**title("a"), "is": "true"}}
BASE = {
    "language": 1, "policy": "small", "version": "1", "use": "construction", "title": title("small"), "in_force": {"from": date(2020, 1, 1)},
    "carries_burden": ["law"], "profiles": {"lawful": {"title": title("lawful"), "cap_by_basis": True}}, "default_profile": "lawful",
}  # fmt: skip
ADVICE = {
    "id": "R", "title": title("r"), "choice": "ours", "mode": "may", "when": TRUE, "then": {"measure": "advise"},
    "with": {"other": {"each": "entry", "persons": ["self"]}},
}  # fmt: skip
REVIEW = {
    "id": "R", "title": title("r"), "choice": "ours", "mode": "shall", "each": "entry", "persons": ["self"], "then": {"measure": "review"},
}  # fmt: skip


def listed_by(test: str, parameter: dict[str, Any]) -> dict[str, Any]:
    """A second record whose kind has a test of competence with a parameter."""
    row = {"of": "entry", "where": {"grade": ["minor"]}, "competent": {**title("c"), "is": test}, "choice": "ours"}
    return {
        "rules": [ADVICE],
        "parameters": {"k": {"title": title("k"), "choice": "ours", **parameter}},
        "lists": [row],
    }


def asking(test: str, **parts: Any) -> dict[str, Any]:
    return {"rules": [REVIEW | {"when": {"a": {**title("a"), "is": test}}}], **parts}


STATUSES = {
    "s": {
        "title": title("s"),
        "choice": "ours",
        "by": "entry.category",
        "default": ["active"],
        "values": {"wage_arrears": ["disputed"]},
    }
}
WORD = {
    "s": {
        "title": title("s"),
        "choice": "ours",
        "by": "entry.category",
        "default": "active",
        "values": {"wage_arrears": "disputed"},
    }
}
FEEDS = {"f": {"title": title("f"), "of": "entry"}, "g": {"title": title("g"), "of": "entry", "max_age": 60}}


@pytest.mark.parametrize(
    ("policy", "case"),
    [
        (listed_by("as_of <= entry.document_date + months(param.k)", {"by": "entry.grade", "default": 1, "values": {"minor": 2}}), {"sources": "all"}),
        (listed_by("as_of <= param.k", {"value": "a", "choose": {"a": "entry.document_date", "b": "entry.effective_from"}}), {"sources": "all"}),
        ({"rules": [ADVICE | {"each": "entry", "persons": ["self"]}], "feeds": FEEDS}, {}),
        (asking("status_on(entry, as_of) in param.s", parameters=STATUSES), {"sources": "all"}),
        (asking("status_on(entry, as_of) == param.s", parameters=WORD), {"sources": "all"}),
        (asking("param.s != status_on(entry, as_of)", parameters=WORD), {"sources": "all"}),
        *(
            (asking('status_on(entry, as_of) == "suspended"'), {"sources": "all", "entries": [ENTRY | {"status": "suspended", **since}]})
            for since in ({}, {"status_since": "2023-01-01"}, {"status_since": "2024-03-01"}, {"suspended_until": "2024-02-29"})
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("oracle", ORACLES, ids=called)
@pytest.mark.parametrize("engine", ENGINES, ids=called)
def test_what_they_once_disagreed_about(
    policy: dict[str, Any], case: dict[str, Any], engine: Engine, oracle: Engine
) -> None:
    read = load_data(BASE | policy)
    given = Case.from_dict(GIVEN | case)
    assert not disagreements(engine, oracle, read, given, as_of=DAY, profile="lawful", params={})


# The cap, of which random policies seldom show one condition alone

COVERAGE = {"measures": ["restrict"], "matters": ["qualification"], "persons": ["self"]}
PROVISION = {"says": title("s"), "checked": "official", "carries": [COVERAGE]}
INSTRUMENT = {"title": "L", "level": "law", "in_force": {"from": DAY, "to": DAY}}
FLAG = {
    "flag": {"title": title("flag"), "choice": "ours", "value": False},
    "on": {"title": title("on"), "choice": "ours", "value": True},
}


@pytest.mark.parametrize(
    ("capped", "instrument", "provision", "coverage"),
    [
        (False, {}, {}, {}),
        (False, {}, {"checked": "republished"}, {}),
        (True, {}, {"checked": "unchecked"}, {}),
        (False, {"level": "regulation"}, {}, {}),
        (True, {"level": "central_policy"}, {}, {}),
        (True, {"in_force": {"to": date(2024, 2, 29)}}, {}, {}),
        (True, {"in_force": {"from": date(2024, 3, 2)}}, {}, {}),
        (False, {}, {"in_force": {"from": DAY, "to": DAY}}, {}),
        (True, {}, {"in_force": {"to": date(2024, 2, 29)}}, {}),
        (False, {"carries_if": "param.on"}, {}, {}),
        (True, {"carries_if": "param.flag"}, {}, {}),
        (True, {}, {"carries": []}, {}),
        (False, {}, {}, {"matters": "all"}),
        (True, {}, {}, {"matters": ["construction_permit"]}),
        (True, {}, {}, {"measures": ["bar", "deny"]}),
        (True, {}, {}, {"persons": ["legal_representative_of_holder"]}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("pair", list(product(ENGINES, ORACLES)), ids=lambda pair: f"{pair[0].name}-{pair[1].name}")
def test_a_burden_takes_effect_where_one_provision_has_all_that_it_takes(
    capped: bool,
    instrument: dict[str, Any],
    provision: dict[str, Any],
    coverage: dict[str, Any],
    pair: tuple[Engine, Engine],
) -> None:
    provisions = {"第1条": PROVISION | {"carries": [COVERAGE | coverage]} | provision}
    law = {"L": INSTRUMENT | instrument | {"provisions": provisions}}
    rule = REVIEW | {"when": TRUE, "then": {"measure": "restrict"}, "choice": "ours", "basis": ["L 1"]}
    parts = BASE | {"carries_burden": ["law", "regulation"], "law": law, "parameters": FLAG, "rules": [rule]}
    policy, case = load_data(parts), Case.from_dict(GIVEN | {"sources": "all"})
    ready = Prepared(lower(policy, as_of=DAY))
    assert ready.decide(case).outcome == ("review" if capped else "restrict")
    assert not otherwise_given(policy, ready, "lawful", {})
    assert not disagreements(*pair, policy, case, as_of=DAY, profile="lawful", params={})


@pytest.mark.parametrize(
    "covered", ["actual_controller_of_holder", "legal_representative_of_holder", "principal_of_holder"]
)
@pytest.mark.parametrize("oracle", ORACLES, ids=called)
@pytest.mark.parametrize("engine", ENGINES, ids=called)
def test_a_record_of_whoever_it_may_be_weighs_as_for_the_one_it_burdens_most(
    covered: str, engine: Engine, oracle: Engine
) -> None:
    """The register of relations did not answer."""
    persons = ["actual_controller_of_holder", "legal_representative_of_holder", "principal_of_holder", "self"]
    law = {"L": INSTRUMENT | {"provisions": {"第1条": PROVISION | {"carries": [COVERAGE | {"persons": [covered]}]}}}}
    rule = REVIEW | {
        "when": TRUE,
        "then": {"measure": "restrict"},
        "choice": "ours",
        "basis": ["L 1"],
        "persons": persons,
    }
    feeds = {"relations": {"title": title("f"), "relations": True}}
    policy, case = (
        load_data(BASE | {"law": law, "rules": [rule], "feeds": feeds}),
        Case.from_dict(GIVEN | {"entries": []}),
    )
    assert [p.measure for p in Prepared(lower(policy, as_of=DAY)).decide(case).could_become] == ["restrict"]
    assert not disagreements(engine, oracle, policy, case, as_of=DAY, profile="lawful", params={})


# What is due afterwards

BAR = REVIEW | {"when": TRUE, "then": {"measure": "bar", "arguments": {"until": "entry.valid_to"}}, "basis": ["L 1"]}
BARRED = {"L": INSTRUMENT | {"provisions": {"第1条": PROVISION | {"carries": [COVERAGE | {"measures": ["bar"]}]}}}}
TWICE = [REVIEW | {"when": TRUE}, REVIEW | {"id": "S", "when": TRUE | {"b": TRUE["a"]}}]
NOTE = {
    "id": "F", "title": title("f"), "choice": "ours", "mode": "shall", "each": "entry", "after": ["burden"], "then": {"measure": "advise"},
}  # fmt: skip
CLOCK = {"from": "as_of", "days": "10", "unit": '"calendar_days"'}


def when(test: str) -> dict[str, Any]:
    return {"when": {"a": {**title("a"), "is": test}}}


@pytest.mark.parametrize("oracle", ORACLES, ids=called)
@pytest.mark.parametrize("engine", ENGINES, ids=called)
class TestFollowUps:
    def due(
        self, engine: Engine, oracle: Engine, follow_up: dict[str, Any], rules: list[dict[str, Any]], **entry: Any
    ) -> tuple[FollowUp, ...]:
        policy = load_data(BASE | {"law": BARRED, "rules": rules, "follow_ups": [NOTE | follow_up]})
        case = Case.from_dict(GIVEN | {"sources": "all", "entries": [ENTRY | entry]})
        assert not disagreements(engine, oracle, policy, case, as_of=DAY, profile="lawful", params={})
        return Prepared(lower(policy, as_of=DAY)).decide(case).follow_ups

    @pytest.mark.parametrize(("end", "status"), [("open", "established"), (None, "undetermined")])
    def test_an_end_that_lies_open_is_known(self, engine: Engine, oracle: Engine, end: str | None, status: str) -> None:
        found = self.due(engine, oracle, when("as_of <= conclusion.until"), [BAR], valid_to=end)
        assert [f.status for f in found] == [status]

    def test_equal_ones_wait_for_what_any_of_them_waits_for(self, engine: Engine, oracle: Engine) -> None:
        test = 'conclusion.rule == "R" && entry.grade == "minor" || conclusion.rule == "S" && entry.category == "wage_arrears"'
        (found,) = self.due(engine, oracle, when(test), TWICE)
        assert [m.address for m in found.missing] == ["entry/E/category", "entry/E/grade"]
        assert found.after == ("R", "S")

    def test_those_whose_clocks_differ_are_not_equal(self, engine: Engine, oracle: Engine) -> None:
        found = self.due(engine, oracle, {"clock": CLOCK | {"days": "conclusion.reasons"}}, TWICE)
        assert [(f.after, f.clock.due) for f in found if f.clock] == [
            (("R",), "2024-03-02"),
            (("S",), "2024-03-03"),
        ]

    def test_a_clock_runs_from_an_end_that_lies_open(self, engine: Engine, oracle: Engine) -> None:
        (found,) = self.due(engine, oracle, {"clock": CLOCK | {"from": "entry.valid_to"}}, [BAR], valid_to="open")
        assert found.clock is not None
        assert (found.clock.from_, found.clock.due) == ("open", None)


# A comparison that compares nothing would also find no difference


def test_a_difference_is_seen_and_reduced() -> None:
    """Two readings of one situation that do differ: with and without the cap."""
    for found in situations("a difference", overriding=False):
        case = Case.from_dict(found.case())
        try:
            mine, theirs = (
                found.policy.prepare(as_of=found.as_of, profile=p).decide(case) for p in ("lawful", "printed")
            )
        except PolicyError:
            continue
        if {c.capped_from for c in mine.established} == {c.capped_from for c in theirs.established}:
            continue
        other = OF_POLICY.decide(found.policy, case, as_of=found.as_of, profile="printed", params=None)
        assert any(d.en.startswith("established") for d in differences(mine, other, names=("python", "naive")))
        break
    assert reduced([{"a": [1, 2, 3], "b": "(x) && (y)"}], lambda x: "x" in str(x) and "2" in str(x)) == [
        {"a": [2], "b": "x"}
    ]
