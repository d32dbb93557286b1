"""The command line: what the Makefile calls. Each command is a few lines over the engine."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from asrun.errors import AsrunError, RunError
from asrun.judge import Run
from asrun.key import version
from asrun.project import load
from asrun.record import CACHE, Cache, compare, run_missing, update
from asrun.runner import OLD_CPU, Runner
from asrun.snippet import Snippet


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return its exit status."""
    parser = argparse.ArgumentParser(prog="asrun", description="snippet → run → page")
    parser.add_argument("--root", type=Path, default=Path.cwd(), help="the project's folder")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, text in (
        ("check", "run what changed, and say everything that is wrong"),
        ("site", "check, build both languages strictly, and publish into a folder"),
        ("update", "write the .out files of the snippets that ran well, and where they did"),
        ("verify", "run every snippet in another environment, and write what came of it"),
        ("serve", "serve both languages, and show what is saved"),
        ("census", "count the blocks of a built site against their runs"),
        ("signature", "print a torch function's signature as the installed torch has it"),
        ("where", "tell where a line of a published twin comes from"),
        ("bench", "measure what the project promises about speed and memory"),
    ):
        command = commands.add_parser(name, help=text, description=text)
        if name in ("site", "census"):
            command.add_argument("folder", type=Path, nargs="?", default=Path("site"))
        elif name == "check":
            command.add_argument("--plain", action="store_true", help="run each as `python FILE`")
            command.add_argument("--old-cpu", action="store_true", help="on the oldest CPU's code")
        elif name == "verify":
            ways = command.add_mutually_exclusive_group()
            ways.add_argument("--python", default=sys.executable, help="another interpreter")
            ways.add_argument("--jobs", action="store_true", help="print the jobs for a worker")
            ways.add_argument("--merge", nargs="+", type=Path, metavar="OUTCOMES.jsonl")
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
        checked = check(options.root, runner, show_progress)
    ran = sum(isinstance(result, Run) for result in checked.results.values())
    print(f"{ran} of {len(checked.results)} snippets ran.", file=sys.stderr)
    return _fail(checked.problems)


def _check_all_again(options: argparse.Namespace) -> int:
    """Run every snippet another way, cached or not, and compare it with the record.

    A plain run draws no figures.
    """
    from asrun import worker
    from asrun.verified import environment as here_for
    from asrun.verified import problem

    project = load(options.root)
    environment = OLD_CPU if options.old_cpu else {}
    failed: list[AsrunError] = list(project.unreadable)
    ran = 0
    with Runner(plain=options.plain, environment=environment) as runner:
        for snippet, result in runner.run_all(project.snippets.values(), show_progress):
            ran += isinstance(result, Run)
            wrong = compare(options.root, snippet, result) if isinstance(result, Run) else result
            if isinstance(result, Run) and not wrong and project.verified and not options.plain:
                here = here_for(worker.environment(), snippet)
                wrong = problem(project.verified, snippet, result, here)
            if isinstance(wrong, AsrunError):
                failed.append(wrong)
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
    from asrun import verified, verify

    project = load(options.root)
    snippets = list(project.snippets.values())
    with Runner() as runner:
        results = run_missing(snippets, Cache(options.root / CACHE), runner, show_progress)
    changes = update(options.root, snippets, results)
    for change in changes:
        print(change.diff, end="")
    print(f"{len(changes)} of {len(snippets)} records changed.", file=sys.stderr)
    if verify.keep(options.root, snippets, results):
        print(f"{verified.PATH} changed.", file=sys.stderr)
    failed = [result for result in results.values() if isinstance(result, RunError)]
    return _fail([*project.unreadable, *failed], "Their records stay as they were.")


def _verify(options: argparse.Namespace) -> int:
    from asrun import verify

    project = load(options.root)
    if options.jobs:
        print("".join(verify.jobs(project.snippets.values())), end="")
        print(verify.HOW, file=sys.stderr)
        return _fail(project.unreadable)
    if options.merge:
        told = verify.merge(project, options.merge)
    else:
        told = verify.here(project, options.python, show_progress)
    print("\n".join(told))
    return _fail(project.unreadable)


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
    print(origin(options.root, twin, int(line)))
    return 0


def _bench(options: argparse.Namespace) -> int:
    from asrun.bench import bench

    return bench(options.root)


_COMMANDS = {
    "bench": _bench,
    "census": _census,
    "check": _check,
    "serve": _serve,
    "signature": _signature,
    "site": _site,
    "update": _update,
    "verify": _verify,
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
