"""Draw cases of any vocabulary, most of them around what one rule of the policy asks, by choices that somebody else makes.

Nothing here is drawn at random: `choose` picks one of some options, which a strategy of Hypothesis does in one way and a
`random.Random` in another. The simplest option comes first.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, TypeVar

from creditrules.policy.program import Atom, Bound, ProgramRule
from creditrules.policy.syntax import And, Compare, Expr, Keyed, Not, Or, StatusOn, walk
from creditrules.policy.syntax import Field as FieldRead
from creditrules.policy.truth import Truth
from creditrules.records.binding import Feed
from creditrules.records.history import NO_STATUS
from creditrules.records.models import Party
from creditrules.records.schema import FORMER, Kind, Value
from creditrules.records.values import FOREVER
from creditrules.testing.edges import OTHERWISE, back, neighbours
from creditrules.testing.pools import (
    APPLICANT,
    NAMESAKE,
    OTHERS,
    ROLES,
    Choose,
    Draft,
    Pools,
    Scene,
    types_in,
    written,
)

T = TypeVar("T")


def draw_case(pools: Pools, choose: Choose) -> dict[str, Any]:
    """A case as plain data. Now and then it is one that contradicts itself, which the entrance of cases refuses."""
    return _Case(pools, choose).data()


class _Case:
    """One case in the making; `draw_case` is its only user."""

    def __init__(self, pools: Pools, choose: Choose) -> None:
        self.pools, self.choose = pools, choose
        self.program, self.schema, self.as_of = pools.program, pools.schema, pools.as_of
        self.unknown = choose((0, 0, 1, 2, 4))
        """In how many of sixteen fields a fact is left out."""
        self.whole = choose((False, False, False, True))
        """Whether fields that no condition reads are drawn as well."""
        self.goal = choose((*self.program.rules, *self.program.scopes.values(), None))
        """The rule, or the rule of scope, around which the case is drawn."""
        self.decided = self.schema.kinds[getattr(self.goal, "decides", self.schema.decided[0])]
        self.numbers: dict[str, int] = {}
        self.once = {k.name: self.draft(k) for k in self.schema.kinds.values() if not k.many or k is self.decided}
        self.drafts: list[Draft] = [self.once[self.decided.name]] if self.decided.many else []
        self.matter = ""
        self.wanted: list[tuple[Expr, bool, Scene]] = []
        """What the case is to satisfy, so that nothing that is drawn on the way stands against it."""

    def draft(self, kind: Kind) -> Draft:
        """A new record of a kind, of the person decided upon, with a number of its own."""
        self.numbers[kind.name] = number = self.numbers.get(kind.name, 0) + 1
        return Draft(kind, {kind.key: f"{kind.name}-{number}"} if kind.key else {}, number=number)

    def often(self, of: int = 4) -> bool:
        """True but for one time in `of`."""
        return self.choose((True,) * (of - 1) + (False,))

    # What the case is drawn for

    def aim(self) -> None:
        goal, matter = self.goal, self.decided.matter
        if matter:
            matters = sorted(goal.matters or ()) if goal is not None and self.often(8) else ()
            self.matter = self.choose(matters or tuple(self.program.vocabulary.matters))
            self.once[self.decided.name].values[matter] = self.matter
        if isinstance(goal, ProgramRule):
            self.aim_at_rule(goal)
        elif goal is not None:
            self.hold(goal.atoms, self.once)

    def aim_at_rule(self, rule: ProgramRule) -> None:
        scene: dict[str, Draft] = dict(self.once)
        bound = ((rule.each,) if rule.each else ()) + rule.with_
        for binder in bound:
            scene[binder.alias] = self.bind(binder)
        if rule.each:
            scene["link"] = scene[rule.each.alias]
        competent = [b.competent for b in bound if b.competent is not None and self.often(8)]
        reached = [self.program.scopes[name] for name in rule.scope] if self.often(8) else []
        # One condition that fails keeps a scope rule from switching the rule off.
        outside = [self.choose(s.atoms) for s in reached if s.matters is None or self.matter in s.matters]
        self.wanted += [(atom.test, True, scene) for atom in competent]
        self.wanted += [(atom.test, False, self.once) for atom in outside]
        exception = self.choose((None, None, *rule.exceptions))
        if exception is None:
            self.hold(rule.atoms, scene)
        else:
            # The exception first: what is drawn for the rule alone often leaves no room for it.
            self.wanted += [(atom.test, True, scene) for atom in rule.atoms]
            self.hold(exception.atoms, scene | {b.alias: self.bind(b) for b in exception.with_})
            for atom in rule.atoms:
                self.make(atom.test, True, scene)
        for atom in competent:
            self.make(atom.test, True, scene)
        for atom in outside:
            self.make(atom.test, False, self.once)
        follow_ups = [
            f for f in self.program.follow_ups if f.after and rule.measure in f.after and f.decides == rule.decides
        ]
        if follow_ups and not self.often(3):
            follow_up = self.choose(follow_ups)
            if rule.each is not None and follow_up.each == rule.each.kind:
                scene[follow_up.each] = scene[rule.each.alias]
            for atom in follow_up.atoms:
                self.make(atom.test, True, scene)

    def bind(self, binder: Bound) -> Draft:
        """A record that a rule can bind."""
        draft = self.draft(self.schema.kinds[binder.kind])
        persons = [p for p in binder.persons or () if p in ("self", "same_name") or _role(p) in ROLES]
        if binder.persons is not None and draft.kind.held_by:
            self.belong(draft, self.choose(sorted(persons, key=lambda p: (p != "self", p)) or ("self",)))
        self.drafts.append(draft)
        return draft

    def belong(self, draft: Draft, person: str) -> None:
        """Let a record be of a person who stands so to the one decided upon."""
        draft.person = person
        if person == "self":
            return
        draft.holder = NAMESAKE if person == "same_name" else self.choose(OTHERS)
        if person == "same_name":
            return
        day, one = self.as_of, timedelta(days=1)
        former = person.startswith(FORMER)
        draft.person = person.removeprefix(FORMER)
        registers = [f.name for f in self.program.feeds if not f.kind]
        draft.link = {
            "valid_from": self.leaf(
                (day - 400 * one, day, day - one, day + one) if self.often() else (day - 400 * one,)
            ),
            "valid_to": self.leaf(
                (day - one, day - 400 * one) if former else (FOREVER, FOREVER, day, day + one, day - one)
            ),
            "evidenced": self.leaf((True, True, True, False)),
            "source": self.leaf((*registers, OTHERWISE)),
            "shareholder": self.leaf((True, False)),
        }

    def leaf(self, options: Sequence[T]) -> T | None:
        """One of them, or nothing where the fact is not known."""
        if self.unknown and self.choose((False,) * (16 - self.unknown) + (True,) * self.unknown):
            return None
        return self.choose(options)

    def hold(self, atoms: Sequence[Atom], scene: Scene) -> None:
        """Let conditions hold, all or all but one."""
        slip = self.choose((None, None, None, False, "unknown")) if atoms else None
        which = self.choose(atoms) if slip is not None else None
        pairs = [(a.test, None if a is which and slip == "unknown" else a is not which) for a in atoms]
        self.wanted += [(test, want, scene) for test, want in pairs if want is not None]
        for test, want in pairs:
            self.make(test, want, scene)

    def make(self, expr: Expr, want: Truth, scene: Scene) -> None:
        """Draw what an expression reads such that it comes to what is wanted, as far as that is still open."""
        if self.run(expr, scene) is not None:
            return
        match expr:
            case Not(operand=inner):
                self.make(inner, None if want is None else not want, scene)
            case And(operands=parts) | Or(operands=parts):
                all_of = isinstance(expr, And)
                if want is all_of:
                    for part in parts:
                        self.make(part, want, scene)
                    return
                # What is settled already is what the whole does not want, or the whole would be settled.
                one = self.choose([part for part in parts if self.run(part, scene) is None])
                self.make(one, want, scene)
                for part in parts if want is None else ():
                    if part is not one:
                        self.make(part, all_of, scene)
            case _:
                self.settle(expr, want, scene)

    def settle(self, expr: Expr, want: Truth, scene: Scene) -> None:
        """The same for an expression that is no connective: all leaves but the last as they come, that one as it must be."""
        leaves = [
            e for e in walk(expr) if isinstance(e, FieldRead | StatusOn) and e.record in scene and self.open(e, scene)
        ]
        if not leaves:
            return
        if want is None:
            self.assign(self.choose(leaves), None, scene)
            return
        # The field that is compared is the last, whatever stands inside the day of a status.
        leaves.sort(key=lambda e: isinstance(e, StatusOn))
        for leaf in leaves[:-1]:
            options = self.fitting(leaf, expr, None, scene)
            if options:
                self.assign(leaf, self.choose(options), scene)
        options = self.fitting(leaves[-1], expr, want, scene)
        if options:
            self.assign(leaves[-1], self.choose(options), scene)

    def fitting(self, leaf: FieldRead | StatusOn, expr: Expr, want: Truth, scene: Scene) -> list[Any]:
        """The values of a leaf that give what is wanted, where something is, and leave open all else that is."""
        record, name = scene[leaf.record], leaf.name if isinstance(leaf, FieldRead) else ""
        touched = [
            (test, truth, where) for test, truth, where in self.wanted
            if any(where.get(alias) is record and read in (name, "") for alias, read in self.pools.reads(test))
        ]  # fmt: skip
        found = []
        for option in self.options(leaf, expr, scene):
            undo = self.assign(leaf, option, scene)
            kept = want is None or self.run(expr, scene) is want
            if kept and all(self.run(test, where) in (truth, None) for test, truth, where in touched):
                found.append(option)
            undo()
        return found

    def run(self, expr: Expr, scene: Scene) -> Any:
        named = {record for record, _ in self.pools.reads(expr)}
        if not named <= scene.keys():
            return None
        return self.pools.code(expr).run({name: scene[name].binding() for name in named})

    def open(self, leaf: FieldRead | StatusOn, scene: Scene) -> bool:
        draft = scene[leaf.record]
        if isinstance(leaf, StatusOn):
            day = self.day_of(leaf, scene)
            return day is None or day not in draft.statuses
        if leaf.record == "link":
            return False
        return leaf.name not in draft.values and leaf.name in draft.kind.fields

    def day_of(self, leaf: StatusOn, scene: Scene) -> date | None:
        named = {e.record for e in walk(leaf.day) if isinstance(e, FieldRead)}
        day = self.pools.code(leaf.day).run({n: scene[n].binding() for n in named}) if named <= scene.keys() else None
        return day if isinstance(day, date) else None

    def options(self, leaf: FieldRead | StatusOn, expr: Expr, scene: Scene) -> Sequence[Any]:
        kind = scene[leaf.record].kind
        if isinstance(leaf, StatusOn):
            return tuple(kind.history.statuses) if kind.history else ()
        found: list[Any] = list(self.pools.pool(kind, leaf.name))
        if kind.fields[leaf.name].type == "date" and isinstance(expr, Compare):
            for one, other in ((expr.left, expr.right), (expr.right, expr.left)):
                day = (
                    self.pools.code(other).run({n: d.binding() for n, d in scene.items()})
                    if _known(other, scene)
                    else None
                )
                if isinstance(day, date) and day != FOREVER:
                    found += [d for f, days in back(one, [day]) if f == leaf for x in days for d in neighbours(x)]
        elif isinstance(expr, Compare) and not isinstance(expr.left, Keyed) and not isinstance(expr.right, Keyed):
            for other in (expr.left, expr.right):
                value = (
                    self.pools.code(other).run({n: d.binding() for n, d in scene.items()})
                    if _known(other, scene)
                    else None
                )
                found += list(neighbours(value)) if value is not None else []
        return [v for v in dict.fromkeys(found) if self.pools.takes(kind, leaf.name, v)]

    def assign(self, leaf: FieldRead | StatusOn, value: Any, scene: Scene) -> Any:
        """Give a leaf a value, or leave it unknown; gives what takes that back."""
        draft = scene[leaf.record]
        if isinstance(leaf, StatusOn):
            day = self.day_of(leaf, scene)
            if day is None or value is None:
                return lambda: None
            draft.statuses[day] = value
            return lambda: draft.statuses.pop(day)
        draft.values[leaf.name] = value
        return lambda: draft.values.pop(leaf.name)

    # The whole case

    def data(self) -> dict[str, Any]:
        self.aim()
        self.more()
        found: dict[str, Any] = {}
        for kind in self.schema.kinds.values():
            drafts = [d for d in self.drafts if d.kind is kind] if kind.many else [self.once[kind.name]]
            if not kind.many and kind is not self.decided and kind.name != self.schema.subject and not self.often():
                continue
            records = [self.record(d) for d in drafts]
            if kind.many:
                found[kind.many] = records
            else:
                found[kind.name] = records[0]
        if self.decided.many:
            found["about"] = {self.decided.name: f"{self.decided.name}-1"}
        elif self.decided.name != self.schema.decided[0]:
            found["about"] = self.decided.name
        if self.schema.subject:
            found["relations"] = self.relations()
            found["sources"] = self.sources()
        return found

    def more(self) -> None:
        """Records that nobody asked for, of the person decided upon or of somebody linked to it."""
        kinds = [k for k in self.schema.kinds.values() if k.many and k.name != ""]
        for _ in range(self.choose((0, 0, 1, 2)) if kinds else 0):
            draft = self.draft(self.choose(kinds))
            persons = [p for p in self.schema.persons if p in ("self", "same_name") or _role(p) in ROLES]
            if draft.kind.held_by and not self.often(3):
                self.belong(draft, self.choose(persons))
            self.drafts.append(draft)

    def record(self, draft: Draft) -> dict[str, Any]:
        kind = draft.kind
        found: dict[str, Any] = {}
        model: Any = kind.model
        self.deliver(draft)
        values = draft.values
        for name, spec in kind.fields.items():
            needed = "." not in name and model.model_fields[name].is_required()
            # A field that must be there is known, even if a condition was to be left open by it.
            if spec.personal or (name in values and not (needed and values[name] is None)):
                continue
            read = (kind.name, name) in self.pools.edges.values
            if needed:
                values[name] = self.choose(self.pools.pool(kind, name))
            elif read or self.whole:
                options = self.pools.pool(kind, name)
                values[name] = self.leaf(options) if options else None
        self.agree(draft)
        if kind.name == self.schema.subject:
            found |= draft.holder
        if kind.held_by:
            found[kind.held_by] = dict(draft.holder)
        for name, value in values.items():
            outer, _, inner = name.partition(".")
            if value is not None and inner:
                found.setdefault(outer, {})[inner] = written(value)
            elif value is not None:
                found[outer] = written(self.own(draft, name, value))
        if draft.statuses:
            steps = [{"status": s, "from": written(d)} for d, s in sorted(draft.statuses.items()) if s != NO_STATUS]
            found["history"] = steps
        for name, info in model.model_fields.items():
            if info.is_required() and name not in found:
                found[name] = (
                    dict(OTHERS[0]) if any(t is Party for t in types_in(info.annotation)) else OTHERS[0]["uscc"]
                )
        return found

    @staticmethod
    def own(draft: Draft, name: str, value: Value) -> Value:
        """A text of no meaning is another one in each record, as numbers of documents are."""
        return f"{value} {draft.number}" if value == OTHERWISE and not draft.kind.fields[name].listed_in else value

    def deliver(self, draft: Draft) -> None:
        """Who delivered the record and when: mostly a feed that covers it, and today."""
        kind, values = draft.kind, draft.values
        feeds = [f for f in self.program.feeds if f.kind == kind.name]
        feed: Feed | None = None
        if kind.source and kind.source not in values:
            fitting = [f for f in feeds if all(values.get(n, w[0]) in w for n, w in f.covers.items())]
            feed = self.choose(fitting) if fitting and self.often(8) else None
            values[kind.source] = feed.name if feed else self.choose((*(f.name for f in feeds), OTHERWISE))
        for name, words in (feed.covers if feed else {}).items():
            if name not in values and self.often(8):
                values[name] = self.choose(words)
        if kind.fetched and kind.fetched not in values:
            age = feed.max_age if feed and feed.max_age is not None else 30
            values[kind.fetched] = self.as_of - timedelta(days=self.choose((0, 0, 0, age, age + 1)))

    def agree(self, draft: Draft) -> None:
        """Take out what contradicts the rest: a source cannot have told both."""
        spec, values = draft.kind.history, draft.values
        if spec is None:
            return
        model: Any = draft.kind.model
        if not draft.statuses and "history" in model.model_fields and not self.often(5):
            days = [d for d in self.pools.days if d != FOREVER]
            draft.statuses = {self.choose(days): self.choose(tuple(spec.statuses)) for _ in range(self.choose((1, 2)))}
        first = next(iter(spec.statuses))
        begins = spec.dated_by.get(first, "")
        begin, end = values.get(begins), values.get(draft.kind.ends)
        if isinstance(begin, date) and isinstance(end, date) and end < begin:
            values[begins] = end
        known_by = values.get(spec.known_by)
        later = {name: s for s, name in spec.dated_by.items() if s != first}
        present, since = values.get(spec.present), values.get(spec.since)
        stop = spec.ends.get(str(present), "")
        if draft.statuses:
            if spec.present:
                values[spec.present] = None
            told = set(draft.statuses.values())
        else:
            told = (
                {s for s in spec.statuses if s != first or present != first} if present == first else set(spec.statuses)
            )
            if isinstance(since, date) and isinstance(values.get(stop), date) and values[stop] < since:  # type: ignore[operator]
                values[stop] = since
        for name, status in later.items():
            day = values.get(name)
            settled = isinstance(day, date) and isinstance(known_by, date) and day <= known_by
            if settled and (status not in told if draft.statuses else present == first):
                values[name] = None

    def relations(self) -> list[dict[str, Any]]:
        found = []
        for draft in self.drafts:
            if draft.link:
                ends = (dict(APPLICANT), dict(draft.holder))
                person, of = ends if draft.person.endswith("_of_holder") else ends[::-1]
                told = {name: written(value) for name, value in draft.link.items() if value is not None}
                found.append({"person": person, "role": draft.role, "of": of} | told)
        return found

    def sources(self) -> Any:
        """Who answered: all, nobody that we know of, or each feed in its own way."""
        form = self.choose(("all", "all", "each", "each", "each", None))
        if form != "each":
            return form
        found = []
        for feed in self.program.feeds:
            way = self.choose(
                (
                    "answered",
                    "answered",
                    "answered",
                    "on the last day",
                    "too old",
                    "refused",
                    "not asked",
                    "narrow",
                    "of one",
                )
            )
            if way == "not asked":
                continue
            age = (
                0
                if feed.max_age is None
                else {"on the last day": feed.max_age, "too old": feed.max_age + 1}.get(way, 0)
            )
            answer: dict[str, Any] = {
                "name": feed.name, "answered": way != "refused", "about": [APPLICANT["uscc"]] if way == "of one" else "everybody",
                "fetched_at": (self.as_of - timedelta(days=age)).isoformat(),
            }  # fmt: skip
            if way == "narrow" and feed.covers:
                answer["covers"] = {
                    name: [self.choose(words)] for name, words in itertools.islice(feed.covers.items(), 1)
                }
            complete = self.choose((None, None, True, False))
            found.append(answer | ({} if complete is None else {"history_complete": complete}))
        return found


def _role(person: str) -> str:
    return person.removeprefix(FORMER).removesuffix("_of_holder").removeprefix("holder_is_")


def _known(expr: Expr, scene: Scene) -> bool:
    """Whether an expression can be run: it names records of the scene, and no status."""
    parts = list(walk(expr))
    return not any(isinstance(e, StatusOn) for e in parts) and all(
        e.record in scene for e in parts if isinstance(e, FieldRead)
    )
