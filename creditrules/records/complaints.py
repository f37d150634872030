"""Say what a validator found wrong as problems at their place in the text, without the value that was there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from creditrules.diagnostics import OF_CODES, Diagnostic, Text, as_text, mask_code, near, one_of, printable, shown
from creditrules.documents import MOST_FOUND, Node, at, spelled


def complaints(
    error: ValidationError, model: type[BaseModel] | None, data: Any, node: Node | None, *, family: str = "R"
) -> list[Diagnostic]:
    """Every problem of a validation; codes are of the `family` R (records) or P (policies)."""
    found = error.errors(include_url=False, include_input=False)
    return [_diagnostic(model, e, data, node, family) for e in found[:MOST_FOUND]]


_PLAIN_MESSAGES: Mapping[str, tuple[str, Text]] = {
    "missing": ("CR-R030", Text("缺少此项", "this is missing")),
    "extra_forbidden": ("CR-R034", Text("没有这个字段", "there is no such field")),
    "tuple_type": ("CR-R031", Text("需要列表", "a list is expected")),
    "model_type": ("CR-R031", Text("需要一组字段", "a group of fields is expected")),
    "model_attributes_type": ("CR-R031", Text("需要一组字段", "a group of fields is expected")),
    "dict_type": ("CR-R031", Text("需要一组字段", "a group of fields is expected")),
    "literal_error": ("CR-R032", Text("不是允许的值", "not one of the values allowed")),
    "string_pattern_mismatch": ("CR-R031", Text("写法不对", "not spelled as it must be")),
    "string_too_long": ("CR-R031", Text("文本过长", "the text is too long")),
    "too_long": ("CR-R033", Text("列表过长", "the list is too long")),
}


_IN_POLICIES = {"CR-R030": "CR-P030", "CR-R032": "CR-P032", "CR-R034": "CR-P013", "CR-R043": "CR-P018"}
"""The codes of problems in policies; every other one there is a value that is not of the type expected."""


def _diagnostic(
    model: type[BaseModel] | None, error: ErrorDetails, data: Any, node: Node | None, family: str
) -> Diagnostic:
    """A validator's complaint as a problem at its place in the record, without the value it held."""
    path: list[str | int] = []
    here = data
    context = error.get("ctx", {})
    for step in (*error["loc"], *context.get("at", ())):
        if isinstance(here, dict) and step in here:
            path.append(step)
            here = here[step]
        elif isinstance(here, list) and isinstance(step, int):
            path.append(step)
            here = here[step] if step < len(here) else None
        elif error["type"] == "missing" and step == error["loc"][-1]:
            path.append(step)
    if error["type"] == "creditrules":
        code, message, hint = context["code"], context["message"], context["hint"]
    else:
        code, message = _PLAIN_MESSAGES.get(
            error["type"], ("CR-R031", Text("值的类型不对", "a value of another type is expected"))
        )
        hint = None
        if here is None and path and error["type"] not in ("missing", "extra_forbidden"):
            code, message = _PLAIN_MESSAGES["missing"]
        if error["type"] == "extra_forbidden":
            hint = near(str(path[-1]), _names(model, path[:-1]))
            if node is not None and here is None and not str(path[-1]).isidentifier():
                hint = Text("`{…}` 里的值若含逗号，请加引号", "a value inside `{...}` that has a comma needs quotes")
        elif error["type"] == "literal_error":
            known = str(context.get("expected", "")).replace("'", "").replace(" or ", ", ").split(", ")
            hint = one_of(as_text(here), known)
            if as_text(here) in known:
                hint = Text("去掉引号", "leave the quotes out")
        elif error["type"] == "string_pattern_mismatch":
            hint = Text(
                "以字母开头，只用英文字母、数字、`_` 或 `-`",
                "begin with a letter; use ASCII letters, digits, `_` or `-`",
            )
    unknown = error["type"] == "extra_forbidden"
    if error["type"] == "missing" or unknown:
        if path:
            message = Text(f"{message.zh}：`{shown(path[-1])}`", f"{message.en}: `{shown(path[-1])}`")
    elif isinstance(here, (str, int)) and not isinstance(here, bool) and not context.get("at"):
        # In the field of a code everything may be one, whatever it looks like.
        value = printable(mask_code(as_text(here)[:40])) if code in OF_CODES else shown(here)
        message = Text(f"{message.zh}：`{value}`", f"{message.en}: `{value}`")
    if family != "R" and not code.startswith("CR-P"):
        code = _IN_POLICIES.get(code, "CR-P031")
    return Diagnostic(code, message, at(node, tuple(path), key=unknown) if node else None, hint, path=spelled(path))


def _names(model: Any, path: list[str | int]) -> Collection[str]:
    """The fields that are known at `path` of a model."""
    here: Any = model
    for step in path:
        here = _below(here, step)
    found = next((m for m in _alternatives(here) if isinstance(m, type) and issubclass(m, BaseModel)), None)
    return tuple(info.alias or name for name, info in found.model_fields.items()) if found else ()


def _below(annotation: Any, step: str | int) -> Any:
    """The annotation of what lies under one step: an item of a list, a value of a mapping, a field of a model."""
    for kind in _alternatives(annotation):
        arguments = get_args(kind)
        if get_origin(kind) is dict and isinstance(step, str):
            return arguments[1]
        if get_origin(kind) is tuple and isinstance(step, int):
            return arguments[0]
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            for name, info in kind.model_fields.items():
                if step in (name, info.alias):
                    return info.annotation
    return None


def _alternatives(annotation: Any) -> list[Any]:
    """The members of a union, without what annotates them."""
    if get_origin(annotation) is Annotated:
        return _alternatives(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return [found for member in get_args(annotation) for found in _alternatives(member)]
    return [annotation]
