"""What follows from the meaning, on random policies and on the shipped one; and the edges of its periods, day by day."""

from __future__ import annotations

import copy
import itertools
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from creditrules.decision import Decision
from creditrules.diagnostics import PolicyError
from creditrules.engines.python import Prepared
from creditrules.policy.constants import constant
from creditrules.policy.lower import lower
from creditrules.policy.model import Policy, Rule
from creditrules.records.case import Case
from tests.naive.following import past_their_term
from tests.support import depth, session_seed
from tests.support.printed import digests
from tests.support.random_cases import blanked, completed, parties_of, perturbed
from tests.support.random_policies import VOCABULARY, load_data, title
from tests.support.shipped import prepared_for, shipped, shipped_cases, shipped_on
from tests.support.situations import situations

REPOSITORY = Path(__file__).resolve().parent.parent
CHUNKS = depth(1, 8)
both_policies = pytest.mark.parametrize("of", ["random", "shipped"])
in_chunks = pytest.mark.parametrize("chunk", range(CHUNKS))
pytestmark = pytest.mark.timeout(depth(120, 600))


def share_of(quick: int, full: int) -> int:
    """How many examples one chunk takes."""
    return -(-depth(quick, full) // CHUNKS)


# Examples


@dataclass(frozen=True)
class Example:
    """A policy that is ready, and a case for it."""

    told: str
    policy: Policy
    prepared: Prepared
    as_of: date
    profile: str
    params: Mapping[str, Any]
    random: random.Random
    data: dict[str, Any]

    def decide(self, data: dict[str, Any]) -> Decision:
        return self.prepared.decide(Case.from_dict(data))

    def __str__(self) -> str:
        return f"{self.told}\n{json.dumps(self.data, ensure_ascii=False)}"


def examples(of: str, label: str, count: int, *, has: bool = True, cases: int = 5) -> Iterator[Example]:
    """Examples of random policies, or of the shipped one: its own cases, and what they could have been."""
    if of == "random":
        policies = situations(f"properties {label}", has=has)
        for _, found in zip(range(-(-count // cases)), policies, strict=False):
            for _ in range(cases):
                yield Example(
                    str(found), found.policy, found.prepared, found.as_of, found.profile, found.params, found.random, found.case()
                )  # fmt: skip
        return
    random_ = random.Random(f"{session_seed()} properties {label}")
    for _ in range(count):
        one = random_.choice(shipped_cases())
        data = one.case.model_dump(mode="json")
        if random_.random() < 0.6:
            data = perturbed(random_, data, feeds=shipped().feeds, as_of=one.as_of)
        if random_.random() < 0.6:
            data = blanked(random_, data, share=random_.choice((0.05, 0.15, 0.4)))
        yield Example(one.name, shipped(), prepared_for(one), one.as_of, one.profile, one.params, random_, data)


# What decisions are compared by


def position(outcome: str) -> int:
    """Where an outcome lies: facilitations, then the ordinary one, then undetermined, then burdens."""
    if outcome not in VOCABULARY.measures:
        return 50 if outcome == "undetermined" else 0
    measure = VOCABULARY.measures[outcome]
    return -measure.rank if measure.group == "facilitation" else 100 + measure.rank


def weights(decision: Decision, *, possible: bool = False, group: str = "") -> dict[tuple[str, ...], int]:
    """What each rule gives for each record and person: the rank of what is established, or of what is possible too."""
    found: dict[tuple[str, ...], int] = {}
    for c in decision.conclusions if possible else decision.established:
        key = (c.rule, c.record, c.link.person if c.link else "")
        if group in ("", c.group):
            found[key] = max(found.get(key, -1), VOCABULARY.rank(c.measure))
    return found


def lost(before: Decision, after: Decision) -> list[str]:
    """What was established before and is so no more, or is less."""
    now = weights(after)
    return [f"{key}: {rank}, now {now.get(key)}" for key, rank in weights(before).items() if now.get(key, -1) < rank]


def facilitation(decision: Decision) -> int:
    """The greatest facilitation that is established."""
    return max(weights(decision, group="facilitation").values(), default=-1)


def reached(before: Decision, outcome: str) -> bool:
    """Whether an outcome lies between the greatest facilitation and the heaviest burden that were possible."""
    foretold = {*before.measures, *(p.measure for p in before.could_become)}
    if outcome == "not_applicable":
        return "not_applicable" in foretold or before.outcome == "not_applicable"
    places = [0, *(position(m) for m in foretold if m in VOCABULARY.measures)]
    return min(places) <= position(outcome) <= max(places)


# What is known


@both_policies
@in_chunks
def test_supplying_facts_takes_nothing_away_and_ends_where_it_was_foretold(of: str, chunk: int) -> None:
    for example in examples(of, f"facts {chunk}", share_of(50, 8_000), has=False):
        before = example.decide(example.data)
        for share in (0.3, 0.6, 1.0, 1.0):
            data = completed(example.random, example.data, feeds=example.policy.feeds, as_of=example.as_of, share=share)
            after = example.decide(data)
            context = f"{example}\nthen\n{json.dumps(data, ensure_ascii=False)}"
            assert not lost(before, after), context
            assert reached(before, after.outcome), f"{before.outcome}, then {after.outcome}: {context}"


@both_policies
@in_chunks
def test_a_missing_fact_gives_no_better_facilitation_than_every_completion(of: str, chunk: int) -> None:
    for example in examples(of, f"facilitation {chunk}", share_of(40, 4_000), has=False):
        data = blanked(example.random, example.data, share=0.1)
        before = example.decide(data)
        completions = (
            completed(example.random, data, feeds=example.policy.feeds, as_of=example.as_of) for _ in range(4)
        )
        after = [example.decide(c) for c in completions]
        assert facilitation(before) <= min(map(facilitation, after)), example
        if position(before.outcome) < 0:
            assert max(position(d.outcome) for d in after) <= position(before.outcome), example


def without_answers_of(feed: str, example: Example) -> dict[str, Any]:
    """The case as it would be if that feed had not answered."""
    data = copy.deepcopy(example.data)
    if data["sources"] == "all":
        day = example.as_of.isoformat()
        data["sources"] = [
            {"name": f.name, "answered": True, "about": "everybody", "fetched_at": day} for f in example.policy.feeds
        ]
    data["sources"] = [
        answer | ({"answered": False} if answer["name"] == feed else {}) for answer in data["sources"] or []
    ]
    return data


@both_policies
@in_chunks
def test_a_failed_source_establishes_nothing(of: str, chunk: int) -> None:
    for example in examples(of, f"sources {chunk}", share_of(40, 4_000), has=False):
        answered = example.decide(example.data)
        for feed in example.policy.feeds:
            failed = example.decide(without_answers_of(feed.name, example))
            assert not [c for c in failed.established if c.record.startswith("source/")], example
            assert not [c for c in failed.established if c.link and c.link.person == "?"], example
            assert not lost(failed, answered), f"{feed.name}: {example}"


# Exceptions


def without(policy: Policy, exception: str) -> Policy:
    """The policy without an exception."""
    rules = tuple(replace(r, unless=tuple(e for e in r.unless if e.id != exception)) for r in policy.rules)
    return replace(policy, rules=rules, exceptions=tuple(s for s in policy.exceptions if s.exception.id != exception))


def exceptions_of(policy: Policy) -> dict[str, list[Rule]]:
    """The rules that each exception serves."""
    found: dict[str, list[Rule]] = {}
    for rule in policy.rules:
        for exception in policy.exceptions_of(rule):
            found.setdefault(exception.id, []).append(rule)
    return found


@both_policies
@in_chunks
def test_an_exception_never_makes_a_burden_heavier(of: str, chunk: int) -> None:
    for example in examples(of, f"exceptions {chunk}", share_of(40, 2_500), cases=8):
        served = exceptions_of(example.policy)
        if not served:
            continue
        exception = example.random.choice(sorted(served))
        bare = Prepared(
            lower(
                without(example.policy, exception),
                as_of=example.as_of,
                profile=example.profile,
                params=example.params or None,
            )
        )
        with_it, without_it = example.decide(example.data), bare.decide(Case.from_dict(example.data))
        context = f"{exception}: {example}"
        for possible in (False, True):
            heavy = weights(without_it, possible=possible, group="burden")
            for key, rank in weights(with_it, possible=possible, group="burden").items():
                assert rank <= heavy.get(key, -1), context
        if all(VOCABULARY.measures[r.measure].group == "burden" for r in served[exception]):
            assert position(with_it.outcome) <= position(without_it.outcome), context


@both_policies
@in_chunks
def test_what_is_possible_is_never_lighter_than_what_is_certain(of: str, chunk: int) -> None:
    for example in examples(of, f"decisions {chunk}", share_of(50, 8_000)):
        decision = example.decide(example.data)
        certain = {(c.rule, c.record, c.link): c for c in decision.established}
        for c in decision.undetermined:
            known = certain.get((c.rule, c.record, c.link))
            assert known is None or VOCABULARY.rank(known.measure) < VOCABULARY.rank(c.measure), example
            assert c.missing, example
        assert {a for c in decision.undetermined for a in c.missing} <= {m.address for m in decision.missing}, example
        assert [p.measure for p in decision.could_become] == sorted(p.measure for p in decision.could_become), example
        # What is told is all there is, and travels.
        assert Decision.from_json(decision.to_json()) == decision, example


# What is due afterwards


def told_but(decision: Decision) -> dict[str, Any]:
    """A decision without what is due after it, and without the digest of its policy."""
    data = decision.to_dict()
    data["fell"] = [f for f in data["fell"] if f["what"] != "follow_up"]
    # Records of which a follow-up alone tells are told with it.
    return data | {"follow_ups": [], "records": [], "argument_titles": {}, "policy": data["policy"] | {"digest": ""}}


@in_chunks
def test_what_is_due_changes_nothing_and_travels(chunk: int) -> None:
    due = 0
    for found, _ in zip(situations(f"follow-ups {chunk}"), range(share_of(20, 1_600)), strict=False):
        bare = load_data({key: part for key, part in found.data.items() if key != "follow_ups"})
        without_any = Prepared(lower(bare, as_of=found.as_of, profile=found.profile, params=found.params))
        for _ in range(5):
            data = found.case()
            first, second = (p.decide(Case.from_dict(data)) for p in (found.prepared, without_any))
            context = f"{found}\n{json.dumps(data, ensure_ascii=False)}"
            assert not second.follow_ups
            assert json.dumps(told_but(first)) == json.dumps(told_but(second)), context
            assert set(map(repr, second.records)) <= set(map(repr, first.records)), context
            assert Decision.from_json(first.to_json()) == first, context
            assert Decision.from_json(first.to_json()).to_json() == first.to_json(), context
            due += len(first.follow_ups)
    assert due


def leaf_at(data: dict[str, Any], address: str) -> tuple[dict[str, Any], str] | None:
    """The object that holds a fact of a case, and its key there; None where the address is not that of a plain fact."""
    kind, *number, name = address.split("/")
    sections = {"entry": "entries", "finding": "findings"}
    records = [data.get(kind)] if kind in ("application", "subject") else data.get(sections.get(kind, ""), [])
    record = next((r for r in records if r and (not number or r["id"] == number[0])), None)
    *outer, inner = name.split(".")
    inside = record.get(outer[0]) if record and outer else record
    return (inside, inner) if isinstance(inside, dict) and inner != "history" else None


@in_chunks
def test_the_facts_that_a_follow_up_waits_for_settle_it(chunk: int) -> None:
    settled, enough = 0, share_of(350, 16_000)
    # What is looked for is rare: where the first so many show none of it, more are drawn.
    for number, example in enumerate(examples("random", f"waiting {chunk}", 8 * enough)):
        if number >= enough and settled:
            break
        case = Case.from_dict(example.data)
        waiting = [f for f in example.prepared.decide(case).follow_ups if f.status == "undetermined"]
        for f in waiting:
            assert f.missing, example
            assert [m.address for m in f.missing] == sorted({m.address for m in f.missing}), example
        for f in waiting:
            # Spelled out, both have the same keys; the second says all that the first says.
            full = completed(example.random, example.data, feeds=example.policy.feeds, as_of=example.as_of)
            data = copy.deepcopy(example.data)
            places = [(leaf_at(data, m.address), leaf_at(full, m.address)) for m in f.missing]
            if any(here is None or there is None or there[0].get(there[1]) is None for here, there in places):
                continue
            for here, there in places:
                here[0][here[1]] = there[0][there[1]]  # type: ignore[index]
            again = [
                g for g in example.decide(data).follow_ups
                if (g.id, g.record, g.link) == (f.id, f.record, f.link) and g.status == "undetermined"
            ]  # fmt: skip
            supplied = {m.address for m in f.missing}
            assert not [m for g in again for m in g.missing if m.address in supplied], f"{f.id}: {example}"
            settled += not again
    assert settled


@in_chunks
def test_a_record_is_told_to_be_past_its_term_where_its_own_end_has_not_come(chunk: int) -> None:
    seen, enough = 0, share_of(250, 8_000)
    for number, example in enumerate(examples("random", f"terms {chunk}", 8 * enough)):
        if number >= enough and seen:
            break
        case, day = Case.from_dict(example.data), example.as_of
        decision = example.prepared.decide(case)
        told = {
            (i.record, frozenset(p.basis for p in i.provisions)) for i in decision.ignored if i.why == "term"
        }  # fmt: skip
        constants = {name: constant(value) for name, value in (example.params or {}).items()}
        assert told == set(past_their_term(example.policy, case, day, example.profile, constants)), example
        seen += len(told)
    assert seen


# The same bytes

UNORDERED = {
    "rules", "exceptions", "unless", "scope", "lists", "terms", "for", "groups", "switches_off", "matters", "persons", "carries", "measures",
    "entries", "findings", "relations", "sources", "follow_ups", "after",
}  # fmt: skip
"""Lists in which the order says nothing."""


def shuffled(random_: random.Random, value: Any, key: str = "") -> Any:
    """Plain data with its keys, and those lists, in another order."""
    if isinstance(value, dict):
        return {k: shuffled(random_, value[k], k) for k in random_.sample(list(value), len(value))}
    if isinstance(value, list):
        items = [shuffled(random_, v) for v in value]
        return random_.sample(items, len(items)) if key in UNORDERED else items
    return value


def reordered(random_: random.Random, policy: Policy) -> Policy:
    """A policy that was read, with its parts in another order."""

    def mixed(items: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(random_.sample(list(items), len(items)))

    return replace(
        policy, rules=tuple(replace(r, unless=mixed(r.unless), groups=mixed(r.groups)) for r in mixed(policy.rules)),
        **{name: mixed(getattr(policy, name)) for name in ("exceptions", "scope", "lists", "terms", "feeds", "follow_ups", "checks")},
        **{name: dict(mixed(list(getattr(policy, name).items()))) for name in ("parameters", "definitions", "law", "profiles")},
    )  # fmt: skip


@in_chunks
def test_no_order_matters(chunk: int) -> None:
    for found, _ in zip(situations(f"order {chunk}"), range(share_of(15, 1_200)), strict=False):
        read = load_data(shuffled(found.random, found.data))
        again = Prepared(lower(read, as_of=found.as_of, profile=found.profile, params=found.params))
        for _ in range(4):
            data = found.case()
            first = found.prepared.decide(Case.from_dict(data)).to_json()
            second = again.decide(Case.from_dict(shuffled(found.random, data))).to_json()
            assert first == second, f"{found}\n{json.dumps(data, ensure_ascii=False)}"


@in_chunks
def test_no_order_matters_in_the_shipped_policy(chunk: int) -> None:
    cases = share_of(40, 2_500)
    again: dict[tuple[date, str], Prepared] = {}
    for example in examples("shipped", f"order of the shipped {chunk}", cases):
        if example.params:
            continue
        key = example.as_of, example.profile
        if key not in again or example.random.random() < 0.1:
            again[key] = Prepared(lower(reordered(example.random, shipped()), as_of=key[0], profile=key[1]))
        second = again[key].decide(Case.from_dict(shuffled(example.random, example.data)))
        assert example.decide(example.data).to_json() == second.to_json(), example


def test_of_several_second_records_the_same_is_told_in_every_order() -> None:
    """Two red entries would do beside the black one; the reasons show one of them."""
    red_beside = {
        "id": "R", "title": title("r"), "choice": "ours", "mode": "may", "each": "entry", "persons": ["self"], "then": {"measure": "advise"},
        "with": {"other": {"each": "entry", "persons": ["self"]}},
        "when": {"a": {**title("a"), "is": 'entry.colour == "black" && other.colour == "red" && other.effective_from <= as_of'}},
    }  # fmt: skip
    decider = Prepared(lower(load_data({**SMALL, "rules": [red_beside]}), as_of=T))
    entries = [black(), red(id="R-1"), red(id="R-2", effective_from="2020-01-01"), red(id="R-3", effective_from=None)]
    told = {decider.decide(Case.from_dict(applying(order))).to_json() for order in itertools.permutations(entries)}
    assert len(told) == 1


def test_every_process_prints_the_same() -> None:
    draw = random.Random(f"{session_seed()} processes")
    seeds = [draw.randrange(2**32) for _ in range(depth(5, 60))]
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.support.printed", *map(str, seeds)],
            cwd=REPOSITORY, stdout=subprocess.PIPE, text=True, env={**os.environ, **surroundings},
        )
        for surroundings in (
            {"PYTHONHASHSEED": "0", "TZ": "Pacific/Kiritimati", "LANG": "zh_CN.UTF-8", "LC_ALL": "zh_CN.UTF-8"},
            {"PYTHONHASHSEED": "1", "TZ": "America/Los_Angeles", "LANG": "C", "LC_ALL": "C"},
            {"PYTHONHASHSEED": "4242", "TZ": "Asia/Shanghai", "LANG": "tr_TR.UTF-8", "LC_ALL": "", "PYTHONOPTIMIZE": "1"},
        )
    ]  # fmt: skip
    here = list(digests(seeds))
    for process in running:
        printed, _ = process.communicate()
        assert process.returncode == 0
        assert printed.split("\n") == here


def test_what_falls_is_told_in_one_order() -> None:
    """Terms have no name of their own: those of one kind are told apart by their bases alone."""
    provisions = {f"第{n}条": {"says": title("s"), "checked": "official"} for n in range(1, 8)}
    law = {"L": {"title": "L", "level": "law", "in_force": {"to": date(2020, 12, 31)}, "provisions": provisions}}
    terms = [{k: v for k, v in TERM.items() if k != "choice"} | {"basis": [f"L {n}"]} for n in range(1, 8)]
    fell = Prepared(lower(load_data({**SMALL, "law": law, "terms": terms}), as_of=T)).program.fell
    assert [f.bases for f in fell] == [(f"L {n}",) for n in range(1, 8)]


# The shipped policy: black entries and repairs

LISTED_BY = {
    "judgment_defaulter": ("court", "judgment_defaulters"), "tax_violation": ("tax", "black_list"),
    "building_market": ("housing_construction", "black_list"), "wage_arrears": ("human_resources", "black_list"),
    "government_procurement": ("state_organ", "black_list"),
}  # fmt: skip


def black_entry(random_: random.Random, as_of: date, holder: dict[str, str], number: str = "MORE") -> dict[str, Any]:
    """A black entry by a competent authority that is in force on the day, whatever else is known of it."""
    category = random_.choice(sorted(LISTED_BY))
    body, source = LISTED_BY[category]
    begin, end = (as_of + timedelta(days=d) for d in (-random_.choice((0, 1, 4, 5, 400)), random_.choice((0, 1, 400))))
    return {
        "id": number, "colour": "black", "category": category, "status": random_.choice(("active", "active", "disputed")),
        "effective_from": begin.isoformat(), "status_since": begin.isoformat(), "valid_to": random_.choice(("open", end.isoformat())),
        "subject": holder, "authority": {"body": body, "level": "municipal", "own": False, "elsewhere": False},
        "basis_documents": random_.choice((["文书"], ["文书"], [], None)), "prior_notice": random_.choice((True, True, False, None)),
        "grade": random_.choice(("minor", "general", "serious", None)), "source": source, "fetched_at": as_of.isoformat(),
    }  # fmt: skip


@pytest.mark.parametrize("profile", ["lawful", "literal"])
@in_chunks
def test_one_more_black_entry_never_improves_an_outcome(profile: str, chunk: int) -> None:
    worsened = 0
    for example in examples("shipped", f"one more {profile} {chunk}", share_of(50, 8_000)):
        decider = shipped_on(example.as_of, profile)
        holders = list(parties_of(example.data).values())
        more = copy.deepcopy(example.data)
        more["entries"].append(
            black_entry(example.random, example.as_of, example.random.choice((holders[0], *holders)))
        )
        before, after = (decider.decide(Case.from_dict(d)) for d in (example.data, more))
        worsened += position(before.outcome) < position(after.outcome)
        assert position(before.outcome) <= position(after.outcome), f"{more['entries'][-1]}: {example}"
    assert worsened


def repaired(random_: random.Random, as_of: date, entry: dict[str, Any]) -> dict[str, Any] | None:
    """The entry, repaired by the day at the latest, with what it had been before; None where that is not known."""
    steps = copy.deepcopy(entry["history"])
    if steps is None:
        begin = {"active": entry["effective_from"], "disputed": entry["status_since"]}.get(entry["status"])
        steps = [{"status": entry["status"], "from": begin}]
    begins = [s.get("from") or s.get("from_") or "open" for s in steps]
    if not begins or max(begins) > as_of.isoformat() or "repaired" in {s["status"] for s in steps}:
        return None
    day = min(as_of, date.fromisoformat(max(begins)) + timedelta(days=random_.choice((0, 1, 3, 500))))
    steps = [{"status": s["status"], "from": b, "until": s.get("until")} for s, b in zip(steps, begins, strict=True)]
    # Steps of one day are read in their order; a stable sort keeps the repair last.
    steps = sorted([*steps, {"status": "repaired", "from": day.isoformat()}], key=lambda s: s["from"])
    return entry | {"history": steps, "status": None, "status_since": None, "repaired_on": None}


@pytest.mark.parametrize("profile", ["lawful", "literal"])
@in_chunks
def test_a_repair_never_worsens_an_outcome(profile: str, chunk: int) -> None:
    improved = 0
    for example in examples("shipped", f"repair {profile} {chunk}", share_of(50, 8_000)):
        decider = shipped_on(example.as_of, profile)
        data = copy.deepcopy(example.data)
        if example.random.random() < 0.5:
            data["entries"].append(black_entry(example.random, example.as_of, next(iter(parties_of(data).values()))))
        data = Case.from_dict(data).model_dump(mode="json")
        for index, entry in enumerate(data["entries"]):
            after = repaired(example.random, example.as_of, entry) if entry["colour"] == "black" else None
            if after is None:
                continue
            changed = data | {"entries": [after if i == index else e for i, e in enumerate(data["entries"])]}
            first, then = (decider.decide(Case.from_dict(d)) for d in (data, changed))
            improved += position(then.outcome) < position(first.outcome)
            assert position(then.outcome) <= position(first.outcome), f"{after}: {example}"
    assert improved


# What does not load

SMALL: dict[str, Any] = {
    "language": 1, "policy": "small", "version": "1", "use": "construction", "title": title("small"), "in_force": {"from": date(2020, 1, 1)},
    "carries_burden": ["law"], "profiles": {"lawful": {"title": title("lawful"), "cap_by_basis": True}}, "default_profile": "lawful",
}  # fmt: skip
TERM = {"of": "entry", "where": {"grade": ["minor"]}, "until": "entry.document_date + months(1)", "choice": "ours"}


def choosing(**options: str) -> dict[str, Any]:
    return {"p": {"title": title("p"), "choice": "ours", "value": "a", "choose": options}}


def small_rule(test: str, until: str | None = None, measure: str = "restrict") -> dict[str, Any]:
    return {
        "id": "R", "title": title("r"), "choice": "ours", "mode": "shall", "each": "entry", "persons": ["self"], "when": {"a": {**title("a"), "is": test}},
        "then": {"measure": "bar", "arguments": {"until": until}} if until else {"measure": measure},
    }  # fmt: skip


def defined(body: str) -> dict[str, Any]:
    return {"d": {"label": title("d"), "of": ["entry", "day"], "choice": "ours", "is": body}}


@pytest.mark.parametrize(
    ("code", "parts"),
    [
        # The end of validity other than in `day <= valid_to`, where a term may have brought it forward.
        ("CR-P037", {"rules": [small_rule("true", "entry.valid_to")], "terms": [TERM]}),
        ("CR-P037", {"rules": [small_rule("as_of == param.p")], "terms": [TERM], "parameters": choosing(a="entry.valid_to", b="entry.document_date")}),
        ("CR-P037", {"rules": [small_rule("as_of < param.p")], "terms": [TERM], "parameters": choosing(a="entry.valid_to", b="entry.document_date")}),
        ("CR-P037", {"rules": [small_rule("true")], "terms": [TERM | {"until": "entry.valid_to + months(1)"}]}),
        (
            "CR-P037",
            {
                "rules": [small_rule("entry.valid_to <= as_of && d(entry, entry.valid_to)")], "terms": [TERM],
                "definitions": defined("entry.effective_from <= day"),
            },
        ),
        # A parameter that chooses between a day and a word.
        ("CR-P016", {"rules": [small_rule("as_of <= param.p")], "parameters": choosing(a="entry.document_date", b="entry.category")}),
        # A day of a status or of a definition that may lie ahead.
        ("CR-P036", {"rules": [small_rule("d(entry, application.accepted_on)")], "definitions": defined("entry.effective_from <= day")}),
        ("CR-P036", {"rules": [small_rule('(application.accepted_on <= as_of || true) && status_on(entry, application.accepted_on) == "active"')]}),
    ],
)  # fmt: skip
def test_what_would_break_these_properties_does_not_load(code: str, parts: dict[str, Any]) -> None:
    with pytest.raises(PolicyError) as error:
        load_data({**SMALL, **parts})
    assert {d.code for d in error.value.diagnostics} == {code}


# The edges of periods. T is always the last day, or the first.

T = date(2021, 6, 5)
JIA = {"name": "甲建设有限公司", "uscc": "91999999MA00000A9R"}
YI = {"name": "乙建设有限公司", "uscc": "91999999MA00000B7L"}
PERSON = {"name": "自然人甲", "id_no": "999999197001010017"}
EDGES = pytest.mark.parametrize("days", [-1, 0, 1])


def iso(days: int, day: date = T) -> str:
    return (day + timedelta(days=days)).isoformat()


def applying(entries: Sequence[dict[str, Any]] = (), **more: Any) -> dict[str, Any]:
    application = {
        "id": "A-1", "matter": "construction_permit", "received_on": "2021-01-04", "accepted_on": "2021-01-04", "work_type": "new",
        "luxury_fitout": False, "purpose": "consumption", "area_m2": 20000, "investment_cny": 80000000, "missing_primary": [],
        "missing_secondary": [], "tolerance_pledge": "none", "court_permission": "none", "tags": [],
    } | more.pop("application", {})  # fmt: skip
    return {
        "application": application,
        "subject": JIA | {"kind": "legal"},
        "entries": list(entries),
        "sources": "all",
    } | more


def black(**more: Any) -> dict[str, Any]:
    return {
        "id": "B-1", "colour": "black", "category": "tax_violation", "status": "active", "effective_from": "2019-03-01", "valid_to": "open",
        "grade": "serious", "subject": JIA, "authority": {"body": "tax", "level": "municipal", "own": False, "elsewhere": False}, "basis_documents": ["文书"],
        "prior_notice": True, "source": "black_list", "fetched_at": "2021-06-01",
    } | more  # fmt: skip


def red(**more: Any) -> dict[str, Any]:
    return black(id="R-1", colour="red", category="taxpayer_a", grade=None, source="red_list") | more


def outcome(case: dict[str, Any], days: int = 0, *, day: date = T, profile: str = "lawful") -> str:
    return shipped_on(day + timedelta(days=days), profile).decide(Case.from_dict(case)).outcome


@EDGES
class TestEdges:
    def test_the_last_day_of_a_black_entry(self, days: int) -> None:
        case = applying([black(valid_to=iso(0))])
        assert outcome(case, days) == ("review" if days <= 0 else "normal")
        assert outcome(case, days, profile="literal") == ("restrict" if days <= 0 else "normal")

    def test_the_first_day_of_a_black_entry(self, days: int) -> None:
        assert outcome(applying([black(effective_from=iso(0))]), days) == ("review" if days >= 0 else "normal")

    def test_the_last_day_of_a_red_entry(self, days: int) -> None:
        pending = applying([red(valid_to=iso(0))], application={"accepted_on": "pending"})
        assert outcome(pending, days) == ("green_channel" if days <= 0 else "normal")

    def test_the_last_day_of_a_red_entry_beside_the_day_of_acceptance(self, days: int) -> None:
        earned = applying([red(valid_to=iso(days))], application={"accepted_on": iso(0)})
        assert outcome(earned, 30) == ("green_channel" if days >= 0 else "normal")

    def test_the_last_day_of_a_black_entry_beside_a_red_one(self, days: int) -> None:
        case = applying([red(), black(valid_to=iso(0))], application={"accepted_on": "pending"})
        assert outcome(case, days) == ("review" if days <= 0 else "green_channel")

    def test_the_day_of_acceptance(self, days: int) -> None:
        case = applying([red(valid_to=iso(-2))], application={"accepted_on": iso(-2 - days)})
        accepted_in_time = days >= 0
        assert outcome(case, 0) == ("green_channel" if accepted_in_time else "normal")

    def test_the_last_day_of_a_relation(self, days: int) -> None:
        assert outcome(representing(valid_to=iso(0)), days) == ("restrict" if days <= 0 else "normal")

    def test_the_first_day_of_a_relation(self, days: int) -> None:
        case = representing(valid_from=iso(0))
        case["application"]["accepted_on"] = "pending"
        assert outcome(case, days) == ("restrict" if days >= 0 else "normal")

    def test_the_first_day_of_a_relation_beside_the_day_of_acceptance(self, days: int) -> None:
        case = representing(valid_from=iso(days))
        case["application"]["accepted_on"] = iso(0)
        assert outcome(case, 30) == ("restrict" if days <= 0 else "review")

    def test_the_last_day_to_keep_a_promise(self, days: int) -> None:
        assert outcome(promising(iso(-10), iso(0)), days) == ("tolerant_acceptance" if days <= 0 else "normal")

    def test_the_longest_time_that_a_promise_may_take(self, days: int) -> None:
        assert outcome(promising(iso(0), iso(30 + days)), 1) == (
            "tolerant_acceptance" if days <= 0 else "green_channel"
        )

    def test_the_day_of_a_promise(self, days: int) -> None:
        case = promising(iso(0), iso(20))
        case["application"]["accepted_on"] = "pending"
        assert outcome(case, days) == ("tolerant_acceptance" if days >= 0 else "green_channel")

    @pytest.mark.parametrize("feed", ["red_list", "black_list", "judgment_defaulters", "relations"])
    def test_the_age_of_an_answer(self, feed: str, days: int) -> None:
        answers = [
            {
                "name": f.name,
                "answered": True,
                "about": "everybody",
                "fetched_at": iso(-7 - days if f.name == feed else 0),
            }
            for f in shipped().feeds
        ]
        person = applying(sources=answers, subject=PERSON | {"kind": "natural"})
        decision = shipped_on(T, "lawful").decide(Case.from_dict(person))
        assert [m.address for m in decision.missing] == ([f"source/{feed}/subject"] if days > 0 else [])
        assert decision.outcome == ("undetermined" if days > 0 and feed != "red_list" else "normal")

    def test_the_age_of_an_entry_whose_source_no_longer_answers(self, days: int) -> None:
        answers = [
            {"name": f.name, "answered": f.name != "black_list", "about": "everybody", "fetched_at": iso(0)}
            for f in shipped().feeds
        ]
        case = applying([black(fetched_at=iso(-7 - days))], sources=answers)
        assert outcome(case) == ("undetermined" if days > 0 else "review")

    def test_the_last_day_of_a_suspension(self, days: int) -> None:
        steps = [
            {"status": "active", "from": "2019-03-01"},
            {"status": "suspended", "from": "2021-01-10", "until": iso(0)},
        ]
        assert outcome(applying([black(status=None, history=steps)]), days) == ("normal" if days <= 0 else "review")

    def test_the_day_of_a_repair(self, days: int) -> None:
        steps = [{"status": "active", "from": "2019-03-01"}, {"status": "repaired", "from": iso(0)}]
        assert outcome(applying([black(status=None, history=steps)]), days) == ("review" if days < 0 else "normal")
        present = black(status="repaired", repaired_on=iso(0), status_since=None)
        assert outcome(applying([present]), days) == ("undetermined" if days < 0 else "normal")

    def test_the_day_on_which_the_application_was_granted(self, days: int) -> None:
        case = applying(
            [black()],
            application={
                "history": [{"status": "received", "from": "2021-01-04"}, {"status": "granted", "from": iso(0)}]
            },
        )
        assert outcome(case, days) == ("review" if days < 0 else "normal")

    def test_the_day_on_which_a_finding_takes_effect(self, days: int) -> None:
        finding = {
            "id": "F-1", "subject": JIA, "capacity": "permittee", "application": "A-0", "matter": "construction_permit", "conduct": "deception",
            "effective_on": iso(0),
        }  # fmt: skip
        case = {"about": "finding", "subject": JIA | {"kind": "legal"}, "findings": [finding], "sources": "all"}
        decision = shipped_on(T + timedelta(days=days), "lawful").decide(Case.from_dict(case))
        assert ("notify" in [p.measure for p in decision.procedures]) is (days >= 0)

    def test_the_first_day_of_the_policy(self, days: int) -> None:
        first = date(2020, 5, 26) + timedelta(days=days)
        if days < 0:
            with pytest.raises(PolicyError):
                shipped_on(first, "lawful")
        else:
            assert (
                outcome(applying(application={"received_on": "2020-05-20", "accepted_on": "2020-05-20"}), day=first)
                == "normal"
            )

    def test_the_first_day_of_a_law(self, days: int) -> None:
        first = shipped().law["49号"].in_force.from_
        steps = [{"status": "active", "from": "2019-03-01"}, {"status": "disputed", "from": "2020-08-01"}]
        case = Case.from_dict(applying([black(status=None, history=steps)]))
        decision = shipped_on(first + timedelta(days=days), "literal").decide(case)
        cited = [
            p.in_force for c in decision.established for e in c.exceptions for p in e.provisions if e.id == "disputed"
        ]
        assert decision.outcome == "review"
        assert cited == [days >= 0]


def representing(**relation: Any) -> dict[str, Any]:
    """A natural person who builds a house and represents a judgment defaulter."""
    listed = black(
        category="judgment_defaulter",
        ground="ground_1",
        subject=YI,
        authority={"body": "court", "level": "municipal", "own": False, "elsewhere": False},
        source="judgment_defaulters",
    )
    link = {
        "person": PERSON, "role": "legal_representative", "of": YI, "valid_from": "2018-01-01", "valid_to": "open", "evidenced": True,
        "source": "relations",
    } | relation  # fmt: skip
    return applying([listed], subject=PERSON | {"kind": "natural"}, relations=[link])


def promising(signed_on: str, due_on: str) -> dict[str, Any]:
    """A red-listed applicant who promised to supply a secondary paper."""
    pledge = {"signed_on": signed_on, "due_on": due_on}
    return applying([red()], application={"missing_secondary": ["节能备案表"], "tolerance_pledge": pledge})


@EDGES
def test_a_term_closes_a_validity_while_its_law_is_in_force(days: int) -> None:
    law = {
        "L": {
            "title": "L",
            "level": "law",
            "in_force": {"to": T},
            "provisions": {"第1条": {"says": title("s"), "checked": "official"}},
        }
    }
    term = {k: v for k, v in TERM.items() if k != "choice"} | {"basis": ["L 1"]}
    policy = load_data(
        {**SMALL, "law": law, "terms": [term], "rules": [small_rule("as_of <= entry.valid_to", measure="review")]}
    )
    entry = black(grade="minor", document_date="2021-01-04")
    day = T + timedelta(days=days)
    decision = Prepared(lower(policy, as_of=day)).decide(Case.from_dict(applying([entry])))
    assert decision.outcome == ("normal" if days <= 0 else "review")
    assert [f.what for f in decision.fell] == (["term"] if days > 0 else [])


@EDGES
def test_the_last_day_of_a_term(days: int) -> None:
    policy = load_data({**SMALL, "terms": [TERM], "rules": [small_rule("as_of <= entry.valid_to", measure="review")]})
    entry = black(grade="minor", document_date="2021-05-05")
    decision = Prepared(lower(policy, as_of=T + timedelta(days=days))).decide(Case.from_dict(applying([entry])))
    assert decision.outcome == ("review" if days <= 0 else "normal")


# Midnight in Beijing, and the last of February


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/Los_Angeles", "Pacific/Kiritimati"])
@pytest.mark.parametrize(
    ("instant", "day"),
    [
        ("2021-06-05T15:59:59Z", "2021-06-05"), ("2021-06-05T16:00:00Z", "2021-06-06"), ("2021-06-05T23:59:59+08:00", "2021-06-05"),
        ("2021-06-06T00:00:00+08:00", "2021-06-06"), ("2021-06-05T12:00:00-04:00", "2021-06-06"), ("2021-06-05T11:59:59-04:00", "2021-06-05"),
    ],
)  # fmt: skip
def test_a_day_ends_at_midnight_in_beijing(instant: str, day: str, zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        last = T if day == T.isoformat() else T + timedelta(days=1)
        for days in (0, 1):
            told = shipped_on(last + timedelta(days=days), "lawful").decide(
                Case.from_dict(applying([black(valid_to=instant)]))
            )
            same = shipped_on(last + timedelta(days=days), "lawful").decide(
                Case.from_dict(applying([black(valid_to=day)]))
            )
            assert told.to_json() == same.to_json()
            assert told.outcome == ("review" if days == 0 else "normal")
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2024-02-28", "review"), ("2024-02-29", "review"), ("2024-03-01", "normal")],
)
def test_validity_until_29_february(day: str, expected: str) -> None:
    entry = black(valid_to="2024-02-29", fetched_at="2024-02-28")
    assert outcome(applying([entry]), day=date.fromisoformat(day)) == expected


@pytest.mark.parametrize(
    ("signed_on", "due_on", "expected"),
    [
        ("2024-01-30", "2024-02-29", "tolerant_acceptance"), ("2024-01-30", "2024-03-01", "green_channel"),
        ("2023-01-30", "2023-03-01", "tolerant_acceptance"), ("2023-01-30", "2023-03-02", "green_channel"),
    ],
)  # fmt: skip
def test_thirty_days_over_the_end_of_february(signed_on: str, due_on: str, expected: str) -> None:
    assert outcome(promising(signed_on, due_on), day=date.fromisoformat(signed_on)) == expected


@pytest.mark.parametrize(
    ("begin", "period", "last"),
    [
        ("2024-02-29", "years(1)", "2025-02-28"), ("2024-02-29", "years(4)", "2028-02-29"), ("2024-02-29", "months(12)", "2025-02-28"),
        ("2023-02-28", "years(1)", "2024-02-28"), ("2024-01-31", "months(1)", "2024-02-29"), ("2023-01-31", "months(1)", "2023-02-28"),
        ("2024-01-30", "days(30)", "2024-02-29"), ("2024-02-29", "months(1)", "2024-03-29"), ("2023-12-31", "months(2)", "2024-02-29"),
    ],
)  # fmt: skip
@EDGES
def test_a_period_ends_on_the_corresponding_day_or_the_last_of_its_month(
    begin: str, period: str, last: str, days: int
) -> None:
    policy = load_data({**SMALL, "rules": [small_rule(f"as_of <= entry.document_date + {period}", measure="review")]})
    day = date.fromisoformat(last) + timedelta(days=days)
    decision = Prepared(lower(policy, as_of=day)).decide(Case.from_dict(applying([black(document_date=begin)])))
    assert decision.outcome == ("review" if days <= 0 else "normal")


@pytest.mark.parametrize(("begin", "expected"), [("open", "review"), ("pending", "review"), ("0001-01-01", "normal")])
def test_a_period_from_a_day_that_never_comes_never_ends(begin: str, expected: str) -> None:
    policy = load_data({**SMALL, "rules": [small_rule("as_of <= entry.document_date + years(1)", measure="review")]})
    decision = Prepared(lower(policy, as_of=T)).decide(Case.from_dict(applying([black(document_date=begin)])))
    assert decision.outcome == expected
