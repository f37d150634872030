"""Resolve what is judged after the outcome, follow-ups and checks, while the files of a policy are read."""

from __future__ import annotations

from collections.abc import Mapping

from creditrules.diagnostics import Text
from creditrules.documents import Node, at, below
from creditrules.policy import model, shapes
from creditrules.policy.afterwards import known_words
from creditrules.policy.resolving import Resolver
from creditrules.policy.vocabulary import EXACT
from creditrules.records.schema import Kind


def read_follow_up(resolver: Resolver, shape: shapes.FollowUp, node: Node) -> model.FollowUp:
    """A follow-up with its names resolved; problems are the resolver's."""
    measures = resolver.vocabulary.measures
    measure = measures.get(shape.then.measure)
    if measure is None or measure.group in EXACT:
        known = [m.name for m in measures.values() if m.group not in EXACT]
        resolver.unknown(at(node, ("then", "measure")), shape.then.measure, known)
    _names(resolver, {"after": shape.after, "unless": shape.unless}, node)
    if shape.each is not None and not shape.after:
        message = Text("`each` 须与 `after` 连用", "`each` goes with `after`")
        hint = Text(
            "写明哪些措施所依据的记录，如 `after: burden`", "say on which measures it rests, as in `after: burden`"
        )
        resolver.problem("CR-P030", at(node, ("each",)), message, hint)
    clock = None
    if shape.clock is not None:
        inner = below(node, ("clock",))
        extension = resolver.expression(below(inner, ("extension",))) if shape.clock.extension is not None else None
        from_, days, unit = (resolver.expression(below(inner, (name,))) for name in ("from", "days", "unit"))
        clock = model.Clock(from_, days, extension, unit)
    decides = resolver.decided(shape.decides, node)
    return model.FollowUp(
        shape.id, shape.title.text, resolver.foundation(shape, node), shape.mode,
        resolver.words(shape.matters, node, "matters", resolver.vocabulary.matters), decides, _name(resolver.bound_kind(shape.each, decides, node)),
        shape.after, shape.unless, resolver.conditions(shape.when, node) if shape.when else (), shape.then.measure,
        {name: resolver.expression(below(node, ("then", "arguments", name))) for name in shape.then.arguments}, clock,
        resolver.interval(shape.in_force, at(node, ("in_force",))), shape.covers, node.span,
    )  # fmt: skip


def read_check(resolver: Resolver, shape: shapes.Check, node: Node) -> model.Check:
    """A check with its names resolved; problems are the resolver's."""
    _names(resolver, {"of": shape.of}, node)
    for index, allowed in enumerate(shape.allowed):
        if allowed.profile not in resolver.head.profiles:
            resolver.unknown(at(node, ("allowed", index, "profile")), allowed.profile, resolver.head.profiles)
    decides = resolver.decided(shape.decides, node)
    return model.Check(
        shape.id, shape.title.text, resolver.foundation(shape, node), resolver.words(shape.matters, node, "matters", resolver.vocabulary.matters),
        decides, shape.of, _name(resolver.bound_kind(shape.each, decides, node)),
        resolver.conditions(shape.when, node) if shape.when else (), resolver.labelled("must", shape.must, below(node, ("must",))),
        {a.profile: a.why.text for a in shape.allowed}, resolver.interval(shape.in_force, at(node, ("in_force",))), shape.covers, node.span,
    )  # fmt: skip


def _name(kind: Kind | None) -> str:
    return kind.name if kind else ""


def _names(resolver: Resolver, named: Mapping[str, tuple[str, ...]], node: Node) -> None:
    known = known_words(resolver.vocabulary)
    for key, words in named.items():
        for index, word in enumerate(words):
            if word not in known:
                span = at(node, (key, index)) if len(words) > 1 else at(node, (key,))
                resolver.unknown(span, word, known)
