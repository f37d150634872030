"""Hold what several engines say of one case against each other: whole decisions, or the parts that an engine can tell."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from itertools import combinations, islice
from typing import Any, Protocol

from creditrules.decision import Conclusion, Decision, FollowUp
from creditrules.diagnostics import (
    CreditRulesError,
    MissingExtraError,
    PolicyError,
    RecordError,
    Text,
    UnsupportedError,
    mask,
    printable,
)
from creditrules.engines.python import decide
from creditrules.policy.model import Policy
from creditrules.records.case import BaseCase

Said = Decision | Mapping[str, Any]
"""What an engine says of a case: a decision, or the parts of one that it can tell, in the form of `told`."""

PARTS: Mapping[str, Text] = {
    "refused": Text("拒绝的理由", "refused for"), "outcome": Text("结果", "outcome"), "measures": Text("措施", "measures"),
    "established": Text("成立", "established"), "undetermined": Text("待核实", "undetermined"), "procedures": Text("程序", "procedures"),
    "could_become": Text("可能成为", "could become"), "missing": Text("缺少的事实", "missing facts"),
    "follow_ups": Text("随结果办理的事项", "follow-ups"),
}  # fmt: skip
"""The parts in which engines are compared, with what people call them."""
_IDENTITY = ("rule", "record", "person", "link", "measure", "capped_from")
_DETAILS: Mapping[str, Text] = {"facts": Text("所读的事实", "facts"), "missing": Text("缺少的事实", "missing facts")}
MOST_PLACES = 20
"""How many places of two whole decisions are printed, where the parts say the same and the documents do not."""


class Decides(Protocol):
    """How an engine is asked. It raises MissingExtraError or UnsupportedError where it cannot run here or cannot run the policy."""

    def __call__(
        self, policy: Policy, case: BaseCase, *, as_of: date, profile: str | None, params: Mapping[str, Any] | None
    ) -> Said: ...


@dataclass(frozen=True)
class Engine:
    """A way to decide, under the name by which differences tell of it."""

    name: str
    decide: Decides


ENGINES: tuple[Engine, ...] = (Engine("python", decide),)
"""The engines of this library; the first is the one of record."""


class TooFewEnginesError(CreditRulesError):
    """Fewer than two engines can run here, so that nothing can be compared; the message says why each of the others cannot."""


class DisagreementError(AssertionError):
    """Engines say different things of one case; `differences` says which, in both languages."""

    def __init__(self, about: str, differences: Sequence[Text]) -> None:
        self.about, self.differences = about, tuple(differences)
        super().__init__("\n  ".join((about, *(d.en for d in self.differences))))


def assert_engines_agree(
    policy: Policy, case: BaseCase, *, as_of: date, profile: str | None = None, params: Mapping[str, Any] | None = None,
    engines: Sequence[Engine] | None = None,
) -> None:  # fmt: skip
    """Run every engine that can run here on a case, and assert that all say the same.

    `engines` are those of the library unless said; an own one is an `Engine` whose `decide` returns a `Decision`, or a mapping
    with those of the parts of `told` that it can tell. Whole decisions are compared byte by byte, parts where both tell
    them. That the policy or the case is refused is a thing to say like any other.

    Raises DisagreementError, an AssertionError, with each difference; TooFewEnginesError where fewer than two can run.
    """
    said: list[tuple[str, Said]] = []
    absent: list[str] = []
    for engine in ENGINES if engines is None else engines:
        try:
            said.append((engine.name, engine.decide(policy, case, as_of=as_of, profile=profile, params=params)))
        except (PolicyError, RecordError) as error:
            said.append((engine.name, {"refused": sorted({d.code for d in error.diagnostics})}))
        except (MissingExtraError, UnsupportedError) as error:
            absent.append(f"{engine.name}: {error}")
    if len(said) < 2:
        ran = ", ".join(name for name, _ in said) or "none"
        raise TooFewEnginesError("; ".join((f"two engines are needed to compare, and there ran: {ran}", *absent)))
    found = [d for one, other in combinations(said, 2) for d in differences(one[1], other[1], names=(one[0], other[0]))]
    if found:
        how = [f"{policy.name} {policy.version}", str(as_of), f"profile {profile or policy.default_profile}"]
        how += [f"parameters {mask(printable(repr(dict(params))))}"] if params else []
        raise DisagreementError(f"the engines disagree ({', '.join(how)}):", found)


def told(decision: Decision) -> dict[str, Any]:
    """What a decision says that an engine without sentences can tell as well: plain data, in one order.

    `measures` and `could_become` are sets, `missing` is a list with the most wanted fact first. Conclusions are named by rule,
    record, person and address of the link, measure, and the measure before the cap; those that are established tell the
    `facts` that their conditions read, those that are undetermined what is `missing`. A day that never comes is `open`.
    """
    return {
        "outcome": decision.outcome,
        "measures": sorted(decision.measures),
        "established": _conclusions(decision.established, "facts"),
        "undetermined": _conclusions(decision.undetermined, "missing"),
        "procedures": ordered(
            {"measure": p.measure, "arguments": _values(p.arguments), "status": p.status} for p in decision.procedures
        ),
        "could_become": sorted({p.measure for p in decision.could_become}),
        # What only a scope rule waits for is no missing fact of a conclusion.
        "missing": [m.address for m in decision.missing if m.rules],
        "follow_ups": ordered(map(_follow_up, decision.follow_ups)),
    }


def ordered(found: Iterable[Any]) -> list[Any]:
    """Plain data of a set, each once and in one order."""
    return [json.loads(text) for text in sorted({_canonical(one) for one in found})]


def _conclusions(found: Sequence[Conclusion], detail: str) -> list[dict[str, Any]]:
    details: dict[tuple[str, ...], list[Any]] = {}
    for c in found:
        link = (c.link.person, c.link.address) if c.link else ("", "")
        facts = [[r.condition, f.address, plain(f.value)] for r in c.reasons for f in r.facts]
        identity = (c.rule, c.record, *link, c.measure, c.capped_from)
        details.setdefault(identity, []).extend(facts if detail == "facts" else c.missing)
    return [dict(zip(_IDENTITY, i, strict=True)) | {detail: ordered(d)} for i, d in sorted(details.items())]


def _follow_up(f: FollowUp) -> dict[str, Any]:
    person, address = (f.link.person, f.link.address) if f.link else ("", "")
    clock = None if f.clock is None else _values(asdict(f.clock)) | {"from": plain(f.clock.from_)}
    if clock is not None:
        del clock["from_"]
    return {
        "id": f.id, "status": f.status, "mode": f.mode, "measure": f.measure, "arguments": _values(f.arguments), "record": f.record,
        "person": person, "link": address, "after": sorted(f.after), "clock": clock, "missing": sorted(m.address for m in f.missing),
    }  # fmt: skip


def _values(found: Mapping[str, Any]) -> dict[str, Any]:
    return {name: plain(value) for name, value in found.items()}


def plain(value: Any) -> Any:
    """A value of a decision as JSON has it; the two words for a day that never comes are one here."""
    return list(value) if isinstance(value, tuple) else "open" if value == "pending" else value


def differences(one: Said, other: Said, *, names: tuple[str, str]) -> list[Text]:
    """What two engines say differently. Raises ValueError where one tells what is no part, or both tell no part in common."""
    if isinstance(one, Decision) and isinstance(other, Decision) and one.to_json() == other.to_json():
        return []
    mine, theirs = (told(said) if isinstance(said, Decision) else dict(said) for said in (one, other))
    unknown = sorted({*mine, *theirs} - set(PARTS))
    if unknown:
        raise ValueError(f"an engine tells `{unknown[0]}`, which is no part of a decision: {', '.join(PARTS)}")
    refused = "refused" in mine or "refused" in theirs
    common = ["refused"] if refused else [name for name in PARTS if name in mine and name in theirs]
    if not common:
        raise ValueError(f"the engines {names[0]} and {names[1]} tell nothing that both tell")
    found = [d for name in common for d in _part(name, mine.get(name), theirs.get(name), names)]
    if not found and isinstance(one, Decision) and isinstance(other, Decision):
        places = islice(_places(one.to_dict(), other.to_dict(), ""), MOST_PLACES)
        found = [_says(Text(place, place), a, b, names) for place, a, b in places]
    return found


def _part(name: str, one: Any, other: Any, names: tuple[str, str]) -> Iterator[Text]:
    if name in ("established", "undetermined"):
        mine, theirs = ({tuple(c[k] for k in _IDENTITY): c for c in said} for said in (one, other))
        yield from _sets(PARTS[name], map(_called, mine), map(_called, theirs), names=names)
        for identity in sorted(mine.keys() & theirs.keys()):
            for detail, title in _DETAILS.items():
                # What one of the two does not tell of a conclusion is not compared.
                if detail in mine[identity] and detail in theirs[identity]:
                    of = _called(identity)
                    about = Text(f"{of.zh} {title.zh}", f"{title.en} of {of.en}")
                    yield from _sets(about, *(map(_shown, c[identity][detail]) for c in (mine, theirs)), names=names)
    elif name in ("outcome", "missing", "refused"):
        if one != other:
            yield _says(PARTS[name], one, other, names)
    else:
        yield from _sets(PARTS[name], map(_shown, one), map(_shown, other), names=names)


def _called(identity: tuple[str, ...]) -> Text:
    """A conclusion as people can find it."""
    rule, record, person, address, measure, capped_from = identity
    about = "/".join(x for x in (record, person if address == "" else address) if x)
    capped = Text(f"（原为 {capped_from}）", f" (capped from {capped_from})") if capped_from else Text("", "")
    of = Text(f"，关于 {about}", f" about {about}") if about else Text("", "")
    return Text(f"{rule}：{measure}{capped.zh}{of.zh}", f"{rule}: {measure}{capped.en}{of.en}")


def _sets(title: Text, one: Iterable[Text], other: Iterable[Text], *, names: tuple[str, str]) -> Iterator[Text]:
    mine, theirs = set(one), set(other)
    for name, alone in ((names[0], mine - theirs), (names[1], theirs - mine)):
        for what in sorted(alone):
            yield _clean(f"{title.zh}：仅 {name} 认为有 {what.zh}", f"{title.en}: only {name} says {what.en}")


def _says(title: Text, one: object, other: object, names: tuple[str, str]) -> Text:
    a, b = _shown(one), _shown(other)
    return _clean(
        f"{title.zh}：{names[0]} 为 {a.zh}，{names[1]} 为 {b.zh}",
        f"{title.en}: {names[0]} says {a.en}, {names[1]} says {b.en}",
    )


def _shown(value: object) -> Text:
    text = value if isinstance(value, str) else _canonical(value)
    return Text(text, text)


def _clean(zh: str, en: str) -> Text:
    return Text(mask(printable(zh)), mask(printable(en)))


def _canonical(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _places(one: Any, other: Any, path: str) -> Iterator[tuple[str, Any, Any]]:
    """Where two documents differ, innermost, with what stands there."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted(one.keys() | other.keys()):
            yield from _places(one.get(key), other.get(key), f"{path}.{key}" if path else key)
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for number, (a, b) in enumerate(zip(one, other, strict=True)):
            yield from _places(a, b, f"{path}[{number}]")
    elif one != other:
        yield path, one, other
