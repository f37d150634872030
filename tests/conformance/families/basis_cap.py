"""Level 5, basis cap: nothing adverse without law. What is left of a burden that no provision covers, and which provisions do."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

from tests.conformance.making import (
    ME,
    OTHER,
    SELF,
    UNKNOWN,
    WORDS,
    Family,
    Sketch,
    case,
    entry,
    exception,
    instrument,
    of_entry,
    policy,
    provision,
    relation,
    rule,
)
from tests.conformance.vocabulary import title

LAW = {
    "LAW": instrument("law", a1=provision()),
    "REGULATION": instrument("regulation", a1=provision()),
    "NORMATIVE": instrument("normative", a1=provision()),
    "REPUBLISHED": instrument(a1=provision(checked="republished")),
    "UNCHECKED": instrument(a1=provision(checked="unchecked")),
    "ENDED": instrument(in_force={"from": "2000-01-01", "to": "2024-02-29"}, a1=provision()),
    "BEGUN": instrument(in_force={"from": "2024-03-01"}, a1=provision()),
    "ARTICLE": instrument(a1=provision(in_force={"from": "2024-03-02"})),
    "OFF": instrument(a1=provision(), more={"carries_if": "param.off"}),
    "ON": instrument(a1=provision(), more={"carries_if": "param.on"}),
    "OTHER": instrument(a1=provision(carries={"measures": ["restrict", "hold"]})),
    "FILING": instrument(a1=provision(carries={"matters": ["filing"]})),
    "PARAM": instrument(a1=provision(carries={"matters": ["param.matters"]})),
    "SELF": instrument(
        a1=provision(carries={"persons": SELF}), a2={"says": title("条文", "provision"), "checked": "official"}
    ),
}
PARAMETERS = {
    "off": {"title": title("关", "off"), "choice": "ours", "value": False}, "on": {"title": title("开", "on"), "choice": "ours", "value": True},
    "matters": {"title": title("事项", "matters"), "choice": "ours", "value": ["licence"]},
}  # fmt: skip


def _bases(measure: str) -> list[dict[str, Any]]:
    single = [rule(f"R-{name}", measure, "application.urgent", basis=[f"{name} 1"], choice="ours") for name in LAW]
    return [
        *single,
        rule("R-whole", measure, "application.urgent", basis=["LAW"]),
        rule("R-silent", measure, "application.urgent", basis=["SELF 2"]),
        rule("R-two", measure, "application.urgent", basis=["UNCHECKED 1", "LAW 1"]),
        rule("R-pieces", measure, "application.urgent", basis=["OTHER 1", "FILING 1"]),
        rule("R-ours", measure, "application.urgent", basis=[], choice="ours"),
        rule("R-review", "review", "application.urgent", basis=["NORMATIVE 1"]),
        rule("R-early", "early", "application.urgent", basis=["NORMATIVE 1"]),
    ]


COVERED = policy(
    "cap-covered", [r | ({} if r["basis"] else {"basis": []}) for r in _bases("deny")], law=LAW, parameters=PARAMETERS
)
for _rule in COVERED["rules"]:
    if not _rule["basis"]:
        del _rule["basis"]


def covered(name: str, profiles: tuple[str, ...] = ("lawful", "printed")) -> Iterator[Sketch]:
    for profile, matter, day in product(
        profiles, ("permit", "filing", "licence"), ("2024-02-29", "2024-03-01", "2024-03-02")
    ):
        for urgent in (True, UNKNOWN) if day == "2024-03-01" else (True,):
            what = f"a {matter} on {day}, profile {profile}, the burden is {'known' if urgent is True else 'unknown'}"
            yield Sketch(what, name, case(matter=matter, urgent=urgent), as_of=day, profile=profile)


NEAR = ["self", "legal_representative_of_holder", "actual_controller_of_holder"]
PERSONS = policy(
    "cap-persons",
    [
        of_entry("SELF", "deny", 'entry.colour == "black"', basis=["SELF 1"]),
        of_entry("NEAR", "restrict", 'entry.colour == "black"', persons=NEAR, basis=["NEAR 1"]),
        of_entry("LIGHT", "review", 'entry.colour == "black"', persons=NEAR, basis=["NEAR 1"]),
    ],
    law={
        "SELF": instrument(a1=provision(carries={"persons": SELF})),
        "NEAR": instrument(
            a1=provision(carries={"persons": ["self", "actual_controller_of_holder"], "matters": ["permit"]})
        ),
    },
    feeds={"companies": {"title": title("登记", "register of companies"), "relations": True}},
)


def persons() -> Iterator[Sketch]:
    links = {
        "itself": (ME, []), "whose legal representative it is": (OTHER, [relation(ME, "legal_representative", OTHER)]),
        "whose controller it is": (OTHER, [relation(ME, "actual_controller", OTHER)]),
        "of which it is both": (OTHER, [relation(ME, "legal_representative", OTHER), relation(ME, "actual_controller", OTHER)]),
    }  # fmt: skip
    for (who, (holder, relations)), matter, profile in product(
        links.items(), ("permit", "filing"), ("lawful", "printed")
    ):
        for colour in ("black", UNKNOWN):
            data = case(entry(subject=holder, colour=colour), relations=relations, matter=matter)
            what = f"an entry, {'black' if colour == 'black' else 'of a colour not known'}, of the one {who}; a {matter}, profile {profile}"
            yield Sketch(what, "cap-persons", data, profile=profile)
    for matter, profile in product(("permit", "filing"), ("lawful", "printed")):
        data = case(entry(), sources=[], matter=matter)
        yield Sketch(
            f"the register of companies did not answer; a {matter}, profile {profile}",
            "cap-persons",
            data,
            profile=profile,
        )


def _excused(id_: str, basis: str, *exceptions: tuple[str, str, str, str]) -> dict[str, Any]:
    """A rule that denies on a basis, with exceptions: name, what it leaves, its condition, its basis."""
    unless = [exception(f"{id_}-{n}", instead, test, basis=[on]) for n, instead, test, on in exceptions]
    return rule(id_, "deny", basis=[basis], unless=unless)


EXCEPTIONS = policy(
    "cap-exceptions",
    [
        _excused("OWN", "DENY 1", ("x", "restrict", "application.urgent", "RESTRICT 1")),
        _excused("RULE", "ALL 1", ("x", "restrict", "application.urgent", "NOTHING 1")),
        _excused("NEITHER", "DENY 1", ("x", "restrict", "application.urgent", "NOTHING 1")),
        _excused("CAPPED", "RESTRICT 1", ("x", "hold", "application.urgent", "RESTRICT 1")),
        _excused("LIFTED", "NOTHING 1", ("x", "none", "application.urgent", "NOTHING 1")),
        _excused(
            "TWO", "DENY 1", ("x", "restrict", "application.urgent", "NOTHING 1"), ("y", "hold", "application.public", "RESTRICT 1")
        ),
    ],
    law={
        "DENY": instrument(a1=provision(carries={"measures": ["deny"]})),
        "RESTRICT": instrument(a1=provision(carries={"measures": ["restrict", "hold"]})),
        "ALL": instrument(a1=provision()),
        "NOTHING": instrument("normative", a1=provision()),
    },
)  # fmt: skip


def capped_exceptions() -> Iterator[Sketch]:
    values = (True, False, UNKNOWN)
    for urgent, public, profile in product(values, values, ("lawful", "printed")):
        what = f"urgent is {WORDS[urgent]}, public is {WORDS[public]}, profile {profile}"
        yield Sketch(what, "cap-exceptions", case(urgent=urgent, public=public), profile=profile)


NOTHING = policy(
    "cap-nothing",
    [
        rule("COVERED", "deny", "application.urgent", basis=["LAW 1"]),
        rule("BARE", "restrict", "application.public", basis=["NORMATIVE 1"]),
        rule("REVIEW", "review", "application.insured", basis=["NORMATIVE 1"]),
        rule("EARLY", "early", "application.small", basis=["NORMATIVE 1"]),
        rule(
            "LEFT", "deny", "application.public", basis=["LAW 1"],
            unless=[exception("LEFT-x", "restrict", "application.urgent", basis=["OTHER 1"])],
        ),
    ],
    law={
        "LAW": instrument(a1=provision(carries={"measures": ["deny"]})), "NORMATIVE": instrument("normative", a1=provision()),
        "OTHER": instrument("normative", a1=provision()),
    },
)  # fmt: skip


def nothing() -> Iterator[Sketch]:
    for flags in product((True, False, UNKNOWN), repeat=3):
        for profile in ("lawful", "printed") if UNKNOWN not in flags else ("lawful",):
            urgent, public, insured = flags
            what = (
                f"urgent is {WORDS[urgent]}, public is {WORDS[public]}, insured is {WORDS[insured]}, profile {profile}"
            )
            data = case(urgent=urgent, public=public, insured=insured, small=urgent is not True)
            yield Sketch(what, "cap-nothing", data, profile=profile)


def _of(name: str, shows: str, policy_: dict[str, Any], found: Iterator[Sketch], *, cap: str = "review") -> Family:
    return Family("basis-cap", name, shows, policy_, tuple(found), cap)


CAPPED_FIRST = "what an exception leaves is capped first, and the lightest taken afterwards"
FAMILIES = (
    _of(
        "cap-covered", "which provisions carry a burden, in which matter, on which day", COVERED, covered("cap-covered")
    ),
    _of("cap-persons", "for whom a provision carries a burden", PERSONS, persons()),
    _of("cap-exceptions", CAPPED_FIRST, EXCEPTIONS, capped_exceptions()),
    _of("cap-nothing", "a vocabulary whose cap leaves nothing", NOTHING, nothing(), cap="none"),
)
