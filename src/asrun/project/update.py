"""An update: what snippets print and where they are proven, written where it is recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from asrun.base.errors import AsrunError, RunError
from asrun.execution.cache import CACHE_FOLDER, Cache, collect_results
from asrun.execution.expected import ExpectedOutputChange, write_expected_outputs
from asrun.execution.result import Progress
from asrun.execution.runner import Runner
from asrun.project.project import load_project
from asrun.project.select import select_targets
from asrun.verification.elsewhere import record_local_runs


@dataclass(frozen=True)
class Update:
    """What an update wrote, and what failed: the records of what failed stay as they were.

    ``snippet_count`` is how many snippets it was about.
    """

    snippet_count: int
    output_changes: tuple[ExpectedOutputChange, ...]
    is_verification_record_changed: bool
    problems: tuple[AsrunError, ...]


def update_records(
    root: Path, targets: Sequence[str] = (), progress: Progress | None = None
) -> Update:
    """Run what has no cached run; write the ``.out`` files and where the runs are proven.

    Args:
        root: the project's folder.
        targets: pages and files, as `select_targets` takes them; all snippets if there is none.
        progress: called after each run.

    Raises:
        ProjectError: for a target that is no page and no file.
    """
    whole_project = load_project(root)
    project = select_targets(whole_project, targets) if targets else whole_project
    snippets = list(project.snippets.values())
    with Runner() as runner:
        results = collect_results(snippets, Cache(root / CACHE_FOLDER), runner, progress)
    changes = write_expected_outputs(root, snippets, project.expected_outputs, results)
    expected_outputs = {**project.expected_outputs} | {c.name: c.output for c in changes}
    all_snippets = list(whole_project.snippets.values())
    return Update(
        len(snippets),
        tuple(changes),
        record_local_runs(root, all_snippets, expected_outputs, results),
        (
            *project.loading_errors,
            *(result for result in results.values() if isinstance(result, RunError)),
        ),
    )
