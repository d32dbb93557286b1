"""TODO docstring."""

from __future__ import annotations

import argparse
import sys

from asrun.cli.console import report_problems, show_progress
from asrun.execution.runner import Runner
from asrun.project.project import load_project


def run_census_command(options: argparse.Namespace) -> int:
    from asrun.project.runs import check_project
    from asrun.publish.census import count_blocks

    with Runner() as runner:
        checked_project = check_project(options.root, runner, show_progress)
    block_counts = count_blocks(
        checked_project.project,
        options.root / options.folder,
        checked_project.results,
        checked_project.labs,
    )
    print(block_counts)
    return report_problems((*checked_project.problems, *block_counts.problems))


def run_verify_command(options: argparse.Namespace) -> int:
    from asrun.verification.elsewhere import (
        OTHER_MACHINE_INSTRUCTIONS,
        merge_outcomes,
        remove_environment,
        serialize_jobs,
        verify_with_interpreter,
        write_local_outcomes,
    )

    project = load_project(options.root)
    snippets = list(project.snippets.values())
    if options.jobs:
        print("".join(serialize_jobs(snippets)), end="")
        print(OTHER_MACHINE_INSTRUCTIONS, file=sys.stderr)
        return report_problems(project.loading_errors)
    if options.outcomes:
        write_local_outcomes(snippets, options.outcomes)
        return report_problems(project.loading_errors)
    if options.merge:
        report = merge_outcomes(project.root, snippets, options.merge)
    elif options.forget is not None:
        report = remove_environment(project.root, options.forget)
    else:
        report = verify_with_interpreter(project.root, snippets, options.python, show_progress)
    print("\n".join(report))
    return report_problems(project.loading_errors)


def run_changes_command(options: argparse.Namespace) -> int:
    from asrun_quality.output_diff import find_changed_outputs, format_output_diffs

    print(
        format_output_diffs(find_changed_outputs(options.root, options.base), options.base), end=""
    )
    return 0


def run_failures_command(options: argparse.Namespace) -> int:
    from asrun_quality.junit import format_issue_section, read_failures

    pages_by_snippet = load_project(options.root).group_pages_by_snippet()
    print(
        format_issue_section(options.name, read_failures(options.files), pages_by_snippet), end=""
    )
    return 0


def run_merge_command(options: argparse.Namespace) -> int:
    from asrun_quality.junit import merge_shards

    print(merge_shards(options.folder, options.out))
    return 0


def run_reproducible_command(options: argparse.Namespace) -> int:
    from asrun_quality.reproducible import compare_two_builds

    file_count, differences = compare_two_builds(options.root, options.cached)
    print(
        f"{file_count} files, {len(differences)} of them not the same in two builds.",
        file=sys.stderr,
    )
    return report_problems(differences)


def run_mutants_command(options: argparse.Namespace) -> int:
    from asrun_quality.mutation_test import run_mutation_test

    report = run_mutation_test(
        options.root, seed=options.seed, count=options.count, progress=show_progress
    )
    print(report)
    return 1 if report.survivors else 0


def run_bench_command(options: argparse.Namespace) -> int:
    from asrun_quality.benchmark import run_benchmark

    return run_benchmark(options.root)


def run_scale_command(options: argparse.Namespace) -> int:
    from asrun_quality.scaling import DEFAULT_SNIPPET_COUNTS, print_scaling_report

    return print_scaling_report(options.root, options.sizes or DEFAULT_SNIPPET_COUNTS)
