"""A sample of mutants of a project: of each kind its share, drawn by hashes.

Files and mutants are drawn by a hash of the seed and of what they are, so that a new page or
program changes the sample by little.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain, islice, zip_longest
from typing import NamedTuple

from asrun.execution.machine import find_missing_requirement
from asrun.pages.page import Page
from asrun.project.project import Project
from asrun_quality.mutators import (
    Mutant,
    break_links,
    drop_statements,
    increment_digits,
    increment_table_numbers,
    invert_operators,
    mutate_literals,
    remove_sections,
    rename_headings,
    replace_includes,
    swap_arguments,
)


class _Kind(NamedTuple):
    """A kind of mutants: its name, how many of a hundred are of it, what makes them.

    The name is part of the seed: another name draws another sample.
    """

    name: str
    share: int
    mutator: Callable[[str, str], Iterator[Mutant]]


class _PageKind(NamedTuple):
    """A kind of mutants of pages; as `_Kind`."""

    name: str
    share: int
    mutator: Callable[[Page], Iterator[Mutant]]


_PROGRAM_KINDS = (
    _Kind("literals", 15, mutate_literals),
    _Kind("operators", 15, invert_operators),
    _Kind("dropped", 15, drop_statements),
    _Kind("swapped", 15, swap_arguments),
)
_OUTPUT_KIND = _Kind("digits", 10, increment_digits)
_PAGE_KINDS = (
    _PageKind("sections", 6, remove_sections),
    _PageKind("headings", 6, rename_headings),
    _PageKind("links", 6, break_links),
    _PageKind("fences", 6, replace_includes),
    _PageKind("numbers", 6, increment_table_numbers),
)
_TOTAL_SHARE = sum(kind.share for kind in (*_PROGRAM_KINDS, _OUTPUT_KIND, *_PAGE_KINDS))


def draw_sample(project: Project, seed: int, count: int) -> list[Mutant]:
    """Return ``count`` mutants: of each kind its share, and of a kind one a file before a second.

    Programs that cannot run here, and their outputs, are left out.
    """
    sample: list[Mutant] = []
    share_drawn = 0
    for name, share, mutants_by_file in _list_mutants_by_kind(project):
        first, last = (part * count // _TOTAL_SHARE for part in (share_drawn, share_drawn + share))
        share_drawn += share
        sample += islice(_order_mutants(mutants_by_file, f"{seed} {name}"), last - first)
    return sample


def _list_mutants_by_kind(
    project: Project,
) -> Iterator[tuple[str, int, dict[str, list[Mutant]]]]:
    """Yield the name of each kind, its share, and all its mutants by file."""
    snippets = [s for s in project.snippets.values() if not find_missing_requirement(s)]
    outputs = {s.out_path: project.expected_outputs[s.name] or "" for s in snippets}
    for name, share, mutator in _PROGRAM_KINDS:
        yield name, share, {s.path: list(mutator(s.path, s.source)) for s in snippets}
    name, share, mutator = _OUTPUT_KIND
    yield name, share, {path: list(mutator(path, text)) for path, text in outputs.items()}
    for name, share, page_mutator in _PAGE_KINDS:
        yield name, share, {page.path: list(page_mutator(page)) for page in project.pages}


def _order_mutants(mutants_by_file: Mapping[str, Sequence[Mutant]], seed: str) -> Iterator[Mutant]:
    """Yield mutants in an order that the seed decides: one of each file, then a second of each."""
    files = sorted(mutants_by_file, key=lambda path: _compute_rank(seed, path))
    ordered = (
        sorted(mutants_by_file[path], key=lambda mutant: _compute_rank(seed, str(mutant)))
        for path in files
    )
    rounds = zip_longest(*ordered)
    return (mutant for mutant in chain.from_iterable(rounds) if mutant is not None)


def _compute_rank(seed: str, text: str) -> bytes:
    return hashlib.sha256(f"{seed} {text}".encode()).digest()
