"""Resolve what the parts of a policy have in common: names, expressions, conditions, and what they rest on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from creditrules.diagnostics import Diagnostic, PolicyError, Span, Text, one_of, shown
from creditrules.documents import Mapping as MappingNode
from creditrules.documents import Node, Scalar, at, below
from creditrules.policy import model, shapes
from creditrules.policy.citing import split_basis
from creditrules.policy.parser import parse
from creditrules.policy.syntax import And, Call, Expr, Field, In, Literally, Or, Param
from creditrules.policy.vocabulary import Vocabulary
from creditrules.records.schema import Kind


@dataclass
class Resolver:
    """Resolves names, expressions and bases while one policy is read, and collects the problems that it meets."""

    vocabulary: Vocabulary
    head: shapes.PolicyFile
    node: Node
    sections: Mapping[str, Any]
    lost: set[str]
    problems: list[Diagnostic] = field(default_factory=list)
    law: dict[str, model.Instrument] = field(default_factory=dict)

    def problem(
        self,
        code: str,
        span: Span,
        message: Text,
        hint: Text | None = None,
        related: tuple[tuple[Span, Text], ...] = (),
    ) -> None:
        self.problems.append(Diagnostic(code, message, span, hint, related))

    def unknown(self, span: Span, word: str, known: Iterable[str], code: str = "CR-P034") -> None:
        # What does not fit its own shape was written all the same; its use is no further mistake.
        if word not in self.lost:
            message = Text(f"`{shown(word)}` 没有定义", f"`{shown(word)}` is not defined")
            self.problem(code, span, message, one_of(word, known))

    def expression(self, node: Node) -> Expr:
        """The expression of a scalar; where it does not parse, its problem is kept and a constant stands for it."""
        try:
            if isinstance(node, Scalar):
                return parse(node)
        except PolicyError as error:
            self.problems += error.diagnostics
        return Literally(True, span=None)

    def kind(self, name: str | None, span: Span, known: Iterable[str] | None = None) -> Kind:
        kinds = self.vocabulary.schema.kinds
        if name not in kinds or (known is not None and name not in list(known)):
            self.unknown(span, str(name), kinds if known is None else known)
        return kinds.get(str(name)) or next(iter(kinds.values()))

    def decided(self, decides: str | None, node: Node) -> str:
        """The kind that a rule is about; the first where nothing is said."""
        known = self.vocabulary.schema.decided
        return self.kind(decides, at(node, ("decides",)), known).name if decides else known[0]

    def bound_kind(self, each: str | None, decides: str, node: Node) -> Kind | None:
        """The kind whose records are bound; a rule never binds another record of the kind that it decides upon."""
        many = [k.name for k in self.vocabulary.schema.kinds.values() if k.many and k.name != decides]
        return self.kind(each, at(node, ("each",)), many) if each else None

    def foundation(self, shape: shapes.Founded, node: Node) -> model.Foundation:
        bases = []
        for index, text in enumerate(shape.basis):
            basis = self.basis(text, at(node, ("basis", index)))
            if basis is not None:
                bases.append(basis)
        if not shape.basis and shape.choice is None:
            message = Text("没有依据", "there is no basis")
            self.problem(
                "CR-P020",
                node.span,
                message,
                Text("写出 `basis: [...]`，或注明 `choice: ours`", "give `basis: [...]`, or mark it `choice: ours`"),
            )
        return model.Foundation(tuple(bases), shape.choice == "ours")

    def basis(self, text: str, span: Span) -> model.Basis | None:
        name, provision = split_basis(text)
        instrument = self.law.get(name)
        if instrument is None and name in self.lost:
            return None
        if instrument is None:
            self.problem(
                "CR-P021",
                span,
                Text(f"依据 `{shown(name)}` 不在 `law` 中", f"`{shown(name)}` is not under `law`"),
                one_of(name, self.law),
            )
            return None
        if not provision:
            return model.Basis(instrument, None, span)
        if provision not in instrument.provisions:
            message = Text(
                f"`{shown(name)}` 没有条款 `{shown(provision)}`",
                f"`{shown(name)}` has no provision `{shown(provision)}`",
            )
            self.problem("CR-P021", span, message, one_of(provision, instrument.provisions))
            return None
        return model.Basis(instrument, instrument.provisions[provision], span)

    def interval(self, shape: shapes.Interval, span: Span) -> model.Interval:
        if shape.to < shape.from_:
            self.problem("CR-P019", span, Text("终止日早于起始日", "the last day lies before the first"))
        return model.Interval(shape.from_, shape.to)

    def words(self, shape: tuple[str, ...] | None, node: Node, key: str, known: Iterable[str]) -> model.Words | None:
        if shape is None:
            return None
        known = set(known)
        plain_words, params = [], []
        for index, word in enumerate(shape):
            span = at(node, (key, index))
            if word.startswith("param."):
                params.append(word[6:])
                if word[6:] not in self.sections.get("parameters", {}):
                    self.unknown(span, word[6:], self.sections.get("parameters", {}))
            else:
                plain_words.append(word)
                if word not in known:
                    self.unknown(span, word, known)
        return model.Words(tuple(plain_words), tuple(params), at(node, (key,)))

    def where(self, shape: Mapping[str, tuple[str, ...]], of: str, node: Node) -> Expr:
        """`where: {category: [a, b]}` as an expression over the record."""
        parts: list[Expr] = []
        for name, words in sorted(shape.items()):
            span = at(node, ("where", name))
            key = node.get("where") if isinstance(node, MappingNode) else None
            name_span = (key.key(name) if isinstance(key, MappingNode) else None) or Scalar("", True, span)
            lists: list[Expr] = [
                In(Field(of, name, span=name_span.span), Param(w[6:], span=span), span=span)
                for w in words
                if w.startswith("param.")
            ]
            fixed = tuple(sorted(w for w in words if not w.startswith("param.")))
            if fixed:
                lists.append(In(Field(of, name, span=name_span.span), Literally(fixed, span=span), span=span))
            if lists:
                parts.append(lists[0] if len(lists) == 1 else Or(tuple(lists), span=span))
        return (
            parts[0]
            if len(parts) == 1
            else And(tuple(parts), span=node.span)
            if parts
            else Literally(True, span=node.span)
        )

    def conditions(self, shape: Mapping[str, Any], node: Node) -> tuple[model.Condition, ...]:
        found = []
        for name, condition in shape.items():
            inner = below(node, ("when", name))
            if isinstance(condition, shapes.Labelled):
                found.append(self.labelled(name, condition, inner))
                continue
            test = self.expression(inner)
            definition = self.sections["definitions"].get(test.name) if isinstance(test, Call) else None
            if isinstance(test, Call) and definition is None:
                self.unknown(test.span or inner.span, test.name, self.sections["definitions"], "CR-P014")
            elif definition is None and test.span is not None:
                message = Text("条件没有名称", "the condition has no label")
                self.problem(
                    "CR-P030",
                    inner.span,
                    message,
                    Text(
                        "写成 `{zh: …, en: …, is: …}`；只有单独使用定义时可以省略",
                        "write `{zh: …, en: …, is: …}`; only the bare use of a definition needs none",
                    ),
                )
            label = definition.shape.label.text if definition else Text("", "")
            found.append(model.Condition(name, label, test, inner.span))
        if not found:
            self.problem("CR-P030", at(node, ("when",)), Text("没有条件", "there are no conditions"))
        return tuple(found)

    def labelled(self, name: str, shape: shapes.Labelled, node: Node) -> model.Condition:
        return model.Condition(name, Text(shape.zh, shape.en), self.expression(below(node, ("is",))), node.span)
