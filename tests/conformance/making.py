"""What the families of cases are made of: policies of a few rules, and cases that vary in what they are to show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.conformance.vocabulary import title

UNKNOWN = "?"
"""Stands for a fact that is left out; every other time it is written as null, which means the same."""

ME = {"name": "甲公司", "uscc": "91999999MA00000A9R"}
OTHER = {"name": "乙公司", "uscc": "91999999MA00000B7L"}
THIRD = {"name": "丙公司", "uscc": "91999999MA00000C5F"}
NAMESAKE = {"name": "甲 公司", "uscc": "91999999MA00000D3A"}
DAY = "2024-03-01"
SELF = ["self"]
WORDS = {True: "true", False: "false", UNKNOWN: "unknown"}


@dataclass(frozen=True)
class Sketch:
    """A case of the kit before anybody says what follows from it."""

    name: str
    policy: str
    case: Mapping[str, Any]
    as_of: str = DAY
    profile: str = "lawful"


@dataclass(frozen=True)
class Family:
    """A policy and its cases, all of one level; `cap` is what the vocabulary leaves of a burden that no law covers."""

    level: str
    name: str
    shows: str
    policy: Mapping[str, Any]
    sketches: tuple[Sketch, ...]
    cap: str = "review"


def condition(test: str) -> dict[str, Any]:
    return {**title("条件", "condition"), "is": test}


def when(*tests: str) -> dict[str, Any]:
    """Conditions called a, b, c ..."""
    return {chr(ord("a") + n): condition(test) for n, test in enumerate(tests)}


def rule(id_: str, measure: str, *tests: str, **more: Any) -> dict[str, Any]:
    """A rule of the fully covering law, unless said otherwise."""
    then = more.pop("then", {})
    found: dict[str, Any] = {"id": id_, "title": title("规则", "rule"), "basis": ["L 1"], "mode": "shall"}
    return found | {"when": when(*(tests or ("true",))), "then": {"measure": measure, **then}} | more


def of_entry(id_: str, measure: str, *tests: str, persons: list[str] | None = None, **more: Any) -> dict[str, Any]:
    """A rule that binds entries, those of the person itself unless said."""
    return rule(id_, measure, *tests, each="entry", persons=persons or SELF, **more)


def exception(id_: str, instead: str, *tests: str, **more: Any) -> dict[str, Any]:
    return {
        "id": id_,
        "title": title("例外", "exception"),
        "basis": ["L 1"],
        "when": when(*tests),
        "instead": instead,
    } | more


def scope(id_: str, test: str, switches_off: list[str], **more: Any) -> dict[str, Any]:
    """A rule by which the policy does not reach the application."""
    found = {
        "id": id_,
        "title": title("范围", "scope"),
        "basis": ["L 1"],
        "when": when(test),
        "switches_off": switches_off,
    }
    return found | more


def competence(test: str, **of: Any) -> dict[str, Any]:
    """Which authority can make a record of some kind."""
    return {"of": "entry", **of, "competent": condition(test), "choice": "ours"}


PERSONS = [
    "self", "legal_representative_of_holder", "actual_controller_of_holder", "holder_is_legal_representative", "holder_is_actual_controller",
]  # fmt: skip
BURDENS = ["deny", "restrict", "hold", "review"]


def instrument(level: str = "law", *, in_force: Mapping[str, str] | None = None, **provisions: Any) -> dict[str, Any]:
    more = provisions.pop("more", {})
    articles = {f"第{n.removeprefix('a')}条": p for n, p in provisions.items()}
    return {
        "title": level,
        "level": level,
        "in_force": dict(in_force or {"from": "1990-01-01"}),
        "provisions": articles,
        **more,
    }


def provision(*, checked: str = "official", **more: Any) -> dict[str, Any]:
    """A provision that carries every burden, in all matters and for all persons, unless said otherwise."""
    carries = {"measures": BURDENS, "matters": "all", "persons": PERSONS} | more.pop("carries", {})
    return {"says": title("条文", "provision"), "checked": checked, "carries": [carries]} | more


FULL = {"L": instrument(a1=provision())}


def policy(name: str, rules: list[dict[str, Any]], **parts: Any) -> dict[str, Any]:
    law = FULL | parts.pop("law", {})
    return {
        "language": 1, "policy": name, "version": "1", "title": title("试验政策", "a policy of the kit"), "in_force": {"from": "2000-01-01"},
        "carries_burden": ["law", "regulation"],
        "profiles": {
            "lawful": {"title": title("依法", "lawful"), "cap_by_basis": True},
            "printed": {"title": title("原文", "as printed"), "cap_by_basis": False},
        },
        "default_profile": "lawful", "law": law, **parts, "rules": rules,
    }  # fmt: skip


def known(record: Mapping[str, Any], *, null: bool = False) -> dict[str, Any]:
    """A record without what is not known, or with null in its place."""
    return {k: None if v == UNKNOWN else v for k, v in record.items() if v != UNKNOWN or null}


def case(
    *entries: Mapping[str, Any], sources: Any = "all", relations: Any = (), subject: Mapping[str, Any] | None = None, null: bool = False,
    **application: Any,
) -> dict[str, Any]:  # fmt: skip
    """A case of an application for a permit by `ME`."""
    asked = {"id": "A-1", "matter": "permit", "received_on": "2024-02-01"} | application
    found: dict[str, Any] = {"application": known(asked, null=null), "subject": ME | dict(subject or {"kind": "legal"})}
    if entries:
        found["entries"] = [known(e, null=null) for e in entries]
    if relations:
        found["relations"] = [known(r, null=null) for r in relations]
    return found | ({} if sources is None else {"sources": sources})


def entry(number: int = 1, **more: Any) -> dict[str, Any]:
    """A black entry of `ME` for tax, in force since 2023 and without end."""
    return {
        "id": f"E-{number}", "subject": ME, "source": "register", "fetched_at": DAY, "colour": "black", "category": "tax", "grade": "serious",
        "authority": "tax", "status": "active", "effective_from": "2023-01-01", "valid_to": "open",
    } | more  # fmt: skip


def relation(person: Mapping[str, Any], role: str, of: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "person": dict(person), "role": role, "of": dict(of), "valid_from": "2020-01-01", "valid_to": "open", "evidenced": True,
        "source": "companies", "shareholder": False,
    } | more  # fmt: skip
