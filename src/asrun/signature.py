"""Signatures, as the installed torch states them: what a page shows is taken from here."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Iterator

from asrun.errors import PageError, Place
from asrun.page import Page, outline


def signatures(name: str) -> tuple[str, ...]:
    """Return the signatures of a dotted name, fully qualified, one for each overload.

    Built-in functions state theirs in their docstring (``cat(tensors, dim=0, *, out=None) ->
    Tensor``), Python functions in their code.

    Raises:
        LookupError: if there is no such name, or it states no signature.
    """
    module, _, attribute = name.partition(".")
    value: object = importlib.import_module(module)
    for part in attribute.split("."):
        if not hasattr(value, part):
            raise LookupError(f"{name} does not exist in the installed {module}")
        value = getattr(value, part)
    owner, short = name.rsplit(".", 1)
    name_stated = rf"^(?:\.\. \w+:: )?(?:[\w.]+\.)?{re.escape(short)}"
    pattern = name_stated + r"(\([^\n]*?(?:\n +[^\n]*?)*\)) -> (.+?):?$"
    stated = re.findall(pattern, inspect.getdoc(value) or "", re.MULTILINE)
    if stated:
        return tuple(
            f"{owner}.{short}{' '.join(arguments.split())} -> {result}"
            for arguments, result in stated
        )
    try:
        return (f"{owner}.{short}{inspect.signature(value)}",)  # type: ignore[arg-type]
    except (TypeError, ValueError) as error:
        raise LookupError(f"{name} states no signature") from error


def shown(page: Page) -> Iterator[tuple[Place, str]]:
    """Yield the signatures that a page shows: the lines of its ``text`` fences."""
    for fence in outline(page).fences:
        if fence.info == "text":
            for offset, line in enumerate(fence.body, 1):
                yield page.place(fence.line + offset), line


def problems(page: Page) -> Iterator[PageError]:
    """Yield the signatures that are not those of the installed torch; imports it."""
    for place, line in shown(page):
        name = line.partition("(")[0]
        try:
            stated = signatures(name)
        except (LookupError, ImportError, ValueError) as error:
            yield PageError(
                place,
                f"`{line}` is no signature ({error})",
                "A `text` fence holds signatures alone; outputs come from snippets.",
            )
            continue
        if line not in stated:
            yield PageError(
                place,
                f"the signature is not the installed one: `{line}`",
                f"Run `.venv/bin/asrun signature {name}`; it says `{stated[0]}`.",
            )
