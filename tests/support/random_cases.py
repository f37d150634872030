"""Random cases of the construction vocabulary, as plain data, with much that is not known; and what could turn out to be so.

`random_case` draws a case around a day. `completed` fills in what a case leaves open, consistently with what it does say;
`blanked` leaves out some of what it says; `perturbed` says something else. The last three take every case whose keys are all
there, as `Case.model_dump` gives them.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from creditrules.policy.periods import shift
from creditrules.records.binding import NOT_SELF, Feed, bind
from creditrules.records.case import CONSTRUCTION, Case
from creditrules.records.models import Party
from creditrules.records.schema import Field, Kind
from tests.support.random_policies import FEEDS, MATTERS, OPEN_TEXTS, ROLES, words_of

APPLICANT = {"uscc": "91999999MA00000A9R", "name": "甲公司"}
PARTIES: tuple[dict[str, str], ...] = (
    {"uscc": "91999999MA00000B7L", "name": "乙公司"}, {"uscc": "91999999MA00000C5F", "name": "丙公司"},
    {"id_no": "999999199001010016", "name": "张某"}, {"id_no": "999999198502280028"},
)  # fmt: skip
NAMESAKE = {"uscc": "91999999MA00000D3A", "name": "甲 公司"}
NEWCOMER = {"uscc": "91999999MA00000E15", "name": "丁公司"}

REQUIRED = {
    "application": ("matter", "received_on", "id"),
    "entry": ("id", "source", "fetched_at"),
    "finding": ("id",),
    "subject": (),
}


def raw_code(party: dict[str, str]) -> str:
    return party.get("uscc") or party["id_no"]


def parties_of(data: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Everybody whom a case names, by code."""
    records = [*data["entries"], *data["findings"]]
    named = [
        data["subject"],
        *(r["subject"] for r in records),
        *(r[end] for r in data["relations"] for end in ("person", "of")),
    ]
    kept = [{k: v for k, v in p.items() if k in Party.model_fields and v is not None} for p in named]
    return {Party.model_validate(p).code: p for p in kept}


def consistent(entry: dict[str, Any], told: str | None) -> dict[str, Any]:
    """An entry that no source could refuse to be: still active, it has no day of repair that the source already knew.

    `told` is the status that was known before; where it was not, the day of the repair may tell it.
    """
    if None not in (entry["effective_from"], entry["valid_to"]):
        # A validity does not end before it begins; the words for a day without end lie behind every day.
        entry["valid_to"] = max(entry["effective_from"], entry["valid_to"])
    if entry["history"] is not None:
        # What was its status when is told by the history alone.
        entry["status"] = entry["repaired_on"] = None
        return entry
    repaired = entry["repaired_on"]
    settled = repaired not in (None, "open", "pending") and repaired <= entry["fetched_at"]
    if settled and entry["status"] == "active":
        if told == "active":
            entry["repaired_on"] = None
        else:
            entry["status"] = "repaired"
    end, since = entry["suspended_until"], entry["status_since"]
    if entry["status"] == "suspended" and None not in (end, since):
        # A suspension does not end before it begins; the words for a day without end lie behind every day.
        entry["suspended_until"] = max(end, since)
    return entry


