"""A difference names everything that changed, is its own mirror, and is false only where versions, days and digests differ."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

import creditrules as cr
from creditrules.decision import Clock, Conclusion, Decision, Fact, Fallen, FollowUp, Ignored, Lifted, Part
from creditrules.diagnostics import Text
from creditrules.difference import Difference, InstrumentChange, RuleChange
from creditrules.explanation.changes import plain_difference
from creditrules.records.case import Case
from tests.support import depth, session_seed
from tests.support.leaks import codes_in
from tests.support.random_cases import blanked, perturbed
from tests.support.shipped import shipped, shipped_cases, shipped_on
from tests.support.situations import situations

HERE = Path(__file__).parent / "explained"
DAY = date(2020, 6, 5)
CODE = "91999999" + "MA00000A9R"


def decided(name: str = "capped", **options: Any) -> Decision:
    given: dict[str, Any] = {"as_of": DAY, **options}
    return cr.decide(cr.load(HERE / "policy"), cr.Case.read(HERE / f"{name}.yaml"), **given)


def mirrored(difference: Difference) -> Difference:
    """The difference with what was and what is exchanged."""

    def side(one: RuleChange | InstrumentChange) -> Any:
        turned = replace(one, before=one.after, after=one.before)
        if isinstance(turned, RuleChange) and isinstance(one, RuleChange):
            return replace(turned, provisions_gained=one.provisions_lost, provisions_lost=one.provisions_gained)
        return turned

    found: dict[str, Any] = {}
    for f in fields(Difference):
        value = getattr(difference, f.name)
        if f.name.endswith("_gained"):
            found[f.name.replace("_gained", "_lost")] = value
        elif f.name.endswith("_lost"):
            found[f.name.replace("_lost", "_gained")] = value
        elif f.name in ("rules", "scope", "instruments"):
            found[f.name] = tuple(map(side, value))
        else:
            found[f.name] = value if f.name == "sections" or value is None else value[::-1]
    return Difference(**found)


def is_empty(difference: Difference) -> bool:
    return all(getattr(difference, f.name) in ((), None) for f in fields(Difference))


def without_days(decision: Decision) -> Decision:
    """The decision without versions, days and digests."""

    def timeless(part: Any) -> Any:
        if isinstance(part, tuple) and not isinstance(part, Text):
            return tuple(map(timeless, part))
        if not isinstance(part, Part):
            return part
        kept = {f.name: timeless(getattr(part, f.name)) for f in fields(cast("Any", part))}
        return replace(cast("Any", part), **(kept | {"on": None} if isinstance(part, Fact) else kept))

    timeless_ = replace(
        decision, policy=replace(decision.policy, version="", digest=""), as_of=date.min, case_digest=""
    )
    return cast("Decision", timeless(timeless_))


def established(decision: Decision) -> dict[str, set[tuple[str, ...]]]:
    """What each rule established, for whom, by which link."""
    found: dict[str, set[tuple[str, ...]]] = {}
    for c in decision.established:
        link = (c.link.person, c.link.address) if c.link else ()
        what = (c.record, *link, c.mode, c.measure, c.capped_from, repr(sorted(c.arguments.items())))
        found.setdefault(c.rule, set()).add(what)
    return found


def holds(a: Decision, b: Decision) -> None:
    """Everything that is so of the difference of any two decisions."""
    ab, ba = a.diff(b), b.diff(a)
    assert mirrored(ab) == ba
    assert bool(ab) == bool(ba) == (without_days(a) != without_days(b))
    assert Decision.from_json(a.to_json()).diff(Decision.from_json(b.to_json())) == ab
    assert (set(a.measures) - set(ab.measures_lost)) | set(ab.measures_gained) == set(b.measures)
    assert not set(ab.measures_lost) & set(ab.measures_gained)
    one, other = established(a), established(b)
    named = {r.rule for r in ab.rules}
    assert {r for r in {*one, *other} if one.get(r) != other.get(r)} <= named
    assert {
        c.rule for c in (*a.lifted, *b.lifted, *a.undetermined, *b.undetermined, *a.established, *b.established)
    } >= named
    for side, decision in (("before", a), ("after", b)):
        for change in ab.rules:
            parts = (*decision.conclusions, *decision.lifted)
            assert len(getattr(change, side)) == sum(_is_of(change, p) for p in parts)
    assert {m.address for m in a.missing} - {m.address for m in ab.missing_lost} | {m.address for m in ab.missing_gained} == {
        m.address for m in b.missing
    }  # fmt: skip
    assert (set(a.fell) - set(ab.fell_lost)) | set(ab.fell_gained) == set(b.fell)
    assert _ignored(a.ignored) - _ignored(ab.ignored_lost) | _ignored(ab.ignored_gained) == _ignored(b.ignored)
    if any(getattr(ab, f.name) for f in fields(Difference) if f.name not in ("policy", "as_of", "case_digest")):
        assert ab


def _ignored(found: tuple[Ignored, ...]) -> set[tuple[str, ...]]:
    return {(i.record, i.why, i.rule) for i in found}


def _is_of(change: RuleChange, part: Conclusion | Lifted) -> bool:
    link = (part.link.person, part.link.address) if part.link else ("", "")
    return (change.rule, change.record, change.person, change.relation) == (part.rule, part.record, *link)


def follow_up(decision: Decision, *, due: str = "2020-07-01") -> FollowUp:
    c = decision.conclusions[0]
    clock = Clock("2020-06-05", 20, None, "working_days", due, None, None, ())
    return FollowUp(
        "U-9", Text("告知", "tell"), "established", "shall", "procedural", "notify", Text("推送", "notify"), {}, c.record, c.link, ("T-1",), clock,
        c.provisions, False, c.reasons, (),
    )  # fmt: skip


# Of any two decisions


def pairs() -> Iterator[tuple[Decision, Decision]]:
    """Two decisions of random policies and of the shipped one, on cases that differ a little, or on two days or profiles."""
    for _, found in zip(range(depth(12, 600)), situations("difference"), strict=False):
        for _ in range(4):
            data = Case.from_dict(found.case()).model_dump(mode="json")
            a = found.prepared.decide(Case.from_dict(data))
            yield a, found.prepared.decide(Case.from_dict(blanked(found.random, data, share=0.2)))
            yield a, found.prepared.decide(Case.from_dict(found.case()))
    random_ = random.Random(f"{session_seed()} difference")
    for one in shipped_cases()[:: depth(50, 1)]:
        first = shipped_on(one.as_of, one.profile).decide(one.case)
        for day in (one.as_of - timedelta(days=1), one.as_of + timedelta(days=800)):
            if day in shipped().in_force:
                yield first, shipped_on(day, "lawful" if one.profile == "literal" else "literal").decide(one.case)
                yield first, shipped_on(day, one.profile).decide(one.case)
        data = perturbed(random_, one.case.model_dump(mode="json"), feeds=shipped().feeds, as_of=one.as_of)
        yield first, shipped_on(one.as_of, one.profile).decide(Case.from_dict(data))


def test_what_is_so_of_any_two_decisions() -> None:
    seen = differing = 0
    kinds: set[str] = set()
    for a, b in pairs():
        assert is_empty(a.diff(a))
        assert not a.diff(a)
        holds(a, b)
        seen += 1
        found = a.diff(b)
        differing += bool(found)
        kinds |= {f"{r.was} -> {r.is_}" for r in found.rules}
        kinds |= {f.name for f in fields(Difference) if getattr(found, f.name)}
    assert seen > 100
    assert differing > seen / 4
    assert {"absent -> undetermined", "established -> undetermined", "established -> absent"} <= kinds
    assert {"instruments", "missing_gained", "measures_lost", "outcome", "procedures_gained", "as_of"} <= kinds


@pytest.mark.parametrize(
    "changed",
    [
        lambda d: replace(d, as_of=date(2021, 1, 1)),
        lambda d: replace(d, case_digest="0" * 64),
        lambda d: replace(d, policy=replace(d.policy, version="4", digest="0" * 64)),
    ],
)
def test_versions_days_and_digests_are_told_and_are_no_difference(changed: Callable[[Decision], Decision]) -> None:
    found = decided().diff(changed(decided()))
    assert not found
    assert not is_empty(found)
    holds(decided(), changed(decided()))


@pytest.mark.parametrize("name", [f.name for f in fields(Decision) if f.name not in ("as_of", "case_digest", "proposal", "format")])  # fmt: skip
def test_any_other_part_that_changes_is_a_difference_and_is_named(name: str) -> None:
    decision = decided("scope", params={"told": ["市丙局"]})
    value = getattr(decision, name)
    more: dict[str, Any] = {
        "lifted": Lifted("R", Text("甲", "A"), "entry/E-9", None, ()), "fell": Fallen("rule", "R", ("法 1",)),
        "ignored": Ignored("entry/E-9", "authority", ""), "measures": "other",
    }  # fmt: skip
    more["follow_ups"] = follow_up(decision)
    if name == "policy":
        other = replace(value, profile="other")
    elif name == "about":
        other = replace(value, matter="other")
    elif isinstance(value, tuple) and not isinstance(value, Text):
        other = (*value, more[name]) if name in more else value[1:]
    else:
        another = Text("另", "other")
        told = {
            "outcome_title": another,
            "outcome_note": another,
            "person": None,
            "argument_titles": {"notify": {"of": another}},
        }
        other = ({"outcome": "other", "hypothetical": not value} | told)[name]
    assert other != value
    found = decision.diff(replace(decision, **{name: other}))
    assert found
    assert found.sections == (name,)


# What each part says


def test_the_same_case_by_two_profiles() -> None:
    found = decided().diff(decided(profile="literal"))
    assert found.profile == ("lawful", "literal")
    assert found.outcome == ("review", "restrict")
    assert found.hypothetical == (False, True)
    assert (found.measures_gained, found.measures_lost) == (("restrict",), ())
    change = next(r for r in found.rules if [a.measure for a in r.after] == ["restrict"])
    assert (change.was, change.is_) == ("established", "established")
    assert [(b.measure, b.capped_from) for b in change.before] == [("review", "restrict")]
    assert change.after[0].capped_from == ""
    assert change.record.startswith("entry/")
    assert change.person == "legal_representative_of_holder"
    assert found.version is found.policy_digest is found.matter is found.case_digest is found.as_of is None


def test_a_provision_comes_into_force_ceases_and_is_cited_or_not() -> None:
    decision = decided()
    (c, *rest) = decision.conclusions
    first = c.provisions[0]

    def with_(*provisions: Any) -> Decision:
        return replace(decision, conclusions=(replace(c, provisions=provisions), *rest))

    def what(a: Decision, b: Decision) -> list[tuple[str, str]]:
        return [(i.basis, i.what) for i in a.diff(b).instruments]

    here, gone = replace(first, basis="新法 1", in_force=True), replace(first, basis="新法 1", in_force=False)
    assert what(with_(*c.provisions), with_(*c.provisions, here)) == [("新法 1", "newly_cited")]
    assert what(with_(*c.provisions, here), with_(*c.provisions)) == [("新法 1", "no_longer_cited")]
    assert what(with_(gone), with_(here)) == [("新法 1", "came_into_force")]
    assert what(with_(here), with_(gone)) == [("新法 1", "ceased")]
    gained = with_(*c.provisions).diff(with_(*c.provisions, here)).rules[0]
    assert ([p.basis for p in gained.provisions_gained], gained.provisions_lost) == (["新法 1"], ())
    assert gained.before == gained.after


def test_another_word_of_the_law_is_a_change_of_the_rule() -> None:
    decision = decided()
    (c, *rest) = decision.conclusions
    (change,) = decision.diff(replace(decision, conclusions=(replace(c, mode="may"), *rest))).rules
    assert (change.rule, change.before[0].mode, change.after[0].mode) == (c.rule, c.mode, "may")


def test_what_is_due_on_another_day_is_lost_and_gained_anew() -> None:
    decision = decided()
    a, b = (replace(decision, follow_ups=(follow_up(decision, due=due),)) for due in ("2020-07-01", "2020-07-02"))
    assert (a.diff(b).follow_ups_lost, a.diff(b).follow_ups_gained) == (a.follow_ups, b.follow_ups)
    worded = replace(a, follow_ups=(replace(a.follow_ups[0], title=Text("另", "other")),))
    assert (a.diff(worded).follow_ups_gained, a.diff(worded).sections) == ((), ("follow_ups",))
    holds(a, b)
    text = plain_difference(a.diff(b))
    assert (
        "不再有后续事项：告知（规则 U-9），记录 E-1（本人）。期限：自 2020-06-05 次日起 20 个工作日。届满日是 2020-07-01。"
        in text
    )
    assert (
        "新增后续事项：告知（规则 U-9），记录 E-1（本人）。期限：自 2020-06-05 次日起 20 个工作日。届满日是 2020-07-02。"
        in text
    )


def test_a_procedure_that_another_rule_asks_for_too_is_not_a_new_one() -> None:
    decision = decided()
    (p, *rest) = decision.procedures
    assert not decision.diff(replace(decision, procedures=(replace(p, rules=("Z-9",)), *rest))).procedures_gained
    later = decision.diff(replace(decision, procedures=(replace(p, arguments={"to": ("x",)}), *rest)))
    assert (later.procedures_lost, len(later.procedures_gained)) == ((p,), 1)


@pytest.mark.parametrize("other", [None, 1, "{}", decided().to_dict(), decided().to_json()])
def test_only_a_decision_can_be_compared(other: Any) -> None:
    with pytest.raises(TypeError, match="with another decision, not with a `"):
        decided().diff(other)


def test_codes_are_masked_when_it_is_printed() -> None:
    decision = decided()
    named = replace(
        decision, conclusions=tuple(replace(c, record=f"entry/{CODE}") for c in decision.conclusions),
        about=replace(decision.about, address=f"finding/{CODE}"), measures=(CODE,),
        missing=(), could_become=(),
    )  # fmt: skip
    shown = repr(decision.diff(named)) + str(named.diff(decision))
    assert list(codes_in(shown)) == []
    assert CODE[-2:] in shown
