"""Parts of sentences that every text about a decision has in common: cleaned, masked, joined, provisions named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from creditrules.decision import Clock, FactValue, Fallen, Ignored, Person, Provision
from creditrules.diagnostics import Lang, Text, mask, printable
from creditrules.explanation.wording import say

_SPACES = re.compile(r"(?<= ) ")
_GAP = re.compile(r"\{(\w+)\}")
_ARTICLE = re.compile(
    r"(?P<article>[0-9]+(?:之[0-9]+)?)(?:\((?P<paragraph>[0-9]+)\)(?:\((?P<item>[0-9]+)\))?|\[(?P<only>[0-9]+)\])?"
)


class Phrases:
    """The parts in one language."""

    def __init__(self, lang: Lang) -> None:
        self.lang = lang

    def say(self, sentence: str, **values: object) -> str:
        return say(sentence, self.lang, **values)

    def clean(self, text: str | Text) -> str:
        """Text of the policy or the case as it may be shown: on one line, without a full stop, codes masked."""
        plain = text if isinstance(text, str) else text.in_(self.lang)
        return mask(printable(" ".join(plain.split()))).rstrip("。.")

    def as_written(self, text: str) -> str:
        """Text as it may be shown, with whatever stands at its ends; where spaces follow one another each is seen."""
        return mask(printable(_SPACES.sub(r"\\u0020", text)))

    def named(self, person: Person) -> str:
        """A person by the name that the records give, or by the ends of its code."""
        return self.clean(person.name) or self.say("name.code", code=person.code)

    def capital(self, sentence: str) -> str:
        return sentence if self.lang == "zh" else sentence[:1].upper() + sentence[1:]

    def sentences(self, *sentences: str) -> str:
        """Sentences that follow one another; the empty ones are left out."""
        return ("" if self.lang == "zh" else " ").join(s for s in sentences if s)

    def joined(self, texts: Iterable[str]) -> str:
        return self.say("list").join(texts)

    def value(self, value: FactValue) -> str:
        if value is None:
            return self.say("unknown")
        if value == ():
            return self.say("none.named")
        return self.joined(map(self.clean, value)) if isinstance(value, tuple) else self.clean(str(value))

    def values(self, arguments: Iterable[FactValue]) -> str:
        return self.say("clauses").join(map(self.value, arguments))

    def arguments(
        self, arguments: Mapping[str, FactValue], titles: Mapping[str, Text], words: Mapping[str, str]
    ) -> str:
        """Arguments with their titles; `words` are what the values that name something are called."""
        told = []
        for name, value in arguments.items():
            plain = self.argument(value, words)
            told.append(self.say("argument", title=self.clean(titles[name]), value=plain) if name in titles else plain)
        return self.say("clauses").join(told)

    def argument(self, value: FactValue, words: Mapping[str, str]) -> str:
        return words.get(str(value)) or self.value(value)

    def gap(self, name: str, arguments: Mapping[str, FactValue], words: Mapping[str, str]) -> str:
        """The value of an argument; one that the reader may not see is said to be left out, and not to be unknown."""
        return self.argument(arguments[name], words) if name in arguments else self.say("argument.withheld")

    def filled(self, sentence: Text, arguments: Mapping[str, FactValue], words: Mapping[str, str]) -> str:
        """A sentence of the vocabulary with its gaps filled; nothing in a value is taken for a gap."""
        parts = _GAP.split(sentence.in_(self.lang))
        told = (self.gap(p, arguments, words) if n % 2 else self.as_written(p) for n, p in enumerate(parts))
        return "".join(told)

    def provision_name(self, provision: Provision) -> str:
        """The instrument with its number, and the article as people write it."""
        instrument, number = self.clean(provision.instrument), self.clean(provision.number)
        if number:
            instrument += self.say("provision.number", number=number)
        article = self.article(provision.basis.partition(" ")[2])
        return self.say("provision.name", instrument=instrument, article=article) if article else instrument

    def article(self, name: str) -> str:
        """An article, paragraph or item as people write it, or the part of an instrument that has a name of its own."""
        plain = self.clean(name)
        found = _ARTICLE.fullmatch(plain)
        if found is None:
            return self.say("provision.part", name=plain) if plain else ""
        steps = [
            ("article", found["article"]),
            ("paragraph", found["paragraph"]),
            ("item", found["item"] or found["only"]),
        ]
        return "".join(self.say(f"provision.{step}", number=number) for step, number in steps if number)

    def provision(self, provision: Provision) -> str:
        name, says = self.provision_name(provision), self.clean(provision.says)
        text = self.say("provision", name=name, says=says) if says else self.say("provision.bare", name=name)
        return text + self.marks(provision)

    def marks(self, provision: Provision) -> str:
        """How the text of a provision was checked, and whether it is in force."""
        text = self.say(f"checked.{provision.checked}") if provision.checked != "official" else ""
        text += self.say("checked.report") if provision.level == "report" else ""
        return text if provision.in_force else text + self.say("not_in_force")

    def ignored_record(self, ignored: Ignored, name: str) -> str:
        """Why a record had no effect, given the name by which people know it."""
        record = self.say("record.one", record=name) if name else self.say("ignored.case")
        return self.say(f"ignored.{ignored.why}", record=record, rule=self.clean(ignored.rule))

    def fallen(self, fallen: Fallen) -> str:
        what = fallen.what if fallen.what in ("rule", "exception", "scope", "follow_up") else "other"
        return self.say(f"fell.{what}", id=self.clean(fallen.id), bases=self.joined(map(self.clean, fallen.bases)))

    def clock(self, clock: Clock | None, *, as_of: date | None = None) -> Iterator[str]:
        """From when a period runs, how long, and when it ends; with a day, whether it is over."""
        if clock is None:
            return
        if clock.from_ in (None, "pending"):
            yield self.say("clock.pending" if clock.from_ == "pending" else "clock.unknown")
            return
        if clock.days is None or clock.unit is None:
            yield self.say("clock.length_unknown", day=clock.from_)
            return
        unit = self.say(f"clock.{clock.unit}")
        yield self.say("clock", day=clock.from_, days=clock.days, unit=unit)
        if clock.due is not None:
            over = as_of is not None and clock.due < as_of.isoformat()
            yield self.say("clock.over" if over else "clock.due", day=clock.due)
        if clock.extension is not None and clock.extended_due is not None:
            yield self.say("clock.extended", days=clock.extension, unit=unit, day=clock.extended_due)
        if clock.missing_year is not None:
            year = "clock.missing_year" if clock.due is None else "clock.missing_year.extended"
            yield self.say(year, year=clock.missing_year)
