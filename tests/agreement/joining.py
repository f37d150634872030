"""Who takes part in the agreement suite: every engine and every route by one line."""

from __future__ import annotations

from creditrules.testing.agreement import Engine
from tests.agreement import routes
from tests.agreement.routes import Route
from tests.naive.engine import OF_POLICY, OF_PROGRAM
from tests.support.preparing import decide

ENGINES: tuple[Engine, ...] = (Engine("python", decide),)
"""Each of them is held against each of the oracles, over random policies and over the shipped one. The first is the one of record."""

ORACLES: tuple[Engine, ...] = (OF_PROGRAM, OF_POLICY)
"""The naive interpreter, which reads the program, or the policy itself."""

ROUTES: tuple[Route, ...] = (
    routes.AMONG_OTHERS,
    routes.IN_A_DOSSIER,
    routes.CASE_SAVED_AS_JSON,
    routes.CASE_SAVED_AS_YAML,
    routes.CASE_PICKLED,
    routes.POLICY_LOADED_AGAIN,
    routes.LOWERED_EACH_TIME,
    routes.DECISION_SAVED,
    routes.IN_THREADS,
    routes.IN_ANOTHER_PROCESS,
)
"""Ways to come by the outcome of a case; each must give what the case gives when it is asked alone."""
