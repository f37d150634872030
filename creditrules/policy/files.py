"""Read one file of a given shape, with every problem at its place."""

from __future__ import annotations

from typing import TypeVar

from pydantic import ValidationError

from creditrules.diagnostics import PolicyError, Source
from creditrules.documents import Node, plain, read_yaml
from creditrules.policy.shapes import Shape
from creditrules.records.complaints import complaints

_S = TypeVar("_S", bound=Shape)


def read_shape(source: Source, shape: type[_S]) -> tuple[_S, Node]:
    """Read a file of the given shape. Raises PolicyError with all that does not fit."""
    node = read_yaml(source)
    data = plain(node)
    try:
        return shape.model_validate(data), node
    except ValidationError as error:
        raise PolicyError(complaints(error, shape, data, node, family="P")) from None
