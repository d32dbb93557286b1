"""The checks are checked: small wrongs, put into copies of the project's files, must be told.

Each mutant goes through the checks of `make test` and `make site`, and counts as caught only by an
error that is not there without it and that names the right file:

* of a program: the program or its `.out`; what counts is what it does, its run, its output, its
  figures and its form. That `verified.json` holds no line for its new hash does not count: it
  would catch every change of a program, be it ever so harmless.
* of a record: the `.out`, or its program.
* of a page: the page, or its counterpart in an error whose words name the page.

A sampled file that is wrong as it is makes the check refuse: what tells of it already would seem to
tell of the mutant.

The sample is seeded by content: files and mutants are drawn by a hash of the seed and of what they
are, so that a new page or program changes the sample by little.
"""

from __future__ import annotations

import hashlib
import itertools
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from asrun import mutate
from asrun.errors import AsrunError, MutantError
from asrun.judge import Run
from asrun.mutate import Mutant
from asrun.page import Page
from asrun.project import Project, load, problems, problems_of_snippet
from asrun.record import CACHE, Cache, recorded, results, write_whole
from asrun.runner import Progress, Result, Runner, lacking
from asrun.site import problems_of_run
from asrun.snippet import Snippet, parse
from asrun.verified import problem_of_figures

SECONDS = 10.0  # a program that a mutation makes endless is told sooner than others

_Texts = Callable[[str, str], Iterator[Mutant]]
_Pages = Callable[[Page], Iterator[Mutant]]

# What is changed, and how many of a hundred mutants are of this kind.
OF_PROGRAMS: Mapping[_Texts, int] = {
    mutate.literals: 15,
    mutate.operators: 15,
    mutate.dropped: 15,
    mutate.swapped: 15,
}
OF_RECORDS: Mapping[_Texts, int] = {mutate.digits: 10}
OF_PAGES: Mapping[_Pages, int] = {
    mutate.sections: 6,
    mutate.headings: 6,
    mutate.links: 6,
    mutate.fences: 6,
    mutate.numbers: 6,
}


@dataclass(frozen=True)
class Judged:
    """A mutant, and the error that caught it; None if it survived."""

    mutant: Mutant
    caught: AsrunError | None


@dataclass(frozen=True)
class Report:
    """All mutants of a sample, judged. ``str`` of it lists the survivors, then the figure."""

    judged: tuple[Judged, ...]

    @property
    def survivors(self) -> tuple[Mutant, ...]:
        """The mutants that no check told of."""
        return tuple(one.mutant for one in self.judged if one.caught is None)

    @property
    def figure(self) -> str:
        """How many were caught, of how many."""
        made = len(self.judged)
        return f"mutants: caught {made - len(self.survivors)} of {made}"

    def __str__(self) -> str:
        return "\n".join((*(f"survived: {mutant}" for mutant in self.survivors), self.figure))


def check(
    root: Path, *, seed: int = 0, count: int = 100, progress: Progress | None = None
) -> Report:
    """Make a sample of mutants of a project, and judge each by the project's own checks.

    The project's files stay as they are.

    Raises:
        MutantError: if a file of the sample is wrong without any mutation.
    """
    project = load(root)
    sample = choose(project, seed, count)
    before = problems(project)
    with Runner() as runner:
        if wrong := wrong_before(project, sample, before, runner):
            first, more = wrong[0], f" (and {len(wrong) - 1} more)" if wrong[1:] else ""
            raise MutantError(
                first.place,
                f"wrong before any mutant was made{more}: {first.what}",
                f"{first.way_out.rstrip('.')}, then try again: `make check` tells of all.",
            )
        judged = [*judge_pages(project, sample, before), *judge_records(project, sample, runner)]
    with Runner(seconds=SECONDS) as runner:
        programs = [*judge_programs(project, sample, runner, progress)]
    slow = [one for one in programs if one.caught and one.caught.what.startswith("still running")]
    with Runner() as runner:  # a busy machine is not what should catch it
        judged += [one for one in programs if one not in slow]
        judged += judge_programs(project, [one.mutant for one in slow], runner)
    order = {mutant: number for number, mutant in enumerate(sample)}
    return Report(tuple(sorted(judged, key=lambda one: order[one.mutant])))


# --- the sample ---------------------------------------------------------------------------------


def choose(project: Project, seed: int, count: int) -> list[Mutant]:
    """Draw a sample: of each kind its share, of a kind first one mutant a file, then more.

    Programs that cannot run here, and their records, are left out.
    """
    here = [snippet for snippet in project.snippets.values() if not lacking(snippet)]
    outs = {snippet.out_path: recorded(project.root, snippet) or "" for snippet in here}
    made: list[tuple[int, str, dict[str, list[Mutant]]]] = [
        *(
            (share, of.__name__, {s.path: [*of(s.path, s.source)] for s in here})
            for of, share in OF_PROGRAMS.items()
        ),
        *(
            (share, of.__name__, {path: [*of(path, outs[path])] for path in outs})
            for of, share in OF_RECORDS.items()
        ),
        *(
            (share, of.__name__, {p.path: [*of(p)] for p in project.pages})
            for of, share in OF_PAGES.items()
        ),
    ]
    sample: list[Mutant] = []
    whole, done = sum(share for share, _, _ in made), 0
    for share, kind, by_file in made:
        number = (done + share) * count // whole - done * count // whole
        done += share
        sample += _drawn(by_file, f"{seed} {kind}", number)
    return sample


