"""The commands of maintainers: other environments, and the count of what is published."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from asrun.cli.console import report_problems, show_progress

MAINTAINER_COMMANDS = click.Group("Maintainers")


@MAINTAINER_COMMANDS.command("verify", epilog="Example: asrun verify --python ../other/bin/python")
@click.option("--python", metavar="PYTHON", help="Run them with another interpreter.")
@click.option("--jobs", is_flag=True, help="Print the jobs for a worker on another machine.")
@click.option(
    "--outcomes",
    type=click.Path(path_type=Path),
    metavar="OUTCOMES.jsonl",
    help="Run the jobs here, and write what came of them for --merge.",
)
@click.option("--merge", is_flag=True, help="Write what came of jobs that ran elsewhere.")
@click.option(
    "--forget", metavar="ENVIRONMENT", help="Drop an environment, by its id in verified.json."
)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[OUTCOMES.jsonl]...")
@click.pass_obj
def run_verify_command(
    root: Path,
    python: str | None,
    jobs: bool,
    outcomes: Path | None,
    merge: bool,
    forget: str | None,
    files: tuple[Path, ...],
) -> int:
    """Run every snippet in another environment, and write what came of it.

    One option says which environment, and how; files are what --merge reads. Without an option,
    the environment is this one.
    """
    if sum(map(bool, (python, jobs, outcomes, merge, forget is not None))) > 1:
        raise click.UsageError("Each of these options is a command of its own: name one.")
    if merge != bool(files):
        raise click.UsageError("Name files after --merge, and only there.")
    from asrun.project.project import load_project
    from asrun.verification.elsewhere import (
        OTHER_MACHINE_INSTRUCTIONS,
        merge_outcomes,
        remove_environment,
        serialize_jobs,
        verify_with_interpreter,
        write_local_outcomes,
    )

    project = load_project(root)
    snippets, expected_outputs = list(project.snippets.values()), project.expected_outputs
    report: list[str] = []
    if jobs:
        print("".join(serialize_jobs(snippets)), end="")
        print(OTHER_MACHINE_INSTRUCTIONS, file=sys.stderr)
    elif outcomes:
        write_local_outcomes(snippets, outcomes)
    elif merge:
        report = merge_outcomes(root, snippets, expected_outputs, files)
    elif forget is not None:
        report = remove_environment(root, forget)
    else:
        report = verify_with_interpreter(
            root, snippets, expected_outputs, python or sys.executable, show_progress
        )
    for line in report:
        print(line)
    return report_problems(project.loading_errors)


@MAINTAINER_COMMANDS.command("census", epilog="Example: asrun census")
@click.argument("folder", type=click.Path(path_type=Path), default="site", metavar="[FOLDER]")
@click.pass_obj
def run_census_command(root: Path, folder: Path) -> int:
    """Count the blocks of a built site against their runs."""
    from asrun.execution.runner import Runner
    from asrun.project.runs import check_project
    from asrun.publish.census import count_blocks

    with Runner() as runner:
        checked_project = check_project(root, runner, show_progress)
    block_counts = count_blocks(
        checked_project.project, root / folder, checked_project.results, checked_project.labs
    )
    print(block_counts)
    return report_problems((*checked_project.problems, *block_counts.problems))
