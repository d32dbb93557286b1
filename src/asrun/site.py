"""The site: check everything, build both languages, count, and only then publish."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from asrun import commit, fingerprint, kernel, notebook, offline
from asrun.card import Card, card, known
from asrun.census import Census, census
from asrun.errors import AsrunError, LabError, Place, ProjectError, RunError
from asrun.expand import expand
from asrun.fingerprint import Fingerprint, tree
from asrun.freshness import noted
from asrun.history import history
from asrun.judge import Run
from asrun.kernel import LabRun
from asrun.key import run_key
from asrun.lab import Lab
from asrun.nav import CONFIGS
from asrun.project import Project, load, part, paths, problems
from asrun.record import CACHE, Cache, compare, recorded, run_missing
from asrun.runner import Progress, Result, Runner, lacking
from asrun.snippet import LANGUAGES, Snippet
from asrun.twin import counterpart, site_path
from asrun.verified import Verified, environment, problem
from asrun.worker.environment import here

_MKDOCS = (
    sys.executable,
    *("-W", "ignore::UserWarning"),  # jieba imports pkg_resources; the lock knows
    *("-m", "mkdocs", "build", "--strict"),
)


@dataclass(frozen=True)
class Checked:
    """A project, what its snippets and labs did, and everything that is wrong with it.

    ``results`` has the snippets by name, ``labs`` the labs by path.
    """

    project: Project
    results: Mapping[str, Result]
    labs: Mapping[str, LabRun | LabError]
    problems: tuple[AsrunError, ...]


def check(
    root: Path,
    runner: Runner,
    progress: Progress | None = None,
    targets: Sequence[str] = (),
) -> Checked:
    """Read everything, run what has no cached run, and compare with the record.

    All problems are returned together: one bad snippet hides no other. With ``targets``, only what
    these pages and files are about is run, and only its problems are told.

    Raises:
        ProjectError: for a target that is no page and no file.
    """
    project = whole = load(root)
    found = {str(error): error for error in problems(whole)}
    if targets:
        project = part(whole, targets)
        about = paths(project) | {*CONFIGS.values(), *targets}
        found = {text: error for text, error in found.items() if error.place.path in about}
    results = run_missing(project.snippets.values(), Cache(root / CACHE), runner, progress)
    for snippet in project.snippets.values():
        for error in problems_of_run(root, snippet, results[snippet.name], project.verified):
            found.setdefault(str(error), error)
    labs = run_labs(root, project.labs)
    for lab in project.labs:
        for error in problems_of_lab(lab, labs[lab.path]):
            found.setdefault(str(error), error)
    return Checked(
        project, results, labs, tuple(sorted(found.values(), key=lambda error: error.place))
    )


def problems_of_run(
    root: Path, snippet: Snippet, result: Result, verified: Verified | None = None
) -> Iterator[AsrunError]:
    """Yield what is wrong with one snippet's run, its record, its figures and its proof."""
    if isinstance(result, RunError):
        yield result
    if isinstance(result, Run):
        difference = compare(root, snippet, result)
        if difference:
            yield difference
        try:
            card(snippet, result, LANGUAGES[0])
        except AsrunError as error:
            yield error
            return
        if difference or not verified:
            return
        if unproven := problem(verified, snippet, result, environment(here(), snippet)):
            yield unproven


def run_labs(root: Path, labs: Sequence[Lab]) -> dict[str, LabRun | LabError]:
    """Return each lab's run by its path; the two languages of a lab share one run."""
    runs: dict[str, LabRun | LabError] = {}
    for lab in labs:
        key = kernel.key(lab)
        if key not in runs:
            runs[key] = kernel.run(root, lab)
    return {lab.path: runs[kernel.key(lab)] for lab in labs}


def problems_of_lab(lab: Lab, run: LabRun | LabError) -> Iterator[AsrunError]:
    """Yield what is wrong with one lab's run and its figures."""
    if isinstance(run, LabError):
        yield run
        return
    try:
        notebook.figures(lab, run)
    except AsrunError as error:
        yield error


