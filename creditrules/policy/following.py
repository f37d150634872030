"""Resolve what is judged after the outcome, follow-ups and checks, while the files of a policy are read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from creditrules.diagnostics import Text
from creditrules.documents import Node, at, below
from creditrules.policy import model, shapes
from creditrules.policy.afterwards import known_words
from creditrules.policy.vocabulary import EXACT
from creditrules.records.schema import Kind

if TYPE_CHECKING:
    from creditrules.policy.reading import _Builder


def read_follow_up(builder: _Builder, shape: shapes.FollowUp, node: Node) -> model.FollowUp:
    """A follow-up with its names resolved; problems are the builder's."""
    measures = builder.vocabulary.measures
    measure = measures.get(shape.then.measure)
    if measure is None or measure.group in EXACT:
        known = [m.name for m in measures.values() if m.group not in EXACT]
        builder.unknown(at(node, ("then", "measure")), shape.then.measure, known)
    _names(builder, {"after": shape.after, "unless": shape.unless}, node)
    if shape.each is not None and not shape.after:
        message = Text("`each` 须与 `after` 连用", "`each` goes with `after`")
        hint = Text(
            "写明哪些措施所依据的记录，如 `after: burden`", "say on which measures it rests, as in `after: burden`"
        )
        builder.problem("CR-P030", at(node, ("each",)), message, hint)
    clock = None
    if shape.clock is not None:
        inner = below(node, ("clock",))
        extension = builder.expression(below(inner, ("extension",))) if shape.clock.extension is not None else None
        from_, days, unit = (builder.expression(below(inner, (name,))) for name in ("from", "days", "unit"))
        clock = model.Clock(from_, days, extension, unit)
    decides = builder.decided(shape.decides, node)
    return model.FollowUp(
        shape.id, shape.title.text, builder.foundation(shape, node), shape.mode,
        builder.words(shape.matters, node, "matters", builder.vocabulary.matters), decides, _name(builder.bound_kind(shape.each, decides, node)),
        shape.after, shape.unless, builder.conditions(shape.when, node) if shape.when else (), shape.then.measure,
        {name: builder.expression(below(node, ("then", "arguments", name))) for name in shape.then.arguments}, clock,
        builder.interval(shape.in_force, at(node, ("in_force",))), shape.covers, node.span,
    )  # fmt: skip


def read_check(builder: _Builder, shape: shapes.Check, node: Node) -> model.Check:
    """A check with its names resolved; problems are the builder's."""
    _names(builder, {"of": shape.of}, node)
    for index, allowed in enumerate(shape.allowed):
        if allowed.profile not in builder.head.profiles:
            builder.unknown(at(node, ("allowed", index, "profile")), allowed.profile, builder.head.profiles)
    decides = builder.decided(shape.decides, node)
    return model.Check(
        shape.id, shape.title.text, builder.foundation(shape, node), builder.words(shape.matters, node, "matters", builder.vocabulary.matters),
        decides, shape.of, _name(builder.bound_kind(shape.each, decides, node)),
        builder.conditions(shape.when, node) if shape.when else (), builder.labelled("must", shape.must, below(node, ("must",))),
        {a.profile: a.why.text for a in shape.allowed}, builder.interval(shape.in_force, at(node, ("in_force",))), shape.covers, node.span,
    )  # fmt: skip


def _name(kind: Kind | None) -> str:
    return kind.name if kind else ""


def _names(builder: _Builder, named: Mapping[str, tuple[str, ...]], node: Node) -> None:
    known = known_words(builder.vocabulary)
    for key, words in named.items():
        for index, word in enumerate(words):
            if word not in known:
                span = at(node, (key, index)) if len(words) > 1 else at(node, (key,))
                builder.unknown(span, word, known)
