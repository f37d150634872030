"""Gather the sections of a policy's files, so that a mistake in one item hides no mistake in the others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from creditrules.diagnostics import Diagnostic, PolicyError, Source, Span, Text, shown
from creditrules.documents import Mapping as MappingNode
from creditrules.documents import Node, Scalar, Sequence, at, below, plain, read_yaml
from creditrules.policy.ambiguity import ambiguities, with_ambiguities
from creditrules.policy.shapes import Part, PolicyFile, Shape
from creditrules.records.complaints import complaints

MOST_RULES = 5_000

_S = TypeVar("_S", bound=Shape)


@dataclass(frozen=True)
class Item:
    """One item of a section: what its shape holds, the node from which it came, and where it is named."""

    shape: Any
    node: Node
    span: Span


@dataclass(frozen=True)
class _Read(Generic[_S]):
    """What could be read of a file; `lost` are the names of the items that do not fit their shape."""

    shape: _S | None
    node: Node | None
    problems: tuple[Diagnostic, ...] = ()
    lost: frozenset[str] = frozenset()


@dataclass
class Gathered:
    """The sections of all files, with the problems met so far.

    `head` is None where `policy.yaml` itself does not fit, and `whole` is false where a file could not be read at all; then
    names cannot be resolved. A name in `lost` was written, but its item does not fit.
    """

    head: PolicyFile | None = None
    node: Node | None = None
    nodes: list[Node] = field(default_factory=list)
    sections: dict[str, Any] = field(default_factory=dict)
    problems: list[Diagnostic] = field(default_factory=list)
    lost: set[str] = field(default_factory=set)
    whole: bool = True


def gather(head: Source, parts: Iterable[Source]) -> Gathered:
    """Read `policy.yaml` and the files that it includes. Raises PolicyError where there are more rules than can be checked."""
    found = Gathered(sections={name: {} if _is_named(name) else [] for name in Part.model_fields})
    first = _read(head, PolicyFile)
    found.head, found.node = first.shape, first.node
    reads: list[_Read[Any]] = [first, *(_read(source, Part) for source in parts)]
    for read in reads:
        found.problems += read.problems
        found.lost |= read.lost
        if read.shape is None or read.node is None:
            found.whole = False
            continue
        found.nodes.append(read.node)
        _add(found, read.shape, read.node)
    if len(found.sections["rules"]) > MOST_RULES:
        message = Text(f"规则超过 {MOST_RULES} 条", f"more than {MOST_RULES} rules")
        raise PolicyError([*found.problems, Diagnostic("CR-P028", message, found.sections["rules"][MOST_RULES].span)])
    return found


_OF_ITEMS = {*Part.model_fields, "profiles"}


def _is_named(section: str) -> bool:
    return isinstance(Part.model_fields[section].default, dict)


def _read(source: Source, shape: type[_S]) -> _Read[_S]:
    try:
        node = read_yaml(source)
    except PolicyError as error:
        return _Read(None, None, error.diagnostics)
    data = plain(node)
    try:
        return _Read(shape.model_validate(data), node, tuple(ambiguities(node)))
    except ValidationError as error:
        problems = with_ambiguities(complaints(error, shape, data, node, family="P"), node)
        dropped = {tuple(e["loc"][: 2 if e["loc"][:1] and e["loc"][0] in _OF_ITEMS else 1]) for e in error.errors()}
    rest = _without(node, dropped)
    try:
        fitting = shape.model_validate(plain(rest))
    except ValidationError:
        return _Read(None, node, problems)
    return _Read(fitting, rest, problems, frozenset(_names(node, dropped)))


def _without(node: Node, dropped: set[tuple[Any, ...]]) -> Node:
    """The node without the items that do not fit; a section that is no section at all goes whole."""
    if not isinstance(node, MappingNode):
        return node
    pairs: list[tuple[Scalar, Node]] = []
    for key, value in node.pairs:
        if (key.text,) in dropped:
            continue
        if isinstance(value, MappingNode):
            inner = tuple(p for p in value.pairs if (key.text, p[0].text) not in dropped)
            pairs.append((key, MappingNode(inner, value.span)))
        elif isinstance(value, Sequence):
            items = tuple(item for index, item in enumerate(value.items) if (key.text, index) not in dropped)
            pairs.append((key, Sequence(items, value.span)))
        else:
            pairs.append((key, value))
    return MappingNode(tuple(pairs), node.span)


def _names(node: Node, dropped: set[tuple[Any, ...]]) -> Iterable[str]:
    for path in dropped:
        item = below(node, path)
        named = item.get("id") if isinstance(item, MappingNode) else None
        if isinstance(named, Scalar):
            yield named.text
        groups = below(item, ("groups",))
        yield from (g.text for g in groups.items if isinstance(g, Scalar)) if isinstance(groups, Sequence) else ()
        yield from (str(step) for step in path[1:])


def _add(found: Gathered, part: Part, node: Node) -> None:
    """Take over the sections of one file; a name that two files give is a problem shown at both places."""
    for name in Part.model_fields:
        content, section, inner = getattr(part, name), found.sections[name], below(node, (name,))
        if isinstance(content, Mapping):
            for key, shape in content.items():
                item = Item(shape, below(inner, (key,)), at(inner, (key,), key=True))
                first = section.setdefault(key, item)
                if first is not item:
                    message = Text(f"`{shown(key)}` 已有定义", f"`{shown(key)}` is defined twice")
                    related = ((first.span, Text("第一次定义", "first defined here")),)
                    found.problems.append(Diagnostic("CR-P023", message, item.span, None, related))
        else:
            for index, shape in enumerate(content):
                below_ = below(inner, (index,))
                section.append(Item(shape, below_, below_.span))
