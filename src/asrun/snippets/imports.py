"""The key of a run: a hash of all that it depends on. Same key, same output."""

from __future__ import annotations

import ast
import re
import sys
from functools import cache, lru_cache
from importlib import metadata


@lru_cache(maxsize=2**16)
def find_imported_modules(source: str) -> tuple[str, ...]:
    """Return the dotted names of the modules that a program imports, standard library apart."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
    return tuple(
        sorted(name for name in names if name.partition(".")[0] not in sys.stdlib_module_names)
    )


def find_installed_version(package: str) -> str | None:
    """Return the version of the distribution that provides a top-level module, if installed."""
    distribution = find_distribution(package)
    return distribution.version if distribution else None


@cache
def find_distribution(module: str) -> metadata.Distribution | None:
    """Return the distribution that provides a top-level module, if installed.

    Reads metadata only: nothing is imported.
    """
    try:
        return metadata.distribution(module)
    except metadata.PackageNotFoundError:
        record_entry = re.compile(rf"^{re.escape(module)}(/__init__\.py|\.py),", re.MULTILINE)
        for distribution in metadata.distributions():  # far faster than packages_distributions()
            if record_entry.search(distribution.read_text("RECORD") or ""):
                return distribution
        return None


def find_imported_versions(source: str) -> dict[str, str | None]:
    """Return the versions of the distributions that a program imports."""
    return {
        name: find_installed_version(name)
        for name in sorted({module.partition(".")[0] for module in find_imported_modules(source)})
    }


@lru_cache(maxsize=2**16)
def list_torch_names(source: str) -> tuple[str, ...]:
    """Return the names of torch and torchvision that a program uses, as ``torch.nn.Linear``.

    Only names that are reached from an import: what a tensor's methods are, its text alone does
    not say.
    """
    tree = ast.parse(source)
    imported_names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                package = alias.name.partition(".")[0]
                imported_names[alias.asname or package] = alias.name if alias.asname else package
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                imported_names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    full_names: set[str] = set()
    inner_nodes: set[int] = set()
    for node in ast.walk(tree):  # outer nodes come first
        if isinstance(node, ast.Attribute | ast.Name) and id(node) not in inner_nodes:
            name: ast.expr = node
            parts = []
            while isinstance(name, ast.Attribute):
                parts.append(name.attr)
                name = name.value
                inner_nodes.add(id(name))
            if isinstance(name, ast.Name) and name.id in imported_names:
                full_names.add(".".join((imported_names[name.id], *reversed(parts))))
    return tuple(sorted(n for n in full_names if n.startswith(("torch.", "torchvision."))))