@dataclass
class CaseMaker:
    """Draws the parts of one case; `unknown` is the share of leaves that are left out."""

    random: random.Random
    as_of: date
    unknown: float
    feeds: Sequence[str] = FEEDS
    lists: Sequence[str] = ("black_list", "red_list", "all_lists", "all_lists")
    leaves: int = field(default=0)
    blank: int = field(default=0)

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def leaf(self, value: Any) -> Any:
        """The value, or nothing."""
        self.leaves += 1
        if self.chance(self.unknown):
            self.blank += 1
            return None
        return value

    def day(self) -> str:
        """A day at an edge of the day of the decision or of one of the periods that policies use."""
        edge = self.random.choice((-1, 0, 1))
        form = self.random.randrange(10)
        if form == 0:
            return self.random.choice(("open", "pending"))
        if form < 5:
            day = self.as_of
        elif form < 9:
            unit, count = self.random.choice((("months", 1), ("months", 6), ("years", 1), ("days", 1), ("days", 12)))
            day = shift(self.as_of, unit, -count)  # type: ignore[arg-type]
        else:
            day = self.as_of + timedelta(days=self.random.choice((-1000, 200)))
        return (day + timedelta(days=edge)).isoformat()

    def past(self, *back: int) -> str:
        return (self.as_of - timedelta(days=self.random.choice(back))).isoformat()

    def value(self, spec: Field) -> Any:
        """A known value of a field."""
        pick = self.random.choice
        match spec.type:
            case "bool":
                return self.chance(0.6)
            case "int":
                return pick((0, 1, 2))
            case "decimal":
                return pick(("0", "0.10", "300", "300.5", "20000"))
            case "date":
                return self.day()
            case "texts":
                return self.random.sample(words_of(spec), self.random.randint(0, 2))
        return pick(words_of(spec))

    def record(self, kind: Kind, **known: Any) -> dict[str, Any]:
        """A record of a kind with a value for each of its fields, some of them unknown."""
        found: dict[str, Any] = dict(known)
        for name, spec in kind.fields.items():
            if spec.personal or name in known or name in REQUIRED[kind.name]:
                continue
            outer, _, inner = name.partition(".")
            if not inner:
                found[name] = self.leaf(self.value(spec))
            elif outer not in found:
                # An object: wholly unknown, known to be none where that can be said, or known with its own fields.
                can_be_none = outer in ("tolerance_pledge", "court_permission")
                form = self.leaf(self.random.choice(("none", {}, {})) if can_be_none else {})
                found[outer] = {} if form is None and not can_be_none else form
            if inner and isinstance(found[outer], dict):
                found[outer] = {**found[outer], inner: self.leaf(self.value(spec))}
        return found

    def history(self, kind: Kind, last: date | None) -> list[dict[str, Any]] | None:
        """Steps in the order of their days; those with all days known are sometimes given in another order."""
        if kind.history is None or self.chance(0.7):
            return None
        count = self.random.randint(0 if self.chance(0.1) else 1, 3)
        days = sorted(d for d in (self.day() for _ in range(count)) if d not in ("open", "pending"))
        if last is not None and self.chance(0.8):
            days = [d for d in days if d <= last.isoformat()]
        steps = [self.step(kind, self.leaf(day)) for day in days]
        if all("from" in s for s in steps):
            self.random.shuffle(steps)
        return steps

    def step(self, kind: Kind, day: str | None) -> dict[str, Any]:
        assert kind.history is not None
        found = {"status": self.random.choice(tuple(kind.history.statuses)[:4]), "from": day}
        if self.chance(0.2):
            found["until"] = self.day()
        return {k: v for k, v in found.items() if v is not None}

    def entry(self, number: str, holder: dict[str, str], source: str | None = None) -> dict[str, Any]:
        kind = CONSTRUCTION.kinds["entry"]
        fetched = self.past(0, 0, 1, 7, 8, 400)
        source = source or self.random.choice((*self.lists, *(["elsewhere"] if self.chance(0.3) else [])))
        found = self.record(kind, id=number, subject=holder, source=source, fetched_at=fetched)
        found["history"] = self.history(kind, date.fromisoformat(fetched))
        return consistent(found, found["status"] and "active")

    def finding(self, number: str, holder: dict[str, str]) -> dict[str, Any]:
        kind = CONSTRUCTION.kinds["finding"]
        return self.record(kind, id=number, subject=holder) | {"history": self.history(kind, None)}

    def application(self) -> dict[str, Any]:
        kind = CONSTRUCTION.kinds["application"]
        received = self.past(-1, 0, 1, 30, 200)
        matter = self.random.choice((*MATTERS, MATTERS[0], "penalty_case"))
        found = self.record(kind, id=self.random.choice(OPEN_TEXTS), matter=matter, received_on=received)
        return found | {"history": self.history(kind, None) if self.chance(0.5) else None}

    def relation(self, person: dict[str, str], of: dict[str, str]) -> dict[str, Any]:
        role = self.random.choice(ROLES) if self.chance(0.9) else self.random.choice(tuple(CONSTRUCTION.roles))
        return {
            "person": person, "of": of, "role": role, "valid_from": self.leaf(self.past(-1, 0, 1, 365, 365)),
            "valid_to": self.leaf(self.random.choice(("open", "open", self.past(-1, 0, 1)))), "evidenced": self.leaf(self.chance(0.85)),
            "source": self.random.choice((None, "relations", "old_relations", "elsewhere")), "shareholder": self.leaf(self.chance(0.5)),
        }  # fmt: skip

    def relations(self) -> list[dict[str, Any]]:
        found = []
        for _ in range(self.random.choice((0, 1, 2, 2, 3, 4))):
            other = self.random.choice(PARTIES)
            pair = self.random.choice(((APPLICANT, other), (other, APPLICANT)))
            if self.chance(0.08):
                pair = self.random.choice(((other, other), (APPLICANT, APPLICANT), (other, PARTIES[0])))
            found.append(self.relation(*pair))
            if self.chance(0.08):
                found.append(dict(found[-1]))
        return found

    def sources(self, codes: Sequence[str] = tuple(map(raw_code, (APPLICANT, *PARTIES)))) -> Any:
        form = self.random.random()
        if form < 0.35:
            return "all"
        if form < 0.42:
            return None
        answers = []
        for name in self.feeds:
            for _ in range(self.random.choice((0, 1, 1, 1, 1, 1, 2))):
                everybody = self.chance(0.7)
                asked = [code for code in codes if self.chance(0.6)]
                answers.append(
                    {
                        "name": name, "answered": self.chance(0.88), "about": "everybody" if everybody else asked,
                        "fetched_at": self.leaf(self.past(0, 0, 0, 1, 7, 8, 400)), "covers": self.covers() if self.chance(0.25) else None,
                        "history_complete": self.random.choice((None, None, True, False)),
                    }
                )  # fmt: skip
        return answers

    def covers(self) -> dict[str, list[str]]:
        """What a source says that its answer covers, less than the policy says."""
        fields = CONSTRUCTION.kinds["entry"].fields
        names = self.random.choice((("colour",), ("category",), ("colour", "category"), ()))
        return {name: self.random.sample(words_of(fields[name]), self.random.randint(1, 3)) for name in names}


