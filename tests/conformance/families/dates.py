"""Level 2, dates: periods and the ends of months, first and last days, statuses on a day, terms, what is in force when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product
from typing import Any

from tests.conformance.making import (
    ME,
    OTHER,
    Family,
    Sketch,
    case,
    entry,
    instrument,
    of_entry,
    policy,
    provision,
    relation,
    rule,
)
from tests.conformance.vocabulary import title

ONE = timedelta(days=1)


def around(day: str) -> Iterator[tuple[str, str]]:
    """The day before, the day, the day after, each with what it is called."""
    middle = date.fromisoformat(day)
    for name, step in (("the day before", -1), ("the day", 0), ("the day after", 1)):
        yield name, (middle + step * ONE).isoformat()


COMPARE = policy(
    "dates-compare",
    [
        rule("LT", "review", "application.received_on < as_of"),
        rule("LE", "review", "application.received_on <= as_of"),
        rule("EQ", "review", "application.received_on == as_of"),
        rule("NE", "review", "application.received_on != as_of"),
        rule("GE", "review", "application.received_on >= as_of"),
        rule("GT", "review", "application.received_on > as_of"),
        rule("NAMED", "review", 'application.received_on >= date("2024-02-29")'),
        rule("LISTED", "review", 'application.received_on in [date("2024-02-29"), date("2024-03-31")]'),
        rule("FIELDS", "review", "application.received_on <= application.accepted_on"),
    ],
)


def compare() -> Iterator[Sketch]:
    for day in ("2024-02-29", "2024-03-01", "2023-12-31"):
        for name, received in around(day):
            data = case(received_on=received, accepted_on=day)
            yield Sketch(f"received on {name}, of {day}", "dates-compare", data, as_of=day)
    for word in ("open", "pending"):
        for other in ("2024-03-01", "open"):
            data = case(received_on=word, accepted_on=other)
            yield Sketch(
                f"received `{word}`, which is a day that never comes, and accepted {other}", "dates-compare", data
            )


SPANS = (
    ("months", 0), ("months", 1), ("months", 3), ("months", 12), ("years", 1), ("years", 4), ("days", 0), ("days", 30), ("days", 365),
)  # fmt: skip
PERIODS = policy(
    "dates-periods",
    [
        *(rule(f"{unit}-{n}", "review", f"as_of <= application.received_on + {unit}({n})") for unit, n in SPANS),
        rule("TWICE", "review", "as_of <= application.received_on + months(1) + months(1)"),
        rule("MIXED", "review", "as_of <= application.received_on + months(1) + days(1)"),
        rule("PARAM", "review", "as_of <= application.received_on + months(param.months)"),
        rule("FIELD", "review", "as_of <= application.received_on + months(application.floors)"),
        rule("OVER", "review", "as_of > application.received_on + months(1)"),
        rule("STAYS", "review", "application.received_on + months(application.floors) == application.received_on"),
    ],
    parameters={
        "months": {
            "title": title("月数", "months"),
            "choice": "ours",
            "by": "matter",
            "default": 1,
            "values": {"filing": 2},
        },
    },
)
# The first day, and the last day of a period of some rule that begins there.
ENDS = (
    ("2024-01-31", "2024-02-29"), ("2023-01-31", "2023-02-28"), ("2024-01-30", "2024-02-29"), ("2024-01-29", "2024-02-29"),
    ("2023-01-28", "2023-02-28"), ("2024-02-29", "2024-03-29"), ("2024-02-29", "2025-02-28"), ("2024-02-29", "2028-02-29"),
    ("2023-02-28", "2024-02-28"), ("2024-02-28", "2025-02-28"), ("2024-03-31", "2024-04-30"), ("2024-04-30", "2024-05-30"),
    ("2023-11-30", "2024-02-29"), ("2022-11-30", "2023-02-28"), ("2023-12-31", "2024-01-31"), ("2023-12-31", "2024-12-31"),
    ("2023-12-31", "2024-03-31"), ("2024-08-31", "2024-09-30"), ("2024-01-31", "2024-03-29"), ("2024-01-31", "2024-03-01"),
    ("2024-02-01", "2024-03-02"), ("2023-03-01", "2024-02-29"), ("2024-03-01", "2025-03-01"), ("2100-02-28", "2101-02-28"),
    ("2096-02-29", "2100-02-28"),
)  # fmt: skip


def periods() -> Iterator[Sketch]:
    for start, end in ENDS:
        for name, day in around(end):
            data = case(received_on=start, floors=2, matter="filing" if start.endswith("31") else "permit")
            yield Sketch(f"from {start}: {name}, of {end}", "dates-periods", data, as_of=day)
    for count in (-13, -1, 0, 1, 9007199254740991, -9007199254740991):
        data = case(received_on="2024-03-31", floors=count)
        yield Sketch(f"a period of {count} months from 2024-03-31", "dates-periods", data, as_of="2024-02-29")
    for start in ("open", "9999-12-30", "9998-12-31", "0001-01-01"):
        yield Sketch(f"periods from {start}", "dates-periods", case(received_on=start, floors=-1))


VALID = "entry.effective_from <= day && day <= entry.valid_to"
DEFINED = {
    "valid": {"label": title("有效", "valid"), "of": ["entry", "day"], "is": VALID, "basis": ["L 1"]},
    "stands": {
        "label": title("在列", "stands"), "of": ["entry", "day"], "basis": ["L 1"],
        "is": 'status_on(entry, day) in ["active", "disputed"] && valid(entry, day)',
    },
}  # fmt: skip
VALIDITY = policy(
    "dates-validity",
    [
        of_entry("TODAY", "deny", "valid(entry, as_of)"),
        of_entry("THEN", "review", "application.accepted_on <= as_of", "valid(entry, application.accepted_on)"),
        of_entry("OVER", "advise", "entry.valid_to < as_of"),
    ],
    definitions=DEFINED,
)


def validity() -> Iterator[Sketch]:
    first, last = "2023-03-01", "2024-02-29"
    for edge in (first, last):
        for name, day in around(edge):
            one = entry(effective_from=first, valid_to=last)
            data = case(one, accepted_on="2023-06-01")
            yield Sketch(f"valid from {first} to {last}: {name}, of {edge}", "dates-validity", data, as_of=day)
            then = case(one, accepted_on=day)
            yield Sketch(f"accepted on {name}, of {edge}; asked today", "dates-validity", then)
    for begin, end in (
        ("2024-03-01", "2024-03-01"),
        ("2023-01-01", "open"),
        ("pending", "open"),
        ("2024-03-02", "open"),
    ):
        for accepted in ("2024-02-28", "2024-03-01", "pending"):
            data = case(entry(effective_from=begin, valid_to=end, status="active"), accepted_on=accepted)
            yield Sketch(f"valid from {begin} to {end}, accepted {accepted}", "dates-validity", data)


STATUS = policy(
    "dates-status",
    [
        of_entry("ACTIVE", "deny", 'status_on(entry, as_of) == "active"'),
        of_entry("NOT", "review", 'status_on(entry, as_of) != "active"'),
        of_entry("SOME", "restrict", 'status_on(entry, as_of) in ["disputed", "suspended"]'),
        rule("ACCEPTED", "advise", 'status_on(application, as_of) == "accepted"'),
        rule("RECEIVED", "advise", 'status_on(application, as_of) == "received"'),
        rule(
            "NEITHER",
            "advise",
            'status_on(application, as_of) != "received" && status_on(application, as_of) != "accepted"',
        ),
    ],
)


def status() -> Iterator[Sketch]:
    def step(word: str, from_: str, until: str | None = None) -> dict[str, Any]:
        return {"status": word, "from": from_} | ({"until": until} if until else {})

    def history(*steps: dict[str, Any]) -> dict[str, Any]:
        bare = {k: v for k, v in entry().items() if k != "status"}
        return case(
            bare | {"history": list(steps), "fetched_at": "2024-06-01"}, sources=COMPLETE, accepted_on="2024-02-10"
        )

    for word in ("active", "disputed", "suspended", "repaired", "removed"):
        for name, day in around("2024-03-01"):
            steps = (step("active", "2023-01-01"), step(word, "2024-03-01"))
            yield Sketch(f"{word} from 2024-03-01: {name}", "dates-status", history(*steps), as_of=day)
    steps = (step("active", "2023-01-01"), step("suspended", "2024-01-10", "2024-02-29"))
    for name, day in around("2024-02-29"):
        yield Sketch(
            f"suspended until 2024-02-29, then what it was before: {name}", "dates-status", history(*steps), as_of=day
        )
    yield Sketch("steps in another order", "dates-status", history(*steps[::-1]))
    later = (step("repaired", "2024-01-01"), step("active", "2023-01-01"))
    yield Sketch("the day of a step orders it, not its place in the list", "dates-status", history(*later))
    same = (step("active", "2024-03-01"), step("repaired", "2024-03-01"))
    yield Sketch("two steps of one day: the later in the list", "dates-status", history(*same))
    yield Sketch("two steps of one day in the other order", "dates-status", history(*same[::-1]))
    yield Sketch("before the first step of a complete history", "dates-status", history(step("active", "2024-03-02")))
    for name, day in around("2024-02-20"):
        data = case(received_on="2024-02-01", accepted_on=day)
        yield Sketch(f"accepted on {name}, of 2024-02-20; asked on that day", "dates-status", data, as_of="2024-02-20")
        data = case(received_on=day, accepted_on="pending")
        yield Sketch(f"received on {name}, of 2024-02-20, and not accepted", "dates-status", data, as_of="2024-02-20")
    fields = {
        "active": "effective_from",
        "repaired": "repaired_on",
        "disputed": "status_since",
        "suspended": "status_since",
    }
    for present, field in fields.items():
        # A status of tomorrow would leave that of today open.
        for name, begin in list(around("2024-03-01"))[:2]:
            ends = {"suspended_until": "open"} if present == "suspended" else {}
            one = entry(status=present, fetched_at="2024-06-01", **{field: begin}, **ends)
            yield Sketch(
                f"now {present}, since {name} of 2024-03-01", "dates-status", case(one, accepted_on="2024-02-10")
            )
    for name, end in list(around("2024-03-01"))[1:]:
        one = entry(status="suspended", status_since="2024-01-01", suspended_until=end, fetched_at="2024-02-01")
        yield Sketch(f"suspended, until {name} of 2024-03-01", "dates-status", case(one, accepted_on="2024-02-10"))


def earlier() -> Iterator[Sketch]:
    bare = {k: v for k, v in entry(document_date="2024-01-31").items() if k != "status"}
    for word in ("active", "disputed", "repaired"):
        for name, day in around("2024-02-01"):
            steps = [{"status": "active", "from": "2023-01-01"}, {"status": word, "from": day}]
            if word == "active":
                steps[0]["status"] = "suspended"
            one = bare | {"history": steps, "fetched_at": "2024-06-01"}
            for as_of in ("2024-03-01", "2024-02-01", "2024-01-31"):
                what = f"{word} since {name} of 2024-02-01, asked on {as_of} about 2024-02-01"
                yield Sketch(what, "dates-earlier", case(one, sources=COMPLETE), as_of=as_of)


COMPLETE = [
    {"name": "register", "answered": True, "about": "everybody", "fetched_at": "2024-06-01", "history_complete": True},
]
FEED = {"register": {"title": title("名单", "register"), "of": "entry"}}
STATUS |= {"feeds": FEED}
EARLIER = policy(
    "dates-earlier",
    [
        of_entry("NAMED", "review", 'date("2024-02-01") <= as_of', 'status_on(entry, date("2024-02-01")) == "active"'),
        of_entry(
            "WHILE", "review", "entry.document_date <= as_of", 'status_on(entry, entry.document_date) == "active"'
        ),
    ],
    feeds=FEED,
)

TERMS = policy(
    "dates-terms",
    [of_entry("STANDS", "deny", "valid(entry, as_of)"), of_entry("OVER", "advise", "as_of > entry.valid_to")],
    definitions=DEFINED,
    terms=[
        {"of": "entry", "where": {"category": ["tax"], "grade": ["minor"]}, "until": "entry.document_date + months(12)", "basis": ["L 1"]},
        {"of": "entry", "where": {"category": ["tax", "wages"]}, "until": "entry.effective_from + years(3)", "basis": ["L 1"]},
        {"of": "entry", "where": {"category": ["honest"]}, "until": "entry.document_date + days(1)", "basis": ["OLD 1"]},
    ],
    law={"OLD": instrument(in_force={"from": "2000-01-01", "to": "2020-12-31"}, a1=provision())},
)  # fmt: skip


def terms() -> Iterator[Sketch]:
    for category, grade in product(("tax", "wages", "honest"), ("minor", "serious")):
        for name, day in around("2024-02-29"):
            one = entry(category=category, grade=grade, effective_from="2022-01-31", document_date="2023-02-28")
            data = case(one | {"document_date": "2023-02-28"})
            yield Sketch(
                f"{grade} {category}, decided on 2023-02-28: {name}, of 2024-02-29", "dates-terms", data, as_of=day
            )
    for name, day in around("2024-02-28"):
        one = entry(category="tax", grade="minor", effective_from="2022-01-31", document_date="2023-02-28")
        yield Sketch(f"minor tax, decided on 2023-02-28: {name}, of 2024-02-28", "dates-terms", case(one), as_of=day)
    for name, day in around("2025-01-31"):
        for end in ("open", "2024-12-31", "2025-01-31", "2026-01-01"):
            one = entry(category="wages", effective_from="2022-01-31", document_date="2022-01-01", valid_to=end)
            what = f"wages until {end}, three years from 2022-01-31: {name}, of 2025-01-31"
            yield Sketch(what, "dates-terms", case(one), as_of=day)


NEW, OLD = {"from": "2024-03-01"}, {"to": "2024-02-29"}
FORCE = policy(
    "dates-in-force",
    [
        rule("OLD", "review", in_force=OLD),
        rule("NEW", "review", in_force=NEW),
        rule("TURN", "review", "application.area > 100", in_force=OLD),
        rule("TURN", "review", "application.area > 200", in_force=NEW),
        rule("LAW-OLD", "review", basis=["OLD 1"]),
        rule("LAW-NEW", "review", basis=["NEW 1"]),
        rule("EITHER", "review", basis=["OLD 1", "NEW 1"]),
        rule("ARTICLE", "review", basis=["CHANGED 1"]),
        rule("OURS", "review", basis=["OLD 1"], choice="ours"),
        rule("PARAM", "review", "application.area > param.least"),
        rule("PROFILE", "review", "application.area > param.other"),
    ],
    law={
        "OLD": instrument(in_force={"from": "2000-01-01", **OLD}, a1=provision()),
        "NEW": instrument(in_force=NEW, a1=provision()),
        "CHANGED": instrument(a1=provision(in_force=NEW)),
    },
    parameters={
        "least": {
            "title": title("下限", "least"), "choice": "ours",
            "changes": [{"from": "2000-01-01", "value": 100}, {"from": "2024-03-01", "value": 200}, {"from": "2024-04-01", "value": 300}],
        },
        "other": {"title": title("另一下限", "other"), "choice": "ours", "value": 100},
    },
)  # fmt: skip
FORCE["profiles"]["printed"]["set"] = {"other": 250}


def force() -> Iterator[Sketch]:
    for profile, area in product(("lawful", "printed"), ("100", "150", "200.5", "300.5")):
        for edge in ("2024-03-01", "2024-04-01") if profile == "lawful" else ("2024-03-01",):
            for name, day in around(edge):
                what = f"area {area}, profile {profile}: {name}, of {edge}"
                yield Sketch(what, "dates-in-force", case(area=area), as_of=day, profile=profile)


NOW, ONCE = "legal_representative_of_holder", "former_legal_representative_of_holder"
HELD = policy(
    "dates-links",
    [
        of_entry("NOW", "restrict", persons=[NOW]),
        of_entry("ONCE", "advise", persons=[ONCE]),
        of_entry("BOTH", "advise", persons=[NOW, ONCE]),
        of_entry(
            "DAYS", "advise", "link.from <= entry.document_date && entry.document_date <= link.to", persons=[NOW, ONCE]
        ),
    ],
)


def held() -> Iterator[Sketch]:
    for name, day in around("2024-03-01"):
        for field, evidenced in product(("valid_from", "valid_to"), (True, False)):
            told = relation(ME, "legal_representative", OTHER, evidenced=evidenced) | {field: day}
            data = case(entry(subject=OTHER, document_date="2024-03-01"), relations=[told])
            what = f"{field} is {name} of the day asked, {'' if evidenced else 'not '}evidenced"
            yield Sketch(what, "dates-links", data)
    for end, decided in product(
        ("2022-12-31", "2023-06-30", "open"), ("2019-12-31", "2020-01-01", "2023-06-30", "2023-07-01")
    ):
        told = relation(ME, "legal_representative", OTHER, valid_to=end)
        data = case(entry(subject=OTHER, document_date=decided), relations=[told])
        yield Sketch(f"legal representative from 2020-01-01 to {end}, a document of {decided}", "dates-links", data)


CHOSEN = policy(
    "dates-chosen",
    [of_entry("SINCE", "deny", "as_of <= param.start + months(6)")],
    parameters={
        "start": {
            "title": title("起算日", "start"), "choice": "ours", "value": "document",
            "choose": {"document": "entry.document_date", "effect": "entry.effective_from + days(1)"},
        }
    },
)  # fmt: skip
CHOSEN["profiles"]["printed"]["set"] = {"start": "effect"}


def chosen() -> Iterator[Sketch]:
    for profile, edge in (("lawful", "2024-02-29"), ("printed", "2024-03-31")):
        for name, day in around(edge):
            one = entry(document_date="2023-08-31", effective_from="2023-09-30")
            what = f"the parameter chooses the start, profile {profile}: {name}, of {edge}"
            yield Sketch(what, "dates-chosen", case(one), as_of=day, profile=profile)


FAMILIES = (
    Family("dates", "dates-compare", "comparisons of days", COMPARE, tuple(compare())),
    Family("dates", "dates-periods", "periods, the ends of months and leap days", PERIODS, tuple(periods())),
    Family("dates", "dates-validity", "first and last days, which belong to the validity", VALIDITY, tuple(validity())),
    Family("dates", "dates-status", "the status that a record had on a day", STATUS, tuple(status())),
    Family("dates", "dates-earlier", "the status on a day before the one asked", EARLIER, tuple(earlier())),
    Family("dates", "dates-terms", "terms that close a validity", TERMS, tuple(terms())),
    Family("dates", "dates-in-force", "rules, law and parameters in force on the day", FORCE, tuple(force())),
    Family("dates", "dates-links", "relations that hold, or have ended, on the day", HELD, tuple(held())),
    Family("dates", "dates-chosen", "a parameter that chooses a day", CHOSEN, tuple(chosen())),
)
