"""The pytest plugin: each snippet is an item; the run's own words are its failure message.

In one process, all that is selected runs side by side from the first snippet on, and each item
waits for its own. A worker of pytest-xdist is told what to run one item at a time, and runs that
alone. Under pytest-split, what another group has is not selected.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Generator, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from asrun.errors import AsrunError
from asrun.judge import NotRun, Run
from asrun.record import CACHE, Cache, results
from asrun.runner import Result, Runner
from asrun.site import problems_of_run
from asrun.snippet import Snippet, parse
from asrun.verified import Verified, read
from asrun.worker.environment import HASH_SEEDS

FIGURE = "figure"  # what a test measured: the key in its `user_properties`

_RUNS = pytest.StashKey["_Runs"]()
_VERIFIED = pytest.StashKey[Verified | None]()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Keep Python from looking for garbage in what was collected, which stays until the end.

    It would look again and again, the more often the more snippets there are.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()  # once: what is garbage by now would stay for good
        gc.freeze()
        if was_on:
            gc.enable()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect the files under ``snippets/``."""
    snippets = parent.config.rootpath / "snippets"
    if file_path.suffix == ".py" and file_path.is_relative_to(snippets):
        return SnippetFile.from_parent(parent, path=file_path)
    return None


class SnippetFile(pytest.File):
    """A snippet's file."""

    def collect(self) -> Iterable[pytest.Item]:
        """Yield the one item: it runs and prints what is recorded."""
        yield SnippetItem.from_parent(self, name="as recorded")


class SnippetItem(pytest.Item):
    """One snippet, run twice and compared with its record."""

    snippet: Snippet | None = None
    unreadable: AsrunError | None = None
    seconds: float | None = None

    def __init__(self, *, name: str, parent: SnippetFile) -> None:
        super().__init__(name, parent)
        root, path = self.config.rootpath, self.path
        try:
            self.snippet = parse(
                path.relative_to(root / "snippets").as_posix(),
                path.relative_to(root).as_posix(),
                path.read_text(encoding="utf-8"),
            )
        except AsrunError as error:
            self.unreadable = error

    def runtest(self) -> None:
        """Raise what is wrong with the snippet; skip if this machine lacks what it needs."""
        if self.snippet is None:
            assert self.unreadable is not None
            raise self.unreadable
        stash = self.session.stash
        if _RUNS not in stash:
            stash[_RUNS] = _Runs(self.session)
        result = stash[_RUNS].of(self.snippet)
        if isinstance(result, NotRun):
            if "cuda" in self.snippet.needs and os.environ.get("ASRUN_CUDA") == "1":
                pytest.fail("a GPU is promised (ASRUN_CUDA=1), and torch finds none", pytrace=False)
            pytest.skip(f"needs {result.needs}")
        if isinstance(result, Run):
            self.seconds = result.seconds
        verified = _verified(self.session)
        for problem in problems_of_run(self.config.rootpath, self.snippet, result, verified):
            raise problem

    def repr_failure(  # type: ignore[override]
        self, excinfo: pytest.ExceptionInfo[BaseException]
    ) -> str:
        """Return the problem's one line."""
        if isinstance(excinfo.value, AsrunError):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo))

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Name the snippet."""
        return self.path, 0, f"snippet {self.path.stem}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Report what a snippet's runs took, now or when they were cached, not how long it waited."""
    report = yield
    if isinstance(item, SnippetItem) and item.seconds is not None and report.when == "call":
        report.duration = item.seconds
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say again, at the end, what tests recorded under `FIGURE`: one line each."""
    for reports in terminalreporter.stats.values():
        for report in reports:
            for name, figure in getattr(report, "user_properties", ()):
                if name == FIGURE and report.when == "call":
                    terminalreporter.write_line(str(figure))


def _verified(session: pytest.Session) -> Verified | None:
    """Read once a session where the snippets were proven."""
    if _VERIFIED not in session.stash:
        session.stash[_VERIFIED] = read(session.config.rootpath)
    return session.stash[_VERIFIED]


class _Runs:
    """The results of a session's snippets: those in the cache, those under way."""

    def __init__(self, session: pytest.Session) -> None:
        self._alone = hasattr(session.config, "workerinput")  # of pytest-xdist
        self._selected = list(_selected(session))
        self._cache = Cache(session.config.rootpath / CACHE)
        self._coming: Iterator[tuple[Snippet, Result]] | None = None
        self._done: dict[str, Result] = {}
        self._open = ExitStack()
        session.config.add_cleanup(self._open.close)
        self._runner: Runner | None = None

    def of(self, snippet: Snippet) -> Result:
        """Return the result of a snippet, when it is there."""
        if self._alone:
            return self._now(snippet)
        if self._coming is None:
            runner = self._open.enter_context(Runner())
            self._coming = results(self._selected, self._cache, runner)
        while snippet.name not in self._done:
            other, result = next(self._coming)
            self._done[other.name] = result
        return self._done[snippet.name]

    def _now(self, snippet: Snippet) -> Result:
        """Run one snippet; the servers start once, with what any item of the session imports."""
        if run := self._cache.find(snippet):
            return run
        if self._runner is None:
            self._runner = self._open.enter_context(Runner(slots=len(HASH_SEEDS)))
            self._runner.start(self._selected)
        return next(results([snippet], self._cache, self._runner))[1]


def _selected(session: pytest.Session) -> Iterator[Snippet]:
    for item in session.items:
        if isinstance(item, SnippetItem) and item.snippet is not None:
            yield item.snippet