def _drawn(by_file: Mapping[str, Sequence[Mutant]], seed: str, number: int) -> list[Mutant]:
    """Draw mutants by the hash of what they are: first of all files one, then a second of each."""
    files = sorted(by_file, key=lambda path: _rank(seed, path))
    ranked = [sorted(by_file[path], key=lambda m: _rank(seed, str(m))) for path in files]
    rounds = itertools.zip_longest(*ranked)
    drawn = (mutant for mutants in rounds for mutant in mutants if mutant is not None)
    return list(itertools.islice(drawn, number))


def _rank(seed: str, text: str) -> bytes:
    return hashlib.sha256(f"{seed} {text}".encode()).digest()


def wrong_before(
    project: Project, sample: Iterable[Mutant], before: Iterable[AsrunError], runner: Runner
) -> list[AsrunError]:
    """Return what is wrong, as they are, with the files of a sample and with their counterparts.

    ``before`` is what is wrong with the project as written.

    Runs that are in the cache are taken from there.
    """
    files = {path for m in sample for path in (*_own(m.path), _counterpart(m.path))}
    found = {str(error): error for error in before if error.place.path in files}
    snippets = [snippet for snippet in project.snippets.values() if snippet.path in files]
    for snippet, result in results(snippets, Cache(project.root / CACHE), runner):
        found.update((str(error), error) for error in _problems_of(project, snippet, result))
    return sorted(found.values(), key=lambda error: error.place)


# --- judging ------------------------------------------------------------------------------------


def caught(
    mutant: Mutant, found: Iterable[AsrunError], before: Iterable[AsrunError] = ()
) -> AsrunError | None:
    """Return the first error that a mutant brings and that names the right file."""
    known = {str(error) for error in before}
    own = _own(mutant.path)
    for error in found:
        path = error.place.path
        if str(error) in known:
            continue
        if path in own or (path == _counterpart(mutant.path) and mutant.path in str(error)):
            return error
    return None


def _own(path: str) -> set[str]:
    stem, dot, ending = path.rpartition(".")
    return {f"{stem}.py", f"{stem}.out"} if ending in ("py", "out") else {stem + dot + ending}


def _counterpart(path: str) -> str | None:
    for mine, other in (("docs/zh/", "docs/en/"), ("docs/en/", "docs/zh/")):
        if path.startswith(mine):
            return other + path.removeprefix(mine)
    return None


def judge_pages(
    project: Project, sample: Iterable[Mutant], before: Sequence[AsrunError]
) -> Iterator[Judged]:
    """Check the project as written, with one page changed at a time."""
    for mutant in sample:
        if not mutant.path.endswith(".md"):
            continue
        pages = tuple(
            replace(page, source=mutant.text) if page.path == mutant.path else page
            for page in project.pages
        )
        yield Judged(mutant, caught(mutant, problems(replace(project, pages=pages)), before))


def judge_records(project: Project, sample: Iterable[Mutant], runner: Runner) -> Iterator[Judged]:
    """Compare each changed record with what its program prints."""
    mutants = [mutant for mutant in sample if mutant.path.endswith(".out")]
    paths = {mutant.path for mutant in mutants}
    snippets = [s for s in project.snippets.values() if s.out_path in paths]
    found = {s.path: (s, run) for s, run in results(snippets, Cache(project.root / CACHE), runner)}
    with tempfile.TemporaryDirectory() as folder:
        for mutant in mutants:
            snippet, run = found[mutant.path.removesuffix(".out") + ".py"]
            write_whole(Path(folder, mutant.path), mutant.text)
            yield Judged(mutant, caught(mutant, problems_of_run(Path(folder), snippet, run)))


def judge_programs(
    project: Project, sample: Iterable[Mutant], runner: Runner, progress: Progress | None = None
) -> Iterator[Judged]:
    """Run each changed program, and compare what it does with what is recorded."""
    running: dict[int, tuple[Snippet, Mutant]] = {}
    for mutant in sample:
        if not mutant.path.endswith(".py"):
            continue
        name = mutant.path.removeprefix("snippets/")
        try:
            snippet = parse(name, mutant.path, mutant.text)
        except AsrunError as error:
            yield Judged(mutant, caught(mutant, [error]))
        else:
            running[id(snippet)] = snippet, mutant
    for snippet, result in runner.run_all([s for s, _ in running.values()], progress):
        mutant = running[id(snippet)][1]
        yield Judged(mutant, caught(mutant, _problems_of(project, snippet, result)))


def _problems_of(project: Project, snippet: Snippet, result: Result) -> Iterator[AsrunError]:
    yield from problems_of_snippet(snippet)
    yield from problems_of_run(project.root, snippet, result)
    if project.verified and isinstance(result, Run):
        proof = project.verified.proofs.get(snippet.name)
        figures = proof and problem_of_figures(proof, snippet, result)
        if figures:
            yield figures
