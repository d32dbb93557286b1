"""Signatures, as the installed torch states them: what a page shows is taken from here."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Iterator

from asrun.base.errors import Location, PageError
from asrun.pages.page import Page, parse_page


def read_signatures(name: str) -> tuple[str, ...]:
    """Return the signatures of a dotted name, fully qualified, one for each overload.

    Built-in functions state theirs in their docstring (``cat(tensors, dim=0, *, out=None) ->
    Tensor``), Python functions in their code.

    Raises:
        LookupError: if there is no such name, or it states no signature.
    """
    module, _, attribute = name.partition(".")
    value: object = importlib.import_module(module)
    for component in attribute.split("."):
        if not hasattr(value, component):
            raise LookupError(f"{name} does not exist in the installed {module}")
        value = getattr(value, component)
    owner, base_name = name.rsplit(".", 1)
    name_pattern = rf"^(?:\.\. \w+:: )?(?:[\w.]+\.)?{re.escape(base_name)}"
    pattern = name_pattern + r"(\([^\n]*?(?:\n +[^\n]*?)*\)) -> (.+?):?$"
    signature_matches = re.findall(pattern, inspect.getdoc(value) or "", re.MULTILINE)
    if signature_matches:
        return tuple(
            f"{owner}.{base_name}{' '.join(arguments.split())} -> {result}"
            for arguments, result in signature_matches
        )
    try:
        return (f"{owner}.{base_name}{inspect.signature(value)}",)  # type: ignore[arg-type]
    except (TypeError, ValueError) as error:
        raise LookupError(f"{name} states no signature") from error


def find_page_signatures(page: Page) -> Iterator[tuple[Location, str]]:
    """Yield the signatures that a page shows: the lines of its ``text`` fences."""
    for fence in parse_page(page).fences:
        if fence.info == "text":
            for offset, line in enumerate(fence.body, 1):
                yield page.locate_line(fence.line + offset), line


def find_signature_problems(page: Page) -> Iterator[PageError]:
    """Yield the signatures that are not those of the installed torch; imports it."""
    for location, line in find_page_signatures(page):
        name = line.partition("(")[0]
        try:
            installed_signatures = read_signatures(name)
        except (LookupError, ImportError, ValueError) as error:
            yield PageError(
                location,
                f"`{line}` is no signature ({error})",
                "A `text` fence holds signatures alone; outputs come from snippets.",
            )
            continue
        if line not in installed_signatures:
            yield PageError(
                location,
                f"the signature is not the installed one: `{line}`",
                f"Run `.venv/bin/asrun signature {name}`; it says `{installed_signatures[0]}`.",
            )
