"""The command line: what the Makefile calls. Each command is a few lines over the engine."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from asrun.errors import AsrunError, RunError
from asrun.judge import Run
from asrun.key import version
from asrun.project import load, part
from asrun.record import CACHE, Cache, compare, run_missing, update
from asrun.runner import OLD_CPU, Runner
from asrun.snippet import Snippet

_TOOLS = ("ruff", "markdown", "spelling", "typography")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return its exit status."""
    parser = argparse.ArgumentParser(prog="asrun", description="snippet → run → page")
    parser.add_argument("--root", type=Path, default=Path.cwd(), help="the project's folder")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, text in (
        ("new", "begin a page: in both languages, with a program that runs, and in the nav"),
        ("check", "run what changed, and say everything that is wrong, of all or of some pages"),
        ("lint", "check how files are written: ruff, Markdown, spelling, Chinese typography"),
        ("site", "check, build both languages strictly, and publish into a folder"),
        ("update", "write the .out files of the snippets that ran well"),
        ("serve", "serve both languages, and show what is saved"),
        ("census", "count the blocks of a built site against their runs"),
        ("signature", "print a torch function's signature as the installed torch has it"),
        ("where", "tell where a line of a published twin comes from"),
        ("bench", "measure what the project promises about speed and memory"),
    ):
        command = commands.add_parser(name, help=text, description=text)
        if name in ("site", "census"):
            command.add_argument("folder", type=Path, nargs="?", default=Path("site"))
        elif name == "new":
            command.add_argument("page", metavar="CHAPTER/NAME")
            command.add_argument("--zh", metavar="TITLE", help="its title in Chinese")
            command.add_argument("--en", metavar="TITLE", help="its title in English")
        elif name == "lint":
            command.add_argument("files", nargs="*", metavar="FILE")
            command.add_argument("--tool", action="append", default=[], choices=_TOOLS)
            command.add_argument("--fix", action="store_true", help="mend what tools can mend")
        elif name == "update":
            command.add_argument("targets", nargs="*", metavar="CHAPTER/PAGE")
        elif name == "check":
            command.add_argument("targets", nargs="*", metavar="CHAPTER/PAGE")
            command.add_argument("--runs-only", action="store_true", help="leave lint to others")
            command.add_argument("--plain", action="store_true", help="run each as `python FILE`")
            command.add_argument("--old-cpu", action="store_true", help="on the oldest CPU's code")
        elif name == "serve":
            command.add_argument("--host", default="127.0.0.1")
            command.add_argument("--port", type=int, default=8000)
            command.add_argument("--no-run", action="store_true", help="show .out files alone")
        elif name == "signature":
            command.add_argument("names", nargs="+", metavar="torch.cat")
        elif name == "where":
            command.add_argument("line", metavar="site/PAGE/index.md:LINE")
    options = parser.parse_args(arguments)
    options.root = options.root.resolve()
    try:
        return _COMMANDS[options.command](options)
    except AsrunError as error:
        return _fail([error])
    except KeyboardInterrupt:
        return 130


def show_progress(done: int, total: int, snippet: Snippet) -> None:
    """Say which snippet ran, of how many; on a terminal only, on one line."""
    if sys.stderr.isatty():
        end = "\n" if done == total else ""
        print(f"\r\033[K[{done}/{total}] {snippet.name}", end=end, file=sys.stderr, flush=True)


def _check(options: argparse.Namespace) -> int:
    from asrun.site import check

    if options.plain or options.old_cpu:
        return _check_all_again(options)
    with Runner() as runner:
        checked = check(options.root, runner, show_progress, options.targets)
    found = list(checked.problems)
    if not options.runs_only:
        from asrun import lint
        from asrun.project import paths

        about = {*paths(checked.project), *options.targets} if options.targets else None
        found += lint.problems(options.root, about)
    ran = sum(isinstance(result, Run) for result in checked.results.values())
    print(f"{ran} of {len(checked.results)} snippets ran.", file=sys.stderr)
    return _fail(sorted(found, key=lambda error: error.place))


