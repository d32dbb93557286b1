"""The commands that prove the project itself, for maintainers and continuous integration."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from asrun.cli.console import (
    SectionedCommands,
    make_root_option,
    report_problems,
    run_command_line,
    show_progress,
)

PROGRAM_NAME = "python -m asrun_quality"
PROOF_COMMANDS = click.Group("Proofs")
REPORT_COMMANDS = click.Group("Reports")


@click.command(
    cls=SectionedCommands,
    sources=[PROOF_COMMANDS, REPORT_COMMANDS],
    epilog=f"`{PROGRAM_NAME} COMMAND --help` shows a command's options, with an example.",
)
@make_root_option()
def asrun_quality() -> None:
    """Prove that the project's checks notice faults, and that its promises about speed hold."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return its exit status."""
    return run_command_line(asrun_quality, PROGRAM_NAME, arguments)


@PROOF_COMMANDS.command("mutants", epilog=f"Example: {PROGRAM_NAME} mutants --seed 1 --count 20")
@click.option("--seed", type=int, default=0, show_default=True, help="Which sample.")
@click.option("--count", type=int, default=100, show_default=True, help="How many mutants.")
@click.pass_obj
def run_mutants_command(root: Path, seed: int, count: int) -> int:
    """Make small faults in copies of the project's files, and see that the checks notice each."""
    from asrun_quality.mutation_test import run_mutation_test

    report = run_mutation_test(root, seed=seed, count=count, progress=show_progress)
    print(report)
    return 1 if report.survivors else 0


@PROOF_COMMANDS.command("bench", epilog=f"Example: {PROGRAM_NAME} bench")
@click.pass_obj
def run_bench_command(root: Path) -> int:
    """Measure what the project promises about speed and memory."""
    from asrun_quality.benchmark import print_benchmark_report

    return print_benchmark_report(root)


@PROOF_COMMANDS.command("scale", epilog=f"Example: {PROGRAM_NAME} scale 100 1000")
@click.argument("sizes", type=int, nargs=-1, metavar="[SNIPPETS]...")
@click.pass_obj
def run_scale_command(root: Path, sizes: tuple[int, ...]) -> int:
    """Measure what one more snippet costs in projects of different sizes."""
    from asrun_quality.scaling import DEFAULT_SNIPPET_COUNTS, print_scaling_report

    return print_scaling_report(root, sizes or DEFAULT_SNIPPET_COUNTS)


@PROOF_COMMANDS.command("reproducible", epilog=f"Example: {PROGRAM_NAME} reproducible --cached")
@click.option("--cached", is_flag=True, help="Run no program twice.")
@click.pass_obj
def run_reproducible_command(root: Path, cached: bool) -> int:
    """Build the commit twice, elsewhere and later, and compare the bytes."""
    from asrun_quality.reproducible import compare_two_builds

    file_count, differences = compare_two_builds(root, cached)
    summary = f"{file_count} files, {len(differences)} of them not the same in two builds."
    print(summary, file=sys.stderr)
    return report_problems(differences)


@REPORT_COMMANDS.command("changes", epilog=f"Example: {PROGRAM_NAME} changes origin/main")
@click.argument("base", metavar="COMMIT")
@click.pass_obj
def run_changes_command(root: Path, base: str) -> int:
    """List the outputs that differ from a commit's, as Markdown."""
    from asrun_quality.output_diff import find_changed_outputs, format_output_diffs

    print(format_output_diffs(find_changed_outputs(root, base), base), end="")
    return 0


@REPORT_COMMANDS.command("failures", epilog=f"Example: {PROGRAM_NAME} failures newest junit.xml")
@click.argument("place")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.pass_obj
def run_failures_command(root: Path, place: str, files: tuple[Path, ...]) -> int:
    """List what failed in JUnit files, as Markdown; PLACE, for the heading, says where."""
    from asrun.project.project import load_project
    from asrun_quality.junit import format_issue_section, read_failures

    pages_by_snippet = load_project(root).group_pages_by_snippet()
    print(format_issue_section(place, read_failures(files), pages_by_snippet), end="")
    return 0


@REPORT_COMMANDS.command("merge", epilog=f"Example: {PROGRAM_NAME} merge build/shards build")
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("target", type=click.Path(path_type=Path))
def run_merge_command(folder: Path, target: Path) -> int:
    """Join the records that the shards of a test run left in a folder."""
    from asrun_quality.junit import merge_shards

    print(merge_shards(folder, target))
    return 0