def random_case(random_: random.Random, as_of: date) -> tuple[dict[str, Any], CaseMaker]:
    """A case around a day as plain data, and its maker, which counted the leaves."""
    maker = CaseMaker(random_, as_of, random_.choice((0.0, 0.12, 0.25, 0.25, 0.4, 0.55)))
    about_finding = maker.chance(0.2)
    holders = [APPLICANT, APPLICANT, APPLICANT, *PARTIES, NAMESAKE]
    entries = [maker.entry(f"E-{n}", random_.choice(holders)) for n in range(random_.choice((0, 1, 1, 2, 2, 3)))]
    findings = [maker.finding(f"F-{n}", random_.choice(holders)) for n in range(random_.choice((0, 0, 1, 1, 2)))]
    data: dict[str, Any] = {
        "subject": {**APPLICANT, "kind": maker.leaf(random_.choice(("legal", "natural")))},
        "entries": entries, "findings": findings, "relations": maker.relations(), "sources": maker.sources(),
    }  # fmt: skip
    if about_finding:
        data["about"] = {"finding": "F-9"}
        data["findings"].append(maker.finding("F-9", APPLICANT))
    if not about_finding or maker.chance(0.4):
        data["application"] = maker.application()
    return one_document_each(data), maker


def one_document_each(data: dict[str, Any]) -> dict[str, Any]:
    """The same case, where no two findings name one document; what they say of it would have to agree."""
    seen: set[str] = set()
    for finding in data["findings"]:
        if finding.get("document_no") in seen:
            finding["document_no"] += f" ({finding['id']})"
        seen |= {finding["document_no"]} if finding.get("document_no") else set()
    return data


# What could turn out to be so


def follows(record: Mapping[str, Any], field: str) -> bool:
    """Whether a list of missing papers follows from the papers of the file, so that it cannot be drawn."""
    if field not in ("missing_primary", "missing_secondary") or record.get("materials") is None:
        return False
    papers = [m for m in record["materials"] if m["primary"] is (field == "missing_primary")]
    return all(m.get("present") is not None for m in papers)


def completed(
    random_: random.Random, data: dict[str, Any], *, feeds: Sequence[Feed], as_of: date, share: float = 1.0
) -> dict[str, Any]:
    """A case that says all that this one says, and of the rest that share (all, unless said)."""
    return _Completion(random_, copy.deepcopy(data), tuple(feeds), as_of, share).complete()


