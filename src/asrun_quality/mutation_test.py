"""Mutation testing: the project's checks must notice small faults in its files.

Each mutant, a file with one fault, goes through the checks of `make test` and `make site`, in
memory. It counts as caught only by an error that the project does not have without the mutant, and
that names the right file:

* For a program, that is the program or its `.out`. Only its form, its run, its output and its
  figures are checked. `verified.json` is not: it holds a hash of each program, so that it would
  catch every change, also one that nobody could see.
* For an output, it is the `.out` or its program.
* For a page, it is the page, or its translation in an error whose text names the page.

A sampled file that is wrong without a mutant ends the test: an error that it has anyway could be
taken for the one that the mutant brings.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from asrun.base.errors import AsrunError, MutantError
from asrun.base.languages import LANGUAGES, get_other_language
from asrun.execution.cache import CACHE_FOLDER, Cache, run_or_load_snippets
from asrun.execution.result import Progress, Result, Run
from asrun.execution.runner import Runner
from asrun.project.checks import find_project_problems, find_snippet_problems
from asrun.project.project import Project, load_project
from asrun.project.run_problems import find_run_problems
from asrun.snippets.snippet import Snippet, parse_snippet
from asrun.verification.verdicts import find_figure_problem
from asrun_quality.mutant_sample import draw_sample
from asrun_quality.mutators import Mutant

# Shorter than the limit of the project's own programs: a mutation may make a program endless.
MUTANT_TIMEOUT_SECONDS = 10.0


@dataclass(frozen=True)
class MutantResult:
    """A mutant, and the error that caught it; None if it survived."""

    mutant: Mutant
    error: AsrunError | None


@dataclass(frozen=True)
class MutationReport:
    """The results of a sample. As text: the survivors, a line each, then the summary."""

    results: tuple[MutantResult, ...]

    @property
    def survivors(self) -> tuple[Mutant, ...]:
        """The mutants that no check noticed."""
        return tuple(result.mutant for result in self.results if result.error is None)

    @property
    def summary(self) -> str:
        """How many mutants were caught, of how many."""
        mutant_count = len(self.results)
        return f"mutants: caught {mutant_count - len(self.survivors)} of {mutant_count}"

    def __str__(self) -> str:
        return "\n".join((*(f"survived: {mutant}" for mutant in self.survivors), self.summary))


def run_mutation_test(
    root: Path, *, seed: int = 0, count: int = 100, progress: Progress | None = None
) -> MutationReport:
    """Draw a sample of mutants, and check each as the project is checked; no file is changed.

    Args:
        root: the project's folder.
        seed: which sample.
        count: how many mutants.
        progress: called after each run of a changed program.

    Raises:
        MutantError: if a file of the sample is wrong without a mutant.
    """
    project = load_project(root)
    sample = draw_sample(project, seed, count)
    problems_before = find_project_problems(project)
    with Runner() as runner:
        if problems := find_baseline_problems(project, sample, problems_before, runner):
            raise _make_baseline_error(problems)
        results = [
            *evaluate_page_mutants(project, sample, problems_before),
            *evaluate_output_mutants(project, sample, runner),
        ]
    results += _evaluate_programs_with_retry(project, sample, progress)
    position_by_mutant = {mutant: position for position, mutant in enumerate(sample)}
    results.sort(key=lambda result: position_by_mutant[result.mutant])
    return MutationReport(tuple(results))


def _make_baseline_error(problems: Sequence[AsrunError]) -> MutantError:
    first = problems[0]
    others = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return MutantError(
        first.location,
        f"wrong before any mutant was made{others}: {first.message}",
        f"{first.hint.rstrip('.')}, then try again: `make check` tells of all.",
    )


def _evaluate_programs_with_retry(
    project: Project, sample: Iterable[Mutant], progress: Progress | None
) -> Iterator[MutantResult]:
    """Run the changed programs with a short limit; those that exceed it, again with the usual one.

    A slow machine must not be what catches a mutant.
    """
    timed_out = []
    with Runner(seconds=MUTANT_TIMEOUT_SECONDS) as runner:
        for result in evaluate_program_mutants(project, sample, runner, progress):
            if result.error and result.error.message.startswith("still running"):
                timed_out.append(result.mutant)
            else:
                yield result
    with Runner() as runner:
        yield from evaluate_program_mutants(project, timed_out, runner)


def find_baseline_problems(
    project: Project,
    sample: Iterable[Mutant],
    problems_before: Iterable[AsrunError],
    runner: Runner,
) -> list[AsrunError]:
    """Return what is wrong with the files of a sample, and with their translations, as they are.

    Args:
        project: the project without a mutant.
        sample: the mutants.
        problems_before: what is wrong with the project as written, without a mutant.
        runner: runs the sample's programs that have no cached run.
    """
    paths = {path for m in sample for path in (*_list_own_paths(m.path), _find_translation(m.path))}
    problems = {str(error): error for error in problems_before if error.location.path in paths}
    snippets = [snippet for snippet in project.snippets.values() if snippet.path in paths]
    cache = Cache(project.root / CACHE_FOLDER)
    for snippet, result in run_or_load_snippets(snippets, cache, runner):
        for error in _find_program_problems(project, snippet, result):
            problems[str(error)] = error
    return sorted(problems.values(), key=lambda error: error.location)


def find_new_error(
    mutant: Mutant, errors: Iterable[AsrunError], errors_before: Iterable[AsrunError] = ()
) -> AsrunError | None:
    """Return the first error that a mutant brings and that names the right file."""
    known_errors = {str(error) for error in errors_before}
    own_paths, translation = _list_own_paths(mutant.path), _find_translation(mutant.path)
    for error in errors:
        path, text = error.location.path, str(error)
        names_mutant = path in own_paths or (path == translation and mutant.path in text)
        if names_mutant and text not in known_errors:
            return error
    return None


def _list_own_paths(path: str) -> set[str]:
    """Return the paths whose errors are about a file: a program's and its output's, or a page's."""
    stem, _, ending = path.rpartition(".")
    return {f"{stem}.py", f"{stem}.out"} if ending in ("py", "out") else {path}


