"""Say what is installed: Python, the packages, the extras with the command that brings each, the policies with their digests."""

from __future__ import annotations

import platform
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution, requires, version

from creditrules.diagnostics import Diagnostic, PolicyError
from creditrules.engines.python import load
from creditrules.policy.loading import shipped_names
from creditrules.policy.shapes import LANGUAGE


@dataclass(frozen=True)
class ShippedPolicy:
    """A policy that comes with the library; `problems` says why it cannot be used, and is empty where it can."""

    name: str
    version: str
    digest: str
    problems: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True)
class Installation:
    """What one installation consists of; a package or extra without version is absent."""

    version: str
    language: int
    python: str
    system: str
    packages: Mapping[str, str]
    extras: Mapping[str, tuple[str, ...]]
    """The packages of each extra that are absent; none are where it can be used."""
    policies: tuple[ShippedPolicy, ...]

    @property
    def sound(self) -> bool:
        """Whether every package that is always needed is there, and every policy loads."""
        return all(self.packages.values()) and not any(p.problems for p in self.policies) and bool(self.policies)


def installation() -> Installation:
    """Look at what is installed here."""
    needed: dict[str, str] = {}
    extras: dict[str, list[str]] = {
        name: [] for name in distribution("creditrules").metadata.get_all("Provides-Extra") or ()
    }
    for requirement in requires("creditrules") or ():
        name = re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0]
        extra = re.search(r"extra\s*==\s*['\"]([^'\"]+)['\"]", requirement)
        found = _version(name)
        if extra is None:
            needed[name] = found
        elif not found:
            extras[extra[1]].append(name)
    return Installation(
        version("creditrules"), LANGUAGE, platform.python_version(), f"{platform.system()} {platform.machine()}", needed,
        {name: tuple(absent) for name, absent in extras.items()}, tuple(map(_policy, shipped_names())),
    )  # fmt: skip


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _policy(name: str) -> ShippedPolicy:
    try:
        found = load(name)
    except PolicyError as error:
        return ShippedPolicy(name, "", "", error.diagnostics)
    return ShippedPolicy(name, found.version, found.digest)