@dataclass
class _Completion:
    """One completion; `completed` is its only user."""

    random: random.Random
    data: dict[str, Any]
    feeds: tuple[Feed, ...]
    as_of: date
    share: float

    def __post_init__(self) -> None:
        self.maker = CaseMaker(self.random, self.as_of, 0.0)
        self.fresh = 0

    def now(self) -> bool:
        return self.random.random() < self.share

    def complete(self) -> dict[str, Any]:
        self.answer()
        data = self.data
        if data.get("application"):
            self.fill(data["application"], CONSTRUCTION.kinds["application"])
        self.fill(data["subject"], CONSTRUCTION.kinds["subject"])
        for key, kind in (("entries", "entry"), ("findings", "finding")):
            for record in data[key]:
                self.fill(record, CONSTRUCTION.kinds[kind])
        for relation in data["relations"]:
            made = self.maker.relation({}, {})
            for name in ("valid_from", "valid_to", "evidenced"):
                if relation[name] is None and self.now():
                    relation[name] = made[name]
        return one_document_each(data)

    # Fields

    def fill(self, record: dict[str, Any], kind: Kind) -> None:
        known = copy.deepcopy(record)
        latest = record.get("fetched_at")
        if record.get("history") is not None:
            self.fill_history(record["history"], latest)
        for name, spec in kind.fields.items():
            outer, _, inner = name.partition(".")
            if spec.personal or name in REQUIRED[kind.name] or not self.now() or follows(record, name):
                continue
            if inner and record.get(outer) is None:
                record[outer] = self.random.choice(("none", {}))
            inside = record[outer] if inner else record
            if isinstance(inside, dict) and inside.get(inner or outer) is None:
                inside[inner or outer] = self.maker.value(spec)
        if kind.name == "entry":
            self.dates_of_status(record, known)
            consistent(record, known["status"])
            if known["valid_to"] is not None and record["valid_to"] != known["valid_to"]:
                # It cannot have begun on the day that was drawn.
                record["valid_to"] = record["effective_from"] = known["valid_to"]
            if record["history"] is not None:
                record |= {name: known[name] for name in ("status", "repaired_on")}
            if known["suspended_until"] is not None and record["status_since"] is not None:
                record["suspended_until"] = known["suspended_until"]
                if known["status_since"] is None and record["status"] == "suspended":
                    record["status_since"] = min(record["status_since"], known["suspended_until"])
                elif known["status"] is None and record["status"] == "suspended":
                    # It cannot have been suspended on those days.
                    record["status"] = "revoked" if record["status_since"] > record["suspended_until"] else "suspended"
        if (
            kind.name == "application"
            and known["history"] is None
            and known["accepted_on"] is None
            and record["accepted_on"]
        ):
            # An application is accepted on the day of its receipt at the earliest.
            record["accepted_on"] = max(record["accepted_on"], record["received_on"])

    def dates_of_status(self, record: dict[str, Any], known: dict[str, Any]) -> None:
        """What was the present status had begun when the source was asked, and began on one day only."""
        if known["history"] is not None or known["status"] is None:
            return
        latest = record["fetched_at"]
        names = {"active": ["effective_from"], "repaired": ["repaired_on", "status_since"]}.get(
            known["status"], ["status_since"]
        )
        begin = next((known[n] for n in names if known[n] is not None), None)
        for name in names:
            if known[name] is None and record[name] is not None:
                begin = begin or (latest if record[name] in ("open", "pending") else min(record[name], latest))
                record[name] = begin

    def fill_history(self, steps: list[dict[str, Any]], latest: str | None) -> None:
        """Days between those of the neighbours."""
        for index, step in enumerate(steps):
            if "from" in step or not self.now():
                continue
            first = max([s["from"] for s in steps[:index] if "from" in s], default="1990-01-01")
            last = min([s["from"] for s in steps[index:] if "from" in s] + ([latest] if latest else []), default="open")
            day = min(max(self.maker.day(), first), last)
            if first <= day:
                step["from"] = day

    # Sources

    def answer(self) -> None:
        """Let some feeds answer about everybody, and let what they left open turn out to be there or not."""
        case = Case.from_dict(self.data)
        facts = bind(case, feeds=self.feeds, as_of=self.as_of)
        answering = {f.name for f in self.feeds if self.now()} if self.data["sources"] != "all" else set()
        codes = {position: code for code, position in case.positions.items()}
        parties = parties_of(self.data)
        holes = [
            b for found in facts.many.values() for b in found if b.unknown and b.address.split("/")[1] in answering
        ]
        named = {f.name for f in self.feeds}
        doubtful = {b.address for found in facts.many.values() for b in found if b.exists is None and not b.unknown}
        for key, kind in (("entries", "entry"), ("findings", "finding")):
            # A source that no feed of the policy is can be asked by nobody; its records may turn out not to exist.
            gone = {
                r["id"] for r in self.data[key]
                if f"{kind}/{r['id']}" in doubtful and (r["source"] in answering or r["source"] not in named) and self.maker.chance(0.3)
            }  # fmt: skip
            self.data[key] = [r for r in self.data[key] if r["id"] not in gone]
        doubted = {b.link.missing for found in facts.many.values() for b in found if b.link and b.link.certain is None}
        unsure = {m.split("/")[1] for m in doubted} & answering
        self.data["relations"] = [
            r for r in self.data["relations"] if r["source"] not in unsure or self.maker.chance(0.7)
        ]
        for hole in holes:
            if self.maker.chance(0.4 / len(holes) + 0.1):
                feed = hole.address.split("/")[1]
                holder = (
                    NEWCOMER
                    if hole.link and hole.link.person == NOT_SELF
                    else parties[codes[hole.address.split("/")[2]]]
                )
                if holder is NEWCOMER:
                    applicant = next(iter(parties.values()))
                    pair = self.random.choice(((applicant, NEWCOMER), (NEWCOMER, applicant)))
                    self.data["relations"].append({**self.maker.relation(*pair), "source": feed})
                self.appear(hole.kind, holder, feed, {k: v for k, v in hole.values.items() if v is not None})
        if answering:
            self.data["sources"] = [
                *(self.data["sources"] or []),
                *(
                    {"name": f, "answered": True, "about": "everybody", "fetched_at": self.as_of.isoformat()}
                    for f in sorted(answering)
                ),
            ]

    def appear(self, kind: str, holder: dict[str, str], feed: str, values: dict[str, Any]) -> None:
        self.fresh += 1
        if kind == "finding":
            self.data["findings"].append(self.maker.finding(f"N-{self.fresh}", holder) | values)
            return
        known = {f.name for f in self.feeds if f.kind == "entry"}
        source = feed if feed in known else min(known, default="all_lists")
        made = self.maker.entry(f"N-{self.fresh}", holder, source) | values | {"fetched_at": self.as_of.isoformat()}
        self.data["entries"].append(consistent(made, None))


