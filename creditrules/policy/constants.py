"""Read the constants that parameters hold, from a file or from Python."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

from creditrules.documents import Plain
from creditrules.policy.syntax import Constant
from creditrules.records.values import MOST_INT


class OutOfRangeError(ValueError):
    """A whole number that other tools would round."""


def constant(value: Any) -> Constant:
    """A parameter's value from what stands in a file, or from Python. Raises ValueError, OutOfRangeError for a number."""
    if isinstance(value, (list, tuple)):
        items = [constant(v) for v in value]
        if any(isinstance(v, tuple) for v in items) or len({type(v) for v in items}) > 1:
            raise ValueError(value)
        # The order of a list means nothing; one order for all makes equal policies print equal conditions.
        return tuple(sorted(set(items)))  # type: ignore[return-value]
    if isinstance(value, Plain):
        if value in ("true", "false"):
            return value == "true"
        if re.fullmatch(r"-?[0-9]{17,}", value):
            raise OutOfRangeError(value[:17])
        if re.fullmatch(r"0|-?[1-9][0-9]{0,15}", value):
            value = int(value)
        elif re.fullmatch(r"-?[0-9]{1,16}\.[0-9]{1,6}", value):
            return Decimal(value)
        elif re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            return date.fromisoformat(value)
        else:
            return str(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > MOST_INT:
        raise OutOfRangeError(value)
    if type(value) in (bool, int, Decimal, str, date):
        found: Constant = value
        return found
    raise ValueError(value)
