"""The pytest plugin: each snippet is a test that passes, is skipped, or fails with its problem.

In one process, all selected snippets run side by side from the first test on, and each test waits
for its own result. A worker of pytest-xdist learns only one test at a time what it is to run, and
runs that snippet alone. Under pytest-split, the snippets of other groups are not selected.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Generator, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from asrun.base.errors import AsrunError
from asrun.execution.cache import CACHE_FOLDER, Cache, run_or_load_snippets
from asrun.execution.expected import read_expected_output
from asrun.execution.result import Result, Run, Skipped
from asrun.execution.runner import Runner
from asrun.project.run_problems import find_run_problems
from asrun.snippets.snippet import Snippet, parse_snippet
from asrun.verification.record import VerificationRecord, read_record
from asrun.worker.environment import HASH_SEEDS

# The name, among a test's `user_properties`, of what it measured: the summary repeats its value.
MEASUREMENT_PROPERTY = "measurement"
_SESSION_RESULTS_KEY = pytest.StashKey["_SessionResults"]()
_VERIFICATION_RECORD_KEY = pytest.StashKey[VerificationRecord | None]()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Keep the garbage collector from searching the collected tests, which stay until the end.

    It would search all of them again and again, the more often the more snippets there are.
    """
    gc_was_enabled = gc.isenabled()
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()  # what is garbage now would never be collected after `freeze`
        gc.freeze()
        if gc_was_enabled:
            gc.enable()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect the programs under ``snippets/``."""
    snippets_folder = parent.config.rootpath / "snippets"
    if file_path.suffix == ".py" and file_path.is_relative_to(snippets_folder):
        return SnippetFile.from_parent(parent, path=file_path)
    return None


class SnippetFile(pytest.File):
    """A snippet's program file."""

    def collect(self) -> Iterable[pytest.Item]:
        """Yield the one test: that the snippet runs and prints what is recorded."""
        yield SnippetItem.from_parent(self, name="as recorded")


class SnippetItem(pytest.Item):
    """The test of one snippet: it runs twice, and is compared with what is recorded."""

    snippet: Snippet | None = None
    parse_error: AsrunError | None = None
    run_seconds: float | None = None

    def __init__(self, *, name: str, parent: SnippetFile) -> None:
        super().__init__(name, parent)
        root, path = self.config.rootpath, self.path
        try:
            self.snippet = parse_snippet(
                path.relative_to(root / "snippets").as_posix(),
                path.relative_to(root).as_posix(),
                path.read_text(encoding="utf-8"),
            )
        except AsrunError as error:
            self.parse_error = error

    def runtest(self) -> None:
        """Raise the first problem of the snippet; skip it if this machine lacks what it needs.

        With ``ASRUN_CUDA=1``, which promises a GPU, a snippet that needs one must not be skipped.
        """
        if self.snippet is None:
            assert self.parse_error is not None
            raise self.parse_error
        stash = self.session.stash
        if _SESSION_RESULTS_KEY not in stash:
            stash[_SESSION_RESULTS_KEY] = _SessionResults(self.session)
        result = stash[_SESSION_RESULTS_KEY].get_result(self.snippet)
        if isinstance(result, Skipped):
            if "cuda" in self.snippet.needs and os.environ.get("ASRUN_CUDA") == "1":
                pytest.fail("a GPU is promised (ASRUN_CUDA=1), and torch finds none", pytrace=False)
            pytest.skip(f"needs {result.requirement}")
        if isinstance(result, Run):
            self.run_seconds = result.seconds
        expected_output = read_expected_output(self.config.rootpath, self.snippet)
        verification_record = _load_verification_record(self.session)
        for problem in find_run_problems(
            self.snippet, expected_output, result, verification_record
        ):
            raise problem

    def repr_failure(  # type: ignore[override]
        self, excinfo: pytest.ExceptionInfo[BaseException]
    ) -> str:
        """Return the problem's one line instead of a traceback."""
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
    """Report how long a snippet's runs took, now or when they were cached, not how long it waited.

    pytest-split records these durations.
    """
    report = yield
    if isinstance(item, SnippetItem) and item.run_seconds is not None and report.when == "call":
        report.duration = item.run_seconds
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print at the end what tests recorded as `MEASUREMENT_PROPERTY`, a line each."""
    for reports in terminalreporter.stats.values():
        for report in reports:
            for name, measurement in getattr(report, "user_properties", ()):
                if name == MEASUREMENT_PROPERTY and report.when == "call":
                    terminalreporter.write_line(str(measurement))


def _load_verification_record(session: pytest.Session) -> VerificationRecord | None:
    """Return where the snippets are proven; the file is read once a session."""
    if _VERIFICATION_RECORD_KEY not in session.stash:
        session.stash[_VERIFICATION_RECORD_KEY] = read_record(session.config.rootpath)
    return session.stash[_VERIFICATION_RECORD_KEY]


class _SessionResults:
    """The results of a session's snippets; runs start when the first one is needed."""

    def __init__(self, session: pytest.Session) -> None:
        self._is_xdist_worker = hasattr(session.config, "workerinput")
        self._selected = list(_find_selected_snippets(session))
        self._cache = Cache(session.config.rootpath / CACHE_FOLDER)
        self._pending_results: Iterator[tuple[Snippet, Result]] | None = None
        self._results: dict[str, Result] = {}
        self._exit_stack = ExitStack()
        session.config.add_cleanup(self._exit_stack.close)
        self._runner: Runner | None = None

    def get_result(self, snippet: Snippet) -> Result:
        """Return the result of a snippet; wait for it if it still runs."""
        if self._is_xdist_worker:
            return self._run_single_snippet(snippet)
        if self._pending_results is None:
            runner = self._exit_stack.enter_context(Runner())
            self._pending_results = run_or_load_snippets(self._selected, self._cache, runner)
        while snippet.name not in self._results:
            finished, result = next(self._pending_results)
            self._results[finished.name] = result
        return self._results[snippet.name]

    def _run_single_snippet(self, snippet: Snippet) -> Result:
        """Run one snippet, if it is not cached.

        The servers start once, and load what any snippet of the session imports.
        """
        if cached_run := self._cache.find_run(snippet):
            return cached_run
        if self._runner is None:
            self._runner = self._exit_stack.enter_context(Runner(slots=len(HASH_SEEDS)))
            self._runner.start_servers(self._selected)
        return next(run_or_load_snippets([snippet], self._cache, self._runner))[1]


def _find_selected_snippets(session: pytest.Session) -> Iterator[Snippet]:
    for item in session.items:
        if isinstance(item, SnippetItem) and item.snippet is not None:
            yield item.snippet
