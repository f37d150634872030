"""Read the files of a policy into one `Policy`, reporting every problem of all of them at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from creditrules.diagnostics import PolicyError, Source, Span, Text
from creditrules.documents import Node, at, below, read_yaml
from creditrules.policy import model, shapes
from creditrules.policy.calendar import Calendar, read_calendar
from creditrules.policy.checking import check
from creditrules.policy.citing import provision_name
from creditrules.policy.constants import OutOfRangeError, constant
from creditrules.policy.digest import canonical_digest
from creditrules.policy.following import read_check, read_follow_up
from creditrules.policy.gathering import Item, gather
from creditrules.policy.lower import lower
from creditrules.policy.resolving import Resolver
from creditrules.policy.syntax import Constant, Field
from creditrules.policy.vocabulary import read_vocabulary
from creditrules.records.binding import Feed

_T = TypeVar("_T")


@dataclass
class _Builder(Resolver):
    """Builds one policy out of its sections; `read_policy` is its only user."""

    def binders(self, shape: Mapping[str, shapes.Binder], node: Node) -> tuple[model.Binder, ...]:
        many = [k.name for k in self.vocabulary.schema.kinds.values() if k.many]
        found = []
        for alias, binder in shape.items():
            inner = below(node, ("with", alias))
            kind = self.kind(binder.each, at(inner, ("each",)), many)
            persons = self.words(binder.persons, inner, "persons", self.vocabulary.schema.persons)
            if kind.held_by and persons is None:
                self.problem(
                    "CR-P043", inner.span, Text("须写明谁的记录（`persons`）", "`persons` must say whose record it is")
                )
            elif persons is not None and not kind.held_by:
                self.problem(
                    "CR-P043",
                    inner.span,
                    Text("该记录不属于任何人", "such a record belongs to nobody"),
                    Text("去掉 `persons`", "leave `persons` out"),
                )
            found.append(model.Binder(alias, kind.name, persons))
        return tuple(found)

    def exemption(self, shape: shapes.Exemption, node: Node) -> model.RuleException:
        if shape.instead != "none" and shape.instead not in self.vocabulary.measures:
            self.unknown(at(node, ("instead",)), shape.instead, [*self.vocabulary.measures, "none"])
        return model.RuleException(
            shape.id, shape.title.text, self.foundation(shape, node), self.binders(shape.with_, node), self.conditions(shape.when, node),
            shape.instead, self.interval(shape.in_force, at(node, ("in_force",))), shape.covers, node.span,
        )  # fmt: skip

    def rule(self, shape: shapes.Rule, node: Node) -> model.Rule:
        schema = self.vocabulary.schema
        decides = self.decided(shape.decides, node)
        each = self.bound_kind(shape.each, decides, node)
        persons = self.words(shape.persons, node, "persons", schema.persons)
        if each is not None and each.held_by and persons is None:
            self.problem(
                "CR-P043",
                at(node, ("each",)),
                Text("须写明谁的记录（`persons`）", "`persons` must say whose record it is"),
            )
        if persons is not None and (each is None or not each.held_by):
            self.problem(
                "CR-P043",
                at(node, ("persons",)),
                Text("没有可归属于人的记录", "no record is bound that belongs to a person"),
            )
        if shape.then.measure not in self.vocabulary.measures:
            self.unknown(at(node, ("then", "measure")), shape.then.measure, self.vocabulary.measures)
        ids: set[str] = set()
        for index, exemption in enumerate(shape.unless):
            if exemption.id in ids:
                self.problem(
                    "CR-P023",
                    at(node, ("unless", index, "id")),
                    Text(f"`{exemption.id}` 重复", f"`{exemption.id}` is repeated"),
                )
            ids.add(exemption.id)
        contested = []
        for index, position in enumerate(shape.contested):
            basis = self.basis(position.basis, at(node, ("contested", index, "basis")))
            if basis is not None:
                contested.append(model.Contested(basis, position.says.text))
        return model.Rule(
            shape.id, shape.title.text, self.foundation(shape, node), shape.mode, shape.groups,
            self.words(shape.matters, node, "matters", self.vocabulary.matters), decides, each.name if each else "", persons,
            self.binders(shape.with_, node), self.conditions(shape.when, node), shape.then.measure,
            {name: self.expression(below(node, ("then", "arguments", name))) for name in shape.then.arguments},
            tuple(self.exemption(e, below(node, ("unless", index))) for index, e in enumerate(shape.unless)),
            tuple(contested), self.interval(shape.in_force, at(node, ("in_force",))), shape.covers, node.span,
        )  # fmt: skip

    def instrument(self, name: str, shape: shapes.Instrument, node: Node) -> model.Instrument:
        provisions: dict[str, model.Provision] = {}
        for key, provision in shape.provisions.items():
            inner = below(node, ("provisions", key))
            named = at(node, ("provisions", key), key=True)
            canonical = provision_name(key)
            if canonical in provisions:
                self.problem(
                    "CR-P023", named, Text(f"条款 `{canonical}` 重复", f"the provision `{canonical}` is repeated")
                )
            carries = []
            for index, coverage in enumerate(provision.carries):
                row = below(inner, ("carries", index))
                for position, measure in enumerate(coverage.measures):
                    if measure not in self.vocabulary.measures:
                        self.unknown(at(row, ("measures", position)), measure, self.vocabulary.measures)
                if coverage.matters is None and self.vocabulary.matters:
                    message = Text("须写明所涵盖的事项（`matters`）", "`matters` must say which matters are covered")
                    hint = Text("列出事项；涵盖一切事项的写 `all`", "list them; `all` for every matter")
                    self.problem("CR-P030", row.span, message, hint)
                carries.append(
                    model.Coverage(
                        coverage.measures,
                        None
                        if coverage.matters == ("all",)
                        else self.words(coverage.matters, row, "matters", self.vocabulary.matters),
                        self.words(coverage.persons, row, "persons", self.vocabulary.schema.persons) or model.Words(),
                    )
                )
            provisions[canonical] = model.Provision(
                canonical,
                provision.says.text,
                provision.checked,
                tuple(carries),
                self.interval(provision.in_force, at(inner, ("in_force",))),
            )
        carries_if = ""
        if shape.carries_if is not None:
            carries_if = shape.carries_if.removeprefix("param.")
            known = carries_if in self.sections["parameters"] or carries_if in self.lost
            if not shape.carries_if.startswith("param.") or not known:
                self.unknown(
                    at(node, ("carries_if",)), shape.carries_if, [f"param.{p}" for p in self.sections["parameters"]]
                )
        return model.Instrument(
            name, Text(shape.title, shape.en or shape.title), shape.number or "", shape.level,
            self.interval(shape.in_force, at(node, ("in_force",))), shape.review_by, carries_if, provisions,
        )  # fmt: skip

    def parameter(self, name: str, shape: shapes.Parameter, node: Node) -> model.Parameter:
        by = None
        if shape.by is not None:
            by = self.key_field(shape.by, at(node, ("by",)))
        rows: list[model.Values] = []
        if shape.changes:
            for index, change in enumerate(shape.changes):
                rows.append(self.values(change, change.from_, below(node, ("changes", index)), keyed=by is not None))
            if [r.from_ for r in rows] != sorted({r.from_ for r in rows}):
                self.problem(
                    "CR-P019", at(node, ("changes",)), Text("日期须依次递增", "the days must follow one another")
                )
        else:
            rows.append(self.values(shape, date.min, node, keyed=by is not None))
        choose = {option: self.expression(below(node, ("choose", option))) for option in shape.choose}
        for row in rows:
            if choose and row.value not in choose:
                self.unknown(at(node, ("value",)), str(row.value), choose)
        return model.Parameter(
            name, shape.title.text, self.foundation(shape, node), by, tuple(rows), choose, shape.covers, node.span
        )

    def key_field(self, text: str, span: Span) -> Field:
        """`matter` is the matter of what is decided; otherwise a field under its full name."""
        decided = self.vocabulary.schema.kinds[self.vocabulary.schema.decided[0]]
        record, _, name = (f"{decided.name}.{decided.matter}" if text == "matter" else text).partition(".")
        kind = self.vocabulary.schema.kinds.get(record)
        if kind is None or name not in kind.fields or not (kind.fields[name].values or kind.fields[name].listed_in):
            self.unknown(
                span,
                text,
                [
                    "matter",
                    *(
                        f"{k.name}.{f.name}"
                        for k in self.vocabulary.schema.kinds.values()
                        for f in k.fields.values()
                        if f.values or f.listed_in
                    ),
                ],
            )
        return Field(record, name, span=span)

    def values(self, shape: shapes.Parameter | shapes.Change, from_: date, node: Node, *, keyed: bool) -> model.Values:
        key = "default" if keyed else "value"
        given, other = (shape.default, shape.value) if keyed else (shape.value, shape.default)
        if other is not None or (shape.values and not keyed):
            message = Text(
                "`by` 与 `default`、`values` 连用；没有 `by` 时用 `value`",
                "`by` goes with `default` and `values`; without `by` there is a `value`",
            )
            self.problem("CR-P031", node.span, message)
            return model.Values(from_, (), {})
        if given is None:
            self.problem("CR-P030", node.span, Text(f"缺少 `{key}`", f"`{key}` is missing"))
            return model.Values(from_, (), {})
        value = self.constant(given, at(node, (key,)))
        return model.Values(
            from_, value, {k: self.constant(v, at(node, ("values", k))) for k, v in shape.values.items()}
        )

    def constant(self, value: Any, span: Span) -> Constant:
        try:
            return constant(value)
        except OutOfRangeError:
            self.problem(
                "CR-P026", span, Text("数值超出范围（最大 2^53 - 1）", "a number out of range (at most 2^53 - 1)")
            )
            return 0
        except ValueError:
            self.problem(
                "CR-P031",
                span,
                Text("不是一个值，也不是同类值的列表", "neither a value nor a list of values of one kind"),
            )
            return ()

    def profile(self, name: str, shape: shapes.Profile, node: Node) -> model.Profile:
        chosen: dict[str, tuple[model.Values, ...]] = {}
        for key, value in shape.set.items():
            inner = below(node, ("set", key))
            if key not in self.sections["parameters"]:
                self.unknown(at(node, ("set", key), key=True), key, self.sections["parameters"])
            chosen[key] = (self.override(value, inner.span),)
        return model.Profile(name, shape.title.text, shape.cap_by_basis, chosen)

    def override(self, value: Any, span: Span) -> model.Values:
        if isinstance(value, dict):
            if (
                not set(value) <= {"default", "values"}
                or "default" not in value
                or not isinstance(value.get("values", {}), dict)
            ):
                self.problem(
                    "CR-P031", span, Text("写成 `{default: …, values: {…}}`", "write `{default: …, values: {…}}`")
                )
                return model.Values(date.min, (), {})
            table = {k: self.constant(v, span) for k, v in value.get("values", {}).items()}
            return model.Values(date.min, self.constant(value["default"], span), table)
        return model.Values(date.min, self.constant(value, span), {})

    def feed(self, name: str, shape: shapes.Feed, node: Node) -> Feed:
        if shape.relations == (shape.of is not None):
            self.problem(
                "CR-P031",
                node.span,
                Text("写 `of: 记录种类` 或 `relations: true`", "give either `of: KIND` or `relations: true`"),
            )
        if shape.of is None:
            return Feed(name, shape.title.text, max_age=shape.max_age)
        kind = self.kind(
            shape.of, at(node, ("of",)), [k.name for k in self.vocabulary.schema.kinds.values() if k.held_by]
        )
        covers: dict[str, tuple[str, ...]] = {}
        for key, words in shape.covers.items():
            span = at(node, ("covers", key))
            found = kind.fields.get(key)
            known = {} if found is None else dict(found.values) or dict(self.vocabulary.words.get(found.listed_in, {}))
            if not known:
                self.unknown(span, key, [f.name for f in kind.fields.values() if f.values or f.listed_in])
            named = words.except_ if isinstance(words, shapes.Except) else words
            for word in named:
                if known and word not in known:
                    self.unknown(span, word, known)
            covers[key] = (
                tuple(w for w in known if w not in named) if isinstance(words, shapes.Except) else tuple(named)
            )
        return Feed(name, shape.title.text, kind.name, covers, shape.max_age)

    def build(
        self, digest: str, calendar: Calendar | None, folder: Any, runner: Callable[..., Any] | None
    ) -> model.Policy:
        """Resolve everything that the sections hold. Raises PolicyError with all problems.

        An item with a problem of its own is left out of the checks that need it whole; the others are checked all the same.
        """
        head = self.head
        self.law = {name: self.instrument(name, i.shape, i.node) for name, i in self.sections["law"].items()}
        parameters = self.named("parameters", self.parameter)
        definitions = self.named("definitions", self.definition)
        profiles = {
            name: self.profile(name, p, below(self.node, ("profiles", name))) for name, p in head.profiles.items()
        }
        if head.default_profile not in profiles:
            self.unknown(at(self.node, ("default_profile",)), head.default_profile, profiles)
        feeds = self.named("feeds", self.feed)
        rules = self.sound("rules", lambda i: self.rule(i.shape, i.node))
        shared = self.sound("exceptions", self.shared)
        self.once([(s.exception.id, s.exception.in_force, s.exception.span) for s in shared])
        scopes = self.sound("scope", self.scope)
        self.once([(s.id, s.in_force, s.span) for s in scopes])
        follow_ups = self.sound("follow_ups", lambda i: read_follow_up(self, i.shape, i.node))
        named = [(r.id, r.in_force, r.span) for r in rules]
        self.once([*named, *((f.id, f.in_force, f.span) for f in follow_ups)])
        checks = self.sound("checks", lambda i: read_check(self, i.shape, i.node))
        self.once([(c.id, c.in_force, c.span) for c in checks])
        policy = model.Policy(
            head.policy, head.version, head.title.text, self.interval(head.in_force, at(self.node, ("in_force",))), self.vocabulary,
            head.carries_burden, self.law, parameters, profiles, head.default_profile, definitions,
            self.sound("terms", lambda i: self.term(i.shape, i.node)), tuple(feeds.values()),
            self.sound("lists", lambda i: self.competence(i.shape, i.node)), rules, shared, scopes,
            tuple(model.NotEncoded(n.shape.clause, n.shape.covers, n.shape.why.text, n.shape.decided_by) for n in self.sections["not_encoded"]),
            follow_ups, checks, calendar, digest, folder, runner,
        )  # fmt: skip
        self.problems += check(policy, lost=self.lost)
        return policy

    def named(self, section: str, resolve: Callable[[str, Any, Node], _T]) -> dict[str, _T]:
        """The items of a section with names, but for those that have a problem; their names are lost."""
        found = {}
        for name, item in self.sections[section].items():
            before = len(self.problems)
            resolved = resolve(name, item.shape, item.node)
            if len(self.problems) > before:
                self.lost.add(name)
            else:
                found[name] = resolved
        return found

    def sound(self, section: str, resolve: Callable[[Item], _T]) -> tuple[_T, ...]:
        """The items of a section but for those that have a problem."""
        found = []
        for item in self.sections[section]:
            before = len(self.problems)
            resolved = resolve(item)
            if len(self.problems) == before:
                found.append(resolved)
        return tuple(found)

    def definition(self, name: str, shape: shapes.Definition, node: Node) -> model.Definition:
        for index, of in enumerate(shape.of):
            if of != "day" and of not in self.vocabulary.schema.kinds:
                self.unknown(at(node, ("of", index)), of, [*self.vocabulary.schema.kinds, "day"])
        body = self.expression(below(node, ("is",)))
        return model.Definition(
            name,
            shape.label.text,
            shape.of,
            body,
            self.foundation(shape, node),
            shape.covers,
            self.sections["definitions"][name].span,
        )

    def term(self, shape: shapes.Term, node: Node) -> model.Term:
        kind = self.kind(shape.of, at(node, ("of",)), [k.name for k in self.vocabulary.schema.kinds.values() if k.ends])
        until = self.expression(below(node, ("until",)))
        return model.Term(
            kind.name,
            self.where(shape.where, kind.name, node),
            until,
            self.foundation(shape, node),
            shape.covers,
            node.span,
        )

    def competence(self, shape: shapes.Competence, node: Node) -> model.Competence:
        kind = self.kind(shape.of, at(node, ("of",)), [k.name for k in self.vocabulary.schema.kinds.values() if k.many])
        if shape.otherwise == bool(shape.where):
            self.problem(
                "CR-P031",
                node.span,
                Text("写 `where` 或 `otherwise: true` 之一", "give either `where` or `otherwise: true`"),
            )
        where = None if shape.otherwise else self.where(shape.where, kind.name, node)
        competent = self.labelled("competent", shape.competent, below(node, ("competent",)))
        return model.Competence(kind.name, where, competent, self.foundation(shape, node), shape.covers)

    def shared(self, item: Item) -> model.SharedException:
        known = {name for rule in self.sections["rules"] for name in (rule.shape.id, *rule.shape.groups)}
        for index, name in enumerate(item.shape.for_):
            if name not in known:
                self.unknown(at(item.node, ("for", index)), name, known)
        return model.SharedException(self.exemption(item.shape, item.node), item.shape.for_)

    def scope(self, item: Item) -> model.Scope:
        shape, node = item.shape, item.node
        groups = {group for rule in self.sections["rules"] for group in rule.shape.groups}
        for index, name in enumerate(shape.switches_off):
            if name not in groups:
                self.unknown(at(node, ("switches_off", index)), name, groups)
        return model.Scope(
            shape.id, shape.title.text, self.foundation(shape, node), self.words(shape.matters, node, "matters", self.vocabulary.matters),
            self.conditions(shape.when, node), shape.switches_off, self.interval(shape.in_force, at(node, ("in_force",))), shape.covers, node.span,
        )  # fmt: skip

    def once(self, named: list[tuple[str, model.Interval, Span]]) -> None:
        """An id may stand several times if no two of them are in force on one day."""
        seen: dict[str, list[tuple[model.Interval, Span]]] = {}
        for name, interval, span in named:
            for other, first in seen.setdefault(name, []):
                if interval.meets(other):
                    message = Text(f"`{name}` 在同一日有两个", f"there are two `{name}` on one day")
                    self.problem("CR-P023", span, message, None, ((first, Text("第一个", "the first")),))
            seen[name].append((interval, span))


def read_policy(
    head: Source,
    parts: Iterable[Source],
    vocabulary: Source | None,
    *,
    calendar: Iterable[Source] = (),
    folder: Any = None,
    runner: Callable[..., Any] | None = None,
) -> model.Policy:
    """Resolve `policy.yaml` and the files that it includes into a policy, with the files of its calendar.

    Raises PolicyError with every problem of all files. Without a vocabulary only the shapes of the files can be checked.
    """
    gathered = gather(head, parts)
    problems = list(gathered.problems)
    words = None
    try:
        words = read_vocabulary(vocabulary) if vocabulary is not None else None
    except PolicyError as error:
        problems += error.diagnostics
    years = tuple(calendar)
    known = None
    try:
        known = read_calendar(years) if years else None
    except PolicyError as error:
        problems += error.diagnostics
    policy = None
    if (
        vocabulary is not None
        and words is not None
        and gathered.head is not None
        and gathered.node is not None
        and gathered.whole
    ):
        builder = _Builder(words, gathered.head, gathered.node, gathered.sections, gathered.lost)
        digest = canonical_digest(gathered.nodes, read_yaml(vocabulary), known)
        policy = builder.build(digest, known, folder, runner)
        problems += builder.problems
    if problems or policy is None:
        raise PolicyError(problems)
    for profile in policy.profiles:
        lower(policy, as_of=policy.in_force.from_, profile=profile)
    return policy
