"""TODO docstring."""

from __future__ import annotations

import argparse
import sys

from asrun.base.errors import AsrunError, RunError
from asrun.cli.console import report_problems, show_progress
from asrun.execution.cache import CACHE_FOLDER, Cache, collect_results
from asrun.execution.expected import compare_with_expected, write_expected_outputs
from asrun.execution.result import Run
from asrun.execution.runner import OLD_CPU_ENVIRONMENT, Runner
from asrun.project.project import load_project
from asrun.project.select import select_targets
from asrun.snippets.imports import find_installed_version

LINT_TOOL_NAMES = ("ruff", "markdown", "spelling", "typography")


def run_check_command(options: argparse.Namespace) -> int:
    from asrun.project.runs import check_project

    if options.plain or options.old_cpu:
        return _rerun_all_snippets(options)
    with Runner() as runner:
        checked_project = check_project(options.root, runner, show_progress, options.targets)
    problems = list(checked_project.problems)
    if not options.runs_only:
        from asrun.project.lint import find_lint_problems
        from asrun.project.select import list_project_files

        target_files = (
            {*list_project_files(checked_project.project), *options.targets}
            if options.targets
            else None
        )
        problems += find_lint_problems(options.root, target_files)
    run_count = sum(isinstance(result, Run) for result in checked_project.results.values())
    print(f"{run_count} of {len(checked_project.results)} snippets ran.", file=sys.stderr)
    return report_problems(sorted(problems, key=lambda error: error.location))


def run_new_command(options: argparse.Namespace) -> int:
    from asrun.project.scaffold import create_page

    for path in create_page(options.root, options.page, {"zh": options.zh, "en": options.en}):
        print(path)
    print(f"Write there; `make check only={options.page}` says what is wrong.", file=sys.stderr)
    return 0


def run_lint_command(options: argparse.Namespace) -> int:
    from asrun.project.lint import find_lint_problems, fix_files

    files = options.files or None
    if options.fix:
        fix_files(options.root, files, options.tool)
    return report_problems(find_lint_problems(options.root, files, options.tool))


def _rerun_all_snippets(options: argparse.Namespace) -> int:
    """Run every snippet another way, cached or not, and compare it with the record.

    A plain run draws no figures.
    """
    from asrun.verification.record import make_environment
    from asrun.verification.verdicts import find_record_problem
    from asrun.worker.environment import describe_machine

    project = load_project(options.root)
    problems: list[AsrunError] = list(project.loading_errors)
    run_count = 0
    with Runner(
        plain=options.plain, environment=OLD_CPU_ENVIRONMENT if options.old_cpu else {}
    ) as runner:
        for snippet, result in runner.run_snippets(project.snippets.values(), show_progress):
            run_count += isinstance(result, Run)
            mismatch = (
                compare_with_expected(options.root, snippet, result)
                if isinstance(result, Run)
                else result
            )
            if (
                isinstance(result, Run)
                and not mismatch
                and project.verification_record
                and not options.plain
            ):
                mismatch = find_record_problem(
                    project.verification_record,
                    snippet,
                    result,
                    make_environment(describe_machine(), snippet),
                )
            if isinstance(mismatch, AsrunError):
                problems.append(mismatch)
    manner = "as plain `python FILE`" if options.plain else "on the oldest CPU's code"
    print(f"{run_count} of {len(project.snippets)} snippets ran {manner}.", file=sys.stderr)
    if options.junit:
        from asrun.project.junit_report import render_problems

        options.junit.parent.mkdir(parents=True, exist_ok=True)
        options.junit.write_bytes(render_problems(problems, manner))
    return report_problems(problems)


def run_site_command(options: argparse.Namespace) -> int:
    from asrun.project.runs import check_project
    from asrun.publish.build import build_site

    with Runner() as runner:
        checked_project = check_project(options.root, runner, show_progress)
    if checked_project.problems:
        return report_problems(checked_project.problems, "Nothing was published.")
    block_counts = build_site(options.root, options.root / options.folder, checked_project)
    print(block_counts)
    return report_problems(block_counts.problems, "Nothing was published.")


def run_update_command(options: argparse.Namespace) -> int:
    from asrun.verification.elsewhere import record_local_runs
    from asrun.verification.record import RECORD_PATH

    whole_project = load_project(options.root)
    selection = select_targets(whole_project, options.targets) if options.targets else whole_project
    snippets = list(selection.snippets.values())
    with Runner() as runner:
        results = collect_results(
            snippets, Cache(options.root / CACHE_FOLDER), runner, show_progress
        )
    changes = write_expected_outputs(options.root, snippets, results)
    for change in changes:
        print(change.diff, end="")
    print(f"{len(changes)} of {len(snippets)} records changed.", file=sys.stderr)
    if record_local_runs(options.root, whole_project.snippets.values(), results):
        print(f"{RECORD_PATH} changed.", file=sys.stderr)
    run_errors = [result for result in results.values() if isinstance(result, RunError)]
    return report_problems(
        [*selection.loading_errors, *run_errors], "Their records stay as they were."
    )


def run_serve_command(options: argparse.Namespace) -> int:
    from asrun.publish.serve import serve_site

    serve_site(
        options.root,
        host=options.host,
        port=options.port,
        run_snippets=not options.no_run and find_installed_version("torch") is not None,
        progress=show_progress,
    )
    return 0


def run_signature_command(options: argparse.Namespace) -> int:
    from asrun.pages.signatures import read_signatures

    try:
        for name in options.names:
            print("\n".join(read_signatures(name)))
    except (LookupError, ImportError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def run_where_command(options: argparse.Namespace) -> int:
    from asrun.publish.locate import find_line_origin

    markdown_copy, _, line = options.line.rpartition(":")
    print(find_line_origin(options.root, markdown_copy, int(line) if line.isdecimal() else 0))
    return 0
