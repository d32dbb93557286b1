"""The commands of those who write pages and programs: begin, check, record, build, look."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from asrun.cli.console import report_problems, show_progress

LINT_TOOL_NAMES = ("ruff", "markdown", "spelling", "typography")
AUTHOR_COMMANDS = click.Group("Authors")

_targets_argument = click.argument("targets", nargs=-1, metavar="[CHAPTER/PAGE]...")


@AUTHOR_COMMANDS.command("new", epilog="Example: asrun new tensors/gather --en 'Picking cells'")
@click.argument("page", metavar="CHAPTER/NAME")
@click.option("--zh", metavar="TITLE", help="Its title in Chinese.")
@click.option("--en", metavar="TITLE", help="Its title in English.")
@click.pass_obj
def run_new_command(root: Path, page: str, zh: str | None, en: str | None) -> int:
    """Begin a page: in both languages, with a program that runs, and in the nav."""
    from asrun.project.scaffold import create_page

    for path in create_page(root, page, {"zh": zh, "en": en}):
        print(path)
    print(f"Write there; `make check only={page}` says what is wrong.", file=sys.stderr)
    return 0


@AUTHOR_COMMANDS.command("check", epilog="Example: asrun check tensors/joining")
@_targets_argument
@click.option("--runs-only", is_flag=True, help="Leave lint to others.")
@click.option("--plain", is_flag=True, help="Run each program as `python FILE`.")
@click.option("--old-cpu", is_flag=True, help="Run each with the oldest CPU's instructions.")
@click.option(
    "--junit",
    type=click.Path(path_type=Path),
    help="With --plain or --old-cpu: also write what failed, as JUnit.",
)
@click.pass_obj
def run_check_command(
    root: Path,
    targets: tuple[str, ...],
    runs_only: bool,
    plain: bool,
    old_cpu: bool,
    junit: Path | None,
) -> int:
    """Run what changed, and say everything that is wrong, of all pages or of some."""
    if plain or old_cpu:
        return _rerun_another_way(root, plain, old_cpu, junit)
    from asrun.execution.runner import Runner
    from asrun.project.lint import find_lint_problems
    from asrun.project.runs import check_project
    from asrun.project.signature_check import check_signatures

    with Runner() as runner:
        checked_project = check_project(root, runner, show_progress, targets)
    problems = [
        *checked_project.problems,
        *check_signatures(root, checked_project.project.pages),
    ]
    if not runs_only:
        problems += find_lint_problems(root, checked_project.selected_files)
    snippet_count = len(checked_project.results)
    print(f"{checked_project.run_count} of {snippet_count} snippets ran.", file=sys.stderr)
    return report_problems(sorted(problems, key=lambda error: error.location))


def _rerun_another_way(root: Path, plain: bool, old_cpu: bool, junit: Path | None) -> int:
    from asrun.project.runs import rerun_snippets

    rerun = rerun_snippets(root, show_progress, plain=plain, old_cpu=old_cpu)
    manner = "as plain `python FILE`" if plain else "on the oldest CPU's code"
    print(f"{rerun.run_count} of {rerun.snippet_count} snippets ran {manner}.", file=sys.stderr)
    if junit:
        from asrun.project.junit_report import write_junit_report

        write_junit_report(junit, rerun.problems, manner)
    return report_problems(rerun.problems)


@AUTHOR_COMMANDS.command("lint", epilog="Example: asrun lint --tool spelling docs/en/index.md")
@click.argument("files", nargs=-1, metavar="[FILE]...")
@click.option("--tool", "tools", multiple=True, type=click.Choice(LINT_TOOL_NAMES))
@click.option("--fix", is_flag=True, help="Mend what the tools can mend.")
@click.pass_obj
def run_lint_command(root: Path, files: tuple[str, ...], tools: tuple[str, ...], fix: bool) -> int:
    """Check how files are written: ruff, Markdown, spelling, Chinese typography."""
    from asrun.project.lint import find_lint_problems, fix_files

    if fix:
        fix_files(root, files or None, tools)
    return report_problems(find_lint_problems(root, files or None, tools))


@AUTHOR_COMMANDS.command("update", epilog="Example: asrun update tensors/joining")
@_targets_argument
@click.pass_obj
def run_update_command(root: Path, targets: tuple[str, ...]) -> int:
    """Write the .out files of the snippets that ran well, and where they did."""
    from asrun.project.update import update_records
    from asrun.verification.record import RECORD_PATH

    update = update_records(root, targets, show_progress)
    for change in update.output_changes:
        print(change.diff, end="")
    change_count = len(update.output_changes)
    print(f"{change_count} of {update.snippet_count} records changed.", file=sys.stderr)
    if update.is_verification_record_changed:
        print(f"{RECORD_PATH} changed.", file=sys.stderr)
    return report_problems(update.problems, "Their records stay as they were.")


@AUTHOR_COMMANDS.command("site", epilog="Example: asrun site")
@click.argument("folder", type=click.Path(path_type=Path), default="site", metavar="[FOLDER]")
@click.pass_obj
def run_site_command(root: Path, folder: Path) -> int:
    """Check, build both languages strictly, and publish into a folder: site/, if none is given."""
    from asrun.publish.build import publish_site

    checked_project, census = publish_site(root, root / folder, show_progress)
    if census is None:
        return report_problems(checked_project.problems, "Nothing was published.")
    print(census)
    return report_problems(census.problems, "Nothing was published.")


@AUTHOR_COMMANDS.command("serve", epilog="Example: asrun serve --port 8001")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=int, default=8000, show_default=True)
@click.option("--no-run", is_flag=True, help="Show .out files alone.")
@click.pass_obj
def run_serve_command(root: Path, host: str, port: int, no_run: bool) -> int:
    """Serve both languages, and show what is saved."""
    from asrun.publish.serve import serve_site
    from asrun.snippets.imports import find_installed_version

    serve_site(
        root,
        host=host,
        port=port,
        run_snippets=not no_run and find_installed_version("torch") is not None,
        progress=show_progress,
    )
    return 0


@AUTHOR_COMMANDS.command("signature", epilog="Example: asrun signature torch.cat")
@click.argument("names", nargs=-1, required=True, metavar="torch.cat...")
@click.pass_obj
def run_signature_command(_: Path, names: tuple[str, ...]) -> int:
    """Print a torch function's signature as the installed torch has it."""
    from asrun.pages.signatures import read_signatures

    try:
        for name in names:
            print("\n".join(read_signatures(name)))
    except (LookupError, ImportError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


@AUTHOR_COMMANDS.command("where", epilog="Example: asrun where site/tensors/joining/index.md:12")
@click.argument("line", metavar="site/PAGE/index.md:LINE")
@click.pass_obj
def run_where_command(root: Path, line: str) -> int:
    """Tell which line of the project a line of a published twin comes from."""
    from asrun.publish.locate import find_line_origin

    markdown_copy, _, number = line.rpartition(":")
    print(find_line_origin(root, markdown_copy, int(number) if number.isdecimal() else 0))
    return 0