def origin(root: Path, twin: str, line: int) -> Place:
    """Return the place that a line of a published twin came from.

    Raises:
        ProjectError: if no page is published there, or it has no such line.
    """
    project, cache = load(root), Cache(root / CACHE)
    for page in project.pages:
        if twin.rpartition("site/")[2] != site_path(page.language, page.uri):
            continue

        def shown(name: str, language: str = page.language) -> Card:
            snippet = project.snippets[name]
            result = cache.find(snippet) or lacking(snippet)
            return card(snippet, known(snippet, result, recorded(root, snippet)), language)

        expanded = expand(page, shown, project.lists(page))
        lines = noted(expanded, page, project.note(page, counterpart(page))).lines
        if 1 <= line <= len(lines):
            return lines[line - 1]
    raise ProjectError(
        Place(twin, line), "no page has such a line", "Name a twin: site/…/index.md:LINE."
    )


def build(root: Path, out: Path, checked: Checked) -> Census:
    """Build both languages strictly, count their blocks, and replace ``out`` if all is well.

    If nothing that a build reads has changed, and ``out`` is as the last build left it, it is left
    as it is, but for the commit that it carries, and so is the count.

    Raises:
        ProjectError: if MkDocs fails; its own words are on stderr.
    """
    file = root / CACHE / "site.json"
    told = commit.entry(root)  # before there is an uncommitted folder beside the site
    states = (
        f"{name} {run_key(snippet)} {type(checked.results[name]).__name__}"
        for name, snippet in checked.project.snippets.items()
    )
    labs = (f"{kernel.key(lab)} {type(checked.labs[lab.path])}" for lab in checked.project.labs)
    changes = (
        f"{path} {changed}"
        for path, changed in history(root).items()
        if path.startswith(("docs/", "snippets/"))  # what a page shows the history of
    )
    inputs = fingerprint.inputs(root, CONFIGS.values(), (*states, *labs, *changes))
    last = fingerprint.remembered(file)
    if last and last.inputs == inputs and out.is_dir() and last.files == tree(out):
        if commit.carry(out, told):
            offline.pack(out)  # it carries the commit too
            fingerprint.remember(file, replace(last, files=tree(out)))
        return Census(**last.counted)
    with tempfile.TemporaryDirectory(dir=_beside(out), prefix=f".{out.name}-") as folder:
        fresh = _built(root, Path(folder))
        commit.carry(fresh, told)
        counted = census(checked.project, fresh, checked.results, checked.labs)
        if not counted.problems:
            offline.pack(fresh)
            _swap(fresh, out)
            count = {name: value for name, value in asdict(counted).items() if name != "problems"}
            fingerprint.remember(file, Fingerprint(inputs, tree(out), count))
    return counted


def _built(root: Path, folder: Path) -> Path:
    """Let MkDocs build each language, side by side; return the folder that holds both."""
    builds = {
        language: subprocess.Popen(
            [*_MKDOCS, "-f", str(root / config), "-d", str(folder / language)],
            env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for language, config in CONFIGS.items()
    }
    said = {language: build.communicate()[0] for language, build in builds.items()}
    failed = [language for language, build in builds.items() if build.returncode != 0]
    if failed:
        print("".join(said[language] for language in failed), file=sys.stderr, end="")  # noqa: T201
        raise ProjectError(
            Place(CONFIGS[failed[0]]),
            "MkDocs did not build the site",
            "Mend what it names above, then `make site`.",
        )
    shutil.move(folder / "en", folder / "zh" / "en")
    return folder / "zh"


def _beside(out: Path) -> Path:
    out.parent.mkdir(parents=True, exist_ok=True)
    return out.parent


def _swap(fresh: Path, out: Path) -> None:
    """Put ``fresh`` in the place of ``out``; the old site stays until the new one is there."""
    old = fresh.with_name("old")
    if out.exists():
        out.rename(old)
    fresh.rename(out)
