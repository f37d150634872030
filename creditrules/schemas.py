"""Say as JSON Schema what files may hold, for editors and for checks that do not run this library.

A schema takes whatever the reader takes, with one exception: text that other tools read as a number or a date needs quotes.
It sees shapes, types and closed lists; names that must exist, check digits and what contradicts what are for the reader.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel, TypeAdapter

from creditrules.decision import FORMAT, Decision
from creditrules.policy.calendar import CalendarFile
from creditrules.policy.shapes import LANGUAGE, Part, PolicyFile
from creditrules.policy.vocabulary import Vocabulary, VocabularyFile
from creditrules.records.case import Case, case_model
from creditrules.records.dossier import dossier_model
from creditrules.testing.accounting import SourceFile
from creditrules.testing.cases import CasesFile
from creditrules.testing.coverage import CoverageFile

DRAFT = "http://json-schema.org/draft-07/schema#"
"""The draft that editors and checkers have in common."""

_TITLE = {
    "type": "object", "properties": {"zh": {"type": "string"}, "en": {"type": "string"}}, "required": ["zh", "en"],
    "additionalProperties": False,
}  # fmt: skip


def schema(name: str, *, vocabulary: Vocabulary | None = None) -> dict[str, Any]:
    """The schema of a kind of file: one of `NAMES`, where `part` is an included file of a policy.

    With a `vocabulary`, cases and dossiers are those of its kinds, and fields with closed words list them. Raises KeyError
    for another name, and for the dossiers of a vocabulary that has none.
    """
    version = FORMAT if name in (*OF_RECORDS, "decision") else LANGUAGE
    body = _records(name, vocabulary) if name in OF_RECORDS else _BODIES[name]()
    owner = f"{vocabulary.name}:" if vocabulary and name in OF_RECORDS else ""
    _in_short(body)
    return {"$schema": DRAFT, "$id": f"urn:creditrules:{owner}{name}:{version}", **body}


def _in_short(part: Any) -> None:
    """Leave the first sentence of each description; the rest of a docstring is for readers of Python."""
    for key, inner in part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ():
        if key == "description" and isinstance(inner, str):
            part[key] = inner.split("\n\n")[0].replace("\n", " ")
        else:
            _in_short(inner)


def schema_text(name: str, *, vocabulary: Vocabulary | None = None) -> str:
    """The schema as it stands in a file."""
    return json.dumps(schema(name, vocabulary=vocabulary), ensure_ascii=False, indent=1) + "\n"


def _records(name: str, vocabulary: Vocabulary | None) -> dict[str, Any]:
    """The schema of cases, or of dossiers, which hold the same records."""
    case = case_model(vocabulary.schema) if vocabulary else Case
    model = case if name == "case" else dossier_model(case)
    if model is None:
        raise KeyError(name)
    found = model.model_json_schema()
    found["properties"] = {"format": {"enum": [FORMAT, str(FORMAT)]}, **found["properties"]}
    definitions: dict[str, Any] = found["$defs"]
    for kind, definition in definitions.items():
        if {"uscc", "id_no"} <= set(definition.get("properties", ())):
            known = {"not": {"type": "null"}}
            definition["oneOf"] = [{"required": [c], "properties": {c: known}} for c in ("uscc", "org_code", "id_no")]
        for field, words in _words(vocabulary, kind).items():
            _closed(definition["properties"][field], sorted(words))
    return found


def _words(vocabulary: Vocabulary | None, name: str) -> Mapping[str, frozenset[str]]:
    """The fields of a definition that the vocabulary closes, with their words."""
    kind = next((k for k in vocabulary.schema.kinds.values() if k.model.__name__ == name), None) if vocabulary else None
    if vocabulary is None or kind is None:
        return {}
    return {f.name: vocabulary.lists[f.listed_in] for f in kind.fields.values() if f.listed_in in vocabulary.lists}


def _closed(field: dict[str, Any], words: list[str]) -> None:
    """Let the text below a field be one of the words."""
    if field.get("type") == "string":
        field["enum"] = words
    for inner in (*field.get("anyOf", ()), *([field["items"]] if "items" in field else ())):
        _closed(inner, words)


def _decision() -> dict[str, Any]:
    found = TypeAdapter(Decision).json_schema(mode="validation")
    definitions: dict[str, Any] = found["$defs"]
    for name, definition in definitions.items():
        # Python holds a title as a pair; JSON has it by language.
        definitions[name] = _TITLE if name == "Text" else definition | {"additionalProperties": False}
    return found | {"additionalProperties": False}


def _shape(model: type[BaseModel]) -> Callable[[], dict[str, Any]]:
    return model.model_json_schema


_BODIES: Mapping[str, Callable[[], dict[str, Any]]] = {
    "decision": _decision,
    "policy": _shape(PolicyFile),
    "part": _shape(Part),
    "vocabulary": _shape(VocabularyFile),
    "cases": _shape(CasesFile),
    "source": _shape(SourceFile),
    "coverage": _shape(CoverageFile),
    "calendar": _shape(CalendarFile),
}

OF_RECORDS = ("case", "dossier")
"""What there is a schema of that depends on the vocabulary."""

NAMES = (*OF_RECORDS, *_BODIES)
"""What there is a schema of."""
