"""Find a policy by name or folder, and load it."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from creditrules import documents
from creditrules.diagnostics import Diagnostic, PolicyError, Source, Span, Text, one_of, shown
from creditrules.documents import Mapping, Scalar, Sequence, not_utf8, read_at_most, read_yaml, too_large
from creditrules.policy.model import Policy
from creditrules.policy.reading import read_policy

MOST_FILES = 64
MOST_BYTES = 8 * 1024 * 1024
_FEWER = Text("合并文件，或拆成几个政策", "put files together, or make it several policies")

_INCLUDE = re.compile(r"[\w-][\w.-]*(/[\w-][\w.-]*)*\.yaml")


def shipped() -> Traversable | None:
    """The folder of the policies that come with the library: in a wheel beside the code, in a checkout beside the package."""
    inside = resources.files("creditrules") / "_policies"
    if inside.is_dir():
        return inside
    # An editable install has no such folder. The marker keeps another distribution's `policies/` from being taken for it.
    beside = Path(str(resources.files("creditrules"))).parent / "policies"
    return beside if (beside / "CREDITRULES").is_file() else None


def shipped_names() -> tuple[str, ...]:
    """The names of the shipped policies."""
    folder = shipped()
    return (
        tuple(sorted(f.name for f in folder.iterdir() if f.is_dir() and (f / "policy.yaml").is_file()))
        if folder
        else ()
    )


def shipped_calendar(name: str, span: Span | None = None) -> list[Source]:
    """The files of a shipped calendar, in the order of their years. Raises PolicyError, at `span`, where there is none."""
    base = shipped()
    found: dict[str, list[Traversable]] = {}
    for file in sorted((base / "calendar").iterdir(), key=lambda f: f.name) if base is not None else ():
        if file.name.endswith(".yaml"):
            found.setdefault(file.name.rpartition("-")[0], []).append(file)
    if name not in found:
        message = Text(f"没有日历 `{shown(name)}`", f"there is no calendar `{shown(name)}`")
        raise PolicyError([Diagnostic("CR-P034", message, span, one_of(name, found))])
    return [Source(file.name, file.read_text("utf-8")) for file in found[name]]


def load_policy(source: str | Path, *, digest: str | None = None, runner: Callable[..., Any] | None = None) -> Policy:
    """Load a shipped policy by its name, or a policy from a folder: a Path, or text with a `/`.

    With `digest`, a policy that is not the one that was signed off is refused. Raises PolicyError with every problem of
    all its files.
    """
    folder = _folder(source)
    head = _text(folder, "policy.yaml")
    root = read_yaml(head)
    if not isinstance(root, Mapping):
        message = Text("需要一组字段", "a group of fields is expected")
        raise PolicyError([Diagnostic("CR-P031", message, root.span)])
    problems: list[Diagnostic] = []
    parts: list[Source] = []
    for name in _included(root, folder, problems):
        try:
            parts.append(_text(folder, name))
        except PolicyError as error:
            problems += error.diagnostics  # a file that cannot be read hides no mistake in the others
    if len(parts) >= MOST_FILES or sum(len(p.text) for p in parts) > MOST_BYTES:
        message = Text(f"政策超过 {MOST_FILES} 个文件或 8 MiB", f"a policy of more than {MOST_FILES} files or 8 MiB")
        raise PolicyError([Diagnostic("CR-P007", message, root.span, _FEWER)])
    vocabulary = _vocabulary(root, folder, problems)
    calendar = _calendar(root, problems)
    # Where a file is missing, names that it may define cannot be held against the others.
    try:
        policy = read_policy(
            head, parts, None if problems else vocabulary, calendar=calendar, folder=folder, runner=runner
        )
    except PolicyError as error:
        raise PolicyError([*problems, *error.diagnostics]) from None
    if digest is not None and policy.digest != digest:
        message = Text("政策与所给摘要不符", "the policy is not the one with the digest that was asked for")
        raise PolicyError(
            [Diagnostic("CR-P046", message, help=Text(f"现摘要为 {policy.digest}", f"its digest is {policy.digest}"))]
        )
    return policy


def _folder(source: str | Path) -> Traversable:
    if isinstance(source, Path) or re.search(r"[/\\]", source):
        path = Path(source)
        return path.parent if path.name == "policy.yaml" and path.is_file() else path
    base = shipped()
    if base is None or source not in shipped_names():
        message = Text(f"没有随库发布的政策 `{shown(source)}`", f"there is no shipped policy `{shown(source)}`")
        hint = one_of(source, shipped_names())
        hint = Text(
            f"{hint.zh.removesuffix('？')}？文件夹请写成 `./{shown(source)}`",
            f"{hint.en}; a folder is written `./{shown(source)}`",
        )
        raise PolicyError([Diagnostic("CR-P051", message, help=hint)])
    return base / source


def _text(folder: Traversable, name: str) -> Source:
    file = folder.joinpath(*name.split("/"))
    start = Span(Source(name, ""), 0, 0)
    try:
        if isinstance(folder, Path) and not Path(str(file)).resolve().is_relative_to(folder.resolve()):
            message = Text(f"`{name}` 在政策目录之外", f"`{name}` lies outside the folder of the policy")
            raise PolicyError([Diagnostic("CR-P025", message, start)])
        data = read_at_most(file.open("rb"), documents.MOST_BYTES)
        if len(data) > documents.MOST_BYTES:
            raise PolicyError([too_large(start)])
        return Source(name, data.decode("utf-8-sig"))
    except OSError:
        message = Text(f"无法读取 `{shown(name)}`", f"`{shown(name)}` cannot be read")
        hint = Text("政策是含 policy.yaml 的文件夹", "a policy is a folder with a policy.yaml")
        raise PolicyError([Diagnostic("CR-P051", message, start, hint)]) from None
    except UnicodeDecodeError:
        what = Text(f"`{shown(name)}` ", f"`{shown(name)}`")
        raise PolicyError([not_utf8("CR-P050", data, what, span=start)]) from None


def _included(root: Mapping, folder: Traversable, problems: list[Diagnostic]) -> list[str]:
    listed = root.get("include")
    names: list[str] = []
    for node in listed.items if isinstance(listed, Sequence) else ():
        name = node.text if isinstance(node, Scalar) else ""
        if not name.endswith(".yaml"):
            message = Text(f"`{shown(name)}` 不是 .yaml 文件", f"`{shown(name)}` is no .yaml file")
            problems.append(Diagnostic("CR-P025", message, node.span))
        elif not _INCLUDE.fullmatch(name) or ".." in name:
            message = Text(
                f"引用路径 `{shown(name)}` 不在政策目录内", f"the path `{shown(name)}` does not stay inside the folder"
            )
            problems.append(Diagnostic("CR-P025", message, node.span))
        elif name in names:
            message = Text(f"`{name}` 引用了两次", f"`{name}` is included twice")
            problems.append(Diagnostic("CR-P024", message, node.span))
        elif not folder.joinpath(*name.split("/")).is_file():
            problems.append(Diagnostic("CR-P051", Text(f"没有文件 `{name}`", f"there is no file `{name}`"), node.span))
        else:
            names.append(name)
    return names


def _calendar(root: Mapping, problems: list[Diagnostic]) -> list[Source]:
    """The files of the shipped calendar that the policy counts by."""
    name = root.get("calendar")
    if not isinstance(name, Scalar):
        return []  # it names none, or what else it may be is a mistake of shape
    try:
        return shipped_calendar(name.text, name.span)
    except PolicyError as error:
        problems += error.diagnostics
        return []


def _vocabulary(root: Mapping, folder: Traversable, problems: list[Diagnostic]) -> Source | None:
    """The shipped vocabulary that the policy uses, or the file beside it."""
    use = root.get("use")
    if use is None and folder.joinpath("vocabulary.yaml").is_file():
        return _text(folder, "vocabulary.yaml")
    if use is None:
        message = Text(
            "没有写词表（`use`），也没有 vocabulary.yaml", "there is no `use`, and no vocabulary.yaml beside it"
        )
        hint = Text("如 `use: construction`", "as in `use: construction`")
        problems.append(Diagnostic("CR-P030", message, root.span, hint))
    if not isinstance(use, Scalar):
        return None  # what else it may be is a mistake of shape
    base = shipped()
    known = {f.name.removesuffix(".yaml"): f for f in (base / "vocabularies").iterdir()} if base is not None else {}
    if use.text not in known:
        message = Text(f"没有词表 `{shown(use.text)}`", f"there is no vocabulary `{shown(use.text)}`")
        problems.append(Diagnostic("CR-P034", message, use.span, one_of(use.text, known)))
        return None
    return Source(f"{use.text}.yaml", known[use.text].read_text("utf-8"))
