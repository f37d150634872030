"""How long each refusal took in this run, for the table at its end."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

SECONDS: dict[str, float] = {}


@contextmanager
def timed(name: str) -> Iterator[None]:
    """Note how long what is done inside takes."""
    begun = time.perf_counter()
    yield
    SECONDS[name] = time.perf_counter() - begun


def table() -> list[str]:
    """A line for each limit that was hit."""
    return [f"{name:<32} refused after {1000 * seconds:7.1f} ms" for name, seconds in SECONDS.items()]
