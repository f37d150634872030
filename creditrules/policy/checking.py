"""Check a whole policy: that its expressions have types, its exceptions lighten, its burdens name persons, its bases hold."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date, timedelta
from graphlib import CycleError, TopologicalSorter

from creditrules.diagnostics import Diagnostic, Span, Text, one_of, shown
from creditrules.policy.afterwards import CONCLUSION, DECISION
from creditrules.policy.calendar import UNITS
from creditrules.policy.model import (
    Binder,
    Check,
    Condition,
    FollowUp,
    Interval,
    Policy,
    Rule,
    RuleException,
    Scope,
    Words,
)
from creditrules.policy.parser import RESERVED
from creditrules.policy.syntax import Call, Expr, Literally, Param, children, walk
from creditrules.policy.typing import Checker, Context, Type, all_values, constant_type, guarded_days, reach
from creditrules.policy.vocabulary import EXACT, NONE, Group
from creditrules.records.schema import FORMER, Kind

MOST_PARTS = 5_000
MOST_LEVELS = 100
"""How much an expression may be once the definitions that it uses are written out in it; what is deeper breaks recursion."""


def check(policy: Policy, *, lost: Collection[str] = (), whole: bool = True) -> list[Diagnostic]:
    """Every problem of a policy whose names are resolved; none means that it loads.

    The names in `lost` are those of items with problems of their own, whose use is no further mistake. What depends on days
    alone, and on no chosen value, is left out where the policy is not `whole`: it was checked when it was loaded.
    """
    checker = Checker(policy, lost)
    for name, definition in policy.definitions.items():
        if any(isinstance(e, Call) and e.name == name for e in reach(policy, definition.body)):
            message = Text(f"定义 `{name}` 用到自身", f"the definition `{name}` uses itself")
            checker.problem("CR-P041", definition.span, message)
    for name, option in checker.circular.items():
        message = Text(
            f"参数 `{name}` 的选项用到自身", f"an option of the parameter `{name}` uses the parameter itself"
        )
        checker.problem("CR-P041", option.span, message)
    _extents(policy, checker)
    _parameters(policy, checker)
    for definition in policy.definitions.values():
        records = {of: policy.vocabulary.schema.kinds[of] for of in definition.of if of != "day"}
        days = guarded_days([definition.body])
        checker.test(definition.body, Context(records, day="day" in definition.of, has=True, days=days))
    for term in policy.terms:
        context = Context({term.of: policy.vocabulary.schema.kinds[term.of]})
        checker.test(term.where, context)
        checker.expect(term.until, "date", context)
        checker.bounded_ends(term.until, context)
    for row in policy.lists:
        context = Context({row.of: policy.vocabulary.schema.kinds[row.of]})
        if row.where is not None:
            checker.test(row.where, context)
        checker.test(row.competent.test, context)
    for scope in policy.scope:
        _conditions(checker, scope.when, Context(_singles(policy, policy.vocabulary.schema.decided[0])))
        _words(policy, checker, scope.matters, policy.vocabulary.matters)
    for rule in policy.rules:
        _rule(policy, checker, rule)
    for follow_up in policy.follow_ups:
        _follow_up(policy, checker, follow_up)
    for one in policy.checks:
        _check(policy, checker, one)
    for instrument in policy.law.values():
        depends_on = policy.parameters.get(instrument.carries_if)
        if depends_on is not None:
            found = constant_type(all_values(policy, depends_on))
            if found is None or found.base != "bool":
                checker.problem(
                    "CR-P016",
                    depends_on.span,
                    Text("这里需要真假值参数", "a parameter that is true or false is needed here"),
                )
        for provision in instrument.provisions.values():
            for coverage in provision.carries:
                _words(policy, checker, coverage.matters, policy.vocabulary.matters)
                _words(policy, checker, coverage.persons, policy.vocabulary.schema.persons)
    return checker.problems + (list(_days(policy)) if whole else [])


def _extents(policy: Policy, checker: Checker) -> None:
    """Definitions and conditions that are too much once the definitions that they use are written out in them."""
    calls = {
        name: {e.name for e in walk(d.body) if isinstance(e, Call) and e.name in policy.definitions}
        for name, d in policy.definitions.items()
    }
    try:
        order = list(TopologicalSorter(calls).static_order())
    except CycleError:
        return  # which is told of the definitions that use themselves
    known: dict[str, tuple[int, int]] = {}
    message = Text(
        f"写出所用的定义后超过 {MOST_PARTS} 项或 {MOST_LEVELS} 层",
        f"with the definitions that it uses written out, it has more than {MOST_PARTS} parts or {MOST_LEVELS} levels",
    )
    hint = Text("少用定义套定义", "use fewer definitions within definitions")
    for name in order:
        known[name] = _extent(policy.definitions[name].body, known)
        if known[name][0] > MOST_PARTS or known[name][1] > MOST_LEVELS:
            checker.problem("CR-P028", policy.definitions[name].span, message, hint)
            known[name] = (1, 1)  # told once, not for each that uses it
    exceptions = [e for r in policy.rules for e in r.unless] + [s.exception for s in policy.exceptions]
    conditions = [c for r in policy.rules for c in r.when] + [c for s in policy.scope for c in s.when]
    conditions += [c for f in policy.follow_ups for c in f.when] + [c for o in policy.checks for c in (*o.when, o.must)]
    for condition in (*conditions, *(c for e in exceptions for c in e.when)):
        parts, levels = _extent(condition.test, known)
        if parts > MOST_PARTS or levels > MOST_LEVELS:
            checker.problem("CR-P028", condition.test.span or condition.span, message, hint)


def _extent(expr: Expr, known: Mapping[str, tuple[int, int]]) -> tuple[int, int]:
    """How many parts and levels an expression has; those of definitions are `known`."""
    inner = [_extent(child, known) for child in children(expr)]
    if isinstance(expr, Call) and expr.name in known:
        inner.append(known[expr.name])
    return 1 + sum(parts for parts, _ in inner), 1 + max((levels for _, levels in inner), default=0)


def _singles(policy: Policy, decides: str) -> dict[str, Kind]:
    """The records that occur once where a record of `decides` is decided upon."""
    kinds = policy.vocabulary.schema.kinds
    return {k.name: k for k in kinds.values() if k.name == decides or not (k.many or k.decided)}


def _conditions(checker: Checker, when: tuple[Condition, ...], context: Context) -> None:
    days = guarded_days(c.test for c in when)
    for condition in when:
        checker.test(condition.test, Context(context.records, context.link, context.day, context.has, days))


def _words(policy: Policy, checker: Checker, words: Words | None, known: Iterable[str]) -> None:
    """Parameters that list words must list words that exist."""
    for name in words.params if words else ():
        parameter = policy.parameters.get(name)
        if parameter is None:
            continue  # it has a problem of its own
        found = constant_type(all_values(policy, parameter))
        if parameter.by is not None or found is None or not found.many or found.base not in ("text", "anything"):
            checker.problem(
                "CR-P016",
                words.span if words else None,
                Text(f"参数 `{name}` 须是词的列表", f"the parameter `{name}` must list words"),
            )
            continue
        for word in sorted((found.words or frozenset()) - set(known)):
            checker.problem(
                "CR-P034",
                parameter.span,
                Text(f"`{shown(word)}` 没有定义", f"`{shown(word)}` is not defined"),
                one_of(word, known),
            )


def _parameters(policy: Policy, checker: Checker) -> None:
    for parameter in policy.parameters.values():
        values = all_values(policy, parameter)
        found = constant_type(values)
        if parameter.choose:
            for word in values:
                if word not in parameter.choose:
                    checker.problem(
                        "CR-P034",
                        parameter.span,
                        Text(f"`{shown(word)}` 没有定义", f"`{shown(word)}` is not defined"),
                        one_of(str(word), parameter.choose),
                    )
        elif found is None:
            checker.problem(
                "CR-P016",
                parameter.span,
                Text(f"参数 `{parameter.name}` 的值类型不一", f"the values of `{parameter.name}` differ in type"),
            )
        rows = [*parameter.values, *(v for p in policy.profiles.values() for v in p.set.get(parameter.name, ()))]
        if parameter.by is None and any(r.table for r in rows):
            checker.problem(
                "CR-P031", parameter.span, Text(f"参数 `{parameter.name}` 没有 `by`", f"`{parameter.name}` has no `by`")
            )
        elif parameter.by is not None:
            field = policy.vocabulary.schema.kinds[parameter.by.record].fields[parameter.by.name]
            known = frozenset(field.values) or policy.vocabulary.lists.get(field.listed_in, frozenset())
            for key in sorted({k for r in rows for k in r.table} - known):
                checker.problem(
                    "CR-P034",
                    parameter.span,
                    Text(f"`{shown(key)}` 没有定义", f"`{shown(key)}` is not defined"),
                    one_of(key, known),
                )


def _rule(policy: Policy, checker: Checker, rule: Rule) -> None:
    vocabulary = policy.vocabulary
    kinds = vocabulary.schema.kinds
    measure = vocabulary.measures[rule.measure]
    asks = measure.group not in EXACT
    singles = _singles(policy, rule.decides)
    records = singles | ({rule.each: kinds[rule.each]} if rule.each else {})
    link = bool(rule.each and kinds[rule.each].held_by)
    if rule.matters is not None and not kinds[rule.decides].matter:
        checker.problem(
            "CR-P034", rule.matters.span, Text(f"`{rule.decides}` 没有事项", f"`{rule.decides}` has no matter")
        )
    _words(policy, checker, rule.matters, vocabulary.matters)
    _persons(policy, checker, rule.persons, measure.group)
    if rule.with_ and not asks:
        checker.problem(
            "CR-P043",
            rule.span,
            Text(
                "只有程序性规则、提示和除外情形可以再引入记录",
                "only procedures, advice and exceptions bind one more record",
            ),
        )
    own = records | _bound(policy, checker, rule.with_, records, measure.group)
    _conditions(checker, rule.when, Context(own, link, has=asks))
    # A burden that holds until some day would have no end without that day.
    for name in sorted(set(measure.arguments) - set(rule.arguments)) if measure.group == "burden" else ():
        message = Text(
            f"措施 `{measure.name}` 缺少参数 `{name}`", f"the measure `{measure.name}` needs the argument `{name}`"
        )
        checker.problem("CR-P030", rule.span, message)
    for name, argument in rule.arguments.items():
        days = guarded_days(c.test for c in rule.when)
        _argument(checker, name, measure.arguments, argument, Context(records, link, has=asks, days=days))
    exceptions = policy.exceptions_of(rule)
    for index, exception in enumerate(exceptions):
        for other in exceptions[:index]:
            if other.id == exception.id and exception.in_force.meets(other.in_force):
                message = Text(
                    f"规则 `{rule.id}` 有两个除外情形 `{exception.id}`",
                    f"the rule `{rule.id}` has two exceptions `{exception.id}`",
                )
                checker.problem("CR-P023", exception.span, message)
        inner = records | _bound(policy, checker, exception.with_, records, measure.group)
        _conditions(checker, exception.when, Context(inner, link, has=asks))
        _lighter(policy, checker, rule, exception)


def _follow_up(policy: Policy, checker: Checker, follow_up: FollowUp) -> None:
    """A follow-up sees what occurs once, and, with `each`, the record, its link and the conclusion that it follows."""
    _words(policy, checker, follow_up.matters, policy.vocabulary.matters)
    kinds = policy.vocabulary.schema.kinds
    records = _singles(policy, follow_up.decides)
    if follow_up.each:
        records |= {follow_up.each: kinds[follow_up.each], CONCLUSION.name: CONCLUSION}
    link = bool(follow_up.each and kinds[follow_up.each].held_by)
    _conditions(checker, follow_up.when, Context(records, link, has=True))
    known = policy.vocabulary.measures[follow_up.measure].arguments
    days = guarded_days(c.test for c in follow_up.when)
    context = Context(records, link, has=True, days=days)
    for name, argument in follow_up.arguments.items():
        _argument(checker, name, known, argument, context)
    clock = follow_up.clock
    if clock is None:
        return
    checker.bounded_ends(clock.from_, context)
    checker.expect(clock.from_, "date", context)
    for count in (clock.days, clock.extension):
        if count is not None:
            checker.expect(count, "int", context)
            checker.not_negative(count)
    found = checker.type_of(clock.unit, context)
    if found is not None and (found.many or found.base != "text" or not (found.words or frozenset({""})) <= set(UNITS)):
        message = Text(
            "`unit` 须为 `working_days` 或 `calendar_days`", "`unit` must be `working_days` or `calendar_days`"
        )
        checker.problem("CR-P016", clock.unit.span, message)


def _check(policy: Policy, checker: Checker, one: Check) -> None:
    """A check sees the decision, and, with `of`, the conclusion and the record that it is about."""
    _words(policy, checker, one.matters, policy.vocabulary.matters)
    kinds = policy.vocabulary.schema.kinds
    records = _singles(policy, one.decides) | {DECISION.name: DECISION}
    if one.of:
        records[CONCLUSION.name] = CONCLUSION
    if one.each:
        records[one.each] = kinds[one.each]
    link = bool(one.each and kinds[one.each].held_by)
    days = guarded_days(c.test for c in one.when)
    _conditions(checker, one.when, Context(records, link, has=True))
    checker.test(one.must.test, Context(records, link, has=True, days=days))


def _argument(checker: Checker, name: str, known: Mapping[str, str], argument: Expr, context: Context) -> None:
    kind = known.get(name)
    if kind is None:
        checker.problem(
            "CR-P034",
            argument.span,
            Text(f"没有参数 `{shown(name)}`", f"there is no argument `{shown(name)}`"),
            one_of(name, known),
        )
        return
    checker.bounded_ends(argument, context)
    found = checker.type_of(argument, context)
    wanted = Type("text", True) if kind == "texts" else Type(kind)  # type: ignore[arg-type]
    if found is not None and (found.base not in (wanted.base, "anything") or found.many != wanted.many):
        checker.problem(
            "CR-P016",
            argument.span,
            Text(f"参数 `{name}` 的类型不对", f"the argument `{name}` must be {wanted}, this is {found}"),
        )


def _bound(
    policy: Policy, checker: Checker, binders: tuple[Binder, ...], records: dict[str, Kind], group: Group
) -> dict[str, Kind]:
    found = {}
    for binder in binders:
        if binder.alias in records or binder.alias in found or binder.alias in RESERVED:
            checker.problem(
                "CR-P023",
                binder.persons.span if binder.persons else None,
                Text(f"名称 `{binder.alias}` 已被占用", f"the name `{binder.alias}` is taken"),
            )
        _persons(policy, checker, binder.persons, group)
        found[binder.alias] = policy.vocabulary.schema.kinds[binder.kind]
    return found


def _persons(policy: Policy, checker: Checker, persons: Words | None, group: Group) -> None:
    if persons is None:
        return
    _words(policy, checker, persons, policy.vocabulary.schema.persons)
    named = set(persons.words)
    for parameter in (policy.parameters[name] for name in persons.params if name in policy.parameters):
        named |= {w for v in all_values(policy, parameter) if isinstance(v, tuple) for w in v if isinstance(w, str)}
    if "same_name" in named and group != "advice":
        message = Text("仅名称相同的记录只能用于提示", "records that match by name only can be used in advice only")
        checker.problem("CR-P039", persons.span, message)
    if group != "advice" and any(n.startswith(FORMER) for n in named):
        message = Text("已结束的关系只能用于提示", "links that have ended can be used in advice only")
        checker.problem("CR-P039", persons.span, message)
    if group in ("facilitation", "procedural") and any(n.startswith("holder_is_") for n in named):
        message = Text("关系人自己的记录只能用于提示", "records of related persons can be used in advice only")
        checker.problem("CR-P039", persons.span, message)


def _lighter(policy: Policy, checker: Checker, rule: Rule, exception: RuleException) -> None:
    vocabulary = policy.vocabulary
    if exception.instead == NONE:
        return
    instead, measure = vocabulary.measures[exception.instead], vocabulary.measures[rule.measure]
    if instead.group != measure.group or instead.rank >= measure.rank or measure.group not in EXACT:
        message = Text(
            f"除外情形 `{exception.id}` 的 `{instead.name}` 不轻于规则 `{rule.id}` 的 `{measure.name}`",
            f"`{instead.name}` of the exception `{exception.id}` is not lighter than `{measure.name}` of the rule `{rule.id}`",
        )
        checker.problem(
            "CR-P038", exception.span, message, Text("写更轻的措施，或 `none`", "name a lighter measure, or `none`")
        )


def breakpoints(policy: Policy) -> list[date]:
    """The days within the policy's validity on which something begins to stand or has just ceased to."""
    intervals: list[Interval] = [policy.in_force]
    for instrument in policy.law.values():
        intervals += [instrument.in_force, *(p.in_force for p in instrument.provisions.values())]
    intervals += [*(r.in_force for r in policy.rules), *(s.in_force for s in policy.scope)]
    intervals += [*(f.in_force for f in policy.follow_ups), *(c.in_force for c in policy.checks)]
    intervals += [e.in_force for r in policy.rules for e in policy.exceptions_of(r)]
    days = {i.from_ for i in intervals} | {i.to + timedelta(days=1) for i in intervals if i.to < date.max}
    days |= {v.from_ for p in policy.parameters.values() for v in p.values}
    return sorted({max(d, policy.in_force.from_) for d in days if d in policy.in_force or d < policy.in_force.from_})


