"""Level 3, exceptions: what they leave of a measure, whether one applies, and what several of them come to."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

from tests.conformance.making import (
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
    rule,
)

LIGHTER = policy(
    "exceptions-lighter",
    [
        rule("NONE", "deny", "application.small", unless=[exception("NONE-x", "none", "application.urgent")]),
        rule(
            "TWO", "deny", "application.small",
            unless=[exception("TWO-x", "restrict", "application.urgent"), exception("TWO-y", "review", "application.public")],
        ),
        rule(
            "THREE", "restrict", "application.small",
            unless=[
                exception("THREE-x", "review", "application.urgent"), exception("THREE-y", "none", "application.public"),
                exception("THREE-z", "review", "application.insured"),
            ],
        ),
        rule("BOTH", "hold", unless=[exception("BOTH-x", "review", "application.urgent", "application.public")]),
    ],
)  # fmt: skip
FAVOURS = policy(
    "exceptions-favours",
    [
        rule(
            "FAST", "fast", "application.small",
            unless=[exception("FAST-x", "early", "application.urgent"), exception("FAST-y", "none", "application.public")],
        ),
        rule("EARLY", "early", "application.insured", unless=[exception("EARLY-x", "none", "application.urgent")]),
        rule(
            "NOTIFY", "notify", "application.small", then={"arguments": {"to": '"office"'}},
            unless=[exception("NOTIFY-x", "none", "application.urgent")],
        ),
    ],
)  # fmt: skip
FLAGS = ("small", "urgent", "public", "insured")


def combinations(name: str, values: tuple[Any, ...], flags: tuple[str, ...] = FLAGS) -> Iterator[Sketch]:
    for combination in product(values, repeat=len(flags)):
        given = dict(zip(flags, combination, strict=True))
        if UNKNOWN in combination or UNKNOWN not in values:
            told = ", ".join(f"{flag} is {WORDS[value]}" for flag, value in given.items())
            yield Sketch(told, name, case(**given))


SHARED = policy(
    "exceptions-shared",
    [
        rule("A", "deny", "application.small", groups=["g"]),
        rule(
            "B",
            "restrict",
            "application.insured",
            groups=["g", "h"],
            unless=[exception("B-own", "review", "application.public")],
        ),
        rule("C", "deny", "application.insured"),
    ],
    exceptions=[
        {"for": ["g"], **exception("G-x", "review", "application.urgent")},
        {"for": ["C"], **exception("C-x", "restrict", "application.urgent")},
    ],
)
SECOND = {"with": {"other": {"each": "entry", "persons": SELF}}}
BESIDE = policy(
    "exceptions-beside",
    [
        of_entry(
            "BLACK", "deny", 'entry.colour == "black"',
            unless=[
                exception("RED", "review", 'other.colour == "red" && other.category == entry.category', **SECOND),
                exception("DISPUTED", "restrict", 'status_on(entry, as_of) == "disputed"'),
            ],
        ),
    ],
)  # fmt: skip


def beside() -> Iterator[Sketch]:
    for count, category, status in product((0, 1, 2), ("tax", "wages"), ("active", "disputed")):
        black = entry(1, status=status, status_since="2024-01-01")
        reds = [entry(5 + n, colour="red", category=category) for n in range(count)]
        what = f"a black entry for tax, {status}, beside {count} red ones for {category}"
        yield Sketch(what, "exceptions-beside", case(black, *reds))
    pair = [entry(1), entry(2, category="wages"), entry(3, colour="red", category="wages")]
    yield Sketch("the exception is that of one entry and not of the other", "exceptions-beside", case(*pair))
    yield Sketch("the same in another order", "exceptions-beside", case(*pair[::-1]))
    other = {"name": "乙公司", "uscc": "91999999MA00000B7L"}
    stranger = entry(3, colour="red", subject=other)
    yield Sketch("a red entry of a stranger is none beside", "exceptions-beside", case(entry(1), stranger))


FORCE = policy(
    "exceptions-in-force",
    [
        rule(
            "A", "deny", "application.small",
            unless=[
                exception("OLD", "review", "application.urgent", in_force={"to": "2024-02-29"}),
                exception("NEW", "restrict", "application.urgent", in_force={"from": "2024-03-01"}),
                exception("LAW", "none", "application.public", basis=["LATER 1"]),
            ],
        ),
    ],
    law={"LATER": instrument(in_force={"from": "2024-03-02"}, a1=provision())},
)  # fmt: skip


def force() -> Iterator[Sketch]:
    for day, urgent, public in product(("2024-02-29", "2024-03-01", "2024-03-02"), (True, False), (True, False)):
        what = f"{day}: urgent is {WORDS[urgent]}, public is {WORDS[public]}"
        yield Sketch(what, "exceptions-in-force", case(small=True, urgent=urgent, public=public), as_of=day)


KNOWN = (True, False)


def _of_flags(name: str, shows: str, policy_: dict[str, Any]) -> Family:
    return Family("exceptions", name, shows, policy_, tuple(combinations(name, KNOWN)))


FAMILIES = (
    _of_flags("exceptions-lighter", "what exceptions leave of burdens", LIGHTER),
    _of_flags("exceptions-favours", "what exceptions leave of facilitations and procedures", FAVOURS),
    _of_flags("exceptions-shared", "exceptions of groups of rules", SHARED),
    Family("exceptions", "exceptions-beside", "exceptions that bind another record", BESIDE, tuple(beside())),
    Family("exceptions", "exceptions-in-force", "exceptions in force on the day", FORCE, tuple(force())),
)
