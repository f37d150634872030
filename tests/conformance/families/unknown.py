"""Level 4, unknown: missing is not false. Facts that are not known, exceptions that may apply, sources that did not answer."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

from tests.conformance.families import core, dates, exceptions
from tests.conformance.making import (
    DAY,
    ME,
    OTHER,
    PERSONS,
    SELF,
    UNKNOWN,
    WORDS,
    Family,
    Sketch,
    case,
    competence,
    entry,
    exception,
    of_entry,
    policy,
    relation,
    rule,
    scope,
)
from tests.conformance.vocabulary import title

THREE = (True, False, UNKNOWN)


def renamed(name: str, found: Iterator[Sketch]) -> Iterator[Sketch]:
    """The sketches of a family of a lower level, whose policy is here again, so that a level stands alone."""
    yield from (Sketch(s.name, name, s.case, s.as_of, s.profile) for s in found)


FACTS = policy(
    "unknown-facts",
    [
        rule("AREA", "review", "application.area <= 300"),
        rule("FLOORS", "review", "application.floors == application.basements"),
        rule("NOTE", "review", 'application.note != "a"'),
        rule("IN", "review", 'application.note in ["a", "b"]'),
        rule("LISTED", "review", '"a" in application.tags'),
        rule("SIZE", "review", "size(application.tags) == 0"),
        rule("PERIOD", "review", "as_of <= application.accepted_on + months(1)"),
        rule("COUNT", "review", "as_of <= application.received_on + months(application.floors)"),
        rule("KEYED", "review", "application.area > param.least"),
        rule("SETTLED", "review", "application.small && application.area <= 300 || application.urgent"),
        rule("HAS", "advise", "has(application.area) && !has(application.note)"),
    ],
    parameters={
        "least": {
            "title": title("下限", "least"), "choice": "ours", "by": "application.purpose", "default": 100, "values": {"trade": 300},
        }
    },
)  # fmt: skip
GIVEN: dict[str, Any] = {
    "area": "250", "floors": 1, "basements": 1, "note": "a", "tags": ["a"], "accepted_on": "2024-02-01", "purpose": "trade", "small": True,
    "urgent": False,
}  # fmt: skip


def facts() -> Iterator[Sketch]:
    yield Sketch("everything is known", "unknown-facts", case(**GIVEN))
    for name in GIVEN:
        yield Sketch(f"{name} is left out", "unknown-facts", case(**GIVEN | {name: UNKNOWN}))
        yield Sketch(f"{name} is null, which is the same", "unknown-facts", case(**GIVEN | {name: UNKNOWN}, null=True))
    nothing = dict.fromkeys(GIVEN, UNKNOWN)
    yield Sketch("nothing is known", "unknown-facts", case(**nothing))
    for small, area, urgent in product(THREE, ("250", "350", UNKNOWN), THREE):
        told = f"small is {WORDS[small]}, the area is {area.replace(UNKNOWN, 'unknown')}, urgent is {WORDS[urgent]}"
        yield Sketch(told, "unknown-facts", case(**GIVEN | {"small": small, "area": area, "urgent": urgent}))


def excused(measure: str, first: str, second: str) -> list[dict[str, Any]]:
    return [
        rule(
            "A", measure, "application.small",
            unless=[exception("A-x", first, "application.urgent"), exception("A-y", second, "application.public")],
        )
    ]  # fmt: skip


EXCUSED = {
    "unknown-excused-lighter": (excused("deny", "restrict", "review"), "exceptions that may lighten a burden"),
    "unknown-excused-none": (excused("deny", "none", "restrict"), "exceptions that may lift a burden"),
    "unknown-excused-favour": (excused("fast", "early", "none"), "exceptions that may take a facilitation away"),
    "unknown-excused-tie": (excused("deny", "hold", "restrict"), "exceptions of which both leave the same rank"),
}

SCOPE = policy(
    "unknown-scope",
    [
        rule("IN", "deny", "application.urgent", groups=["works"]),
        rule("OUT", "review", "application.public"),
        rule("FAVOUR", "early", "application.insured", groups=["works"]),
    ],
    scope=[scope("SMALL", "application.small", ["works"])],
)

OUTCOME = policy(
    "unknown-outcome",
    [
        rule("DENY", "deny", "application.urgent"),
        rule("REVIEW", "review", "application.public"),
        rule("FAST", "fast", "application.insured"),
        rule("EARLY", "early", "application.small"),
    ],
)

ORDER = policy(
    "unknown-order",
    [
        rule("A", "review", "application.urgent && application.public"),
        rule("B", "review", "application.public || application.insured"),
        rule("C", "deny", "application.public", "application.area > 1"),
        of_entry("D", "restrict", "entry.amount > 1 && application.insured"),
    ],
)


def order() -> Iterator[Sketch]:
    """The fact for which most conclusions wait comes first; of equals the one whose address is less."""
    for urgent, public, insured, area in product((True, UNKNOWN), (True, UNKNOWN), (False, UNKNOWN), ("2", UNKNOWN)):
        if UNKNOWN in (urgent, public, insured, area):
            told = [
                n
                for n, v in (("urgent", urgent), ("public", public), ("insured", insured), ("area", area))
                if v == UNKNOWN
            ]
            data = case(entry(2), entry(1), urgent=urgent, public=public, insured=insured, area=area)
            yield Sketch(f"not known: {', '.join(told)}", "unknown-order", data)


STATUS = dates.STATUS | {"policy": "unknown-status", "rules": [*dates.STATUS["rules"], *dates.EARLIER["rules"]]}


def status() -> Iterator[Sketch]:
    bare = {k: v for k, v in entry().items() if k not in ("status", "effective_from")}

    def one(
        *steps: tuple[str, str | None], complete: bool = False, fetched: str = "2024-02-15", **more: Any
    ) -> dict[str, Any]:
        history = [{"status": s} | ({"from": f} if f else {}) for s, f in steps]
        answer = {
            "name": "register",
            "answered": True,
            "about": "everybody",
            "fetched_at": fetched,
            "history_complete": complete,
        }
        return case(bare | {"history": history, "fetched_at": fetched} | more, sources=[answer])

    name = "unknown-status"
    yield Sketch("nothing is told of the status", name, case(bare))
    for complete in (True, False):
        told = "complete" if complete else "perhaps not complete"
        yield Sketch(
            f"a history that is {told}, before its first step", name, one(("active", "2024-03-02"), complete=complete)
        )
        yield Sketch(f"a history that is {told}, without steps", name, one(complete=complete))
        yield Sketch(
            f"a history that is {told}, repaired on a day not known",
            name,
            one(("active", "2023-01-01"), ("repaired", None), complete=complete),
        )
        yield Sketch(
            f"a history that is {told}, repaired on a day not known, asked later", name,
            one(("active", "2023-01-01"), ("repaired", None), complete=complete, fetched="2024-03-02"),
        )  # fmt: skip
        between = (("active", "2023-01-01"), ("disputed", None), ("repaired", "2024-02-20"))
        yield Sketch(
            f"a history that is {told}, disputed at some time before a repair", name, one(*between, complete=complete)
        )
        later = (("active", "2023-01-01"), ("disputed", None), ("repaired", "2024-03-02"))
        yield Sketch(
            f"a history that is {told}, disputed at some time before tomorrow",
            name,
            one(*later, complete=complete, fetched="2024-03-05"),
        )
    for present in ("active", "disputed", "suspended", "repaired", "removed"):
        for since in (UNKNOWN, "2024-02-10", "2024-03-01"):
            for fetched in ("2024-02-15", "2024-03-02"):
                date_field = {"active": "effective_from", "repaired": "repaired_on"}.get(present, "status_since")
                data = case(bare | {"status": present, date_field: since, "fetched_at": fetched})
                yield Sketch(
                    f"{present} since {since.replace(UNKNOWN, 'a day not known')}, asked on {fetched}", name, data
                )
    for end in (UNKNOWN, "2024-02-29", "2024-03-01"):
        data = case(bare | {"status": "suspended", "status_since": "2024-01-01", "suspended_until": end})
        yield Sketch(f"suspended until {end.replace(UNKNOWN, 'a day not known')}", name, data)
    for received, accepted in product((UNKNOWN, "2024-02-01"), (UNKNOWN, "2024-02-10")):
        data = case(received_on=received, accepted_on=accepted)
        told = [n for n, v in (("received", received), ("accepted", accepted)) if v == UNKNOWN]
        yield Sketch(f"the application: {' and '.join(told) or 'no day'} not known", name, data)


VALIDITY = dates.VALIDITY | {"policy": "unknown-validity", "terms": dates.TERMS["terms"], "law": dates.TERMS["law"]}


def validity() -> Iterator[Sketch]:
    for begin, end in product((UNKNOWN, "2023-01-01", "2024-03-02"), (UNKNOWN, "2024-02-29", "open")):
        for grade, decided in (
            (UNKNOWN, "2023-02-28"),
            ("minor", UNKNOWN),
            ("serious", "2023-02-28"),
            ("minor", "2023-02-28"),
        ):
            if end not in (UNKNOWN, "open") and begin == "2024-03-02":
                continue
            told = f"from {begin} to {end}, {grade} by a document of {decided}".replace(UNKNOWN, "unknown")
            data = case(
                entry(effective_from=begin, valid_to=end, grade=grade, document_date=decided), accepted_on="2024-02-01"
            )
            yield Sketch(told, "unknown-validity", data)


SOURCES = policy(
    "unknown-sources",
    [
        of_entry("BLACK", "deny", 'entry.colour == "black"', "entry.amount > 10"),
        of_entry("RED", "early", 'entry.colour == "red"'),
        of_entry("LINKED", "restrict", 'entry.colour == "black"', persons=["legal_representative_of_holder"]),
        of_entry("CATEGORY", "review", 'entry.category == "wages"'),
    ],
    feeds={
        "blacks": {"title": title("黑名单", "black list"), "of": "entry", "covers": {"colour": ["black"], "category": ["tax", "wages"]}, "max_age": 7},
        "reds": {"title": title("红名单", "red list"), "of": "entry", "covers": {"colour": ["red"]}},
        "companies": {"title": title("登记", "register of companies"), "relations": True, "max_age": 30},
    },
)  # fmt: skip


def answer(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "answered": True, "about": "everybody", "fetched_at": DAY} | more


ANSWERS = [answer("blacks"), answer("reds"), answer("companies")]


def without(name: str, *instead: dict[str, Any]) -> list[dict[str, Any]]:
    return [a for a in ANSWERS if a["name"] != name] + list(instead)


def sources() -> Iterator[Sketch]:
    black = entry(1, source="blacks", amount="11")
    red = entry(2, source="reds", colour="red", category="honest")
    theirs = entry(3, source="blacks", subject=OTHER)
    link = relation(ME, "legal_representative", OTHER)
    given = {
        "no entry": {"entries": (), "relations": ()}, "a black entry": {"entries": (black,), "relations": ()},
        "a red entry": {"entries": (red,), "relations": ()}, "a linked entry": {"entries": (theirs,), "relations": (link,)},
        "both": {"entries": (black, red), "relations": (link,)},
    }  # fmt: skip
    ways: dict[str, Any] = {
        "all answered": "all", "nobody was asked": None, "an empty list of answers": [], "each answered": ANSWERS,
        "the black list was not asked": without("blacks"), "the red list was not asked": without("reds"),
        "the register was not asked": without("companies"), "the black list did not answer": without("blacks", answer("blacks", answered=False)),
        "the black list is 7 days old": without("blacks", answer("blacks", fetched_at="2024-02-23")),
        "the black list is 8 days old": without("blacks", answer("blacks", fetched_at="2024-02-22")),
        "the red list is old, which does not matter": without("reds", answer("reds", fetched_at="2001-01-01")),
        "the day of an answer is not known": without("reds", answer("reds", fetched_at=None)),
        "the black list answered about the person": without("blacks", answer("blacks", about=[ME["uscc"]])),
        "the black list answered about another": without("blacks", answer("blacks", about=[OTHER["uscc"]])),
        "the black list answered for tax": without("blacks", answer("blacks", covers={"category": ["tax"]})),
        "two answers that cover all between them": without(
            "blacks", answer("blacks", covers={"category": ["tax"]}), answer("blacks", covers={"category": ["wages"]})
        ),
        "an answer of a source that no feed is": [*ANSWERS, answer("newspaper")],
        "the register is 31 days old": without("companies", answer("companies", fetched_at="2024-01-30")),
        "the register is 30 days old": without("companies", answer("companies", fetched_at="2024-01-31")),
    }  # fmt: skip
    for (what, records), (how, answers) in product(given.items(), ways.items()):
        data = case(*records["entries"], relations=records["relations"], sources=answers)
        yield Sketch(f"{what}; {how}", "unknown-sources", data)
    for source, fetched in product(("blacks", "reds", "newspaper"), ("2024-02-23", "2024-02-22")):
        data = case(entry(1, source=source, fetched_at=fetched, amount="11"), sources=without("blacks"))
        yield Sketch(
            f"a black entry of {source}, fetched on {fetched}, where the black list was not asked today",
            "unknown-sources",
            data,
        )


LINKS = policy(
    "unknown-links",
    [
        of_entry("NOW", "restrict", persons=["legal_representative_of_holder"]),
        of_entry("WIDE", "review", 'link.role == "legal_representative"', persons=PERSONS),
        of_entry(
            "SHARE", "review", "link.shareholder || entry.amount > 10", persons=["legal_representative_of_holder"]
        ),
        of_entry("ONCE", "advise", persons=["former_legal_representative_of_holder"]),
    ],
    feeds={
        "register": {"title": title("名单", "register"), "of": "entry"},
        "companies": {"title": title("登记", "register of companies"), "relations": True},
    },
)


def links() -> Iterator[Sketch]:
    for name in ("valid_from", "valid_to", "evidenced", "shareholder", "source"):
        told = relation(ME, "legal_representative", OTHER) | {name: UNKNOWN}
        for more in ({}, {"evidenced": False}, {"valid_to": "2024-02-29"}, {"valid_from": "2024-03-02"}):
            if name not in more:
                data = case(entry(subject=OTHER, amount="5"), relations=[told | more])
                what = f"{name} of the relation is not known" + "".join(f", {k} is {v}" for k, v in more.items())
                yield Sketch(what, "unknown-links", data)
    for asked in (["register"], ["companies"], []):
        answers = [answer(n) for n in asked]
        for linked in (True, False):
            relations = [relation(ME, "legal_representative", OTHER)] if linked else []
            data = case(entry(subject=OTHER, amount="5"), relations=relations, sources=answers)
            what = f"answered: {', '.join(asked) or 'nobody'}; the relation is {'there' if linked else 'not there'}"
            yield Sketch(what, "unknown-links", data)


SECOND = {"with": {"other": {"each": "entry", "persons": SELF}}}
BESIDE = policy(
    "unknown-beside",
    [
        of_entry(
            "WITH", "notify", 'entry.colour == "red"', 'other.colour == "black"',
            then={"arguments": {"to": "entry.category", "until": "entry.valid_to"}}, **SECOND,
        ),
        of_entry("BLACK", "deny", 'entry.colour == "black"', unless=[exception("RED", "none", 'other.colour == "red"', **SECOND)]),
    ],
    lists=[competence('entry.authority == "tax"', otherwise=True)],
)  # fmt: skip


def beside() -> Iterator[Sketch]:
    for first, second, authority in product(("black", UNKNOWN), ("red", "black", UNKNOWN), ("tax", "court", UNKNOWN)):
        told = f"an entry {first} and one {second} made by {authority}".replace(UNKNOWN, "unknown")
        data = case(entry(1, colour=first), entry(2, colour=second, authority=authority, valid_to="open"))
        yield Sketch(told, "unknown-beside", data)


def _excused() -> Iterator[Family]:
    for name, (rules, shows) in EXCUSED.items():
        found = exceptions.combinations(name, THREE, ("small", "urgent", "public"))
        yield Family("unknown", name, shows, policy(name, rules), tuple(found))


LOGIC = core.LOGIC | {"policy": "unknown-logic"}
FAMILIES = (
    Family("unknown", "unknown-logic", "unknown absorbed by and, or; not settled otherwise", LOGIC, tuple(renamed("unknown-logic", core.logic(THREE)))),
    Family("unknown", "unknown-facts", "facts of each type that are left out", FACTS, tuple(facts())),
    *_excused(),
    Family("unknown", "unknown-scope", "a scope that is not known", SCOPE, tuple(exceptions.combinations("unknown-scope", THREE))),
    Family("unknown", "unknown-outcome", "the headline beside what is undetermined", OUTCOME, tuple(exceptions.combinations("unknown-outcome", THREE))),
    Family("unknown", "unknown-order", "the order of missing facts", ORDER, tuple(order())),
    Family("unknown", "unknown-status", "statuses of which several are possible", STATUS, tuple(status())),
    Family("unknown", "unknown-validity", "ends and terms that are not known", VALIDITY, tuple(validity())),
    Family("unknown", "unknown-sources", "sources that did not answer", SOURCES, tuple(sources())),
    Family("unknown", "unknown-links", "relations of which something is not known", LINKS, tuple(links())),
    Family("unknown", "unknown-beside", "a second record and an authority that are not known", BESIDE, tuple(beside())),
)  # fmt: skip
