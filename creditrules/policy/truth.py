"""The one table of truth values: true, false, and None for what is not known (Kleene's strong logic)."""

from __future__ import annotations

from collections.abc import Iterable

Truth = bool | None


def not_(value: Truth) -> Truth:
    """The negation; what is not known stays so."""
    return None if value is None else not value


def all_(values: Iterable[Truth]) -> Truth:
    """The conjunction: one false settles it, otherwise one unknown leaves it open."""
    result: Truth = True
    for value in values:
        if value is False:
            return False
        if value is None:
            result = None
    return result


def any_(values: Iterable[Truth]) -> Truth:
    """The disjunction: one true settles it, otherwise one unknown leaves it open."""
    result: Truth = False
    for value in values:
        if value is True:
            return True
        if value is None:
            result = None
    return result
