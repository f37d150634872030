"""Tests of policies: cases beside the policy, and what is expected of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from creditrules.testing import strategies
    from creditrules.testing.agreement import (
        ENGINES,
        DisagreementError,
        Engine,
        TooFewEnginesError,
        assert_engines_agree,
        told,
    )

__all__ = [
    "ENGINES",
    "DisagreementError",
    "Engine",
    "TooFewEnginesError",
    "assert_engines_agree",
    "strategies",
    "told",
]

# Where each public name lives. It is imported when first asked for, so that what is not used need not be installed.
_HOMES = {
    "ENGINES": "agreement",
    "DisagreementError": "agreement",
    "Engine": "agreement",
    "TooFewEnginesError": "agreement",
    "assert_engines_agree": "agreement",
    "told": "agreement",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(f"creditrules.testing.{_HOMES[name]}"), name)
    if name == "strategies":  # a module of functions that are asked for by its name, as those of Hypothesis are
        from importlib import import_module

        return import_module("creditrules.testing.strategies")
    raise AttributeError(f"module 'creditrules.testing' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
