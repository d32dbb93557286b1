"""The command line: what the Makefile calls. Each command is a few lines over the engine."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from asrun import freshness
from asrun.errors import AsrunError, Place, ProjectError, RunError
from asrun.freshness import Sync
from asrun.judge import Run
from asrun.key import version
from asrun.page import Page
from asrun.project import load, part
from asrun.record import CACHE, Cache, compare, run_missing, update, write_whole
from asrun.runner import OLD_CPU, Runner
from asrun.snippet import Snippet

_TOOLS = ("ruff", "markdown", "spelling", "typography")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return its exit status."""
    parser = argparse.ArgumentParser(prog="asrun", description="snippet → run → page")
    parser.add_argument("--root", type=Path, default=Path.cwd(), help="the project's folder")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, (text, _, takes) in _COMMANDS.items():
        command = commands.add_parser(name, help=text, description=text)
        for flags, how in takes:
            command.add_argument(*flags, **how)
    options = parser.parse_args(arguments)
    options.root = options.root.resolve()
    try:
        return _COMMANDS[options.command][1](options)
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
    """Run every snippet another way, cached or not, and compare it with the record.

    A plain run draws no figures.
    """
    from asrun.verified import environment, problem
    from asrun.worker.environment import here

    project = load(options.root)
    failed: list[AsrunError] = list(project.unreadable)
    ran = 0
    with Runner(plain=options.plain, environment=OLD_CPU if options.old_cpu else {}) as runner:
        for snippet, result in runner.run_all(project.snippets.values(), show_progress):
            ran += isinstance(result, Run)
            wrong = compare(options.root, snippet, result) if isinstance(result, Run) else result
            if isinstance(result, Run) and not wrong and project.verified and not options.plain:
                wrong = problem(project.verified, snippet, result, environment(here(), snippet))
            if isinstance(wrong, AsrunError):
                failed.append(wrong)
    way = "as plain `python FILE`" if options.plain else "on the oldest CPU's code"
    print(f"{ran} of {len(project.snippets)} snippets ran {way}.", file=sys.stderr)
    if options.junit:
        from asrun import junit

        options.junit.parent.mkdir(parents=True, exist_ok=True)
        options.junit.write_bytes(junit.problems(failed, way))
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

    whole = load(options.root)
    project = part(whole, options.targets) if options.targets else whole
    snippets = list(project.snippets.values())
    with Runner() as runner:
        results = run_missing(snippets, Cache(options.root / CACHE), runner, show_progress)
    changes = update(options.root, snippets, results)
    for change in changes:
        print(change.diff, end="")
    print(f"{len(changes)} of {len(snippets)} records changed.", file=sys.stderr)
    if verify.keep(options.root, whole.snippets.values(), results):
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
    if options.outcomes:
        verify.outcomes(project, options.outcomes)
        return _fail(project.unreadable)
    if options.merge:
        told = verify.merge(project, options.merge)
    elif options.forget is not None:
        told = verify.forget(project, options.forget)
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
    print(origin(options.root, twin, int(line) if line.isdecimal() else 0))
    return 0


def _changes(options: argparse.Namespace) -> int:
    from asrun import changes

    print(changes.report(changes.changed(options.root, options.base), options.base), end="")
    return 0


def _failures(options: argparse.Namespace) -> int:
    from asrun import junit

    used = load(options.root).used()
    print(junit.issue(options.name, junit.failures(options.files), used), end="")
    return 0


def _merge(options: argparse.Namespace) -> int:
    from asrun import junit

    print(junit.merge_folder(options.folder, options.out))
    return 0


def _reproducible(options: argparse.Namespace) -> int:
    from asrun.reproducible import reproducible

    files, differing = reproducible(options.root, options.cached)
    print(f"{files} files, {len(differing)} of them not the same in two builds.", file=sys.stderr)
    return _fail(differing)


def _stale(options: argparse.Namespace) -> int:
    """List what is behind. That is no failure: pages are published and say so themselves."""
    project = load(options.root)
    behind = [change for uri in project.pairs for change in project.changes(uri)]
    for change in behind:
        print(freshness.listing(change))
    print(f"{len(behind)} sections changed since their last sync.", file=sys.stderr)
    return _fail(list(freshness.problems(project.sync or {}, project.words)))


def _synced(options: argparse.Namespace) -> int:
    if not options.targets and not options.new:
        raise ProjectError(
            Place(freshness.PATH),
            "which page?",
            "`make synced page=tensors/joining` for one, `asrun synced --new` for all new ones.",
        )
    return _declare(options, freshness.declare)


def _typo(options: argparse.Namespace) -> int:
    return _declare(options, freshness.declare_typo)


def _declare(
    options: argparse.Namespace, declare: Callable[[Sync, Sequence[Page], str], Sync]
) -> int:
    """Write what was declared of each target: all of them, or none."""
    project = load(options.root)
    if broken := [error for error in project.unreadable if error.place.path == freshness.PATH]:
        return _fail(broken)
    before = sync = project.sync or {}
    for target in options.targets:
        sync = declare(sync, project.words, target)
    if options.command == "synced" and options.new:
        sync = freshness.declare_new(sync, project.words)
    write_whole(options.root / freshness.PATH, freshness.written(sync))
    for key in sorted({*before, *sync}):
        was, now = (entries.get(key) for entries in (before, sync))
        if (was and was.digests) != (now and now.digests):
            print(f"{key}: {'in sync' if now else 'taken out'}")
    return 0


