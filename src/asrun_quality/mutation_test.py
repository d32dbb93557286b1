"""The checks are checked: small wrongs, put into copies of the project's files, must be told.

Each mutant goes through the checks of `make test` and `make site`, and counts as caught only by an
error that is not there without it and that names the right file:

* of a program: the program or its `.out`; what counts is what it does, its run, its output, its
  figures and its form. That `verified.json` holds no line for its new hash does not count: it
  would catch every change of a program, be it ever so harmless.
* of a record: the `.out`, or its program.
* of a page: the page, or its counterpart in an error whose words name the page.

A sampled file that is wrong as it is makes the check refuse: what tells of it already would seem to
tell of the mutant.

The sample is seeded by content: files and mutants are drawn by a hash of the seed and of what they
are, so that a new page or program changes the sample by little.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from asrun.base.errors import AsrunError, MutantError
from asrun.base.languages import LANGUAGES, get_other_language
from asrun.execution.cache import CACHE_FOLDER, Cache, run_or_load_snippets
from asrun.execution.result import Progress, Result, Run
from asrun.execution.runner import Runner, find_missing_requirement
from asrun.pages.page import Page
from asrun.project.checks import find_project_problems, find_snippet_problems
from asrun.project.project import Project, load_project
from asrun.project.run_problems import find_run_problems
from asrun.snippets.snippet import Snippet, parse_snippet
from asrun.verification.verdicts import find_figure_problem
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

MUTANT_TIMEOUT_SECONDS = 10.0  # a program that a mutation makes endless is told sooner than others
_TextMutator = Callable[[str, str], Iterator[Mutant]]
_PageMutator = Callable[[Page], Iterator[Mutant]]
# What is changed, and how many of a hundred mutants are of this kind.
PROGRAM_MUTATOR_SHARES: Mapping[_TextMutator, int] = {
    mutate_literals: 15,
    invert_operators: 15,
    drop_statements: 15,
    swap_arguments: 15,
}
OUTPUT_MUTATOR_SHARES: Mapping[_TextMutator, int] = {increment_digits: 10}
PAGE_MUTATOR_SHARES: Mapping[_PageMutator, int] = {
    remove_sections: 6,
    rename_headings: 6,
    break_links: 6,
    replace_includes: 6,
    increment_table_numbers: 6,
}


@dataclass(frozen=True)
class MutantResult:
    """A mutant, and the error that caught it; None if it survived."""

    mutant: Mutant
    error: AsrunError | None


@dataclass(frozen=True)
class MutationReport:
    """All mutants of a sample, judged. ``str`` of it lists the survivors, then the figure."""

    results: tuple[MutantResult, ...]

    @property
    def survivors(self) -> tuple[Mutant, ...]:
        """The mutants that no check told of."""
        return tuple(result.mutant for result in self.results if result.error is None)

    @property
    def summary(self) -> str:
        """How many were caught, of how many."""
        mutant_count = len(self.results)
        return f"mutants: caught {mutant_count - len(self.survivors)} of {mutant_count}"

    def __str__(self) -> str:
        return "\n".join((*(f"survived: {mutant}" for mutant in self.survivors), self.summary))


def run_mutation_test(
    root: Path, *, seed: int = 0, count: int = 100, progress: Progress | None = None
) -> MutationReport:
    """Make a sample of mutants of a project, and judge each by the project's own checks.

    The project's files stay as they are.

    Raises:
        MutantError: if a file of the sample is wrong without any mutation.
    """
    project = load_project(root)
    sample = draw_sample(project, seed, count)
    problems_before = find_project_problems(project)
    with Runner() as runner:
        if baseline_problems := find_baseline_problems(project, sample, problems_before, runner):
            first, remainder = (
                baseline_problems[0],
                f" (and {len(baseline_problems) - 1} more)" if baseline_problems[1:] else "",
            )
            raise MutantError(
                first.location,
                f"wrong before any mutant was made{remainder}: {first.message}",
                f"{first.hint.rstrip('.')}, then try again: `make check` tells of all.",
            )
        results = [
            *evaluate_page_mutants(project, sample, problems_before),
            *evaluate_output_mutants(project, sample, runner),
        ]
    with Runner(seconds=MUTANT_TIMEOUT_SECONDS) as runner:
        program_results = [*evaluate_program_mutants(project, sample, runner, progress)]
    timed_out = [
        result
        for result in program_results
        if result.error and result.error.message.startswith("still running")
    ]
    with Runner() as runner:  # a busy machine is not what should catch it
        results += [one for one in program_results if one not in timed_out]
        results += evaluate_program_mutants(project, [one.mutant for one in timed_out], runner)
    position_by_mutant = {mutant: number for number, mutant in enumerate(sample)}
    return MutationReport(tuple(sorted(results, key=lambda one: position_by_mutant[one.mutant])))


def draw_sample(project: Project, seed: int, count: int) -> list[Mutant]:
    """Draw a sample: of each kind its share, of a kind first one mutant a file, then more.

    Programs that cannot run here, and their records, are left out.
    """
    runnable = [
        snippet for snippet in project.snippets.values() if not find_missing_requirement(snippet)
    ]
    output_by_path = {
        snippet.out_path: project.expected_outputs[snippet.name] or "" for snippet in runnable
    }
    mutants_by_kind: list[tuple[int, str, dict[str, list[Mutant]]]] = [
        *(
            (share, mutator.__name__, {s.path: [*mutator(s.path, s.source)] for s in runnable})
            for mutator, share in PROGRAM_MUTATOR_SHARES.items()
        ),
        *(
            (
                share,
                of.__name__,
                {path: [*of(path, output_by_path[path])] for path in output_by_path},
            )
            for of, share in OUTPUT_MUTATOR_SHARES.items()
        ),
        *(
            (share, of.__name__, {p.path: [*of(p)] for p in project.pages})
            for of, share in PAGE_MUTATOR_SHARES.items()
        ),
    ]
    sample: list[Mutant] = []
    total_share, share_so_far = sum(share for share, _, _ in mutants_by_kind), 0
    for share, kind, mutants_by_file in mutants_by_kind:
        sample_size = (
            share_so_far + share
        ) * count // total_share - share_so_far * count // total_share
        share_so_far += share
        sample += _draw_mutants(mutants_by_file, f"{seed} {kind}", sample_size)
    return sample


def _draw_mutants(
    mutants_by_file: Mapping[str, Sequence[Mutant]], seed: str, sample_size: int
) -> list[Mutant]:
    """Draw mutants by the hash of what they are: first of all files one, then a second of each."""
    files = sorted(mutants_by_file, key=lambda path: _compute_draw_rank(seed, path))
    ranked = [
        sorted(mutants_by_file[path], key=lambda m: _compute_draw_rank(seed, str(m)))
        for path in files
    ]
    rounds = itertools.zip_longest(*ranked)
    drawn = (mutant for mutants in rounds for mutant in mutants if mutant is not None)
    return list(itertools.islice(drawn, sample_size))


def _compute_draw_rank(seed: str, text: str) -> bytes:
    return hashlib.sha256(f"{seed} {text}".encode()).digest()


def find_baseline_problems(
    project: Project,
    sample: Iterable[Mutant],
    problems_before: Iterable[AsrunError],
    runner: Runner,
) -> list[AsrunError]:
    """Return what is wrong, as they are, with the files of a sample and with their counterparts.

    ``before`` is what is wrong with the project as written.

    Runs that are in the cache are taken from there.
    """
    paths = {
        path for m in sample for path in (*_get_own_paths(m.path), _get_counterpart_path(m.path))
    }
    problems = {str(error): error for error in problems_before if error.location.path in paths}
    snippets = [snippet for snippet in project.snippets.values() if snippet.path in paths]
    for snippet, result in run_or_load_snippets(
        snippets, Cache(project.root / CACHE_FOLDER), runner
    ):
        problems.update(
            (str(error), error) for error in _find_program_problems(project, snippet, result)
        )
    return sorted(problems.values(), key=lambda error: error.location)


def find_new_error(
    mutant: Mutant, errors: Iterable[AsrunError], errors_before: Iterable[AsrunError] = ()
) -> AsrunError | None:
    """Return the first error that a mutant brings and that names the right file."""
    known_messages = {str(error) for error in errors_before}
    own_paths = _get_own_paths(mutant.path)
    for error in errors:
        path = error.location.path
        if str(error) in known_messages:
            continue
        if path in own_paths or (
            path == _get_counterpart_path(mutant.path) and mutant.path in str(error)
        ):
            return error
    return None


def _get_own_paths(path: str) -> set[str]:
    stem, dot, ending = path.rpartition(".")
    return {f"{stem}.py", f"{stem}.out"} if ending in ("py", "out") else {stem + dot + ending}


def _get_counterpart_path(path: str) -> str | None:
    for language in LANGUAGES:
        if path.startswith(f"docs/{language}/"):
            uri = path.removeprefix(f"docs/{language}/")
            return f"docs/{get_other_language(language)}/{uri}"
    return None


def evaluate_page_mutants(
    project: Project, sample: Iterable[Mutant], problems_before: Sequence[AsrunError]
) -> Iterator[MutantResult]:
    """Check the project as written, with one page changed at a time."""
    for mutant in sample:
        if not mutant.path.endswith(".md"):
            continue
        pages = tuple(
            replace(page, source=mutant.text) if page.path == mutant.path else page
            for page in project.pages
        )
        yield MutantResult(
            mutant,
            find_new_error(
                mutant, find_project_problems(replace(project, pages=pages)), problems_before
            ),
        )


def evaluate_output_mutants(
    project: Project, sample: Iterable[Mutant], runner: Runner
) -> Iterator[MutantResult]:
    """Compare each changed record with what its program prints."""
    mutants = [mutant for mutant in sample if mutant.path.endswith(".out")]
    paths = {mutant.path for mutant in mutants}
    snippets = [s for s in project.snippets.values() if s.out_path in paths]
    run_by_path = {
        s.path: (s, run)
        for s, run in run_or_load_snippets(snippets, Cache(project.root / CACHE_FOLDER), runner)
    }
    for mutant in mutants:
        snippet, run = run_by_path[mutant.path.removesuffix(".out") + ".py"]
        problems = find_run_problems(snippet, mutant.text, run)
        yield MutantResult(mutant, find_new_error(mutant, problems))


def evaluate_program_mutants(
    project: Project, sample: Iterable[Mutant], runner: Runner, progress: Progress | None = None
) -> Iterator[MutantResult]:
    """Run each changed program, and compare what it does with what is recorded."""
    mutant_by_id: dict[int, tuple[Snippet, Mutant]] = {}
    for mutant in sample:
        if not mutant.path.endswith(".py"):
            continue
        name = mutant.path.removeprefix("snippets/")
        try:
            snippet = parse_snippet(name, mutant.path, mutant.text)
        except AsrunError as error:
            yield MutantResult(mutant, find_new_error(mutant, [error]))
        else:
            mutant_by_id[id(snippet)] = snippet, mutant
    for snippet, result in runner.run_snippets([s for s, _ in mutant_by_id.values()], progress):
        mutant = mutant_by_id[id(snippet)][1]
        yield MutantResult(
            mutant, find_new_error(mutant, _find_program_problems(project, snippet, result))
        )


def _find_program_problems(
    project: Project, snippet: Snippet, result: Result
) -> Iterator[AsrunError]:
    yield from find_snippet_problems(snippet)
    yield from find_run_problems(snippet, project.expected_outputs[snippet.name], result)
    if project.verification_record and isinstance(result, Run):
        snippet_record = project.verification_record.snippet_records.get(snippet.name)
        figure_problem = snippet_record and find_figure_problem(snippet_record, snippet, result)
        if figure_problem:
            yield figure_problem
