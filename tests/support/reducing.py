"""Make a failing pair of plain data smaller, deterministically, for as long as it still fails."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

Path = tuple[Any, ...]


def reduced(data: Any, fails: Callable[[Any], bool], *, tries: int = 1_500) -> Any:
    """The data without all that can be left out one by one; `fails` must hold of it, and raises nothing.

    It stops after so many tries, lest a test that found something end as one that took too long.
    """
    tried = 0

    def still_fails(data: Any) -> bool:
        nonlocal tried
        tried += 1
        return tried <= tries and fails(data)

    going = True
    while going:
        going = False
        for path in sorted(_paths(data), key=len):
            smaller = _without(data, path)
            if smaller is not None and still_fails(smaller):
                data, going = smaller, True
        for path in list(_paths(data)):
            for simpler in _simpler(_at(data, path)):
                changed = _put(data, path, simpler)
                if changed is not None and changed != data and still_fails(changed):
                    data, going = changed, True
                    break
    return data


def _paths(value: Any, path: Path = ()) -> Iterator[Path]:
    keys = list(value) if isinstance(value, dict) else range(len(value) - 1, -1, -1) if isinstance(value, list) else ()
    for key in keys:
        yield (*path, key)
        yield from _paths(value[key], (*path, key))


def _at(data: Any, path: Path) -> Any:
    for key in path:
        try:
            data = data[key]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _without(data: Any, path: Path) -> Any:
    copied = copy.deepcopy(data)
    inside = _at(copied, path[:-1])
    try:
        del inside[path[-1]]
    except (KeyError, IndexError, TypeError):
        return None
    return copied


def _put(data: Any, path: Path, value: Any) -> Any:
    copied = copy.deepcopy(data)
    inside = _at(copied, path[:-1])
    try:
        inside[path[-1]] = value
    except (KeyError, IndexError, TypeError):
        return None
    return copied


def _simpler(value: Any) -> Iterator[Any]:
    """Simpler spellings of a condition: its bracketed parts, its operands, a constant."""
    if not isinstance(value, str) or not any(c in value for c in "(=<&|"):
        return
    yield "true"
    depth, start = 0, 0
    for index, character in enumerate(value):
        if character == "(":
            depth += 1
            start = index + 1 if depth == 1 else start
        elif character == ")":
            depth -= 1
            if depth == 0:
                yield value[start:index]
    for operator in (" && ", " || "):
        yield from (part for part in value.split(operator) if part != value)
