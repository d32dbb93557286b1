"""Signatures: a page shows those that the installed torch states, and no others."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Callable, Iterator, Sequence

from asrun.base.errors import Location, PageError
from asrun.pages.page import Page, parse_page_or_empty


def read_signatures(name: str) -> tuple[str, ...]:
    """Return the signatures of a function, fully qualified, one for each overload.

    Built-in functions state theirs in their docstring (``cat(tensors, dim=0, *, out=None) ->
    Tensor``), Python functions in their code. The function's package is imported.

    Args:
        name: the function's full name, such as ``torch.cat``.

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
    """Yield the signatures that a page shows, with their lines: what its ``text`` fences hold.

    A page with a fence that is never closed shows none.
    """
    for fence in parse_page_or_empty(page).fences:
        if fence.info == "text":
            for offset, line in enumerate(fence.body, 1):
                yield page.locate_line(fence.line + offset), line


def find_signature_problems(
    page: Page, get_signatures: Callable[[str], Sequence[str]] = read_signatures
) -> Iterator[PageError]:
    """Yield the signatures on a page that the installed torch does not state.

    A ``text`` fence that holds anything else is told as well.

    Args:
        page: the page.
        get_signatures: returns what is installed, as `read_signatures` does, which imports torch.
    """
    for location, line in find_page_signatures(page):
        name = line.partition("(")[0]
        try:
            installed_signatures = get_signatures(name)
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