def _days(policy: Policy) -> Iterator[Diagnostic]:
    """Definitions and parameters that are missing on a day on which something that stands uses them."""
    days = breakpoints(policy)
    told: set[tuple[str, str]] = set()
    for name, stands, expressions, span in _users(policy):
        user = shown(name)
        used = {(type(n), n.name) for n in reach(policy, *expressions) if isinstance(n, Call | Param)}
        for kind, other in sorted(used, key=lambda u: u[1]):
            for day in days if (user, other) not in told else ():
                missing = _missing(policy, user, other, day, definition=kind is Call)
                if missing is not None and stands(day):
                    told.add((user, other))
                    yield Diagnostic("CR-P040", missing, span)
                    break


def _missing(policy: Policy, user: str, name: str, day: date, *, definition: bool) -> Text | None:
    if definition and name in policy.definitions and not policy.definitions[name].foundation.stands(day):
        return Text(
            f"`{user}` 所用的定义 `{name}` 在 {day} 没有依据",
            f"the definition `{name}` used by `{user}` has no basis on {day}",
        )
    if not definition and name in policy.parameters and all(v.from_ > day for v in policy.parameters[name].values):
        return Text(
            f"`{user}` 所用的参数 `{name}` 在 {day} 没有值",
            f"the parameter `{name}` used by `{user}` has no value on {day}",
        )
    return None