def _mutants(options: argparse.Namespace) -> int:
    from asrun.mutants import check

    report = check(options.root, seed=options.seed, count=options.count, progress=show_progress)
    print(report)
    return 1 if report.survivors else 0


def _bench(options: argparse.Namespace) -> int:
    from asrun.bench import bench

    return bench(options.root)


def _scale(options: argparse.Namespace) -> int:
    from asrun import scale

    return scale.report(options.root, options.sizes or scale.SIZES)


def _takes(*flags: str, **how: Any) -> tuple[tuple[str, ...], dict[str, Any]]:
    """Return an argument, as `argparse.ArgumentParser.add_argument` takes it."""
    return flags, how


_FOLDER = _takes("folder", type=Path, nargs="?", default=Path("site"))
_TARGETS = _takes("targets", nargs="*", metavar="CHAPTER/PAGE")

# What each command is for, what it calls, and the arguments that it takes.
_COMMANDS = {
    "new": (
        "begin a page: in both languages, with a program that runs, and in the nav",
        _new,
        [
            _takes("page", metavar="CHAPTER/NAME"),
            _takes("--zh", metavar="TITLE", help="its title in Chinese"),
            _takes("--en", metavar="TITLE", help="its title in English"),
        ],
    ),
    "check": (
        "run what changed, and say everything that is wrong, of all or of some pages",
        _check,
        [
            _TARGETS,
            _takes("--runs-only", action="store_true", help="leave lint to others"),
            _takes("--plain", action="store_true", help="run each as `python FILE`"),
            _takes("--old-cpu", action="store_true", help="on the oldest CPU's code"),
            _takes("--junit", type=Path, help="also write what failed there"),
        ],
    ),
    "lint": (
        "check how files are written: ruff, Markdown, spelling, Chinese typography",
        _lint,
        [
            _takes("files", nargs="*", metavar="FILE"),
            _takes("--tool", action="append", default=[], choices=_TOOLS),
            _takes("--fix", action="store_true", help="mend what tools can mend"),
        ],
    ),
    "update": (
        "write the .out files of the snippets that ran well, and where they did",
        _update,
        [_TARGETS],
    ),
    "verify": (
        "run every snippet in another environment, and write what came of it",
        _verify,
        [
            _takes("--python", default=sys.executable, help="another interpreter"),
            _takes("--jobs", action="store_true", help="print the jobs for a worker"),
            _takes("--outcomes", type=Path, metavar="OUTCOMES.jsonl", help="run the jobs here"),
            _takes("--merge", nargs="+", type=Path, metavar="OUTCOMES.jsonl"),
            _takes("--forget", metavar="ENVIRONMENT", help="drop one, by its id in verified.json"),
        ],
    ),
    "site": (
        "check, build both languages strictly, and publish into a folder",
        _site,
        [_FOLDER],
    ),
    "serve": (
        "serve both languages, and show what is saved",
        _serve,
        [
            _takes("--host", default="127.0.0.1"),
            _takes("--port", type=int, default=8000),
            _takes("--no-run", action="store_true", help="show .out files alone"),
        ],
    ),
    "census": ("count the blocks of a built site against their runs", _census, [_FOLDER]),
    "signature": (
        "print a torch function's signature as the installed torch has it",
        _signature,
        [_takes("names", nargs="+", metavar="torch.cat")],
    ),
    "where": (
        "tell where a line of a published twin comes from",
        _where,
        [_takes("line", metavar="site/PAGE/index.md:LINE")],
    ),
    "stale": ("list the sections that changed in one language, and not in the other", _stale, []),
    "synced": (
        "declare that pages, or sections of them, say the same in both languages",
        _synced,
        [
            _takes("targets", nargs="*", metavar="tensors/joining[#cat]"),
            _takes("--new", action="store_true", help="all that never was declared"),
        ],
    ),
    "typo": (
        "declare that only spelling changed in a page, or a section of it",
        _typo,
        [_takes("targets", nargs="+", metavar="docs/en/tensors/joining.md[#cat]")],
    ),
    "changes": (
        "list the outputs that differ from a commit's, as Markdown",
        _changes,
        [_takes("base", help="a commit")],
    ),
    "failures": (
        "tell what JUnit files say that failed, as Markdown",
        _failures,
        [
            _takes("name", help="where they failed, for the heading"),
            _takes("files", type=Path, nargs="+"),
        ],
    ),
    "merge": (
        "make one record of what the shards of a test run left in a folder",
        _merge,
        [_takes("folder", type=Path), _takes("out", type=Path)],
    ),
    "reproducible": (
        "build the commit twice, elsewhere and later, and compare the bytes",
        _reproducible,
        [_takes("--cached", action="store_true", help="run nothing twice")],
    ),
    "mutants": (
        "put small wrongs into the project's files, and see that the checks tell each",
        _mutants,
        [
            _takes("--seed", type=int, default=0, help="which sample"),
            _takes("--count", type=int, default=100, help="how many"),
        ],
    ),
    "bench": ("measure what the project promises about speed and memory", _bench, []),
    "scale": (
        "measure what one more snippet costs in projects of different sizes",
        _scale,
        [_takes("sizes", type=int, nargs="*", metavar="SNIPPETS")],
    ),
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
