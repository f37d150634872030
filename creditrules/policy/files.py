"""Read one file of a given shape, with every problem at its place."""

from __future__ import annotations

from typing import TypeVar

from pydantic import ValidationError

from creditrules.diagnostics import PolicyError, Source
from creditrules.documents import Node, plain, read_yaml
from creditrules.policy.ambiguity import ambiguities, with_ambiguities
from creditrules.policy.shapes import Shape
from creditrules.records.complaints import complaints

_S = TypeVar("_S", bound=Shape)


def read_shape(source: Source, shape: type[_S]) -> tuple[_S, Node]:
    """Read a file of the given shape. Raises PolicyError with all that does not fit."""
    node = read_yaml(source)
    data = plain(node)
    try:
        found = shape.model_validate(data)
        problems = tuple(ambiguities(node))
    except ValidationError as error:
        problems = with_ambiguities(complaints(error, shape, data, node, family="P"), node)
    if problems:
        raise PolicyError(problems)
    return found, node
