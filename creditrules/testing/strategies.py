"""Hypothesis strategies for cases of any policy's vocabulary, with preference for the values that the policy tells apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from creditrules.diagnostics import MissingExtraError, RecordError
from creditrules.policy.lower import lower
from creditrules.policy.model import Policy
from creditrules.records.case import BaseCase, case_model
from creditrules.testing.drawing import draw_case
from creditrules.testing.edges import days_of_change
from creditrules.testing.pools import Pools

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy


def _hypothesis() -> Any:
    """Hypothesis, which only those have who test policies. Raises MissingExtraError."""
    try:
        import hypothesis.strategies
    except ImportError:
        raise MissingExtraError("strategies need hypothesis: pip install 'creditrules[testing]'") from None
    return hypothesis


def cases(
    policy: Policy, *, as_of: date, profile: str | None = None, params: Mapping[str, Any] | None = None
) -> SearchStrategy[BaseCase]:
    """Cases of the vocabulary of a policy, most of them around what one of its rules asks on the day.

    A case has records with histories, relations, and sources that answered or did not; what it is about is any of the kinds
    that are decided. Values are those at the edges of the conditions: constants and their neighbours, days at the ends of
    periods, the members of enumerations; and some facts are not known. Raises PolicyError where the policy is not in force
    on the day or does not know profile or parameter, MissingExtraError without Hypothesis.
    """
    hypothesis = _hypothesis()
    st = hypothesis.strategies
    pools = Pools(lower(policy, as_of=as_of, profile=profile, params=params))
    model = case_model(policy.vocabulary.schema)

    @st.composite  # type: ignore[untyped-decorator]
    def drawn(draw: Any) -> BaseCase:
        def choose(options: Sequence[Any], /) -> Any:
            return options[0] if len(options) == 1 else draw(st.sampled_from(options))

        try:
            return model.from_dict(draw_case(pools, choose))
        except RecordError:
            # What contradicts itself in a way that only the records of one vocabulary know of.
            hypothesis.reject()
            raise

    found: SearchStrategy[BaseCase] = drawn()
    return found


def days(policy: Policy) -> SearchStrategy[date]:
    """Days on which something of a policy begins or ends, and those beside them; the policy is in force on all of them.

    Raises MissingExtraError without Hypothesis.
    """
    found: SearchStrategy[date] = _hypothesis().strategies.sampled_from(days_of_change(policy))
    return found


def profiles(policy: Policy) -> SearchStrategy[str]:
    """The profiles of a policy, the default one first. Raises MissingExtraError without Hypothesis."""
    names = sorted(policy.profiles, key=lambda name: name != policy.default_profile)
    found: SearchStrategy[str] = _hypothesis().strategies.sampled_from(names)
    return found
