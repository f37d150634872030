"""How deep the tests go, and which seed they use."""

import os
import random

DEPTH = os.environ.get("CREDITRULES_DEPTH") or "quick"
if DEPTH not in {"quick", "full"}:
    raise ValueError(f"CREDITRULES_DEPTH is `{DEPTH}`; it can be `quick` or `full`")

_SEED = int(os.environ.get("CREDITRULES_SEED") or random.SystemRandom().randrange(2**32))
os.environ["CREDITRULES_SEED"] = str(_SEED)  # the processes that a run is shared among draw the same


def depth(quick: int, full: int) -> int:
    """Return the number of examples, rows or rounds for the present depth."""
    return full if DEPTH == "full" else quick


def session_seed() -> int:
    """Return the seed of this run for our own random tests: `CREDITRULES_SEED`, or one drawn at the start.

    The header of the run prints it. Write `random.Random(session_seed())`, never the module's own generator.
    """
    return _SEED