def _new(options: argparse.Namespace) -> int:
    from asrun.scaffold import new

    for path in new(options.root, options.page, {"zh": options.zh, "en": options.en}):
        print(path)
    print(f"Write there; `make check only={options.page}` says what is wrong.", file=sys.stderr)
    return 0


def _lint(options: argparse.Namespace) -> int:
    from asrun import lint

    files = options.files or None
    if options.fix:
        lint.fix(options.root, files, options.tool)
    return _fail(lint.problems(options.root, files, options.tool))


def _check_all_again(options: argparse.Namespace) -> int:
    """Run every snippet another way, cached or not, and compare its output with the record."""
    project = load(options.root)
    environment = OLD_CPU if options.old_cpu else {}
    failed: list[AsrunError] = list(project.unreadable)
    ran = 0
    with Runner(plain=options.plain, environment=environment) as runner:
        for snippet, result in runner.run_all(project.snippets.values(), show_progress):
            ran += isinstance(result, Run)
            problem = compare(options.root, snippet, result) if isinstance(result, Run) else result
            if isinstance(problem, AsrunError):
                failed.append(problem)
    way = "as plain `python FILE`" if options.plain else "on the oldest CPU's code"
    print(f"{ran} of {len(project.snippets)} snippets ran {way}.", file=sys.stderr)
    return _fail(failed)


def _site(options: argparse.Namespace) -> int:
    from asrun.site import build, check

    with Runner() as runner:
        checked = check(options.root, runner, show_progress)
    if checked.problems:
        return _fail(checked.problems, "Nothing was published.")
    counted = build(options.root, options.root / options.folder, checked)
    print(counted)
    return _fail(counted.problems, "Nothing was published.")


def _census(options: argparse.Namespace) -> int:
    from asrun.census import census
    from asrun.site import check

    with Runner() as runner:
        checked = check(options.root, runner, show_progress)
    counted = census(checked.project, options.root / options.folder, checked.results, checked.labs)
    print(counted)
    return _fail((*checked.problems, *counted.problems))


def _update(options: argparse.Namespace) -> int:
    project = load(options.root)
    if options.targets:
        project = part(project, options.targets)
    snippets = list(project.snippets.values())
    with Runner() as runner:
        results = run_missing(snippets, Cache(options.root / CACHE), runner, show_progress)
    changes = update(options.root, snippets, results)
    for change in changes:
        print(change.diff, end="")
    print(f"{len(changes)} of {len(snippets)} records changed.", file=sys.stderr)
    failed = [result for result in results.values() if isinstance(result, RunError)]
    return _fail([*project.unreadable, *failed], "Their records stay as they were.")


def _serve(options: argparse.Namespace) -> int:
    from asrun.serve import serve

    serve(
        options.root,
        host=options.host,
        port=options.port,
        run=not options.no_run and version("torch") is not None,
        progress=show_progress,
    )
    return 0


def _signature(options: argparse.Namespace) -> int:
    from asrun.signature import signatures

    try:
        for name in options.names:
            print("\n".join(signatures(name)))
    except (LookupError, ImportError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _where(options: argparse.Namespace) -> int:
    from asrun.site import origin

    twin, _, line = options.line.rpartition(":")
    print(origin(options.root, twin, int(line) if line.isdecimal() else 0))
    return 0


def _bench(options: argparse.Namespace) -> int:
    from asrun.bench import bench

    return bench(options.root)


_COMMANDS = {
    "bench": _bench,
    "census": _census,
    "check": _check,
    "lint": _lint,
    "new": _new,
    "serve": _serve,
    "signature": _signature,
    "site": _site,
    "update": _update,
    "where": _where,
}


def _fail(problems: Sequence[AsrunError], consequence: str = "") -> int:
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        count = f"{len(problems)} problem" + ("s" if len(problems) > 1 else "")
        print(f"{count}. {consequence}".rstrip(), file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
