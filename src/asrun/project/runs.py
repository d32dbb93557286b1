"""A project run: everything checked at once, or every snippet run another way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from asrun.base.errors import AsrunError, LabError
from asrun.base.languages import MKDOCS_CONFIGS
from asrun.execution.cache import CACHE_FOLDER, Cache, run_or_load_snippets
from asrun.execution.result import Progress, Result, Run
from asrun.execution.runner import Runner
from asrun.labs.execute import LabRun, compute_lab_cache_key, load_lab_run, run_or_load_lab
from asrun.labs.lab import Lab
from asrun.labs.notebooks import render_lab_figures
from asrun.project.checks import find_project_problems
from asrun.project.project import Project, load_project
from asrun.project.run_problems import find_run_problems
from asrun.project.select import list_project_files, select_targets
from asrun.worker.environment import OLD_CPU_ENVIRONMENT


@dataclass(frozen=True)
class CheckedProject:
    """A project, what its snippets and labs did, and everything that is wrong with it.

    ``results`` has the snippets by name, ``labs`` the labs by path. ``selected_files`` are those
    that the check was about; None stands for all.
    """

    project: Project
    results: Mapping[str, Result]
    labs: Mapping[str, LabRun | LabError]
    problems: tuple[AsrunError, ...]
    selected_files: frozenset[str] | None = None

    @property
    def run_count(self) -> int:
        """How many snippets ran, now or when their result was cached."""
        return sum(isinstance(result, Run) for result in self.results.values())


@dataclass(frozen=True)
class Rerun:
    """All snippets, run another way: how many ran, of how many, and what is not as recorded."""

    run_count: int
    snippet_count: int
    problems: tuple[AsrunError, ...]


def check_project(
    root: Path,
    runner: Runner,
    progress: Progress | None = None,
    targets: Sequence[str] = (),
) -> CheckedProject:
    """Read everything, run what has no cached run, and compare with the record.

    All problems are returned together: one bad snippet hides no other.

    Args:
        root: the project's folder.
        runner: runs the snippets that have no cached run.
        progress: called after each run.
        targets: pages and files; if there are any, only what they are about is run, and only its
            problems are returned.

    Raises:
        ProjectError: for a target that is no page and no file.
    """
    whole_project = load_project(root)
    project = select_targets(whole_project, targets) if targets else whole_project
    # Programs start to run here; while they do, the pages are checked.
    runs = run_or_load_snippets(
        project.snippets.values(), Cache(root / CACHE_FOLDER), runner, progress
    )
    error_by_text = {str(error): error for error in find_project_problems(whole_project)}
    selected_files = None
    if targets:
        selected_files = list_project_files(project) | {*targets}
        relevant_paths = selected_files | {*MKDOCS_CONFIGS.values()}
        error_by_text = {
            text: error
            for text, error in error_by_text.items()
            if error.location.path in relevant_paths
        }
    results = {snippet.name: result for snippet, result in runs}
    for snippet in project.snippets.values():
        for error in find_run_problems(
            snippet,
            project.expected_outputs[snippet.name],
            results[snippet.name],
            project.verification_record,
        ):
            error_by_text.setdefault(str(error), error)
    labs = run_labs(root, project.labs, progress)
    for lab in project.labs:
        for error in find_lab_problems(lab, labs[lab.path]):
            error_by_text.setdefault(str(error), error)
    return CheckedProject(
        project,
        results,
        labs,
        tuple(sorted(error_by_text.values(), key=lambda error: error.location)),
        selected_files,
    )


def rerun_snippets(
    root: Path, progress: Progress | None = None, *, plain: bool = False, old_cpu: bool = False
) -> Rerun:
    """Run every snippet another way, whether or not it has a cached run, and compare each result.

    Args:
        root: the project's folder.
        progress: called after each run.
        plain: as ``python FILE``, which shows what a fork hides. No figure is drawn then, so that
            only outputs are compared.
        old_cpu: with the oldest CPU's instructions, which shows what depends on the machine.
    """
    project = load_project(root)
    problems: list[AsrunError] = list(project.loading_errors)
    run_count = 0
    environment = OLD_CPU_ENVIRONMENT if old_cpu else {}
    with Runner(plain=plain, environment=environment) as runner:
        for snippet, result in runner.run_snippets(project.snippets.values(), progress):
            run_count += isinstance(result, Run)
            problems += find_run_problems(
                snippet,
                project.expected_outputs[snippet.name],
                result,
                project.verification_record,
                with_figures=not plain,
            )
    problems.sort(key=lambda error: error.location)
    return Rerun(run_count, len(project.snippets), tuple(problems))


def run_labs(
    root: Path, labs: Sequence[Lab], progress: Progress | None = None
) -> dict[str, LabRun | LabError]:
    """Return each lab's run by its path; the two languages of a lab share one run.

    ``progress`` is called before each run that is not in the cache.
    """
    run_by_key: dict[str, LabRun | LabError] = {}
    for lab in labs:
        key = compute_lab_cache_key(lab)
        if key not in run_by_key:
            if progress and load_lab_run(root, lab) is None:
                progress(0, 1, f"{lab.path} runs in a kernel")
            run_by_key[key] = run_or_load_lab(root, lab)
    return {lab.path: run_by_key[compute_lab_cache_key(lab)] for lab in labs}


def find_lab_problems(lab: Lab, run: LabRun | LabError) -> Iterator[AsrunError]:
    """Yield what is wrong with one lab's run and its figures."""
    if isinstance(run, LabError):
        yield run
        return
    try:
        render_lab_figures(lab, run)
    except AsrunError as error:
        yield error
