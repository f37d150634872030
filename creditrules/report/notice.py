"""The notice (告知书) of a decision: what is proposed, on which facts and provisions, and what can be done about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from creditrules.decision import Decision, Part, Provision
from creditrules.diagnostics import Diagnostic, Lang, RecordError, Text
from creditrules.difference import provisions_in
from creditrules.explanation.explaining import explain
from creditrules.explanation.levels import seen_by
from creditrules.explanation.paper import Section
from creditrules.explanation.phrases import Phrases
from creditrules.policy.vocabulary import EXACT, NOT_APPLICABLE, UNDETERMINED
from creditrules.report.page import html_page, markdown_page

_ORDER = (
    "scope", "scope.open", "reasons", "undetermined", "capped", "exceptions", "missing", "could_become", "procedures", "clocks", "remedies",
)  # fmt: skip
"""The sections of an explanation that a notice has, after what is proposed."""


@dataclass(frozen=True)
class Notice:
    """A notice ready to be printed. It says what the applicant may see, and leaves open what only the officer knows."""

    lang: Lang
    title: str
    addressee: str
    opening: tuple[str, ...]
    sections: tuple[Section, ...]
    blanks: tuple[str, ...]
    """What stands before the lines that the officer fills in by hand."""
    closing: tuple[str, ...]

    def html(self) -> str:
        """A page of HTML that prints on A4, without script and without anything to be fetched."""
        return html_page("notice", lang=self.lang, title=self.title, notice=self)

    def markdown(self) -> str:
        """The notice as Markdown (CommonMark)."""
        return markdown_page("notice", notice=self)

    def _repr_html_(self) -> str:
        return self.html()


def notice(decision: Decision, *, lang: Lang = "zh", allow_unchecked: bool = False) -> Notice:
    """The notice of a decision, for the officer to complete, sign and serve.

    Provisions that are not in force on the day are left out, since nothing rests on them.

    Raises RecordError where the decision is hypothetical, and, unless the caller allows it, where the notice would cite a
    provision whose text nobody has checked.
    """
    if decision.hypothetical or decision.overridden:
        message = Text("假设性的推演不得制作告知书", "no notice is made of a hypothetical decision")
        hint = Text(
            "用默认的方案、不改动参数，重新判定", "decide anew, by the default profile and without changed parameters"
        )
        raise RecordError([Diagnostic("CR-R061", message, help=hint)])
    seen = _certain(_in_force(seen_by(decision, "applicant")))
    unchecked = sorted({p.basis for p in provisions_in(seen) if p.checked == "unchecked"})
    if unchecked and not allow_unchecked:
        raise RecordError([_unchecked(basis) for basis in unchecked])
    told = explain(seen, lang=lang, level="applicant")
    return _Notice(seen, lang).made(tuple(told[name] for name in _ORDER if name in told))


def _certain(decision: Decision) -> Decision:
    """The decision without steps that are asked of the applicant and may not be due; a period that may run is told."""
    due = tuple(f for f in decision.follow_ups if f.status == "established" or not f.arguments)
    return replace(
        decision, follow_ups=due, procedures=tuple(p for p in decision.procedures if p.status == "established")
    )


def _unchecked(basis: str) -> Diagnostic:
    message = Text(
        f"告知书将引用内容尚未核对的条文 `{basis}`", f"the notice would cite `{basis}`, whose text nobody has checked"
    )
    hint = Text(
        "先核对该条文并在政策中标明；确需在核对前打印的，须明示允许（`--allow-unchecked`、`allow_unchecked=True`）",
        "check the text and say so in the policy; to print it unchecked, allow that (`--allow-unchecked`, `allow_unchecked=True`)",
    )
    return Diagnostic("CR-R062", message, help=hint)


def _in_force(value: Any) -> Any:
    """A part of a decision without the provisions that are not in force."""
    if isinstance(value, tuple) and not isinstance(value, Text):
        return tuple(_in_force(one) for one in value if not isinstance(one, Provision) or one.in_force)
    if isinstance(value, Part) and not isinstance(value, Provision):
        made: Any = value
        return replace(made, **{name: _in_force(one) for name, one in vars(value).items()})
    return value


class _Notice(Phrases):
    """One notice in one language; `notice` is its only user."""

    def __init__(self, decision: Decision, lang: Lang) -> None:
        super().__init__(lang)
        self.decision = decision

    def made(self, sections: tuple[Section, ...]) -> Notice:
        decision, policy = self.decision, self.decision.policy
        person = decision.person
        addressee = self.say("notice.person", name=self.named(person), code=person.code) if person else ""
        blanks = tuple(self.say(f"notice.blank.{name}") for name in _BLANKS)
        profile = self.clean(policy.profile_title)
        checked = any(p.checked == "official" and p.level != "report" for p in provisions_in(decision))
        unmarked = (self.say("notice.unmarked"),) if checked else ()
        named = self.say("policy", title=self.clean(policy.title), version=self.clean(policy.version), profile=profile)
        numbered = tuple(
            replace(s, title=self.say("notice.section", number=self.number(n), title=s.title))
            for n, s in enumerate(sections, 1)
        )
        return Notice(
            self.lang, self.say("notice.title" if self.proposed else "notice.title.plain"), addressee, tuple(self.opening()), numbered, blanks,
            (*unmarked, named, self.say("notice.disclaimer")),
        )  # fmt: skip

    def number(self, number: int) -> str:
        return _NUMERALS[number - 1] if self.lang == "zh" else str(number)

    @property
    def proposed(self) -> bool:
        """Whether a measure is proposed; only then is there something to be heard on."""
        return bool(self.decision.measures)

    def opening(self) -> Iterator[str]:
        decision = self.decision
        matter = self.clean(decision.about.matter_title)
        _, _, number = decision.about.address.partition("/")
        yield self.say(
            "notice.about" if number else "notice.matter", matter=matter, number=self.clean(number), day=decision.as_of
        )
        if decision.outcome == UNDETERMINED:
            yield self.say("notice.open")
        else:
            yield self.say("notice.outcome", outcome=self.clean(decision.outcome_title))
        if decision.outcome_note.zh:
            yield self.capital(self.say("outcome.note", note=self.clean(decision.outcome_note)))
        if any(c.status == "undetermined" and c.group in EXACT for c in decision.conclusions):
            yield self.say("open" if decision.measures else "undetermined")
        if decision.outcome == NOT_APPLICABLE:
            yield self.say("not_applicable")
        if self.proposed:
            yield self.say("notice.proposal")


_NUMERALS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一")
"""As many as there are sections in `_ORDER`."""
_BLANKS = ("number", "case", "code", "statement", "remedies", "office", "officer", "contact", "served", "date")
