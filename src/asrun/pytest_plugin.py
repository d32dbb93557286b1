"""The pytest plugin: each snippet is an item; the run's own words are its failure message.

All selected snippets run side by side, when the first of them is asked for.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from asrun.errors import AsrunError
from asrun.judge import NotRun
from asrun.record import CACHE, Cache, run_missing
from asrun.runner import Result, Runner
from asrun.site import problems_of_run
from asrun.snippet import Snippet, parse
from asrun.verified import Verified, read

_RESULTS = pytest.StashKey[dict[str, Result]]()
_VERIFIED = pytest.StashKey[Verified | None]()


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
        result = _results(self.session)[self.snippet.name]
        if isinstance(result, NotRun):
            if "cuda" in self.snippet.needs and os.environ.get("ASRUN_CUDA") == "1":
                pytest.fail("a GPU is promised (ASRUN_CUDA=1), and torch finds none", pytrace=False)
            pytest.skip(f"needs {result.needs}")
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


def _results(session: pytest.Session) -> dict[str, Result]:
    """Run all collected snippets once a session."""
    stash = session.stash
    if _RESULTS not in stash:
        cache = Cache(session.config.rootpath / CACHE)
        with Runner() as runner:
            stash[_RESULTS] = run_missing(_collected(session), cache, runner)
    return stash[_RESULTS]


def _verified(session: pytest.Session) -> Verified | None:
    """Read once a session where the snippets were proven."""
    if _VERIFIED not in session.stash:
        session.stash[_VERIFIED] = read(session.config.rootpath)
    return session.stash[_VERIFIED]


def _collected(session: pytest.Session) -> Iterator[Snippet]:
    for item in session.items:
        if isinstance(item, SnippetItem) and item.snippet is not None:
            yield item.snippet
