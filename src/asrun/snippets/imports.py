"""What a program imports: the modules, the names of torch that it uses, the installed versions."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib import metadata
from pathlib import Path

_TORCH_PREFIXES = ("torch.", "torchvision.")


@dataclass(frozen=True)
class ProgramImports:
    """What a program's text says of its imports.

    Attributes:
        modules: dotted names of the modules that it imports, without the standard library's.
        torch_names: full names of torch and torchvision that it uses, such as ``torch.nn.Linear``.
            They are those that are reached from an import: which methods a tensor has, the text
            alone does not say.
    """

    modules: tuple[str, ...] = ()
    torch_names: tuple[str, ...] = ()


def analyze_imports(tree: ast.Module) -> ProgramImports:
    """Find a program's modules and torch names in its syntax tree, in one walk."""
    modules: set[str] = set()
    imported_names: dict[str, str] = {}  # the name in the program -> the full name
    dotted_names: list[tuple[str, ...]] = []
    inner_nodes: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                modules.add(alias.name)
                package = alias.name.partition(".")[0]
                imported_names[alias.asname or package] = alias.name if alias.asname else package
        elif isinstance(node, ast.ImportFrom):
            if node.module and not node.level:
                modules.add(node.module)
                for alias in node.names:
                    imported_names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
        elif isinstance(node, ast.Attribute | ast.Name) and id(node) not in inner_nodes:
            # The walk meets the whole of `a.b.c` before its parts `a.b` and `a`.
            attributes: list[str] = []
            inner: ast.expr = node
            while isinstance(inner, ast.Attribute):
                attributes.append(inner.attr)
                inner = inner.value
                inner_nodes.add(id(inner))
            if isinstance(inner, ast.Name):
                dotted_names.append((inner.id, *reversed(attributes)))
    full_names = {
        ".".join((imported_names[first], *rest))
        for first, *rest in dotted_names
        if first in imported_names
    }
    return ProgramImports(
        tuple(
            sorted(
                module
                for module in modules
                if module.partition(".")[0] not in sys.stdlib_module_names
            )
        ),
        tuple(sorted(name for name in full_names if name.startswith(_TORCH_PREFIXES))),
    )


def find_installed_versions(modules: Iterable[str]) -> dict[str, str | None]:
    """Return the version of each top-level module's distribution; None if it is not installed.

    Args:
        modules: dotted names; only the part before the first dot counts.
    """
    packages = sorted({module.partition(".")[0] for module in modules})
    return {package: find_installed_version(package) for package in packages}


def find_installed_version(package: str) -> str | None:
    """Return the version of the distribution that provides a top-level module, if installed."""
    return _read_version(package, read_install_stamp())


def find_distribution(package: str) -> metadata.Distribution | None:
    """Return the distribution that provides a top-level module, if installed.

    It reads metadata only and imports nothing.
    """
    return _search_distribution(package, read_install_stamp())


InstallStamp = tuple[tuple[str, int], ...]


def read_install_stamp() -> InstallStamp:
    """Return something that changes as soon as a distribution is installed or removed.

    A process that serves pages lives long. What it has looked up of distributions, or imported from
    them, holds only as long as this stamp: the folders of ``sys.path`` that have distributions,
    each with the time, in nanoseconds, when it last got or lost an entry.
    """
    return tuple(
        (folder, Path(folder).stat().st_mtime_ns)
        for folder in sys.path
        if folder.endswith(("site-packages", "dist-packages")) and Path(folder).is_dir()
    )


@lru_cache(maxsize=1024)
def _read_version(package: str, stamp: InstallStamp) -> str | None:
    distribution = _search_distribution(package, stamp)
    return distribution.version if distribution else None


@lru_cache(maxsize=1024)
def _search_distribution(package: str, _: InstallStamp) -> metadata.Distribution | None:
    try:
        return metadata.distribution(package)
    except metadata.PackageNotFoundError:
        record_entry = re.compile(rf"^{re.escape(package)}(/__init__\.py|\.py),", re.MULTILINE)
        # To search the records takes far less time than `metadata.packages_distributions()`.
        for distribution in metadata.distributions():
            if record_entry.search(distribution.read_text("RECORD") or ""):
                return distribution
        return None