def _find_translation(path: str) -> str | None:
    for language in LANGUAGES:
        folder = f"docs/{language}/"
        if path.startswith(folder):
            return f"docs/{get_other_language(language)}/{path.removeprefix(folder)}"
    return None


def evaluate_page_mutants(
    project: Project, sample: Iterable[Mutant], problems_before: Sequence[AsrunError]
) -> Iterator[MutantResult]:
    """Check the project as written, with one page changed at a time."""
    for mutant in sample:
        if mutant.path.endswith(".md"):
            pages = tuple(
                replace(page, source=mutant.text) if page.path == mutant.path else page
                for page in project.pages
            )
            problems = find_project_problems(replace(project, pages=pages))
            yield MutantResult(mutant, find_new_error(mutant, problems, problems_before))


def evaluate_output_mutants(
    project: Project, sample: Iterable[Mutant], runner: Runner
) -> Iterator[MutantResult]:
    """Compare each changed output with what its program prints."""
    mutants = [mutant for mutant in sample if mutant.path.endswith(".out")]
    paths = {mutant.path for mutant in mutants}
    snippets = [s for s in project.snippets.values() if s.out_path in paths]
    cache = Cache(project.root / CACHE_FOLDER)
    results = {
        snippet.out_path: (snippet, result)
        for snippet, result in run_or_load_snippets(snippets, cache, runner)
    }
    for mutant in mutants:
        snippet, result = results[mutant.path]
        problems = find_run_problems(snippet, mutant.text, result)
        yield MutantResult(mutant, find_new_error(mutant, problems))


def evaluate_program_mutants(
    project: Project, sample: Iterable[Mutant], runner: Runner, progress: Progress | None = None
) -> Iterator[MutantResult]:
    """Run each changed program, and compare what it does with what is recorded."""
    snippets = []
    mutants_by_program: defaultdict[tuple[str, str], list[Mutant]] = defaultdict(list)
    for mutant in sample:
        if not mutant.path.endswith(".py"):
            continue
        name = mutant.path.removeprefix("snippets/")
        try:
            snippet = parse_snippet(name, mutant.path, mutant.text)
        except AsrunError as error:
            yield MutantResult(mutant, find_new_error(mutant, [error]))
            continue
        mutants = mutants_by_program[snippet.path, snippet.source]
        if not mutants:  # two mutations may give the same program
            snippets.append(snippet)
        mutants.append(mutant)
    for snippet, result in runner.run_snippets(snippets, progress):
        problems = list(_find_program_problems(project, snippet, result))
        for mutant in mutants_by_program[snippet.path, snippet.source]:
            yield MutantResult(mutant, find_new_error(mutant, problems))


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
