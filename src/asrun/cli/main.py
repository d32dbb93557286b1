"""The command line: what the Makefile calls. Each command is a few lines over the engine."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from asrun.base.errors import AsrunError
from asrun.cli.author import (
    LINT_TOOL_NAMES,
    run_check_command,
    run_lint_command,
    run_new_command,
    run_serve_command,
    run_signature_command,
    run_site_command,
    run_update_command,
    run_where_command,
)
from asrun.cli.console import report_problems
from asrun.cli.maintainer import (
    run_bench_command,
    run_census_command,
    run_changes_command,
    run_failures_command,
    run_merge_command,
    run_mutants_command,
    run_reproducible_command,
    run_scale_command,
    run_verify_command,
)
from asrun.cli.translator import run_stale_command, run_synced_command, run_typo_command


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return its exit status."""
    parser = argparse.ArgumentParser(prog="asrun", description="snippet → run → page")
    parser.add_argument("--root", type=Path, default=Path.cwd(), help="the project's folder")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, (description, _, parameters) in _COMMANDS.items():
        command = commands.add_parser(name, help=description, description=description)
        for flags, settings in parameters:
            command.add_argument(*flags, **settings)
    options = parser.parse_args(arguments)
    options.root = options.root.resolve()
    try:
        return _COMMANDS[options.command][1](options)
    except AsrunError as error:
        return report_problems([error])
    except KeyboardInterrupt:
        return 130


def _describe_argument(*flags: str, **settings: Any) -> tuple[tuple[str, ...], dict[str, Any]]:
    """Return an argument, as `argparse.ArgumentParser.add_argument` takes it."""
    return flags, settings


_FOLDER_ARGUMENT = _describe_argument("folder", type=Path, nargs="?", default=Path("site"))
_TARGETS_ARGUMENT = _describe_argument("targets", nargs="*", metavar="CHAPTER/PAGE")
# What each command is for, what it calls, and the arguments that it takes.
_COMMANDS = {
    "new": (
        "begin a page: in both languages, with a program that runs, and in the nav",
        run_new_command,
        [
            _describe_argument("page", metavar="CHAPTER/NAME"),
            _describe_argument("--zh", metavar="TITLE", help="its title in Chinese"),
            _describe_argument("--en", metavar="TITLE", help="its title in English"),
        ],
    ),
    "check": (
        "run what changed, and say everything that is wrong, of all or of some pages",
        run_check_command,
        [
            _TARGETS_ARGUMENT,
            _describe_argument("--runs-only", action="store_true", help="leave lint to others"),
            _describe_argument("--plain", action="store_true", help="run each as `python FILE`"),
            _describe_argument("--old-cpu", action="store_true", help="on the oldest CPU's code"),
            _describe_argument("--junit", type=Path, help="also write what failed there"),
        ],
    ),
    "lint": (
        "check how files are written: ruff, Markdown, spelling, Chinese typography",
        run_lint_command,
        [
            _describe_argument("files", nargs="*", metavar="FILE"),
            _describe_argument("--tool", action="append", default=[], choices=LINT_TOOL_NAMES),
            _describe_argument("--fix", action="store_true", help="mend what tools can mend"),
        ],
    ),
    "update": (
        "write the .out files of the snippets that ran well, and where they did",
        run_update_command,
        [_TARGETS_ARGUMENT],
    ),
    "verify": (
        "run every snippet in another environment, and write what came of it",
        run_verify_command,
        [
            _describe_argument("--python", default=sys.executable, help="another interpreter"),
            _describe_argument("--jobs", action="store_true", help="print the jobs for a worker"),
            _describe_argument(
                "--outcomes", type=Path, metavar="OUTCOMES.jsonl", help="run the jobs here"
            ),
            _describe_argument("--merge", nargs="+", type=Path, metavar="OUTCOMES.jsonl"),
            _describe_argument(
                "--forget", metavar="ENVIRONMENT", help="drop one, by its id in verified.json"
            ),
        ],
    ),
    "site": (
        "check, build both languages strictly, and publish into a folder",
        run_site_command,
        [_FOLDER_ARGUMENT],
    ),
    "serve": (
        "serve both languages, and show what is saved",
        run_serve_command,
        [
            _describe_argument("--host", default="127.0.0.1"),
            _describe_argument("--port", type=int, default=8000),
            _describe_argument("--no-run", action="store_true", help="show .out files alone"),
        ],
    ),
    "census": (
        "count the blocks of a built site against their runs",
        run_census_command,
        [_FOLDER_ARGUMENT],
    ),
    "signature": (
        "print a torch function's signature as the installed torch has it",
        run_signature_command,
        [_describe_argument("names", nargs="+", metavar="torch.cat")],
    ),
    "where": (
        "tell where a line of a published twin comes from",
        run_where_command,
        [_describe_argument("line", metavar="site/PAGE/index.md:LINE")],
    ),
    "stale": (
        "list the sections that changed in one language, and not in the other",
        run_stale_command,
        [],
    ),
    "synced": (
        "declare that pages, or sections of them, say the same in both languages",
        run_synced_command,
        [
            _describe_argument("targets", nargs="*", metavar="tensors/joining[#cat]"),
            _describe_argument("--new", action="store_true", help="all that never was declared"),
        ],
    ),
    "typo": (
        "declare that only spelling changed in a page, or a section of it",
        run_typo_command,
        [_describe_argument("targets", nargs="+", metavar="docs/en/tensors/joining.md[#cat]")],
    ),
    "changes": (
        "list the outputs that differ from a commit's, as Markdown",
        run_changes_command,
        [_describe_argument("base", help="a commit")],
    ),
    "failures": (
        "tell what JUnit files say that failed, as Markdown",
        run_failures_command,
        [
            _describe_argument("name", help="where they failed, for the heading"),
            _describe_argument("files", type=Path, nargs="+"),
        ],
    ),
    "merge": (
        "make one record of what the shards of a test run left in a folder",
        run_merge_command,
        [_describe_argument("folder", type=Path), _describe_argument("out", type=Path)],
    ),
    "reproducible": (
        "build the commit twice, elsewhere and later, and compare the bytes",
        run_reproducible_command,
        [_describe_argument("--cached", action="store_true", help="run nothing twice")],
    ),
    "mutants": (
        "put small wrongs into the project's files, and see that the checks tell each",
        run_mutants_command,
        [
            _describe_argument("--seed", type=int, default=0, help="which sample"),
            _describe_argument("--count", type=int, default=100, help="how many"),
        ],
    ),
    "bench": ("measure what the project promises about speed and memory", run_bench_command, []),
    "scale": (
        "measure what one more snippet costs in projects of different sizes",
        run_scale_command,
        [_describe_argument("sizes", type=int, nargs="*", metavar="SNIPPETS")],
    ),
}