def without_basis(policy: Policy, as_of: date) -> tuple[Diagnostic, ...]:
    """What would stand on the day, but has no basis left in force: an error of the law, not of the text."""
    found = []
    standing: list[Rule | Scope | RuleException | FollowUp | Check]
    standing = [*policy.rules, *policy.scope, *policy.follow_ups, *policy.checks]
    standing += [e for r in policy.rules for e in policy.exceptions_of(r)]
    for one in standing:
        if as_of in one.in_force and not one.foundation.stands(as_of):
            names = ", ".join(f"`{b.name}`" for b in one.foundation.bases)
            message = Text(f"`{one.id}` 的依据 {names} 在 {as_of} 都不施行", f"no basis of `{one.id}` is in force on {as_of}: {names}")  # fmt: skip
            found.append(Diagnostic("CR-P022", message, one.span, _NEW_BASIS))
    return tuple(found)


_NEW_BASIS = Text(
    "写入取代它的依据，或给规则写施行期", "name the instrument that took its place, or end the rule with its basis"
)


_User = tuple[str, Callable[[date], bool], list[Expr], Span | None]


def _users(policy: Policy) -> Iterator[_User]:
    """What stands on some days, on which, and the expressions and parameters that it uses."""
    for rule in policy.rules:
        words = _listed(rule.matters, rule.persons, *(b.persons for b in rule.with_))
        yield rule.id, rule.stands, [*(c.test for c in rule.when), *rule.arguments.values(), *words], rule.span
        for exception in policy.exceptions_of(rule):
            words = _listed(*(b.persons for b in exception.with_))
            tests = [*(c.test for c in exception.when), *words]
            yield exception.id, _both(rule.stands, exception.stands), tests, exception.span
    for scope in policy.scope:
        yield scope.id, scope.stands, [*(c.test for c in scope.when), *_listed(scope.matters)], scope.span
    for term in policy.terms:
        yield term.of, term.foundation.stands, [term.where, term.until], term.span
    for follow_up in policy.follow_ups:
        clock = follow_up.clock
        parts = [clock.from_, clock.days, clock.unit, *([clock.extension] if clock.extension else [])] if clock else []
        tests = [*(c.test for c in follow_up.when), *follow_up.arguments.values(), *_listed(follow_up.matters)]
        yield follow_up.id, follow_up.stands, [*tests, *parts], follow_up.span
    for one in policy.checks:
        tests = [*(c.test for c in one.when), one.must.test, *_listed(one.matters)]
        yield one.id, one.stands, tests, one.span
    for row in policy.lists:
        tests = [row.where or Literally(True), row.competent.test]
        yield row.competent.id, row.foundation.stands, tests, row.competent.span
    for instrument in policy.law.values():
        depends_on = policy.parameters.get(instrument.carries_if)
        if depends_on is not None:
            yield instrument.name, instrument.in_force.__contains__, [Param(depends_on.name)], depends_on.span
        for coverage in (c for p in instrument.provisions.values() for c in p.carries):
            words = _listed(coverage.matters, coverage.persons)
            yield instrument.name, instrument.in_force.__contains__, list(words), coverage.persons.span


def _both(one: Callable[[date], bool], other: Callable[[date], bool]) -> Callable[[date], bool]:
    return lambda day: one(day) and other(day)


def _listed(*words: Words | None) -> list[Expr]:
    """The parameters that list words, as the expressions that use them."""
    return [Param(name) for w in words if w is not None for name in w.params]
