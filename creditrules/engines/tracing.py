"""How every condition went for every record that was looked at, also where a rule concluded nothing.

A decision tells what was concluded, and why. Whoever tests a policy asks the opposite too: why a rule did not apply, and
which conditions the cases ever put to the test.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from creditrules.decision import Reason
from creditrules.engines import following
from creditrules.engines.evaluating import Env
from creditrules.engines.python import BoundRecord, Concluding, Exempting, Prepared, Run, Test
from creditrules.policy.program import Cited
from creditrules.policy.truth import Truth, all_, any_, not_
from creditrules.records.binding import Binding
from creditrules.records.case import BaseCase

What = Literal["rule", "exception", "scope", "follow_up"]


@dataclass(frozen=True)
class Trial:
    """How a rule, an exception, a scope rule or a follow-up went for one choice of records.

    It holds if the records `counts`, every condition of `tests` holds of `env`, and a rule is not `out_of_scope`. `rule` is
    the rule that an exception serves, else `id`. `binding` is the record and link that the rule binds, `others` the further
    records by alias.
    """

    what: What
    id: str
    rule: str
    binding: Binding | None
    others: Mapping[str, Binding]
    counts: Truth
    out_of_scope: Truth
    tests: tuple[Test, ...]
    cited: tuple[Cited, ...]
    env: Env
    run: Run

    @property
    def truths(self) -> tuple[Truth, ...]:
        """What each condition came to, in the order of `tests`."""
        return tuple(test.code.run(self.env) for test in self.tests)

    @property
    def holds(self) -> Truth:
        """Whether it holds for these records."""
        return all_([self.counts, *self.truths, not_(self.out_of_scope)])

    def reasons(self) -> tuple[Reason, ...]:
        """Its conditions in words, with the values that they read, as a decision would have them."""
        link = self.binding.link if self.binding is not None else None
        where = (self.binding.address if self.binding is not None else "", link.person if link else "")
        return tuple(
            self.run.tell.reason(self.rule, test.atom, test.code, self.env, cited=self.cited, where=where)
            for test in self.tests
        )


def trace(prepared: Prepared, case: BaseCase) -> Iterator[Trial]:
    """Every trial of a case. Raises RecordError where it does not fit the policy's vocabulary.

    Rules for another matter, or for another kind of what is decided, are not tried at all; nor is a rule that binds a record
    of which the case has none, nor a follow-up that nothing calls for.
    """
    run = prepared.run(case)
    for scope in run.reaching():
        yield Trial(
            "scope", scope.scope.id, scope.scope.id, None, {}, True, False, scope.tests, scope.scope.cited, run.env, run
        )
    for rule in run.concluding():
        out_of_scope = any_(run.scopes.get(s, False) for s in rule.rule.scope)
        for binding, env in run.bindings(rule):
            counts = True if rule.each is None or binding is None else run.counts(rule.each, binding, env)
            yield from _trials("rule", rule, run, rule=rule, binding=binding, env=env, counts=counts, out=out_of_scope)
            for exception in rule.exceptions:
                yield from _trials(
                    "exception", exception, run, rule=rule, binding=binding, env=env, counts=True, out=False
                )
    given = [(c, b) for c, b in run.conclusions(run.drafts()) if c.status == "established"]
    for follow_up in prepared.follow_ups:
        one = follow_up.rule
        tests = tuple(Test(atom, code) for atom, code in follow_up.tests)
        for occasion in following.occasions(one, given, kind=run.kind.name, matter=run.matter, env=run.env):
            yield Trial(
                "follow_up", one.id, one.id, occasion.binding, {}, True, False, tests, one.cited, occasion.env, run
            )


def _trials(
    what: What, one: Concluding | Exempting, run: Run, *,
    rule: Concluding, binding: Binding | None, env: Env, counts: Truth, out: Truth,
) -> Iterator[Trial]:  # fmt: skip
    """A trial for each choice of the further records that a rule or exception binds."""
    stated = one.rule if isinstance(one, Concluding) else one.exception
    for inner, further in run.combinations(one.with_, env):
        yield Trial(
            what, stated.id, rule.rule.id, binding, _others(one.with_, inner), all_([counts, further]), out, one.tests,
            stated.cited, inner, run,
        )  # fmt: skip


def _others(with_: Iterable[BoundRecord], env: Env) -> Mapping[str, Binding]:
    return {b.bound.alias: env[b.bound.alias] for b in with_}