# What could be known less, or be otherwise


def spelled_out(data: dict[str, Any]) -> dict[str, Any]:
    """The case with all its keys; what is not known is None. The finding that it is about is named, so that one may be added."""
    case = Case.from_dict(data)
    found: dict[str, Any] = case.model_dump(mode="json")
    kind, record = case.decided
    return found | ({"about": {kind.name: getattr(record, kind.key)}} if kind.many else {})


def leaves_of(data: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str, Field]]:
    """Every fact of a case that may be unknown: the object that holds it, its key there, and its field."""
    kinds = CONSTRUCTION.kinds
    records = [("application", data["application"])] if data.get("application") else []
    records += [
        ("subject", data["subject"]),
        *(("entry", r) for r in data["entries"]),
        *(("finding", r) for r in data["findings"]),
    ]
    for kind, record in records:
        for name, spec in kinds[kind].fields.items():
            if spec.personal or name in REQUIRED[kind]:
                continue
            outer, _, inner = name.partition(".")
            inside = record[outer] if inner else record
            if isinstance(inside, dict):
                yield inside, inner or outer, spec


def blanked(random_: random.Random, data: dict[str, Any], *, share: float) -> dict[str, Any]:
    """A case that leaves out that share of what this one says; its sources too may not have answered."""
    data = copy.deepcopy(data)
    for inside, name, _ in leaves_of(data):
        if random_.random() < share:
            inside[name] = None
    for relation in data["relations"]:
        for name in ("valid_from", "valid_to", "evidenced"):
            if random_.random() < share:
                relation[name] = None
    for name in ("tolerance_pledge", "court_permission"):
        if data.get("application") and random_.random() < share:
            data["application"][name] = None
    return data


def perturbed(random_: random.Random, data: dict[str, Any], *, feeds: Sequence[Feed], as_of: date) -> dict[str, Any]:
    """A case in which some facts are others, some more records are there, and some sources did not answer."""
    data = copy.deepcopy(data)
    if data.get("application"):
        # What is missing was read from the list of papers; changed, the one would contradict the other.
        data["application"].pop("materials", None)
    names, lists = [f.name for f in feeds], [f.name for f in feeds if f.kind == "entry"]
    maker = CaseMaker(random_, as_of, random_.choice((0.0, 0.2)), names, lists)
    known = parties_of(data)
    holders = [*known.values(), *PARTIES[:2]]
    applicant = holders[0]
    for inside, name, spec in leaves_of(data):
        if maker.chance(0.06):
            inside[name] = maker.value(spec)
    for entry in data["entries"]:
        consistent(entry, None)
    if maker.chance(0.4):
        data["entries"].append(maker.entry("P-1", random_.choice((applicant, *holders))))
    if maker.chance(0.3):
        other = random_.choice(PARTIES)
        data["relations"].append(maker.relation(*random_.choice(((applicant, other), (other, applicant)))))
    if maker.chance(0.4):
        data["sources"] = maker.sources([code.partition(":")[2] for code in known])
    return spelled_out(one_document_each(data))
